import assert from 'node:assert/strict';
import test from 'node:test';
import { forAllocating } from '../../Sources/Render/Pages/Web/flame/allocating.js';
import { firstOptions, frameTest, makeView } from '../../Sources/Render/Pages/Web/flame/edits.js';
import { nameOf, placeText } from '../../Sources/Render/Pages/Web/flame/names.js';
import { patternText, queryText } from '../../Sources/Render/Pages/Web/flame/question.js';
import { MARK, readModel } from '../../Sources/Render/Pages/Web/flame/tree.js';
import { summed } from '../../Sources/Render/Pages/Web/flame/views.js';
import { cases, metaOf, pathsOf } from './cases.mjs';

const STACKS = [
  [['main', 'load', 'read'], 600, 6], [['main', 'load'], 50, 1], [['main', 'parse', 'load'], 300, 30],
  [['main', 'parse'], 45, 2], [['thread', 'load', 'read'], 5, 1]
];
const model = (stacks = STACKS, more = {}) => readModel(metaOf(stacks, more));
const viewOf = (read, changes = {}) =>
  makeView(read, { ...firstOptions(read.meta), ...changes });

test('a page reads back the stacks that were written', () => {
  const read = model(), view = viewOf(read);
  assert.deepEqual(pathsOf(read, view), { 'main': 995, 'main;load': 650, 'main;load;read': 600,
    'main;parse': 345, 'main;parse;load': 300, 'thread': 5, 'thread;load': 5,
    'thread;load;read': 5 });
  assert.equal(view.count[0], 40);
  assert.equal(nameOf(read, view, 1), 'main');
  assert.equal(placeText(read, view, 1), 'main.py:1');
});

test('the heaviest callees come first, by what is shown', () => {
  const read = model(), names = view => [1, view.end[1]].map(i => nameOf(read, view, i));
  assert.deepEqual(names(viewOf(read)), ['main', 'thread']);
  const byCount = viewOf(read, { byCount: true });
  assert.equal(nameOf(read, byCount, 2), 'parse');
  assert.equal(byCount.width[0], 40);
});

test('bottom-up begins with what allocated', () => {
  const read = model(), view = viewOf(read, { turned: true });
  const paths = pathsOf(read, view);
  assert.equal(paths.read, 605);
  assert.equal(paths['read;load;main'], 600);
  assert.equal(paths['read;load;thread'], 5);
  assert.equal(paths.load, 350);
  assert.equal(paths.parse, 45);
  assert.equal(view.size[0], 1000);
});

test('hiding keeps the total, and gives the caller what the frame held', () => {
  const read = model(), view = viewOf(read, { patterns: ['load'] });
  assert.deepEqual(pathsOf(read, view), { 'main': 995, 'main;read': 600, 'main;parse': 345,
    'thread': 5, 'thread;read': 5 });
  assert.equal(view.size[0], 1000);
});

test('a hide set drops its frames, imports take along what is below', () => {
  const frames = { run: ['run', 'r.py', 1, MARK.runner], load: ['imp', 'i.py', 2, MARK.imports] };
  const read = model([[[frames.run, 'main', frames.load, 'deep'], 7, 1], [[frames.run, 'x'], 3, 1]]);
  assert.deepEqual(read.hideSets, ['runner', 'imports']);
  assert.deepEqual(pathsOf(read, viewOf(read, { hides: new Set(['runner', 'imports']) })),
    { 'main': 7, 'x': 3 });
  // Nothing is left of a stack that is hidden whole.
  const all = viewOf(read, { hides: new Set(['runner']), patterns: ['/./'] });
  assert.equal(all.size[0], 10);
  assert.deepEqual(pathsOf(read, all), { '<no stack>': 10 });
});

test('`from` keeps stacks with the frame, from the outermost one on', () => {
  const read = model(), view = viewOf(read, { from: 'load.py:1' });
  assert.deepEqual(pathsOf(read, view), { 'load': 955, 'load;read': 605 });
});

test('a difference has the right side, scaled when totals are made equal', () => {
  const read = model([[['a'], 100, 1, 50, 1], [['b'], 100, 1, 50, 1]], { normalized: true });
  const view = viewOf(read, { width: 'change' });
  assert.deepEqual(view.scales, [2, 1]);
  assert.equal(view.width[0], 0);
  assert.equal(viewOf(read, { width: 'change', normalized: false }).width[0], 100);
});

test('sums of subtrees', () => {
  const tree = { n: 4, parent: Int32Array.from([-1, 0, 1, 0]) };
  assert.deepEqual([...summed(tree, [1, 2, 3, 4])], [10, 5, 3, 4]);
});

for (const { pattern, function: name, file, line, meets } of cases('patterns')) {
  test(`${pattern} ${meets ? 'meets' : 'does not meet'} ${name} ${file}:${line}`, () => {
    const read = model([[[[name, file, line, 0]], 1, 1]]);
    assert.equal(frameTest(read, pattern)(1), meets);
  });
}

test('a text becomes a pattern that meets nothing else', () => {
  assert.equal(patternText('load'), '"load"');
  assert.equal(patternText('a "b"'), '"a \\"b\\""');
  assert.equal(patternText('operator*'), '/^operator\\*$/');
  assert.equal(patternText('/a/i'), '/a/i');
});

const ASKED = { question: { population: 'peak', measures: 'size', where: '', patterns: '', of: '' },
  query: 'flame peak size' };

test('a view says the question that gives it', () => {
  const read = model(STACKS, ASKED), options = firstOptions(read.meta);
  options.hides = new Set(['runner']);
  const ask = (changes, zoom = 0) => {
    const all = { ...options, ...changes };
    return queryText(read, all, makeView(read, all), zoom);
  };
  assert.equal(ask({}), 'flame peak size');
  assert.equal(ask({ turned: true, byCount: true }), 'flame peak count inverted');
  assert.equal(ask({ patterns: ['parse'] }), 'flame peak size hide "parse"');
  assert.equal(ask({ from: 'load.py:1' }), 'flame peak size from frame "load.py:1"');
  // As few frames as tell the stacks apart.
  assert.equal(ask({}, 1), 'flame peak size where stack has "main.py:1"');
  assert.equal(ask({}, 3),
    'flame peak size where stack has "main.py:1" then "load.py:1" then "read.py:1"');
  // `load` stands below `main` in other stacks too.
  assert.match(ask({}, 2), /-- zoom to load in the page: no condition/);
});

// What `forAllocating` says, by function.
function allocatedBy(read, view, isBottomUp, root, unknown = []) {
  const found = {};
  forAllocating(read, isBottomUp, view, 0, root, f => !unknown.includes(read.functionOf(f)),
    (f, value) => {
      const name = f < 0 ? '?' : read.functionOf(f);
      found[name] = (found[name] || 0) + value;
    });
  return found;
}

test('what allocated is the same in both directions', () => {
  const read = model(), up = viewOf(read), turned = viewOf(read, { turned: true });
  const all = { read: 605, load: 350, parse: 45 };
  assert.deepEqual(allocatedBy(read, up, false, 0), all);
  assert.deepEqual(allocatedBy(read, turned, true, 0), all);
  // Also of stacks that come turned over.
  assert.deepEqual(allocatedBy(read, { ...turned, upright: null }, true, 0), all);
  // Where a frame is not known its nearest known caller stands for it.
  const known = { load: 955, parse: 45 };
  assert.deepEqual(allocatedBy(read, up, false, 0, ['read']), known);
  assert.deepEqual(allocatedBy(read, turned, true, 0, ['read']), known);
  const none = ['read', 'load', 'parse', 'main', 'thread'];
  assert.deepEqual(allocatedBy(read, up, false, 0, none), { '?': 1000 });
  assert.deepEqual(allocatedBy(read, turned, true, 0, none), { '?': 1000 });
});

test('of a part it is what that part allocated', () => {
  const read = model(), up = viewOf(read), turned = viewOf(read, { turned: true });
  // `main;load`, and bottom-up what `read` allocated, below its caller `load`.
  assert.deepEqual(allocatedBy(read, up, false, 2), { load: 50, read: 600 });
  assert.equal(nameOf(read, turned, 2), 'load');
  assert.deepEqual(allocatedBy(read, turned, true, 2), { read: 605 });
});
