#!/usr/bin/env python3
"""Completion in real shells, and man pages as mandoc reads them: completion_test.py IPEC ROOT BUILD

Each shell gets the script that `ipec completion` prints. Bash calls its function; zsh and fish run in a terminal of
their own, or are asked by their own command.
"""

import json
import os
import pty
import re
import select
import shutil
import subprocess
import sys
import tempfile
import time
import unittest

IPEC, ROOT, BUILD = "", "", ""
CI = bool(os.environ.get("CI"))
FILES = ["a.pol", "b.claims", "notes.txt", "inventory.json", "dir/c.pol", "key.pem", "d e.pol"]


def run(*args, stdin=None):
    done = subprocess.run([IPEC, *args], input=stdin, capture_output=True, check=False, timeout=60, text=True)
    assert done.returncode == 0, (args, done.stderr)
    return done.stdout


def needs(program):
    def decorate(test):
        missing = shutil.which(program) is None
        assert not (missing and CI), f"{program} is missing"
        return unittest.skipIf(missing, f"{program} is not installed")(test)
    return decorate


class InDirectory(unittest.TestCase):
    def setUp(self):
        place = tempfile.TemporaryDirectory(prefix="ipec-completion-")
        self.addCleanup(place.cleanup)
        os.chdir(place.name)
        os.makedirs("dir")
        for name in FILES:
            with open(name, "w", encoding="ascii"):
                pass
        os.makedirs("bin")
        os.symlink(IPEC, "bin/ipec")
        self.environment = {"PATH": os.path.abspath("bin") + ":" + os.environ["PATH"], "HOME": place.name, "TERM": "dumb"}


# A line, and the words that are offered: of a set, at least these and none of the others.
CASES = [
    ("ipec che", {"check"}, set()),
    ("ipec check --for", {"--format="}, {"--target="}),
    ("ipec check --format=", {"text", "json", "sarif"}, {"github"}),
    ("ipec check --format=j", {"json"}, {"text"}),
    ("ipec diff --output=g", {"github"}, {"text"}),
    ("ipec lint --output=", {"checkstyle", "rdjson"}, {"markdown"}),
    ("ipec check --target=rfc", {"rfc-v7"}, {"linux-6.12"}),
    ("ipec check --target rfc", {"rfc-v7"}, {"linux-6.12"}),
    ("ipec lint --select=IPE020", {"IPE0201"}, {"IPE0301"}),
    ("ipec lint --ignore=unknown-op", {"unknown-operation"}, set()),
    ("ipec diff --only=KM", {"KMODULE"}, {"EXECUTE"}),
    ("ipec explain weaker", {"weaker-than-base"}, set()),
    ("ipec help ro", {"rollout"}, {"render"}),
    ("ipec completion ", {"bash", "zsh", "fish"}, set()),
    ("ipec check ", {"a.pol", "b.claims", "dir/"}, {"notes.txt", "key.pem"}),
    ("ipec check dir/", {"dir/c.pol"}, set()),
    ("ipec lint --with=", {"inventory.json", "dir/"}, {"a.pol"}),
    ("ipec sign --key=k", {"key.pem"}, set()),
    ("ipec replay --policies=", {"dir/"}, {"a.pol"}),
    ("ipec check nothing-here", set(), {"a.pol"}),
    ("ipec frobnicate ", set(), {"a.pol", "check"}),
    ("ipec check n", {"notes.txt"}, set()),  # no policy begins with it
]
# Bash replaces only the part behind `=` or `:`; zsh and fish the whole word.
BASH = """
eval "$(ipec completion bash)"
COMP_LINE=$1; shift
COMP_WORDS=("$@"); COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
compopt() { :; }
_ipec
printf '%s\\n' "${COMPREPLY[@]}"
"""


def bash_words(line):
    """As readline splits a line: at spaces, and `=` and `:` are words."""
    words = [word for part in line.split() for word in re.findall(r"[=:]|[^=:]+", part)]
    if line.endswith(" "):
        words.append("")
    return words


class Shells(InDirectory):
    def check(self, complete):
        for line, offered, left_out in CASES:
            with self.subTest(line=line):
                words = complete(line)
                self.assertLessEqual(offered, words, line)
                self.assertFalse(left_out & words, line)

    @needs("bash")
    def test_bash(self):
        def complete(line):
            done = subprocess.run(["bash", "--norc", "-c", BASH, "bash", line, *bash_words(line)], capture_output=True,
                                  check=True, text=True, env=self.environment, timeout=60)
            self.assertFalse(done.stderr)
            return set(done.stdout.split("\n")) - {""}
        self.check(complete)
        self.assertEqual(complete("ipec check --format=json d"), {"dir/", "d\\ e.pol"})
        self.assertEqual(complete("ipec lint --output=json:not"), {"notes.txt"})

    @needs("fish")
    def test_fish(self):
        script = run("completion", "fish")
        def complete(line):
            done = subprocess.run(["fish", "--no-config", "-c", script + "\ncomplete -C (string join '' -- $argv[1])", line],
                                  capture_output=True, check=True, text=True, env=self.environment, timeout=60)
            self.assertFalse(done.stderr)
            words = {row.split("\t")[0] for row in done.stdout.split("\n")} - {""}
            return {re.sub(r"^--[a-z-]+=", "", word) if "=" in line else word for word in words}
        self.check(complete)

    @needs("zsh")
    def test_zsh(self):
        """In a terminal: Control-D lists the candidates."""
        os.makedirs("functions")
        with open("functions/_ipec", "w", encoding="utf-8") as stream:
            stream.write(run("completion", "zsh"))
        with open(".zshrc", "w", encoding="ascii") as stream:
            stream.write("fpath=($HOME/functions $fpath)\nautoload -U compinit\ncompinit -u -D\nPS1='> '\n"
                         "unsetopt beep\nLISTMAX=10000\nzstyle ':completion:*' list-prompt ''\n")
        pid, terminal = pty.fork()
        if pid == 0:
            os.execvpe("zsh", ["zsh", "-i"], self.environment | {"ZDOTDIR": self.environment["HOME"], "COLUMNS": "200"})
        try:
            self.read(terminal, b"> ")
            for line, offered, left_out in CASES:
                with self.subTest(line=line):
                    os.write(terminal, line.encode() + b"\x04")
                    screen = self.read(terminal, None)
                    shown = set(screen.partition("\n")[2].split())
                    for word in offered:  # of a path, the last part is shown
                        last = re.sub(r".*/(?=.)", "", word)
                        self.assertTrue(any(one.endswith(last) for one in shown), (word, screen))
                    self.assertFalse(left_out & shown, screen)
                    os.write(terminal, b"\x15")  # empties the line
                    self.read(terminal, None)
        finally:
            os.close(terminal)
            os.kill(pid, 9)
            os.waitpid(pid, 0)

    @staticmethod
    def read(terminal, until):
        """Until these bytes, or until nothing more comes for half a second."""
        text = b""
        end = time.monotonic() + 30
        while time.monotonic() < end:
            ready, _, _ = select.select([terminal], [], [], 10 if until else 0.5)
            if not ready:
                break
            text += os.read(terminal, 65536)
            if until is not None and text.endswith(until):
                break
        return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]|\r", "", text.decode(errors="replace"))


class ManPages(InDirectory):
    def pages(self):
        listed = re.findall(r"^  (\w+)  ", run("--help"), re.M)
        self.assertGreater(len(listed), 15)
        return {"ipec": run("help", "--man")} | {f"ipec-{name}": run("help", "--man", name) for name in listed}

    @staticmethod
    def topics():
        return {name: run("help", "--man", name) for name in ("ipe-policy", "ipec-runtime", "ipec.toml")}

    @staticmethod
    def plain(words):
        return re.sub(r"[\s`]+", "", words)

    @needs("mandoc")
    def test_mandoc(self):
        for name, page in (self.pages() | self.topics()).items():
            with self.subTest(page=name):
                done = subprocess.run(["mandoc", "-T", "lint", "-W", "style"], input=page, capture_output=True, check=False, text=True)
                # Pages need not be installed here.
                said = [line for line in done.stdout.splitlines() if "referenced manual not found" not in line]
                self.assertEqual(said, [])

    def test_installed(self):
        """Below a DESTDIR: every page, and each script where its shell looks."""
        subprocess.run(["cmake", "--install", BUILD, "--prefix", "/usr"], check=True, stdout=subprocess.DEVNULL,
                       env=os.environ | {"DESTDIR": os.path.abspath("root")})
        for name, page in self.pages().items():
            with open(f"root/usr/share/man/man1/{name}.1", encoding="ascii") as stream:
                self.assertEqual(stream.read(), page)
        for name, page in self.topics().items():
            section = re.search(r"^\.Dt .* (\d)$", page, re.M).group(1)
            with open(f"root/usr/share/man/man{section}/{name}.{section}", encoding="ascii") as stream:
                self.assertEqual(stream.read(), page)
        for shell, path in (("bash", "bash-completion/completions/ipec"), ("zsh", "zsh/site-functions/_ipec"),
                            ("fish", "fish/vendor_completions.d/ipec.fish")):
            with open(f"root/usr/share/{path}", encoding="utf-8") as stream:
                self.assertEqual(stream.read(), run("completion", shell))

    @needs("mandoc")
    def test_topics(self):
        """Every word of the tables has a paragraph, in the page and in the text for a terminal."""
        with open(os.path.join(ROOT, "runtime/include/ipec/runtime/vocabulary.def"), encoding="utf-8") as stream:
            rows = re.findall(r'^IPEC_(OPERATION|PROPERTY)\(.*"(\w+)"\)', stream.read(), re.M)
        words = [word + ("=" if kind == "PROPERTY" else "") for kind, word in rows if word != "UNKNOWN"]
        words += re.findall(r"^  (\S+)$", run("targets"), re.M) + ["DEFAULT", "policy_version", "KERNEL_READ"]
        with open(os.path.join(ROOT, "lsp/editors/vscode/ipec.schema.json"), encoding="utf-8") as stream:
            schema = json.load(stream)["properties"]
        keys = []
        for key, value in schema.items():
            keys += [f"{key}.{one}" for one in value["properties"]] if "properties" in value else [key]
        self.assertGreater(len(words), 15)
        self.assertGreater(len(keys), 15)
        with open(os.path.join(ROOT, "runtime/include/ipec/runtime/runtime.h"), encoding="utf-8") as stream:
            header = stream.read()
        functions = re.findall(r"^IPEC_RUNTIME_API [^;]*?(\w+)\(", header, re.M)
        self.assertEqual(len(functions), header.count("IPEC_RUNTIME_API "))
        functions += re.findall(r"^(?:typedef )?((?:struct|enum) \w+) \{", header, re.M)
        for name, terms in (("ipe-policy", words), ("ipec-runtime", functions), ("ipec.toml", keys)):
            text = subprocess.run(["mandoc", "-T", "utf8", "-O", "width=200"], input=run("help", "--man", name), capture_output=True,
                                  check=True, text=True).stdout
            for shown in (re.sub(".\x08", "", text), run("help", name)):
                for term in terms:
                    self.assertRegex(shown, rf"(?m)^ +(typedef )?{re.escape(term)}")
        longest = max(map(len, run("help", "ipe-policy").splitlines()))
        self.assertLessEqual(longest, 100)

    def test_findings(self):
        for what in ("duplicate-default", "IPE0107", "ESTALE"):
            self.assertEqual(run("help", what), run("explain", what))

    @needs("mandoc")
    def test_same_words_as_the_help(self):
        for name, page in self.pages().items():
            with self.subTest(page=name):
                text = subprocess.run(["mandoc", "-T", "utf8", "-O", "width=200"], input=page, capture_output=True,
                                      check=True, text=True).stdout
                text = re.sub(".\x08", "", text)  # bold and underlined
                help_text = run("help", *name.split("-")[1:])
                for option in re.findall(r"^  (--?[a-z][^\s]*)", help_text, re.M):
                    self.assertIn(self.plain(option), self.plain(text))
                paragraphs = help_text.split("\n\n")
                for sentence in paragraphs[-1 if name == "ipec" else 1].splitlines():
                    self.assertIn(self.plain(sentence), self.plain(text))


class Wrong(unittest.TestCase):
    def test_every_value_has_a_row(self):
        """Whatever a usage line or an option names is in values.def."""
        with open(os.path.join(ROOT, "compiler/manual/values.def"), encoding="utf-8") as stream:
            rows = set(re.findall(r'^IPEC_VALUE\("([^"]+)"', stream.read(), re.M))
        named = set()
        for command in re.findall(r"^  (\w+)  ", run("--help"), re.M):
            text = run("help", command)
            named |= {one or other for one, other in re.findall(r"^  --?[a-zA-Z-]+(?:\[=(\S+)\]|[= ](\S+))  ", text, re.M)}
            named |= set(re.findall(r"[A-Z]+", text.split("\n", 1)[0].replace("OPTION", "")))
        named = {word for value in named for word in ([value] if value in rows else value.split("|"))} - {"U", "sage"}
        self.assertEqual(named - rows, set())

    def test_unknown_shell(self):
        done = subprocess.run([IPEC, "completion", "fishy"], capture_output=True, check=False, text=True)
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertIn("did you mean `fish`", done.stderr)


if __name__ == "__main__":
    IPEC, ROOT, BUILD = (os.path.abspath(sys.argv.pop(1)) for _ in range(3))
    unittest.main()
