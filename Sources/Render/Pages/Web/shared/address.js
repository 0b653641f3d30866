// State in the address: what is shown survives a reload, goes with a link, and can be undone.

// Parts as an address has them; those that say nothing are left out.
export function partsText(parts) {
  const told = Object.entries(parts).filter(([, value]) => value !== '' && value !== undefined);
  return new URLSearchParams(told).toString();
}

export const textParts = text => Object.fromEntries(new URLSearchParams(text));

export const addressParts = () => textParts(location.hash.slice(1));

// Changes that follow each other so soon are one step back: dragging, typing. The address waits for
// a pause in them, because browsers slow pages down that write it without end.
const ONE_STEP_MS = 1000, PAUSE_MS = 200;
const latest = { text: '', kind: '', at: 0 };
let pending = null, timer = 0;

// Puts what is shown into the address; `kind` names a change that may go on.
export function remember(parts, kind = '') {
  const text = partsText(parts);
  clearTimeout(timer);
  if (pending && pending.kind !== kind) write();
  pending = { text, kind };
  if (kind) timer = setTimeout(write, PAUSE_MS); else write();
}

function write() {
  if (!pending) return;
  const { text, kind } = pending, now = performance.now();
  pending = null;
  if (text === latest.text) return;
  const goesOn = kind !== '' && kind === latest.kind && now - latest.at < ONE_STEP_MS;
  Object.assign(latest, { text, kind, at: now });
  const address = location.href.split('#')[0] + (text ? '#' + text : '');
  try {
    if (goesOn) history.replaceState(null, '', address);
    else history.pushState(null, '', address);
  } catch {
    location.hash = text;
  }
}

// Shows what the address says, now and whenever it changes.
export function followAddress(show) {
  const take = () => {
    pending = null;
    Object.assign(latest, { text: partsText(addressParts()), kind: '' });
    show(addressParts());
  };
  window.addEventListener('popstate', take);
  window.addEventListener('pagehide', write);
  take();
}
