// What frames are called.

import { countText } from '../shared/words.js';

// A node's frame, or how many frames it stands for.
export function nameOf(model, view, i) {
  const f = view.frame[i];
  if (f < 0) return countText(view.merged[i]) + ' smaller';
  return model.functionOf(f) || model.placeOf(f) || '<unknown>';
}

// Where a node's frame stands; empty for merged ones.
export const placeText = (model, view, i) => view.frame[i] < 0 ? '' : model.placeOf(view.frame[i]);
