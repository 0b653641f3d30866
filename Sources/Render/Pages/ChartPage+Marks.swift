extension ChartPage {
  /// Draws the marks of a chart, and sums up each series below it.
  static let markScript = #"""
    // Named moments as vertical lines; names where there is room.
    function drawMarks(c, frame, colour, back) {
      const within = meta.marks.map(([seconds, name]) => [Math.round(frame.x(seconds)), name])
        .filter(([x]) => x >= PAD.left && x <= frame.width - PAD.right);
      // Lines closer than this hide the curve: then they are short, and counted by name.
      const isDense = within.length * 14 > frame.inner, bottom = frame.height - PAD.bottom;
      const labels = [];
      let free = -Infinity, last = -Infinity;
      c.fillStyle = colour;
      c.globalAlpha = 0.6;
      for (const [x, name] of within) {
        if (x - last < 3) continue;
        last = x;
        for (let y = isDense ? bottom - 9 : PAD.top; y < bottom; y += 6) c.fillRect(x, y, 1, 3);
        const text = name.length > 24 ? name.slice(0, 23) + '…' : name;
        const width = c.measureText(text).width;
        if (isDense || x < free || x + width + 6 > frame.width) continue;
        labels.push([text, x + 4, width]);
        free = x + width + 12;
      }
      if (isDense) {
        const counts = new Map();
        for (const [, name] of within) counts.set(name, (counts.get(name) || 0) + 1);
        const words = [...counts].slice(0, 3).map(([name, count]) =>
          `${count.toLocaleString('en-US')} × ${name.slice(0, 24)}`);
        const text = words.join(', ') + (counts.size > 3 ? ', …' : '');
        labels.push([text, PAD.left + 6, c.measureText(text).width]);
      }
      c.textAlign = 'left';
      for (const [text, x, width] of labels) {
        c.globalAlpha = 0.85;
        c.fillStyle = back;
        c.fillRect(x - 2, PAD.top, width + 4, 14);
        c.globalAlpha = 1;
        c.fillStyle = colour;
        c.fillText(text, x, PAD.top + 7);
      }
      c.globalAlpha = 1;
    }

    // The mark that a point of time lies behind.
    function markAt(k) {
      let found = '';
      if (!bars) for (const [seconds, name] of meta.marks) if (seconds <= meta.xs[k]) found = name;
      return found;
    }

    // Where each series begins, ends, is lowest and highest; stacked ones also all together.
    function showSummary() {
      const section = byId('summary');
      if (!section) return;
      const table = element('table'), head = element('tr'), body = element('tbody');
      const named = element('th', '', 't');
      named.append(element('span', 'series'));
      for (const title of ['first', 'last', 'change', 'lowest', 'highest', 'at']) {
        const cell = element('th', undefined, 'n');
        cell.append(element('span', title));
        head.append(cell);
      }
      head.append(named);
      const top = element('thead');
      top.append(head);
      table.append(top, body);
      for (const panel of panels) {
        const shown = panel.series.filter(s => s.isShown);
        const lines = shown.map(s => [s.name, s.values, ink(s.hue)]);
        if (panel.stacked && shown.length > 1) {
          const sums = meta.xs.map((_, k) => shown.reduce((sum, s) => sum + (s.values[k] || 0), 0));
          lines.push(['together', sums, 'transparent']);
        }
        for (const [name, values, colour] of lines) {
          const known = meta.xs.map((_, k) => k).filter(k => values[k] !== null);
          if (!known.length) continue;
          const first = values[known[0]], last = values[known[known.length - 1]];
          let low = known[0], high = known[0];
          for (const k of known) {
            if (values[k] < values[low]) low = k;
            if (values[k] > values[high]) high = k;
          }
          const row = element('tr'), label = element('td', undefined, 'k'), chip = element('i');
          const change = last - first, sign = change > 0 ? '+' : '';
          for (const text of [valueText(first, panel.unit), valueText(last, panel.unit),
            sign + valueText(change, panel.unit), valueText(values[low], panel.unit),
            valueText(values[high], panel.unit), placeText(high)]) {
            row.append(element('td', text, 'n'));
          }
          chip.style.background = colour;
          label.append(chip, name);
          row.append(label);
          body.append(row);
        }
      }
      section.textContent = '';
      section.append(table);
    }

    """#
}
