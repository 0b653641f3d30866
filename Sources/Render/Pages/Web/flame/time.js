// The capture over time above the graph, with a brush that chooses what the graph shows.
//
// The brush lies on the windows' ends. It shows the peak within, what was allocated within and
// lives at its end, or what lives at its end.

import { announce, byId, isDark, press } from '../shared/dom.js';
import { bytesText, secondsText } from '../shared/words.js';
import { paint } from './colours.js';
import { noteView, refresh } from './choices.js';
import { options, sizeText, state, times, view } from './state.js';

const timeCanvas = byId('time'), timeContext = timeCanvas.getContext('2d', { alpha: false });
// The brush in windows: `to` is also the cursor.
const brush = { from: 0, to: 0, mode: 'peak', stretch: null };

const boundary = window => 2 * window;
const secondsAt = window => times.points[boundary(window)].seconds;

// What a mode shows of windows `from..to`: a point, and for survivors the point before.
export function timeOf(mode, from, to) {
  if (mode === 'live') return { mode, point: boundary(to), windows: [to, to] };
  if (mode === 'alive') {
    return { mode, since: boundary(from), point: boundary(to), from: boundary(from),
      to: boundary(to), windows: [from, to] };
  }
  let point = boundary(from);
  for (let p = point; p <= boundary(to); p++) {
    if (times.points[p].heap >= times.points[point].heap) point = p;
  }
  return { mode, point, from: boundary(from), to: boundary(to), windows: [from, to] };
}

// A stretch of no length shows nothing: the last one that had some is taken, or all up to here.
function widen() {
  if (brush.from === brush.to) {
    const [from, to] = brush.stretch || [0, Math.max(1, brush.to)];
    Object.assign(brush, { from, to });
  }
  brush.stretch = [brush.from, brush.to];
}

// Takes a stretch of windows, or goes back to what was asked.
export function setTime(mode, from, to) {
  if (!times) return;
  if (mode) {
    const inside = window => Math.min(times.windows, Math.max(0, window));
    Object.assign(brush, { mode, from: inside(Math.min(from, to)),
      to: inside(Math.max(from, to)) });
    if (mode === 'live') brush.from = brush.to;
    else widen();
    options.time = timeOf(mode, brush.from, brush.to);
  } else {
    options.time = null;
    Object.assign(brush, { from: 0, to: times.windows, stretch: null });
  }
}

function applyTime(mode, from, to) {
  setTime(mode, from, to);
  refresh();
  noteView('time');
  announce(`${timeWords() || 'as asked'}: ${sizeText(view().size[0])}`);
}

export function timeWords() {
  const time = options.time, at = p => secondsText(times.points[p].seconds);
  if (!time) return '';
  if (time.mode === 'live') return `live at ${at(time.point)}`;
  const span = `${at(time.from)} .. ${at(time.to)}`;
  return time.mode === 'peak' ? `peak in ${span} (at ${at(time.point)})`
    : `allocated in ${span} and alive at its end`;
}

export function showTime() {
  if (!times) return;
  for (const mode of ['peak', 'alive', 'live']) {
    press('time-' + mode, Boolean(options.time) && brush.mode === mode);
  }
  press('time-asked', !options.time);
  const { from, to, mode } = brush, last = times.points[boundary(to)];
  const span = mode === 'live' ? secondsText(last.seconds)
    : `${secondsText(secondsAt(from))} to ${secondsText(last.seconds)}`;
  const rss = last.rss === null ? '' : `, RSS ${bytesText(last.rss)}`;
  const values = `heap ${bytesText(last.heap)}${rss} at its end`;
  byId('time-text').textContent = options.time ? `${span}: ${values}`
    : 'Drag over the curve to choose a stretch of time.';
  timeCanvas.setAttribute('aria-valuetext', options.time ? `${timeWords()}, ${values}`
    : 'everything');
  timeCanvas.setAttribute('aria-valuenow', to);
  timeCanvas.setAttribute('aria-valuemax', times.windows);
  drawTime();
}

// What the capture held at a place of the curve; the brush stays where it is.
function showReadout(clientX) {
  const at = windowAt(clientX), point = times.points[boundary(at)];
  const peak = times.points[Math.max(0, boundary(at) - 1)];
  const rss = point.rss === null ? '' : `, RSS ${bytesText(point.rss)}`;
  byId('time-text').textContent = `${secondsText(point.seconds)}: heap ${bytesText(point.heap)}`
    + `${rss}; highest just before: ${bytesText(Math.max(peak.heap, point.heap))}`;
}

function timeFrame() {
  const width = Math.max(50, timeCanvas.clientWidth), height = timeCanvas.clientHeight;
  const end = times.points[times.points.length - 1].seconds || 1;
  const x = seconds => seconds / end * width;
  let most = 1, rss = 1;
  for (const point of times.points) {
    most = Math.max(most, point.heap);
    rss = Math.max(rss, point.rss || 0);
  }
  // The heap must be seen: an RSS far above it has a scale of its own, and the key says so.
  const isApart = rss > 2 * most, highest = Math.max(most, isApart ? 0 : rss);
  const scale = most => value => height - 14 - value / most * (height - 18);
  return { width, height, x, most: highest, isApart, rss,
    y: scale(highest), rssY: scale(isApart ? rss * 1.04 : highest) };
}

export function drawTime() {
  if (!times) return;
  const { width, height, x, y, rssY, most, isApart, rss } = timeFrame();
  const c = timeContext, dark = isDark();
  byId('time-rss').textContent = isApart ? `RSS, own scale to ${bytesText(rss)}` : 'RSS';
  c.canvas.width = Math.round(width * state.ratio);
  c.canvas.height = Math.round(height * state.ratio);
  c.setTransform(state.ratio, 0, 0, state.ratio, 0, 0);
  c.fillStyle = paint.back;
  c.fillRect(0, 0, width, height);
  const points = times.points, floor = y(0);
  c.beginPath();
  c.moveTo(0, floor);
  // A peak has the time of the record before it; drawn in the middle of its window.
  points.forEach((point, p) => c.lineTo(x(p % 2
    ? (points[p - 1].seconds + points[p + 1].seconds) / 2 : point.seconds), y(point.heap)));
  c.lineTo(width, floor);
  c.fillStyle = dark ? 'hsl(214 45% 40% / .55)' : 'hsl(214 75% 60% / .32)';
  c.fill();
  c.strokeStyle = dark ? 'hsl(214 70% 66%)' : 'hsl(214 70% 42%)';
  c.lineWidth = 1.25;
  c.stroke();
  c.beginPath();
  let isOpen = false;
  for (let p = 0; p < points.length; p += 2) {
    if (points[p].rss === null) continue;
    if (isOpen) c.lineTo(x(points[p].seconds), rssY(points[p].rss));
    else c.moveTo(x(points[p].seconds), rssY(points[p].rss));
    isOpen = true;
  }
  c.strokeStyle = dark ? 'hsl(24 80% 62%)' : 'hsl(24 85% 45%)';
  c.setLineDash([4, 3]);
  c.stroke();
  c.setLineDash([]);
  drawTimeWords(c, width, height, most);
  drawBrush(c, width, height, x);
}

function drawTimeWords(c, width, height, most) {
  const last = times.points[times.points.length - 1];
  c.font = '11px system-ui, sans-serif';
  c.textBaseline = 'middle';
  c.fillStyle = paint.soft;
  c.textAlign = 'left';
  c.fillText('0', 2, height - 6);
  c.textAlign = 'right';
  c.fillText(secondsText(last.seconds), width - 2, height - 6);
  // On the left, where a heap begins low.
  const text = bytesText(most), wide = c.measureText(text).width;
  c.fillStyle = paint.back;
  c.globalAlpha = 0.75;
  c.fillRect(0, 1, wide + 6, 16);
  c.globalAlpha = 1;
  c.fillStyle = paint.soft;
  c.textAlign = 'left';
  c.fillText(text, 2, 9);
  c.textAlign = 'left';
}

function drawBrush(c, width, height, x) {
  const shown = times.shown >= 0 && !options.time ? times.points[times.shown] : null;
  c.fillStyle = paint.focus;
  if (shown) c.fillRect(Math.min(width - 1, Math.round(x(shown.seconds))), 0, 1, height - 13);
  if (!options.time) return;
  const from = x(secondsAt(brush.from)), to = x(secondsAt(brush.to));
  if (brush.mode !== 'live') {
    c.globalAlpha = 0.16;
    c.fillRect(from, 0, to - from, height - 13);
    c.globalAlpha = 1;
    c.fillRect(Math.round(from), 0, 2, height - 13);
  }
  c.fillRect(Math.max(0, Math.min(width - 2, Math.round(to))), 0, 2, height - 13);
}

// The window's end nearest to a place on the canvas.
function windowAt(clientX) {
  const box = timeCanvas.getBoundingClientRect();
  const end = secondsAt(times.windows), part = (clientX - box.left) / box.width;
  let best = 0;
  for (let k = 1; k <= times.windows; k++) {
    if (Math.abs(secondsAt(k) / end - part) <= Math.abs(secondsAt(best) / end - part)) best = k;
  }
  return best;
}

// Arrows move the brush, with Shift its end alone.
export function timeKey(event) {
  const step = { ArrowLeft: -1, ArrowRight: 1, PageUp: -10, PageDown: 10 }[event.key];
  if (event.key === 'Escape') { applyTime(null); return true; }
  if (event.key === 'Home') { applyTime(brush.mode, 0, event.shiftKey ? 0 : 1); return true; }
  if (event.key === 'End') {
    applyTime(brush.mode, event.shiftKey ? brush.from : times.windows - 1, times.windows);
    return true;
  }
  if (!step) return false;
  if (!options.time) {
    const part = Math.max(1, Math.round(times.windows / 10));
    if (step > 0) applyTime(brush.mode, 0, part);
    else applyTime(brush.mode, times.windows - part, times.windows);
    return true;
  }
  const clamp = (value, least) => Math.min(times.windows, Math.max(least, value));
  if (brush.mode === 'live') applyTime('live', 0, clamp(brush.to + step, 0));
  else if (event.shiftKey) {
    applyTime(brush.mode, brush.from, clamp(brush.to + step, brush.from + 1));
  } else {
    const length = brush.to - brush.from, to = clamp(brush.to + step, length);
    applyTime(brush.mode, to - length, to);
  }
  return true;
}

export function setUpTime() {
  byId('timebox').hidden = !times;
  if (!times) return;
  setTime(null);
  let drag = null, waits = false;
  const take = event => {
    const at = windowAt(event.clientX);
    if (brush.mode === 'live') return ['live', at, at];
    return at === drag ? [brush.mode, Math.max(0, at - 1), Math.max(1, at)]
      : [brush.mode, drag, at];
  };
  timeCanvas.addEventListener('pointerdown', event => {
    if (event.button !== 0) return;
    drag = windowAt(event.clientX);
    timeCanvas.setPointerCapture(event.pointerId);
    applyTime(...take(event));
  });
  timeCanvas.addEventListener('pointermove', event => {
    if (drag === null) showReadout(event.clientX);
    if (drag === null || waits) return;
    const [mode, from, to] = take(event);
    if (from === brush.from && to === brush.to) return;
    waits = true;
    requestAnimationFrame(() => { waits = false; applyTime(mode, from, to); });
  });
  for (const name of ['pointerup', 'pointercancel']) {
    timeCanvas.addEventListener(name, () => { drag = null; });
  }
  timeCanvas.addEventListener('pointerleave', showTime);
  for (const mode of ['peak', 'alive', 'live']) {
    byId('time-' + mode).addEventListener('click', () => applyTime(mode, brush.from, brush.to));
  }
  byId('time-asked').addEventListener('click', () => applyTime(null));
}
