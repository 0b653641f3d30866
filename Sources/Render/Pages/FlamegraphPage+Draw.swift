extension FlamegraphPage {
  /// Draws the visible part of a view on the canvas and finds frames under the pointer.
  ///
  /// A frame is drawn when it is at least a pixel wide; siblings are sorted, so at the first
  /// narrower one the rest of its caller is filled as one block and skipped.
  static let drawScript = #"""
    const byId = id => document.getElementById(id);
    const canvas = byId('graph'), scroller = byId('scroll'), space = byId('space');
    const context = canvas.getContext('2d', { alpha: false });
    const coarse = matchMedia('(pointer: coarse)').matches;
    const ROW = coarse ? 26 : 20, FONT = coarse ? 13 : 12;
    const mono = 'ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace';
    const stillness = matchMedia('(prefers-reduced-motion: reduce)');

    const state = {
      turned: false, byCount: false, view: null,
      zoom: 0, // the node that fills the width
      left: 0, right: 1, // the stretch of values in the window
      focus: 0, hover: -1, found: null, matchFrames: null,
      width: 0, height: 0, ratio: 1, charWidth: 7, drawn: 0, drawMs: 0
    };

    // Colours: hues by module, shades by file; a hue is never used for meaning alone.
    const HUES = [8, 24, 38, 50, 72, 96, 138, 160, 178, 196, 210, 226, 248, 268, 292, 318, 340];
    let palette = [], paint = {};

    function hash(text) {
      let h = 2166136261;
      for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 16777619);
      h ^= h >>> 15;
      h = Math.imul(h, 2246822507);
      return (h ^ h >>> 13) >>> 0;
    }

    function ownPerFile(values) {
      const sums = new Float64Array(meta.files.length);
      for (let i = 1; i < base.n; i++) {
        if (base.frame[i] >= 0) sums[base.frameFile[base.frame[i]]] += values[i];
      }
      return sums;
    }

    // A module keeps its hue from page to page; only when two of the largest would share one does
    // the smaller move on.
    const hueOf = (function () {
      const sums = new Map(), hues = new Map(), taken = new Set();
      ownPerFile(base.ownSize).forEach((value, file) => {
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
    const frameShade = new Uint8Array(frameCount);
    for (let f = 0; f < frameCount; f++) frameShade[f] = fileShade[base.frameFile[f]];

    function isDark() {
      const chosen = document.documentElement.dataset.theme;
      return chosen ? chosen === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
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
      const style = getComputedStyle(document.documentElement);
      const named = name => style.getPropertyValue(name).trim();
      paint = {
        back: named('--back'), text: dark ? '#f3f5f7' : '#15191d',
        softText: dark ? 'rgb(243 245 247 / .66)' : 'rgb(21 25 29 / .62)',
        dimText: dark ? 'hsl(212 7% 62%)' : 'hsl(212 8% 42%)',
        focus: named('--focus'), hover: dark ? '#fff' : '#1c2024'
      };
    }

    // Places in the palette after the hues; `FADED` is added for the zoomed frame's callers.
    const SMALL = 1 + HUES.length * 3, DIM = SMALL + 1, MATCH = SMALL + 2, FADED = 64;

    function shadeOf(view, i) {
      const f = view.frame[i];
      if (state.matchFrames) return f >= 0 && state.matchFrames[f] ? MATCH : DIM;
      return f < 0 ? SMALL : frameShade[f];
    }

    // Rectangles wait in a list per colour: changing the colour costs more than filling.
    const rects = { count: 0, x: [], y: [], width: [], next: [],
      head: new Int32Array(2 * FADED).fill(-1) };

    function addRect(x, y, width, shade) {
      const k = rects.count++;
      rects.x[k] = x;
      rects.y[k] = y;
      rects.width[k] = width;
      rects.next[k] = rects.head[shade];
      rects.head[shade] = k;
    }

    function fillRects() {
      for (let shade = 0; shade < 2 * FADED; shade++) {
        let k = rects.head[shade];
        if (k < 0) continue;
        context.fillStyle = palette[shade % FADED];
        context.globalAlpha = shade >= FADED ? 0.55 : 1;
        for (; k >= 0; k = rects.next[k]) {
          context.fillRect(rects.x[k], rects.y[k], rects.width[k], ROW - 1);
        }
        rects.head[shade] = -1;
      }
      context.globalAlpha = 1;
      rects.count = 0;
    }

    function resize() {
      state.width = Math.max(50, scroller.clientWidth);
      state.height = Math.max(50, scroller.clientHeight);
      state.ratio = Math.max(1, Math.min(3, devicePixelRatio || 1));
      canvas.width = Math.round(state.width * state.ratio);
      canvas.height = Math.round(state.height * state.ratio);
      canvas.style.height = state.height + 'px';
      context.font = `${FONT}px ${mono}`;
      state.charWidth = context.measureText('0123456789').width / 10 || 7;
      sizeSpace();
      redraw();
    }

    function sizeSpace() {
      space.style.height = state.view.rows * ROW + 4 + 'px';
    }

    let waiting = false;
    function redraw() {
      if (waiting) return;
      waiting = true;
      requestAnimationFrame(() => { waiting = false; draw(); });
    }

    const isPlain = text => /^[\x20-\x7e]*$/.test(text);

    // The text cut to `room` pixels; empty when nothing readable fits.
    function fitted(text, room) {
      const chars = Math.floor(room / state.charWidth);
      if (chars < 3) return '';
      if (isPlain(text)) return text.length <= chars ? text : text.slice(0, chars - 1) + '…';
      let cut = text.slice(0, chars);
      if (cut.length === text.length && context.measureText(cut).width <= room) return cut;
      while (cut && context.measureText(cut + '…').width > room) cut = cut.slice(0, -1);
      if (/[\ud800-\udbff]$/.test(cut)) cut = cut.slice(0, -1);
      return cut ? cut + '…' : '';
    }

    let ink = '';
    function setInk(colour) {
      if (colour !== ink) context.fillStyle = ink = colour;
    }

    function drawText(view, i, x, y, width, faded) {
      const from = Math.max(x, 0) + 5, room = Math.min(x + width, state.width) - from - 4;
      if (room < state.charWidth * 3) return;
      const name = nameOf(view, i), text = fitted(name, room);
      if (!text) return;
      const f = view.frame[i];
      const isOff = state.matchFrames && !(f >= 0 && state.matchFrames[f]);
      setInk(isOff ? paint.dimText : f < 0 || faded ? paint.softText : paint.text);
      context.fillText(text, from, y + ROW / 2);
      if (f < 0 || text !== name || isOff) return;
      const place = placeOf(f);
      if (!place || place === name || !isPlain(name)) return;
      const used = (name.length + 1) * state.charWidth, rest = room - used;
      if (rest < state.charWidth * 8) return;
      const short = place.length * state.charWidth <= rest ? place : place.split(/[\/\\]/).pop();
      const placeText = fitted(short, rest);
      if (!placeText) return;
      setInk(paint.softText);
      context.fillText(placeText, from + used, y + ROW / 2);
    }

    function draw() {
      const begun = performance.now(), view = state.view, n = view.n;
      const { start, width, end, parent, depth, filled } = view;
      const scale = state.width / (state.right - state.left);
      const top = scroller.scrollTop;
      const firstRow = Math.floor(top / ROW), lastRow = Math.floor((top + state.height) / ROW);
      const zoomDepth = depth[state.zoom];
      context.setTransform(state.ratio, 0, 0, state.ratio, 0, 0);
      context.fillStyle = paint.back;
      context.fillRect(0, 0, state.width, state.height);
      context.font = `${FONT}px ${mono}`;
      context.textBaseline = 'middle';
      const labels = [];
      let i = 0;
      while (i < n) {
        const s = start[i], w = width[i], p = parent[i], d = depth[i];
        if (i > 0 && (s >= state.right || d > lastRow)) { i = end[p]; continue; }
        if (i > 0 && s + w <= state.left) { i = end[i]; continue; }
        const x = (s - state.left) * scale, pixels = w * scale;
        if (i > 0 && pixels < 1) {
          if (d >= firstRow) {
            const from = Math.max(x, 0);
            const wide = Math.min((filled[p] - state.left) * scale, state.width) - from;
            if (wide > 0.4) {
              addRect(from, d * ROW - top, wide, state.matchFrames ? DIM : SMALL);
            }
          }
          i = end[p];
          continue;
        }
        if (d >= firstRow) {
          const y = d * ROW - top, from = Math.max(x, -2);
          const to = Math.min(x + pixels, state.width + 2);
          const gap = to - from > 3 ? 1 : 0;
          addRect(from, y, to - from - gap, shadeOf(view, i) + (d < zoomDepth ? FADED : 0));
          if (pixels > 24) labels.push(i);
        }
        i++;
      }
      const drawn = rects.count;
      fillRects();
      ink = '';
      for (const l of labels) {
        drawText(view, l, (start[l] - state.left) * scale, depth[l] * ROW - top,
          width[l] * scale, depth[l] < zoomDepth);
      }
      outline(state.hover, paint.hover, 1);
      if (document.activeElement === canvas) outline(state.focus, paint.focus, 2);
      state.drawn = drawn;
      state.drawMs = performance.now() - begun;
    }

    function boxOf(i) {
      const view = state.view, scale = state.width / (state.right - state.left);
      const x = Math.max(0, (view.start[i] - state.left) * scale);
      const to = Math.min(state.width, (view.start[i] + view.width[i] - state.left) * scale);
      return { x, y: view.depth[i] * ROW - scroller.scrollTop, width: Math.max(2, to - x),
        isSeen: to > 0 && x < state.width };
    }

    function outline(i, colour, thick) {
      if (i < 0) return;
      const box = boxOf(i);
      if (!box.isSeen) return;
      context.strokeStyle = colour;
      context.lineWidth = thick;
      context.strokeRect(box.x + thick / 2, box.y + thick / 2, Math.max(1, box.width - thick - 1),
        ROW - 1 - thick);
    }

    // The frame at a point of the canvas; -1 between frames and in blocks of small ones.
    function nodeAt(x, y) {
      const view = state.view, row = Math.floor((y + scroller.scrollTop) / ROW);
      const scale = state.width / (state.right - state.left), value = state.left + x / scale;
      if (row < 0 || row >= view.rows) return -1;
      let i = 0;
      for (let d = 0; d < row; d++) {
        let c = i + 1;
        const last = view.end[i];
        while (c < last && view.start[c] + view.width[c] <= value) c = view.end[c];
        if (c >= last || view.start[c] > value || view.width[c] * scale < 1) return -1;
        i = c;
      }
      return i;
    }

    """#
}
