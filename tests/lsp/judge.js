// Validates messages against the protocol's own declarations, with the TypeScript compiler. Each message becomes a
// constant of the type that the protocol library gives to its method. Unknown fields, missing fields, wrong types and
// numbers outside an enumeration do not compile.

'use strict';
const path = require('path');
const lsp = require('vscode-languageserver-protocol/node');
const typescript = require('typescript');

// method → its exported name in the library
const exported = new Map(Object.entries(lsp).filter(([, value]) => value && value.type && value.type.method)
  .map(([name, value]) => [value.type.method, name]));

// Fields whose values the declarations distinguish; for all others the type of the value is enough.
const told = new Set(['kind', 'severity', 'tags', 'insertTextFormat', 'insertTextMode', 'change', 'type', 'positionEncoding',
  'triggerKind', 'save', 'jsonrpc', 'actions']);

// One message of each shape: long texts and lists add nothing.
function shape(value, key) {
  if (Array.isArray(value)) {
    const seen = new Map(value.map((one) => shape(one, key)).map((one) => [JSON.stringify(one), one]));
    return [...seen.values()];
  }
  if (value && typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([name, one]) => {
      // Data private to the server, and maps from URIs, have one type whatever they contain.
      if (name === 'data' && !Array.isArray(one)) return [name, null];
      if (name === 'changes' && !Array.isArray(one)) return [name, {'x:': Object.values(one).flatMap((list) => shape(list))}];
      return [name, shape(one, name)];
    }));
  }
  if (typeof value === 'string') return told.has(key) ? value : '';
  if (typeof value === 'number') return told.has(key) ? value : 0;
  return value;
}

class Judge {
  constructor() {
    this.shapes = new Map();  // code → an example
    this.problems = new Set();
    this.methods = new Set();
  }

  // {kind: result, request or notification, method, value, error}
  take(message) {
    const {kind, method, value} = message;
    if (kind === 'result' && message.error) return;
    this.methods.add(method);
    this.numbers(method, value, '');
    let type;
    if (method === '$/progress') {
      // Only work progress; partial results have the type of the results.
      if (!value.value || !['begin', 'report', 'end'].includes(value.value.kind)) return;
      type = '{token: lsp.ProgressToken; value: lsp.WorkDoneProgressBegin | lsp.WorkDoneProgressReport | lsp.WorkDoneProgressEnd}';
    } else if (!exported.has(method)) {
      this.problems.add(`${method} is no method of the protocol`);
      return;
    } else {
      type = `${{result: 'Result', request: 'Sent', notification: 'Sent'}[kind]}<typeof lsp.${exported.get(method)}.type>`;
    }
    if (value === undefined && kind !== 'result') return;
    const code = `: ${type} = ${JSON.stringify(shape(value)) ?? 'undefined'};`;
    if (!this.shapes.has(code)) this.shapes.set(code, {method, value});
  }

  // Positions are integers and count from 0; TypeScript does not know that.
  numbers(method, value, at) {
    if (typeof value === 'number' && !(Number.isInteger(value) && Math.abs(value) < 2 ** 31)) {
      this.problems.add(`${method}: ${at} is ${value}`);
    } else if (value && typeof value === 'object') {
      for (const [name, one] of Object.entries(value)) {
        if ((name === 'line' || name === 'character') && !(one >= 0)) this.problems.add(`${method}: ${at}.${name} is ${one}`);
        this.numbers(method, one, `${at}.${name}`);
      }
    }
  }

  verdict() {
    const modules = path.resolve(require.resolve('vscode-languageserver-protocol/package.json'), '../..');
    const file = path.join(path.dirname(modules), 'judged.ts');
    const head = `import * as lsp from 'vscode-languageserver-protocol';
type Answer<R> = 0 extends 1 & R ? any : [R] extends [void] ? null : R;
type Result<T> = T extends lsp.ProtocolRequestType<any, infer R, any, any, any> ? Answer<R>
  : T extends lsp.ProtocolRequestType0<infer R, any, any, any> ? Answer<R> : never;
type Sent<T> = T extends lsp.ProtocolRequestType<infer P, any, any, any, any> ? P
  : T extends lsp.ProtocolRequestType0<any, any, any, any> ? undefined
  : T extends lsp.NotificationType<infer P> ? P : never;
`;
    const examples = [...this.shapes.values()];
    const text = head + [...this.shapes.keys()].map((code, i) => `export const a${i}${code}`).join('\n') + '\n';
    const options = {
      strict: true, noEmit: true, skipLibCheck: true, types: [], exactOptionalPropertyTypes: true,
      target: typescript.ScriptTarget.ES2021, module: typescript.ModuleKind.CommonJS,
      moduleResolution: typescript.ModuleResolutionKind.Node10,
    };
    const host = typescript.createCompilerHost(options);
    const read = host.getSourceFile.bind(host);
    host.getSourceFile = (name, ...rest) => (name === file ? typescript.createSourceFile(name, text, options.target) : read(name, ...rest));
    host.fileExists = ((exists) => (name) => name === file || exists(name))(host.fileExists.bind(host));
    const program = typescript.createProgram([file], options, host);
    const first = head.split('\n').length - 1;
    for (const found of typescript.getPreEmitDiagnostics(program)) {
      const words = typescript.flattenDiagnosticMessageText(found.messageText, '\n      ');
      if (!found.file || found.file.fileName !== file) {
        this.problems.add(`the judge itself: ${words}`);
        continue;
      }
      const example = examples[found.file.getLineAndCharacterOfPosition(found.start).line - first];
      if (!example) this.problems.add(`the judge itself: ${words}`);
      else this.problems.add(`${example.method}: ${words}\n      ${JSON.stringify(example.value).slice(0, 400)}`);
    }
    return [...this.problems];
  }
}

// The judge must be able to fail: it must reject each of these.
function selfTest() {
  const range = {start: {line: 0, character: 0}, end: {line: 0, character: 1}};
  const wrong = [
    ['result', 'textDocument/hover', {contents: {kind: 'html', value: 'x'}}],
    ['result', 'textDocument/hover', {contents: {kind: 'markdown', value: 'x'}, color: 1}],
    ['result', 'textDocument/hover', {}],
    ['result', 'textDocument/documentSymbol', [{name: 'a', kind: 99, range, selectionRange: range}]],
    ['result', 'textDocument/foldingRange', [{startLine: '0', endLine: 1}]],
    ['result', 'textDocument/formatting', [{range: {start: {line: -1, character: 0}, end: {line: 0, character: 0}}, newText: ''}]],
    ['result', 'initialize', {capabilities: {hoverProvider: true, telepathy: true}}],
    ['notification', 'textDocument/publishDiagnostics', {uri: 'x:', diagnostics: [{range, message: 'x', severity: 9}]}],
    ['notification', 'textDocument/publishDiagnostics', {uri: 'x:', diagnostics: [{range, message: 'x', version: null}]}],
    ['notification', 'textDocument/publish', {}],
  ];
  const judge = new Judge();
  wrong.forEach(([kind, method, value]) => judge.take({kind, method, value}));
  const found = judge.verdict();
  return wrong.filter(([, method, value]) => {
    const [whole, start] = [JSON.stringify(value), new RegExp(`^${method.replace('/', '.')}[: ]`)];
    return !found.some((problem) => start.test(problem) && (problem.endsWith(whole) || !problem.includes('\n')));
  }).map(([, method, value]) => `the judge lets pass: ${method} ${JSON.stringify(value)}`);
}

module.exports = {Judge, selfTest};
