#!/usr/bin/env python3
"""The lines of the READMEs in lsp/editors, in a fresh home directory: readmes_test.py IPEC ROOT

Runs the first block of each README as a newcomer would, then starts the editor, without further options, on a policy
with a finding. vsix_test.py and vscode/ run those of VS Code. Exit status: 0, 1, or 77 (skipped) if no editor is
installed; if CI is set, each must be.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib

SKIPPED = 77
HEADER = "policy_name=demo policy_version=1.0.0\nDEFAULT action=DENY\n"
# A duplicate, which only `ipec lint` reports, and an operation that only the target in ipec.toml has.
POLICY = HEADER + ("op=KERNEL_READ   dmverity_signature=TRUE action=ALLOW\nop=EXECUTE dmverity_signature=TRUE action=ALLOW\n"
                   "op=EXECUTE dmverity_signature=TRUE action=ALLOW\n")
FINDING = "this rule duplicates line 4"
CONFIG = 'target = "rfc-v7"\n[format]\nsort-properties = true\nalign = true\n'

NEOVIM = """
lua vim.wait(15000, function() return #vim.diagnostic.get(0) > 0 end, 50)
lua found = vim.tbl_map(function(one) return one.message end, vim.diagnostic.get(0))
lua answer = {filetype = vim.bo.filetype, findings = found, messages = vim.fn.execute('messages')}
lua vim.fn.writefile({vim.fn.json_encode(answer)}, os.getenv('ANSWER'))
qall!
"""
VIM = """
silent! make!
let g:found = map(getqflist(), {_, one -> one.lnum . ': ' . one.text})
normal! gggqG
call writefile([json_encode({'filetype': &filetype, 'findings': g:found, 'text': getline(1, '$')})], $ANSWER)
qall!
"""
EMACS = """(let ((text (json-encode (list (cons 'filetype (symbol-name major-mode)) (cons 'hook (format "%s" ipe-mode-hook))))))
  (with-temp-file (getenv "ANSWER") (insert text)))"""


def blocks(root, editor, language):
    with open(os.path.join(root, "lsp/editors", editor, "README.md"), encoding="utf-8") as stream:
        return re.findall(rf"^```{language}\n(.*?)^```$", stream.read(), re.M | re.S)


class Home:
    """A home directory, a project with an ipec.toml and a policy, and `ipec` in PATH."""

    def __init__(self, directory, ipec, root):
        self.directory, self.root = directory, root
        programs, self.project = os.path.join(directory, "bin"), os.path.join(directory, "project")
        os.makedirs(programs)
        os.makedirs(self.project)
        os.symlink(ipec, os.path.join(programs, "ipec"))
        for name, text in (("a.pol", POLICY), ("ipec.toml", CONFIG)):
            with open(os.path.join(self.project, name), "w", encoding="utf-8") as stream:
                stream.write(text)
        kept = {name: value for name, value in os.environ.items() if not name.startswith("XDG_")}
        self.environment = dict(kept, HOME=directory, TERM="dumb", LC_ALL="C.UTF-8", ANSWER=os.path.join(directory, "answer"),
                                PATH=programs + os.pathsep + os.environ["PATH"])

    def run(self, command, where):
        done = subprocess.run(command, cwd=where, env=self.environment, check=False, stdin=subprocess.DEVNULL, timeout=120,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        return done.returncode, done.stdout.decode("utf-8", "replace")

    def install(self, lines):
        status, output = self.run(["bash", "-eu", "-c", lines], self.root)
        if status:
            raise AssertionError(f"the lines of the README end with {status}: {output}")

    def script(self, name, text):
        path = os.path.join(self.directory, name)
        with open(path, "w", encoding="utf-8") as stream:
            stream.write(text)
        return path

    def answer(self, command):
        _, output = self.run(command, self.project)
        try:
            with open(self.environment["ANSWER"], encoding="utf-8") as stream:
                return json.load(stream)
        except OSError as error:
            raise AssertionError(f"no answer; it prints {output}") from error


def equal(what, seen, wanted):
    if seen != wanted:
        raise AssertionError(f"{what}: {seen!r}, expected {wanted!r}")


def neovim(home):
    [lines] = blocks(home.root, "neovim", "sh")
    home.install(lines)
    answer = home.answer(["nvim", "--headless", "a.pol", "-S", home.script("script.vim", NEOVIM)])
    equal("the file type", answer["filetype"], "ipe")
    equal("the findings", [one for one in answer["findings"] if FINDING in one][:1], [FINDING])
    equal("errors at the start", re.findall(r"E\d+:.*", answer["messages"]), [])


def vim(home):
    [lines] = blocks(home.root, "vim", "sh")
    home.install(lines)
    answer = home.answer(["vim", "--not-a-term", "-n", "a.pol", "-S", home.script("script.vim", VIM)])
    equal("the file type", answer["filetype"], "ipe")
    findings = [one for one in answer["findings"] if FINDING in one]
    if not findings or any("KERNEL_READ" in one for one in answer["findings"]):
        raise AssertionError(f":make lists {answer['findings']}, not those of `ipec lint` with this ipec.toml")
    wanted = subprocess.run(["ipec", "fmt", "--stdin-filename=a.pol", "-"], cwd=home.project, env=home.environment, check=True,
                            input=POLICY.encode(), stdout=subprocess.PIPE).stdout.decode()
    if wanted == POLICY:
        raise AssertionError("`ipec fmt` changes nothing")
    equal("the text after gq", "\n".join(answer["text"]) + "\n", wanted)


def emacs(home):
    [lines] = blocks(home.root, "emacs", "elisp")
    init = home.script("init.el", lines.replace("/path/to/ipec", home.root))
    packages = "(progn (require 'package) (require 'json) (package-initialize))"
    answer = home.answer(["emacs", "--batch", "--eval", packages, "-l", init, "a.pol", "-l", home.script("script.el", EMACS)])
    equal("the mode", answer["filetype"], "ipe-mode")
    equal("the hook", answer["hook"], "(eglot-ensure)")


def kate(home):
    [lines] = blocks(home.root, "kate", "sh")
    home.install(lines)
    home.environment["QT_QPA_PLATFORM"] = "offscreen"
    _, page = home.run(["kate-syntax-highlighter", "a.pol"], home.project)
    equal("the syntax", "Definition (IPE policy)" in page, True)
    with open(os.path.join(home.directory, ".config/kate/lspclient/settings.json"), encoding="utf-8") as stream:
        server = json.load(stream)["servers"]["ipe"]
    equal("the mode of the server", bool(re.fullmatch(server["highlightingModeRegex"], "IPE policy")), True)
    equal("the command", server["command"], ["ipec", "lsp"])


def helix(home):
    [lines] = blocks(home.root, "helix", "sh")
    home.install("\n".join(line for line in lines.splitlines() if not line.startswith("hx ") or shutil.which("hx")))
    with open(os.path.join(home.directory, ".config/helix/languages.toml"), "rb") as stream:
        settings = tomllib.load(stream)
    equal("the command", settings["language-server"]["ipec"]["command"], "ipec")


EDITORS = {"neovim": ("nvim", neovim), "vim": ("vim", vim), "emacs": ("emacs", emacs), "helix": (None, helix),
           "kate": ("kate-syntax-highlighter", kate)}
ELSEWHERE = {"vscode"}


def main(ipec, root):
    editors = os.path.join(root, "lsp/editors")
    known = set(EDITORS) | ELSEWHERE
    problems = [f"no test runs the lines in lsp/editors/{name}/README.md" for name in sorted(os.listdir(editors))
                if os.path.isdir(os.path.join(editors, name)) and name not in known]
    ran = 0
    for name, (program, check) in EDITORS.items():
        if program and not shutil.which(program):
            print(f"there is no {program}; .ci/install --tests gets it")
            if os.environ.get("CI"):
                problems.append(f"{name} is missing")
            continue
        with tempfile.TemporaryDirectory(prefix="ipec-home-", ignore_cleanup_errors=True) as directory:
            try:
                check(Home(directory, ipec, root))
                ran += 1
            except AssertionError as error:
                problems.append(f"{name}: {error}")
    print("\n".join(problems) if problems else f"the lines of {ran} READMEs work")
    return 1 if problems else 0 if ran else SKIPPED


if __name__ == "__main__":
    sys.exit(main(*map(os.path.abspath, sys.argv[1:])))
