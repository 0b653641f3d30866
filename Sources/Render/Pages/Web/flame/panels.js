// What the page says in words: numbers of a frame, the legend, what is changed.

import { meta } from '../shared/data.js';
import { announce, byId, copy, element } from '../shared/dom.js';
import { shortPath } from '../shared/paths.js';
import { countText, secondsText, shareText } from '../shared/words.js';
import { KINDS, ageOf, kindOf, legendRows, palette, rightOf } from './colours.js';
import { canvas } from './draw.js';
import { noteView, refresh } from './choices.js';
import { nameOf, placeText } from './names.js';
import { queryText } from './question.js';
import { search } from './search.js';
import { base, countName, hasCounts, model, noStack, options, sizeName, sizeText, state, view }
  from './state.js';
import { setTime, timeWords } from './time.js';
import { MARK } from './tree.js';

const signed = (value, text) => (value > 0 ? '+' : value < 0 ? '−' : '') + text(Math.abs(value));

// What is known of a frame: rows of a name and up to three texts.
function rowsOf(i) {
  const v = view(), zoom = state.zoom, rows = [];
  const counts = [countName[0].toUpperCase() + countName.slice(1), countText];
  const measures = hasCounts ? [[sizeName, sizeText], counts] : [[sizeName, sizeText]];
  measures.forEach(([name, text], m) => {
    const left = v.total[m];
    rows.push([name, text(left[i]), shareText(left[i], left[zoom]) + ' of shown',
      shareText(left[i], left[0]) + ' of all']);
    if (!meta.hasBase) return;
    const right = rightOf(v, i, m), change = left[i] - right;
    rows.push(['  before' + (options.normalized ? ', scaled' : ''), text(right), '', '']);
    rows.push(['  change', signed(change, text),
      right > 0 ? signed(change / right * 100, p => p.toFixed(1) + '%') : left[i] > 0 ? 'new'
        : '', '']);
    if (!meta.hasSurvived) return;
    const both = v.total[4 + m][i];
    rows.push(['  survived', text(both), '', ''], ['  new', text(left[i] - both), '', ''],
      ['  freed', text(v.total[2 + m][i] - both), '', '']);
  });
  const own = v.own[0][i];
  if (v.end[i] > i + 1 && own > 0) {
    rows.push(['Own ' + sizeName.toLowerCase(), sizeText(own), '',
      shareText(own, v.size[0]) + ' of all']);
  }
  const age = ageOf(v, i);
  if (age !== null) rows.push(['Mean age', secondsText(age), '', '']);
  return rows;
}

const allocationsText = count =>
  `${countText(count)} ${count === 1 ? countName.replace(/s$/, '') : countName}`;

export function showFrame(i, isSilent) {
  const status = byId('status');
  status.textContent = '';
  for (const id of ['act-from', 'act-hide', 'act-copy']) byId(id).disabled = !hasActions(i, id);
  if (i < 0) return;
  const v = view(), m = options.byCount && hasCounts ? 1 : 0, place = placeText(model, view(), i);
  const facts = [sizeText(v.size[i]), hasCounts && allocationsText(v.count[i]),
    shareText(v.total[m][i], v.total[m][state.zoom]) + ' of shown',
    shareText(v.total[m][i], v.total[m][0]) + ' of all'];
  if (meta.hasBase) {
    const text = m ? countText : sizeText;
    facts.splice(2, 0, signed(v.total[m][i] - rightOf(v, i, m), text));
  }
  const said = [...facts, place && shortPath(place)].filter(Boolean);
  status.append(element('b', nameOf(model, v, i)), '  ' + said.join(' · '));
  status.title = place;
  if (!isSilent) announce([nameOf(model, v, i), ...said].join(', '));
}

// Whether something can be done with a frame: not with the root, a thread or merged ones.
export function hasActions(i, id) {
  const f = i > 0 && i < view().n ? view().frame[i] : -1;
  if (f < 0 || base.frameMark[f] & MARK.split) return false;
  return id === 'act-copy' || f !== noStack && (id === 'act-hide' || !meta.inverted);
}

const tip = byId('tip');
export function showTip(i, x, y) {
  if (i < 0) { tip.style.visibility = 'hidden'; return; }
  tip.textContent = '';
  tip.append(element('div', nameOf(model, view(), i), 'name'));
  if (placeText(model, view(), i)) tip.append(element('div', placeText(model, view(), i), 'place'));
  const f = view().frame[i], kind = f < 0 ? 0 : kindOf(f);
  if (kind) tip.append(element('div', KINDS[kind], 'place'));
  const table = element('table');
  for (const row of rowsOf(i)) {
    const line = element('tr');
    row.forEach(text => line.append(element('td', text)));
    table.append(line);
  }
  tip.append(table);
  if (f < 0) {
    tip.append(element('div', 'Frames too small for this page, merged into one.', 'hint'));
  }
  const box = tip.getBoundingClientRect();
  tip.style.left = Math.max(8, Math.min(x + 14, innerWidth - box.width - 8)) + 'px';
  tip.style.top = (y + 18 + box.height > innerHeight ? Math.max(8, y - box.height - 12)
    : y + 18) + 'px';
  tip.style.visibility = 'visible';
}

export function showLegend() {
  const legend = byId('legend');
  legend.textContent = '';
  for (const [text, place, , wanted] of legendRows()) {
    const item = element(wanted ? 'button' : 'span'), chip = element('i');
    chip.style.background = palette[place];
    item.append(chip, text);
    if (wanted) {
      item.title = 'Show what it allocated';
      item.addEventListener('click', () => {
        byId('search').value = byId('search').value === wanted ? '' : wanted;
        search(byId('search').value);
        noteView();
      });
    }
    legend.append(item);
  }
}

// Where nothing has a width, says what left nothing.
function showEmpty(v) {
  const isEmpty = !(v.width[0] > 0);
  byId('empty').hidden = !isEmpty;
  if (!isEmpty) return;
  const sides = { left: '', right: 'the right side', change: 'the change', new: 'what is new',
    survived: 'what survived', freed: 'what was freed' };
  const chosen = [options.from && `from ${options.from}`, timeWords(), options.width !== 'left'
    && `width shows ${sides[options.width]}`].filter(Boolean);
  byId('empty').textContent = chosen.length ? `nothing is left of: ${chosen.join(' · ')}`
    : meta.empty;
}

// What is shown and how it differs from what was asked, each part with a way back.
export function showChanges() {
  const chips = byId('chips'), add = (text, undo) => {
    const chip = element('button', text + ' ✕');
    chip.title = 'Undo';
    chip.addEventListener('click', () => { undo(); refresh(); noteView(); canvas.focus(); });
    chips.append(chip);
  };
  chips.textContent = '';
  if (options.from) add('from ' + options.from, () => { options.from = ''; });
  options.patterns.forEach((text, place) =>
    add('without ' + text, () => { options.patterns.splice(place, 1); }));
  if (options.time) add(timeWords(), () => setTime(null));
  // The words of a comparison name both sides' captures.
  const v = view(), sub = byId('sub'), captures = meta.hasBase ? '' : meta.captures.join(', ');
  sub.textContent = '';
  const what = options.time ? timeWords() : meta.population;
  sub.append(what + (captures ? ' of ' + captures : '') + ': ',
    element('b', sizeText(v.size[0])));
  // Samples of CPU stacks and the like have no count of allocations.
  if (hasCounts) sub.append(' in ', element('b', countText(v.count[0])), ' ' + countName);
  if (meta.hasBase) {
    sub.append(', before ', element('b', sizeText(rightOf(v, 0, 0))),
      ', change ', element('b', signed(v.size[0] - rightOf(v, 0, 0), sizeText)));
    if (options.normalized) sub.append(' (totals made equal)');
  }
  sub.title = sub.textContent;
  showEmpty(v);
  canvas.setAttribute('aria-label', `Flamegraph of ${meta.query}: ${sub.textContent}`);
  byId('copy').title = 'Copy the memq query of this view (q):\n'
    + queryText(model, options, view(), state.zoom);
}

export async function copyText(text) {
  const isDone = await copy(text), status = byId('status');
  announce((isDone ? 'Copied ' : 'Could not copy ') + text);
  status.textContent = '';
  status.append(element('b', isDone ? 'Copied' : 'Not copied'), '  ' + text);
  return isDone;
}

export function copyName() {
  const i = state.focus, place = placeText(model, view(), i);
  return copyText(nameOf(model, view(), i) + (place ? ` (${place})` : ''));
}
