// Decodes the page's data into typed arrays.
//
// A tree is in pre-order: a node's parent comes before it. It has own values in channels: size,
// count, then those of the right side of a difference, then those of both sides.

export const MARK = { native: 1, inlined: 2, internals: 4, imports: 8, runner: 16, pattern: 32,
  split: 64 };

function decodeBase64(text) {
  if (Uint8Array.fromBase64) return Uint8Array.fromBase64(text);
  const raw = atob(text), bytes = new Uint8Array(raw.length);
  for (let i = 0; i < raw.length; i++) bytes[i] = raw.charCodeAt(i);
  return bytes;
}

function varints(text) {
  const bytes = decodeBase64(text);
  let at = 0;
  return () => {
    let byte = bytes[at++], value = byte & 127, scale = 128;
    while (byte >= 128) {
      byte = bytes[at++];
      value += (byte & 127) * scale;
      scale *= 128;
    }
    return value;
  };
}

// The tree as written: nodes in pre-order, then the frames; one more frame for `<no stack>`.
function readTree(meta) {
  const next = varints(meta.data), n = meta.nodes, F = meta.frames;
  const channels = 2 + (meta.hasBase ? 2 : 0) + (meta.hasSurvived ? 2 : 0);
  const tree = { n, parent: new Int32Array(n), frame: new Int32Array(n),
    merged: new Uint32Array(n), own: [] };
  for (let k = 0; k < channels; k++) tree.own.push(new Float64Array(n));
  for (let i = 0; i < n; i++) {
    let above = i - 1;
    if (i > 0) for (let up = next(); up > 0; up--) above = tree.parent[above];
    tree.parent[i] = above;
    const frame = next() - 1;
    tree.frame[i] = frame;
    if (frame < 0) tree.merged[i] = next();
    for (let k = 0; k < channels; k++) tree.own[k][i] = next();
  }
  tree.frameFunction = new Int32Array(F + 1);
  tree.frameFile = new Int32Array(F + 1);
  tree.frameLine = new Float64Array(F + 1);
  tree.frameMark = new Uint8Array(F + 1);
  for (let f = 0; f < F; f++) {
    tree.frameFunction[f] = next();
    tree.frameFile[f] = next();
    tree.frameLine[f] = next();
    tree.frameMark[f] = next();
  }
  tree.frameFunction[F] = meta.functions.push('<no stack>') - 1;
  tree.frameFile[F] = meta.files.push('') - 1;
  meta.data = '';
  return tree;
}

// Frames of equal text are one: what told them apart may be hidden. Names stand once in their
// lists, but for the two that `readTree` added.
function equalFrames(meta, base) {
  const { frameFunction, frameFile, frameLine, frameMark } = base;
  const frameCount = frameFunction.length, same = new Int32Array(frameCount);
  const first = list => {
    const last = list.length - 1, found = list.indexOf(list[last]);
    return number => number === last ? found : number;
  };
  const functionNumber = first(meta.functions), fileNumber = first(meta.files);
  let size = 1024;
  while (size < 2 * frameCount) size *= 2;
  const slots = new Int32Array(size).fill(-1);
  for (let f = 0; f < frameCount; f++) {
    const name = functionNumber(frameFunction[f]), file = fileNumber(frameFile[f]);
    const line = frameLine[f], split = frameMark[f] & MARK.split;
    let slot = Math.imul(name, 0x9E3779B1) ^ Math.imul(file + 1, 0x85EBCA6B)
      ^ Math.imul(line + split, 0xC2B2AE35);
    slot = (slot ^ slot >>> 15) & size - 1;
    for (;;) {
      const g = slots[slot];
      if (g < 0) { slots[slot] = same[f] = f; break; }
      if (functionNumber(frameFunction[g]) === name && fileNumber(frameFile[g]) === file
        && frameLine[g] === line && (frameMark[g] & MARK.split) === split) {
        same[f] = g;
        break;
      }
      slot = slot + 1 & size - 1;
    }
  }
  return same;
}

// What lives at the points of time: cells of blocks alive at `born..<died` of them.
function readTimes(written, nodeCount) {
  const next = varints(written.cells), node = [], born = [], died = [], bytes = [];
  const count = [], signed = () => {
    const value = next();
    return value % 2 ? -(value + 1) / 2 : value / 2;
  };
  for (let i = 0; i < nodeCount; i++) {
    let at = 0;
    for (let left = next(); left > 0; left--) {
      at += next();
      node.push(i);
      born.push(at);
      died.push(at + next());
      bytes.push(signed());
      count.push(signed());
    }
  }
  written.cells = '';
  const points = written.points.map(([name, seconds, heap, rss], index) =>
    ({ name, seconds, heap, rss, index }));
  return { n: node.length, node: Int32Array.from(node), born: Uint16Array.from(born),
    died: Uint16Array.from(died), bytes: Float64Array.from(bytes),
    count: Float64Array.from(count), pieces: written.pieces || [], points,
    windows: (points.length - 1) / 2, shown: written.shown };
}

// Everything that a page knows of its stacks; takes the encoded parts out of `meta`.
export function readModel(meta) {
  const base = readTree(meta), sameFrame = equalFrames(meta, base);
  const frameCount = base.frameFunction.length;
  const functionOf = f => meta.functions[base.frameFunction[f]];
  const fileOf = f => meta.files[base.frameFile[f]];
  const placeOf = f => {
    const file = fileOf(f), line = base.frameLine[f];
    return file ? file + (line > 0 ? ':' + line : '') : '';
  };
  // What `from frame` calls a frame: its line, or its name where it has none.
  const keyOf = f => base.frameLine[f] > 0 ? placeOf(f) : functionOf(f);
  const markOf = name => name === 'native' ? MARK.native | MARK.inlined : MARK[name];
  // The sets that have frames here.
  const hideSets = ['runner', 'imports', 'internals', 'native', 'pattern'].filter(name =>
    base.frameMark.some(mark => mark & markOf(name)));
  return { meta, base, sameFrame, frameCount, channelCount: base.own.length,
    noStack: sameFrame[frameCount - 1], functionOf, fileOf, placeOf, keyOf, markOf, hideSets,
    times: meta.times ? readTimes(meta.times, base.n) : null };
}
