// The commands of the server. They ask for missing arguments and show the results.

import * as vscode from 'vscode';
import {ExecuteCommandSignature} from 'vscode-languageclient/node';

// Decision tables, and what a change means, as read-only documents, one of each for each policy.
export class TableDocuments implements vscode.TextDocumentContentProvider, vscode.Disposable {
  static readonly scheme = 'ipec-table';
  private readonly texts = new Map<string, string>();
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.changed.event;

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.texts.get(uri.toString()) ?? '';
  }

  async show(policy: vscode.Uri, text: string, extension: string): Promise<void> {
    const uri = policy.with({scheme: TableDocuments.scheme, path: policy.path + extension});
    this.texts.set(uri.toString(), text);
    this.changed.fire(uri);
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.window.showTextDocument(document, {preview: true, viewColumn: vscode.ViewColumn.Beside});
  }

  dispose(): void {
    this.changed.dispose();
  }
}

// The text of a finding, at the address that the server gives with it: `ipec:explain/IPE0201.md`. No network.
export class Explanations implements vscode.TextDocumentContentProvider {
  static readonly scheme = 'ipec';

  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    const code = uri.path.replace(/^explain\//, '').replace(/\.md$/, '');
    const answer = await vscode.commands.executeCommand<{text: string} | undefined>('ipec.explain', code);
    return answer?.text ?? `Unknown code ${code}.`;
  }
}

const kEvent = '{"op":"EXECUTE","hook":"BPRM_CHECK","file":{"path":"/usr/bin/true"},"boot_verified":false}';
let lastEvent = kEvent;

function openPolicy(): vscode.Uri | undefined {
  const editor = vscode.window.activeTextEditor;
  if (editor?.document.languageId === 'ipe') return editor.document.uri;
  void vscode.window.showInformationMessage('Open a policy in the active editor first.');
  return undefined;
}

async function evaluate(command: string, next: ExecuteCommandSignature): Promise<unknown> {
  const uri = openPolicy();
  if (!uri) return undefined;
  const text = await vscode.window.showInputBox({
    title: 'Evaluate an event',
    prompt: 'One JSON object, as for `ipec eval`',
    value: lastEvent,
    ignoreFocusOut: true,
    validateInput: (value) => {
      try {
        JSON.parse(value);
        return undefined;
      } catch (error) {
        return error instanceof Error ? error.message : String(error);
      }
    },
  });
  if (text === undefined) return undefined;
  lastEvent = text;
  const answer = await next(command, [{uri: uri.toString(), event: JSON.parse(text)}]);
  if (answer) {
    const {decision, match, rule, audit} = answer;
    const by = rule?.line ? `line ${rule.line}: ${rule.text}` : rule?.text ?? match;
    await vscode.window.showInformationMessage(`${decision}, by ${by}`, {
      modal: true,
      detail: audit ?? 'The kernel sends no audit record.',
    });
  }
  return answer;
}

// Called by a person for the active editor, or by a lens for its policy.
async function showText(
  command: string,
  args: unknown[],
  next: ExecuteCommandSignature,
  tables: TableDocuments,
  extension: string,
): Promise<unknown> {
  const given = args[0] as {uri?: string} | undefined;
  const uri = given?.uri ? vscode.Uri.parse(given.uri) : openPolicy();
  if (!uri) return undefined;
  const answer = await next(command, [{uri: uri.toString()}]);
  if (answer) await tables.show(uri, answer.text, extension);
  return answer;
}

export function commandMiddleware(tables: TableDocuments) {
  return (command: string, args: unknown[], next: ExecuteCommandSignature): vscode.ProviderResult<unknown> => {
    if (command === 'ipec.showTable') return showText(command, args, next, tables, '.table');
    if (command === 'ipec.compare') return showText(command, args, next, tables, '.diff');
    if (command === 'ipec.evaluate' && args.length === 0) return evaluate(command, next);
    return next(command, args);
  };
}
