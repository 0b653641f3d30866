extension FlamegraphPage {
  /// Decodes the data and derives views: top-down or bottom-up, by size or by count.
  ///
  /// Everything is typed arrays in pre-order: a subtree is `i..<end[i]`, and no step recurses,
  /// so that stacks of 10,000 frames and trees of a million nodes are ordinary.
  static let modelScript = #"""
    'use strict';
    const meta = JSON.parse(document.getElementById('memq-data').textContent);

    function decodeBase64(text) {
      if (Uint8Array.fromBase64) return Uint8Array.fromBase64(text);
      const raw = atob(text), bytes = new Uint8Array(raw.length);
      for (let i = 0; i < raw.length; i++) bytes[i] = raw.charCodeAt(i);
      return bytes;
    }

    // The tree as written: nodes in pre-order, then the frames.
    const base = (function () {
      const bytes = decodeBase64(meta.data);
      let at = 0;
      const next = () => {
        let byte = bytes[at++], value = byte & 127, scale = 128;
        while (byte >= 128) {
          byte = bytes[at++];
          value += (byte & 127) * scale;
          scale *= 128;
        }
        return value;
      };
      const n = meta.nodes, F = meta.frames;
      const tree = { n, parent: new Int32Array(n), frame: new Int32Array(n),
        merged: new Uint32Array(n), ownSize: new Float64Array(n), ownCount: new Float64Array(n) };
      for (let i = 0; i < n; i++) {
        let above = i - 1;
        if (i > 0) for (let up = next(); up > 0; up--) above = tree.parent[above];
        tree.parent[i] = above;
        const frame = next() - 1;
        tree.frame[i] = frame;
        if (frame < 0) tree.merged[i] = next();
        tree.ownSize[i] = next();
        tree.ownCount[i] = next();
      }
      tree.frameFunction = new Int32Array(F);
      tree.frameFile = new Int32Array(F);
      tree.frameLine = new Float64Array(F);
      for (let f = 0; f < F; f++) {
        tree.frameFunction[f] = next();
        tree.frameFile[f] = next();
        tree.frameLine[f] = next();
      }
      meta.data = '';
      return tree;
    })();

    const frameCount = base.frameFunction.length;

    // Completes a view whose nodes are in pre-order, callees largest first.
    function finish(view, byCount) {
      const n = view.n, parent = view.parent;
      view.size = Float64Array.from(view.ownSize);
      view.count = Float64Array.from(view.ownCount);
      view.end = new Int32Array(n);
      view.depth = new Int32Array(n);
      for (let i = n - 1; i >= 0; i--) {
        const p = parent[i];
        if (view.end[i] === 0) view.end[i] = i + 1;
        if (p >= 0) {
          view.size[p] += view.size[i];
          view.count[p] += view.count[i];
          if (view.end[p] < view.end[i]) view.end[p] = view.end[i];
        }
      }
      const width = view.width = byCount ? view.count : view.size;
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
      view.byCount = byCount;
      return view;
    }

    // Nodes in another order: callees with the greatest `own` sums first.
    function reordered(tree, own) {
      const n = tree.n, total = Float64Array.from(own), first = new Int32Array(n + 1);
      for (let i = n - 1; i > 0; i--) total[tree.parent[i]] += total[i];
      for (let i = 1; i < n; i++) first[tree.parent[i] + 1]++;
      for (let i = 0; i < n; i++) first[i + 1] += first[i];
      const next = first.slice(), list = new Int32Array(n);
      for (let i = 1; i < n; i++) list[next[tree.parent[i]]++] = i;
      const result = { n, parent: new Int32Array(n), frame: new Int32Array(n),
        merged: new Uint32Array(n), ownSize: new Float64Array(n), ownCount: new Float64Array(n) };
      const stack = [0], place = new Int32Array(n);
      let out = 0;
      while (stack.length) {
        const i = stack.pop(), from = first[i], to = first[i + 1];
        place[i] = out;
        result.parent[out] = i === 0 ? -1 : place[tree.parent[i]];
        result.frame[out] = tree.frame[i];
        result.merged[out] = tree.merged[i];
        result.ownSize[out] = tree.ownSize[i];
        result.ownCount[out] = tree.ownCount[i];
        out++;
        if (to - from > 1) list.subarray(from, to).sort((a, b) => total[b] - total[a] || a - b);
        for (let c = to - 1; c >= from; c--) stack.push(list[c]);
      }
      return result;
    }

    // The tree turned over: a node's own value, then its callers. Each entry is a node with an own
    // value and a cursor climbing from it; entries with the same frame make one node of the result.
    function turned(tree, own) {
      const n = tree.n, F = frameCount, leaf = [], stack = [];
      let sum = 0;
      for (let i = 1; i < n; i++) {
        if (tree.ownSize[i] > 0 || tree.ownCount[i] > 0) leaf.push(i);
        sum += own[i];
      }
      let entry = Int32Array.from(leaf), cursor = Int32Array.from(leaf);
      const otherEntry = new Int32Array(leaf.length), otherCursor = new Int32Array(leaf.length);
      // Callers that no screen can show are merged when there are very many.
      const least = leaf.length > 50000 ? sum / 20000 : 0;
      const out = { parent: [-1], frame: [tree.frame[0]], merged: [0], ownSize: [0],
        ownCount: [0] };
      const weight = new Float64Array(F + 1), offset = new Int32Array(F + 1);
      const group = (from, to, parent) => {
        const keys = [];
        for (let e = from; e < to; e++) {
          const f = tree.frame[cursor[e]], key = f < 0 ? F : f;
          if (offset[key]++ === 0) keys.push(key);
          weight[key] += own[entry[e]];
        }
        keys.sort((a, b) => weight[b] - weight[a] || a - b);
        let at = from;
        const tasks = [];
        let small = null;
        for (const key of keys) {
          const size = offset[key];
          if (weight[key] < least && keys.length > 1) {
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
        for (const key of keys) { offset[key] = 0; weight[key] = 0; }
        for (let t = tasks.length - 1; t >= 0; t--) stack.push(tasks[t]);
      };
      group(0, entry.length, 0);
      while (stack.length) {
        const task = stack.pop(), node = out.parent.length;
        let ownSize = 0, ownCount = 0, merged = 0, keep = task.from;
        const isMerged = task.key < 0 || task.key === F;
        for (let e = task.from; e < task.to; e++) {
          const above = tree.parent[cursor[e]];
          if (above > 0 && task.key >= 0) {
            entry[keep] = entry[e];
            cursor[keep++] = above;
          } else {
            ownSize += tree.ownSize[entry[e]];
            ownCount += tree.ownCount[entry[e]];
          }
          if (isMerged) merged += tree.merged[entry[e]] || 1;
        }
        out.parent.push(task.parent);
        out.frame.push(isMerged ? -1 : task.key);
        out.merged.push(merged);
        out.ownSize.push(ownSize);
        out.ownCount.push(ownCount);
        if (keep > task.from) group(task.from, keep, node);
      }
      return { n: out.parent.length, parent: Int32Array.from(out.parent),
        frame: Int32Array.from(out.frame), merged: Uint32Array.from(out.merged),
        ownSize: Float64Array.from(out.ownSize), ownCount: Float64Array.from(out.ownCount) };
    }

    const views = {};

    // A view, made when first asked for.
    function viewOf(isTurned, byCount) {
      const key = (isTurned ? 'turned' : 'base') + (byCount ? 'Count' : 'Size');
      if (!views[key]) {
        const own = byCount ? base.ownCount : base.ownSize;
        const tree = isTurned ? turned(base, own)
          : byCount ? reordered(base, own) : Object.assign({}, base);
        views[key] = finish(tree, byCount);
      }
      return views[key];
    }

    // Words.
    function digits3(value) {
      const shown = value < 10 ? value.toFixed(2) : value < 100 ? value.toFixed(1) : null;
      return shown !== null && Number(shown) < 100 ? shown : String(Math.round(value));
    }

    function sizeText(value) {
      if (meta.unit !== 'bytes') return countText(value);
      const step = meta.binary ? 1024 : 1000;
      const units = meta.binary ? ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB']
        : ['B', 'kB', 'MB', 'GB', 'TB', 'PB', 'EB'];
      let unit = 0, rest = value;
      if (Math.round(rest) < step) return Math.round(rest) + ' B';
      while (unit < 6 && Number(digits3(rest)) >= step) { rest /= step; unit++; }
      return digits3(rest) + ' ' + units[unit];
    }

    const countText = value => Math.round(value).toLocaleString('en-US');

    function shareText(part, whole) {
      if (!(whole > 0)) return '–';
      const percent = part / whole * 100;
      if (percent > 0 && percent < 0.05) return '<0.1%';
      if (percent > 99.9 && percent < 100) return '99.9%';
      return percent.toFixed(1) + '%';
    }

    const functionOf = f => meta.functions[base.frameFunction[f]];
    const fileOf = f => meta.files[base.frameFile[f]];

    function placeOf(f) {
      const file = fileOf(f), line = base.frameLine[f];
      return file ? file + (line > 0 ? ':' + line : '') : '';
    }

    function nameOf(view, i) {
      const f = view.frame[i];
      if (f < 0) return countText(view.merged[i]) + ' smaller';
      return functionOf(f) || placeOf(f) || '<unknown>';
    }

    // What a file belongs to: a package, a module of the standard library, or itself.
    function moduleOf(file) {
      let m = /(?:site|dist)-packages[\/\\]([^\/\\]+)/.exec(file);
      const inLibrary = /[\/\\]python[\d.]+[\/\\](?:lib-dynload[\/\\])?([^\/\\]+)/;
      if (!m) m = inLibrary.exec(file);
      if (m) return m[1].replace(/\.(py|pyx|so|cpython-.*)$/, '');
      const frozen = /^<frozen (\w+)/.exec(file);
      if (frozen) return frozen[1];
      const parts = file.split(/[\/\\]/);
      return parts[parts.length - 1];
    }

    """#
}
