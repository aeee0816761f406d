// The extension starts `ipec lsp` and shows its answers. The server knows the meaning of policies;
// nothing here reads policy text, except to tell a policy from other files named `*.policy`.

import * as vscode from 'vscode';
import {
  LanguageClient,
  LanguageClientOptions,
  RevealOutputChannelOn,
  ServerOptions,
  TransportKind,
} from 'vscode-languageclient/node';
import {commandMiddleware, Explanations, TableDocuments} from './commands';

let client: LanguageClient | undefined;

function configuration(): vscode.WorkspaceConfiguration {
  return vscode.workspace.getConfiguration('ipec');
}

function serverOptions(): ServerOptions {
  return {
    command: configuration().get<string>('path') || 'ipec',
    args: ['lsp', ...configuration().get<string[]>('arguments', [])],
    transport: TransportKind.stdio,
  };
}

async function start(tables: TableDocuments, output: vscode.OutputChannel): Promise<void> {
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
    middleware: {executeCommand: commandMiddleware(tables)},
    synchronize: {
      configurationSection: 'ipec',
      fileEvents: vscode.workspace.createFileSystemWatcher('**/ipec.toml'),
    },
  };
  client = new LanguageClient('ipec', 'ipec', serverOptions(), options);
  try {
    await client.start();
  } catch (error) {
    client = undefined;
    const program = configuration().get<string>('path') || 'ipec';
    const settings = 'Open settings';
    const answer = await vscode.window.showErrorMessage(
      `\`${program} lsp\` does not start: ${error instanceof Error ? error.message : error}. ` +
        'Highlighting works without it.',
      settings,
    );
    if (answer === settings) {
      await vscode.commands.executeCommand('workbench.action.openSettings', 'ipec.path');
    }
  }
}

// Files of polkit and Java are called `*.policy`, too: only those that begin as a policy are policies.
async function recognize(document: vscode.TextDocument): Promise<void> {
  if (!document.fileName.endsWith('.policy') || document.languageId === 'ipe') return;
  if (!/^(?:\s*(?:#.*)?[\r\n]+)*\s*(?:policy_name|policy_version)=/.test(document.getText())) return;
  await vscode.languages.setTextDocumentLanguage(document, 'ipe');
}

async function stop(): Promise<void> {
  const stopping = client;
  client = undefined;
  if (stopping) await stopping.stop().catch(() => undefined);
}

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const output = vscode.window.createOutputChannel('ipec');
  const tables = new TableDocuments();
  context.subscriptions.push(
    output,
    tables,
    vscode.workspace.registerTextDocumentContentProvider(TableDocuments.scheme, tables),
    vscode.workspace.registerTextDocumentContentProvider(Explanations.scheme, new Explanations()),
    vscode.workspace.onDidOpenTextDocument(recognize),
    vscode.commands.registerCommand('ipec.restart', async () => {
      await stop();
      await start(tables, output);
    }),
    vscode.workspace.onDidChangeConfiguration(async (change) => {
      // The program itself is another one; all other settings go to the running server.
      if (!change.affectsConfiguration('ipec.path') && !change.affectsConfiguration('ipec.arguments')) return;
      await stop();
      await start(tables, output);
    }),
  );
  await Promise.all(vscode.workspace.textDocuments.map(recognize));
  await start(tables, output);
}

export function deactivate(): Promise<void> {
  return stop();
}
