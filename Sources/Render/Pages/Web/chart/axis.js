// Round places on an axis.

import { valueText } from '../shared/words.js';

// Values at an axis: round, so without zeros after the point.
export const tickText = (value, unit, isBinary) =>
  valueText(Number(value.toPrecision(12)), unit, isBinary).replace(/(\.\d*?)0+(?=\D|$)/, '$1')
    .replace(/\.(?=\D|$)/, '');

// Seconds that people count in.
const LONG_STEPS = [15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 43200, 86400];

// Round steps: 1, 2, 5 times a power of ten, or powers of two for binary sizes.
export function stepFor(span, most, unit, isBinary) {
  const rough = span / most || 1, isBytes = unit.startsWith('bytes');
  if (isBinary && isBytes) return Math.max(1, 2 ** Math.ceil(Math.log2(rough)));
  if (unit === 'seconds' && rough > 10) {
    const found = LONG_STEPS.find(step => step >= rough);
    if (found) return found;
  }
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].find(k => k * power >= rough * 0.999) * power;
  return unit === 'count' || unit === 'allocations' || isBytes ? Math.max(1, step) : step;
}
