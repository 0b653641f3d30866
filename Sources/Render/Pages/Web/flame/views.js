// Derives views of a tree: summed up, sorted, turned over.
//
// Everything is typed arrays in pre-order: a subtree is `i..<end[i]`, and no step recurses, so
// that stacks of 10,000 frames and trees of a million nodes are ordinary.

// Sums over the subtrees; nodes come after their callers.
export function summed(tree, own) {
  const total = Float64Array.from(own), parent = tree.parent;
  for (let i = tree.n - 1; i > 0; i--) total[parent[i]] += total[i];
  return total;
}

// Completes a view whose nodes are in pre-order, heaviest callees first.
export function finish(view, weight) {
  const n = view.n, parent = view.parent;
  view.total = view.own.map(own => summed(view, own));
  view.size = view.total[0];
  view.count = view.total[1];
  view.end = new Int32Array(n);
  view.depth = new Int32Array(n);
  for (let i = n - 1; i >= 0; i--) {
    const p = parent[i];
    if (view.end[i] === 0) view.end[i] = i + 1;
    if (p >= 0 && view.end[p] < view.end[i]) view.end[p] = view.end[i];
  }
  const width = view.width = weight === view.own[0] ? view.size
    : weight === view.own[1] ? view.count : summed(view, weight);
  view.start = new Float64Array(n);
  // Where the callees drawn so far end; at last, where all of them end.
  const filled = view.filled = new Float64Array(n);
  let deepest = 0;
  for (let i = 1; i < n; i++) {
    const p = parent[i], depth = view.depth[p] + 1;
    view.depth[i] = depth;
    if (depth > deepest) deepest = depth;
    view.start[i] = filled[p];
    filled[p] += width[i];
    filled[i] = view.start[i];
  }
  view.rows = deepest + 1;
  return view;
}

const emptyTree = (n, channels) => ({ n, parent: new Int32Array(n), frame: new Int32Array(n),
  merged: new Uint32Array(n), own: channels.map(() => new Float64Array(n)) });

// Nodes in another order: callees with the greatest sums of `weight` first.
export function reordered(tree, weight) {
  const n = tree.n, total = summed(tree, weight), first = new Int32Array(n + 1);
  for (let i = 1; i < n; i++) first[tree.parent[i] + 1]++;
  for (let i = 0; i < n; i++) first[i + 1] += first[i];
  const next = first.slice(), list = new Int32Array(n);
  for (let i = 1; i < n; i++) list[next[tree.parent[i]]++] = i;
  const result = emptyTree(n, tree.own), stack = [0], place = new Int32Array(n);
  let out = 0;
  while (stack.length) {
    const i = stack.pop(), from = first[i], to = first[i + 1];
    place[i] = out;
    result.parent[out] = i === 0 ? -1 : place[tree.parent[i]];
    result.frame[out] = tree.frame[i];
    result.merged[out] = tree.merged[i];
    for (let k = 0; k < tree.own.length; k++) result.own[k][out] = tree.own[k][i];
    out++;
    if (to - from > 1) list.subarray(from, to).sort((a, b) => total[b] - total[a] || a - b);
    for (let c = to - 1; c >= from; c--) stack.push(list[c]);
  }
  return result;
}

// The tree turned over: a node's own value, then its callers. Each entry is a node with an own
// value and a cursor climbing from it; entries with the same frame make one node of the result.
export function turned(tree, weight, frameCount) {
  const channels = tree.own, groups = new Groups(tree, weight, frameCount);
  const out = { parent: [-1], frame: [tree.frame[0]], merged: [0], own: channels.map(() => [0]) };
  groups.divide(0, groups.entry.length, 0);
  while (groups.tasks.length) {
    const task = groups.tasks.pop(), node = out.parent.length, { entry, cursor } = groups;
    const isMerged = task.key < 0 || task.key === frameCount, sums = channels.map(() => 0);
    let merged = 0, keep = task.from;
    for (let e = task.from; e < task.to; e++) {
      const above = tree.parent[cursor[e]];
      if (above > 0 && task.key >= 0) {
        entry[keep] = entry[e];
        cursor[keep++] = above;
      } else {
        for (let k = 0; k < sums.length; k++) sums[k] += channels[k][entry[e]];
      }
      if (isMerged) merged += tree.merged[entry[e]] || 1;
    }
    out.parent.push(task.parent);
    out.frame.push(isMerged ? -1 : task.key);
    out.merged.push(merged);
    for (let k = 0; k < sums.length; k++) out.own[k].push(sums[k]);
    if (keep > task.from) groups.divide(task.from, keep, node);
  }
  return { n: out.parent.length, parent: Int32Array.from(out.parent),
    frame: Int32Array.from(out.frame), merged: Uint32Array.from(out.merged),
    own: out.own.map(own => Float64Array.from(own)) };
}

// Entries of `turned` and the stretches of them that still have to be made nodes.
class Groups {
  constructor(tree, weight, frameCount) {
    const leaf = [];
    let sum = 0;
    for (let i = 1; i < tree.n; i++) {
      if (tree.own.some(own => own[i] !== 0)) leaf.push(i);
      sum += weight[i];
    }
    Object.assign(this, { tree, weight, frameCount, tasks: [],
      entry: Int32Array.from(leaf), cursor: Int32Array.from(leaf),
      otherEntry: new Int32Array(leaf.length), otherCursor: new Int32Array(leaf.length),
      heft: new Float64Array(frameCount + 1), offset: new Int32Array(frameCount + 1),
      // Callers that no screen can show are merged when there are very many.
      least: leaf.length > 50000 ? sum / 20000 : 0 });
  }

  // Sorts entries by the frame that their cursors are at, and makes a task of each frame.
  divide(from, to, parent) {
    const { tree, weight, frameCount, entry, cursor, otherEntry, otherCursor, heft, offset } = this;
    const keys = [], tasks = [];
    for (let e = from; e < to; e++) {
      const f = tree.frame[cursor[e]], key = f < 0 ? frameCount : f;
      if (offset[key]++ === 0) keys.push(key);
      heft[key] += weight[entry[e]];
    }
    keys.sort((a, b) => heft[b] - heft[a] || a - b);
    let at = from, small = null;
    for (const key of keys) {
      const size = offset[key];
      if (heft[key] < this.least && keys.length > 1) {
        if (!small) { small = { key: -1, from: at, to: at, parent }; tasks.push(small); }
        small.to += size;
      } else {
        tasks.push({ key, from: at, to: at + size, parent });
      }
      offset[key] = at;
      at += size;
    }
    for (let e = from; e < to; e++) {
      const f = tree.frame[cursor[e]], place = offset[f < 0 ? frameCount : f]++;
      otherEntry[place] = entry[e];
      otherCursor[place] = cursor[e];
    }
    entry.set(otherEntry.subarray(from, to), from);
    cursor.set(otherCursor.subarray(from, to), from);
    for (const key of keys) { offset[key] = 0; heft[key] = 0; }
    for (let t = tasks.length - 1; t >= 0; t--) this.tasks.push(tasks[t]);
  }
}
