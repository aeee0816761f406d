// The item of the status bar: the targets and the ipec.toml that apply to the policy in the active editor.

import * as vscode from 'vscode';

interface Status {
  targets: string[];
  fromSettings: boolean;
  config: string | null;
}

interface Choice extends vscode.QuickPickItem {
  run: () => Promise<void>;
}

async function set(key: string, value: string | string[] | undefined): Promise<void> {
  const scope = vscode.workspace.workspaceFolders ? vscode.ConfigurationTarget.Workspace : vscode.ConfigurationTarget.Global;
  await vscode.workspace.getConfiguration('ipec').update(key, value, scope);
}

export class StatusItem implements vscode.Disposable {
  private readonly item = vscode.window.createStatusBarItem('ipec.status', vscode.StatusBarAlignment.Right, 100);
  private readonly watches: vscode.Disposable[];
  private shown: Status | undefined;
  private asked = 0;

  constructor(
    private readonly ask: (uri: vscode.Uri) => Promise<Status | undefined>,
    private readonly targets: string[],
  ) {
    this.item.name = 'ipec';
    this.item.command = 'ipec.selectTarget';
    const update = (): void => void this.update();
    this.watches = [
      vscode.window.onDidChangeActiveTextEditor(update),
      vscode.workspace.onDidSaveTextDocument(update),
      vscode.languages.onDidChangeDiagnostics(update),
      vscode.commands.registerCommand('ipec.selectTarget', () => this.select()),
    ];
    update();
  }

  async update(): Promise<void> {
    const document = vscode.window.activeTextEditor?.document;
    this.asked += 1;
    const asked = this.asked;
    const of = document?.languageId === 'ipe' && document.uri.scheme === 'file' ? document.uri : undefined;
    const status = of && (await this.ask(of).catch(() => undefined));
    if (asked !== this.asked) return;
    this.shown = status;
    if (!status) return this.item.hide();
    const config = status.config ? vscode.workspace.asRelativePath(vscode.Uri.parse(status.config)) : 'no ipec.toml';
    const from = status.fromSettings ? 'from the settings' : status.config ? `from ${config}` : 'the default';
    this.item.text = `$(law) ${status.targets.join(', ')}`;
    this.item.tooltip = `IPE target: ${status.targets.join(', ')}, ${from}\nConfiguration: ${config}`;
    this.item.show();
  }

  private async select(): Promise<void> {
    const config = this.shown?.config;
    const choices: Choice[] = [
      {label: 'Select targets…', detail: 'Check policies for these kernels, in this workspace', run: () => this.selectTargets()},
      {label: 'Use the targets of ipec.toml', detail: 'Remove the setting `ipec.target`', run: () => set('target', undefined)},
      {label: 'Use another ipec.toml…', detail: 'For all policies of this workspace', run: () => this.selectConfig()},
      {label: 'Use the nearest ipec.toml', detail: 'Remove the setting `ipec.config`', run: () => set('config', undefined)},
    ];
    if (config) {
      choices.unshift({
        label: 'Open ipec.toml',
        detail: vscode.workspace.asRelativePath(vscode.Uri.parse(config)),
        run: async () => void (await vscode.window.showTextDocument(vscode.Uri.parse(config))),
      });
    }
    const title = this.shown ? `Target: ${this.shown.targets.join(', ')}` : 'ipec';
    await (await vscode.window.showQuickPick(choices, {title}))?.run();
  }

  private async selectTargets(): Promise<void> {
    const now = this.shown?.targets ?? [];
    const items = this.targets.map((label) => ({label, picked: now.includes(label)}));
    const picked = await vscode.window.showQuickPick(items, {canPickMany: true, title: 'Targets'});
    if (!picked) return;
    const names = picked.map((one) => one.label);
    const [only] = names;
    await set('target', names.length > 1 ? names : only);
  }

  private async selectConfig(): Promise<void> {
    const [file] = (await vscode.window.showOpenDialog({filters: {'ipec.toml': ['toml']}})) ?? [];
    if (file) await set('config', file.fsPath);
  }

  dispose(): void {
    this.item.dispose();
    for (const watch of this.watches) watch.dispose();
  }
}
