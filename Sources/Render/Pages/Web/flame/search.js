// Finds frames by name, place or module, and sums up what they hold.

import { announce, byId, element } from '../shared/dom.js';
import { textTest } from '../shared/search.js';
import { countText, shareText } from '../shared/words.js';
import { forAllocating } from './allocating.js';
import { isBottomUp, moduleOf } from './colours.js';
import { redraw } from './draw.js';
import { meta } from '../shared/data.js';
import { frameCount, functionOf, model, options, placeOf, sizeText, state, view } from './state.js';
import { setFocus } from './zoom.js';

// What `module:NAME` finds is measured as the legend does: what its own frames allocated.
const MODULE = 'module:';

export function search(text) {
  byId('found').classList.remove('bad');
  const isModule = text.startsWith(MODULE);
  const wanted = isModule ? meta.modules.findIndex(([name]) => name === text.slice(MODULE.length))
    : -1;
  const { test, error } = isModule ? { test: f => moduleOf(f) === wanted, error: '' }
    : testOfFrames(text);
  Object.assign(state, { error, matchFrames: null, found: null, findsModule: isModule,
    ranked: null, matchPlace: -1 });
  if (test && (!isModule || wanted >= 0)) {
    state.matchFrames = new Uint8Array(frameCount);
    for (let f = 0; f < frameCount; f++) if (test(f)) state.matchFrames[f] = 1;
  }
  if (isModule && wanted < 0) state.error = 'no such module';
  byId('hide-found').disabled = !state.matchFrames || isModule;
  showFound();
  redraw();
}

function testOfFrames(text) {
  const { test, error } = textTest(text);
  return { error, test: test && (f => test(functionOf(f)) || test(placeOf(f))) };
}

const isMatch = (v, i) => v.frame[i] >= 0 && state.matchFrames[v.frame[i]] === 1;

// Nodes that match, the widest first.
function rankedMatches() {
  const v = view();
  if (state.ranked && state.rankedOf === v) return state.ranked;
  const found = [];
  for (let i = 1; i < v.n; i++) if (isMatch(v, i)) found.push(i);
  state.ranked = Int32Array.from(found).sort((a, b) => v.width[b] - v.width[a] || a - b);
  state.rankedOf = v;
  state.matchPlace = -1;
  return state.ranked;
}

// What lies under the outermost nodes that match, nested ones once; of a module what it allocated.
function sumMatches(root) {
  const v = view();
  let size = 0, width = 0, nodes = 0, covered = 0;
  for (let above = v.parent[root]; above >= 0; above = v.parent[above]) {
    if (isMatch(v, above)) covered = v.end[root];
  }
  const add = i => { size += v.size[i]; width += v.width[i]; };
  if (covered) add(root);
  for (let i = root; i < v.end[root]; i++) {
    if (!isMatch(v, i)) continue;
    if (i > 0) nodes++;
    if (i >= covered) { add(i); covered = v.end[i]; }
  }
  if (!state.findsModule) return { nodes, size, width };
  const sum = channel => {
    let found = 0;
    forAllocating(model, isBottomUp(), v, channel, root, f => moduleOf(f) >= 0, (f, value) => {
      if (f >= 0 && state.matchFrames[f]) found += value;
    });
    return found;
  };
  return { nodes, size: sum(0), width: sum(options.byCount ? 1 : 0) };
}

export function showFound() {
  const found = byId('found');
  found.textContent = '';
  state.found = null;
  if (state.error) {
    found.classList.add('bad');
    found.textContent = state.error;
    return;
  }
  if (!state.matchFrames) return;
  const all = sumMatches(0), shown = sumMatches(state.zoom), v = view();
  const wholes = state.findsModule ? v.total[options.byCount ? 1 : 0] : v.width;
  state.found = { matches: all.nodes, size: all.size,
    shown: shown.width / (wholes[state.zoom] || 1), all: all.width / (wholes[0] || 1) };
  if (all.nodes === 0) { found.textContent = 'no frame matches'; return; }
  const count = all.nodes;
  const frames = `${countText(count)} ${count === 1 ? 'frame' : 'frames'}`;
  const isAt = state.matchPlace >= 0 && state.rankedOf === v;
  const place = isAt ? `${countText(state.matchPlace + 1)} of ` : '';
  found.append(element('b', place + frames),
    ` · ${shareText(shown.width, wholes[state.zoom])} of shown`);
  if (state.zoom > 0) found.append(`, ${shareText(all.width, wholes[0])} of all`);
  found.append(` · ${sizeText(all.size)}${state.findsModule ? ' allocated in it' : ''}`);
  found.title = found.textContent;
}

// Goes to the largest match, then to the next smaller one.
export function nextMatch(step) {
  if (!state.matchFrames) return;
  const list = rankedMatches();
  if (!list.length) { announce('no frame matches'); return; }
  const from = state.matchPlace < 0 && step < 0 ? 0 : state.matchPlace;
  state.matchPlace = (from + step + list.length) % list.length;
  setFocus(list[state.matchPlace]);
  showFound();
}
