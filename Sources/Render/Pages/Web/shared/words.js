// Numbers in words, as the program writes them.

let usesBinary = false;

// Whether sizes are in KiB and not in kB.
export function useBinarySizes(isOn) { usesBinary = isOn; }

const SIZES = ['B', 'kB', 'MB', 'GB', 'TB', 'PB', 'EB'];
const BINARY_SIZES = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB'];

export const countText = value => Math.round(value).toLocaleString('en-US');

// A number with all digits that it has, up to six behind the point.
export const decimalText = value => value.toLocaleString('en-US', { maximumFractionDigits: 6 });

// A number as three digits show it, so that 999.6 moves to the next unit.
function rounded(value) {
  const size = Math.abs(value), places = size < 10 ? 100 : size < 100 ? 10 : 1;
  return Math.round(size * places) / places;
}

function digits3(value) {
  const shown = rounded(value);
  return (value < 0 ? '-' : '') + shown.toFixed(shown < 10 ? 2 : shown < 100 ? 1 : 0);
}

export function bytesText(value, isBinary = usesBinary) {
  const step = isBinary ? 1024 : 1000, units = isBinary ? BINARY_SIZES : SIZES;
  if (Math.round(Math.abs(value)) < step) {
    return (Number.isInteger(value) ? String(value) : digits3(value)) + ' B';
  }
  let unit = 0, rest = value;
  while (unit < units.length - 1 && rounded(rest) >= step) { rest /= step; unit++; }
  return digits3(rest) + ' ' + units[unit];
}

export function secondsText(value) {
  const size = Math.abs(value), sign = value < 0 ? '-' : '';
  if (size === 0) return '0 s';
  for (const [scale, unit] of [[1e9, 'ns'], [1e6, 'us'], [1e3, 'ms']]) {
    if (rounded(size * scale) < 1000) return digits3(value * scale) + ' ' + unit;
  }
  if (rounded(size) < 60) return digits3(value) + ' s';
  const inMinutes = Math.round(size) < 3600;
  const whole = Math.round(inMinutes ? size : size / 60), rest = whole % 60;
  const [big, small] = inMinutes ? ['min', 's'] : ['h', 'min'];
  return sign + countText(Math.floor(whole / 60)) + ' ' + big + (rest ? ` ${rest} ${small}` : '');
}

// A part of a hundred: never nothing for something, never all for less.
function percentText(percent) {
  const size = Math.abs(percent), sign = percent < 0 ? '-' : '';
  if (size > 0 && size < 0.05) return percent < 0 ? '>-0.1%' : '<0.1%';
  if (size > 99.9 && size < 100) return sign + '99.9%';
  return sign + size.toFixed(1) + '%';
}

export const shareText = (part, whole) => whole > 0 ? percentText(part / whole * 100) : '–';

// A number without a unit: whole with separators, else three digits.
const numberText = value => Number.isInteger(value) || Math.abs(value) >= 100 ? countText(value)
  : digits3(value);

// A value in its unit; sizes as the page has them when not told.
export function valueText(value, unit, isBinary) {
  if (value === null || value === undefined) return '–';
  if (unit.startsWith('bytes')) return bytesText(value, isBinary) + unit.slice('bytes'.length);
  if (unit.startsWith('1/')) return numberText(value) + unit.slice(1);
  if (unit === 'seconds') return secondsText(value);
  if (unit === 'percent') return percentText(value);
  if (unit === 'instant') return '#' + value;
  return numberText(value);
}
