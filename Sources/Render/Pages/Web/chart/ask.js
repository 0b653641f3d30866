// Questions that a chart leads to: the flame graph of an instant, of a stretch of time, the lines
// behind a bar.

import { askedAnew, clausesOf } from '../shared/clauses.js';

const POPULATIONS = ['allocated', 'freed', 'leaked', 'temporary', 'survived'];

// A number of the language, without an exponent and without digits that say nothing.
function literal(value) {
  const text = Number(value.toPrecision(12)).toFixed(9);
  return text.replace(/\.?0+$/, '');
}

// Whether the question is of one capture's records over time or by class: only then can it be
// asked of a part.
const isPlain = parts => parts.vs === undefined && parts.of !== undefined && !/[,*]/.test(parts.of);

// Questions of an instant, or of a stretch when `to` is another: [what it shows, the question].
export function timeQuestions(question, from, to) {
  const parts = clausesOf(question), at = value => `${literal(value)}s`;
  if (parts.verb !== 'timeline' || !isPlain(parts)) return [];
  if (from === to) return [['What is alive then', askedAnew(parts, `flame live at ${at(from)}`)]];
  const span = `${at(Math.min(from, to))}..${at(Math.max(from, to))}`;
  return [['The peak within', askedAnew(parts, `flame peak in ${span}`)],
    ['Allocated within and alive at its end', askedAnew(parts, `flame survived ${span}`)]];
}

// Questions of a bar: a class of sizes (bytes) or lifetimes (seconds); `to` is null without end.
export function barQuestions(question, unit, from, to) {
  const parts = clausesOf(question), key = unit === 'bytes' ? 'size' : 'lifetime';
  if (parts.verb !== 'hist' || !isPlain(parts) || !['bytes', 'seconds'].includes(unit)) return [];
  if (to === null) return [];
  const population = parts.words.find(word => POPULATIONS.includes(word)) || '';
  const text = value => literal(value) + (unit === 'bytes' ? 'B' : 's');
  return [['The lines behind it', askedAnew(parts, ['top', population, 'by lineno'].filter(Boolean)
    .join(' '), `${key} >= ${text(from)} and ${key} < ${text(to)}`)]];
}
