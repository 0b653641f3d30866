// Finds frames by name or place, and sums up what they hold.

import { byId, element } from '../shared/dom.js';
import { textTest } from '../shared/search.js';
import { countText, shareText } from '../shared/words.js';
import { redraw } from './draw.js';
import { frameCount, functionOf, placeOf, sizeText, state, view } from './state.js';
import { setFocus, whole } from './zoom.js';

export function search(text) {
  byId('found').classList.remove('bad');
  state.matchFrames = null;
  state.found = null;
  const { test, error } = textTest(text);
  state.error = error;
  if (test) {
    state.matchFrames = new Uint8Array(frameCount);
    for (let f = 0; f < frameCount; f++) {
      if (test(functionOf(f)) || test(placeOf(f))) state.matchFrames[f] = 1;
    }
  }
  byId('hide-found').disabled = !state.matchFrames;
  showFound();
  redraw();
}

// Nodes that match, and the value under the outermost of them: nested ones count once.
function sumMatches(root) {
  const v = view();
  let size = 0, count = 0, width = 0, nodes = 0, covered = 0;
  for (let above = v.parent[root]; above >= 0; above = v.parent[above]) {
    const f = v.frame[above];
    if (f >= 0 && state.matchFrames[f]) covered = v.end[root];
  }
  const add = i => { size += v.size[i]; count += v.count[i]; width += v.width[i]; };
  if (covered) add(root);
  for (let i = root; i < v.end[root]; i++) {
    const f = v.frame[i];
    if (f < 0 || !state.matchFrames[f]) continue;
    nodes++;
    if (i >= covered) { add(i); covered = v.end[i]; }
  }
  return { nodes, size, count, width };
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
  state.found = { matches: all.nodes, size: all.size, count: all.count,
    shown: shown.width / (v.width[state.zoom] || 1), all: all.width / (whole() || 1) };
  if (all.nodes === 0) { found.textContent = 'no frame matches'; return; }
  found.append(element('b', shareText(shown.width, v.width[state.zoom])), ' of shown');
  found.append(`, ${shareText(all.width, whole())} of all`);
  found.append(` · ${sizeText(all.size)} · ${countText(all.nodes)} `
    + (all.nodes === 1 ? 'frame' : 'frames'));
}

export function nextMatch(step) {
  if (!state.matchFrames) return;
  const v = view();
  for (let k = 1; k <= v.n; k++) {
    const i = ((state.focus + step * k) % v.n + v.n) % v.n, f = v.frame[i];
    if (f >= 0 && state.matchFrames[f]) { setFocus(i); return; }
  }
}
