// Names of a module: where they are declared, whether anything means them, and what is unknown.

import { createRequire } from 'node:module';

// The parser that Node itself is made with; nothing has to be installed.
const acorn = createRequire(import.meta.url)('internal/deps/acorn/acorn/dist/acorn');

export const GLOBALS = new Set(['Array', 'Boolean', 'Event', 'Float64Array', 'Infinity', 'Int32Array', 'JSON',
  'Map', 'Math', 'NaN', 'Number', 'Object', 'Promise', 'RegExp', 'ResizeObserver', 'Set', 'String', 'Symbol',
  'URLSearchParams', 'Uint16Array', 'Uint32Array', 'Uint8Array', 'addEventListener', 'atob',
  'clearTimeout', 'decodeURIComponent', 'devicePixelRatio', 'document', 'encodeURIComponent',
  'getComputedStyle', 'getSelection', 'history', 'innerHeight', 'innerWidth', 'isNaN', 'location',
  'matchMedia', 'navigator', 'performance', 'print', 'requestAnimationFrame', 'scrollTo',
  'setTimeout', 'undefined', 'window']);

export function parse(text) {
  const comments = [];
  const tree = acorn.parse(text, { ecmaVersion: 2022, sourceType: 'module', locations: true,
    onComment: comments });
  return { tree, comments };
}

class Scope {
  constructor(above, isFunction) {
    this.above = above;
    this.isFunction = isFunction;
    this.names = new Map();
  }

  declare(name, node, kind, found) {
    if (this.names.has(name)) found.push([node, `\`${name}\` is declared twice`]);
    this.names.set(name, { node, kind, uses: 0 });
  }

  find(name) {
    for (let scope = this; scope; scope = scope.above) {
      if (scope.names.has(name)) return scope.names.get(name);
    }
    return null;
  }
}

const isFunction = node => /Function/.test(node.type);
const children = node => Object.entries(node).filter(([key]) => key !== 'loc')
  .flatMap(([, value]) => Array.isArray(value) ? value : [value])
  .filter(value => value && typeof value.type === 'string');

// Identifiers that a pattern declares.
function declared(pattern) {
  switch (pattern && pattern.type) {
    case 'Identifier': return [pattern];
    case 'ObjectPattern': return pattern.properties.flatMap(part => declared(part.value || part));
    case 'ArrayPattern': return pattern.elements.flatMap(declared);
    case 'AssignmentPattern': return declared(pattern.left);
    case 'RestElement': return declared(pattern.argument);
    case 'Property': return declared(pattern.value);
    default: return [];
  }
}

// What statements of a block declare in it.
function declareBlock(statements, scope, found) {
  for (const statement of statements) {
    const node = /^Export(Named|Default)/.test(statement.type) ? statement.declaration : statement;
    const kind = node !== statement ? 'export' : 'local';
    if (!node) continue;
    if (node.type === 'VariableDeclaration') {
      node.declarations.flatMap(one => declared(one.id))
        .forEach(id => scope.declare(id.name, id, kind, found));
    } else if (node.type === 'FunctionDeclaration' || node.type === 'ClassDeclaration') {
      scope.declare(node.id.name, node.id, kind, found);
    } else if (node.type === 'ImportDeclaration') {
      node.specifiers.forEach(one => scope.declare(one.local.name, one.local, 'import', found));
    }
  }
}

// Names of a parsed module: [findings as node and text, exports, imports by path, own names].
export function namesOf(tree) {
  const found = [], scopes = [];
  const open = (above, isOfFunction) => {
    const scope = new Scope(above, isOfFunction);
    scopes.push(scope);
    return scope;
  };
  const use = (node, scope) => {
    const known = scope.find(node.name);
    if (known) known.uses++;
    else if (!GLOBALS.has(node.name)) found.push([node, `\`${node.name}\` is not declared`]);
  };
  const walkFunction = (node, scope) => {
    const inner = open(scope, true);
    if (node.type === 'FunctionExpression' && node.id) inner.declare(node.id.name, node.id, 'self', found);
    for (const param of node.params) {
      declared(param).forEach(id => inner.declare(id.name, id, 'param', found));
      walkPattern(param, inner);
    }
    if (node.body.type === 'BlockStatement') {
      declareBlock(node.body.body, inner, found);
      node.body.body.forEach(one => walk(one, inner));
    } else walk(node.body, inner);
  };
  // Defaults and computed keys of a pattern.
  const walkPattern = (node, scope) => {
    if (!node) return;
    if (node.type === 'AssignmentPattern') { walkPattern(node.left, scope); walk(node.right, scope); }
    if (node.type === 'ObjectPattern') {
      for (const part of node.properties) {
        if (part.computed) walk(part.key, scope);
        walkPattern(part.value || part.argument, scope);
      }
    }
    if (node.type === 'ArrayPattern') node.elements.forEach(one => walkPattern(one, scope));
    if (node.type === 'MemberExpression') walk(node, scope);
  };
  const walk = (node, scope) => {
    if (!node) return;
    if (isFunction(node)) return walkFunction(node, scope);
    switch (node.type) {
      case 'ImportDeclaration': return;
      case 'Identifier': return use(node, scope);
      case 'MemberExpression':
        walk(node.object, scope);
        if (node.computed) walk(node.property, scope);
        return;
      case 'Property':
        if (node.computed) walk(node.key, scope);
        return walk(node.value, scope);
      case 'VariableDeclarator':
        walkPattern(node.id, scope);
        return walk(node.init, scope);
      case 'MethodDefinition':
      case 'PropertyDefinition':
        if (node.computed) walk(node.key, scope);
        return walk(node.value, scope);
      case 'LabeledStatement': return walk(node.body, scope);
      case 'BreakStatement':
      case 'ContinueStatement': return;
      case 'BlockStatement': {
        const inner = open(scope, false);
        declareBlock(node.body, inner, found);
        return node.body.forEach(one => walk(one, inner));
      }
      case 'SwitchStatement': {
        walk(node.discriminant, scope);
        const inner = open(scope, false);
        declareBlock(node.cases.flatMap(one => one.consequent), inner, found);
        return node.cases.forEach(one => children(one).forEach(part => walk(part, inner)));
      }
      case 'ForStatement':
      case 'ForOfStatement':
      case 'ForInStatement': {
        const inner = open(scope, false);
        declareBlock([node.init || node.left].filter(Boolean), inner, found);
        return children(node).forEach(one => walk(one, inner));
      }
      case 'CatchClause': {
        const inner = open(scope, false);
        declared(node.param).forEach(id => inner.declare(id.name, id, 'param', found));
        return walk(node.body, inner);
      }
      default: children(node).forEach(one => walk(one, scope));
    }
  };
  const top = open(null, true);
  declareBlock(tree.body, top, found);
  tree.body.forEach(one => walk(one, top));
  for (const scope of scopes) {
    for (const [name, { node, kind, uses }] of scope.names) {
      if (uses === 0 && ['local', 'import'].includes(kind) && !name.startsWith('_')) {
        found.push([node, `\`${name}\` is never used`]);
      }
    }
  }
  const exports = [...top.names].filter(([, one]) => one.kind === 'export').map(([name]) => name);
  const own = [...top.names].filter(([, one]) => one.kind !== 'import').map(([name]) => name);
  return { found, exports, own };
}

// Functions of a tree with their lines.
export function functionsOf(node, found = []) {
  if (isFunction(node)) found.push([node, node.loc.end.line - node.loc.start.line + 1]);
  children(node).forEach(one => functionsOf(one, found));
  return found;
}
