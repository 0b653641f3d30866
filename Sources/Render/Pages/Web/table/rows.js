// Sorts by the titles and filters, in all tables of a page.

import { byId } from '../shared/dom.js';
import { textTest } from '../shared/search.js';
import { countText } from '../shared/words.js';

const found = byId('found'), field = byId('filter');

const all = [...document.querySelectorAll('section table, .findings')].map(table => {
  const rows = [...table.querySelectorAll('[data-row]')];
  return { table, rows, body: table.tBodies ? table.tBodies[0] : table,
    heads: [...table.querySelectorAll('thead th')], texts: rows.map(row => row.textContent) };
});

function keyOfRow(row, column) {
  const cell = row.cells[column], value = cell.dataset.v;
  return value === undefined ? cell.textContent : Number(value);
}

function compareKeys(a, b) {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return String(a).localeCompare(String(b));
}

function sortBy(column, place = 0) {
  const { rows, body, heads } = all[place], head = heads[column];
  const isNumber = head.classList.contains('n'), was = head.getAttribute('aria-sort');
  const isDown = was ? was === 'ascending' : isNumber;
  heads.forEach(other => other.removeAttribute('aria-sort'));
  head.setAttribute('aria-sort', isDown ? 'descending' : 'ascending');
  const keyed = rows.map(row => [keyOfRow(row, column), row]);
  keyed.sort((a, b) => {
    // Missing values come last in both directions.
    const missing = Number.isNaN(a[0]) - Number.isNaN(b[0]);
    if (missing || Number.isNaN(a[0])) return missing || a[1].dataset.row - b[1].dataset.row;
    return (isDown ? compareKeys(b[0], a[0]) : compareKeys(a[0], b[0]))
      || a[1].dataset.row - b[1].dataset.row;
  });
  body.append(...keyed.map(pair => pair[1]));
}

function filter(text) {
  const { test, error } = textTest(text);
  if (error) {
    found.textContent = error;
    return 0;
  }
  let shown = 0, count = 0;
  for (const { table, rows, texts } of all) {
    let here = 0;
    rows.forEach((row, k) => {
      row.hidden = Boolean(test) && !test(texts[k]);
      if (!row.hidden) here++;
    });
    const section = table.closest('section');
    if (section && !section.matches('.rows')) section.hidden = Boolean(text) && here === 0;
    shown += here;
    count += rows.length;
  }
  found.textContent = text ? `${countText(shown)} of ${countText(count)} rows` : '';
  return shown;
}

function setUpRows() {
  all.forEach(({ heads }, place) => heads.forEach((head, column) => {
    const button = head.querySelector('button');
    if (button) button.addEventListener('click', () => sortBy(column, place));
  }));
  field.addEventListener('input', () => filter(field.value));
  document.addEventListener('keydown', event => {
    if (event.key === '/' && event.target !== field) { event.preventDefault(); field.focus(); }
    if (event.key === 'Escape' && event.target === field) {
      field.value = '';
      filter('');
      field.blur();
    }
  });
}

// What tests call; nothing on a page without rows.
export const tables = field ? { rows: () => all.reduce((sum, table) => sum + table.rows.length, 0),
  tables: () => all.length, sortBy, filter,
  column: (c, place = 0) => [...all[place].table.querySelectorAll('[data-row]')]
    .filter(row => !row.hidden).map(row => keyOfRow(row, c)) } : {};
if (field) setUpRows();
