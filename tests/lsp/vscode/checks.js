// What the page must show, one check each: {name, files?, run}. `files` writes the files of a check before VS Code
// starts; each check has its own files, so that they do not depend on each other.

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
      const wanted = result.diagnostics.map(({code, message, range}) => [message, code, `[Ln ${range.start.line}, Col ${range.start.column}]`]);
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
      write('configured/target.pol', kUntidy + 'op=KERNEL_READ dmverity_signature=TRUE action=ALLOW\n')(folder);
    },
    // A change of ipec.toml applies to an open policy; a mistake in it is a finding at its place.
    async run(page) {
      await page.file('target.pol');
      await finds(page, 'target.pol', ['IPE0201']);
      await page.file('ipec.toml');
      await page.replace('target = "rfc-v7"\n');
      await page.press('Control+S');
      await finds(page, 'target.pol');
      await page.replace('target = "rfc-v8"\n');
      await finds(page, 'ipec.toml', ['rfc-v8', '[Ln 1, Col 10]']);
    },
  },
];

module.exports = {checks};
