// The edits of stacks that follow from what is chosen, and the view they make.
//
// A hide never changes a total: the own values of a frame that goes are its caller's. The three
// edits are those of the language: frames drop out (`internals`, `native`, patterns, and `runner`,
// whose frames are all oldest ones), an import frame takes all newer ones along. `from` leaves out
// stacks without its frame, and the callers of the outermost one.

import { MARK } from './tree.js';
import { finish, reordered, turned } from './views.js';

// What is shown before anything is chosen.
export function firstOptions(meta) {
  return {
    turned: Boolean(meta.isTurned), byCount: Boolean(meta.showsCounts), width: 'left',
    normalized: meta.normalized, hides: new Set(meta.hides), patterns: [], from: '',
    isSplit: meta.isSplit === undefined || meta.isSplit, time: null,
    colour: meta.hasBase ? 'difference' : 'module'
  };
}

// A pattern of the language: the whole function, or a path from any folder, or a regex.
export function frameTest({ functionOf, fileOf, placeOf }, text) {
  const regex = /^\/(.+)\/(i?)$/.exec(text);
  if (regex) {
    const pattern = new RegExp(regex[1], regex[2]);
    return f => pattern.test(functionOf(f)) || pattern.test(placeOf(f));
  }
  const meets = path => path === text || path.endsWith('/' + text);
  return f => functionOf(f) === text || meets(fileOf(f)) || meets(placeOf(f));
}

// Per frame: 1 drops it, 2 drops it and everything newer; null when all stay.
function dropTable(model, options) {
  const { base, frameCount, meta, markOf } = model;
  let mask = 0, isAny = false;
  for (const name of options.hides) if (name !== 'imports') mask |= markOf(name);
  if (meta.split && !options.isSplit) mask |= MARK.split;
  const imports = options.hides.has('imports');
  const tests = options.patterns.map(text => frameTest(model, text));
  const drop = new Uint8Array(frameCount);
  for (let f = 0; f < frameCount; f++) {
    const mark = base.frameMark[f];
    if (mark & mask) drop[f] = 1;
    if (imports && mark & MARK.imports) drop[f] = 2;
    if (!(mark & MARK.split) && f > 0 && tests.some(test => test(f))) drop[f] |= 1;
    if (drop[f]) isAny = true;
  }
  return isAny ? drop : null;
}

export function fromTable({ frameCount, keyOf }, options) {
  if (!options.from) return null;
  const table = new Uint8Array(frameCount);
  for (let f = 1; f < frameCount; f++) if (keyOf(f) === options.from) table[f] = 1;
  return table;
}

// Own values of what is chosen: the question's, or of another time; ages where known.
export function ownValues({ base, times }, options) {
  const chosen = options.time || (times && times.shown >= 0
    ? { mode: 'live', point: times.shown } : null);
  if (!chosen) return base.own;
  const at = chosen.point, since = chosen.mode === 'alive' ? chosen.since : -1;
  const now = times.points[at].seconds;
  const size = new Float64Array(base.n), count = new Float64Array(base.n);
  const age = new Float64Array(base.n);
  for (let c = 0; c < times.n; c++) {
    if (times.born[c] > at || times.died[c] <= at || times.born[c] <= since) continue;
    const node = times.node[c];
    size[node] += times.bytes[c];
    count[node] += times.count[c];
    age[node] += times.bytes[c] * Math.max(0, now - times.points[times.born[c]].seconds);
  }
  if (chosen.mode !== 'alive') {
    for (const [node, born, died, pieces] of times.pieces) {
      if (born <= at && died > at) count[node] += pieces;
    }
  }
  return options.time ? [size, count, age] : [base.own[0], base.own[1], age];
}

// The tree after hides and `from`, without what holds nothing.
function edited({ base, sameFrame, noStack }, own, drop, from) {
  const n = base.n, { parent, frame, merged, frameMark } = base;
  const holds = new Uint8Array(n), map = new Int32Array(n), isCut = new Uint8Array(n);
  const isInside = new Uint8Array(n);
  for (let i = n - 1; i > 0; i--) {
    if (!holds[i]) for (const values of own) if (values[i] !== 0) { holds[i] = 1; break; }
    if (holds[i]) holds[parent[i]] = 1;
  }
  let size = 1024;
  while (size < 2 * n + 16) size *= 2;
  const slots = new Int32Array(size), outParent = new Int32Array(2 * n + 16);
  const outFrame = new Int32Array(2 * n + 16), outMerged = new Uint32Array(2 * n + 16);
  const outOwn = own.map(() => new Float64Array(2 * n + 16));
  let out = 1;
  outParent[0] = -1;
  outFrame[0] = frame[0];
  const child = (p, f) => {
    let slot = (Math.imul(p, 0x9E3779B1) ^ Math.imul(f + 2, 0x85EBCA6B));
    slot = (slot ^ slot >>> 15) & size - 1;
    for (;;) {
      const at = slots[slot];
      if (at === 0) break;
      if (outParent[at] === p && outFrame[at] === f) return at;
      slot = slot + 1 & size - 1;
    }
    slots[slot] = out;
    outParent[out] = p;
    outFrame[out] = f;
    return out++;
  };
  const isBase = t => t === 0 || outFrame[t] >= 0 && frameMark[outFrame[t]] & MARK.split;
  for (let i = 1; i < n; i++) {
    if (!holds[i]) continue;
    const p = parent[i], f = frame[i], fate = f < 0 || !drop ? 0 : drop[f];
    const isSplit = f >= 0 && frameMark[f] & MARK.split;
    if (from) isInside[i] = isInside[p] | (f >= 0 ? from[f] : 0);
    isCut[i] = isCut[p] | (fate === 2 ? 1 : 0);
    if (isCut[i] || fate || from && !isInside[i] && !isSplit) map[i] = map[p];
    else {
      map[i] = child(map[p], f < 0 ? -1 : sameFrame[f]);
      if (f < 0) outMerged[map[i]] += merged[i];
    }
    if (from && !isInside[i]) continue;
    let target = -1;
    for (let k = 0; k < own.length; k++) {
      if (own[k][i] === 0) continue;
      if (target < 0) target = isBase(map[i]) ? child(map[i], noStack) : map[i];
      outOwn[k][target] += own[k][i];
    }
  }
  return { n: out, parent: outParent.subarray(0, out), frame: outFrame.subarray(0, out),
    merged: outMerged.subarray(0, out), own: outOwn.map(values => values.subarray(0, out)) };
}

// How much the right side counts for: its total is brought to the left's.
function baseScale({ meta }, options, own, channel) {
  if (!meta.hasBase || !options.normalized) return 1;
  const sum = values => values.reduce((a, b) => a + b, 0);
  const right = sum(own[channel + 2]);
  return right > 0 ? sum(own[channel]) / right : 1;
}

// The own values that make widths.
function weights({ meta }, options, own, scale) {
  const m = options.byCount ? 1 : 0, left = own[m];
  if (!meta.hasBase || options.width === 'left') return left;
  const right = own[2 + m], both = own[4 + m], made = new Float64Array(left.length);
  for (let i = 0; i < made.length; i++) {
    const scaled = right[i] * scale;
    made[i] = options.width === 'right' ? scaled
      : options.width === 'change' ? Math.abs(left[i] - scaled)
        : options.width === 'survived' ? both[i]
          : options.width === 'new' ? Math.max(0, left[i] - both[i])
            : Math.max(0, right[i] - both[i]);
  }
  return made;
}

// The view of what is chosen.
export function makeView(model, options) {
  const { base, channelCount, frameCount } = model;
  const own = ownValues(model, options), drop = dropTable(model, options);
  const from = fromTable(model, options);
  const isPlain = !drop && !from && own === base.own && channelCount === 2 && !model.times;
  let tree = isPlain ? Object.assign({}, base) : edited(model, own, drop, from);
  const upright = tree;
  const m = options.byCount ? 1 : 0;
  const scales = [0, 1].map(channel => baseScale(model, options, tree.own, channel));
  const widths = () => weights(model, options, tree.own, scales[m]);
  if (options.turned) tree = turned(tree, widths(), frameCount);
  else if (!isPlain || options.byCount) tree = reordered(tree, widths());
  const view = finish(tree, widths());
  view.scales = scales;
  view.upright = upright;
  view.hasAges = view.own.length > channelCount;
  return view;
}
