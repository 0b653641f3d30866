// What a person types to find names: a text in either case, or a regular expression in slashes.

// What `/…/` or `/…/i` says: its source and flags; null for a plain text.
export function regexOf(text) {
  const parts = text.length > 1 ? /^\/(.*?)(?:\/(i?))?$/.exec(text) : null;
  return parts && { source: parts[1], flags: parts[2] || '' };
}

// A test of names; without one for an empty text, and with an error for one that is no pattern.
export function textTest(text) {
  if (!text) return { test: null, error: '' };
  const regex = regexOf(text);
  if (!regex) {
    const wanted = text.toLowerCase();
    return { test: name => name.toLowerCase().includes(wanted), error: '' };
  }
  try {
    const pattern = new RegExp(regex.source, regex.flags);
    return { test: name => pattern.test(name), error: '' };
  } catch {
    return { test: null, error: 'not a regular expression' };
  }
}

// A pattern of the language that finds what is typed.
export function patternOf(text) {
  const regex = regexOf(text);
  return regex ? `/${regex.source}/${regex.flags}` : '/' + escapedRegex(text) + '/i';
}

export const escapedRegex = text => text.replace(/[\\^$.*+?()[\]{}|\/]/g, '\\$&');
