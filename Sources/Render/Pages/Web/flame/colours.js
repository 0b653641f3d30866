// Colours by module, kind, age or difference. The program says which hue a module has.

import { meta } from '../shared/data.js';
import { isDark } from '../shared/dom.js';
import { secondsText, shareText } from '../shared/words.js';
import { base, fileOf, frameCount, options, state, view } from './state.js';
import { MARK } from './tree.js';

// Colours: a hue is never used for meaning alone; numbers and legend say it too.
const HUES = meta.hues;
// Places in the palette; `FADED` is added for the zoomed frame's callers.
export const SMALL = 1 + HUES.length * 3;
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

// Own values of a view's frames, by what `keyOf` makes of a frame.
function ownBy(view, values, count, keyOf) {
  const sums = new Float64Array(count);
  for (let i = 1; i < view.n; i++) {
    if (view.frame[i] >= 0) sums[keyOf(view.frame[i])] += values[i];
  }
  return sums;
}

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
  const dark = isDark();
  palette = [dark ? 'hsl(212 8% 34%)' : 'hsl(212 14% 86%)'];
  for (const hue of HUES) {
    for (let shade = 0; shade < 3; shade++) {
      palette.push(dark ? `hsl(${hue} ${34 + shade * 5}% ${33 + shade * 3}%)`
        : `hsl(${hue} ${60 - shade * 4}% ${80 + shade * 3}%)`);
    }
  }
  palette.push(dark ? 'hsl(212 8% 25%)' : 'hsl(212 12% 90%)',
    dark ? 'hsl(212 7% 23%)' : 'hsl(212 10% 92%)',
    dark ? 'hsl(280 55% 48%)' : 'hsl(280 75% 80%)');
  for (const [hue, part] of [[210, 1], [28, 1], [52, 1], [212, 0.1], [290, 0.6]]) {
    palette.push(dark ? `hsl(${hue} ${42 * part}% 38%)` : `hsl(${hue} ${72 * part}% 81%)`);
  }
  for (let step = 0; step < 8; step++) {
    palette.push(dark ? `hsl(${178 + step * 12} ${30 + step * 3}% ${22 + step * 4}%)`
      : `hsl(${178 + step * 12} ${38 + step * 5}% ${92 - step * 4.6}%)`);
  }
  for (let step = -7; step <= 7; step++) {
    const part = Math.abs(step) / 7, hue = step < 0 ? 214 : 6;
    palette.push(step === 0 ? dark ? 'hsl(212 6% 32%)' : 'hsl(212 10% 88%)'
      : dark ? `hsl(${hue} ${24 + 38 * part}% ${31 + 12 * part}%)`
        : `hsl(${hue} ${50 + 36 * part}% ${90 - 22 * part}%)`);
  }
  const style = getComputedStyle(document.documentElement);
  const named = name => style.getPropertyValue(name).trim();
  paint = {
    back: named('--back'), text: dark ? '#f3f5f7' : '#15191d', card: named('--card'),
    line: named('--line'), soft: named('--soft'), on: named('--on'),
    softText: dark ? 'rgb(243 245 247 / .66)' : 'rgb(21 25 29 / .62)',
    dimText: dark ? 'hsl(212 7% 62%)' : 'hsl(212 8% 42%)',
    focus: named('--focus'), hover: dark ? '#fff' : '#1c2024'
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
  const v = view(), own = v.own[options.byCount ? 1 : 0], whole = v.width[0];
  const largest = rows => rows.filter(row => row[2] > 0).sort((a, b) => b[2] - a[2]).slice(0, 5)
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
    const sums = ownBy(v, own, KINDS.length, kindOf);
    return largest(KINDS.map((name, k) => [name, KIND + k, sums[k]]));
  }
  const sums = new Float64Array(meta.modules.length);
  ownBy(v, own, meta.files.length, f => base.frameFile[f]).forEach((value, file) => {
    const [place] = meta.fileColours[file] || [-1];
    if (place >= 0) sums[place] += value;
  });
  return largest(meta.modules.map(([name, hue], place) =>
    [name, 1 + hue * 3 + 1, sums[place], name]));
}
