// Tables of cases that the program's tests read too, and models of stacks.

import { readFileSync } from 'node:fs';

// The cases of a table in `Tests/Fixtures/pages`.
export const cases = name =>
  JSON.parse(readFileSync(new URL(`../Fixtures/pages/${name}.json`, import.meta.url))).cases;

function varint(value, bytes) {
  for (; value >= 128; value = Math.floor(value / 128)) bytes.push(value % 128 + 128);
  bytes.push(value);
}

// A page's data for stacks, outermost first: [['main', 'load'], size, count, …]. A frame is a name,
// or [function, file, line, marks].
export function metaOf(stacks, more = {}) {
  const texts = value => typeof value === 'string' ? [value, value + '.py', 1, 0] : value;
  const root = { children: new Map(), own: null }, channels = stacks[0].length - 1;
  for (const [stack, ...values] of stacks) {
    let at = root;
    for (const frame of stack) {
      const key = texts(frame).join('\t');
      if (!at.children.has(key)) {
        at.children.set(key, { frame: texts(frame), children: new Map(), own: null });
      }
      at = at.children.get(key);
    }
    at.own = (at.own || values.map(() => 0)).map((own, k) => own + values[k]);
  }
  const functions = [], files = [], frames = new Map(), bytes = [], frameBytes = [];
  const number = (list, text) => {
    if (!list.includes(text)) list.push(text);
    return list.indexOf(text);
  };
  let nodes = 0, last = 0;
  const write = (node, level) => {
    if (nodes++ > 0) varint(last + 1 - level, bytes);
    last = level;
    const [name, file, line, marks] = node.frame || ['all', '', 0, 0];
    const key = [name, file, line, marks].join('\t');
    if (!frames.has(key)) {
      frames.set(key, frames.size);
      for (const value of [number(functions, name), number(files, file), line, marks]) {
        varint(value, frameBytes);
      }
    }
    varint(frames.get(key) + 1, bytes);
    for (let k = 0; k < channels; k++) varint(node.own ? node.own[k] : 0, bytes);
    for (const child of node.children.values()) write(child, level + 1);
  };
  write(root, 0);
  return { functions, files, nodes, frames: frames.size, hides: [], inverted: false, unit: 'bytes',
    normalized: false, hasBase: channels > 2, hasSurvived: channels > 4, ...more,
    data: Buffer.from([...bytes, ...frameBytes]).toString('base64') };
}

// Sizes of a view by path of functions, without what holds nothing.
export function pathsOf(model, view, channel = 0) {
  const texts = [''], found = {};
  for (let i = 1; i < view.n; i++) {
    const f = view.frame[i], name = f < 0 ? '(smaller)' : model.functionOf(f);
    texts[i] = view.parent[i] > 0 ? `${texts[view.parent[i]]};${name}` : name;
    if (view.total[channel][i]) {
      found[texts[i]] = (found[texts[i]] || 0) + view.total[channel][i];
    }
  }
  return found;
}
