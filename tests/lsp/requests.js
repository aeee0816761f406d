// The requests about a document, one row each: the capability that offers it, the parameters, and the requirements on
// an answer beyond its type. `ask` is {uri, text, places, version, capabilities, diagnostics}; `say` records a problem.
// null is a valid answer.

'use strict';

const at = ({uri, places}) => places.map((position) => ({textDocument: {uri}, position}));
const whole = ({uri}) => [{textDocument: {uri}}];
const all = (text) => ({start: {line: 0, character: 0}, end: text.end()});
const before = (a, b) => a.line < b.line || (a.line === b.line && a.character <= b.character);
const within = (place, range) => before(range.start, place) && before(place, range.end);
const inside = (inner, outer) => within(inner.start, outer) && within(inner.end, outer);
const list = (answer) => (Array.isArray(answer) ? answer : answer && answer.items ? answer.items : answer ? [answer] : []);
// Formatting moves whitespace, and writes hex digits of digests in one case.
const bare = (text) => text.replace(/[ \t\r\n\v\f\u00a0]/g, '').toLowerCase();

// The edits of an answer apply, and they are for the open version.
function apply(ask, edit, say) {
  const changes = edit.documentChanges || Object.entries(edit.changes || {}).map(([uri, edits]) =>
    ({textDocument: {uri, version: null}, edits}));
  for (const change of changes) {
    if (!change.textDocument) continue;
    if (change.textDocument.uri !== ask.uri) say(`an edit of ${change.textDocument.uri}`);
    else if (edit.documentChanges && change.textDocument.version !== ask.version) say(`an edit of version ${change.textDocument.version}`);
    else return ask.text.apply(change.edits);
  }
  return ask.text.text;
}

function checkCompletion(ask, answer, params, say) {
  for (const item of list(answer)) {
    const edit = item.textEdit;
    for (const range of edit ? [edit.range, edit.insert, edit.replace].filter(Boolean) : []) {
      if (range.start.line !== range.end.line || !within(params.position, range)) {
        say(`the item ${item.label} edits ${JSON.stringify(range)}`);
      }
    }
    if (edit && edit.insert && JSON.stringify(edit.insert.start) !== JSON.stringify(edit.replace.start)) {
      say(`the item ${item.label} inserts at another place than it replaces`);
    }
  }
}

function checkSymbols(ask, answer, params, say) {
  const check = (symbols, outer) => symbols.forEach((symbol) => {
    if (!symbol.name.trim()) say('a symbol without a name');
    if (!inside(symbol.selectionRange, symbol.range)) say(`${symbol.name}: the selection is outside`);
    if (outer && !inside(symbol.range, outer)) say(`${symbol.name} is outside of its parent`);
    check(symbol.children || [], symbol.range);
  });
  check(answer, null);
}

function checkSelection(ask, answer, params, say) {
  if (answer.length !== params.positions.length) say(`${answer.length} ranges for ${params.positions.length} places`);
  answer.forEach((one, i) => {
    if (!within(params.positions[i], one.range)) say(`a selection without its place ${JSON.stringify(params.positions[i])}`);
    for (let range = one; range.parent; range = range.parent) {
      if (!inside(range.range, range.parent.range)) say('a selection that does not grow');
    }
  });
}

function checkTokens(ask, answer, params, say) {
  const {tokenTypes, tokenModifiers} = ask.capabilities.semanticTokensProvider.legend;
  let [line, start, end] = [0, 0, -1];
  for (let i = 0; i < answer.data.length; i += 5) {
    const [lines, starts, length, type, modifiers] = answer.data.slice(i, i + 5);
    if (lines) [line, start, end] = [line + lines, 0, -1];
    start += starts;
    const range = {start: {line, character: start}, end: {line, character: start + length}};
    const why = ask.text.why(range);
    if (why || length === 0 || start < end) say(`token ${i / 5}: ${why || 'empty, or over the one before'}`);
    if (type >= tokenTypes.length || modifiers >= 1 << tokenModifiers.length) say(`token ${i / 5} is of no type of the legend`);
    end = start + length;
  }
  if (answer.data.length % 5) say('half a token');
}

function checkActions(ask, answer, params, say) {
  for (const action of answer) {
    if (!action.kind) say(`${action.title} has no kind`);
    if (action.edit) apply(ask, action.edit, say);
  }
}

function checkLayout(ask, answer, params, say) {
  if (bare(ask.text.apply(answer)) !== bare(ask.text.text)) say('formatting changes more than whitespace');
}

const rows = [
  {method: 'textDocument/completion', offered: (can) => can.completionProvider, ask: at, check: checkCompletion},
  {method: 'textDocument/hover', offered: (can) => can.hoverProvider, ask: at, check(ask, answer, params, say) {
    if (answer.range && !within(params.position, answer.range)) say('the hover is about another place');
    const text = typeof answer.contents === 'string' ? answer.contents : answer.contents.value;
    if (!text.trim()) say('an empty hover');
  }},
  {method: 'textDocument/definition', offered: (can) => can.definitionProvider, ask: at},
  {method: 'textDocument/references', offered: (can) => can.referencesProvider, ask: (ask) =>
    at(ask).map((params, i) => ({...params, context: {includeDeclaration: i % 2 === 0}}))},
  {method: 'textDocument/documentHighlight', offered: (can) => can.documentHighlightProvider, ask: at, check(ask, answer, params, say) {
    if (answer.length && !answer.some((one) => within(params.position, one.range))) say('nothing is lit at the place itself');
  }},
  {method: 'textDocument/prepareRename', offered: (can) => can.renameProvider && can.renameProvider.prepareProvider, ask: at,
    may_reject: true, check(ask, answer, params, say) {
      const range = answer.range || answer;
      if (range.start.line !== params.position.line) say('renames something of another line');
    }},
  {method: 'textDocument/rename', offered: (can) => can.renameProvider, may_reject: true,
    ask: (ask) => at(ask).map((params) => ({...params, newName: 'another-name'})), check(ask, answer, params, say) {
      if (!apply(ask, answer, say).includes('another-name')) say('the new name is not in the text');
    }},
  {method: 'textDocument/documentSymbol', offered: (can) => can.documentSymbolProvider, ask: whole, check: checkSymbols},
  {method: 'textDocument/foldingRange', offered: (can) => can.foldingRangeProvider, ask: whole, check(ask, answer, params, say) {
    for (const {startLine, endLine} of answer) {
      if (!(startLine < endLine && endLine < ask.text.lines.length)) say(`folds ${startLine} to ${endLine}`);
    }
  }},
  {method: 'textDocument/selectionRange', offered: (can) => can.selectionRangeProvider, check: checkSelection,
    ask: ({uri, places}) => [{textDocument: {uri}, positions: places}, {textDocument: {uri}, positions: []}]},
  {method: 'textDocument/semanticTokens/full', offered: (can) => can.semanticTokensProvider && can.semanticTokensProvider.full,
    ask: whole, check: checkTokens},
  {method: 'textDocument/semanticTokens/range', offered: (can) => can.semanticTokensProvider && can.semanticTokensProvider.range,
    ask: ({uri, text, places}) => [...places.slice(0, 3), text.end()].map((end) =>
      ({textDocument: {uri}, range: {start: {line: 0, character: 0}, end}})), check: checkTokens},
  {method: 'textDocument/inlayHint', offered: (can) => can.inlayHintProvider, check(ask, answer, params, say) {
    for (const hint of answer) if (!within(hint.position, params.range)) say(`a hint at ${JSON.stringify(hint.position)}`);
  }, ask: ({uri, text}) => [{textDocument: {uri}, range: all(text)}]},
  {method: 'textDocument/codeLens', offered: (can) => can.codeLensProvider, ask: whole, check(ask, answer, params, say) {
    for (const lens of answer) if (lens.range.start.line !== lens.range.end.line) say('a lens over several lines');
  }},
  {method: 'textDocument/documentLink', offered: (can) => can.documentLinkProvider, ask: whole},
  {method: 'textDocument/formatting', offered: (can) => can.documentFormattingProvider, check: checkLayout, may_reject: true,
    ask: ({uri}) => [{textDocument: {uri}, options: {tabSize: 8, insertSpaces: true}}]},
  {method: 'textDocument/rangeFormatting', offered: (can) => can.documentRangeFormattingProvider, check: checkLayout, may_reject: true,
    ask: ({uri, places}) => places.slice(0, 6).map((start, i) => ({textDocument: {uri}, options: {tabSize: 8, insertSpaces: true},
      range: {start, end: places.slice(0, 6)[5 - i] && before(start, places[5 - i]) ? places[5 - i] : start}}))},
  {method: 'textDocument/onTypeFormatting', offered: (can) => can.documentOnTypeFormattingProvider, check: checkLayout, may_reject: true,
    ask: ({uri, text, capabilities}) => text.lines.slice(1, 6).map((_, i) => ({textDocument: {uri}, position: {line: i + 1, character: 0},
      ch: capabilities.documentOnTypeFormattingProvider.firstTriggerCharacter, options: {tabSize: 8, insertSpaces: true}}))},
  {method: 'textDocument/diagnostic', offered: (can) => can.diagnosticProvider,
    ask: ({uri, capabilities}) => [{textDocument: {uri}, identifier: capabilities.diagnosticProvider.identifier}]},
  {method: 'textDocument/codeAction', offered: (can) => can.codeActionProvider, check: checkActions,
    ask: ({uri, text, places, diagnostics}) => [
      {textDocument: {uri}, range: all(text), context: {diagnostics}},
      {textDocument: {uri}, range: all(text), context: {diagnostics: [], only: ['source.fixAll']}},
      {textDocument: {uri}, range: all(text), context: {diagnostics: [], only: ['quickfix'], triggerKind: 2}},
      ...diagnostics.slice(0, 4).map((one) => ({textDocument: {uri}, range: one.range, context: {diagnostics: [one]}})),
      ...places.slice(0, 6).map((place) => ({textDocument: {uri}, range: {start: place, end: place}, context: {diagnostics: []}})),
    ]},
];

// Requests about an item of an earlier answer of the server.
const resolvable = [
  {method: 'completionItem/resolve', of: 'textDocument/completion', offered: (can) => can.completionProvider && can.completionProvider.resolveProvider},
  {method: 'codeAction/resolve', of: 'textDocument/codeAction', offered: (can) => can.codeActionProvider && can.codeActionProvider.resolveProvider},
  {method: 'codeLens/resolve', of: 'textDocument/codeLens', offered: (can) => can.codeLensProvider && can.codeLensProvider.resolveProvider},
  {method: 'inlayHint/resolve', of: 'textDocument/inlayHint', offered: (can) => can.inlayHintProvider && can.inlayHintProvider.resolveProvider},
  {method: 'documentLink/resolve', of: 'textDocument/documentLink', offered: (can) => can.documentLinkProvider && can.documentLinkProvider.resolveProvider},
];

// Every announced capability must be tested above or in protocol_test.js.
const announced = ['positionEncoding', 'textDocumentSync', 'completionProvider', 'hoverProvider', 'definitionProvider',
  'referencesProvider', 'documentHighlightProvider', 'renameProvider', 'documentSymbolProvider', 'foldingRangeProvider',
  'selectionRangeProvider', 'semanticTokensProvider', 'inlayHintProvider', 'codeLensProvider', 'documentLinkProvider',
  'documentFormattingProvider', 'documentRangeFormattingProvider', 'documentOnTypeFormattingProvider', 'diagnosticProvider',
  'codeActionProvider', 'executeCommandProvider', 'workspaceSymbolProvider', 'workspace'];

module.exports = {announced, apply, list, resolvable, rows};
