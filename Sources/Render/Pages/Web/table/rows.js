// Sorts by the titles and filters, in all tables of a page.

import { byId, element } from '../shared/dom.js';
import { textTest } from '../shared/search.js';
import { bytesText, countText, shareText, useBinarySizes, valueText } from '../shared/words.js';

// Rows that paper gets; the filter chooses which.
const MOST_PRINTED = 200;

const found = byId('found'), field = byId('filter');
const listeners = { rows: [], filter: [] };

export const onRows = act => listeners.rows.push(act);
export const onFilter = act => listeners.filter.push(act);

// A row's text, and what is only said under the pointer: whole paths.
const textOf = row => [row, ...row.querySelectorAll('.k [title]')]
  .map((one, k) => k ? one.title : one.textContent).join(' ');

const all = [...document.querySelectorAll('section table, .findings')].map(table => {
  const rows = [...table.querySelectorAll('[data-row]')];
  return { table, rows, body: table.tBodies ? table.tBodies[0] : table, foot: null,
    heads: [...table.querySelectorAll('thead th')], texts: rows.map(textOf) };
});

function keyOfRow(row, column) {
  const cell = row.cells[column], value = cell.dataset.v;
  return value === undefined ? cell.textContent : Number(value);
}

function compareKeys(a, b) {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return String(a).localeCompare(String(b));
}

// Sorts a table; -1 is the order in which the program wrote the rows.
export function sortBy(column, place = 0, isDown = true) {
  const { rows, body, heads } = all[place] || { rows: [], heads: [] }, head = heads[column];
  heads.forEach(other => other.removeAttribute('aria-sort'));
  if (head) head.setAttribute('aria-sort', isDown ? 'descending' : 'ascending');
  const keyed = rows.map(row => [head ? keyOfRow(row, column) : 0, row]);
  keyed.sort((a, b) => {
    // Missing values come last in both directions.
    const missing = Number.isNaN(a[0]) - Number.isNaN(b[0]);
    if (missing || Number.isNaN(a[0])) return missing || a[1].dataset.row - b[1].dataset.row;
    return (isDown ? compareKeys(b[0], a[0]) : compareKeys(a[0], b[0]))
      || a[1].dataset.row - b[1].dataset.row;
  });
  if (body && body.tagName === 'TBODY' && !body.querySelector('.gap')) {
    body.append(...keyed.map(pair => pair[1]));
  }
  tellFilter();
}

// A title's first click sorts numbers downwards and names upwards, the next turns round.
function turn(column, place) {
  const head = all[place].heads[column], was = head.getAttribute('aria-sort');
  sortBy(column, place, was ? was === 'ascending' : head.classList.contains('n'));
  listeners.rows.forEach(act => act());
}

// What is sorted, as the address says it: column, direction, table.
export function sorting() {
  for (const [place, { heads }] of all.entries()) {
    const column = heads.findIndex(head => head.hasAttribute('aria-sort'));
    if (column < 0) continue;
    const isDown = heads[column].getAttribute('aria-sort') === 'descending';
    return [column, isDown ? 'down' : 'up', place].join('.');
  }
  return '';
}

const tellFilter = () => listeners.filter.forEach(act =>
  act(Boolean(field.value), sorting() !== ''));

// Sums of the rows shown, of measures that add up: [title, sum, total, unit].
function sumsOf({ rows, heads }) {
  const sums = [];
  heads.forEach((head, column) => {
    const { unit, total } = head.dataset;
    if (unit === undefined) return;
    let sum = 0;
    for (const row of rows) {
      const value = row.hidden ? NaN : Number(row.cells[column].dataset.v);
      if (!Number.isNaN(value)) sum += value;
    }
    sums.push({ column, sum, unit, total: total === undefined ? null : Number(total),
      title: head.textContent });
  });
  return sums;
}

// A row of sums below those that a filter leaves.
function showSums(one, isOn) {
  if (one.foot) one.foot.remove();
  one.foot = null;
  const sums = isOn ? sumsOf(one) : [];
  if (!sums.length || !one.table.tHead) return [];
  useBinarySizes(one.table.dataset.binary === 'true');
  const row = one.foot = element('tr', undefined, 'sum'), foot = one.table.tFoot
    || one.table.createTFoot();
  let isNamed = false;
  one.heads.forEach((head, column) => {
    const isNumber = head.classList.contains('n'), found = sums.find(sum => sum.column === column);
    const before = sums.find(sum => sum.column === column - 1 && head.textContent.startsWith('%'));
    const text = found ? valueText(found.sum, found.unit)
      : before && before.total ? shareText(before.sum, before.total)
        : !isNumber && !isNamed ? 'shown' : '';
    if (!isNumber) isNamed = true;
    row.append(element('td', text, isNumber ? 'n' : ''));
  });
  foot.prepend(row);
  return sums;
}

function foundText(text, shown, count, sums) {
  if (!text) return '';
  const first = sums.find(sum => sum.unit === 'bytes') || sums[0];
  const words = [`${countText(shown)} of ${countText(count)} rows`];
  if (first) {
    words.push((first.unit === 'bytes' ? bytesText(first.sum) : valueText(first.sum, first.unit))
      + (first.total ? ` (${shareText(first.sum, first.total)})` : ''));
  }
  return words.join(' · ');
}

export function filter(text) {
  const { test, error } = textTest(text);
  if (error) {
    found.textContent = error;
    return 0;
  }
  let shown = 0, count = 0, sums = [];
  for (const one of all) {
    const { table, rows, texts } = one;
    let here = 0;
    rows.forEach((row, k) => {
      row.hidden = test ? !test(texts[k]) : Boolean(row.dataset.gap);
      if (!row.hidden) here++;
    });
    const section = table.closest('section');
    if (section && !section.matches('.rows')) section.hidden = Boolean(text) && here === 0;
    const own = showSums(one, Boolean(test));
    if (!sums.length) sums = own;
    shown += here;
    count += rows.length;
  }
  found.textContent = foundText(text, shown, count, all.length === 1 ? sums : []);
  tellFilter();
  return shown;
}

// Paper gets the first rows of those shown, and says so.
export function whenPrinted() {
  const note = element('p', '', 'note printed');
  const clear = () => {
    note.remove();
    document.querySelectorAll('.unprinted').forEach(row => row.classList.remove('unprinted'));
  };
  window.addEventListener('beforeprint', () => {
    clear();
    const rows = all.flatMap(one => one.table.tHead ? one.rows.filter(row => !row.hidden) : []);
    if (rows.length <= MOST_PRINTED) return;
    rows.slice(MOST_PRINTED).forEach(row => row.classList.add('unprinted'));
    note.textContent = `${countText(MOST_PRINTED)} of ${countText(rows.length)} rows are printed; `
      + 'a filter chooses others';
    document.querySelector('header').append(note);
  });
  window.addEventListener('afterprint', clear);
}

function setUpRows() {
  all.forEach(({ heads }, place) => heads.forEach((head, column) => {
    const button = head.querySelector('button');
    if (button) button.addEventListener('click', () => turn(column, place));
  }));
  const typed = () => {
    filter(field.value);
    listeners.rows.forEach(act => act('filter'));
  };
  field.addEventListener('input', typed);
  document.addEventListener('keydown', event => {
    if (event.key === '/' && event.target !== field) { event.preventDefault(); field.focus(); }
    if (event.key === 'Escape' && event.target === field) {
      field.value = '';
      typed();
      field.blur();
    }
  });
}

// What tests call; nothing on a page without rows.
export const tables = field ? { rows: () => all.reduce((sum, table) => sum + table.rows.length, 0),
  tables: () => all.length, sortBy, sums: (place = 0) => sumsOf(all[place]),
  filter: text => { field.value = text; return filter(text); },
  column: (c, place = 0) => [...all[place].table.querySelectorAll('[data-row]')]
    .filter(row => !row.hidden).map(row => keyOfRow(row, c)) } : {};
if (field) setUpRows();
