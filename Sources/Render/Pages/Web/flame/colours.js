// Colours by module, kind, age or difference. The program says which hue a module has.

import { meta } from '../shared/data.js';
import { isDark } from '../shared/dom.js';
import { secondsText, shareText } from '../shared/words.js';
import { forAllocating } from './allocating.js';
import { base, fileOf, frameCount, model, options, state, view } from './state.js';
import { MARK } from './tree.js';

// Places in the palette; `FADED` is added for the zoomed frame's callers.
export const SMALL = 1 + meta.hues * 3;
export const DIM = SMALL + 1;
const MATCH = SMALL + 2, KIND = MATCH + 1, AGE = KIND + 5, DIFFERENCE = AGE + 8;
export const FADED = DIFFERENCE + 15;
export const KINDS = ['Python', 'native', 'inlined', 'interpreter', 'imports'];
export let palette = [], paint = {};

// A file's place in the palette: its module's hue in one of three shades; 0 without a file.
function fileShade(file) {
  const [place, shade] = meta.fileColours[file] || [-1, 0];
  return place < 0 ? 0 : 1 + meta.modules[place][1] * 3 + shade;
}

export const isBottomUp = () => options.turned !== meta.inverted;

// What allocating frames hold, by what `keyOf` makes of a frame: less than 0 is unknown.
function allocatedBy(v, count, keyOfFrame) {
  const sums = new Float64Array(count);
  forAllocating(model, isBottomUp(), v, options.byCount ? 1 : 0, 0, f => keyOfFrame(f) >= 0,
    (f, value) => { if (f >= 0) sums[keyOfFrame(f)] += value; });
  return sums;
}

// The place of a frame's module; -1 where none is known.
export const moduleOf = f => (meta.fileColours[base.frameFile[f]] || [-1])[0];

export function kindOf(f) {
  const mark = base.frameMark[f];
  return mark & MARK.internals ? 3 : mark & MARK.imports ? 4 : mark & MARK.inlined ? 2
    : mark & MARK.native ? 1 : 0;
}

const frameShade = new Uint8Array(frameCount), kindShade = new Uint8Array(frameCount);
for (let f = 0; f < frameCount; f++) {
  const isGroup = base.frameMark[f] & MARK.split || !fileOf(f) && !kindOf(f);
  frameShade[f] = fileShade(base.frameFile[f]);
  kindShade[f] = isGroup ? 0 : KIND + kindOf(f);
}

export function setColours() {
  const chosen = meta.palette[isDark() ? 'dark' : 'light'];
  const style = getComputedStyle(document.documentElement);
  const named = name => style.getPropertyValue(name).trim();
  palette = chosen.colours;
  paint = {
    back: named('--back'), card: named('--card'), line: named('--line'), soft: named('--soft'),
    on: named('--on'), focus: named('--focus'), hover: named('--text'),
    text: chosen.text, softText: chosen.soft, dimText: chosen.dim
  };
}

// Seconds since birth of what lies under a node, by bytes; nil where none is known.
export function ageOf(view, i) {
  if (!view.hasAges || !(view.size[i] > 0)) return null;
  return view.total[view.total.length - 1][i] / view.size[i];
}

// The right side of a node as it is compared, and how far the left is from it: -1 … 1.
export const rightOf = (view, i, m) => view.total[2 + m][i] * view.scales[m];
function changeOf(view, i) {
  const m = options.byCount ? 1 : 0, left = view.total[m][i], right = rightOf(view, i, m);
  const most = Math.max(left, right), change = left - right;
  // What scaling leaves of equal values is no change.
  return most > 0 && Math.abs(change) > most * 1e-9 ? change / most : 0;
}

function differenceShade(view, i) {
  const change = changeOf(view, i);
  const step = Math.sign(change) * Math.ceil(Math.abs(change) * 7 - 1e-9);
  return DIFFERENCE + 7 + Math.max(-7, Math.min(7, step));
}

function ageShade(view, i) {
  const age = ageOf(view, i);
  if (age === null) return 0;
  return AGE + Math.min(7, Math.floor(age / (state.oldest || 1) * 8));
}

export function shadeOf(view, i) {
  const f = view.frame[i];
  if (state.matchFrames) return f >= 0 && state.matchFrames[f] ? MATCH : DIM;
  if (options.colour === 'difference' && meta.hasBase) return differenceShade(view, i);
  if (f < 0) return SMALL;
  if (options.colour === 'kind') return kindShade[f];
  if (options.colour === 'age' && view.hasAges) return ageShade(view, i);
  return frameShade[f];
}

// What colours mean, as [name, palette place, value, search]; at most five.
export function legendRows() {
  const v = view(), whole = v.total[options.byCount ? 1 : 0][0];
  const largest = rows => rows.filter(row => row[0] && row[2] > 0)
    .sort((a, b) => b[2] - a[2]).slice(0, 5)
    .map(row => [`${row[0].slice(0, 24)} ${shareText(row[2], whole)}`, ...row.slice(1)]);
  if (options.colour === 'difference' && meta.hasBase) {
    return [['only left', DIFFERENCE + 14], ['grew', DIFFERENCE + 11], ['same', DIFFERENCE + 7],
      ['shrank', DIFFERENCE + 3], ['only right', DIFFERENCE]];
  }
  if (options.colour === 'age' && v.hasAges) {
    return [['new', AGE], [secondsText(state.oldest / 2), AGE + 4],
      [secondsText(state.oldest) + ' old', AGE + 7]];
  }
  if (options.colour === 'kind') {
    const sums = allocatedBy(v, KINDS.length, kindOf);
    return largest(KINDS.map((name, k) => [name, KIND + k, sums[k]]));
  }
  const sums = allocatedBy(v, meta.modules.length, moduleOf);
  return largest(meta.modules.map(([name, hue], place) =>
    [name, 1 + hue * 3 + 1, sums[place], 'module:' + name]));
}
