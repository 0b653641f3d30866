// The page's data, what is chosen, and what is shown.

import { meta } from '../shared/data.js';
import { bytesText, countText, decimalText, secondsText } from '../shared/words.js';
import { firstOptions } from './edits.js';
import { readModel } from './tree.js';

export const model = readModel(meta);
export const { base, times, frameCount, channelCount, noStack, hideSets } = model;
export const { functionOf, fileOf, placeOf, keyOf } = model;
export const options = firstOptions(meta);

export const state = {
  view: null,
  zoom: 0, // the node that fills the width
  left: 0, right: 1, // the stretch of values in the window
  focus: 0, hover: -1, found: null, matchFrames: null,
  width: 0, height: 0, ratio: 1, charWidth: 7, drawn: 0, drawMs: 0
};
export const view = () => state.view;

export const sizeText = value => meta.unit === 'bytes' ? bytesText(Math.round(value / meta.scale))
  : meta.unit === 'seconds' ? secondsText(value / meta.scale)
    : meta.scale > 1 ? decimalText(value / meta.scale) : countText(value);
export const sizeName = meta.sizeName;
export const countName = meta.countName;
export const hasCounts = base.own.some((own, k) => k % 2 === 1 && own.some(count => count > 0));
