extension FlamegraphPage {
  /// Decodes the data and derives views: sorted, turned over, summed up.
  ///
  /// Everything is typed arrays in pre-order: a subtree is `i..<end[i]`, and no step recurses,
  /// so that stacks of 10,000 frames and trees of a million nodes are ordinary. A tree has own
  /// values in channels: size, count, then those of the right side of a difference, then those of
  /// both sides; where ages are known, the last is bytes × seconds.
  static let modelScript = #"""
    const MARK = { native: 1, inlined: 2, internals: 4, imports: 8, runner: 16, pattern: 32,
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
    const base = (function () {
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
    })();

    const frameCount = base.frameFunction.length, channelCount = base.own.length;

    // Frames of equal text are one: what told them apart may be hidden. Names stand once in their
    // lists, but for the two added above.
    const sameFrame = (function () {
      const same = new Int32Array(frameCount);
      const { frameFunction, frameFile, frameLine, frameMark } = base;
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
    })();
    const noStack = sameFrame[frameCount - 1];

    // What lives at the points of time: cells of blocks alive at `born..<died` of them.
    const times = meta.times && (function () {
      const next = varints(meta.times.cells), node = [], born = [], died = [], bytes = [];
      const count = [], signed = () => {
        const value = next();
        return value % 2 ? -(value + 1) / 2 : value / 2;
      };
      for (let i = 0; i < base.n; i++) {
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
      meta.times.cells = '';
      const points = meta.times.points.map(([name, seconds, heap, rss], index) =>
        ({ name, seconds, heap, rss, index }));
      return { n: node.length, node: Int32Array.from(node), born: Uint16Array.from(born),
        died: Uint16Array.from(died), bytes: Float64Array.from(bytes),
        count: Float64Array.from(count), pieces: meta.times.pieces || [], points,
        windows: (points.length - 1) / 2, shown: meta.times.shown };
    })();

    // Sums over the subtrees; nodes come after their callers.
    function summed(tree, own) {
      const total = Float64Array.from(own), parent = tree.parent;
      for (let i = tree.n - 1; i > 0; i--) total[parent[i]] += total[i];
      return total;
    }

    // Completes a view whose nodes are in pre-order, heaviest callees first.
    function finish(view, weight) {
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
    function reordered(tree, weight) {
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
    function turned(tree, weight) {
      const n = tree.n, F = frameCount, leaf = [], stack = [], channels = tree.own;
      let sum = 0;
      for (let i = 1; i < n; i++) {
        if (channels.some(own => own[i] !== 0)) leaf.push(i);
        sum += weight[i];
      }
      let entry = Int32Array.from(leaf), cursor = Int32Array.from(leaf);
      const otherEntry = new Int32Array(leaf.length), otherCursor = new Int32Array(leaf.length);
      // Callers that no screen can show are merged when there are very many.
      const least = leaf.length > 50000 ? sum / 20000 : 0;
      const out = { parent: [-1], frame: [tree.frame[0]], merged: [0],
        own: channels.map(() => [0]) };
      const heft = new Float64Array(F + 1), offset = new Int32Array(F + 1);
      const group = (from, to, parent) => {
        const keys = [];
        for (let e = from; e < to; e++) {
          const f = tree.frame[cursor[e]], key = f < 0 ? F : f;
          if (offset[key]++ === 0) keys.push(key);
          heft[key] += weight[entry[e]];
        }
        keys.sort((a, b) => heft[b] - heft[a] || a - b);
        let at = from;
        const tasks = [];
        let small = null;
        for (const key of keys) {
          const size = offset[key];
          if (heft[key] < least && keys.length > 1) {
            if (!small) { small = { key: -1, from: at, to: at, parent }; tasks.push(small); }
            small.to += size;
          } else {
            tasks.push({ key, from: at, to: at + size, parent });
          }
          offset[key] = at;
          at += size;
        }
        for (let e = from; e < to; e++) {
          const f = tree.frame[cursor[e]], to = offset[f < 0 ? F : f]++;
          otherEntry[to] = entry[e];
          otherCursor[to] = cursor[e];
        }
        entry.set(otherEntry.subarray(from, to), from);
        cursor.set(otherCursor.subarray(from, to), from);
        for (const key of keys) { offset[key] = 0; heft[key] = 0; }
        for (let t = tasks.length - 1; t >= 0; t--) stack.push(tasks[t]);
      };
      group(0, entry.length, 0);
      while (stack.length) {
        const task = stack.pop(), node = out.parent.length;
        const isMerged = task.key < 0 || task.key === F, sums = channels.map(() => 0);
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
        if (keep > task.from) group(task.from, keep, node);
      }
      return { n: out.parent.length, parent: Int32Array.from(out.parent),
        frame: Int32Array.from(out.frame), merged: Uint32Array.from(out.merged),
        own: out.own.map(own => Float64Array.from(own)) };
    }

    """#
}
