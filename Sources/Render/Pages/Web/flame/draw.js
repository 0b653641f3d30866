// Draws the visible part of a view on the canvas and finds frames under the pointer.
//
// A frame is drawn when it is at least a pixel wide; siblings are sorted, so at the first narrower
// one the rest of its caller is filled as one block and skipped.

import { byId } from '../shared/dom.js';
import { shortPath } from '../shared/paths.js';
import { DIM, FADED, SMALL, paint, palette, shadeOf } from './colours.js';
import { nameOf } from './names.js';
import { model, placeOf, state } from './state.js';
import { drawTime } from './time.js';

export const canvas = byId('graph'), scroller = byId('scroll');
const space = byId('space');
const context = canvas.getContext('2d', { alpha: false });
const coarse = matchMedia('(pointer: coarse)').matches;
export const ROW = coarse ? 26 : 20;
const FONT = coarse ? 13 : 12;
const mono = 'ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace';
export const stillness = matchMedia('(prefers-reduced-motion: reduce)');

// Rectangles wait in a list per colour: changing the colour costs more than filling.
const rects = { count: 0, x: [], y: [], width: [], next: [],
  head: new Int32Array(2 * FADED).fill(-1) };

function addRect(x, y, width, shade) {
  const k = rects.count++;
  rects.x[k] = x;
  rects.y[k] = y;
  rects.width[k] = width;
  rects.next[k] = rects.head[shade];
  rects.head[shade] = k;
}

function fillRects() {
  for (let shade = 0; shade < 2 * FADED; shade++) {
    let k = rects.head[shade];
    if (k < 0) continue;
    context.fillStyle = palette[shade % FADED];
    context.globalAlpha = shade >= FADED ? 0.55 : 1;
    for (; k >= 0; k = rects.next[k]) {
      context.fillRect(rects.x[k], rects.y[k], rects.width[k], ROW - 1);
    }
    rects.head[shade] = -1;
  }
  context.globalAlpha = 1;
  rects.count = 0;
}

// Rows that a sheet of paper gets.
const PRINTED_ROWS = 60;

// Takes the room there is; on paper that is all rows, finely drawn.
export function resize(isOnPaper) {
  state.width = Math.max(50, scroller.clientWidth);
  state.height = isOnPaper ? Math.min(state.view.rows, PRINTED_ROWS) * ROW + 4
    : Math.max(50, scroller.clientHeight);
  state.ratio = isOnPaper ? 2 : Math.max(1, Math.min(3, devicePixelRatio || 1));
  canvas.width = Math.round(state.width * state.ratio);
  canvas.height = Math.round(state.height * state.ratio);
  canvas.style.height = state.height + 'px';
  context.font = `${FONT}px ${mono}`;
  state.charWidth = context.measureText('0123456789').width / 10 || 7;
  sizeSpace();
  redraw();
  drawTime();
}

export function sizeSpace() {
  space.style.height = state.view.rows * ROW + 4 + 'px';
}

let waiting = false;
export function redraw() {
  if (waiting) return;
  waiting = true;
  requestAnimationFrame(() => { waiting = false; draw(); });
}

const isPlain = text => /^[\x20-\x7e]*$/.test(text);

// The text cut to `room` pixels; empty when nothing readable fits.
function fitted(text, room) {
  const chars = Math.floor(room / state.charWidth);
  if (chars < 3) return '';
  if (isPlain(text)) return text.length <= chars ? text : text.slice(0, chars - 1) + '…';
  let cut = text.slice(0, chars);
  if (cut.length === text.length && context.measureText(cut).width <= room) return cut;
  while (cut && context.measureText(cut + '…').width > room) cut = cut.slice(0, -1);
  if (/[\ud800-\udbff]$/.test(cut)) cut = cut.slice(0, -1);
  return cut ? cut + '…' : '';
}

let ink = '';
function setInk(colour) {
  if (colour !== ink) context.fillStyle = ink = colour;
}

function drawText(view, i, x, y, width, faded) {
  const from = Math.max(x, 0) + 5, room = Math.min(x + width, state.width) - from - 4;
  if (room < state.charWidth * 3) return;
  const name = nameOf(model, view, i), text = fitted(name, room);
  if (!text) return;
  const f = view.frame[i];
  const isOff = state.matchFrames && !(f >= 0 && state.matchFrames[f]);
  setInk(isOff ? paint.dimText : f < 0 || faded ? paint.softText : paint.text);
  context.fillText(text, from, y + ROW / 2);
  if (f < 0 || text !== name || isOff) return;
  const place = placeOf(f);
  if (!place || place === name || !isPlain(name)) return;
  const used = (name.length + 1) * state.charWidth, rest = room - used;
  if (rest < state.charWidth * 8) return;
  const ending = shortPath(place);
  const short = ending.length * state.charWidth <= rest ? ending : place.split(/[\/\\]/).pop();
  const placeText = fitted(short, rest);
  if (!placeText) return;
  setInk(paint.softText);
  context.fillText(placeText, from + used, y + ROW / 2);
}

export function draw() {
  const begun = performance.now(), view = state.view, n = view.n;
  const { start, width, end, parent, depth, filled } = view;
  const scale = state.width / (state.right - state.left);
  const top = scroller.scrollTop;
  const firstRow = Math.floor(top / ROW), lastRow = Math.floor((top + state.height) / ROW);
  const zoomDepth = depth[state.zoom];
  context.setTransform(state.ratio, 0, 0, state.ratio, 0, 0);
  context.fillStyle = paint.back;
  context.fillRect(0, 0, state.width, state.height);
  context.font = `${FONT}px ${mono}`;
  context.textBaseline = 'middle';
  const labels = [];
  let i = 0;
  while (i < n) {
    const s = start[i], w = width[i], p = parent[i], d = depth[i];
    if (i > 0 && (s >= state.right || d > lastRow)) { i = end[p]; continue; }
    if (i > 0 && s + w <= state.left) { i = end[i]; continue; }
    const x = (s - state.left) * scale, pixels = w * scale;
    if (i > 0 && pixels < 1) {
      if (d >= firstRow) {
        const from = Math.max(x, 0);
        const wide = Math.min((filled[p] - state.left) * scale, state.width) - from;
        if (wide > 0.4) {
          addRect(from, d * ROW - top, wide, state.matchFrames ? DIM : SMALL);
        }
      }
      i = end[p];
      continue;
    }
    if (d >= firstRow) {
      const y = d * ROW - top, from = Math.max(x, -2);
      const to = Math.min(x + pixels, state.width + 2);
      const gap = to - from > 3 ? 1 : 0;
      addRect(from, y, to - from - gap, shadeOf(view, i) + (d < zoomDepth ? FADED : 0));
      if (pixels > 24) labels.push(i);
    }
    i++;
  }
  const drawn = rects.count;
  fillRects();
  ink = '';
  for (const l of labels) {
    drawText(view, l, (start[l] - state.left) * scale, depth[l] * ROW - top,
      width[l] * scale, depth[l] < zoomDepth);
  }
  outline(state.hover, paint.hover, 1);
  if (document.activeElement === canvas) outline(state.focus, paint.focus, 2);
  state.drawn = drawn;
  state.drawMs = performance.now() - begun;
  if (!state.firstMs) state.firstMs = begun + state.drawMs;
}

export function boxOf(i) {
  const view = state.view, scale = state.width / (state.right - state.left);
  const x = Math.max(0, (view.start[i] - state.left) * scale);
  const to = Math.min(state.width, (view.start[i] + view.width[i] - state.left) * scale);
  return { x, y: view.depth[i] * ROW - scroller.scrollTop, width: Math.max(2, to - x),
    isSeen: to > 0 && x < state.width };
}

function outline(i, colour, thick) {
  if (i < 0) return;
  const box = boxOf(i);
  if (!box.isSeen) return;
  context.strokeStyle = colour;
  context.lineWidth = thick;
  context.strokeRect(box.x + thick / 2, box.y + thick / 2, Math.max(1, box.width - thick - 1),
    ROW - 1 - thick);
}

// The frame at a point of the canvas; -1 between frames and in blocks of small ones.
export function nodeAt(x, y) {
  const view = state.view, row = Math.floor((y + scroller.scrollTop) / ROW);
  const scale = state.width / (state.right - state.left), value = state.left + x / scale;
  if (row < 0 || row >= view.rows) return -1;
  let i = 0;
  for (let d = 0; d < row; d++) {
    let c = i + 1;
    const last = view.end[i];
    while (c < last && view.start[c] + view.width[c] <= value) c = view.end[c];
    if (c >= last || view.start[c] > value || view.width[c] * scale < 1) return -1;
    i = c;
  }
  return i;
}
