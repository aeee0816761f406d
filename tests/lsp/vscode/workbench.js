// VS Code in a browser: serves it from the packages, installs the extension, and drives the page.
//
// The server is the one that the package code-server contains, VS Code's own; code-server's wrapper is not started,
// since it needs a compiled module.

'use strict';
const {spawn, spawnSync} = require('child_process');
const fs = require('fs');
const net = require('net');
const path = require('path');

const kPatience = 30000; // milliseconds for VS Code itself, on a busy machine

function settle(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

async function freePort() {
  const server = net.createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const {port} = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

// The node_modules of VS Code itself are those of its own lock file, npm-shrinkwrap.json.
function findServer(modules) {
  const root = path.join(modules, 'node_modules/code-server/lib/vscode');
  const packages = path.join(root, 'node_modules');
  const link = (target, at) => {
    fs.mkdirSync(path.dirname(at), {recursive: true});
    if (!fs.existsSync(at)) fs.symlinkSync(target, at);
  };
  link('node_modules', path.join(root, 'node_modules.asar'));
  link('/usr/bin/rg', path.join(packages, '@vscode/ripgrep/bin/rg')); // searches files by name
  return path.join(root, 'out/server-main.js');
}

class Workbench {
  // Serves VS Code with the extension `vsix`; all that it writes is below `home`. `patience`: milliseconds for the page
  // to show an answer.
  static async start({modules, vsix, home, settings, patience}) {
    const self = new Workbench();
    self.patience = patience;
    const [data, extensions] = [path.join(home, 'data'), path.join(home, 'extensions')];
    for (const scope of ['Machine', 'User']) {
      fs.mkdirSync(path.join(data, scope), {recursive: true});
      fs.writeFileSync(path.join(data, scope, 'settings.json'), JSON.stringify(settings));
    }
    const main = findServer(modules);
    const own = ['--user-data-dir', data, '--extensions-dir', extensions, '--accept-server-license-terms'];
    const environment = {...process.env, HOME: home, XDG_RUNTIME_DIR: home};
    delete environment.NODE_PATH;
    const installed = spawnSync(process.execPath, [main, ...own, '--install-extension', vsix], {env: environment, encoding: 'utf8'});
    if (!/successfully installed/.test(installed.stdout)) {
      throw new Error(`VS Code rejects ${vsix}:\n${installed.stdout}${installed.stderr}`);
    }
    self.port = await freePort();
    const log = fs.openSync(path.join(home, 'server.log'), 'w');
    self.server = spawn(
      process.execPath,
      [main, ...own, '--host', '127.0.0.1', '--port', String(self.port), '--without-connection-token'],
      {env: environment, stdio: ['ignore', log, log]},
    );
    const {chromium} = require('playwright-core');
    self.browser = await chromium.launch({
      executablePath: '/usr/bin/chromium',
      args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
      env: environment,
    });
    await self.serves();
    return self;
  }

  async serves() {
    const until = Date.now() + kPatience;
    while (Date.now() < until) {
      if (this.server.exitCode !== null) throw new Error('the server of VS Code exits');
      const answers = await new Promise((resolve) => {
        const socket = net.connect(this.port, '127.0.0.1', () => resolve(true)).on('error', () => resolve(false));
        socket.on('close', () => undefined).unref();
        setTimeout(() => socket.destroy(), 200).unref();
      });
      if (answers) return;
      await settle(100);
    }
    throw new Error('the server of VS Code does not listen');
  }

  async open(directory, viewport = {width: 1280, height: 800}) {
    const context = await this.browser.newContext({viewport, permissions: ['clipboard-read', 'clipboard-write']});
    this.page = await context.newPage();
    this.page.setDefaultTimeout(kPatience);
    const query = new URLSearchParams({folder: directory});
    await this.page.goto(`http://127.0.0.1:${this.port}/?${query}`);
    await this.page.waitForSelector('.monaco-workbench .explorer-folders-view', {timeout: 2 * kPatience});
  }

  async press(...keys) {
    for (const key of keys) await this.page.keyboard.press(key);
  }

  // Chooses an entry of the command palette by its title.
  async command(title) {
    await this.pick('F1', `>${title}`, title);
  }

  // The list is made when it opens: if it lacks the entry, it is opened again.
  async pick(key, text, label) {
    for (let attempt = 0; ; attempt += 1) {
      await this.press(key);
      const input = this.page.locator('.quick-input-widget input').first();
      await input.waitFor({state: 'visible'});
      await input.fill(text);
      try {
        const row = this.page.locator('.quick-input-list .monaco-list-row.focused', {hasText: label}).first();
        await row.waitFor({timeout: kPatience / 5});
        return await this.press('Enter');
      } catch (error) {
        if (attempt === 4) throw error;
        await this.press('Escape');
      }
    }
  }

  // Opens a file of the directory by its name and waits for its text.
  async file(name) {
    await this.pick('Control+P', name, name);
    await this.page.waitForSelector(`.tab.active[data-resource-name="${name}"]`);
    await this.page.waitForSelector('.editor-group-container.active .view-lines .view-line');
  }

  // Replaces the whole text, without the help of completion.
  async replace(text) {
    await this.press('Control+A');
    await this.page.keyboard.insertText(text);
  }

  async line(number, column = 1) {
    await this.press('Control+G');
    const input = this.page.locator('.quick-input-widget input').first();
    await input.waitFor({state: 'visible'});
    await input.fill(`:${number}:${column}`);
    await this.press('Enter');
    await input.waitFor({state: 'hidden'});
  }

  // The lines that the active editor shows. The editor draws some spaces as no-break spaces.
  async text() {
    const lines = await this.page.$$eval('.editor-group-container.active .editor-instance .view-lines .view-line', (found) =>
      found.map((one) => [parseFloat(one.style.top), one.textContent]).sort((a, b) => a[0] - b[0]).map((one) => one[1]));
    return lines.map((one) => one.replace(/\u00a0/g, ' ').replace(/\u200c/g, '').trimEnd()).join('\n');
  }

  // Waits until `probe` returns something that is not false; `what` names it in the failure.
  async until(what, probe) {
    const limit = Date.now() + this.patience;
    let last;
    do {
      last = await probe();
      if (last && last.pass === undefined) return last;
      if (last && last.pass) return last;
      await settle(100);
    } while (Date.now() < limit);
    throw new Error(`${what}: not seen${last && last.seen !== undefined ? `; the page shows ${JSON.stringify(last.seen)}` : ''}`);
  }

  // Waits until the texts of the elements contain `wanted`: a string or an expression.
  async shows(what, selector, wanted) {
    return this.until(what, async () => {
      const seen = (await this.page.locator(selector).allInnerTexts()).map((one) => one.replace(/\u00a0/g, ' '));
      const pass = seen.some((one) => (typeof wanted === 'string' ? one.includes(wanted) : wanted.test(one)));
      return {pass, seen};
    });
  }

  async close() {
    if (this.browser) await this.browser.close();
    if (this.server && this.server.exitCode === null) {
      this.server.kill();
      await new Promise((resolve) => this.server.once('exit', resolve));
    }
  }
}

module.exports = {Workbench, settle};
