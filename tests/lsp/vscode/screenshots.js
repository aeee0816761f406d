// Makes the pictures of lsp/editors/README.md: screenshots.js MODULES VSIX IPEC ROOT DIRECTORY
//
// Opens copies of the project's own examples. The pictures differ a little with fonts, so no test compares them.

'use strict';
const fs = require('fs');
const os = require('os');
const path = require('path');
const {Workbench, settle} = require('./workbench.js');

const kTyped = 'op=EXECUTE d';

async function main(modules, vsix, ipec, root, directory) {
  const home = fs.mkdtempSync(path.join(os.tmpdir(), 'ipec-vscode-'));
  const folder = path.join(home, 'policies');
  fs.cpSync(path.join(root, 'examples/policies'), folder, {recursive: true});
  const example = fs.readFileSync(path.join(folder, 'container-host.pol'), 'utf8');
  fs.writeFileSync(path.join(folder, 'device.pol'), example.replace(/action=ALLOW\n/, 'action=ALOW\n'));
  const settings = {
    'ipec.path': ipec,
    'ipec.codeLens.enable': true,
    'breadcrumbs.enabled': false,
    'editor.fontSize': 13,
    'editor.minimap.enabled': false,
    'git.enabled': false,
    'security.workspace.trust.enabled': false,
    'telemetry.telemetryLevel': 'off',
    'workbench.activityBar.location': 'hidden',
    'workbench.startupEditor': 'none',
    'workbench.colorTheme': 'Default Light Modern',
  };
  const workbench = await Workbench.start({modules, vsix, home, settings, patience: 60000});
  try {
    const size = {width: 1080, height: 480};
    await workbench.open(folder, size);
    await workbench.command('View: Toggle Primary Side Bar Visibility');
    // Without the title of the window.
    const shoot = (name) => workbench.page.screenshot({path: path.join(directory, `${name}.png`), clip: {x: 0, y: 35, ...size, height: size.height - 35}});

    await workbench.file('device.pol');
    await workbench.shows('the finding', '.squiggly-error', '');
    const wrong = fs.readFileSync(path.join(folder, 'device.pol'), 'utf8').split('\n').findIndex((line) => line.includes('ALOW')) + 1;
    await workbench.line(wrong, fs.readFileSync(path.join(folder, 'device.pol'), 'utf8').split('\n')[wrong - 1].indexOf('ALOW') + 2);
    await workbench.command('Show or Focus Hover');
    await workbench.shows('the hover', '.monaco-hover:not(.hidden)', 'IPE');
    await settle(1000);
    await shoot('findings');

    await workbench.page.locator('.monaco-hover:not(.hidden) a', {hasText: 'IPE'}).first().click();
    const inner = workbench.page.frameLocator('iframe.webview').frameLocator('iframe');
    await workbench.until('the page of the finding', async () => (await inner.locator('h1').count()) > 0);
    await settle(1500);
    await shoot('page');

    await workbench.file('signed-dm-verity.pol');
    await workbench.press('Control+End');
    await workbench.page.keyboard.type(kTyped, {delay: 30});
    await workbench.shows('the list', '.suggest-widget.visible', 'dmverity_signature');
    await settle(1500);
    await shoot('completion');
    await workbench.press('Escape', 'Control+Z', 'Control+Z');

    await workbench.file('boot-policy.pol');
    await workbench.command('ipec: Show the Decision Table');
    await workbench.until('the table', async () => /initramfs/.test(await workbench.text()));
    await workbench.command('View: Maximize Editor Group');
    await settle(1000);
    await shoot('table');
  } finally {
    await workbench.close();
    fs.rmSync(home, {recursive: true, force: true, maxRetries: 5});
  }
}

main(...process.argv.slice(2)).catch((error) => {
  console.log(error);
  process.exit(1);
});
