// The TextMate grammar, run by the engine of VS Code, on every policy of the project: grammar_test.js ROOT
//
//   * every byte is in a token; whitespace, words, `=` and comments are distinguished as in the kernel;
//   * each word of the compiler's tables has its scope, and the grammar lists no other;
//   * the server's tokens have the same scopes in VS Code.

'use strict';
const fs = require('fs');
const path = require('path');
const oniguruma = require('vscode-oniguruma');
const textmate = require('vscode-textmate');
const words = require('./words');
const {policiesBelow} = require('./policies');

const root = path.resolve(process.argv[2]);
const grammarFile = path.join(root, 'lsp/editors/vscode/syntaxes/ipe.tmLanguage.json');
const problems = [];

async function loadGrammar() {
  const wasm = fs.readFileSync(require.resolve('vscode-oniguruma/release/onig.wasm'));
  await oniguruma.loadWASM(wasm.buffer.slice(wasm.byteOffset, wasm.byteOffset + wasm.byteLength));
  const registry = new textmate.Registry({
    onigLib: Promise.resolve({
      createOnigScanner: (patterns) => new oniguruma.OnigScanner(patterns),
      createOnigString: (text) => new oniguruma.OnigString(text),
    }),
    loadGrammar: async (scope) =>
      scope === 'source.ipe' ? textmate.parseRawGrammar(fs.readFileSync(grammarFile, 'utf8'), grammarFile) : null,
  });
  return registry.loadGrammar('source.ipe');
}

// Lines of tokens {text, scopes}, scopes without the root and without the suffix `.ipe`.
function tokensOf(grammar, text) {
  let stack = textmate.INITIAL;
  return text.split(/\r\n|\n|\r/).map((line) => {
    const result = grammar.tokenizeLine(line, stack);
    stack = result.ruleStack;
    return result.tokens.map((token) => ({
      start: token.startIndex,
      end: Math.min(token.endIndex, line.length),
      text: line.slice(token.startIndex, token.endIndex),
      scopes: token.scopes.slice(1).map((scope) => scope.replace(/\.ipe$/, '')),
    }));
  });
}

const inComment = (token) => token.scopes.some((scope) => scope.startsWith('comment.'));

// The start of a line's comment: the first `#`; in the RFC series, the first outside quotes.
function commentOf(line, quoting) {
  for (let i = 0, quote = ''; i < line.length; ++i) {
    if (quoting && (line[i] === '"' || line[i] === "'") && (!quote || quote === line[i])) {
      quote = quote ? '' : line[i];
    } else if (line[i] === '#' && !quote) {
      return i;
    }
  }
  return line.length;
}

function checkLine(where, line, tokens, quoting, read) {
  const say = (what) => problems.push(`${where}: ${what}\n    ${JSON.stringify(line)}`);
  let at = 0;
  for (const token of tokens) {
    if (token.start !== at) say(`a gap before column ${token.start}`);
    at = Math.max(at, token.end);
  }
  if (at !== line.length) say(`nothing covers what follows column ${at}`);
  if (!read) {
    if (line && !tokens.every(inComment)) say('behind a NUL byte, and not a comment');
    return;
  }
  const nul = line.indexOf('\0');
  const comment = commentOf(nul < 0 ? line : line.slice(0, nul), quoting);
  for (const token of tokens) {
    if (token.start === token.end) continue;
    // VS Code opens no list of completions while one types in what it takes for a string.
    if (token.scopes.some((scope) => /\b(string|regex|meta\.embedded)\b/.test(scope))) {
      say(`${JSON.stringify(token.text)} is a string for VS Code: ${token.scopes.join(' ')}`);
    }
    if (inComment(token) !== token.start >= comment) say(`column ${token.start} is ${token.scopes.join(' ') || 'plain'}`);
    if (inComment(token)) continue;
    if (token.end > comment) say(`the token at ${token.start} runs into the comment`);
    const blank = /^[ \t]+$/.test(token.text);
    if (blank && token.scopes.length && !quoting) say(`the blank at ${token.start} has a scope`);
    if (!blank && token.scopes.length === 0) say(`${JSON.stringify(token.text)} has no scope`);
    const quoted = /["']$/.test(line.slice(0, token.start));
    if (!blank && /[ \t]/.test(token.text) && !quoted) say(`${JSON.stringify(token.text)} holds a blank`);
  }
}

function checkPolicies(grammar) {
  const policies = policiesBelow(root);
  if (policies.length < 200) problems.push(`only ${policies.length} policies were found`);
  for (const {name, text, target} of policies) {
    const lines = text.split(/\r\n|\n|\r/);
    const tokens = tokensOf(grammar, text);
    let read = true;
    lines.forEach((line, i) => {
      checkLine(`${name}:${i + 1}`, line, tokens[i], target === 'rfc-v7', read);
      if (line.includes('\0')) read = false;
    });
  }
  return policies.length;
}

// The scopes of the token `word` in `line`, innermost last.
function scopeOf(grammar, line, word) {
  const token = tokensOf(grammar, line)[0].find((one) => one.text === word);
  return token ? token.scopes.join(' ') : 'none';
}

function expectScope(grammar, line, word, scope) {
  const found = scopeOf(grammar, line, word);
  if (found !== scope) problems.push(`\`${word}\` in \`${line}\` is ${found}, not ${scope}`);
}

// In the notation of both dialects: bare, quoted, in the middle and at the end of a line, before a comment.
function expectEverywhere(grammar, key, word, scope, tail = '') {
  for (const value of [word + tail, `"${word}${tail}"`, `'${word}${tail}'`]) {
    for (const line of [`${key}=${value}`, `\t${key}=${value} x=y`, `a=b  ${key}=${value}# c`]) {
      expectScope(grammar, line, word, scope);
    }
  }
  const longer = scopeOf(grammar, `${key}=${word}_X${tail}`, `${word}_X`);
  if (longer !== 'meta.unknown') problems.push(`\`${word}_X\` is ${longer}: words must end where they end`);
}

function checkWords(grammar) {
  const known = words.read(root);
  for (const word of known.operations) expectEverywhere(grammar, 'op', word, 'support.type.operation');
  for (const word of known.aliases) expectEverywhere(grammar, 'op', word, 'support.type.operation.alias');
  for (const word of known.booleans) {
    expectScope(grammar, `${word}=TRUE`, word, 'support.variable.property.boolean');
    for (const value of ['TRUE', 'FALSE']) expectEverywhere(grammar, word, value, 'constant.language.boolean');
  }
  for (const word of known.digests) {
    expectScope(grammar, `${word}=sha256:00`, word, 'support.variable.property.digest');
    expectScope(grammar, `${word}=00aF`, '00aF', 'constant.numeric.hex.digest');
    expectScope(grammar, `${word}="00aF"`, '00aF', 'constant.numeric.hex.digest');
    expectScope(grammar, `${word}=sha256:00aG`, '00aG', 'meta.unknown');
    for (const algorithm of known.algorithms) {
      expectEverywhere(grammar, word, algorithm, 'support.constant.algorithm', ':00aF');
      expectScope(grammar, `${word}=${algorithm}:00aF`, '00aF', 'constant.numeric.hex.digest');
    }
  }
  expectEverywhere(grammar, 'action', 'ALLOW', 'constant.language.action.allow markup.inserted');
  expectEverywhere(grammar, 'action', 'DENY', 'constant.language.action.deny markup.deleted');
  expectScope(grammar, 'DEFAULT action=DENY', 'DEFAULT', 'keyword.other.default');
  for (const word of ['never', 'always', 'only']) {
    expectScope(grammar, ` ${word} op=EXECUTE boot_verified=TRUE`, word, 'keyword.other.claim');
    expectScope(grammar, `${word} op=*#x`, '*', 'support.type.operation.alias');
  }
  expectScope(grammar, 'DEFAULT op=EXECUTE action=DENY', 'op', 'keyword.other.operation');
  expectScope(grammar, 'policy_name=a policy_version=1.2.3', 'a', 'entity.name.section.policy');
  expectScope(grammar, 'policy_name=a policy_version=1.2.3', '1.2.3', 'constant.numeric.version');
  expectScope(grammar, 'policy_name="a b" policy_version=1.2.3', 'a b', 'entity.name.section.policy');
  expectScope(grammar, 'policy_name="a b"', '"', 'entity.name.section.policy punctuation.definition.quote');
  expectScope(grammar, 'policy_name=a policy_version=1.2.3#x', 'x', 'comment.line.number-sign');
  expectScope(grammar, 'op=EXEC#UTE', 'UTE', 'comment.line.number-sign');
  expectScope(grammar, 'dmverity_roothash=sha256:@ROOT@', '@ROOT@', 'variable.other.placeholder');
  expectScope(grammar, 'policy_name=${NAME}', '${NAME}', 'entity.name.section.policy variable.other.placeholder');

  const comment = 'comment.line.number-sign';
  const suppression = 'op=POLICY action=ALLOW # ipec: allow-file(weak-digest, IPE1001) until=2026-12-31 why';
  for (const [word, scope] of [
    ['ipec:', 'keyword.other.directive'],
    ['allow-file', 'keyword.control.suppression'],
    ['weak-digest', 'entity.name.tag.lint-rule'],
    ['IPE1001', 'entity.name.tag.lint-rule'],
    ['2026-12-31', 'constant.other.date'],
    [' why', null],
  ]) {
    expectScope(grammar, suppression, word, scope ? `${comment} ${scope}` : comment);
  }

  const source = JSON.parse(fs.readFileSync(grammarFile, 'utf8')).repository;
  const listed = (rule, first) => {
    const group = source[rule].match.match(/\(([A-Za-z0-9_-]+(?:\|[A-Za-z0-9_-]+)+)\)/g)
      .map((text) => text.slice(1, -1).split('|')).find((list) => list.includes(first));
    return (group || []).sort().join(' ');
  };
  for (const [rule, list] of [
    ['operation', known.operations],
    ['boolean', known.booleans],
    ['digest', known.digests],
    ['digest', known.algorithms],
  ]) {
    const [found, wanted] = [listed(rule, list[0]), [...list].sort().join(' ')];
    if (found !== wanted) problems.push(`the grammar's ${rule} words are not the tables':\n    ${found}\n    ${wanted}`);
  }
}

// The scopes with which VS Code colors the server's tokens are those of the grammar, so that no color changes when the server
// answers; each type has one, and ALLOW and DENY have different ones.
function checkSemanticTokens(grammar) {
  const {semanticTokenScopes, semanticTokenModifiers} =
    JSON.parse(fs.readFileSync(path.join(root, 'lsp/editors/vscode/package.json'), 'utf8')).contributes;
  const mapped = semanticTokenScopes.find((entry) => entry.language === 'ipe').scopes;
  const legend = fs.readFileSync(path.join(root, 'lsp/features/tokens.def'), 'utf8');
  const standard = ['declaration', 'deprecated'];
  const named = (row) => [...legend.matchAll(new RegExp(`^${row}\\(\\w+, *"(\\w+)"`, 'gm'))].map((match) => match[1]);
  for (const type of named('IPEC_TOKEN_TYPE')) if (!mapped[type]) problems.push(`package.json has no scope for the tokens ${type}`);
  for (const modifier of named('IPEC_TOKEN_MODIFIER').filter((one) => !standard.includes(one))) {
    if (!semanticTokenModifiers.some((one) => one.id === modifier)) problems.push(`package.json lacks the modifier ${modifier}`);
  }
  if (named('IPEC_TOKEN_TYPE').length < 10) problems.push('the types of tokens.def were not read');
  for (const [line, word, selector] of [
    ['policy_name=a policy_version=1.2.3', 'policy_name', 'keyword'],
    ['policy_name=a policy_version=1.2.3', 'policy_version', 'keyword'],
    ['policy_name=a policy_version=1.2.3', 'a', 'namespace'],
    ['policy_name=a policy_version=1.2.3', '1.2.3', 'number'],
    ['DEFAULT op=EXECUTE action=DENY', 'DEFAULT', 'keyword'],
    ['never op=EXECUTE boot_verified=TRUE', 'never', 'keyword'],
    ['DEFAULT op=EXECUTE action=DENY', 'op', 'keyword'],
    ['DEFAULT op=EXECUTE action=DENY', '=', 'operator'],
    ['DEFAULT op=EXECUTE action=DENY', 'action', 'keyword'],
    ['DEFAULT op=EXECUTE action=DENY', 'EXECUTE', 'class'],
    ['op=KERNEL_READ action=DENY', 'KERNEL_READ', 'class'],
    ['op=EXECUTE action=DENY', 'DENY', 'enumMember.deny'],
    ['op=EXECUTE action=ALLOW', 'ALLOW', 'enumMember.allow'],
    ['op=EXECUTE boot_verified=TRUE action=ALLOW', 'boot_verified', 'property'],
    ['op=EXECUTE boot_verified=TRUE action=ALLOW', 'TRUE', 'enumMember'],
    ['op=EXECUTE fsverity_digest=sha256:00 action=ALLOW', 'fsverity_digest', 'property'],
    ['op=EXECUTE fsverity_digest=sha256:00 action=ALLOW', 'sha256', 'type'],
    ['op=EXECUTE fsverity_digest=sha256:00 action=ALLOW', ':', 'operator'],
    ['op=EXECUTE fsverity_digest=sha256:00 action=ALLOW', '00', 'number'],
    ['# a', ' a', 'comment'],
    ['# ipec: allow(weak-digest) why', 'weak-digest', 'decorator'],
  ]) {
    const scope = (mapped[selector] || ['none'])[0].replace(/\.ipe$/, '');
    const found = scopeOf(grammar, line, word).split(' ').pop();
    if (found !== scope && !found.startsWith(`${scope}.`)) {
      problems.push(`\`${word}\` of \`${line}\` is ${found}, and ${scope} when the server answers`);
    }
  }
  // Scopes that the themes of VS Code color differently.
  if (mapped['enumMember.allow'][0] !== 'markup.inserted.ipe' || mapped['enumMember.deny'][0] !== 'markup.deleted.ipe') {
    problems.push('ALLOW and DENY look alike');
  }
}

async function main() {
  const grammar = await loadGrammar();
  const count = checkPolicies(grammar);
  checkWords(grammar);
  checkSemanticTokens(grammar);
  console.log(`${count} policies, ${problems.length} problems`);
  problems.slice(0, 40).forEach((problem) => console.log(problem));
  return problems.length ? 1 : 0;
}

main().then((status) => process.exit(status));
