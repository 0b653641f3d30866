// Elements, and whether the page is dark.

export const byId = id => document.getElementById(id);

export function element(tag, text, className) {
  const result = document.createElement(tag);
  if (text !== undefined) result.textContent = text;
  if (className) result.className = className;
  return result;
}

export function isDark() {
  const chosen = document.documentElement.dataset.theme;
  return chosen ? chosen === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
}

export const press = (id, isOn) => byId(id).setAttribute('aria-pressed', String(isOn));
