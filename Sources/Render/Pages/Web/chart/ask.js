// Questions that a chart leads to: the flame graph of an instant, of a stretch of time, the lines
// behind a bar.

import { askedAnew, clausesOf } from '../shared/clauses.js';

// Populations of single allocations that one word names.
const POPULATIONS = ['peak', 'allocated', 'freed', 'leaked', 'temporary'];

// A number of the language, without an exponent and without digits that say nothing.
function literal(value) {
  const text = Number(value.toPrecision(12)).toFixed(9);
  return text.replace(/\.?0+$/, '');
}

// Whether the question is of one capture's records over time or by class: only then can it be
// asked of a part.
const isPlain = parts => parts.vs === undefined && parts.of !== undefined && !/[,*]/.test(parts.of);

// Questions of an instant, or of a stretch when `to` is another: [what it shows, the question].
// `population` is what the chart is of, in words.
export function timeQuestions(question, population, from, to) {
  const parts = clausesOf(question), at = value => `${literal(value)}s`;
  const isOfBlocks = ['live', ...POPULATIONS].some(name => population.startsWith(name));
  if (parts.verb !== 'timeline' || !isPlain(parts) || !isOfBlocks) return [];
  if (from === to) return [['What is alive then', askedAnew(parts, `flame live at ${at(from)}`)]];
  const span = `${at(Math.min(from, to))}..${at(Math.max(from, to))}`;
  return [['The peak within', askedAnew(parts, `flame peak in ${span}`)],
    ['Allocated within and alive at its end', askedAnew(parts, `flame survived ${span}`)]];
}

// Questions of a bar: a class of sizes (bytes) or lifetimes (seconds); `to` is null without end.
export function barQuestions(question, population, unit, from, to) {
  const parts = clausesOf(question), key = unit === 'bytes' ? 'size' : 'lifetime';
  if (parts.verb !== 'hist' || !isPlain(parts) || !['bytes', 'seconds'].includes(unit)) return [];
  // A population of an instant or a stretch would be lost.
  const isWhole = parts.at === undefined && parts.in === undefined && parts.by === undefined;
  const name = POPULATIONS.find(one => population.split(' ')[0] === one);
  if (to === null || !isWhole || !name) return [];
  const text = value => literal(value) + (unit === 'bytes' ? 'B' : 's');
  return [['The lines behind it', askedAnew(parts, `top ${name} by lineno`,
    `${key} >= ${text(from)} and ${key} < ${text(to)}`)]];
}

// Questions of a point of a chart, or of a stretch from one to another, by their numbers. A capture
// that does not keep every allocation cannot be asked of a part.
export function questionsAt(meta, from, to) {
  if (!meta.records) return [];
  if (meta.ends) {
    return barQuestions(meta.query, meta.population, meta.xUnit, meta.xs[from], meta.ends[from]);
  }
  return meta.xUnit === 'seconds'
    ? timeQuestions(meta.query, meta.population, meta.xs[from], meta.xs[to]) : [];
}
