#!/usr/bin/env python3
"""The files in lsp/editors work in their editor: editor_test.py EDITOR ROOT [IPEC]

EDITOR is vim or emacs, run without a terminal: it must highlight the words of the compiler's tables and report errors.
With eglot, Emacs edits a policy with the language server of IPEC.
Exit status: 0, 1, or 77 (skipped) if the editor is missing, which is a failure if CI is set.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

SKIPPED = 77


def rows(root, file, pattern):
    with open(os.path.join(root, file), encoding="utf-8") as stream:
        found = re.findall(pattern, re.sub(r"^\s*//.*$", "", stream.read(), flags=re.M), re.M)
    if not found:
        raise SystemExit(f"{file} has no row {pattern}")
    return found


def words(root):
    """Reads them as words.js does."""
    vocabulary = "runtime/include/ipec/runtime/vocabulary.def"
    operations = rows(root, vocabulary, r'^IPEC_OPERATION\(.*"(\w+)"\)')
    return {
        "operations": [word for word in operations if word != "UNKNOWN"],  # only in events, never in a policy
        "aliases": rows(root, "compiler/targets/words.def", r'^IPEC_ALIAS\("(\w+)"'),
        "booleans": rows(root, vocabulary, r'^IPEC_PROPERTY\(\w+,\s*\d+,\s*Boolean,\s*"(\w+)"\)'),
        "digests": rows(root, vocabulary, r'^IPEC_PROPERTY\(\w+,\s*\d+,\s*Digest,\s*"(\w+)"\)'),
        "algorithms": rows(root, "compiler/targets/digest_algorithms.h", r'^ +DigestAlgorithm\{"([\w-]+)"'),
    }


def vim(root, here, answer):
    before = f"let g:root = {json.dumps(root)} | let g:answer = {json.dumps(answer)} | let g:words = {json.dumps(words(root))}"
    return ["vim", "-N", "-u", "NONE", "-i", "NONE", "-n", "-es", "--cmd", before, "-S", os.path.join(here, "vim_test.vim")]


def emacs(root, here, answer):
    table = " ".join(f"({name} {' '.join(json.dumps(word) for word in all)})" for name, all in words(root).items())
    before = f"(setq ipec-root {json.dumps(root)} ipec-answer {json.dumps(answer)} ipec-words '({table}))"
    return ["emacs", "-Q", "--batch", "--eval", before, "-l", os.path.join(here, "emacs_test.el")]


def eglot(root, here, answer, ipec):
    before = f"(setq ipec-root {json.dumps(root)} ipec-answer {json.dumps(answer)} ipec-program {json.dumps(ipec)})"
    return ["emacs", "-Q", "--batch", "--eval", before, "-l", os.path.join(here, "eglot_test.el")]


def missing(what):
    print(f"there is no {what}; .ci/install --tests gets it")
    return 1 if os.environ.get("CI") else SKIPPED


def main(editor, root, *ipec):
    program = "emacs" if editor == "eglot" else editor
    if not shutil.which(program):
        return missing(program)
    with tempfile.TemporaryDirectory(prefix="ipec-editor-") as home:
        answer = os.path.join(home, "answer")
        here = os.path.dirname(os.path.abspath(__file__))
        command = {"vim": vim, "emacs": emacs, "eglot": eglot}[editor](root, here, answer, *ipec)
        environment = dict(os.environ, HOME=home, TERM="dumb", LC_ALL="C.UTF-8")
        done = subprocess.run(command, env=environment, check=False, stdin=subprocess.DEVNULL, timeout=120,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        if not os.path.exists(answer):
            print(done.stdout.decode("utf-8", "replace"))
            print(f"{editor} ended with {done.returncode} and without an answer")
            return 1
        with open(answer, encoding="utf-8") as stream:
            failures = stream.read().strip()
    if done.returncode == SKIPPED:
        return missing(editor)
    print(failures or f"{editor} and lsp/editors work together")
    return 1 if failures or done.returncode else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], *map(os.path.abspath, sys.argv[2:])))
