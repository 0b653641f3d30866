// A page of rows: light or dark, and the functions that tests call.

import { isDark } from '../shared/dom.js';
import { tables } from './rows.js';

const theme = document.getElementById('theme');
const nameTheme = () => { theme.textContent = isDark() ? 'Light' : 'Dark'; };
theme.addEventListener('click', () => {
  document.documentElement.dataset.theme = isDark() ? 'light' : 'dark';
  nameTheme();
});
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', nameTheme);
nameTheme();
window.memq = { ...tables, isDark };
