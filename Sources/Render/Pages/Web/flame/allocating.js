// Which frames allocated what a view shows, whichever way round it is.

import { MARK } from './tree.js';

// Calls `add` with frames and what they allocated of `root`'s part, in channel `m`. Where `isKnown`
// says no, the nearest caller that it knows stands for the frame: -1 where there is none.
export function forAllocating(model, isBottomUp, v, m, root, isKnown, add) {
  // Of everything, the stacks as they were before they were turned say it to the last byte.
  const isWhole = root === 0 && v.upright && !model.meta.inverted;
  if (isWhole) forUpright(v.upright, m, root, isKnown, add);
  else if (isBottomUp) forTurned(model, v, m, root, isKnown, add);
  else forUpright(v, m, root, isKnown, add);
}

// Callers stand above: own values are what a frame allocated.
function forUpright(v, m, root, isKnown, add) {
  const values = v.own[m], known = new Int32Array(v.n), end = root === 0 ? v.n : v.end[root];
  for (let i = 0; i < v.n; i++) {
    const f = v.frame[i];
    known[i] = f >= 0 && i > 0 && isKnown(f) ? f : i > 0 ? known[v.parent[i]] : -1;
    if (i >= root && i < end && values[i]) add(known[i], values[i]);
  }
}

// Callers stand below: the first frames allocated all that is below them.
function forTurned(model, v, m, root, isKnown, add) {
  const totals = v.total[m], values = v.own[m], marks = model.base.frameMark;
  const isSplit = i => v.frame[i] >= 0 && marks[v.frame[i]] & MARK.split;
  const knows = i => v.frame[i] >= 0 && !isSplit(i) && isKnown(v.frame[i]);
  let nearest = -1;
  for (let i = root; i > 0 && !isSplit(i); i = v.parent[i]) if (knows(i)) nearest = i;
  if (nearest > 0) {
    add(v.frame[nearest], totals[root]);
    return;
  }
  for (let i = root; i < v.end[root];) {
    if (i > root && knows(i)) {
      add(v.frame[i], totals[i]);
      i = v.end[i];
    } else {
      if (values[i]) add(-1, values[i]);
      i++;
    }
  }
}
