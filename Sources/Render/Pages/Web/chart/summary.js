// Sums up each series below the chart.

import { meta } from '../shared/data.js';
import { byId, element } from '../shared/dom.js';
import { valueText } from '../shared/words.js';
import { ink, panels, placeText } from './series.js';

// Where each series begins, ends, is lowest and highest; stacked ones also all together.
export function showSummary() {
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
