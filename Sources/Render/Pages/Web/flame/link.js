// What is chosen on a page as parts of its address, and back. What is as asked is left out.

const isSet = value => value === '1';
const flag = (value, first) => value === first ? '' : value ? '1' : '0';
const joined = set => [...set].sort().join(',');

// A zoomed node goes by its number, with its name, so that another page's link does no harm.
export function partsOf(options, first, { search, zoom, zoomName }) {
  return {
    bottomup: flag(options.turned, first.turned), count: flag(options.byCount, first.byCount),
    side: options.width === first.width ? '' : options.width,
    equal: flag(options.normalized, first.normalized), split: flag(options.isSplit, first.isSplit),
    hide: joined(options.hides) === joined(first.hides) ? '' : joined(options.hides) || 'none',
    without: options.patterns.length ? JSON.stringify(options.patterns) : '',
    from: options.from, colour: options.colour === first.colour ? '' : options.colour,
    time: options.time ? `${options.time.mode}.${options.time.windows.join('.')}` : '',
    find: search, zoom: zoom > 0 ? `${zoom}.${zoomName}` : ''
  };
}

// Texts of a JSON list; none when it is no such list.
function textsOf(json) {
  try {
    const list = JSON.parse(json);
    return Array.isArray(list) ? list.filter(text => typeof text === 'string') : [];
  } catch {
    return [];
  }
}

// Options, and what else the parts say: [mode, from, to] of the time, the search, the zoomed node.
export function fromParts(parts, first, hideSets) {
  const choose = (name, value) => parts[name] === undefined ? value : isSet(parts[name]);
  const [mode, from, to] = (parts.time || '').split('.');
  const isTime = ['peak', 'alive', 'live'].includes(mode) && Number(from) >= 0 && Number(to) >= 0;
  const at = (parts.zoom || '').indexOf('.');
  return {
    options: {
      ...first, turned: choose('bottomup', first.turned), byCount: choose('count', first.byCount),
      normalized: choose('equal', first.normalized), isSplit: choose('split', first.isSplit),
      width: parts.side || first.width, colour: parts.colour || first.colour,
      hides: parts.hide === undefined ? new Set(first.hides)
        : new Set(parts.hide.split(',').filter(name => hideSets.includes(name))),
      patterns: textsOf(parts.without || '[]'), from: parts.from || '', time: null
    },
    time: isTime ? [mode, Number(from), Number(to)] : null, search: parts.find || '',
    zoom: at > 0 ? { node: Number(parts.zoom.slice(0, at)), name: parts.zoom.slice(at + 1) } : null
  };
}
