// States, errors, cancellation, settings and edits, as the specification requires. Part of protocol_test.js.

'use strict';
const fs = require('fs');
const path = require('path');
const {pathToFileURL} = require('url');
const lsp = require('vscode-languageserver-protocol/node');
const {TextDocument} = require('vscode-languageserver-textdocument');
const {Client} = require('./client');
const {Text} = require('./text');

async function run(document) {
  const {counts, everything, directory, ipec, judge, problems, rows} = require.main.exports;
  const say = (what) => problems.push(`by the book: ${what}`);
  const said = (message) => judge.take(message);
  const codeOf = (promise) => promise.then(() => 'an answer', (error) => error.code);
  const expect = async (what, promise, code) => {
    counts.requests += 1;
    const found = await codeOf(promise);
    if (found !== code) say(`${what} gets ${found}, not ${code}`);
  };

  const until = async (what, ready) => {
    for (let i = 0; i < 400 && !ready(); ++i) await new Promise((done) => setTimeout(done, 50));
    if (!ready()) say(`${what} does not come`);
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
      if (!['an answer', lsp.LSPErrorCodes.RequestCancelled].includes(code)) say(`a cancelled request gets ${code}`);
    }
    problems.push(...(await client.close()));
  }

  // The editor sets the target and changes it: the RFC series accepts the policy, mainline rejects it.
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
    // The file that `config` names is watched, wherever it is, until the setting is removed.
    client.settings = {target: 'linux-6.12', config: path.join(directory, 'my.toml')};
    await client.notify('workspace/didChangeConfiguration', {settings: null});
    await until('the watch of a configuration', () => JSON.stringify(client.registered).includes('my.toml'));
    client.settings = {target: 'linux-6.12'};
    await client.notify('workspace/didChangeConfiguration', {settings: null});
    await until('the end of the watch', () => client.unregistered.length === 1);
    await client.notify('textDocument/didClose', {textDocument: {uri}});
    await client.diagnostics(uri, undefined, (found) => found.length === 0)
      .catch(() => say(`diagnostics of a closed document stay: ${JSON.stringify(client.published.get(uri))}`));
    await client.request('shutdown');
    problems.push(...client.problems);
    await client.notify('exit');
    await client.exited;
  }

  // Directories of the workspace are added and removed, ipec.toml is watched, scans report progress.
  async function workspace() {
    const [one, other] = ['one', 'other'].map((name) => path.join(directory, 'book', name));
    const write = (...words) => {
      fs.mkdirSync(path.dirname(path.join(...words.slice(0, -1))), {recursive: true});
      fs.writeFileSync(path.join(...words.slice(0, -1)), words[words.length - 1]);
    };
    const text = 'policy_name="a b" policy_version=1.0.0\nDEFAULT action=DENY\nop=EXECUTE boot_verified=TRUE action=ALLOW\n';
    for (let i = 0; i < 5; ++i) write(one, `policy-${i}.pol`, text);
    write(other, 'second.pol', text.replace('"a b"', 'second'));
    const folders = [one, other].map((name) => ({uri: pathToFileURL(name).href, name: path.basename(name)}));
    const client = new Client(ipec, {said});
    await client.initialize({encodings: ['utf-16'], folders: folders.slice(0, 1), pull: false});
    const uri = `${folders[0].uri}/policy-0.pol`;
    const errors = (found) => found.filter((diagnostic) => diagnostic.severity === 1).length;
    await client.open(uri, text, 1);
    await client.diagnostics(uri, 1, (found) => errors(found) > 0);
    const watched = client.registered.find(({method}) => method === 'workspace/didChangeWatchedFiles');
    if (!watched || !JSON.stringify(watched.registerOptions).includes('ipec.toml')) say(`what is watched is ${JSON.stringify(client.registered)}`);

    const toml = {uri: `${folders[0].uri}/ipec.toml`};
    for (const [type, target, good] of [[1, 'rfc-v7', true], [2, 'linux-6.12', false], [2, 'rfc-v7', true], [3, null, false]]) {
      if (target) write(one, 'ipec.toml', `target = "${target}"\n`);
      else fs.unlinkSync(path.join(one, 'ipec.toml'));
      await client.notify('workspace/didChangeWatchedFiles', {changes: [{...toml, type}]});
      await client.diagnostics(uri, 1, (found) => (errors(found) === 0) === good)
        .catch((error) => say(`ipec.toml says ${target}: ${error.message}: ${JSON.stringify(client.published.get(uri))}`));
    }

    if (client.capabilities.workspaceSymbolProvider) {
      const symbols = async () => (await client.request('workspace/symbol', {query: 'second'})).length;
      if (await symbols()) say('a symbol of a folder that is not there yet');
      await client.notify('workspace/didChangeWorkspaceFolders', {event: {added: folders.slice(1), removed: []}});
      if (!(await symbols())) say('a folder that came has no symbols');
      await client.notify('workspace/didChangeWorkspaceFolders', {event: {added: [], removed: folders.slice(1)}});
      if (await symbols()) say('a folder that went has symbols');
    }

    // A renamed policy is another file; a renamed ipec.toml applies at its new place.
    write(one, 'deeper', 'ipec.toml', 'target = "rfc-v7"\n');
    fs.renameSync(path.join(one, 'deeper', 'ipec.toml'), path.join(one, 'ipec.toml'));
    await client.notify('workspace/didRenameFiles', {files: [{oldUri: `${folders[0].uri}/deeper/ipec.toml`, newUri: toml.uri}]});
    await client.diagnostics(uri, 1, (found) => errors(found) === 0);
    await client.notify('textDocument/didSave', {textDocument: {uri}});

    const [work, parts] = [client.follow('work'), client.follow('parts')];
    const report = await client.request('workspace/diagnostic', {previousResultIds: [], workDoneToken: 'work', partialResultToken: 'parts'});
    const kinds = work.map(({kind}) => kind);
    if (kinds[0] !== 'begin' || kinds[kinds.length - 1] !== 'end') say(`the progress of a scan is ${kinds}`);
    const files = [...parts, report].flatMap(({items}) => items).map((item) => item.uri);
    if (new Set(files).size < 5) say(`a scan in parts finds ${files.length} files`);
    await client.notify('window/workDoneProgress/cancel', {token: 'work'});
    await client.notify('textDocument/didClose', {textDocument: {uri}});
    problems.push(...(await client.close()));
  }

  // Random edits in steps; every answer about the document must equal that about a new one with the same text.
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
      const fresh = `file:///fresh/${version}/${uri.split('/').pop()}`;  // some answers contain the file's name
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

  // The changes of tokens, applied to the previous tokens, give all tokens.
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

  await Promise.all([states(), withoutGoodbye(), encodings(), cancellation(), settings(), delta(), workspace(), edits('utf-8'), edits('utf-16'), edits('utf-32')]);
}

module.exports = {run};
