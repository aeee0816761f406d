// The policies of the project: examples/ and the golden files, each {name, text, target}.

'use strict';
const fs = require('fs');
const path = require('path');

function filesBelow(directory) {
  return fs.readdirSync(directory, {withFileTypes: true}).sort((a, b) => (a.name < b.name ? -1 : 1)).flatMap((entry) => {
    const file = path.join(directory, entry.name);
    return entry.isDirectory() ? filesBelow(file) : [file];
  });
}

// The names in the rows of targets.def.
function targetsOf(root) {
  const rows = fs.readFileSync(path.join(root, 'compiler/targets/targets.def'), 'utf8');
  return [...rows.matchAll(/^IPEC_TARGET\(\w+,\s*"([^"]+)"/gm)].map(([, name]) => name);
}

// A golden file is a policy up to its first section. Bytes are read as Latin-1, so that every byte is a character.
function policiesBelow(root) {
  const targets = targetsOf(root);
  const files = ['examples', 'tests/golden'].flatMap((directory) => filesBelow(path.join(root, directory)));
  return files.filter((file) => file.endsWith('.pol')).map((file) => {
    const text = fs.readFileSync(file, 'latin1').split(/^# --- /m)[0];
    const target = /^# (?:ARGS:.*--target=|Target: )([\w.-]+)/m.exec(text);
    // Some golden files name a target that does not exist: use the default target for these.
    return {name: path.relative(root, file), text, target: target && targets.includes(target[1]) ? target[1] : 'linux-6.12'};
  });
}

module.exports = {policiesBelow};
