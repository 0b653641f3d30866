import assert from 'node:assert/strict';
import test from 'node:test';
import { barQuestions, questionsAt, timeQuestions } from '../../Sources/Render/Pages/Web/chart/ask.js';
import { firstOptions } from '../../Sources/Render/Pages/Web/flame/edits.js';
import { fromParts, partsOf } from '../../Sources/Render/Pages/Web/flame/link.js';
import { partsText, textParts } from '../../Sources/Render/Pages/Web/shared/address.js';
import { askedAnew, clausesOf } from '../../Sources/Render/Pages/Web/shared/clauses.js';

const asked = questions => questions.map(([, question]) => question);

test('a question is taken apart at its clauses, never inside a text', () => {
  const parts = clausesOf('timeline 4 size, count by function where function = "a where of b" '
    + 'and (size > 1KB or stack has /of x/) hide imports, runner every 2s of out');
  assert.equal(parts.verb, 'timeline');
  assert.deepEqual(parts.words, ['4', 'size,', 'count']);
  assert.equal(parts.by, 'function');
  assert.equal(parts.where, 'function = "a where of b" and (size > 1KB or stack has /of x/)');
  assert.equal(parts.hide, 'imports, runner');
  assert.equal(parts.every, '2s');
  assert.equal(parts.of, 'out');
  assert.equal(clausesOf('mark on frame f; timeline of out').before, 'mark on frame f; ');
});

test('another question of the same records keeps its conditions', () => {
  const parts = clausesOf('timeline where size > 1KB or age > 1s hide native of out');
  assert.equal(askedAnew(parts, 'flame live at 2s'),
    'flame live at 2s where size > 1KB or age > 1s hide native of out');
  assert.equal(askedAnew(parts, 'top', 'count > 1'),
    'top where (size > 1KB or age > 1s) and count > 1 hide native of out');
});

test('a point of a timeline leads to its flame graph, a stretch to its peak', () => {
  assert.deepEqual(asked(timeQuestions('timeline size of out', 'live', 0.1234567, 0.1234567)),
    ['flame live at 0.1234567s of out']);
  assert.deepEqual(asked(timeQuestions('timeline where size > 9 of out', 'live', 3, 1.5)),
    ['flame peak in 1.5s..3s where size > 9 of out', 'flame survived 1.5s..3s where size > 9 of out']);
  assert.deepEqual(asked(timeQuestions('timeline of out', 'live', 1e-7, 1e-7)),
    ['flame live at 0.0000001s of out']);
  // Two sides, several captures and no capture have no such question.
  for (const other of ['timeline of a vs b', 'timeline of a, b', 'growth of a', 'timeline']) {
    assert.deepEqual(timeQuestions(other, 'live', 1, 1), []);
  }
});

test('a bar leads to the lines behind it', () => {
  assert.deepEqual(asked(barQuestions('hist allocated size of out', 'allocated', 'bytes', 1024, 2048)),
    ['top allocated by lineno where size >= 1024B and size < 2048B of out']);
  assert.deepEqual(asked(barQuestions('hist lifetime where size > 9 of out', 'peak at 1 s (#3)', 'seconds', 0.25, 0.5)),
    ['top peak by lineno where size > 9 and lifetime >= 0.25s and lifetime < 0.5s of out']);
  // What is alive at an instant is no population of one word; nor is a heap's graph of objects.
  for (const [question, population] of [['hist live at 2s size of out', 'live at 2 s'],
    ['hist peak in 1s..2s size of out', 'peak in 1 s .. 2 s'], ['hist size of dump', 'live']]) {
    assert.deepEqual(barQuestions(question, population, 'bytes', 1, 2), []);
  }
  assert.deepEqual(timeQuestions('timeline of out', 'RSS', 1, 1), []);
  assert.deepEqual(barQuestions('hist lifetime of out', 'peak', 'seconds', 1, null), []);
});

test('a chart of totals leads to no part of them', () => {
  const chart = { query: 'timeline of out', population: 'live', xUnit: 'seconds', xs: [0, 2] };
  assert.deepEqual(asked(questionsAt({ ...chart, records: true }, 1, 1)), ['flame live at 2s of out']);
  assert.deepEqual(questionsAt({ ...chart, records: false }, 1, 1), []);
  const bars = { query: 'hist allocated size of out', population: 'allocated', xUnit: 'bytes',
    xs: [1024], ends: [2048] };
  assert.equal(questionsAt({ ...bars, records: true }, 0, 0).length, 1);
  assert.deepEqual(questionsAt({ ...bars, records: false }, 0, 0), []);
});

const META = { hides: ['runner'], normalized: false, split: 'thread', isSplit: true };
const around = { search: '', zoom: 0, zoomName: '' };

test('a view goes into an address and back', () => {
  const first = firstOptions(META);
  assert.equal(partsText(partsOf(first, first, around)), '');
  const options = { ...first, turned: true, byCount: true, isSplit: false, colour: 'kind',
    hides: new Set(['native']), patterns: ['a,b', '/x y/i'], from: 'io.py:3', width: 'left',
    time: { mode: 'peak', windows: [3, 9] } };
  const text = partsText(partsOf(options, first, { search: 'a&b', zoom: 7, zoomName: 'f.g' }));
  const told = fromParts(textParts(text), first, ['runner', 'native']);
  assert.deepEqual({ ...told.options, time: options.time }, options);
  assert.deepEqual(told.time, ['peak', 3, 9]);
  assert.equal(told.search, 'a&b');
  assert.deepEqual(told.zoom, { node: 7, name: 'f.g' });
});

test('an address that says nonsense does no harm', () => {
  const first = firstOptions(META);
  const told = fromParts(textParts('time=x.1.2&without={&hide=rm,native&zoom=9'), first, ['native']);
  assert.equal(told.time, null);
  assert.equal(told.zoom, null);
  assert.deepEqual(told.options.patterns, []);
  assert.deepEqual([...told.options.hides], ['native']);
  // Nothing hidden is told from nothing said.
  assert.deepEqual([...fromParts({ hide: 'none' }, first, ['runner']).options.hides], []);
  assert.deepEqual([...fromParts({}, first, ['runner']).options.hides], ['runner']);
});
