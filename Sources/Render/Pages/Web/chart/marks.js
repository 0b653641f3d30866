// Named moments on a chart.

import { meta } from '../shared/data.js';
import { PAD, bars } from './series.js';

// Named moments as vertical lines; names where there is room.
export function drawMarks(c, frame, colour, back) {
  const within = meta.marks.map(([seconds, name]) => [Math.round(frame.x(seconds)), name])
    .filter(([x]) => x >= PAD.left && x <= frame.width - PAD.right);
  // Lines closer than this hide the curve: then they are short, and counted by name.
  const isDense = within.length * 14 > frame.inner, bottom = frame.height - PAD.bottom;
  const labels = [];
  let free = -Infinity, last = -Infinity;
  c.fillStyle = colour;
  c.globalAlpha = 0.6;
  for (const [x, name] of within) {
    if (x - last < 3) continue;
    last = x;
    for (let y = isDense ? bottom - 9 : PAD.top; y < bottom; y += 6) c.fillRect(x, y, 1, 3);
    const text = name.length > 24 ? name.slice(0, 23) + '…' : name;
    const width = c.measureText(text).width;
    if (isDense || x < free || x + width + 6 > frame.width) continue;
    labels.push([text, x + 4, width]);
    free = x + width + 12;
  }
  if (isDense) {
    const counts = new Map();
    for (const [, name] of within) counts.set(name, (counts.get(name) || 0) + 1);
    const words = [...counts].slice(0, 3).map(([name, count]) =>
      `${count.toLocaleString('en-US')} × ${name.slice(0, 24)}`);
    const text = words.join(', ') + (counts.size > 3 ? ', …' : '');
    labels.push([text, PAD.left + 6, c.measureText(text).width]);
  }
  c.textAlign = 'left';
  for (const [text, x, width] of labels) {
    c.globalAlpha = 0.85;
    c.fillStyle = back;
    c.fillRect(x - 2, PAD.top, width + 4, 14);
    c.globalAlpha = 1;
    c.fillStyle = colour;
    c.fillText(text, x, PAD.top + 7);
  }
  c.globalAlpha = 1;
}

// The mark that a point of time lies behind.
export function markAt(k) {
  let found = '';
  if (!bars) for (const [seconds, name] of meta.marks) if (seconds <= meta.xs[k]) found = name;
  return found;
}
