// Folds rows of a tree: a row's callees are the rows below it that are indented more.

import { byId } from '../shared/dom.js';
import { onFilter } from './rows.js';

// Rows that a page begins with, where that many levels fit.
const USUAL_ROWS = 60;

const rows = [...document.querySelectorAll('tr[data-l]')];
const levels = rows.map(row => Number(row.dataset.l));
const closed = new Set();
let isFiltered = false;

// The row after the last callee of each.
const ends = levels.map(() => rows.length);
{
  const open = [];
  levels.forEach((level, k) => {
    while (open.length && levels[open[open.length - 1]] >= level) ends[open.pop()] = k;
    open.push(k);
  });
}

function show() {
  let hidden = 0;
  rows.forEach((row, k) => {
    if (!isFiltered) row.hidden = k < hidden;
    const button = row.querySelector('.twist');
    if (button) button.setAttribute('aria-expanded', String(!closed.has(k)));
    if (k >= hidden && closed.has(k)) hidden = ends[k];
  });
}

function foldBelow(level) {
  closed.clear();
  rows.forEach((_, k) => { if (levels[k] >= level && ends[k] > k + 1) closed.add(k); });
  show();
}

// The deepest level that still fits.
function usualLevel() {
  const counts = [];
  levels.forEach(level => { counts[level] = (counts[level] || 0) + 1; });
  let sum = 0;
  for (let level = 0; level < counts.length; level++) {
    sum += counts[level] || 0;
    if (sum > USUAL_ROWS) return Math.max(0, level - 1);
  }
  return counts.length;
}

// Spaces before a name become room, so that its button stands beside it.
function indent(row, level) {
  const cell = row.querySelector('td.k'), text = document.createTreeWalker(cell, 4).nextNode();
  text.nodeValue = text.nodeValue.trimStart();
  cell.style.setProperty('--l', level);
  cell.querySelectorAll('.src').forEach(source => source.style.removeProperty('--i'));
}

export function setUpFolds() {
  byId('fold').hidden = rows.length === 0;
  if (!rows.length) return;
  rows.forEach((row, k) => {
    indent(row, levels[k]);
    if (ends[k] === k + 1) return;
    const button = document.createElement('button');
    button.className = 'twist';
    button.setAttribute('aria-label', 'Callees');
    button.addEventListener('click', () => {
      if (closed.has(k)) closed.delete(k); else closed.add(k);
      show();
    });
    row.querySelector('td.k').prepend(button);
  });
  byId('fold-more').addEventListener('click', () => foldBelow(Infinity));
  byId('fold-less').addEventListener('click', () => foldBelow(usualLevel()));
  // A filter, and rows in another order, know no callers.
  onFilter((hasText, isSorted) => {
    isFiltered = hasText || isSorted;
    if (isSorted && !hasText) rows.forEach(row => { row.hidden = false; });
    document.body.classList.toggle('flat', isFiltered);
    show();
  });
  foldBelow(usualLevel());
}

// What tests call.
export const folds = { shown: () => rows.filter(row => !row.hidden).length, all: rows.length };
