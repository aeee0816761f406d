// The commands of the server. They ask for missing arguments and show the results.

import * as vscode from 'vscode';
import {ExecuteCommandSignature} from 'vscode-languageclient/node';
import {TextDocuments} from './documents';

const kEvent = '{"op":"EXECUTE","hook":"BPRM_CHECK","file":{"path":"/usr/bin/true"},"boot_verified":false}';
let lastEvent = kEvent;

function openPolicy(): vscode.Uri | undefined {
  const editor = vscode.window.activeTextEditor;
  if (editor?.document.languageId === 'ipe') return editor.document.uri;
  void vscode.window.showInformationMessage('Open a policy in the active editor first.');
  return undefined;
}

interface Answer {
  decision: string;
  granted: boolean;
  match: string;
  rule: {line: number; text: string; range?: {start: {line: number; character: number}; end: {line: number; character: number}}} | null;
  audit: string | null;
}

// The last answer, at the line that decides, until the policy changes.
export class Answers implements vscode.Disposable {
  private readonly decoration = vscode.window.createTextEditorDecorationType({
    after: {margin: '0 0 0 2em', color: new vscode.ThemeColor('editorCodeLens.foreground')},
    isWholeLine: true,
    backgroundColor: new vscode.ThemeColor('editor.rangeHighlightBackground'),
  });
  private readonly watch = vscode.workspace.onDidChangeTextDocument((change) => {
    for (const editor of vscode.window.visibleTextEditors) {
      if (editor.document === change.document) editor.setDecorations(this.decoration, []);
    }
  });

  async show(uri: vscode.Uri, answer: Answer): Promise<void> {
    const {decision, match, rule, audit} = answer;
    const hint = audit ?? 'The kernel sends no audit record.';
    if (!rule?.range) {
      await vscode.window.showInformationMessage(`${decision}, by ${rule?.text ?? match}`, {modal: true, detail: hint});
      return;
    }
    const editor = await vscode.window.showTextDocument(uri, {preserveFocus: false});
    const {start, end} = rule.range;
    const range = new vscode.Range(start.line, start.character, end.line, end.character);
    const contentText = `${decision}, by line ${rule.line}`;
    editor.setDecorations(this.decoration, [{range, hoverMessage: hint, renderOptions: {after: {contentText}}}]);
    editor.revealRange(range, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
  }

  dispose(): void {
    this.watch.dispose();
    this.decoration.dispose();
  }
}

// For the active editor, or for the policy of a lens, whose event is then the first one.
async function evaluate(
  command: string,
  args: unknown[],
  next: ExecuteCommandSignature,
  answers: Answers,
): Promise<unknown> {
  const given = args[0] as {uri: string; event: string} | undefined;
  const uri = given ? vscode.Uri.parse(given.uri) : openPolicy();
  if (!uri) return undefined;
  const text = await vscode.window.showInputBox({
    title: 'Evaluate an event',
    prompt: 'One JSON object, as for `ipec eval`',
    value: given?.event ?? lastEvent,
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
  const answer: Answer | undefined = await next(command, [{uri: uri.toString(), event: JSON.parse(text)}]);
  if (answer) await answers.show(uri, answer);
  return answer;
}

// Called by a person for the active editor, or by a lens for its policy.
async function showText(
  command: string,
  args: unknown[],
  next: ExecuteCommandSignature,
  texts: TextDocuments,
  extension: string,
): Promise<unknown> {
  const given = args[0] as {uri?: string} | undefined;
  const uri = given?.uri ? vscode.Uri.parse(given.uri) : openPolicy();
  if (!uri) return undefined;
  const answer = await next(command, [{uri: uri.toString()}]);
  if (answer) await texts.show(uri, answer.text, extension, vscode.ViewColumn.Beside);
  return answer;
}

export function commandMiddleware(texts: TextDocuments, answers: Answers) {
  return (command: string, args: unknown[], next: ExecuteCommandSignature): vscode.ProviderResult<unknown> => {
    if (command === 'ipec.showTable') return showText(command, args, next, texts, '.table');
    if (command === 'ipec.compare') return showText(command, args, next, texts, '.diff');
    const [given] = args as ({event?: unknown} | undefined)[];
    // The event of a lens is a text, to be edited.
    if (command === 'ipec.evaluate' && (!given || typeof given.event === 'string')) return evaluate(command, args, next, answers);
    return next(command, args);
  };
}
