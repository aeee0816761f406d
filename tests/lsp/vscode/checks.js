// What the page must show, one check each: {name, files?, run}. `files` writes the files of a check before VS Code
// starts; `withoutServer`: the server has no part in it. Each check has its own files, so that they do not depend on each other.

'use strict';
const {spawnSync} = require('child_process');
const fs = require('fs');
const path = require('path');

const kHeader = 'policy_name=demo policy_version=1.0.0\nDEFAULT action=DENY\n';
const kBroken = kHeader + 'op=EXECUTE   boot_verified=yes action=ALLOW\nop=EXECUTE dmverity_signature=TRUE action=ALLOW\n';
const kUntidy = kHeader + 'op=EXECUTE   dmverity_signature=TRUE    action=ALLOW\n';
const kShadowed = kHeader + 'op=EXECUTE action=DENY\nop=EXECUTE dmverity_signature=TRUE action=ALLOW\n';

const kRows = '.suggest-widget.visible .monaco-list-row .label-name';
const kMarkers = '.markers-panel .monaco-list-row';

function equal(what, seen, wanted) {
  if (seen !== wanted) throw new Error(`${what}: ${JSON.stringify(seen)}, expected ${JSON.stringify(wanted)}`);
}

function write(name, text) {
  return (folder) => fs.writeFileSync(path.join(folder, name), text);
}

function command(ipec, folder, ...words) {
  return spawnSync(ipec, words, {cwd: folder, encoding: 'utf8'}).stdout;
}

// Waits until the panel of problems lists for a file exactly the findings with these words.
async function finds(page, name, ...wanted) {
  await page.command('Problems: Focus on Problems View');
  const filter = page.page.locator('.viewpane-filter input').first();
  await filter.fill(name);
  await page.until(`findings of ${name}`, async () => {
    const seen = (await page.page.locator(kMarkers).allInnerTexts()).filter((one) => /\[Ln/.test(one));
    const pass = seen.length === wanted.length && wanted.every((words) => seen.some((row) => words.every((one) => row.includes(one))));
    return {pass, seen};
  });
  await filter.fill('');
  await page.command('View: Hide Panel');
}

// Types at the end of the line and waits for a list that contains all of `wanted`.
async function offers(page, typed, ...wanted) {
  await page.page.keyboard.type(typed, {delay: 30});
  await page.until(`completion after typing ${JSON.stringify(typed)}`, async () => {
    const seen = await page.page.locator(kRows).allInnerTexts();
    return {pass: wanted.every((one) => seen.includes(one)), seen};
  });
}

const checks = [
  {
    name: 'findings',
    files: write('findings.pol', kBroken),
    // The panel of problems has each finding of `ipec lint`, with its message, code and place, and no other.
    async run(page, {ipec, folder}) {
      await page.file('findings.pol');
      const [result] = JSON.parse(command(ipec, folder, 'lint', '--output=json', 'findings.pol')).results;
      const wanted = result.diagnostics.map(({code, message, range}) =>
        [message, code, `[Ln ${range.start.line}, Col ${range.start.column}]`]);
      if (!wanted.length) throw new Error('the command finds nothing');
      await finds(page, 'findings.pol', ...wanted);
    },
  },
  {
    name: 'hover',
    files: write('hover.pol', kUntidy),
    async run(page) {
      await page.file('hover.pol');
      await page.line(3, 20);
      await page.command('Show or Focus Hover');
      await page.shows('the description of the property', '.monaco-hover:not(.hidden) .hover-contents', 'root hash was signed and verified');
    },
  },
  {
    name: 'completion',
    files(folder) {
      for (const name of ['operation', 'default', 'after', 'boolean']) write(`${name}.pol`, kHeader)(folder);
      write('default.pol', 'policy_name=demo policy_version=1.0.0\n')(folder);
    },
    // A list opens while one types, in unknown words, too.
    async run(page) {
      for (const [name, typed, wanted] of [
        ['operation', 'o', 'op='],
        ['default', 'D', 'DEFAULT action=…'],
        ['after', 'op=EXECUTE d', 'dmverity_signature='],
        ['boolean', 'op=EXECUTE dmverity_signature=T', 'TRUE'],
      ]) {
        await page.file(`${name}.pol`);
        await page.press('Control+End');
        await offers(page, typed, wanted);
        await page.press('Escape');
      }
    },
  },
  {
    name: 'fix',
    files: write('fix.pol', kBroken),
    async run(page) {
      await page.file('fix.pol');
      await page.shows('the finding', '.squiggly-error', '');
      await page.line(3, 29);
      await page.press('Control+.');
      const rows = '.action-widget .monaco-list-row';
      await page.shows('the fix', rows, 'replace with `TRUE`');
      await page.until('the fix to be selected', async () => {
        if ((await page.page.locator(`${rows}.focused`).allInnerTexts()).some((one) => one.includes('replace with `TRUE`'))) return true;
        await page.press('ArrowDown');
        return false;
      });
      await page.press('Enter');
      await page.until('the fixed text', async () => {
        const seen = await page.text();
        return {pass: seen.includes('boot_verified=TRUE') && !seen.includes('=yes'), seen};
      });
    },
  },
  {
    name: 'format',
    files: write('format.pol', kUntidy),
    async run(page, {ipec, folder}) {
      const wanted = spawnSync(ipec, ['fmt', '-'], {cwd: folder, encoding: 'utf8', input: kUntidy}).stdout;
      if (wanted === kUntidy) throw new Error('the command formats nothing');
      await page.file('format.pol');
      await page.command('Format Document');
      await page.until('the text that `ipec fmt` makes', async () => {
        const seen = await page.text();
        return {pass: seen.trimEnd() === wanted.trimEnd(), seen};
      });
    },
  },
  {
    name: 'rename',
    files: write('rename.pol', kHeader),
    async run(page) {
      await page.file('rename.pol');
      await page.line(1, 15);
      await page.command('Rename Symbol');
      const input = page.page.locator('.rename-box .rename-input');
      await page.until('the box for the name', () => input.isVisible());
      equal('the name that is offered', await input.inputValue(), 'demo');
      await input.fill('other');
      await page.press('Enter');
      await page.until('the new name', async () => {
        const seen = await page.text();
        return {pass: seen.startsWith('policy_name=other '), seen};
      });
    },
  },
  {
    name: 'outline',
    files: write('outline.pol', kUntidy),
    async run(page) {
      await page.file('outline.pol');
      await page.press('Control+Shift+O');
      const rows = '.quick-input-list .monaco-list-row';
      for (const one of ['demo', 'DEFAULT', 'EXECUTE', 'dmverity_signature=TRUE']) await page.shows('the outline', rows, one);
    },
  },
  {
    name: 'lens',
    files: write('lens.pol', kShadowed),
    // The lens above a rule that never decides leads to the rule that decides instead.
    async run(page) {
      await page.file('lens.pol');
      await page.line(4, 1);
      const lens = page.page.locator('.codelens-decoration a', {hasText: 'never decides: decided earlier by line 3'}).first();
      await page.until('the lens', () => lens.isVisible());
      await lens.click();
      await page.shows('the place of the cursor', '#status\\.editor\\.selection', 'Ln 3, ');
    },
  },
  {
    name: 'configuration',
    files(folder) {
      fs.mkdirSync(path.join(folder, 'configured'));
      write('configured/ipec.toml', 'target = "linux-6.12"\n')(folder);
      write('configured/kernel.pol', kUntidy + 'op=KERNEL_READ dmverity_signature=TRUE action=ALLOW\n')(folder);
    },
    // A change of ipec.toml applies to an open policy; a mistake in it is a finding at its place.
    async run(page) {
      await page.file('kernel.pol');
      await finds(page, 'kernel.pol', ['IPE0201']);
      await page.file('ipec.toml');
      await page.replace('target = "rfc-v7"\n');
      await page.press('Control+S');
      await finds(page, 'kernel.pol');
      await page.replace('target = "rfc-v8"\n');
      await finds(page, 'ipec.toml', ['rfc-v8', '[Ln 1, Col 10]']);
      equal('the number of notifications', await page.page.locator('.notifications-toasts .notification-toast').count(), 0);
    },
  },
  {
    name: 'explain',
    files: write('explain.pol', kBroken),
    // The code of a finding leads to its page, rendered, with colored policies.
    async run(page) {
      await page.file('explain.pol');
      await page.shows('the finding', '.squiggly-error', '');
      await page.line(3, 29);
      await page.command('Show or Focus Hover');
      const code = page.page.locator('.monaco-hover:not(.hidden) a', {hasText: 'IPE0305'}).first();
      await page.until('the code of the finding', () => code.isVisible());
      await code.click();
      const inner = page.page.frameLocator('iframe.webview').frameLocator('iframe');
      await page.until('the title of the page', async () => (await inner.locator('h1').allInnerTexts()).includes('IPE0305 boolean-expected'));
      const colored = (await inner.locator('pre code span').allInnerTexts()).map((one) => one.trim());
      for (const word of ['policy_name', 'DEFAULT', 'boot_verified', 'DENY', 'ALLOW']) {
        if (!colored.includes(word)) throw new Error(`${word} has no color of its own: ${JSON.stringify(colored)}`);
      }
      const styleOf = (word) => inner.locator('pre code span', {hasText: word}).first().evaluate((one) => {
        const {color, display} = getComputedStyle(one);
        return {color, display};
      });
      const [allow, deny] = [await styleOf('ALLOW'), await styleOf('DENY')];
      equal('the layout', `${allow.display} ${deny.display}`, 'inline inline');
      if (allow.color === deny.color) throw new Error(`ALLOW and DENY are both ${allow.color}`);
    },
  },
  {
    name: 'markdown',
    files: write('policy.md', `# A policy\n\n\`\`\`ipe good\n${kUntidy}\`\`\`\n`),
    // Fenced policies have their colors in the source of Markdown, too.
    withoutServer: true,
    async run(page) {
      await page.file('policy.md');
      const color = (word) => page.page.evaluate((wanted) => {
        const found = [...document.querySelectorAll('.editor-group-container.active .view-line span span')];
        const one = found.find((span) => span.textContent.trim() === wanted);
        return one ? getComputedStyle(one).color : null;
      }, word);
      await page.until('colors of ALLOW and DENY that differ', async () => {
        const seen = [await color('ALLOW'), await color('DENY'), await color('EXECUTE')];
        return {pass: seen.every(Boolean) && new Set(seen).size === 3, seen};
      });
    },
  },
  {
    name: 'table',
    files: write('table.pol', kUntidy),
    async run(page) {
      await page.file('table.pol');
      await page.command('ipec: Show the Decision Table');
      await page.until('operations and places', async () => {
        const seen = await page.text();
        return {pass: /initramfs +DENY 2/.test(seen) && /signed +ALLOW 3/.test(seen), seen};
      });
    },
  },
  {
    name: 'evaluate',
    files: write('evaluate.pol', kUntidy),
    // A lens above a rule offers an event that the rule decides; the answer is at the line that decides.
    async run(page) {
      await page.file('evaluate.pol');
      const lens = page.page.locator('.codelens-decoration a', {hasText: 'evaluate'}).first();
      await page.until('the lens', () => lens.isVisible());
      await lens.click();
      const input = page.page.locator('.quick-input-widget input').first();
      await page.until('the event of the rule', async () => {
        const seen = await input.inputValue();
        return {pass: seen.includes('"op":"EXECUTE"') && seen.includes('"signed":true'), seen};
      });
      await page.press('Enter');
      await page.until('the answer at the line', async () => {
        const seen = await page.page.evaluate(() => [...document.querySelectorAll('.editor-group-container.active .view-line span')]
          .map((span) => getComputedStyle(span, '::after').content).filter((one) => one !== 'none' && one !== 'normal'));
        return {pass: seen.some((one) => one.replace(/\u00a0/g, ' ').includes('ALLOW, by line 3')), seen};
      });
    },
  },
  {
    name: 'within',
    files(folder, root, ipec) {
      write('within.pol', kUntidy)(folder);
      const made = spawnSync(ipec, ['compile', 'within.pol', '-o', 'within.ipet'], {cwd: folder, encoding: 'utf8'});
      if (made.status) throw new Error(made.stderr);
      const key = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', 'key.pem', '-out', 'cert.pem', '-subj', '/CN=x', '-days', '2'];
      spawnSync('openssl', key, {cwd: folder});
      const sign = ['smime', '-sign', '-binary', '-nodetach', '-noattr', '-outform', 'der', '-in', 'within.pol', '-signer', 'cert.pem'];
      const signed = spawnSync('openssl', [...sign, '-inkey', 'key.pem', '-out', 'signed.p7b'], {cwd: folder, encoding: 'utf8'});
      if (signed.status) throw new Error(signed.stderr);
    },
    // A signed and a compiled file open as the policy in them.
    async run(page) {
      for (const [name, wanted] of [['signed.p7b', kUntidy.trim()], ['within.ipet', 'op=EXECUTE dmverity_signature=TRUE action=ALLOW']]) {
        await page.pick('Control+P', name, name);
        await page.until(`the policy in ${name}`, async () => {
          const seen = await page.text();
          return {pass: seen.includes(wanted), seen};
        });
        await page.shows('the language', '#status\\.editor\\.mode', 'IPE policy');
      }
    },
  },
  {
    name: 'target',
    files: write('targets.pol', kUntidy + 'op=KERNEL_READ dmverity_signature=TRUE action=ALLOW\n'),
    // The status bar shows the targets in force and changes them.
    async run(page) {
      const item = '#ipec\\.ipec\\.ipec\\.status';
      await page.file('targets.pol');
      await page.shows('the default target', item, 'linux-6.12');
      await page.page.locator(`${item} a`).first().click();
      const rows = page.page.locator('.quick-input-list .monaco-list-row');
      await rows.filter({hasText: 'Select targets…'}).first().click();
      for (const name of ['rfc-v7', 'linux-6.12']) {
        await rows.filter({hasText: new RegExp(`^${name}`)}).first().locator('input[type=checkbox], .monaco-checkbox').first().click();
      }
      await page.press('Enter');
      await page.shows('the new target', item, /rfc-v7$/);
      await finds(page, 'targets.pol');
    },
  },
  {
    name: 'missing',
    // One notification, with a button that opens the setting.
    withoutServer: true,
    async run(page) {
      await page.command('Preferences: Open Remote Settings (JSON)');
      await page.until('the settings', async () => (await page.text()).includes('ipec.path'));
      await page.replace(JSON.stringify({'ipec.path': '/no/such/ipec'}));
      await page.press('Control+S');
      const toasts = page.page.locator('.notifications-toasts .notification-toast');
      await page.shows('the notification', '.notifications-toasts .notification-toast', '`/no/such/ipec` does not start');
      equal('the number of notifications', await toasts.count(), 1);
      await toasts.getByText('Open Settings').click();
      await page.shows('the setting', '.settings-editor .setting-item-contents', 'The program');
    },
  },
];

module.exports = {checks};
