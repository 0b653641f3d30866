// Elements, light and dark, and what every page's buttons do.

export const byId = id => document.getElementById(id);

export function element(tag, text, className) {
  const result = document.createElement(tag);
  if (text !== undefined) result.textContent = text;
  if (className) result.className = className;
  return result;
}

export const press = (id, isOn) => byId(id).setAttribute('aria-pressed', String(isOn));

// Says something to who does not see the page.
export const announce = text => { byId('live').textContent = text; };

let isPrinting = false;

// Whether the page is dark; paper never is.
export function isDark() {
  if (isPrinting) return false;
  const chosen = document.documentElement.dataset.theme;
  return chosen ? chosen === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
}

export function toggleTheme() {
  document.documentElement.dataset.theme = isDark() ? 'light' : 'dark';
  window.dispatchEvent(new Event('themechange'));
}

// Calls `change` when colours change: by the button, the system, or for paper.
export function onTheme(change) {
  const act = () => {
    byId('theme').textContent = isDark() ? 'Light' : 'Dark';
    change();
  };
  window.addEventListener('themechange', act);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', act);
  for (const [name, printing] of [['beforeprint', true], ['afterprint', false]]) {
    window.addEventListener(name, () => {
      isPrinting = printing;
      act();
    });
  }
  act();
}

export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Pages opened from disk may lack the clipboard: an old way.
    const focused = document.activeElement, field = element('textarea', text, 'hidden');
    document.body.append(field);
    field.select();
    const isDone = document.execCommand('copy');
    field.remove();
    if (focused) focused.focus();
    return isDone;
  }
}

// Copies a question; the button says for a moment that it did.
export async function copyFrom(button, text) {
  const isDone = await copy(text), before = button.dataset.text || button.textContent;
  button.dataset.text = before;
  button.textContent = isDone ? 'Copied' : 'Not copied';
  announce((isDone ? 'Copied ' : 'Could not copy ') + text);
  setTimeout(() => { button.textContent = before; }, 1200);
}

// Buttons and keys that tables and charts share: theme, help, the page's own question.
export function setUpPage(question) {
  byId('theme').addEventListener('click', toggleTheme);
  byId('help').addEventListener('click', () => byId('keyhelp').showModal());
  byId('copy').addEventListener('click', () => copyFrom(byId('copy'), question()));
  const keys = { t: toggleTheme, q: () => byId('copy').click(), '?': () => byId('help').click() };
  document.addEventListener('keydown', event => {
    if (event.ctrlKey || event.metaKey || event.altKey || byId('keyhelp').open) return;
    if (['INPUT', 'SELECT', 'TEXTAREA'].includes(event.target.tagName) || !keys[event.key]) return;
    event.preventDefault();
    keys[event.key]();
  });
}
