// Keyboard, pointer and buttons.

import { meta } from '../shared/data.js';
import { byId, toggleTheme } from '../shared/dom.js';
import { askedNow, choose, fromFrame, hideFound, hideFrame, nextColour, noteView, reset,
  toggleHead } from './choices.js';
import { canvas, nodeAt, redraw, resize, scroller } from './draw.js';
import { copyName, copyText, showFrame, showTip } from './panels.js';
import { nextMatch, search } from './search.js';
import { base, hasCounts, options, state, times, view } from './state.js';
import { timeKey } from './time.js';
import { neighbour, pan, scaleWindow, setFocus, setWindow, whole, zoomOut, zoomTo }
  from './zoom.js';

const keys = {
  ArrowUp: () => setFocus(Math.max(0, view().parent[state.focus])),
  ArrowDown: () => {
    const i = state.focus;
    if (view().end[i] > i + 1) setFocus(i + 1);
  },
  ArrowLeft: event => event.shiftKey ? pan(-0.2) : setFocus(neighbour(-1)),
  ArrowRight: event => event.shiftKey ? pan(0.2) : setFocus(neighbour(1)),
  Enter: () => zoomTo(state.focus),
  ' ': () => zoomTo(state.focus),
  Escape: zoomOut,
  Backspace: zoomOut,
  Home: () => zoomTo(0),
  '/': () => { byId('search').focus(); byId('search').select(); },
  n: () => nextMatch(1),
  N: () => nextMatch(-1),
  i: () => choose({ turned: !options.turned }),
  m: () => { if (hasCounts) choose({ byCount: !options.byCount }); },
  f: () => fromFrame(state.focus),
  h: () => hideFrame(state.focus),
  s: () => { if (meta.split) choose({ isSplit: !options.isSplit }); },
  o: nextColour,
  w: () => { if (times) byId('time').focus(); },
  r: reset,
  z: toggleHead,
  '+': () => scaleWindow(0.7, 0.5),
  '=': () => scaleWindow(0.7, 0.5),
  '-': () => scaleWindow(1 / 0.7, 0.5),
  c: copyName,
  q: () => copyText(askedNow()),
  t: toggleTheme,
  '?': () => byId('keyhelp').showModal()
};

let typing = 0;
const on = (id, act) => byId(id).addEventListener('click', act);

// Escape leaves the field, Enter goes to the largest match.
function searchKey(event) {
  if (event.key === 'Escape') zoomOut();
  else if (event.key !== 'Enter') return;
  event.preventDefault();
  canvas.focus();
  if (event.key === 'Escape') return;
  clearTimeout(typing);
  search(event.target.value);
  noteView('find');
  nextMatch(1);
}

function pressed(event) {
  const target = event.target;
  if (event.ctrlKey || event.metaKey || event.altKey || byId('keyhelp').open) return;
  if (target.id === 'search') { searchKey(event); return; }
  const menu = target.closest('details[open]');
  if (menu && event.key === 'Escape') {
    menu.open = false;
    menu.querySelector('summary').focus();
    return;
  }
  if (target.tagName === 'SELECT' || target.tagName === 'INPUT') return;
  const isControl = ['BUTTON', 'SUMMARY'].includes(target.tagName)
    && (event.key === 'Enter' || event.key === ' ');
  if (isControl) return;
  if (target.id === 'time' && timeKey(event)) { event.preventDefault(); return; }
  if (!keys[event.key]) return;
  event.preventDefault();
  showTip(-1);
  keys[event.key](event);
}

let drag = null;

function setUpPointer() {
  canvas.addEventListener('pointermove', event => {
    if (drag) {
      const moved = event.clientX - drag.x;
      if (Math.abs(moved) > 3) drag.isMoved = true;
      if (drag.isMoved && state.right - state.left < whole()) {
        const units = moved / state.width * (drag.right - drag.left);
        setWindow(drag.left - units, drag.right - units);
      }
    }
    if (event.pointerType === 'touch') return;
    const box = canvas.getBoundingClientRect();
    const i = drag && drag.isMoved ? -1
      : nodeAt(event.clientX - box.left, event.clientY - box.top);
    if (i !== state.hover) {
      state.hover = i;
      redraw();
      showFrame(i >= 0 ? i : state.focus, true);
    }
    showTip(i, event.clientX, event.clientY);
  });
  canvas.addEventListener('pointerdown', event => {
    if (event.button === 0) drag = { x: event.clientX, left: state.left, right: state.right };
  });
  addEventListener('pointerup', () => { setTimeout(() => { drag = null; }, 0); });
  addEventListener('pointercancel', () => { drag = null; });
  canvas.addEventListener('pointerleave', () => {
    state.hover = -1;
    showTip(-1);
    showFrame(state.focus, true);
    redraw();
  });
  canvas.addEventListener('click', event => {
    if (drag && drag.isMoved) return;
    const box = canvas.getBoundingClientRect();
    const i = nodeAt(event.clientX - box.left, event.clientY - box.top);
    if (i < 0) return;
    state.hover = -1;
    showTip(-1);
    zoomTo(i);
  });
  canvas.addEventListener('wheel', event => {
    if (event.ctrlKey || event.altKey || event.metaKey) {
      event.preventDefault();
      const at = (event.clientX - canvas.getBoundingClientRect().left) / state.width;
      scaleWindow(Math.exp(Math.max(-1, Math.min(1, event.deltaY / 300))), at);
    } else if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
      event.preventDefault();
      pan((event.deltaX || event.deltaY) / state.width);
    }
  }, { passive: false });
  canvas.addEventListener('focus', () => { showFrame(state.focus); redraw(); });
  canvas.addEventListener('blur', redraw);
  scroller.addEventListener('scroll', () => { showTip(-1); redraw(); }, { passive: true });
}

function setUpButtons() {
  byId('search').addEventListener('input', event => {
    clearTimeout(typing);
    typing = setTimeout(() => {
      search(event.target.value);
      noteView('find');
    }, base.n > 100000 ? 120 : 0);
  });
  on('topdown', () => choose({ turned: meta.inverted }));
  on('bottomup', () => choose({ turned: !meta.inverted }));
  on('bysize', () => choose({ byCount: false }));
  on('bycount', () => choose({ byCount: true }));
  on('split', () => choose({ isSplit: !options.isSplit }));
  on('normalized', () => choose({ normalized: !options.normalized }));
  on('reset', reset);
  on('theme', toggleTheme);
  on('help', () => byId('keyhelp').showModal());
  on('copy', () => copyText(askedNow()));
  on('head', toggleHead);
  on('act-from', () => { fromFrame(state.focus); canvas.focus(); });
  on('act-hide', () => { hideFrame(state.focus); canvas.focus(); });
  on('act-copy', copyName);
  on('hide-found', hideFound);
  byId('width').addEventListener('change', event => choose({ width: event.target.value }));
  byId('colour').addEventListener('change', event => choose({ colour: event.target.value }));
  document.addEventListener('pointerdown', event => {
    for (const menu of document.querySelectorAll('details[open]')) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });
  new ResizeObserver(() => resize()).observe(scroller);
}

export function setUpInput() {
  document.addEventListener('keydown', pressed);
  setUpPointer();
  setUpButtons();
}
