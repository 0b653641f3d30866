// The question that gives a view.

import { escapedRegex } from '../shared/search.js';
import { fromTable, ownValues } from './edits.js';
import { nameOf } from './names.js';
import { MARK } from './tree.js';

const quoted = text => '"' + text.replace(/["\\]/g, '\\$&') + '"';

// A text as a pattern that meets nothing else.
export function patternText(text) {
  if (/^\/(.+)\/(i?)$/.test(text)) return text;
  if (!/[*?]/.test(text)) return quoted(text);
  return '/^' + escapedRegex(text) + '$/';
}

// The question that gives the view; what is zoomed to becomes a condition.
export function queryText(model, options, view, zoom) {
  const { meta, times, hideSets } = model, q = meta.question;
  if (!q) return meta.query;
  const words = ['flame'], put = (before, text) => { if (text) words.push(before + text); };
  const time = options.time, name = point => times.points[point].name;
  const span = time && time.from !== undefined ? `${name(time.from)}..${name(time.to)}` : '';
  if (!time) { put('', q.population); put('in ', q.in); }
  else if (time.mode === 'live') put('live at ', name(time.point));
  else put(time.mode === 'peak' ? 'peak in ' : 'survived ', span);
  put('', options.byCount ? 'count' : q.measures);
  if (meta.split && options.isSplit) put('by ', meta.split);
  if (options.turned) words.push('inverted');
  const zoomed = zoomCondition(model, options, view, zoom);
  put('where ', [q.where, zoomed].filter(Boolean).join(' and '));
  const hides = [...options.hides].filter(hide => hide !== 'pattern');
  const hidden = hides.concat(q.native || [], options.hides.has('pattern') ? q.patterns : [],
    options.patterns.map(patternText));
  const texts = hidden.filter(Boolean);
  if (texts.length !== 1 || texts[0] !== 'runner') {
    // Without any the runner would be hidden; with some it is too unless `none` says no.
    const isBare = !options.hides.has('runner') && hideSets.includes('runner');
    const rest = texts.filter(text => text !== 'runner');
    if (isBare) put('hide ', ['none', ...rest].join(', '));
    else if (rest.length) put('hide ', rest.join(', '));
  }
  put('from frame ', options.from ? patternText(options.from) : q.from);
  put('of ', q.of);
  put('', q.vs);
  if (meta.hasBase && options.normalized) words.push('normalized');
  if (zoomed === null) {
    words.push('-- zoom to ' + nameOf(model, view, zoom).replace(/\s+/g, ' ')
      + ' in the page: no condition tells its stacks from others');
  }
  return words.join(' ');
}

// Stacks that pass through the zoomed frame: as few frames as tell them apart; null when
// none do, because the same frames are hidden in other stacks.
function zoomCondition(model, options, view, zoom) {
  const { meta, base, noStack, keyOf, functionOf } = model, path = [], conditions = [];
  for (let i = zoom; i > 0; i = view.parent[i]) {
    const f = view.frame[i];
    if (f < 0 || f === noStack) return '';
    if (!(base.frameMark[f] & MARK.split)) path.push(keyOf(f));
    else if (!meta.split.includes(',')) {
      conditions.push(`${meta.split} = ${quoted(functionOf(f))}`);
    }
  }
  if (!path.length) return conditions.join(' and ');
  if (options.turned) {
    const newest = path[path.length - 1];
    conditions.push((/:\d+$/.test(newest) ? 'lineno = ' : 'function = ') + quoted(newest));
    if (path.length === 1) return conditions.join(' and ');
    return [...conditions, 'stack has ' + path.map(patternText).join(' then ')].join(' and ');
  }
  const wanted = view.total[options.byCount ? 1 : 0][zoom];
  let length = 1;
  while (passing(model, options, path.slice(0, length)) !== wanted) {
    if (++length > path.length) return null;
  }
  const stack = path.slice(0, length).reverse();
  return [...conditions, 'stack has ' + stack.map(patternText).join(' then ')].join(' and ');
}

// What stacks with these frames hold, newest first, in this order, hidden frames and all.
function passing(model, options, keys) {
  const { base, frameCount, keyOf } = model, from = fromTable(model, options);
  const wanted = keys.slice().reverse(), met = new Int32Array(base.n);
  const own = ownValues(model, options)[options.byCount ? 1 : 0];
  const isInside = new Uint8Array(base.n);
  const meets = wanted.map(key => {
    const table = new Uint8Array(frameCount);
    for (let f = 1; f < frameCount; f++) if (keyOf(f) === key) table[f] = 1;
    return table;
  });
  let sum = 0;
  for (let i = 1; i < base.n; i++) {
    const f = base.frame[i], p = base.parent[i], before = met[p];
    met[i] = before < wanted.length && f >= 0 && meets[before][f] ? before + 1 : before;
    isInside[i] = isInside[p] | (from && f >= 0 ? from[f] : 0);
    if (met[i] === wanted.length && (!from || isInside[i])) sum += own[i];
  }
  return sum;
}
