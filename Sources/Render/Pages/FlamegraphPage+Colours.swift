extension FlamegraphPage {
  /// The page's state, names of frames, and colours by module, kind, age or difference.
  static let colourScript = #"""
    const state = {
      view: null,
      zoom: 0, // the node that fills the width
      left: 0, right: 1, // the stretch of values in the window
      focus: 0, hover: -1, found: null, matchFrames: null,
      width: 0, height: 0, ratio: 1, charWidth: 7, drawn: 0, drawMs: 0
    };
    const view = () => state.view;

    const sizeText = value => meta.unit === 'bytes' ? bytesText(Math.round(value / meta.scale))
      : meta.unit === 'seconds' ? secondsText(value / meta.scale)
        : meta.scale > 1 ? decimalText(value / meta.scale) : countText(value);

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

    // Colours: a hue is never used for meaning alone; numbers and legend say it too.
    const HUES = [8, 24, 38, 50, 72, 96, 138, 160, 178, 196, 210, 226, 248, 268, 292, 318, 340];
    // Places in the palette; `FADED` is added for the zoomed frame's callers.
    const SMALL = 1 + HUES.length * 3, DIM = SMALL + 1, MATCH = SMALL + 2;
    const KIND = MATCH + 1, AGE = KIND + 5, DIFFERENCE = AGE + 8, FADED = DIFFERENCE + 15;
    const KINDS = ['Python', 'native', 'inlined', 'interpreter', 'imports'];
    let palette = [], paint = {};

    function hash(text) {
      let h = 2166136261;
      for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 16777619);
      h ^= h >>> 15;
      h = Math.imul(h, 2246822507);
      return (h ^ h >>> 13) >>> 0;
    }

    // Own values of a view's frames, by what `keyOf` makes of a frame.
    function ownBy(view, values, count, keyOf) {
      const sums = new Float64Array(count);
      for (let i = 1; i < view.n; i++) {
        if (view.frame[i] >= 0) sums[keyOf(view.frame[i])] += values[i];
      }
      return sums;
    }

    // A module keeps its hue from page to page; only when two of the largest would share one does
    // the smaller move on.
    const hueOf = (function () {
      const sums = new Map(), hues = new Map(), taken = new Set();
      ownBy(base, base.own[0], meta.files.length, f => base.frameFile[f]).forEach((value, file) => {
        const name = moduleOf(meta.files[file]);
        sums.set(name, (sums.get(name) || 0) + value);
      });
      const order = [...sums.keys()].sort((a, b) => sums.get(b) - sums.get(a));
      order.forEach((name, place) => {
        let hue = hash(name) % HUES.length;
        if (place < 12) {
          while (taken.has(hue)) hue = (hue + 5) % HUES.length;
          taken.add(hue);
        }
        hues.set(name, hue);
      });
      return hues;
    })();

    const fileShade = meta.files.map(file =>
      file ? 1 + hueOf.get(moduleOf(file)) * 3 + hash(file) % 3 : 0);

    function kindOf(f) {
      const mark = base.frameMark[f];
      return mark & MARK.internals ? 3 : mark & MARK.imports ? 4 : mark & MARK.inlined ? 2
        : mark & MARK.native ? 1 : 0;
    }

    const frameShade = new Uint8Array(frameCount), kindShade = new Uint8Array(frameCount);
    for (let f = 0; f < frameCount; f++) {
      const isGroup = base.frameMark[f] & MARK.split || !fileOf(f) && !kindOf(f);
      frameShade[f] = fileShade[base.frameFile[f]];
      kindShade[f] = isGroup ? 0 : KIND + kindOf(f);
    }

    function setColours() {
      const dark = isDark();
      palette = [dark ? 'hsl(212 8% 34%)' : 'hsl(212 14% 86%)'];
      for (const hue of HUES) {
        for (let shade = 0; shade < 3; shade++) {
          palette.push(dark ? `hsl(${hue} ${34 + shade * 5}% ${33 + shade * 3}%)`
            : `hsl(${hue} ${60 - shade * 4}% ${80 + shade * 3}%)`);
        }
      }
      palette.push(dark ? 'hsl(212 8% 25%)' : 'hsl(212 12% 90%)',
        dark ? 'hsl(212 7% 23%)' : 'hsl(212 10% 92%)',
        dark ? 'hsl(280 55% 48%)' : 'hsl(280 75% 80%)');
      for (const [hue, part] of [[210, 1], [28, 1], [52, 1], [212, 0.1], [290, 0.6]]) {
        palette.push(dark ? `hsl(${hue} ${42 * part}% 38%)` : `hsl(${hue} ${72 * part}% 81%)`);
      }
      for (let step = 0; step < 8; step++) {
        palette.push(dark ? `hsl(${178 + step * 12} ${30 + step * 3}% ${22 + step * 4}%)`
          : `hsl(${178 + step * 12} ${38 + step * 5}% ${92 - step * 4.6}%)`);
      }
      for (let step = -7; step <= 7; step++) {
        const part = Math.abs(step) / 7, hue = step < 0 ? 214 : 6;
        palette.push(step === 0 ? dark ? 'hsl(212 6% 32%)' : 'hsl(212 10% 88%)'
          : dark ? `hsl(${hue} ${24 + 38 * part}% ${31 + 12 * part}%)`
            : `hsl(${hue} ${50 + 36 * part}% ${90 - 22 * part}%)`);
      }
      const style = getComputedStyle(document.documentElement);
      const named = name => style.getPropertyValue(name).trim();
      paint = {
        back: named('--back'), text: dark ? '#f3f5f7' : '#15191d', card: named('--card'),
        line: named('--line'), soft: named('--soft'), on: named('--on'),
        softText: dark ? 'rgb(243 245 247 / .66)' : 'rgb(21 25 29 / .62)',
        dimText: dark ? 'hsl(212 7% 62%)' : 'hsl(212 8% 42%)',
        focus: named('--focus'), hover: dark ? '#fff' : '#1c2024'
      };
    }

    // Seconds since birth of what lies under a node, by bytes; nil where none is known.
    function ageOf(view, i) {
      if (!view.hasAges || !(view.size[i] > 0)) return null;
      return view.total[view.total.length - 1][i] / view.size[i];
    }

    // The right side of a node as it is compared, and how far the left is from it: -1 … 1.
    const rightOf = (view, i, m) => view.total[2 + m][i] * view.scales[m];
    function changeOf(view, i) {
      const m = options.byCount ? 1 : 0, left = view.total[m][i], right = rightOf(view, i, m);
      const most = Math.max(left, right), change = left - right;
      // What scaling leaves of equal values is no change.
      return most > 0 && Math.abs(change) > most * 1e-9 ? change / most : 0;
    }

    function differenceShade(view, i) {
      const change = changeOf(view, i);
      const step = Math.sign(change) * Math.ceil(Math.abs(change) * 7 - 1e-9);
      return DIFFERENCE + 7 + Math.max(-7, Math.min(7, step));
    }

    function ageShade(view, i) {
      const age = ageOf(view, i);
      if (age === null) return 0;
      return AGE + Math.min(7, Math.floor(age / (state.oldest || 1) * 8));
    }

    function shadeOf(view, i) {
      const f = view.frame[i];
      if (state.matchFrames) return f >= 0 && state.matchFrames[f] ? MATCH : DIM;
      if (options.colour === 'difference' && meta.hasBase) return differenceShade(view, i);
      if (f < 0) return SMALL;
      if (options.colour === 'kind') return kindShade[f];
      if (options.colour === 'age' && view.hasAges) return ageShade(view, i);
      return frameShade[f];
    }

    // What colours mean, as [name, palette place, value, search]; at most five.
    function legendRows() {
      const v = view(), own = v.own[options.byCount ? 1 : 0], whole = v.width[0];
      const largest = rows => rows.filter(row => row[2] > 0).sort((a, b) => b[2] - a[2]).slice(0, 5)
        .map(row => [`${row[0].slice(0, 24)} ${shareText(row[2], whole)}`, ...row.slice(1)]);
      if (options.colour === 'difference' && meta.hasBase) {
        return [['only left', DIFFERENCE + 14], ['grew', DIFFERENCE + 11], ['same', DIFFERENCE + 7],
          ['shrank', DIFFERENCE + 3], ['only right', DIFFERENCE]];
      }
      if (options.colour === 'age' && v.hasAges) {
        return [['new', AGE], [secondsText(state.oldest / 2), AGE + 4],
          [secondsText(state.oldest) + ' old', AGE + 7]];
      }
      if (options.colour === 'kind') {
        const sums = ownBy(v, own, KINDS.length, kindOf);
        return largest(KINDS.map((name, k) => [name, KIND + k, sums[k]]));
      }
      const sums = new Map();
      ownBy(v, own, meta.files.length, f => base.frameFile[f]).forEach((value, file) => {
        const name = moduleOf(meta.files[file]);
        if (name && value > 0) sums.set(name, (sums.get(name) || 0) + value);
      });
      return largest([...sums].map(([name, value]) =>
        [name, 1 + hueOf.get(name) * 3 + 1, value, name]));
    }

    """#
}
