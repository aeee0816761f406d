// States, errors, cancellation, settings and edits, by the book. Part of protocol_test.js.

'use strict';
const lsp = require('vscode-languageserver-protocol/node');
const {TextDocument} = require('vscode-languageserver-textdocument');
const {Client} = require('./client');
const {Text} = require('./text');

async function run(document) {
  const {counts, everything, ipec, judge, problems, rows} = require.main.exports;
  const say = (what) => problems.push(`by the book: ${what}`);
  const said = (message) => judge.take(message);
  const codeOf = (promise) => promise.then(() => 'an answer', (error) => error.code);
  const expect = async (what, promise, code) => {
    counts.requests += 1;
    const found = await codeOf(promise);
    if (found !== code) say(`${what} gets ${found}, not ${code}`);
  };

  async function states() {
    const client = new Client(ipec, {said});
    await expect('a request before initialize', client.request('textDocument/hover', {}), lsp.ErrorCodes.ServerNotInitialized);
    await client.notify('textDocument/didClose', {textDocument: {uri: 'file:///never'}});
    await client.initialize({encodings: ['utf-16']});
    await expect('a second initialize', client.request('initialize', {processId: null, rootUri: null, capabilities: {}}), lsp.ErrorCodes.InvalidRequest);
    await expect('an unknown request', client.request('ipec/unknown', {}), lsp.ErrorCodes.MethodNotFound);
    await expect('an unknown request that is optional', client.request('$/unknown', {}), lsp.ErrorCodes.MethodNotFound);
    await client.notify('ipec/unknown', {});
    await client.notify('$/unknown', {});
    await expect('a request without its parameters', client.request('textDocument/hover', {}), lsp.ErrorCodes.InvalidParams);
    await client.notify('$/setTrace', {value: 'verbose'});
    await client.notify('$/setTrace', {value: 'off'});
    await client.request('shutdown');
    await expect('a request after shutdown', client.request('textDocument/hover', {}), lsp.ErrorCodes.InvalidRequest);
    await client.notify('exit');
    const status = await client.exited;
    if (status !== 0) say(`exit after shutdown ends with ${status}`);
    problems.push(...client.problems);
  }

  async function withoutGoodbye() {
    const client = new Client(ipec, {said});
    await client.initialize({encodings: ['utf-16']});
    await client.notify('exit');
    const status = await client.exited;
    if (status !== 1) say(`exit without shutdown ends with ${status}`);
  }

  async function encodings() {
    for (const [offered, taken] of [[['utf-32', 'utf-8'], 'utf-32'], [['utf-16'], 'utf-16'], [[], undefined], [['utf-7', 'utf-8'], 'utf-8']]) {
      const client = new Client(ipec, {said});
      const {capabilities} = await client.initialize({encodings: offered.length ? offered : undefined});
      const found = capabilities.positionEncoding;
      if (offered.length && found !== taken) say(`of ${offered} it takes ${found}`);
      problems.push(...(await client.close()));
    }
  }

  async function cancellation() {
    const client = new Client(ipec, {said});
    await client.initialize({encodings: ['utf-16']});
    const lines = Array.from({length: 2000}, (_, i) => `op=EXECUTE fsverity_digest=sha256:${i.toString(16).padStart(64, '0')} action=ALLOW`);
    await client.open('file:///cancelled.pol', ['policy_name=a policy_version=1.0.0', 'DEFAULT action=DENY', ...lines, ''].join('\n'));
    const asked = Array.from({length: 50}, () => {
      const source = new lsp.CancellationTokenSource();
      const answer = codeOf(client.request('textDocument/foldingRange', {textDocument: {uri: 'file:///cancelled.pol'}}, source.token));
      source.cancel();
      return answer;
    });
    for (const code of await Promise.all(asked)) {
      if (!['an answer', lsp.LSPErrorCodes.RequestCancelled, lsp.LSPErrorCodes.ContentModified].includes(code)) say(`a cancelled request gets ${code}`);
    }
    problems.push(...(await client.close()));
  }

  // The target is set in the editor, and changed there: what the kernel of the RFC series takes, mainline refuses.
  async function settings() {
    const client = new Client(ipec, {said, settings: {target: 'rfc-v7'}});
    await client.initialize({encodings: ['utf-16']});
    const uri = 'file:///settings/a.pol';
    await client.open(uri, 'policy_name="a b" policy_version=1.0.0\nDEFAULT action=DENY\nop=EXECUTE boot_verified=TRUE action=ALLOW\n', 1);
    const errors = (found) => found.filter((one) => one.severity === 1).length;
    await client.diagnostics(uri, 1, (found) => errors(found) === 0);
    client.settings = {target: 'linux-6.12'};
    await client.notify('workspace/didChangeConfiguration', {settings: {ipec: client.settings}});
    await client.diagnostics(uri, 1, (found) => errors(found) > 0);
    client.published.delete(uri);
    await client.notify('textDocument/didClose', {textDocument: {uri}});
    await client.request('shutdown');
    const last = client.published.get(uri);
    if (!last || last.diagnostics.length) say('diagnostics of a closed document stay');
    problems.push(...client.problems);
    await client.notify('exit');
    await client.exited;
  }

  // Random edits in steps; every answer about the document must be that about a fresh one with the same text.
  async function edits(encoding) {
    let seed = 7;
    const random = (below) => (seed = (seed * 1103515245 + 12345) % 2147483648) % below;
    const client = new Client(ipec, {said, settings: everything('linux-6.12')});
    await client.initialize({encodings: [encoding]});
    const pieces = ['', '#', '\n', '\r\n', '\r', ' ', 'op=', 'EXECUTE', 'é😀', 'action=DENY', 'x'.repeat(30), 'DEFAULT action=ALLOW\n',
      'op=KMODULE dmverity_signature=TRUE action=ALLOW\n', '# ipec: allow(all) y\n', '\0'];
    const uri = document.uri;
    await client.open(uri, document.text, 1);
    let text = document.text;
    for (let version = 2; version < 202; ++version) {
      const contentChanges = Array.from({length: 1 + random(3)}, () => {
        const now = new Text(text, encoding);
        const places = now.places(1000);
        let [start, end] = [places[random(places.length)], places[random(places.length)]];
        if (random(3)) end = start;
        if (start.line > end.line || (start.line === end.line && start.character > end.character)) [start, end] = [end, start];
        if (end.line - start.line > 2) end = start;
        const change = {range: {start, end}, text: pieces[random(pieces.length)]};
        text = now.apply([{range: change.range, newText: change.text}]);
        return change;
      });
      await client.notify('textDocument/didChange', {textDocument: {uri, version}, contentChanges});
      if (version % 10) continue;
      const fresh = `file:///fresh/${version}/${uri.split('/').pop()}`;  // some answers speak of the file's name
      await client.open(fresh, text, version);
      const now = new Text(text, encoding);
      const answers = async (of) => {
        const diagnostics = await client.diagnostics(of, version);
        const asked = {uri: of, text: now, places: now.places(5), version, capabilities: client.capabilities, diagnostics};
        const told = [];
        for (const row of rows) {
          if (!row.offered(client.capabilities)) continue;
          for (const params of row.ask(asked)) {
            counts.requests += 1;
            const answer = await client.request(row.method, params).catch((error) => ({code: error.code, words: error.message}));
            told.push([row.method, JSON.stringify(answer).split(of).join('URI').replace(/"(resultId|data)":("[^"]*"|\d+|\{[^{}]*\})/g, '')]);
          }
        }
        return [['diagnostics', JSON.stringify(diagnostics).split(of).join('URI')], ...told];
      };
      const [one, other] = [await answers(uri), await answers(fresh)];
      one.forEach(([method, answer], i) => {
        if (answer !== other[i][1]) say(`${method} after ${version} edits (${encoding}):\n    ${answer.slice(0, 600)}\n  and fresh\n    ${other[i][1].slice(0, 600)}`);
      });
      await client.notify('textDocument/didClose', {textDocument: {uri: fresh}});
    }
    problems.push(...(await client.close()));
  }

  // What changed of the tokens, applied to those before, is all of them.
  async function delta() {
    const client = new Client(ipec, {said, settings: everything('linux-6.12')});
    await client.initialize({encodings: ['utf-16']});
    const provider = client.capabilities.semanticTokensProvider;
    if (provider && provider.full && provider.full.delta) {
      const textDocument = {uri: document.uri};
      await client.open(document.uri, document.text, 1);
      let old = await client.request('textDocument/semanticTokens/full', {textDocument});
      for (let version = 2; version < 20; ++version) {
        const place = {line: version % 7, character: 0};
        await client.notify('textDocument/didChange', {textDocument: {...textDocument, version},
          contentChanges: [{range: {start: place, end: place}, text: ['op=EXECUTE action=DENY\n', '#', '\n'][version % 3]}]});
        const change = await client.request('textDocument/semanticTokens/full/delta', {textDocument, previousResultId: old.resultId});
        const full = await client.request('textDocument/semanticTokens/full', {textDocument});
        const data = [...old.data];
        for (const edit of [...(change.edits || [])].sort((a, b) => b.start - a.start)) data.splice(edit.start, edit.deleteCount, ...(edit.data || []));
        if (JSON.stringify(change.data || data) !== JSON.stringify(full.data)) say(`the change of tokens of version ${version} is another`);
        old = full;
        counts.requests += 2;
      }
    }
    problems.push(...(await client.close()));
  }

  await Promise.all([states(), withoutGoodbye(), encodings(), cancellation(), settings(), delta(), edits('utf-8'), edits('utf-16'), edits('utf-32')]);
}

module.exports = {run};
