// Where the window is, the path to it, and the frame in focus.

import { byId, element } from '../shared/dom.js';
import { countText } from '../shared/words.js';
import { ROW, canvas, draw, redraw, scroller, stillness } from './draw.js';
import { nameOf, placeText } from './names.js';
import { noteView } from './choices.js';
import { showFrame } from './panels.js';
import { search, showFound } from './search.js';
import { model, state, view } from './state.js';

export const whole = () => state.view.width[0];

// A frame that is gone to is at least this wide.
const SEEN_PIXELS = 24;

let animation = 0;
// Ends a movement of the window that is under way.
export const stopMoving = () => { ++animation; };

function moveWindow(left, right, isInstant) {
  const ticket = ++animation, from = [state.left, state.right], begun = performance.now();
  if (isInstant || stillness.matches) {
    state.left = left;
    state.right = right;
    redraw();
    return;
  }
  const step = now => {
    if (ticket !== animation) return;
    const part = Math.min(1, Math.max(0, (now - begun) / 180)), ease = 1 - (1 - part) ** 3;
    state.left = part < 1 ? from[0] + (left - from[0]) * ease : left;
    state.right = part < 1 ? from[1] + (right - from[1]) * ease : right;
    draw();
    if (part < 1) requestAnimationFrame(step);
  };
  requestAnimationFrame(step);
}

export function windowOf(i) {
  const v = view(), width = v.width[i] > 0 ? v.width[i] : 1;
  return [v.start[i], v.start[i] + width];
}

export function zoomTo(i, isInstant) {
  if (!(i >= 0 && i < view().n)) return;
  state.zoom = i;
  state.focus = i;
  const [left, right] = windowOf(i);
  moveWindow(left, right, isInstant);
  reveal(i);
  showCrumbs();
  showFound();
  showFrame(i);
  noteView();
}

function reveal(i) {
  const y = view().depth[i] * ROW;
  if (y < scroller.scrollTop) scroller.scrollTop = Math.max(0, y - ROW);
  else if (y + 3 * ROW > scroller.scrollTop + state.height) {
    scroller.scrollTop = y - Math.max(ROW, state.height / 3);
  }
}

// Keeps the window inside the tree, and wide enough for numbers to be exact.
export function setWindow(left, right) {
  const all = whole(), least = all / 1e9;
  let width = Math.min(all, Math.max(least, right - left));
  let from = Math.min(Math.max(0, left), all - width);
  if (width >= all) { from = 0; width = all; }
  ++animation;
  state.left = from;
  state.right = from + width;
  redraw();
}

export function scaleWindow(factor, at) {
  const width = state.right - state.left, fixed = state.left + width * at;
  setWindow(fixed - width * factor * at, fixed + width * factor * (1 - at));
}

export function pan(share) {
  const step = (state.right - state.left) * share;
  setWindow(state.left + step, state.right + step);
}

export function showCrumbs() {
  const path = [];
  for (let i = state.zoom; i >= 0; i = view().parent[i]) path.push(i);
  path.reverse();
  const shown = path.length > 40 ? path.slice(0, 3).concat([-1], path.slice(-30)) : path;
  const crumbs = byId('crumbs');
  crumbs.textContent = '';
  shown.forEach((i, k) => {
    if (k > 0) crumbs.append(element('span', '›', 'sep'));
    if (i < 0) {
      crumbs.append(element('span', `… ${countText(path.length - 33)} more …`, 'sep'));
      return;
    }
    const button = element('button', nameOf(model, view(), i));
    button.title = i === 0 ? 'Everything' : placeText(model, view(), i);
    if (i === state.zoom) button.setAttribute('aria-current', 'location');
    button.addEventListener('click', () => { zoomTo(i); canvas.focus(); });
    crumbs.append(button);
  });
  crumbs.scrollLeft = crumbs.scrollWidth;
}

export function setFocus(i) {
  if (!(i >= 0 && i < view().n)) return;
  state.focus = i;
  const v = view(), scale = state.width / (state.right - state.left);
  const isNarrow = v.width[i] * scale < 3, from = v.start[i], to = from + v.width[i];
  // A frame too narrow or out of sight widens the window to the outermost caller that shows it.
  if (isNarrow || to <= state.left || from >= state.right) {
    let around = i;
    for (let above = v.parent[i]; above >= 0; above = v.parent[above]) {
      if (v.width[i] / v.width[above] * state.width >= SEEN_PIXELS) around = above;
    }
    state.zoom = around;
    moveWindow(...windowOf(around), true);
    showCrumbs();
    showFound();
    noteView('zoom');
  }
  reveal(i);
  showFrame(i);
  redraw();
}

export function neighbour(step) {
  const v = view(), i = state.focus, p = v.parent[i];
  if (p < 0) return i;
  if (step > 0) return v.end[i] < v.end[p] ? v.end[i] : i;
  let before = i;
  for (let c = p + 1; c < i; c = v.end[c]) before = c;
  return before;
}

export function zoomOut() {
  if (byId('search').value) {
    byId('search').value = '';
    search('');
    noteView();
  } else if (state.zoom > 0) {
    const from = state.zoom;
    zoomTo(view().parent[from]);
    state.focus = from;
  } else {
    zoomTo(0);
  }
}
