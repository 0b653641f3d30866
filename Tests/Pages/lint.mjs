// Checks script, style and markup of the pages: run by `make lint`.
//
// Scripts: syntax, names that are unknown, unused or meet in one page, imports that the program
// cannot put together, length. Style and markup: braces, colours and elements that are not there.

import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { functionsOf, namesOf, parse } from './names.mjs';

const folder = path.resolve(import.meta.dirname || path.dirname(new URL(import.meta.url).pathname),
  '../../Sources/Render/Pages/Web');
const LONGEST = { file: 400, function: 70, line: 100 };
const PAGES = {
  'flame/main.js': ['flame/page.html'],
  'chart/main.js': ['chart/page.html', 'table/filter.html'],
  'table/main.js': ['table/filter.html', 'table/page.html', 'table/help.html']
};
// Elements that the program writes itself.
const WRITTEN = new Set(['memq-data', 'summary']);
const findings = [];
const report = (file, line, text) => findings.push(`${file}:${line}: ${text}`);
const read = file => readFileSync(path.join(folder, file), 'utf8');

const files = readdirSync(folder).filter(name => !name.includes('.'))
  .flatMap(name => readdirSync(path.join(folder, name)).map(file => `${name}/${file}`)).sort();
const scripts = new Map();
const texts = new Map(files.map(file => [file, read(file)]));

function checkScript(file, text) {
  let parsed;
  try {
    parsed = parse(text);
  } catch (error) {
    return report(file, error.loc ? error.loc.line : 1, error.message);
  }
  const { tree, comments } = parsed, { found, exports, own } = namesOf(tree);
  found.forEach(([node, what]) => report(file, node.loc.start.line, what));
  const isComment = new Set(comments.map(comment => comment.loc.start.line));
  let hasCode = false;
  const imports = [];
  for (const node of tree.body) {
    if (node.type !== 'ImportDeclaration') { hasCode = true; continue; }
    if (hasCode) report(file, node.loc.start.line, 'an import stands below code');
    const needed = path.posix.join(path.posix.dirname(file), node.source.value);
    for (const one of node.specifiers) {
      if (one.type !== 'ImportSpecifier' || one.imported.name !== one.local.name) {
        report(file, node.loc.start.line, 'an import gives another name');
      }
      imports.push([needed, one.local.name, node.loc.start.line]);
    }
  }
  text.split('\n').forEach((line, k) => {
    if (/^\s*\/\//.test(line) && !isComment.has(k + 1)) report(file, k + 1, 'a text looks like a comment');
    if (/^export (default|\{|\*)/.test(line)) report(file, k + 1, 'export a declaration');
  });
  for (const [node, lines] of functionsOf(tree)) {
    if (lines > LONGEST.function) report(file, node.loc.start.line, `a function of ${lines} lines`);
  }
  scripts.set(file, { tree, exports, own, imports });
}

// All that a page's script is made of.
function needed(entry, seen = new Set()) {
  if (seen.has(entry)) return seen;
  seen.add(entry);
  (scripts.get(entry) || { imports: [] }).imports.forEach(([file]) => needed(file, seen));
  return seen;
}

function checkImports() {
  const wanted = new Set();
  for (const [file, { imports }] of scripts) {
    for (const [from, name, line] of imports) {
      if (!scripts.has(from)) report(file, line, `there is no ${from}`);
      else if (!scripts.get(from).exports.includes(name)) report(file, line, `${from} exports no ${name}`);
      wanted.add(`${from} ${name}`);
    }
  }
  const tests = readdirSync(new URL('.', import.meta.url)).filter(name => name.endsWith('.test.mjs'))
    .map(name => readFileSync(new URL(name, import.meta.url), 'utf8')).join('\n');
  for (const [file, { exports }] of scripts) {
    for (const name of exports) {
      if (!wanted.has(`${file} ${name}`) && !new RegExp(`\\b${name}\\b`).test(tests)) {
        report(file, 1, `nobody imports \`${name}\``);
      }
    }
  }
  const used = new Set();
  for (const entry of Object.keys(PAGES)) {
    const owners = new Map();
    for (const file of needed(entry)) {
      used.add(file);
      for (const name of (scripts.get(file) || { own: [] }).own) {
        if (owners.has(name)) report(file, 1, `\`${name}\` is also in ${owners.get(name)}`);
        owners.set(name, file);
      }
    }
  }
  for (const file of scripts.keys()) if (!used.has(file)) report(file, 1, 'no page needs it');
}

// Elements that scripts ask for by name must be in the markup of every page that has the script.
function checkElements() {
  for (const [entry, markups] of Object.entries(PAGES)) {
    const markup = markups.filter(file => texts.has(file)).map(file => texts.get(file)).join('\n');
    const ids = new Set([...markup.matchAll(/\bid="([^"]+)"/g)].map(match => match[1]));
    for (const file of needed(entry)) {
      const text = texts.get(file) || '';
      for (const match of text.matchAll(/\b(?:byId|on|press|getElementById)\('([\w-]+)'[,)]/g)) {
        if (!ids.has(match[1]) && !WRITTEN.has(match[1])) {
          report(file, text.slice(0, match.index).split('\n').length,
            `${entry} has no element \`${match[1]}\``);
        }
      }
    }
  }
}

function checkStyle(file, text) {
  const known = [...texts].filter(([name]) => name.endsWith('.css')).map(([, css]) => css).join('\n');
  const code = text.replace(/\/\*[^]*?\*\//g, '').replace(/"[^"\n]*"/g, '""');
  let depth = 0;
  for (const char of code) {
    if (char === '{') depth++;
    if (char === '}' && --depth < 0) break;
  }
  if (depth !== 0) report(file, 1, 'braces do not match');
  for (const [, name] of code.matchAll(/var\((--[\w-]+)/g)) {
    const isSet = known.includes(`${name}:`) || [...texts.values()].some(one => one.includes(`"${name}`))
      || ['--w', '--i', '--h', '--l'].includes(name);
    if (!isSet) report(file, 1, `\`${name}\` is set nowhere`);
  }
  const everything = [...texts].filter(([name]) => !name.endsWith('.css')).map(([, one]) => one).join('\n');
  for (const [, name] of code.matchAll(/#([a-z][\w-]*)(?![^{]*;)/g)) {
    if (!everything.includes(name)) report(file, 1, `no page has an element \`${name}\``);
  }
}

for (const [file, text] of texts) {
  const lines = text.replace(/\n$/, '').split('\n');
  if (lines.length > LONGEST.file) report(file, 1, `${lines.length} lines`);
  lines.forEach((line, k) => {
    if (line.length > LONGEST.line) report(file, k + 1, `${line.length} characters`);
    if (/\s$/.test(line)) report(file, k + 1, 'white space at the end');
  });
  if (file.endsWith('.js')) checkScript(file, text);
  if (file.endsWith('.css')) checkStyle(file, text);
}
checkImports();
checkElements();
findings.forEach(text => console.log(text));
if (findings.length) process.exitCode = 1;
