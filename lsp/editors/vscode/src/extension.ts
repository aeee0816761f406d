// The extension starts `ipec lsp` and shows its answers. The server knows the meaning of policies;
// nothing here reads policy text, except to tell a policy from other files named `*.policy`.

import {execFile} from 'child_process';
import * as vscode from 'vscode';
import {
  LanguageClient,
  LanguageClientOptions,
  RevealOutputChannelOn,
  ServerOptions,
  TransportKind,
} from 'vscode-languageclient/node';
import {Answers, commandMiddleware} from './commands';
import {Explanations, PoliciesWithin, TextDocuments} from './documents';
import {extendMarkdownIt} from './markdown';
import {StatusItem} from './status';

let client: LanguageClient | undefined;
let starting: Promise<void> | undefined;

function configuration(): vscode.WorkspaceConfiguration {
  return vscode.workspace.getConfiguration('ipec');
}

function program(): string {
  return configuration().get<string>('path') || 'ipec';
}

function serverOptions(): ServerOptions {
  return {
    command: program(),
    args: ['lsp', ...configuration().get<string[]>('arguments', [])],
    transport: TransportKind.stdio,
  };
}

// Whether the program can be started. If not, one notification says so; the client would show two.
async function exists(): Promise<boolean> {
  const name = program();
  const problem = await new Promise<Error | null>((resolve) => {
    execFile(name, ['--version'], {timeout: 10000}, (error) => resolve(error));
  });
  if (!problem) return true;
  const settings = 'Open Settings';
  const words = /ENOENT/.test(problem.message) ? 'there is no such program' : problem.message;
  const message = `ipec: \`${name}\` does not start: ${words}. Highlighting works without it.`;
  void vscode.window.showErrorMessage(message, settings).then((answer) => {
    // The setting belongs to the machine on which the extension runs.
    const open = vscode.env.remoteName ? 'workbench.action.openRemoteSettings' : 'workbench.action.openSettings2';
    if (answer === settings) void vscode.commands.executeCommand(open, {query: '@id:ipec.path'});
  });
  return false;
}

async function start(middleware: ReturnType<typeof commandMiddleware>, output: vscode.OutputChannel): Promise<void> {
  if (!(await exists())) return;
  const options: LanguageClientOptions = {
    documentSelector: [
      {scheme: 'file', language: 'ipe'},
      {scheme: 'untitled', language: 'ipe'},
      {scheme: 'file', pattern: '**/ipec.toml'},
    ],
    // After `op=` the list of what may follow opens by itself.
    initializationOptions: {...configuration(), completion: {again: 'editor.action.triggerSuggest'}},
    outputChannel: output,
    revealOutputChannelOn: RevealOutputChannelOn.Never,
    middleware: {executeCommand: middleware},
    synchronize: {
      configurationSection: 'ipec',
      fileEvents: vscode.workspace.createFileSystemWatcher('**/ipec.toml'),
    },
  };
  client = new LanguageClient('ipec', 'ipec', serverOptions(), options);
  try {
    await client.start();
  } catch {
    client = undefined; // the client has said why
  }
}

// Files of polkit and Java are called `*.policy`, too: only those that begin as a policy are policies.
async function recognize(document: vscode.TextDocument): Promise<void> {
  if (!document.fileName.endsWith('.policy') || document.languageId === 'ipe') return;
  if (!/^(?:\s*(?:#.*)?[\r\n]+)*\s*(?:policy_name|policy_version)=/.test(document.getText())) return;
  await vscode.languages.setTextDocumentLanguage(document, 'ipe');
}

// Documents that need the server. It is not started for the preview of Markdown alone.
function needsServer(document: vscode.TextDocument): boolean {
  return document.languageId === 'ipe' || /(^|[\\/])ipec\.toml$/.test(document.fileName);
}

async function stop(): Promise<void> {
  const stopping = client;
  client = undefined;
  starting = undefined;
  if (stopping) await stopping.stop().catch(() => undefined);
}

export async function activate(context: vscode.ExtensionContext): Promise<{extendMarkdownIt: typeof extendMarkdownIt}> {
  const output = vscode.window.createOutputChannel('ipec');
  const texts = new TextDocuments();
  const answers = new Answers();
  const middleware = commandMiddleware(texts, answers);
  const started = (): Promise<void> => (starting ??= start(middleware, output));
  const restart = async (): Promise<void> => {
    await stop();
    await started();
  };
  const status = new StatusItem(async (uri) => {
    await started();
    return client ? vscode.commands.executeCommand('ipec.status', {uri: uri.toString()}) : undefined;
  }, targetsOf(context));
  context.subscriptions.push(
    output,
    texts,
    answers,
    status,
    vscode.workspace.registerTextDocumentContentProvider(TextDocuments.scheme, texts),
    vscode.workspace.registerTextDocumentContentProvider(Explanations.scheme, new Explanations(started)),
    vscode.window.registerCustomEditorProvider(PoliciesWithin.viewType, new PoliciesWithin(started, texts)),
    vscode.workspace.onDidOpenTextDocument(async (document) => {
      await recognize(document);
      if (needsServer(document)) await started();
    }),
    vscode.commands.registerCommand('ipec.restart', restart),
    vscode.workspace.onDidChangeConfiguration(async (change) => {
      // The program itself is another one; all other settings go to the running server.
      if (change.affectsConfiguration('ipec.path') || change.affectsConfiguration('ipec.arguments')) await restart();
      if (change.affectsConfiguration('ipec')) await status.update();
    }),
  );
  const documents = vscode.workspace.textDocuments;
  await Promise.all(documents.map(recognize));
  const found = documents.some(needsServer) || (await vscode.workspace.findFiles('**/ipec.toml', undefined, 1)).length > 0;
  if (found) await started();
  return {extendMarkdownIt};
}

// As the setting offers them.
function targetsOf(context: vscode.ExtensionContext): string[] {
  return context.extension.packageJSON.contributes.configuration.properties['ipec.target'].anyOf[1].items.enum;
}

export function deactivate(): Promise<void> {
  return stop();
}
