// The series that a chart shows, and their colours.

import { meta } from '../shared/data.js';
import { isDark } from '../shared/dom.js';
import { valueText } from '../shared/words.js';
import { tickText } from './axis.js';

const HUES = [214, 24, 152, 282, 48, 340, 190, 96, 250, 8, 170, 320];
export const PAD = { left: 66, right: 14, top: 10, bottom: 26 };
export const bars = Boolean(meta.ends), count = meta.xs.length;
let hues = 0;
export const panels = meta.panels.map(panel => ({ ...panel,
  series: panel.series.map(s => ({ ...s, hue: HUES[hues++ % HUES.length], isShown: true })) }));

export const ink = hue => isDark() ? `hsl(${hue} 65% 66%)` : `hsl(${hue} 68% 42%)`;
export const wash = (hue, part) => isDark() ? `hsl(${hue} 55% 58% / ${part})`
  : `hsl(${hue} 75% 50% / ${part})`;

// Where the reader is: the point under the cursor, and the points whose question is shown.
export const reader = { cursor: -1, asked: null, isLog: false };

// Bounds of size classes are powers of two: 1 KiB is round, 1.02 kB is not.
const isTwos = bars && meta.xUnit === 'bytes'
  && meta.xs.every(x => x === 0 || Number.isInteger(Math.log2(x)));

export const boundText = bound => tickText(bound, meta.xUnit, isTwos);

export const placeText = k => bars
  ? meta.ends[k] === null ? 'never freed'
    : `${boundText(meta.xs[k])} to ${boundText(meta.ends[k])}`
  : valueText(meta.xs[k], meta.xUnit);

// Values as drawn: stacked ones lie on those before them.
export function drawnSeries(panel) {
  const shown = panel.series.filter(s => s.isShown);
  if (!panel.stacked) return shown.map(s => ({ s, low: null, high: s.values }));
  const base = new Float64Array(count);
  return shown.map(s => {
    const low = Array.from(base);
    for (let k = 0; k < count; k++) base[k] += s.values[k] || 0;
    return { s, low, high: Array.from(base) };
  });
}

export function rangeOf(drawn) {
  let low = 0, high = 0;
  for (const { high: values } of drawn) {
    for (const value of values) {
      if (value > high) high = value;
      if (value < low) low = value;
    }
  }
  return high === low ? [low, low + 1] : [low, high];
}
