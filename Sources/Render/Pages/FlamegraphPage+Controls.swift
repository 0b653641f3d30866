extension FlamegraphPage {
  /// Zoom, search, keyboard, theme, and the functions that tests call.
  static let controlScript = #"""
    const view = () => state.view;
    const whole = () => state.view.width[0];

    // Zoom.
    let animation = 0;
    function moveWindow(left, right, isInstant) {
      const ticket = ++animation, from = [state.left, state.right], begun = performance.now();
      if (isInstant || stillness.matches) {
        state.left = left;
        state.right = right;
        redraw();
        return;
      }
      const step = now => {
        if (ticket !== animation) return;
        const part = Math.min(1, Math.max(0, (now - begun) / 180)), ease = 1 - (1 - part) ** 3;
        state.left = part < 1 ? from[0] + (left - from[0]) * ease : left;
        state.right = part < 1 ? from[1] + (right - from[1]) * ease : right;
        draw();
        if (part < 1) requestAnimationFrame(step);
      };
      requestAnimationFrame(step);
    }

    function windowOf(i) {
      const v = view(), width = v.width[i] > 0 ? v.width[i] : 1;
      return [v.start[i], v.start[i] + width];
    }

    function zoomTo(i, isInstant) {
      if (!(i >= 0 && i < view().n)) return;
      state.zoom = i;
      state.focus = i;
      const [left, right] = windowOf(i);
      moveWindow(left, right, isInstant);
      reveal(i);
      showCrumbs();
      showFound();
      showFrame(i);
    }

    function reveal(i) {
      const y = view().depth[i] * ROW;
      if (y < scroller.scrollTop) scroller.scrollTop = Math.max(0, y - ROW);
      else if (y + 3 * ROW > scroller.scrollTop + state.height) {
        scroller.scrollTop = y - Math.max(ROW, state.height / 3);
      }
    }

    // Keeps the window inside the tree, and wide enough for numbers to be exact.
    function setWindow(left, right) {
      const all = whole(), least = all / 1e9;
      let width = Math.min(all, Math.max(least, right - left));
      let from = Math.min(Math.max(0, left), all - width);
      if (width >= all) { from = 0; width = all; }
      ++animation;
      state.left = from;
      state.right = from + width;
      redraw();
    }

    function scaleWindow(factor, at) {
      const width = state.right - state.left, fixed = state.left + width * at;
      setWindow(fixed - width * factor * at, fixed + width * factor * (1 - at));
    }

    function showCrumbs() {
      const path = [];
      for (let i = state.zoom; i >= 0; i = view().parent[i]) path.push(i);
      path.reverse();
      const shown = path.length > 40 ? path.slice(0, 3).concat([-1], path.slice(-30)) : path;
      const crumbs = byId('crumbs');
      crumbs.textContent = '';
      shown.forEach((i, k) => {
        if (k > 0) crumbs.append(element('span', '›', 'sep'));
        if (i < 0) {
          crumbs.append(element('span', `… ${countText(path.length - 33)} more …`, 'sep'));
          return;
        }
        const button = element('button', nameOf(view(), i));
        button.title = i === 0 ? 'Everything' : placeText(i);
        if (i === state.zoom) button.setAttribute('aria-current', 'location');
        button.addEventListener('click', () => { zoomTo(i); canvas.focus(); });
        crumbs.append(button);
      });
      crumbs.scrollLeft = crumbs.scrollWidth;
    }

    function element(tag, text, className) {
      const result = document.createElement(tag);
      if (text !== undefined) result.textContent = text;
      if (className) result.className = className;
      return result;
    }

    const placeText = i => view().frame[i] < 0 ? '' : placeOf(view().frame[i]);

    // What is known of a frame.
    const hasCounts = base.ownCount.some(count => count > 0);
    const sizeName = meta.unit === 'bytes' ? 'Size' : 'Value';
    function rowsOf(i) {
      const v = view(), zoom = state.zoom, rows = [[sizeName, v.size[i], sizeText, v.size]];
      if (hasCounts) rows.push(['Allocations', v.count[i], countText, v.count]);
      return rows.map(([name, value, text, all]) => [name, text(value),
        shareText(value, all[zoom]) + ' of shown', shareText(value, all[0]) + ' of all']);
    }

    function showFrame(i, isSilent) {
      const status = byId('status');
      status.textContent = '';
      if (i < 0) return;
      const rows = rowsOf(i), place = placeText(i), main = rows[view().byCount ? 1 : 0];
      const counted = hasCounts && rows[1][1] + ' allocations';
      const facts = [rows[0][1], counted, main[2], main[3], place];
      const said = facts.filter(Boolean);
      status.append(element('b', nameOf(view(), i)), '  ' + said.join(' · '));
      if (!isSilent) byId('live').textContent = [nameOf(view(), i), ...said].join(', ');
    }

    const tip = byId('tip');
    function showTip(i, x, y) {
      if (i < 0) { tip.style.visibility = 'hidden'; return; }
      tip.textContent = '';
      tip.append(element('div', nameOf(view(), i), 'name'));
      if (placeText(i)) tip.append(element('div', placeText(i), 'place'));
      const table = element('table');
      for (const row of rowsOf(i)) {
        const line = element('tr');
        row.forEach(text => line.append(element('td', text)));
        table.append(line);
      }
      const v = view();
      const own = v.size[i] - (v.end[i] > i + 1 ? sumBelow(i) : 0);
      if (v.end[i] > i + 1 && own > 0) {
        const line = element('tr');
        ['Own ' + sizeName.toLowerCase(), sizeText(own), '', shareText(own, v.size[0]) + ' of all']
          .forEach(text => line.append(element('td', text)));
        table.append(line);
      }
      tip.append(table);
      if (v.frame[i] < 0) {
        tip.append(element('div', 'Frames too small for this page, merged into one.', 'hint'));
      }
      const box = tip.getBoundingClientRect();
      tip.style.left = Math.max(8, Math.min(x + 14, innerWidth - box.width - 8)) + 'px';
      tip.style.top = (y + 18 + box.height > innerHeight ? Math.max(8, y - box.height - 12)
        : y + 18) + 'px';
      tip.style.visibility = 'visible';
    }

    function sumBelow(i) {
      const v = view();
      let sum = 0;
      for (let c = i + 1; c < v.end[i]; c = v.end[c]) sum += v.size[c];
      return sum;
    }

    // Search.
    function search(text) {
      const found = byId('found');
      found.classList.remove('bad');
      state.matchFrames = null;
      state.found = null;
      state.error = '';
      if (text) {
        let test;
        const regex = /^\/(.*?)(?:\/(i?))?$/.exec(text);
        if (regex && text.length > 1) {
          try {
            const pattern = new RegExp(regex[1], regex[2] || '');
            test = name => pattern.test(name);
          } catch (error) {
            state.error = 'not a regular expression';
          }
        } else {
          const wanted = text.toLowerCase();
          test = name => name.toLowerCase().includes(wanted);
        }
        if (test) {
          state.matchFrames = new Uint8Array(frameCount);
          for (let f = 0; f < frameCount; f++) {
            if (test(functionOf(f)) || test(placeOf(f))) state.matchFrames[f] = 1;
          }
        }
      }
      showFound();
      redraw();
    }

    // Nodes that match, and the value under the outermost of them: nested ones count once.
    function sumMatches(root) {
      const v = view();
      let size = 0, count = 0, nodes = 0, covered = 0;
      let above = v.parent[root];
      for (; above >= 0; above = v.parent[above]) {
        const f = v.frame[above];
        if (f >= 0 && state.matchFrames[f]) covered = v.end[root];
      }
      if (covered) { size = v.size[root]; count = v.count[root]; }
      for (let i = root; i < v.end[root]; i++) {
        const f = v.frame[i];
        if (f < 0 || !state.matchFrames[f]) continue;
        nodes++;
        if (i >= covered) { size += v.size[i]; count += v.count[i]; covered = v.end[i]; }
      }
      return { nodes, size, count };
    }

    function showFound() {
      const found = byId('found');
      found.textContent = '';
      state.found = null;
      if (state.error) {
        found.classList.add('bad');
        found.textContent = state.error;
        return;
      }
      if (!state.matchFrames) return;
      const all = sumMatches(0), shown = sumMatches(state.zoom), v = view();
      const of = sums => v.byCount ? sums.count : sums.size;
      state.found = { matches: all.nodes, size: all.size, count: all.count,
        shown: of(shown) / (v.width[state.zoom] || 1), all: of(all) / (whole() || 1) };
      if (all.nodes === 0) { found.textContent = 'no frame matches'; return; }
      found.append(element('b', shareText(of(shown), v.width[state.zoom])), ' of shown');
      if (state.zoom !== 0) found.append(`, ${shareText(of(all), whole())} of all`);
      found.append(` · ${sizeText(all.size)} · ${countText(all.nodes)} `
        + (all.nodes === 1 ? 'frame' : 'frames'));
    }

    function nextMatch(step) {
      if (!state.matchFrames) return;
      const v = view();
      for (let k = 1; k <= v.n; k++) {
        const i = ((state.focus + step * k) % v.n + v.n) % v.n, f = v.frame[i];
        if (f >= 0 && state.matchFrames[f]) { setFocus(i); return; }
      }
    }

    // Views.
    function show(isTurned, byCount) {
      state.turned = isTurned;
      state.byCount = byCount;
      state.view = viewOf(isTurned, byCount);
      state.zoom = 0;
      state.focus = 0;
      state.hover = -1;
      [state.left, state.right] = windowOf(0);
      ++animation;
      scroller.scrollTop = 0;
      showTip(-1);
      const isBottomUp = isTurned !== meta.inverted;
      press('topdown', !isBottomUp);
      press('bottomup', isBottomUp);
      press('bysize', !byCount);
      press('bycount', byCount);
      sizeSpace();
      showCrumbs();
      showFound();
      showFrame(0, true);
      showLegend();
      redraw();
    }

    const press = (id, isOn) => byId(id).setAttribute('aria-pressed', String(isOn));

    // The modules with most of their own.
    function showLegend() {
      const legend = byId('legend'), own = new Map();
      ownPerFile(state.byCount ? base.ownCount : base.ownSize).forEach((value, file) => {
        const name = moduleOf(meta.files[file]);
        if (name && value > 0) own.set(name, (own.get(name) || 0) + value);
      });
      legend.textContent = '';
      [...own].sort((a, b) => b[1] - a[1]).slice(0, 5).forEach(([name, value]) => {
        const button = element('button'), chip = element('i');
        chip.style.background = palette[1 + hueOf.get(name) * 3 + 1];
        button.append(chip, `${name.slice(0, 24)} ${shareText(value, whole())}`);
        button.title = 'Search ' + name;
        button.addEventListener('click', () => { byId('search').value = name; search(name); });
        legend.append(button);
      });
    }

    function setFocus(i) {
      if (!(i >= 0 && i < view().n)) return;
      state.focus = i;
      const v = view(), scale = state.width / (state.right - state.left);
      const isNarrow = v.width[i] * scale < 3, from = v.start[i], to = from + v.width[i];
      // A frame too narrow or out of sight widens the window to its caller.
      if (isNarrow || to <= state.left || from >= state.right) {
        let around = v.parent[i] >= 0 ? v.parent[i] : 0;
        while (around > 0 && v.width[i] / v.width[around] < 0.003) {
          around = i;
        }
        state.zoom = around;
        moveWindow(...windowOf(around), true);
        showCrumbs();
        showFound();
      }
      reveal(i);
      showFrame(i);
      redraw();
    }

    function neighbour(step) {
      const v = view(), i = state.focus, p = v.parent[i];
      if (p < 0) return i;
      if (step > 0) return v.end[i] < v.end[p] ? v.end[i] : i;
      let before = i;
      for (let c = p + 1; c < i; c = v.end[c]) before = c;
      return before;
    }

    function zoomOut() {
      if (byId('search').value) {
        byId('search').value = '';
        search('');
      } else if (state.zoom > 0) {
        const from = state.zoom;
        zoomTo(view().parent[from]);
        state.focus = from;
      } else {
        zoomTo(0);
      }
    }

    function toggleTheme() {
      document.documentElement.dataset.theme = isDark() ? 'light' : 'dark';
      themeChanged();
    }

    function themeChanged() {
      byId('theme').textContent = isDark() ? 'Light' : 'Dark';
      setColours();
      if (state.view) { showLegend(); redraw(); }
    }

    function copyName() {
      const i = state.focus, place = placeText(i);
      const text = nameOf(view(), i) + (place ? ` (${place})` : '');
      if (navigator.clipboard) navigator.clipboard.writeText(text).catch(() => {});
      byId('live').textContent = 'Copied ' + text;
    }

    const keys = {
      ArrowUp: () => setFocus(Math.max(0, view().parent[state.focus])),
      ArrowDown: () => {
        const i = state.focus;
        if (view().end[i] > i + 1) setFocus(i + 1);
      },
      ArrowLeft: () => setFocus(neighbour(-1)),
      ArrowRight: () => setFocus(neighbour(1)),
      Enter: () => zoomTo(state.focus),
      ' ': () => zoomTo(state.focus),
      Escape: zoomOut,
      Backspace: zoomOut,
      Home: () => zoomTo(0),
      '/': () => { byId('search').focus(); byId('search').select(); },
      n: () => nextMatch(1),
      N: () => nextMatch(-1),
      i: () => show(!state.turned, state.byCount),
      m: () => { if (!byId('bycount').disabled) show(state.turned, !state.byCount); },
      '+': () => scaleWindow(0.7, 0.5),
      '=': () => scaleWindow(0.7, 0.5),
      '-': () => scaleWindow(1 / 0.7, 0.5),
      c: copyName,
      t: toggleTheme,
      '?': () => byId('keyhelp').showModal()
    };

    document.addEventListener('keydown', event => {
      if (event.ctrlKey || event.metaKey || event.altKey || byId('keyhelp').open) return;
      const target = event.target, isField = target.id === 'search';
      if (isField) {
        if (event.key === 'Escape') { zoomOut(); canvas.focus(); }
        else if (event.key === 'Enter') { canvas.focus(); nextMatch(1); }
        else return;
        event.preventDefault();
        return;
      }
      const isControl = target.tagName === 'BUTTON' && (event.key === 'Enter' || event.key === ' ');
      if (isControl || !keys[event.key]) return;
      event.preventDefault();
      showTip(-1);
      keys[event.key]();
    });

    // Pointer.
    let drag = null;
    canvas.addEventListener('pointermove', event => {
      if (drag) {
        const moved = event.clientX - drag.x;
        if (Math.abs(moved) > 3) drag.isMoved = true;
        if (drag.isMoved && state.right - state.left < whole()) {
          const units = moved / state.width * (drag.right - drag.left);
          setWindow(drag.left - units, drag.right - units);
        }
      }
      if (event.pointerType === 'touch') return;
      const box = canvas.getBoundingClientRect();
      const i = drag && drag.isMoved ? -1
        : nodeAt(event.clientX - box.left, event.clientY - box.top);
      if (i !== state.hover) {
        state.hover = i;
        redraw();
        if (i >= 0) showFrame(i, true); else showFrame(state.focus, true);
      }
      showTip(i, event.clientX, event.clientY);
    });
    canvas.addEventListener('pointerdown', event => {
      if (event.button === 0) drag = { x: event.clientX, left: state.left, right: state.right };
    });
    addEventListener('pointerup', () => { setTimeout(() => { drag = null; }, 0); });
    addEventListener('pointercancel', () => { drag = null; });
    canvas.addEventListener('pointerleave', () => {
      state.hover = -1;
      showTip(-1);
      showFrame(state.focus, true);
      redraw();
    });
    canvas.addEventListener('click', event => {
      if (drag && drag.isMoved) return;
      const box = canvas.getBoundingClientRect();
      const i = nodeAt(event.clientX - box.left, event.clientY - box.top);
      if (i < 0) return;
      state.hover = -1;
      showTip(-1);
      zoomTo(i);
    });
    canvas.addEventListener('wheel', event => {
      if (event.ctrlKey || event.altKey || event.metaKey) {
        event.preventDefault();
        const at = (event.clientX - canvas.getBoundingClientRect().left) / state.width;
        scaleWindow(Math.exp(Math.max(-1, Math.min(1, event.deltaY / 300))), at);
      } else if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
        event.preventDefault();
        const part = (event.deltaX || event.deltaY) / state.width * (state.right - state.left);
        setWindow(state.left + part, state.right + part);
      }
    }, { passive: false });
    canvas.addEventListener('focus', () => { showFrame(state.focus); redraw(); });
    canvas.addEventListener('blur', redraw);
    scroller.addEventListener('scroll', () => { showTip(-1); redraw(); }, { passive: true });

    // Controls.
    let typing = 0;
    byId('search').addEventListener('input', event => {
      clearTimeout(typing);
      typing = setTimeout(() => search(event.target.value), base.n > 100000 ? 120 : 0);
    });
    byId('topdown').addEventListener('click', () => show(meta.inverted, state.byCount));
    byId('bottomup').addEventListener('click', () => show(!meta.inverted, state.byCount));
    byId('bysize').addEventListener('click', () => show(state.turned, false));
    byId('bycount').addEventListener('click', () => show(state.turned, true));
    byId('reset').addEventListener('click', () => zoomTo(0));
    byId('theme').addEventListener('click', toggleTheme);
    byId('help').addEventListener('click', () => byId('keyhelp').showModal());
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', themeChanged);
    new ResizeObserver(resize).observe(scroller);

    // What the page says of itself.
    (function () {
      byId('query').textContent = meta.query;
      const captures = meta.captures.join(', ');
      byId('about').textContent = meta.header.join(' · ');
      if (meta.notes.length) {
        byId('notes').textContent = meta.notes.join(' · ');
        byId('notes').hidden = false;
      }
      if (meta.unit !== 'bytes') byId('bysize').textContent = 'Value';
      themeChanged();
      show(false, false);
      const root = view(), sub = byId('sub');
      sub.append(meta.population + (captures ? ' of ' + captures : '') + ': ',
        element('b', sizeText(root.size[0])));
      // Samples of CPU stacks and the like have no count of allocations.
      if (hasCounts) {
        sub.append(' in ', element('b', countText(root.count[0])), ' allocations');
      }
      byId('bycount').disabled = !hasCounts;
      canvas.setAttribute('aria-label', `Flamegraph of ${meta.query}: ${sub.textContent}`);
      resize();
    })();

    window.memq = {
      total: () => view().size[0],
      count: () => view().count[0],
      nodes: () => view().n,
      rows: () => view().rows,
      node: i => ({ name: nameOf(view(), i), place: placeText(i), size: view().size[i],
        count: view().count[i], depth: view().depth[i], parent: view().parent[i],
        merged: view().merged[i], end: view().end[i] }),
      search: text => { byId('search').value = text; search(text); return state.found; },
      zoom: i => { zoomTo(i, true); return state.zoom; },
      zoomed: () => state.zoom,
      focused: () => state.focus,
      window: () => [state.left, state.right],
      setWindow,
      flip: () => { show(!state.turned, state.byCount); return view().n; },
      measure: byCount => { show(state.turned, byCount); return view().n; },
      isDark,
      draw: () => { draw(); return { drawn: state.drawn, ms: state.drawMs }; },
      nodeAt, boxOf,
      // Whether every node's total is the sum of the own values of its stretch of nodes.
      addsUp: () => {
        const v = view();
        for (const [own, total] of [[v.ownSize, v.size], [v.ownCount, v.count]]) {
          const before = new Float64Array(v.n + 1);
          for (let i = 0; i < v.n; i++) before[i + 1] = before[i] + own[i];
          for (let i = 0; i < v.n; i++) {
            if (before[v.end[i]] - before[i] !== total[i]) return false;
          }
        }
        return true;
      },
      readyMs: performance.now()
    };

    """#
}
