extension FlamegraphPage {
  /// Choices, keyboard, pointer, theme, and the functions that tests call.
  static let controlScript = #"""
    // Makes the view of what is chosen; a zoomed frame stays zoomed when its path is still there.
    function refresh() {
      const path = [];
      if (state.view) {
        const old = state.view;
        for (let i = state.zoom; i > 0; i = old.parent[i]) path.push(old.frame[i]);
      }
      state.view = makeView();
      state.oldest = oldestAge();
      state.zoom = state.madeTurned === options.turned ? follow(path) : 0;
      state.madeTurned = options.turned;
      state.focus = state.zoom;
      state.hover = -1;
      [state.left, state.right] = windowOf(state.zoom);
      ++animation;
      if (!state.zoom) scroller.scrollTop = 0;
      showTip(-1);
      showChoices();
      sizeSpace();
      showCrumbs();
      showFound();
      showFrame(state.focus, true);
      showLegend();
      showChanges();
      redraw();
    }

    // The node below the root that has this path of frames, innermost first; 0 when none has.
    function follow(path) {
      const v = view();
      let at = 0;
      for (const frame of path.reverse()) {
        let found = 0;
        for (let c = at + 1; c < v.end[at] && !found; c = v.end[c]) {
          if (v.frame[c] === frame && v.width[c] > 0) found = c;
        }
        if (!found) return 0;
        at = found;
      }
      return at;
    }

    // The greatest age there can be: everything was born after the start.
    function oldestAge() {
      const point = options.time ? options.time.point : times ? times.shown : -1;
      return point >= 0 ? times.points[point].seconds : 0;
    }

    const press = (id, isOn) => byId(id).setAttribute('aria-pressed', String(isOn));

    function showChoices() {
      const isBottomUp = options.turned !== meta.inverted;
      press('topdown', !isBottomUp);
      press('bottomup', isBottomUp);
      press('bysize', !options.byCount);
      press('bycount', options.byCount);
      press('split', options.isSplit);
      press('normalized', options.normalized);
      byId('width').value = options.width;
      byId('colour').value = options.colour;
      byId('colour-age').disabled = !view().hasAges;
      for (const box of byId('hides').querySelectorAll('input')) {
        box.checked = options.hides.has(box.value);
      }
      byId('hide-count').textContent = options.hides.size + options.patterns.length || '';
      showTime();
    }

    function choose(changes) {
      Object.assign(options, changes);
      refresh();
    }

    function hideFrame(i) {
      if (!hasActions(i, 'act-hide')) return;
      options.patterns.push(functionOf(view().frame[i]) || keyOf(view().frame[i]));
      refresh();
    }

    function fromFrame(i) {
      if (!hasActions(i, 'act-from')) return;
      state.zoom = 0;
      choose({ from: keyOf(view().frame[i]) });
    }

    function hideFound() {
      const text = byId('search').value, regex = /^\/(.*?)(?:\/(i?))?$/.exec(text);
      if (!state.matchFrames) return;
      options.patterns.push(regex && text.length > 1 ? `/${regex[1]}/${regex[2] || ''}`
        : '/' + text.replace(/[\\^$.*+?()[\]{}|\/]/g, '\\$&') + '/i');
      byId('search').value = '';
      search('');
      refresh();
    }

    function reset() {
      Object.assign(options, { hides: new Set(meta.hides), patterns: [], from: '',
        isSplit: meta.isSplit === undefined || meta.isSplit, time: null });
      setTime(null);
      byId('search').value = '';
      search('');
      state.zoom = 0;
      refresh();
    }

    function toggleHide(name) {
      if (options.hides.has(name)) options.hides.delete(name); else options.hides.add(name);
      refresh();
    }

    const colours = () => [...byId('colour').options].filter(option => !option.disabled)
      .map(option => option.value);

    function nextColour() {
      const all = colours();
      choose({ colour: all[(all.indexOf(options.colour) + 1) % all.length] });
    }

    function toggleTheme() {
      document.documentElement.dataset.theme = isDark() ? 'light' : 'dark';
      themeChanged();
    }

    function themeChanged() {
      byId('theme').textContent = isDark() ? 'Light' : 'Dark';
      setColours();
      if (state.view) { showLegend(); redraw(); drawTime(); }
    }

    const keys = {
      ArrowUp: () => setFocus(Math.max(0, view().parent[state.focus])),
      ArrowDown: () => {
        const i = state.focus;
        if (view().end[i] > i + 1) setFocus(i + 1);
      },
      ArrowLeft: event => event.shiftKey ? pan(-0.2) : setFocus(neighbour(-1)),
      ArrowRight: event => event.shiftKey ? pan(0.2) : setFocus(neighbour(1)),
      Enter: () => zoomTo(state.focus),
      ' ': () => zoomTo(state.focus),
      Escape: zoomOut,
      Backspace: zoomOut,
      Home: () => zoomTo(0),
      '/': () => { byId('search').focus(); byId('search').select(); },
      n: () => nextMatch(1),
      N: () => nextMatch(-1),
      i: () => choose({ turned: !options.turned }),
      m: () => { if (hasCounts) choose({ byCount: !options.byCount }); },
      f: () => fromFrame(state.focus),
      h: () => hideFrame(state.focus),
      s: () => { if (meta.split) choose({ isSplit: !options.isSplit }); },
      o: nextColour,
      w: () => { if (times) byId('time').focus(); },
      r: reset,
      '+': () => scaleWindow(0.7, 0.5),
      '=': () => scaleWindow(0.7, 0.5),
      '-': () => scaleWindow(1 / 0.7, 0.5),
      c: copyName,
      q: () => copy(queryText()),
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
      const menu = target.closest('details[open]');
      if (menu && event.key === 'Escape') {
        menu.open = false;
        menu.querySelector('summary').focus();
        return;
      }
      if (target.tagName === 'SELECT' || target.tagName === 'INPUT') return;
      const isControl = ['BUTTON', 'SUMMARY'].includes(target.tagName)
        && (event.key === 'Enter' || event.key === ' ');
      if (isControl) return;
      if (target.id === 'time' && timeKey(event)) { event.preventDefault(); return; }
      if (!keys[event.key]) return;
      event.preventDefault();
      showTip(-1);
      keys[event.key](event);
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
        showFrame(i >= 0 ? i : state.focus, true);
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
        pan((event.deltaX || event.deltaY) / state.width);
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
    const on = (id, act) => byId(id).addEventListener('click', act);
    on('topdown', () => choose({ turned: meta.inverted }));
    on('bottomup', () => choose({ turned: !meta.inverted }));
    on('bysize', () => choose({ byCount: false }));
    on('bycount', () => choose({ byCount: true }));
    on('split', () => choose({ isSplit: !options.isSplit }));
    on('normalized', () => choose({ normalized: !options.normalized }));
    on('reset', reset);
    on('theme', toggleTheme);
    on('help', () => byId('keyhelp').showModal());
    on('copy', () => copy(queryText()));
    on('act-from', () => { fromFrame(state.focus); canvas.focus(); });
    on('act-hide', () => { hideFrame(state.focus); canvas.focus(); });
    on('act-copy', copyName);
    on('hide-found', hideFound);
    byId('width').addEventListener('change', event => choose({ width: event.target.value }));
    byId('colour').addEventListener('change', event => choose({ colour: event.target.value }));
    document.addEventListener('pointerdown', event => {
      for (const menu of document.querySelectorAll('details[open]')) {
        if (!menu.contains(event.target)) menu.open = false;
      }
    });
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', themeChanged);
    new ResizeObserver(resize).observe(scroller);

    // What the page says of itself, and the choices that it has.
    (function () {
      byId('query').textContent = meta.query;
      byId('about').textContent = meta.header.join(' · ');
      if (meta.notes.length) {
        byId('notes').textContent = meta.notes.join(' · ');
        byId('notes').hidden = false;
      }
      byId('bysize').textContent = meta.sizeName;
      byId('bycount').disabled = !hasCounts;
      byId('split').hidden = !meta.split;
      byId('split').textContent = meta.split === 'thread' ? 'Threads' : 'By ' + meta.split;
      byId('normalized').hidden = byId('width').hidden = !meta.hasBase;
      byId('colour-difference').hidden = byId('colour-difference').disabled = !meta.hasBase;
      for (const option of byId('width').options) {
        if (['survived', 'new', 'freed'].includes(option.value)) {
          option.hidden = option.disabled = !meta.hasSurvived;
        }
      }
      const words = { runner: 'Runner: the profiler’s own frames', imports: 'Imports and below',
        internals: 'Internals of the interpreter', native: 'Native frames',
        pattern: (meta.question || {}).patterns || 'Patterns' };
      for (const name of hideSets) {
        const label = element('label'), box = element('input');
        Object.assign(box, { type: 'checkbox', value: name });
        box.addEventListener('change', () => toggleHide(name));
        label.append(box, words[name]);
        byId('hides').append(label);
      }
      setUpTime();
      themeChanged();
      refresh();
      resize();
    })();

    window.memq = {
      total: () => view().size[0],
      count: () => view().count[0],
      totals: i => view().total.map(total => total[i]),
      nodes: () => view().n,
      rows: () => view().rows,
      node: i => ({ name: nameOf(view(), i), place: placeText(i), size: view().size[i],
        count: view().count[i], depth: view().depth[i], parent: view().parent[i],
        merged: view().merged[i], end: view().end[i], own: view().own.map(own => own[i]) }),
      search: text => { byId('search').value = text; search(text); return state.found; },
      zoom: i => { zoomTo(i, true); return state.zoom; },
      zoomed: () => state.zoom,
      focused: () => state.focus,
      window: () => [state.left, state.right],
      setWindow, choose, toggleHide, hideFrame, fromFrame, reset, query: queryText,
      hideSets: () => hideSets,
      options: () => ({ ...options, hides: [...options.hides] }),
      flip: () => { choose({ turned: !options.turned }); return view().n; },
      measure: byCount => { choose({ byCount }); return view().n; },
      isDark, times, setTime, timeOf, shade: i => shadeOf(view(), i),
      draw: () => { draw(); return { drawn: state.drawn, ms: state.drawMs }; },
      nodeAt, boxOf,
      // Whether every node's total is the sum of the own values of its stretch of nodes.
      addsUp: () => {
        const v = view();
        return v.own.slice(0, channelCount).every((own, k) => {
          const total = v.total[k], before = new Float64Array(v.n + 1);
          for (let i = 0; i < v.n; i++) before[i + 1] = before[i] + own[i];
          for (let i = 0; i < v.n; i++) {
            if (before[v.end[i]] - before[i] !== total[i]) return false;
          }
          return true;
        });
      },
      // Since the page was asked for: until its script was done, and until the first picture was.
      readyMs: performance.now(), drawnMs: () => state.firstMs
    };

    """#
}
