// Reads values out by pointer and keyboard, and leads to the questions behind a point.

import { addressParts, followAddress, remember } from '../shared/address.js';
import { meta } from '../shared/data.js';
import { announce, byId, copyFrom, element, isDark, onTheme, press, setUpPage }
  from '../shared/dom.js';
import { valueText } from '../shared/words.js';
import { filter, onRows, sortBy, sorting, tables, whenPrinted } from '../table/rows.js';
import { questionsAt } from './ask.js';
import { drawAll, frameOf } from './draw.js';
import { markAt } from './marks.js';
import { bars, count, ink, panels, placeText, reader } from './series.js';
import { showSummary } from './summary.js';

// Series that the read-out lists; the legend has all.
const MOST_READ = 14;

function nearest(value) {
  if (bars) return Math.min(count - 1, Math.max(0, Math.floor(value)));
  let low = 0, high = count - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (meta.xs[middle] < value) low = middle; else high = middle;
  }
  return value - meta.xs[low] < meta.xs[high] - value ? low : high;
}

// Lines of the read-out: what is zero says nothing, unless all is.
function readOf(k) {
  const lines = [];
  for (const panel of panels) {
    const shown = panel.series.filter(s => s.isShown);
    const told = shown.filter(s => s.values[k] || panel.series.length < 4);
    if (panel.stacked) told.sort((a, b) => (b.values[k] || 0) - (a.values[k] || 0));
    for (const s of told) lines.push([s.name, valueText(s.values[k], panel.unit), ink(s.hue)]);
    if (panel.stacked && shown.length > 1) {
      const sum = shown.reduce((all, s) => all + (s.values[k] || 0), 0);
      lines.push(['together', valueText(sum, panel.unit), 'transparent']);
    }
  }
  if (lines.length <= MOST_READ) return lines;
  const left = lines.length - MOST_READ;
  return [...lines.slice(0, MOST_READ - 1), [`${left} more`, '', 'transparent'],
    lines[lines.length - 1]];
}

function setCursor(k, x, y) {
  reader.cursor = k;
  drawAll();
  const tip = byId('tip');
  if (k < 0) { tip.style.visibility = 'hidden'; return; }
  tip.textContent = '';
  tip.append(element('b', placeText(k)));
  const table = element('table'), said = [placeText(k)], mark = markAt(k);
  if (mark) { tip.append(element('div', 'after ' + mark)); said.push('after ' + mark); }
  for (const [title, text, colour] of readOf(k)) {
    const row = element('tr'), name = element('td'), chip = element('i');
    chip.style.background = colour;
    name.append(chip, title.length > 60 ? '…' + title.slice(-59) : title);
    row.append(name, element('td', text));
    table.append(row);
    said.push(`${title} ${text}`);
  }
  tip.append(table);
  const box = tip.getBoundingClientRect();
  tip.style.left = Math.max(8, x + 16 + box.width > innerWidth - 8 ? x - box.width - 16
    : x + 16) + 'px';
  tip.style.top = Math.max(8, Math.min(y + 12, innerHeight - box.height - 8)) + 'px';
  tip.style.visibility = 'visible';
  announce(said.join(', '));
}

function moveCursor(panel, k) {
  const frame = frameOf(panel), box = panel.canvas.getBoundingClientRect();
  const to = Math.min(count - 1, Math.max(0, k));
  setCursor(to, box.left + frame.x(frame.at(to)), box.top + 20);
}

// Shows the questions of a point, or of a stretch from one to another; null takes them away.
function ask(from, to) {
  const questions = from === null ? [] : questionsAt(meta, from, to);
  reader.asked = questions.length ? [from, to] : null;
  byId('ask-text').textContent = reader.asked ? (from === to || bars ? placeText(from)
    : `${placeText(Math.min(from, to))} to ${placeText(Math.max(from, to))}`)
    : bars ? 'Click a bar for the question behind it.'
      : 'Click a point, or drag over a stretch, for the flame graph of it.';
  byId('asks').textContent = '';
  for (const [what, question] of questions) {
    const line = element('div', undefined, 'ask'), button = element('button', 'Copy query');
    button.addEventListener('click', () => copyFrom(button, question));
    line.append(element('span', what), element('code', question), button);
    byId('asks').append(line);
  }
  if (questions.length) announce(questions.map(parts => parts.join(': ')).join(', '));
  drawAll();
}

function setUpAsking(panel) {
  const canvas = panel.canvas;
  const at = event => nearest(frameOf(panel).value(
    event.clientX - canvas.getBoundingClientRect().left));
  let from = null;
  canvas.addEventListener('pointerdown', event => {
    if (event.button !== 0 || byId('ask').hidden) return;
    from = at(event);
    canvas.setPointerCapture(event.pointerId);
    ask(from, from);
    noteChart('ask');
  });
  canvas.addEventListener('pointermove', event => {
    if (from === null || bars) return;
    ask(from, at(event));
    noteChart('ask');
  });
  for (const name of ['pointerup', 'pointercancel']) {
    canvas.addEventListener(name, () => { from = null; });
  }
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
  canvas.addEventListener('keydown', event => keyPressed(panel, event));
  setUpAsking(panel);
}

function keyPressed(panel, event) {
  const { cursor } = reader, far = Math.max(1, Math.round(count / 10));
  const to = { ArrowLeft: cursor - 1, ArrowRight: cursor + 1, Home: 0, End: count - 1,
    PageUp: cursor - far, PageDown: cursor + far }[event.key];
  if (event.key === 'Escape') {
    setCursor(-1);
    ask(null);
  }
  if (event.key === 'Enter' && cursor >= 0) {
    ask(cursor, cursor);
    noteChart('ask');
  }
  if (to === undefined) return;
  event.preventDefault();
  moveCursor(panel, to);
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
      noteChart();
    });
    legend.append(button);
  });
}

// Heights below zero have no logarithm.
const canBeLog = () => bars && panels.every(panel => panel.series.every(s =>
  s.values.every(value => value === null || value >= 0)));

// Whether bars differ so much that small ones would be a pixel high.
function isSteep() {
  const values = canBeLog() ? panels.flatMap(panel => panel.series).flatMap(s => s.values)
    .filter(value => value > 0) : [];
  return values.length > 2 && Math.max(...values) > 1000 * Math.min(...values);
}

function setLog(isLog) {
  reader.isLog = isLog;
  press('log', isLog);
  drawAll();
}

// Hidden series, the axis and the point asked for stand in the address.
function noteChart(kind = '') {
  const all = panels.flatMap(panel => panel.series);
  const hidden = all.map((s, k) => s.isShown ? '' : k).filter(k => k !== '');
  remember({ ...addressParts(), without: hidden.join('.'),
    log: reader.isLog === isSteep() ? '' : reader.isLog ? '1' : '0',
    at: reader.asked ? reader.asked.join('.') : '',
    sort: tables.rows ? sorting() : '', filter: tables.rows ? byId('filter').value : '' }, kind);
}

function showParts(parts) {
  const hidden = new Set((parts.without || '').split('.'));
  panels.flatMap(panel => panel.series).forEach((s, k) => { s.isShown = !hidden.has(String(k)); });
  setLog(parts.log === undefined ? isSteep() : parts.log === '1');
  const [from, to] = (parts.at || '').split('.').map(Number);
  if (parts.at && from < count && to < count) ask(from, to); else ask(null);
  if (tables.rows) {
    const [column, direction, place] = (parts.sort || '').split('.');
    sortBy(column ? Number(column) : -1, Number(place || 0), direction === 'down');
    byId('filter').value = parts.filter || '';
    filter(byId('filter').value);
  }
  themeChanged();
}

function themeChanged() {
  showLegend();
  showSummary();
  drawAll();
}

for (const id of ['query', 'sub', 'about', 'notes']) byId(id).textContent = meta[id];
byId('notes').hidden = !meta.notes;
panels.forEach(build);
byId('ask').hidden = !questionsAt(meta, 0, 0).length;
byId('log').hidden = !canBeLog();
byId('log').addEventListener('click', () => { setLog(!reader.isLog); noteChart(); });
document.addEventListener('keydown', event => {
  if (event.key === 'l' && canBeLog() && event.target.tagName !== 'INPUT') byId('log').click();
});
new ResizeObserver(drawAll).observe(byId('panels'));
setUpPage(() => meta.query);
if (tables.rows) {
  onRows(noteChart);
  whenPrinted();
}
onTheme(themeChanged);
followAddress(showParts);

window.memq = { ...tables, points: () => count, places: () => meta.xs, marks: () => meta.marks,
  panels: () => panels.length, isDark,
  series: () => panels.flatMap(panel => panel.series.map(s => s.name)),
  value: (name, k) => panels.flatMap(panel => panel.series)
    .find(s => s.name === name).values[k],
  cursor: () => reader.cursor, move: k => moveCursor(panels[0], k), isLog: () => reader.isLog };
