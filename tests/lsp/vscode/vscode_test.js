// A user's session with VS Code and the extension: vscode_test.js MODULES VSIX IPEC ROOT [--only=CHECK]… [--keep=DIRECTORY] [--prove]
//
// Looks at the page alone. Policies, findings and texts that it expects come from the command line. A failed check
// prints what the page shows; --keep writes a screenshot of each to DIRECTORY. --prove: the server has nothing to say
// (mute.js), and the test passes if each check fails.
// Exit status: 0, 1, or 77 (skipped, with the reason): without node 20, and without Chromium or ripgrep, which is a
// failure if CI is set.

'use strict';
const fs = require('fs');
const os = require('os');
const path = require('path');
const {checks} = require('./checks.js');
const {Workbench} = require('./workbench.js');

const kSkipped = 77;

function missing(vsix) {
  for (const program of ['/usr/bin/chromium', '/usr/bin/rg']) {
    if (!fs.existsSync(program)) return `there is no ${program}; .ci/install --tests gets it`;
  }
  return fs.existsSync(vsix) ? undefined : `there is no ${vsix}; lsp_vsix_test makes it`;
}

async function main(modules, vsix, ipec, root, ...options) {
  if (!/^v20\./.test(process.version)) {
    console.log(`skipped: the server of VS Code requires node 20; this is ${process.version}`);
    return kSkipped;
  }
  const reason = missing(vsix);
  if (reason) {
    console.log(process.env.CI ? `failed, since CI is set: ${reason}` : `skipped: ${reason}`);
    return process.env.CI ? 1 : kSkipped;
  }
  const only = options.filter((one) => one.startsWith('--only=')).map((one) => one.slice(7));
  const keep = options.find((one) => one.startsWith('--keep='))?.slice(7);
  const proves = options.includes('--prove');
  const home = fs.mkdtempSync(path.join(os.tmpdir(), 'ipec-vscode-'));
  const folder = path.join(home, 'policies');
  fs.mkdirSync(folder);
  const begin = Date.now();
  const settings = {
    'ipec.path': proves ? path.join(__dirname, 'mute.js') : ipec,
    'ipec.codeLens.enable': true,
    'editor.minimap.enabled': false,
    'extensions.autoCheckUpdates': false,
    'git.enabled': false,
    'security.workspace.trust.enabled': false,
    'telemetry.telemetryLevel': 'off',
    'typescript.disableAutomaticTypeAcquisition': true,
    'workbench.startupEditor': 'none',
  };
  let failures = 0;
  let ran = 0;
  let workbench;
  try {
    for (const check of checks) check.files?.(folder, root, ipec);
    process.env.IPEC_MUTED = ipec;
    workbench = await Workbench.start({modules, vsix, home, settings, patience: proves ? 4000 : 30000});
    await workbench.open(folder);
    console.log(`${((Date.now() - begin) / 1000).toFixed(1)} s: VS Code is open`);
    for (const check of checks) {
      if ((only.length && !only.includes(check.name)) || (proves && check.withoutServer)) continue;
      const from = Date.now();
      ran += 1;
      try {
        await check.run(workbench, {folder, root, ipec});
        console.log(`${((Date.now() - from) / 1000).toFixed(1)} s: ${check.name}`);
      } catch (error) {
        failures += 1;
        console.log(`FAILED: ${check.name}: ${error.message}`);
        if (keep) await workbench.page.screenshot({path: path.join(keep, `${check.name}.png`)});
      }
      for (let i = 0; i < 3; i += 1) await workbench.press('Escape');
    }
  } finally {
    await workbench?.close();
    fs.rmSync(home, {recursive: true, force: true, maxRetries: 5});
  }
  console.log(`${ran} checks, ${failures} failed`);
  return ran === 0 || failures !== (proves ? ran : 0) ? 1 : 0;
}

main(...process.argv.slice(2)).then(
  (status) => process.exit(status),
  (error) => {
    console.log(error);
    process.exit(1);
  },
);
