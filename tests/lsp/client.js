// A client of the language server: the protocol library of VS Code on Node. It keeps every message of the server.
// Messages that the library does not understand, or that a client need not expect, are problems.

'use strict';
const {spawn} = require('child_process');
const lsp = require('vscode-languageserver-protocol/node');

// All capabilities of a client of LSP 3.17, so that the server offers all of its own.
function capabilities(encodings, more) {
  const dynamic = {dynamicRegistration: true};
  const kinds = (last) => ({valueSet: Array.from({length: last}, (_, i) => i + 1)});
  const tags = {valueSet: [1, 2]};
  return {
    general: {positionEncodings: encodings, staleRequestSupport: {cancel: true, retryOnContentModified: []}},
    window: {workDoneProgress: true, showMessage: {}, showDocument: {support: true}},
    workspace: {
      applyEdit: true,
      workspaceEdit: {documentChanges: true, resourceOperations: ['create', 'rename', 'delete'], changeAnnotationSupport: {}},
      didChangeConfiguration: dynamic,
      didChangeWatchedFiles: {...dynamic, relativePatternSupport: true},
      symbol: {...dynamic, symbolKind: kinds(26)},
      executeCommand: dynamic,
      workspaceFolders: true,
      configuration: true,
      semanticTokens: {refreshSupport: true},
      codeLens: {refreshSupport: true},
      inlayHint: {refreshSupport: true},
      diagnostics: {refreshSupport: true},
      fileOperations: {...dynamic, didCreate: true, didRename: true, didDelete: true},
    },
    textDocument: {
      synchronization: {...dynamic, didSave: true},
      completion: {
        completionItem: {
          snippetSupport: true, documentationFormat: ['markdown', 'plaintext'], insertReplaceSupport: true,
          labelDetailsSupport: true, tagSupport: {valueSet: [1]}, resolveSupport: {properties: ['documentation', 'detail']},
        },
        completionItemKind: kinds(25),
        completionList: {itemDefaults: ['commitCharacters', 'editRange', 'insertTextFormat']},
      },
      hover: {contentFormat: ['markdown', 'plaintext']},
      definition: {linkSupport: true},
      references: dynamic,
      documentHighlight: dynamic,
      documentSymbol: {hierarchicalDocumentSymbolSupport: true, symbolKind: kinds(26)},
      codeAction: {
        codeActionLiteralSupport: {codeActionKind: {valueSet: ['', 'quickfix', 'refactor', 'source', 'source.fixAll']}},
        isPreferredSupport: true, dataSupport: true, resolveSupport: {properties: ['edit']},
      },
      codeLens: dynamic,
      documentLink: {tooltipSupport: true},
      formatting: dynamic,
      rangeFormatting: dynamic,
      onTypeFormatting: dynamic,
      rename: {prepareSupport: true},
      foldingRange: {foldingRangeKind: {valueSet: ['comment', 'imports', 'region']}},
      selectionRange: dynamic,
      publishDiagnostics: {
        relatedInformation: true, tagSupport: tags, versionSupport: true, codeDescriptionSupport: true, dataSupport: true,
      },
      semanticTokens: {
        requests: {range: true, full: {delta: true}}, formats: ['relative'],
        tokenTypes: Object.values(lsp.SemanticTokenTypes), tokenModifiers: Object.values(lsp.SemanticTokenModifiers),
      },
      inlayHint: {resolveSupport: {properties: ['tooltip']}},
      ...(more.pull ? {diagnostic: {...dynamic, relatedDocumentSupport: true}} : {}),
    },
  };
}

const PATIENCE = 20;  // seconds, on a busy machine

class Client {
  // `settings` is the section `ipec`; `said` is called with every message of the server.
  constructor(ipec, {settings = {}, said = () => {}} = {}) {
    this.problems = [];
    this.settings = settings;
    this.published = new Map();  // uri → the last diagnostics and their version
    this.waiting = [];
    this.process = spawn(ipec, ['lsp'], {stdio: ['pipe', 'pipe', 'pipe']});
    this.process.stderr.on('data', (data) => this.problem(`standard error: ${data}`));
    this.exited = new Promise((done) => this.process.on('exit', (code, signal) => done(signal || code)));
    const reader = new lsp.StreamMessageReader(this.process.stdout);
    const listen = reader.listen.bind(reader);
    this.asked = new Map();  // id → method, to find the method of a response
    reader.listen = (callback) => listen((message) => {
      if (lsp.Message.isResponse(message)) {
        said({kind: 'result', method: this.asked.get(message.id), value: message.result, error: message.error});
      } else {
        said({kind: lsp.Message.isRequest(message) ? 'request' : 'notification', method: message.method, value: message.params});
      }
      callback(message);
    });
    const writer = new lsp.StreamMessageWriter(this.process.stdin);
    writer.onError(() => {});
    const write = writer.write.bind(writer);
    writer.write = (message) => {
      if (lsp.Message.isRequest(message)) this.asked.set(message.id, message.method);
      if (message.method) Client.sent.add(message.method);
      return write(message);
    };
    const logger = {error: (text) => this.problem(text), warn: (text) => this.problem(text), info() {}, log() {}};
    this.connection = lsp.createProtocolConnection(reader, writer, logger);
    this.listen();
  }

  // After `exit`, responses may fail because the server is gone.
  problem(what) {
    if (!this.leaving || !/EPIPE|Sending response failed|destroyed/.test(what)) this.problems.push(String(what));
  }

  listen() {
    const {connection} = this;
    connection.onError(([error]) => this.problem(`the connection: ${error}`));
    connection.onUnhandledNotification((message) => this.problem(`an unknown notification: ${message.method}`));
    connection.onRequest((method) => {
      this.problem(`an unknown request: ${method}`);
      return null;
    });
    this.registered = [];
    connection.onRequest('client/registerCapability', ({registrations}) => {
      this.registered.push(...registrations);
    });
    this.unregistered = [];
    connection.onRequest('client/unregisterCapability', ({unregisterations}) => {
      this.unregistered.push(...unregisterations);
    });
    connection.onRequest('workspace/configuration', ({items}) =>
      items.map((item) => (item.section === 'ipec' ? this.settings : null)));
    this.progress = new Map();  // token → values received
    connection.onRequest('window/workDoneProgress/create', ({token}) => {
      this.follow(token);
      return null;
    });
    for (const what of ['semanticTokens', 'codeLens', 'inlayHint', 'diagnostic']) {
      connection.onRequest(`workspace/${what}/refresh`, () => null);
    }
    connection.onRequest('window/showDocument', () => ({success: true}));
    this.shown = [];
    connection.onNotification('window/showMessage', (message) => this.shown.push(message));
    connection.onNotification('window/logMessage', () => {});
    connection.onNotification('$/logTrace', () => {});
    connection.onNotification('textDocument/publishDiagnostics', (params) => {
      this.published.set(params.uri, params);
      this.waiting = this.waiting.filter((wait) => !wait());
    });
    connection.listen();
  }

  // The progress for `token`, which the client sent or the server created.
  follow(token) {
    const came = [];
    this.progress.set(token, came);
    this.connection.onProgress(new lsp.ProgressType(), token, (value) => came.push(value));
    return came;
  }

  // Resolves when diagnostics of `version` of the document that fulfil `wanted` are published; rejects after PATIENCE.
  diagnostics(uri, version, wanted = () => true) {
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`no diagnostics of ${uri}, version ${version}, in ${PATIENCE} seconds`)), PATIENCE * 1000);
      const ready = () => {
        const last = this.published.get(uri);
        if (!last || last.version !== version || !wanted(last.diagnostics)) return false;
        clearTimeout(late);
        resolve(last.diagnostics);
        return true;
      };
      if (!ready()) this.waiting.push(ready);
    });
  }

  async initialize({encodings = ['utf-16'], folders = null, pull = false} = {}) {
    const result = await this.request('initialize', {
      processId: process.pid,
      clientInfo: {name: 'tests/lsp'},
      rootUri: folders ? folders[0].uri : null,
      workspaceFolders: folders,
      capabilities: capabilities(encodings, {pull}),
      initializationOptions: this.settings,
    });
    this.capabilities = result.capabilities;
    await this.connection.sendNotification('initialized', {});
    return result;
  }

  async request(method, params, token) {
    let late;
    try {
      const answer = this.connection.sendRequest(method, ...[params, token].filter((one) => one !== undefined));
      const never = new Promise((_, reject) => {
        late = setTimeout(() => reject(new Error(`no answer in ${PATIENCE} seconds`)), PATIENCE * 1000);
      });
      return await Promise.race([answer, never]);
    } catch (error) {
      error.stack = `${method} ${JSON.stringify(params)}: ${error.code} ${error.message}`;
      throw error;
    } finally {
      clearTimeout(late);
    }
  }

  notify(method, params) {
    if (method === 'exit') this.leaving = true;
    return this.connection.sendNotification(method, params);
  }

  open(uri, text, version = 1) {
    return this.notify('textDocument/didOpen', {textDocument: {uri, languageId: 'ipe', version, text}});
  }

  // Ends the session as specified; an exit status other than 0 is a problem.
  async close() {
    const answer = await this.request('shutdown');
    if (answer !== null) this.problem(`shutdown is answered with ${JSON.stringify(answer)}`);
    await this.notify('exit');
    const status = await this.exited;
    if (status !== 0) this.problem(`the server ends with ${status} after shutdown and exit`);
    this.connection.dispose();
    return this.problems;
  }
}

Client.sent = new Set();  // methods of requests and notifications, of all clients

module.exports = {Client};
