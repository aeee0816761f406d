// Read-only documents: tables, what a change means, explanations of findings, policies in signed and compiled files.

import * as path from 'path';
import * as vscode from 'vscode';

// Decision tables, what a change means, and policies in other files: one of each for each file.
export class TextDocuments implements vscode.TextDocumentContentProvider, vscode.Disposable {
  static readonly scheme = 'ipec-text';
  private readonly texts = new Map<string, string>();
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.changed.event;

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.texts.get(uri.toString()) ?? '';
  }

  async show(of: vscode.Uri, text: string, extension: string, viewColumn: vscode.ViewColumn): Promise<void> {
    const uri = of.with({scheme: TextDocuments.scheme, path: of.path + extension});
    this.texts.set(uri.toString(), text);
    this.changed.fire(uri);
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.window.showTextDocument(document, {preview: true, viewColumn});
  }

  dispose(): void {
    this.changed.dispose();
  }
}

interface Text {
  text: string;
}

// The text of a finding, at the address that the server gives with it: `ipec:explain/IPE0201.md`. No network. Settings
// of the extension open it as a rendered page.
export class Explanations implements vscode.TextDocumentContentProvider {
  static readonly scheme = 'ipec';
  constructor(private readonly started: () => Promise<void>) {}

  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    await this.started();
    const code = uri.path.replace(/^\/?explain\//, '').replace(/\.md$/, '');
    const answer = await vscode.commands.executeCommand<Text | undefined>('ipec.explain', code);
    return answer?.text ?? `Unknown code ${code}.`;
  }
}

// A signed or compiled file opens as the policy in it.
export class PoliciesWithin implements vscode.CustomReadonlyEditorProvider {
  static readonly viewType = 'ipec.policyWithin';
  constructor(
    private readonly started: () => Promise<void>,
    private readonly texts: TextDocuments,
  ) {}

  openCustomDocument(uri: vscode.Uri): vscode.CustomDocument {
    return {uri, dispose: () => undefined};
  }

  async resolveCustomEditor(document: vscode.CustomDocument, panel: vscode.WebviewPanel): Promise<void> {
    await this.started();
    try {
      const answer = await vscode.commands.executeCommand<Text>('ipec.showPolicy', {uri: document.uri.toString()});
      const column = panel.viewColumn ?? vscode.ViewColumn.Active;
      await this.texts.show(document.uri, answer.text, '.pol', column);
      panel.dispose();
    } catch (error) {
      const words = error instanceof Error ? error.message : String(error);
      const name = path.posix.basename(document.uri.path);
      panel.webview.html = `<p>${`${name}: ${words}`.replace(/&/g, '&amp;').replace(/</g, '&lt;')}</p>`;
    }
  }
}
