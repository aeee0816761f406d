// The words of the compiler's tables, read from the tables themselves.

'use strict';
const fs = require('fs');
const path = require('path');

function read(root) {
  const rows = (file, pattern) => {
    const text = fs.readFileSync(path.join(root, file), 'utf8').replace(/^\s*\/\/.*$/gm, '');
    const found = [...text.matchAll(pattern)].map((match) => match[1]);
    if (found.length === 0) throw new Error(`${file} has no row ${pattern}`);
    return found;
  };
  const vocabulary = 'runtime/include/ipec/runtime/vocabulary.def';
  return {
    // UNKNOWN is for operations without a name in the kernel: only in events, never in a policy.
    operations: rows(vocabulary, /^IPEC_OPERATION\(.*"(\w+)"\)/gm).filter((word) => word !== 'UNKNOWN'),
    aliases: rows('compiler/targets/words.def', /^IPEC_ALIAS\("(\w+)"/gm),
    booleans: rows(vocabulary, /^IPEC_PROPERTY\(\w+,\s*\d+,\s*Boolean,\s*"(\w+)"\)/gm),
    digests: rows(vocabulary, /^IPEC_PROPERTY\(\w+,\s*\d+,\s*Digest,\s*"(\w+)"\)/gm),
    algorithms: rows('compiler/targets/digest_algorithms.h', /^ +DigestAlgorithm\{"([\w-]+)"/gm),
  };
}

module.exports = {read};
