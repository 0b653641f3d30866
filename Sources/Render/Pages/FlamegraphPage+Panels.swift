extension FlamegraphPage {
  /// What the page says in words: numbers of a frame, search, legend, what is changed.
  static let panelScript = #"""
    const hasCounts = base.own.some((own, k) => k % 2 === 1 && own.some(count => count > 0));
    const sizeName = meta.sizeName;
    const countName = meta.countName[0].toUpperCase() + meta.countName.slice(1);
    const signed = (value, text) => (value > 0 ? '+' : value < 0 ? '−' : '') + text(Math.abs(value));

    // What is known of a frame: rows of a name and up to three texts.
    function rowsOf(i) {
      const v = view(), zoom = state.zoom, rows = [];
      const measures = hasCounts ? [[sizeName, sizeText], [countName, countText]]
        : [[sizeName, sizeText]];
      measures.forEach(([name, text], m) => {
        const left = v.total[m];
        rows.push([name, text(left[i]), shareText(left[i], left[zoom]) + ' of shown',
          shareText(left[i], left[0]) + ' of all']);
        if (!meta.hasBase) return;
        const right = rightOf(v, i, m), change = left[i] - right;
        rows.push(['  before' + (options.normalized ? ', scaled' : ''), text(right), '', '']);
        rows.push(['  change', signed(change, text),
          right > 0 ? signed(change / right * 100, p => p.toFixed(1) + '%') : left[i] > 0 ? 'new'
            : '', '']);
        if (!meta.hasSurvived) return;
        const both = v.total[4 + m][i];
        rows.push(['  survived', text(both), '', ''], ['  new', text(left[i] - both), '', ''],
          ['  freed', text(v.total[2 + m][i] - both), '', '']);
      });
      const own = v.own[0][i];
      if (v.end[i] > i + 1 && own > 0) {
        rows.push(['Own ' + sizeName.toLowerCase(), sizeText(own), '',
          shareText(own, v.size[0]) + ' of all']);
      }
      const age = ageOf(v, i);
      if (age !== null) rows.push(['Mean age', secondsText(age), '', '']);
      return rows;
    }

    function showFrame(i, isSilent) {
      const status = byId('status');
      status.textContent = '';
      for (const id of ['act-from', 'act-hide', 'act-copy']) byId(id).disabled = !hasActions(i, id);
      if (i < 0) return;
      const v = view(), m = options.byCount && hasCounts ? 1 : 0, place = placeText(i);
      const facts = [sizeText(v.size[i]), hasCounts && countText(v.count[i]) + ' ' + meta.countName,
        shareText(v.total[m][i], v.total[m][state.zoom]) + ' of shown',
        shareText(v.total[m][i], v.total[m][0]) + ' of all'];
      if (meta.hasBase) {
        const text = m ? countText : sizeText;
        facts.splice(2, 0, signed(v.total[m][i] - rightOf(v, i, m), text));
      }
      const said = [...facts, place].filter(Boolean);
      status.append(element('b', nameOf(v, i)), '  ' + said.join(' · '));
      if (!isSilent) byId('live').textContent = [nameOf(v, i), ...said].join(', ');
    }

    // Whether something can be done with a frame: not with the root, a thread or merged ones.
    function hasActions(i, id) {
      const f = i > 0 ? view().frame[i] : -1;
      if (f < 0 || base.frameMark[f] & MARK.split) return false;
      return id === 'act-copy' || f !== noStack && (id === 'act-hide' || !meta.inverted);
    }

    const tip = byId('tip');
    function showTip(i, x, y) {
      if (i < 0) { tip.style.visibility = 'hidden'; return; }
      tip.textContent = '';
      tip.append(element('div', nameOf(view(), i), 'name'));
      if (placeText(i)) tip.append(element('div', placeText(i), 'place'));
      const f = view().frame[i], kind = f < 0 ? 0 : kindOf(f);
      if (kind) tip.append(element('div', KINDS[kind], 'place'));
      const table = element('table');
      for (const row of rowsOf(i)) {
        const line = element('tr');
        row.forEach(text => line.append(element('td', text)));
        table.append(line);
      }
      tip.append(table);
      if (f < 0) {
        tip.append(element('div', 'Frames too small for this page, merged into one.', 'hint'));
      }
      const box = tip.getBoundingClientRect();
      tip.style.left = Math.max(8, Math.min(x + 14, innerWidth - box.width - 8)) + 'px';
      tip.style.top = (y + 18 + box.height > innerHeight ? Math.max(8, y - box.height - 12)
        : y + 18) + 'px';
      tip.style.visibility = 'visible';
    }

    // Search.
    function search(text) {
      byId('found').classList.remove('bad');
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
      byId('hide-found').disabled = !state.matchFrames;
      showFound();
      redraw();
    }

    // Nodes that match, and the value under the outermost of them: nested ones count once.
    function sumMatches(root) {
      const v = view();
      let size = 0, count = 0, width = 0, nodes = 0, covered = 0;
      for (let above = v.parent[root]; above >= 0; above = v.parent[above]) {
        const f = v.frame[above];
        if (f >= 0 && state.matchFrames[f]) covered = v.end[root];
      }
      const add = i => { size += v.size[i]; count += v.count[i]; width += v.width[i]; };
      if (covered) add(root);
      for (let i = root; i < v.end[root]; i++) {
        const f = v.frame[i];
        if (f < 0 || !state.matchFrames[f]) continue;
        nodes++;
        if (i >= covered) { add(i); covered = v.end[i]; }
      }
      return { nodes, size, count, width };
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
      state.found = { matches: all.nodes, size: all.size, count: all.count,
        shown: shown.width / (v.width[state.zoom] || 1), all: all.width / (whole() || 1) };
      if (all.nodes === 0) { found.textContent = 'no frame matches'; return; }
      found.append(element('b', shareText(shown.width, v.width[state.zoom])), ' of shown');
      found.append(`, ${shareText(all.width, whole())} of all`);
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

    function showLegend() {
      const legend = byId('legend');
      legend.textContent = '';
      for (const [text, place, , wanted] of legendRows()) {
        const item = element(wanted ? 'button' : 'span'), chip = element('i');
        chip.style.background = palette[place];
        item.append(chip, text);
        if (wanted) {
          item.title = 'Search ' + wanted;
          item.addEventListener('click', () => { byId('search').value = wanted; search(wanted); });
        }
        legend.append(item);
      }
    }

    // What is shown and how it differs from what was asked, each part with a way back.
    function showChanges() {
      const chips = byId('chips'), add = (text, undo) => {
        const chip = element('button', text + ' ✕');
        chip.title = 'Undo';
        chip.addEventListener('click', () => { undo(); refresh(); canvas.focus(); });
        chips.append(chip);
      };
      chips.textContent = '';
      if (options.from) add('from ' + options.from, () => { options.from = ''; });
      options.patterns.forEach((text, place) =>
        add('without ' + text, () => { options.patterns.splice(place, 1); }));
      if (options.time) add(timeWords(), () => setTime(null));
      // The words of a comparison name both sides' captures.
      const v = view(), sub = byId('sub'), captures = meta.hasBase ? '' : meta.captures.join(', ');
      sub.textContent = '';
      const what = options.time ? timeWords() : meta.population;
      sub.append(what + (captures ? ' of ' + captures : '') + ': ',
        element('b', sizeText(v.size[0])));
      // Samples of CPU stacks and the like have no count of allocations.
      if (hasCounts) sub.append(' in ', element('b', countText(v.count[0])), ' ' + meta.countName);
      if (meta.hasBase) {
        sub.append(', before ', element('b', sizeText(rightOf(v, 0, 0))),
          ', change ', element('b', signed(v.size[0] - rightOf(v, 0, 0), sizeText)));
        if (options.normalized) sub.append(' (totals made equal)');
      }
      canvas.setAttribute('aria-label', `Flamegraph of ${meta.query}: ${sub.textContent}`);
      byId('copy').title = 'Copy the memq query of this view (q):\n' + queryText();
    }

    async function copy(text) {
      let isDone = false;
      try {
        await navigator.clipboard.writeText(text);
        isDone = true;
      } catch {
        // Pages opened from disk may lack the clipboard: an old way, then a field to copy from.
        const field = element('textarea', text);
        document.body.append(field);
        field.select();
        isDone = document.execCommand('copy');
        field.remove();
        canvas.focus();
      }
      byId('live').textContent = (isDone ? 'Copied ' : 'Could not copy ') + text;
      const status = byId('status');
      status.textContent = '';
      status.append(element('b', isDone ? 'Copied' : 'Not copied'), '  ' + text);
      return isDone;
    }

    function copyName() {
      const i = state.focus, place = placeText(i);
      return copy(nameOf(view(), i) + (place ? ` (${place})` : ''));
    }

    """#
}
