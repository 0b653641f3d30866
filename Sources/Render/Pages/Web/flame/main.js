// Sets the page up: what it says of itself, and the functions that tests call.

import { followAddress } from '../shared/address.js';
import { meta } from '../shared/data.js';
import { byId, element, isDark, onTheme } from '../shared/dom.js';
import { choose, fromFrame, hideFrame, askedNow, reset, setUpPrinting, showParts, themeChanged,
  toggleHide } from './choices.js';
import { shadeOf } from './colours.js';
import { boxOf, draw, nodeAt } from './draw.js';
import { setUpInput } from './input.js';
import { nameOf, placeText } from './names.js';
import { nextMatch, search } from './search.js';
import { channelCount, hasCounts, hideSets, model, options, sizeName, state, times, view }
  from './state.js';
import { setTime, setUpTime, timeOf } from './time.js';
import { setWindow, zoomTo } from './zoom.js';

// What the page says of itself, and the choices that it has.
(function () {
  byId('query').textContent = meta.query;
  byId('about').textContent = byId('about').title = meta.header.join(' · ');
  byId('query').title = meta.query;
  if (meta.notes.length) {
    byId('notes').firstElementChild.textContent = meta.notes.length > 1
      ? `${meta.notes.length} remarks: ${meta.notes[0]}` : meta.notes[0];
    byId('notes').lastElementChild.append(...meta.notes.map(note => element('li', note)));
    byId('notes').hidden = false;
  }
  byId('bysize').textContent = sizeName;
  byId('bycount').disabled = !hasCounts;
  byId('split').hidden = !meta.split;
  byId('split').textContent = meta.split === 'thread' ? 'Threads' : 'By ' + meta.split;
  byId('normalized').hidden = byId('width').hidden = !meta.hasBase;
  byId('colour-difference').hidden = byId('colour-difference').disabled = !meta.hasBase;
  for (const option of byId('width').options) {
    if (['survived', 'new', 'freed'].includes(option.value)) {
      option.hidden = option.disabled = !meta.hasSurvived;
    }
  }
  const words = { runner: 'Runner: the profiler’s own frames', imports: 'Imports and below',
    internals: 'Internals of the interpreter', native: 'Native frames',
    pattern: (meta.question || {}).patterns || 'Patterns' };
  for (const name of hideSets) {
    const label = element('label'), box = element('input');
    Object.assign(box, { type: 'checkbox', value: name });
    box.addEventListener('change', () => toggleHide(name));
    label.append(box, words[name]);
    byId('hides').append(label);
  }
  setUpInput();
  setUpTime();
  onTheme(themeChanged);
  setUpPrinting();
  followAddress(showParts);
})();

window.memq = {
  total: () => view().size[0],
  count: () => view().count[0],
  totals: i => view().total.map(total => total[i]),
  nodes: () => view().n,
  rows: () => view().rows,
  node: i => ({ name: nameOf(model, view(), i), place: placeText(model, view(), i),
    size: view().size[i],
    count: view().count[i], depth: view().depth[i], parent: view().parent[i],
    merged: view().merged[i], end: view().end[i], own: view().own.map(own => own[i]) }),
  search: text => { byId('search').value = text; search(text); return state.found; },
  next: step => { nextMatch(step); return [state.focus, state.zoom]; },
  legend: () => [...byId('legend').children].map(item => item.textContent),
  zoom: i => { zoomTo(i, true); return state.zoom; },
  zoomed: () => state.zoom,
  focused: () => state.focus,
  window: () => [state.left, state.right],
  setWindow, choose, toggleHide, hideFrame, fromFrame, reset, query: askedNow,
  hideSets: () => hideSets,
  options: () => ({ ...options, hides: [...options.hides] }),
  flip: () => { choose({ turned: !options.turned }); return view().n; },
  measure: byCount => { choose({ byCount }); return view().n; },
  isDark, times, setTime, timeOf, shade: i => shadeOf(view(), i),
  draw: () => { draw(); return { drawn: state.drawn, ms: state.drawMs }; },
  nodeAt, boxOf,
  // Whether every node's total is the sum of the own values of its stretch of nodes.
  addsUp: () => {
    const v = view();
    return v.own.slice(0, channelCount).every((own, k) => {
      const total = v.total[k], before = new Float64Array(v.n + 1);
      for (let i = 0; i < v.n; i++) before[i + 1] = before[i] + own[i];
      for (let i = 0; i < v.n; i++) {
        if (before[v.end[i]] - before[i] !== total[i]) return false;
      }
      return true;
    });
  },
  // Since the page was asked for: until its script was done, and until the first picture was.
  readyMs: performance.now(), drawnMs: () => state.firstMs
};
