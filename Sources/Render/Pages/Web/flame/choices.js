// What is chosen becomes a view, an address, and words.

import { remember } from '../shared/address.js';
import { meta } from '../shared/data.js';
import { announce, byId, press } from '../shared/dom.js';
import { patternOf } from '../shared/search.js';
import { countText } from '../shared/words.js';
import { isBottomUp, setColours } from './colours.js';
import { draw, redraw, resize, scroller, sizeSpace } from './draw.js';
import { firstOptions, makeView } from './edits.js';
import { fromParts, partsOf } from './link.js';
import { nameOf } from './names.js';
import { hasActions, showChanges, showFrame, showLegend, showTip } from './panels.js';
import { queryText } from './question.js';
import { search, showFound } from './search.js';
import { countName, functionOf, hasCounts, hideSets, keyOf, model, options, sizeName, sizeText,
  state, times, view } from './state.js';
import { drawTime, setTime, showTime } from './time.js';
import { showCrumbs, stopMoving, windowOf, zoomTo } from './zoom.js';

export function refresh() {
  const path = [];
  if (state.view) {
    const old = state.view;
    for (let i = state.zoom; i > 0; i = old.parent[i]) path.push(old.frame[i]);
  }
  state.view = makeView(model, options);
  state.oldest = oldestAge();
  state.zoom = state.madeTurned === options.turned ? follow(path) : 0;
  state.madeTurned = options.turned;
  state.focus = state.zoom;
  state.hover = -1;
  [state.left, state.right] = windowOf(state.zoom);
  stopMoving();
  if (!state.zoom) scroller.scrollTop = 0;
  showTip(-1);
  showChoices();
  sizeSpace();
  showCrumbs();
  showFound();
  showFrame(state.focus, true);
  showLegend();
  showChanges();
  redraw();
}

// The node below the root that has this path of frames, innermost first; 0 when none has.
function follow(path) {
  const v = view();
  let at = 0;
  for (const frame of path.reverse()) {
    let found = 0;
    for (let c = at + 1; c < v.end[at] && !found; c = v.end[c]) {
      if (v.frame[c] === frame && v.width[c] > 0) found = c;
    }
    if (!found) return 0;
    at = found;
  }
  return at;
}

// The greatest age there can be: everything was born after the start.
function oldestAge() {
  const point = options.time ? options.time.point : times ? times.shown : -1;
  return point >= 0 ? times.points[point].seconds : 0;
}

function showChoices() {
  press('topdown', !isBottomUp());
  press('bottomup', isBottomUp());
  press('bysize', !options.byCount);
  press('bycount', options.byCount);
  press('split', options.isSplit);
  press('normalized', options.normalized);
  byId('width').value = options.width;
  byId('colour').value = options.colour;
  byId('colour-age').disabled = !view().hasAges;
  for (const box of byId('hides').querySelectorAll('input')) {
    box.checked = options.hides.has(box.value);
  }
  byId('hide-count').textContent = options.hides.size + options.patterns.length || '';
  showTime();
}

export const askedNow = () => queryText(model, options, view(), state.zoom);

const zoomName = () => state.zoom > 0 ? nameOf(model, view(), state.zoom) : '';

// Puts what is shown into the address, so that it can be reloaded, mailed and undone.
export function noteView(kind = '') {
  remember({ ...partsOf(options, firstOptions(meta),
    { search: byId('search').value, zoom: state.zoom, zoomName: zoomName() }),
  head: state.isFolded ? '0' : '' }, kind);
}

// What is shown, for who does not see it.
function announceView() {
  const v = view();
  const colour = byId('colour').selectedOptions[0];
  const hidden = options.hides.size + options.patterns.length;
  announce([isBottomUp() ? 'Bottom-up' : 'Top-down',
    `width shows ${options.byCount ? countName : sizeName.toLowerCase()}`,
    meta.split && `${meta.split} ${options.isSplit ? 'split' : 'together'}`,
    `total ${sizeText(v.size[0])}`, hasCounts && `${countText(v.count[0])} ${countName}`,
    hidden && `${hidden} hidden`, options.from && `from ${options.from}`,
    colour && colour.textContent.toLowerCase()].filter(Boolean).join(', '));
}

function changed(kind) {
  refresh();
  noteView(kind);
  announceView();
}

export function choose(changes) {
  Object.assign(options, changes);
  changed();
}

export function hideFrame(i) {
  if (!hasActions(i, 'act-hide')) return;
  options.patterns.push(functionOf(view().frame[i]) || keyOf(view().frame[i]));
  changed();
}

export function fromFrame(i) {
  if (!hasActions(i, 'act-from')) return;
  state.zoom = 0;
  choose({ from: keyOf(view().frame[i]) });
}

export function hideFound() {
  if (!state.matchFrames || state.findsModule) return;
  options.patterns.push(patternOf(byId('search').value));
  byId('search').value = '';
  search('');
  changed();
}

export function reset() {
  const { colour, byCount, turned, width, normalized } = options;
  Object.assign(options, firstOptions(meta), { colour, byCount, turned, width, normalized });
  setTime(null);
  byId('search').value = '';
  search('');
  state.zoom = 0;
  changed();
}

export function toggleHide(name) {
  if (options.hides.has(name)) options.hides.delete(name); else options.hides.add(name);
  changed();
}

// Shows what an address says.
export function showParts(parts) {
  const told = fromParts(parts, firstOptions(meta), hideSets);
  Object.assign(options, told.options);
  setTime(...(told.time || [null]));
  byId('search').value = told.search;
  state.zoom = 0;
  fold(parts.head === undefined ? innerHeight < LOW_PIXELS : parts.head === '0');
  refresh();
  resize();
  search(told.search);
  const zoom = told.zoom;
  if (zoom && zoom.node < view().n && nameOf(model, view(), zoom.node) === zoom.name) {
    zoomTo(zoom.node, true);
  }
}

// On a low screen remarks and curve wait until they are asked for.
const LOW_PIXELS = 560;

function fold(isFolded) {
  state.isFolded = isFolded;
  document.body.classList.toggle('folded', isFolded);
  byId('head').setAttribute('aria-expanded', String(!isFolded));
  byId('head').textContent = isFolded ? 'More' : 'Less';
}

export function toggleHead() {
  fold(!state.isFolded);
  noteView();
  announce(state.isFolded ? 'remarks and curve are folded' : 'remarks and curve are shown');
}

const choicesOfColour = () => [...byId('colour').options].filter(option => !option.disabled)
  .map(option => option.value);

export function nextColour() {
  const all = choicesOfColour();
  choose({ colour: all[(all.indexOf(options.colour) + 1) % all.length] });
}

export function themeChanged() {
  setColours();
  if (!state.view) return;
  showLegend();
  draw();
  drawTime();
}

// Paper gets every row that fits on it, in light colours; the canvas keeps its shape.
export function setUpPrinting() {
  window.addEventListener('beforeprint', () => { resize(true); draw(); });
  window.addEventListener('afterprint', () => resize());
}
