import assert from 'node:assert/strict';
import test from 'node:test';
import { patternOf, regexOf, textTest } from '../../Sources/Render/Pages/Web/shared/search.js';
import { shareText, useBinarySizes, valueText } from '../../Sources/Render/Pages/Web/shared/words.js';
import { partsText, textParts } from '../../Sources/Render/Pages/Web/shared/address.js';
import { shortPath } from '../../Sources/Render/Pages/Web/shared/paths.js';
import { stepFor, tickText } from '../../Sources/Render/Pages/Web/chart/axis.js';
import { cases } from './cases.mjs';

for (const { unit, value, binary, text } of cases('words')) {
  test(`${value} ${unit} is written ${text}`, () => {
    useBinarySizes(Boolean(binary));
    assert.equal(valueText(value, unit), text);
    useBinarySizes(false);
  });
}

test('a value that is not there', () => {
  assert.equal(valueText(null, 'bytes'), '–');
  assert.equal(shareText(1, 0), '–');
});

for (const { span, most, unit, binary, step } of cases('axis')) {
  test(`${span} ${unit} in at most ${most} steps`, () => {
    assert.ok(Math.abs(stepFor(span, most, unit, binary) - step) < step * 1e-9);
  });
}

test('places on an axis have no zeros after the point', () => {
  assert.equal(tickText(1500000, 'bytes'), '1.5 MB');
  assert.equal(tickText(2000000, 'bytes'), '2 MB');
  assert.equal(tickText(0.30000000000000004, 'seconds'), '300 ms');
});

test('what is typed is a text in either case, or an expression', () => {
  assert.equal(textTest('').test, null);
  assert.ok(textTest('LOAD').test('reload_all'));
  assert.ok(!textTest('/^load/').test('reload'));
  assert.ok(textTest('/^LOAD/i').test('load'));
  assert.ok(textTest('/').test('a/b'));
  assert.equal(textTest('/(/').error, 'not a regular expression');
  assert.equal(regexOf('a'), null);
  assert.deepEqual(regexOf('/a/i'), { source: 'a', flags: 'i' });
});

test('a search becomes a pattern of the language', () => {
  assert.equal(patternOf('a.b'), '/a\\.b/i');
  assert.equal(patternOf('/a.b/'), '/a.b/');
  assert.ok(new RegExp(patternOf('x*(y)').slice(1, -2), 'i').test('ax*(y)b'));
});

for (const { path, text } of cases('paths')) {
  test(`${path || 'no path'} is called ${text || 'nothing'}`, () => {
    assert.equal(shortPath(path), text);
  });
}

test('an address holds texts of any kind, and nothing that is as it was', () => {
  const parts = { find: '/a&b=c#d/i', hide: '', zoom: '12.päth', log: undefined };
  assert.deepEqual(textParts(partsText(parts)), { find: '/a&b=c#d/i', zoom: '12.päth' });
  assert.equal(partsText({ a: '', b: undefined }), '');
});
