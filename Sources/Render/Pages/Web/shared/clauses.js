// Takes a question apart, as the program writes it.

const CLAUSES = ['where', 'having', 'hide', 'from', 'of', 'vs', 'by', 'every', 'order', 'in', 'at'];

// Words of a question; quoted texts, expressions and what stands in brackets stay whole.
function wordsOf(question) {
  const words = [];
  let word = '', closing = '', depth = 0;
  for (let k = 0; k < question.length; k++) {
    const char = question[k];
    if (closing) {
      word += char;
      if (char === '\\') word += question[++k] || '';
      else if (char === closing) closing = '';
    } else if (char === ' ' && depth === 0) {
      if (word) words.push(word);
      word = '';
    } else {
      if (char === '"' || char === '/' && word === '') closing = char;
      if (char === '(') depth++;
      if (char === ')') depth--;
      word += char;
    }
  }
  if (word) words.push(word);
  return words;
}

// The verb, the words before the first clause, and each clause by its first word. Statements
// before the last one are kept as they are.
export function clausesOf(question) {
  const at = question.lastIndexOf('; ');
  const words = wordsOf(at < 0 ? question : question.slice(at + 2));
  const before = at < 0 ? '' : question.slice(0, at + 2);
  const parts = { before, verb: words[0] || '', words: [] };
  let clause = '';
  for (const word of words.slice(1)) {
    if (CLAUSES.includes(word) && !(word === 'from' && clause === 'from')) {
      clause = word;
      parts[clause] = '';
    } else if (clause) {
      parts[clause] += (parts[clause] ? ' ' : '') + word;
    } else {
      parts.words.push(word);
    }
  }
  return parts;
}

// A question of the same records and captures, with another beginning and one more condition.
export function askedAnew(parts, beginning, condition = '') {
  const conditions = [parts.where, condition].filter(Boolean);
  const isChoice = / or /.test(parts.where || '') && condition;
  const where = isChoice ? `(${parts.where}) and ${condition}` : conditions.join(' and ');
  const rest = ['hide', 'from', 'of'].filter(name => parts[name])
    .map(name => `${name} ${parts[name]}`);
  const words = [beginning, where ? `where ${where}` : '', ...rest];
  return parts.before + words.filter(Boolean).join(' ');
}
