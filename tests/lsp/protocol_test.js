// Tests the language server with the protocol library of VS Code: protocol_test.js IPEC ROOT
//
//   * every request that the server knows or announces, about the policies of the project, in each position encoding;
//   * each message from the server matches the protocol's declarations, and a client expects it;
//   * ranges are within the text, edits apply, diagnostics and layout equal those of the command line;
//   * texts edited in steps give the same answers as texts opened whole;
//   * states, cancellation and errors are as specified.

'use strict';
const {execFileSync, spawnSync} = require('child_process');
const fs = require('fs');
const os = require('os');
const path = require('path');
const {pathToFileURL} = require('url');
const lsp = require('vscode-languageserver-protocol/node');
const {TextDocument} = require('vscode-languageserver-textdocument');
const {Client} = require('./client');
const {Judge, selfTest} = require('./judge');
const {policiesBelow} = require('./policies');
const {announced, apply, list, resolvable, rows} = require('./requests');
const {Text} = require('./text');

const [ipec, root] = process.argv.slice(2).map((word) => path.resolve(word));
const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'ipec-protocol-'));
const judge = new Judge();
const problems = [];
const counts = {requests: 0, documents: 0, fixes: 0};

// Our own texts, for cases that the policies of the project do not contain.
const own = [
  {name: 'unicode.pol', target: 'linux-6.12', text:
    '# 😀 “how” policies\r\npolicy_name=dé😀mo policy_version=1.0.0 # 😀 x\r\nDEFAULT action=DENY\r' +
    'op=EXECUTE boot_verified=yés action=ALLOW # 😀 https://example.org/é\n' +
    'op=EXECUTE boot_verified=TRUE action=ALLOW\nop=EXECUTE boot_verified=TRUE action=ALLOW # ipec: allow(duplicate-rule) 😀\n'},
  {name: 'empty.pol', target: 'linux-6.12', text: ''},
  {name: 'unfinished.pol', target: 'linux-6.12', text: 'policy_name=a policy_version=\nDEFAULT \nop=\nop=EXECUTE \nop=EXECUTE dmverity_'},
  {name: 'nul.pol', target: 'linux-6.12', text: 'policy_name=a policy_version=1.0.0\nDEFAULT action=DENY\n\0op=EXECUTE action=ALLOW\n'},
];

// Golden files and examples as the documents of a workspace. JSON has characters, so files that are not UTF-8 are excluded.
function documents() {
  const read = (name) => fs.readFileSync(path.join(root, name));
  return policiesBelow(root).map(({name, text, target}) => {
    const bytes = Buffer.from(text, 'latin1');
    const decoded = bytes.toString('utf8');
    return read(name) && Buffer.from(decoded, 'utf8').equals(bytes) ? {name, target, text: decoded} : null;
  }).filter(Boolean).concat(own).map((one) => {
    const file = path.join(directory, one.target, one.name);
    fs.mkdirSync(path.dirname(file), {recursive: true});
    fs.writeFileSync(file, one.text);
    return {...one, file, uri: pathToFileURL(file).href};
  });
}

function directoryOf(target) {
  return [{uri: pathToFileURL(path.join(directory, target)).href, name: target}];
}

// All ranges in an answer are within their text.
// Ranges of other documents, which come with their URI, are left out.
function checkRanges(value, text, uri, say, above = uri) {
  if (!value || typeof value !== 'object') return;
  const of = value.uri || value.targetUri || (value.textDocument && value.textDocument.uri) || above;
  if (value.start && value.end && value.start.line !== undefined && of === uri) {
    const why = text.why(value);
    if (why) say(why);
  }
  for (const [name, one] of Object.entries(value)) {
    if (name === 'originSelectionRange') checkRanges(one, text, uri, say);
    else if (name !== 'data' && name !== 'diagnostics') checkRanges(one, text, uri, say, of);
  }
}

async function ask(client, row, document, params, asked) {
  counts.requests += 1;
  const say = (what) => problems.push(`${row.method} on ${document.name} (${asked.text.encoding}): ${what}\n    asked ${JSON.stringify(params).slice(0, 300)}`);
  let answer;
  try {
    answer = await client.request(row.method, params);
  } catch (error) {
    // The user sees a rejection; a defect of the server is not a rejection.
    const rejected = row.may_reject && [lsp.LSPErrorCodes.RequestFailed, lsp.ErrorCodes.InvalidParams].includes(error.code);
    if (!rejected || !error.message) say(`error ${error.code}: ${error.message}`);
    return null;
  }
  if (answer === null || answer === undefined) return null;
  checkRanges(answer, asked.text, document.uri, say);
  try {
    if (row.check) row.check(asked, answer, params, say);
  } catch (error) {
    say(`the answer does not apply: ${error.stack}\n    ${JSON.stringify(answer).slice(0, 300)}`);
  }
  return answer;
}

// The findings of the command line for the same file, each as `code line:column`, in bytes from 1, and the texts that
// its fixes produce.
function findingsOfLint(document) {
  const {stdout, stderr} = spawnSync(ipec, ['lint', '--output=json', `--target=${document.target}`, document.file], {encoding: 'utf8', maxBuffer: 1 << 28});
  if (!stdout) throw new Error(`ipec lint ${document.file}: ${stderr}`);
  const {diagnostics} = JSON.parse(stdout).results[0];
  const bytes = Buffer.from(document.text, 'utf8');
  const fixed = diagnostics.flatMap((one) => one.fixes || []).map(({title, edits}) => {
    let [text, at] = ['', 0];
    for (const {range, text: put} of edits) {
      text += bytes.subarray(at, range.start.offset).toString('utf8') + put;
      at = range.end.offset;
    }
    return {title, text: text + bytes.subarray(at).toString('utf8')};
  });
  return {places: diagnostics.map((one) => `${one.code} ${one.range.start.line}:${one.range.start.column}`).sort(), fixed};
}

// The file after `ipec lint --fix`.
function fixedByLint(document) {
  const copy = path.join(directory, 'fixed', path.basename(document.file));
  fs.mkdirSync(path.dirname(copy), {recursive: true});
  fs.writeFileSync(copy, document.text);
  spawnSync(ipec, ['lint', '--fix', `--target=${document.target}`, copy]);
  return fs.readFileSync(copy, 'utf8');
}

function findingsOfServer(diagnostics, text) {
  return diagnostics.map((one) => {
    const bytes = Buffer.byteLength(text.lines[one.range.start.line].slice(0, text.column(one.range.start)), 'utf8');
    return `${one.code} ${one.range.start.line + 1}:${bytes + 1}`;
  }).sort();
}

async function checkDocument(client, document, encoding, exhaustive) {
  counts.documents += 1;
  const text = new Text(document.text, encoding);
  const asked = {uri: document.uri, text, places: text.places(exhaustive ? 40 : 8), version: 1, capabilities: client.capabilities};
  await client.open(document.uri, document.text);
  asked.diagnostics = client.pulls
    ? (await client.request('textDocument/diagnostic', {textDocument: {uri: document.uri}})).items
    : await client.diagnostics(document.uri, 1);
  const say = (what) => problems.push(`${document.name} (${encoding}): ${what}`);
  for (const one of asked.diagnostics) {
    checkRanges({...one, data: null}, text, document.uri, say);
    if (!one.message || !one.code || one.source !== 'ipec') say(`a diagnostic without words, code or source: ${JSON.stringify(one)}`);
  }
  const lint = findingsOfLint(document);
  // The command line counts lines as its target does: in the RFC series \r does not end a line.
  if (!(document.target === 'rfc-v7' && /\r(?!\n)/.test(document.text))) {
    const wanted = lint.places;
    // Of a rejected policy, an open document has findings about the well-formed rules, too.
    const rejected = wanted.some((place) => place.startsWith('IPE0'));
    const found = findingsOfServer(asked.diagnostics, text).filter((place) => !rejected || place.startsWith('IPE0'));
    if (found.join() !== wanted.join()) say(`the server finds\n    ${found.join(', ')}\n  and the command line\n    ${wanted.join(', ')}`);
  }
  const fixed = new Map();  // title of an action → the texts it produces
  for (const row of rows) {
    if (!row.offered(client.capabilities)) continue;
    const answers = await Promise.all(row.ask(asked).map((params) => ask(client, row, document, params, asked)));
    for (const follow of resolvable) {
      if (follow.of !== row.method || !follow.offered(client.capabilities)) continue;
      const items = answers.flatMap(list).filter((item, i, every) =>
        every.findIndex((other) => JSON.stringify(other) === JSON.stringify(item)) === i);
      for (const item of row.method === 'textDocument/codeAction' ? items : items.slice(0, exhaustive ? 100 : 8)) {
        const resolved = await ask(client, follow, document, item, asked);
        if (row.method !== 'textDocument/codeAction' || !resolved) continue;
        try {
          const made = resolved.edit ? apply(asked, resolved.edit, say) : null;
          if (made === document.text) say(`${item.title} changes nothing`);
          fixed.set(item.title, [...(fixed.get(item.title) || []), made]);
          if (item.kind === 'source.fixAll.ipec' && made !== fixedByLint(document)) say(`${item.title} is not ipec lint --fix:\n${made}`);
          if (!resolved.edit && !resolved.command) say(`${item.title} does nothing`);
        } catch (error) {
          say(`${item.title} does not apply: ${error.message}`);
        }
      }
    }
  }
  for (const {title, text: wanted} of client.capabilities.codeActionProvider ? lint.fixed : []) {
    // The title of an action may add that decisions change.
    const made = [...fixed].filter(([name]) => name.startsWith(title)).flatMap(([, texts]) => texts);
    if (!made.includes(wanted)) say(`the fix \`${title}\` makes\n${JSON.stringify(made)}\n  and that of the command line\n${JSON.stringify(wanted)}`);
    counts.fixes += 1;
  }
  if (client.capabilities.documentFormattingProvider) await checkLayoutOf(client, document, text, say);
  await client.notify('textDocument/didClose', {textDocument: {uri: document.uri}});
}

async function checkLayoutOf(client, document, text, say) {
  const laid = spawnSync(ipec, ['fmt', '-'], {input: document.text, encoding: 'utf8'});
  const edits = await client.request('textDocument/formatting',
    {textDocument: {uri: document.uri}, options: {tabSize: 8, insertSpaces: true}}).catch(() => null);
  if (document.target === 'rfc-v7' || laid.status !== 0) return;
  const found = text.apply(edits || []);
  if (found !== laid.stdout) say(`formatting gives\n${JSON.stringify(found)}\n  and ipec fmt\n${JSON.stringify(laid.stdout)}`);
}

// Commands and requests about the workspace instead of a document.
async function checkWorkspace(client, target, document) {
  const can = client.capabilities;
  const uri = document.uri;
  if (can.workspaceSymbolProvider) {
    const symbols = await client.request('workspace/symbol', {query: ''});
    if (!symbols || symbols.length < 3) problems.push(`workspace/symbol finds ${symbols && symbols.length} in ${target}`);
    counts.requests += 1;
  }
  if (can.diagnosticProvider && can.diagnosticProvider.workspaceDiagnostics) {
    const report = await client.request('workspace/diagnostic', {previousResultIds: []});
    const reported = new Set(report.items.map((item) => item.uri));
    if (!reported.has(uri)) problems.push(`workspace/diagnostic leaves out ${uri}`);
    const again = await client.request('workspace/diagnostic', {previousResultIds:
      report.items.filter((item) => item.resultId).map((item) => ({uri: item.uri, value: item.resultId}))});
    if (again.items.some((item) => item.kind === 'full' && report.items.some((old) => old.uri === item.uri && old.resultId))) {
      problems.push('workspace/diagnostic tells again what it told');
    }
    counts.requests += 2;
  }
  const commands = can.executeCommandProvider ? can.executeCommandProvider.commands : [];
  for (const command of commands.filter((name) => !['ipec.evaluate', 'ipec.showTable', 'ipec.showStatement', 'ipec.compare', 'ipec.explain', 'ipec.status', 'ipec.showPolicy'].includes(name))) {
    problems.push(`the command ${command} is announced, and nobody here asks for it`);
  }
  if (commands.includes('ipec.explain')) {
    const {text} = await client.request('workspace/executeCommand', {command: 'ipec.explain', arguments: ['IPE0201']});
    if (text !== execFileSync(ipec, ['explain', 'IPE0201'], {encoding: 'utf8', maxBuffer: 1 << 28})) problems.push(`ipec.explain says\n${text}`);
    counts.requests += 1;
  }
  if (commands.includes('ipec.showStatement')) {
    const range = {start: {line: 0, character: 0}, end: {line: 0, character: 1}};
    const shown = await client.request('workspace/executeCommand', {command: 'ipec.showStatement', arguments: [{uri, range}]});
    if (JSON.stringify(shown) !== JSON.stringify({uri, range})) problems.push(`ipec.showStatement says ${JSON.stringify(shown)}`);
    counts.requests += 1;
  }
  if (commands.includes('ipec.status')) {
    const status = await client.request('workspace/executeCommand', {command: 'ipec.status', arguments: [{uri}]});
    if (JSON.stringify(status.targets) !== JSON.stringify([target])) problems.push(`ipec.status says ${JSON.stringify(status)}`);
    counts.requests += 1;
  }
  if (commands.includes('ipec.evaluate')) await checkEvaluate(client, document);
  if (commands.includes('ipec.showTable')) {
    const {text} = await client.request('workspace/executeCommand', {command: 'ipec.showTable', arguments: [{uri}]});
    const {stdout} = spawnSync(ipec, ['matrix', `--target=${target}`, document.file], {encoding: 'utf8', maxBuffer: 1 << 28});
    if (text !== stdout) problems.push(`ipec.showTable is not ipec matrix:\n${text}\n${stdout}`);
    counts.requests += 1;
  }
}

async function checkEvaluate(client, document) {
  const events = fs.readFileSync(path.join(root, document.name.replace(/\.pol$/, '.jsonl')), 'utf8').split('\n').filter(Boolean);
  const answers = spawnSync(ipec, ['eval', document.file, '--events=-', `--target=${document.target}`],
    {input: events.join('\n') + '\n', encoding: 'utf8'}).stdout.split('\n').filter(Boolean);
  for (let i = 0; i < events.length; ++i) {
    const answer = await client.request('workspace/executeCommand',
      {command: 'ipec.evaluate', arguments: [{uri: document.uri, event: JSON.parse(events[i])}]});
    const wanted = JSON.parse(answers[i]);
    if (answer.rule) delete answer.rule.range;
    for (const field of Object.keys(wanted)) {
      if (JSON.stringify(answer[field]) !== JSON.stringify(wanted[field])) {
        problems.push(`ipec.evaluate: ${field} of ${events[i]} is ${JSON.stringify(answer[field])}, not ${JSON.stringify(wanted[field])}`);
      }
    }
    counts.requests += 1;
  }
}

async function session(ipecSettings, options, work) {
  const client = new Client(ipec, {settings: ipecSettings, said: (message) => judge.take(message)});
  const {capabilities, serverInfo} = await client.initialize(options);
  client.pulls = options.pull;
  if (!serverInfo || serverInfo.name !== 'ipec') problems.push(`serverInfo is ${JSON.stringify(serverInfo)}`);
  for (const key of Object.keys(capabilities)) {
    if (!announced.includes(key)) problems.push(`${key} is announced, and nobody here asks for it`);
  }
  if (capabilities.positionEncoding !== options.encodings[0]) problems.push(`${options.encodings} were offered, ${capabilities.positionEncoding} is taken`);
  await work(client);
  problems.push(...(await client.close()).map((problem) => `${options.encodings[0]}: ${problem}`));
  client.shown.forEach(({message}) => problems.push(`a message to the user: ${message}`));
}

const everything = (target) => ({target, inlayHints: {enable: true}, codeLens: {enable: true}});

async function policies(encoding, pull, chosen) {
  for (const target of new Set(chosen.map((document) => document.target))) {
    await session(everything(target), {encodings: [encoding], folders: directoryOf(target), pull}, async (client) => {
      for (const document of chosen.filter((one) => one.target === target)) {
        const exhaustive = document.name.startsWith('examples/') || own.some(({name}) => name === document.name);
        await checkDocument(client, document, encoding, exhaustive);
      }
      const example = chosen.find((one) => one.target === target && /^examples\/policies\//.test(one.name));
      if (example) {
        await client.open(example.uri, example.text);
        await checkWorkspace(client, target, example);
      }
    });
  }
}

module.exports = {counts, everything, directory, ipec, judge, problems, rows, session};

// Shows at most three problems with the same beginning.
function show() {
  const seen = new Map();
  for (const problem of new Set(problems)) {
    const kind = problem.slice(0, 40);
    seen.set(kind, (seen.get(kind) || 0) + 1);
    if (seen.get(kind) <= 3) console.log(problem);
  }
}

async function main() {
  problems.push(...selfTest());
  const every = documents();
  const small = (step) => every.filter((one, i) => !one.name.startsWith('tests/') || i % 3 === step);
  await policies('utf-16', false, small(0));
  await policies('utf-8', true, small(1));
  await policies('utf-32', false, small(2));
  await require('./book_test').run(every.find((one) => /container-host/.test(one.name)));
  problems.push(...judge.verdict());

  const known = [...fs.readFileSync(path.join(root, 'lsp/protocol/messages.def'), 'utf8').matchAll(/^IPEC_(REQUEST|NOTIFICATION)\("([^"]+)"/gm)];
  if (known.length < 15) problems.push('lsp/protocol/messages.def has hardly a message');
  for (const [, kind, method] of known) {
    const used = kind === 'REQUEST' ? judge.methods : Client.sent;
    if (!used.has(method)) problems.push(`${method} is known to the server, and nobody here makes use of it`);
  }
  if (counts.documents < 200 || counts.requests < 5000 || counts.fixes < 50) problems.push('hardly anything was asked');
  console.log(`${counts.requests} requests about ${counts.documents} documents, ${counts.fixes} fixes, ${judge.shapes.size} forms of messages, ${problems.length} problems`);
  show();
  return problems.length ? 1 : 0;
}

if (require.main === module) {
  main().catch((error) => {
    show();
    console.log(error.stack);
    return 1;
  }).then((status) => {
    fs.rmSync(directory, {recursive: true, force: true});
    process.exit(status);
  });
}
