// Draws the panels.

import { meta } from '../shared/data.js';
import { stepFor, tickText } from './axis.js';
import { drawMarks } from './marks.js';
import { PAD, bars, boundText, count, drawnSeries, ink, panels, rangeOf, reader, wash }
  from './series.js';

export function frameOf(panel) {
  const box = panel.canvas.getBoundingClientRect();
  const width = box.width, height = box.height;
  const from = bars ? 0 : meta.xs[0], to = bars ? count : meta.xs[count - 1];
  const span = to > from ? to - from : 1, inner = width - PAD.left - PAD.right;
  return { width, height, inner, x: value => PAD.left + (value - from) / span * inner,
    at: k => bars ? k + 0.5 : meta.xs[k], value: x => from + (x - PAD.left) / inner * span };
}

function draw(panel) {
  const canvas = panel.canvas, ratio = Math.max(1, Math.min(3, devicePixelRatio || 1));
  const frame = frameOf(panel), { width, height } = frame;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  const c = canvas.getContext('2d');
  c.setTransform(ratio, 0, 0, ratio, 0, 0);
  const style = getComputedStyle(document.documentElement);
  const named = name => style.getPropertyValue(name).trim();
  c.fillStyle = named('--card');
  c.fillRect(0, 0, width, height);
  const drawn = drawnSeries(panel), inner = height - PAD.top - PAD.bottom;
  const axis = axisOf(rangeOf(drawn), height, panel);
  const y = value => PAD.top + (1 - axis.part(value)) * inner;
  c.font = '11.5px system-ui, sans-serif';
  c.lineWidth = 1;
  c.textBaseline = 'middle';
  c.textAlign = 'right';
  for (const v of axis.places) {
    c.fillStyle = named('--line');
    c.fillRect(PAD.left, Math.round(y(v)), frame.inner, 1);
    c.fillStyle = named('--soft');
    c.fillText(tickText(v, panel.unit), PAD.left - 7, y(v));
  }
  drawLabels(c, frame, named('--soft'));
  drawMarks(c, frame, named('--soft'), named('--card'));
  for (const part of drawn.reverse()) drawSeries(c, frame, panel, part, y);
  drawStretch(c, frame, height, named('--focus'));
  const cursor = reader.cursor;
  if (cursor >= 0) {
    const x = frame.x(frame.at(cursor));
    c.fillStyle = named('--text');
    c.fillRect(Math.round(x), PAD.top, 1, height - PAD.top - PAD.bottom);
    for (const { s, high: values } of drawn) {
      if (values[cursor] === null) continue;
      c.beginPath();
      c.arc(x, y(values[cursor]), 3.5, 0, 7);
      c.fillStyle = ink(s.hue);
      c.fill();
    }
  }
}

// Round places from the lowest to the highest value, or powers of ten for a logarithmic axis.
function axisOf([least, most], height, panel) {
  if (reader.isLog && least >= 0) {
    const top = Math.max(1, Math.ceil(Math.log10(Math.max(1, most)) - 1e-9));
    const places = [];
    for (let k = 0; k <= top; k++) places.push(10 ** k);
    return { places, part: value => value < 1 ? 0 : (Math.log10(value) + 0.1) / (top + 0.1) };
  }
  const step = stepFor(most - least, Math.max(2, Math.floor(height / 55)), panel.unit, meta.binary);
  const high = Math.ceil(most / step) * step, low = Math.floor(least / step) * step;
  const places = [];
  for (let v = low; v <= high + step / 2; v += step) places.push(v);
  return { places, part: value => (value - low) / (high - low) };
}

// The stretch that is dragged, and the point that was clicked.
function drawStretch(c, frame, height, colour) {
  if (!reader.asked) return;
  const [from, to] = reader.asked.map(k => frame.x(frame.at(k)));
  c.fillStyle = colour;
  c.globalAlpha = 0.14;
  c.fillRect(Math.min(from, to), PAD.top, Math.abs(to - from), height - PAD.top - PAD.bottom);
  c.globalAlpha = 0.8;
  for (const x of [from, to]) {
    c.fillRect(Math.round(x), PAD.top, 1, height - PAD.top - PAD.bottom);
  }
  c.globalAlpha = 1;
}

function drawLabels(c, frame, colour) {
  c.fillStyle = colour;
  c.textAlign = 'center';
  const y = frame.height - PAD.bottom / 2 + 1;
  let free = -Infinity;
  const put = (text, x) => {
    const half = c.measureText(text).width / 2;
    const at = Math.min(Math.max(x, half + 2), frame.width - half - 2);
    if (at - half < free) return;
    c.fillText(text, at, y);
    free = at + half + 14;
  };
  if (bars) {
    // A class begins at the line below its name; only every n-th name may have room.
    const isBounded = meta.ends[count - 1] !== null, room = frame.inner / count;
    const bounds = isBounded ? [...meta.xs, meta.ends[count - 1]] : meta.xs;
    const texts = bounds.map(boundText);
    const widest = Math.max(...texts.map(text => c.measureText(text).width));
    const each = Math.max(1, Math.ceil((widest + 12) / room));
    let most = Infinity;
    if (!isBounded) {
      put('never freed', frame.x(count - 0.5));
      most = free - c.measureText('never freed').width - 28;
      free = -Infinity;
    }
    for (let k = 0; k < texts.length; k += each) {
      if (frame.x(k) + c.measureText(texts[k]).width / 2 < most) put(texts[k], frame.x(k));
    }
    return;
  }
  const first = meta.xs[0], last = meta.xs[count - 1];
  const step = stepFor(last - first, Math.max(2, Math.floor(frame.inner / 66)), meta.xUnit,
    meta.binary);
  for (let v = Math.ceil(first / step) * step; v <= last + step * 1e-9; v += step) {
    put(tickText(v, meta.xUnit), frame.x(v));
  }
}

function drawSeries(c, frame, panel, { s, low, high }, y) {
  if (bars) {
    const shown = panel.series.filter(one => one.isShown), place = shown.indexOf(s);
    const room = frame.inner / count * 0.8 / shown.length;
    c.fillStyle = ink(s.hue);
    high.forEach((value, k) => {
      if (!value) return;
      const x = frame.x(k + 0.1) + place * room, top = Math.min(y(value), y(0));
      c.fillRect(x, top, Math.max(1, room - 1), Math.max(1, Math.abs(y(0) - y(value))));
    });
    return;
  }
  const runs = [];
  let run = [];
  for (let k = 0; k < count; k++) {
    if (high[k] === null) { if (run.length) runs.push(run); run = []; } else run.push(k);
  }
  if (run.length) runs.push(run);
  for (const part of runs) {
    c.beginPath();
    part.forEach(k => c.lineTo(frame.x(meta.xs[k]), y(high[k])));
    c.strokeStyle = ink(s.hue);
    c.lineWidth = 1.75;
    c.lineJoin = 'round';
    c.stroke();
    if (!low && panel.series.length > 2) continue;
    for (let k = part.length - 1; k >= 0; k--) {
      c.lineTo(frame.x(meta.xs[part[k]]), y(low ? low[part[k]] : 0));
    }
    c.fillStyle = wash(s.hue, low ? 0.5 : 0.14);
    c.fill();
    if (part.length === 1) {
      c.fillStyle = ink(s.hue);
      c.fillRect(frame.x(meta.xs[part[0]]) - 2, y(high[part[0]]) - 2, 4, 4);
    }
  }
}

export const drawAll = () => panels.forEach(draw);
