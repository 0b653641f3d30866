// A page of rows: the functions that tests call, and what its buttons do.

import { addressParts, followAddress, remember } from '../shared/address.js';
import { byId, copyFrom, isDark, onTheme, setUpPage } from '../shared/dom.js';
import { folds, setUpFolds } from './folds.js';
import { filter, onRows, sortBy, sorting, tables, whenPrinted } from './rows.js';

function setUpGaps() {
  for (const button of document.querySelectorAll('.gap button')) {
    const lines = button.closest('tbody').querySelectorAll(`tr[data-gap="${button.dataset.gap}"]`);
    button.addEventListener('click', () => {
      const isOpen = button.getAttribute('aria-expanded') !== 'true';
      button.setAttribute('aria-expanded', String(isOpen));
      lines.forEach(line => { line.hidden = !isOpen; });
    });
  }
}

function setUpCopies() {
  for (const button of document.querySelectorAll('button.copy')) {
    const question = button.parentElement.querySelector('pre').textContent;
    button.addEventListener('click', () => copyFrom(button, question));
  }
}

// What is sorted and filtered stands in the address.
function setUpAddress() {
  onRows(kind =>
    remember({ ...addressParts(), sort: sorting(), filter: byId('filter').value }, kind));
  followAddress(parts => {
    const [column, direction, place] = (parts.sort || '').split('.');
    sortBy(column ? Number(column) : -1, Number(place || 0), direction === 'down');
    byId('filter').value = parts.filter || '';
    filter(byId('filter').value);
  });
}

setUpPage(() => document.querySelector('h1').textContent);
setUpFolds();
setUpGaps();
setUpCopies();
setUpAddress();
whenPrinted();
onTheme(() => {});
window.memq = { ...tables, folds, isDark };
