// Draws the panels and reads values out by pointer and keyboard.

import { meta } from '../shared/data.js';
import { byId, element, isDark } from '../shared/dom.js';
import { valueText } from '../shared/words.js';
import { tables } from '../table/rows.js';
import { stepFor, tickText } from './axis.js';
import { drawMarks, markAt } from './marks.js';
import { PAD, bars, count, drawnSeries, ink, panels, placeText, rangeOf, wash } from './series.js';
import { showSummary } from './summary.js';

let cursor = -1;

function frameOf(panel) {
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
  const drawn = drawnSeries(panel);
  let [low, high] = rangeOf(drawn);
  const step = stepFor(high - low, Math.max(2, Math.floor(height / 55)), panel.unit,
    meta.binary);
  high = Math.ceil(high / step) * step;
  low = Math.floor(low / step) * step;
  const y = value => PAD.top + (high - value) / (high - low)
    * (height - PAD.top - PAD.bottom);
  c.font = '11.5px system-ui, sans-serif';
  c.lineWidth = 1;
  c.textBaseline = 'middle';
  c.textAlign = 'right';
  for (let v = low; v <= high + step / 2; v += step) {
    c.fillStyle = named('--line');
    c.fillRect(PAD.left, Math.round(y(v)), frame.inner, 1);
    c.fillStyle = named('--soft');
    c.fillText(tickText(v, panel.unit), PAD.left - 7, y(v));
  }
  drawLabels(c, frame, named('--soft'));
  drawMarks(c, frame, named('--soft'), named('--card'));
  for (const part of drawn.reverse()) drawSeries(c, frame, panel, part, y);
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
    const texts = bounds.map(bound => tickText(bound, meta.xUnit));
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

const drawAll = () => panels.forEach(draw);

function nearest(value) {
  if (bars) return Math.min(count - 1, Math.max(0, Math.floor(value)));
  let low = 0, high = count - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (meta.xs[middle] < value) low = middle; else high = middle;
  }
  return value - meta.xs[low] < meta.xs[high] - value ? low : high;
}

function setCursor(k, x, y) {
  cursor = k;
  drawAll();
  const tip = byId('tip');
  if (k < 0) { tip.style.visibility = 'hidden'; return; }
  tip.textContent = '';
  tip.append(element('b', placeText(k)));
  const table = element('table'), said = [placeText(k)], mark = markAt(k);
  if (mark) { tip.append(element('div', 'after ' + mark)); said.push('after ' + mark); }
  for (const panel of panels) {
    for (const s of panel.series.filter(one => one.isShown)) {
      const row = element('tr'), name = element('td'), chip = element('i');
      chip.style.background = ink(s.hue);
      name.append(chip, s.name.length > 60 ? '…' + s.name.slice(-59) : s.name);
      const text = valueText(s.values[k], panel.unit);
      row.append(name, element('td', text));
      table.append(row);
      said.push(`${s.name} ${text}`);
    }
  }
  tip.append(table);
  const box = tip.getBoundingClientRect();
  tip.style.left = Math.max(8, x + 16 + box.width > innerWidth - 8 ? x - box.width - 16
    : x + 16) + 'px';
  tip.style.top = Math.max(8, Math.min(y + 12, innerHeight - box.height - 8)) + 'px';
  tip.style.visibility = 'visible';
  byId('live').textContent = said.join(', ');
}

function moveCursor(panel, k) {
  const frame = frameOf(panel), box = panel.canvas.getBoundingClientRect();
  const to = Math.min(count - 1, Math.max(0, k));
  setCursor(to, box.left + frame.x(frame.at(to)), box.top + 20);
}

function build(panel, index) {
  const title = panel.stacked ? meta.panels[index].unit
    : panel.series.map(s => s.name).join(', ');
  if (panels.length > 1) byId('panels').append(element('h2', title));
  const canvas = panel.canvas = element('canvas');
  canvas.tabIndex = 0;
  canvas.style.height = panels.length > 1 ? '260px' : 'min(420px, 60vh)';
  canvas.setAttribute('role', 'img');
  canvas.setAttribute('aria-label', `${meta.query}: ${title}. Arrow keys read values.`);
  byId('panels').append(canvas);
  canvas.addEventListener('pointermove', event => {
    const x = event.clientX - canvas.getBoundingClientRect().left;
    setCursor(nearest(frameOf(panel).value(x)), event.clientX, event.clientY);
  });
  canvas.addEventListener('pointerleave', () => setCursor(-1));
  canvas.addEventListener('blur', () => setCursor(-1));
  canvas.addEventListener('keydown', event => {
    const far = Math.max(1, Math.round(count / 10));
    const to = { ArrowLeft: cursor - 1, ArrowRight: cursor + 1, Home: 0, End: count - 1,
      PageUp: cursor - far, PageDown: cursor + far }[event.key];
    if (event.key === 'Escape') setCursor(-1);
    if (to === undefined) return;
    event.preventDefault();
    moveCursor(panel, to);
  });
}

function showLegend() {
  const legend = byId('legend');
  legend.textContent = '';
  const all = panels.flatMap(panel => panel.series);
  all.forEach(s => {
    const button = element('button'), chip = element('i');
    chip.style.background = ink(s.hue);
    // Only what a line can hold: the end of a path says the most.
    const most = innerWidth < 560 ? 30 : 60;
    button.append(chip, s.name.length > most ? '…' + s.name.slice(1 - most) : s.name);
    button.title = s.name;
    button.setAttribute('aria-pressed', String(s.isShown));
    button.addEventListener('click', () => {
      s.isShown = !s.isShown;
      button.setAttribute('aria-pressed', String(s.isShown));
      drawAll();
      showSummary();
    });
    legend.append(button);
  });
}

function themeChanged() {
  byId('theme').textContent = isDark() ? 'Light' : 'Dark';
  showLegend();
  showSummary();
  drawAll();
}

for (const id of ['query', 'sub', 'about', 'notes']) byId(id).textContent = meta[id];
byId('notes').hidden = !meta.notes;
panels.forEach(build);
byId('theme').addEventListener('click', () => {
  document.documentElement.dataset.theme = isDark() ? 'light' : 'dark';
  themeChanged();
});
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', themeChanged);
new ResizeObserver(drawAll).observe(byId('panels'));
themeChanged();

window.memq = { ...tables, points: () => count, places: () => meta.xs, marks: () => meta.marks,
  panels: () => panels.length, isDark,
  series: () => panels.flatMap(panel => panel.series.map(s => s.name)),
  value: (name, k) => panels.flatMap(panel => panel.series)
    .find(s => s.name === name).values[k],
  cursor: () => cursor, move: k => moveCursor(panels[0], k) };
