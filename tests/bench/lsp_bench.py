"""Response times of `ipec lsp` from outside: lsp_bench.py IPEC [EDITS]

Uses our own client, so the times include its Python code. figures.py uses this, too."""

import os
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lsp"))
from session import Session  # noqa: E402

from row import Row, missed, table  # noqa: E402

URI = "file:///bench.pol"
DOCUMENT = {"textDocument": {"uri": URI}}


def policy(rules):
    return ("policy_name=bench policy_version=1.0.0\nDEFAULT action=DENY\n" +
            "".join(f"op=EXECUTE fsverity_digest=sha256:{i:064x} action=ALLOW\n" for i in range(rules)))


def percentile(times, part):
    return sorted(times)[min(len(times) - 1, int(len(times) * part))]


class Editor:
    def __init__(self, ipec, rules):
        self.session = Session(ipec)
        self.session.start({"textDocument": {"publishDiagnostics": {"versionSupport": True}}})
        self.version = 1
        self.line = rules // 2
        self.session.open(URI, policy(rules))
        self.session.told("textDocument/publishDiagnostics", version=1)

    def edit(self):
        """Edits one digit of a digest in the middle; returns the time of sending."""
        self.version += 1
        begin = time.perf_counter()
        self.session.notify("textDocument/didChange", {
            "textDocument": {"uri": URI, "version": self.version},
            "contentChanges": [{"range": {"start": {"line": self.line, "character": 34},
                                          "end": {"line": self.line, "character": 35}},
                                "text": "0123456789abcdef"[self.version % 16]}]})
        return begin

    def diagnosed(self):
        return self.session.wait(lambda m: m.get("method") == "textDocument/publishDiagnostics" and
                                 m["params"]["version"] == self.version)[0]

    def ask(self, method, **params):
        begin = time.perf_counter()
        number = self.session.ask(method, DOCUMENT | params)
        return self.session.wait(lambda m: m.get("id") == number and "method" not in m)[0] - begin

    def rss(self):
        with open(f"/proc/{self.session.process.pid}/status", encoding="ascii") as stream:
            return next(int(line.split()[1]) for line in stream if line.startswith("VmRSS"))


def start(ipec):
    times = []
    for _ in range(21):
        begin = time.perf_counter()
        session = Session(ipec)
        session.call("initialize", {"capabilities": {}})
        times.append(time.perf_counter() - begin)
        session.process.kill()
        session.process.wait()
        session.close()
    return percentile(times, 0.5)


def waits(ipec, rules, rounds):
    """Times from an edit to diagnostics, and for answers to requests sent right after an edit."""
    editor = Editor(ipec, rules)
    times = {"edit": [], "completion": [], "hover": [], "tokens": []}
    for _ in range(rounds):
        begin = editor.edit()
        times["edit"].append(editor.diagnosed() - begin)
        for name, method, character in (("completion", "completion", 11), ("hover", "hover", 4)):
            editor.edit()
            times[name].append(editor.ask("textDocument/" + method,
                                          position={"line": editor.line, "character": character}))
            editor.diagnosed()
        editor.edit()
        times["tokens"].append(editor.ask("textDocument/semanticTokens/range",
                                          range={"start": {"line": editor.line, "character": 0},
                                                 "end": {"line": editor.line + 60, "character": 0}}))
        editor.diagnosed()
    full = [editor.ask("textDocument/semanticTokens/full") for _ in range(rounds)] if rules <= 600 else [0]
    editor.session.finish()
    return {name: (percentile(values, 0.5), percentile(values, 0.99)) for name, values in (times | {"full": full}).items()}


def memory(ipec, edits):
    """Resident kilobytes after each tenth of the edits."""
    editor = Editor(ipec, 600)
    sizes = []
    for number in range(1, edits + 1):
        editor.edit()
        if number % 10 == 0:
            editor.diagnosed()
            editor.session.kept.clear()
        if number % (edits // 10) == 0:
            sizes.append(editor.rss())
    editor.session.finish()
    return sizes


def rows(ipec, edits=100_000):
    ms = lambda pair: f"{pair[0] * 1e3:.2f} ms, p99 {pair[1] * 1e3:.2f} ms"  # noqa: E731
    started = start(ipec)
    made = [Row("`ipec lsp`: start to first answer", f"{started * 1e3:.1f} ms", "", "at most 30 ms", started <= 0.03)]
    small = waits(ipec, 600, 300)
    made.append(Row("edit to diagnostics, 600 rules", ms(small["edit"]), "", "p99 at most 10 ms",
                    small["edit"][1] <= 0.01))
    for name, words in (("completion", "completion"), ("hover", "hover"), ("tokens", "tokens on the screen")):
        made.append(Row(f"{words} right behind an edit, 600 rules", ms(small[name]),
                        f"all tokens of the document {ms(small['full'])}" if name == "tokens" else "",
                        "p99 at most 2 ms", small[name][1] <= 0.002))
    large = waits(ipec, 100_000, 12)
    made.append(Row("edit to diagnostics, 100,000 rules", ms(large["edit"]),
                    f"meanwhile completion {ms(large['completion'])}", "at most 500 ms", large["edit"][1] <= 0.5))
    sizes = memory(ipec, edits)
    made.append(Row(f"resident memory over {edits:,} edits", f"{sizes[-1] / 1024:.1f} MiB",
                    f"after each tenth {min(sizes) / sizes[0]:.3f} to {max(sizes) / sizes[0]:.3f} times the first",
                    "within 5 %", max(sizes) <= 1.05 * sizes[0] and min(sizes) >= 0.95 * sizes[0]))
    return made


def main(ipec, edits="100000"):
    made = rows(ipec, int(edits))
    print(table(made), *missed(made), sep="\n")
    return 1 if missed(made) else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
