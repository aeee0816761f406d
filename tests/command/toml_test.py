#!/usr/bin/env python3
"""ipec.toml as Python's tomllib reads it: toml_test.py IPEC

Over generated documents, intact and damaged, both must accept the same documents, and strings must have the same
value. Integers of more than 64 bits and deep nesting are not generated: tomllib accepts them, but TOML 1.0 leaves them
to the parser.
"""

import os
import random
import re
import subprocess
import sys
import tempfile
import tomllib
import unittest

IPEC = ""
# Errors for a file that is valid TOML.
OF_TOML = re.compile(r"^ipec: [^ ]*: (unknown key `|`[^`]*` (must be|names) )|: unknown ")
SCALARS = ("1 -0 +1_0 0xfF 0o17 0b10 1__0 01 1. .5 1.5 1e5 1_0.0_1e-2 6.e1 inf -nan Inf true false True "
           "2026-02-28 2026-02-30 2028-02-29 07:32:00 07:32 24:00:00 1979-05-27T07:32:00Z 1979-05-27t07:32:00.5 "
           "1979-05-27T 1979-05-27T07:32:00-07:00 1979-05-27T07:32:00+24:00 0001-01-01 word").split() + ["1979-05-27 07:32:00"]
STRINGS = ['""', '"a"', "'a\\'", '"\\u00e9\\t\\"\\\\"', '"\\U0001F600"', '"\\uD800"', '"\\x41"', '"é"', "''", "'''a\nb'''",
           '"""\n a\\\n   b"""', '"""""a"""""', '"""a""""""', "''''''", '"""a\\  \r\n\t\n b\r\n"""', '"a\nb"', '"a', "'\t'", "'\x7f'"]
KEYS = ["a", "b", "c", '"a"', "'b'", '"c.d"', "1", "-", "", '""', '"""a"""', "é", "a b"]


class Documents:
    def __init__(self, seed):
        self.random = random.Random(seed)

    def one_of(self, *makers):
        return self.random.choice(makers)()

    def key(self):
        # The last ones are invalid, or rarely valid.
        pool = KEYS if self.random.random() < 0.1 else KEYS[:6]
        parts = [self.random.choice(pool) for _ in range(self.random.choice((1, 1, 1, 2, 3)))]
        return self.random.choice((".", ".", " . ")).join(parts)

    def scalar(self):
        return self.random.choice(SCALARS[:3] if self.random.random() < 0.7 else SCALARS)

    def string(self):
        return self.random.choice(STRINGS[:5] if self.random.random() < 0.7 else STRINGS)

    def array(self):
        gap = self.random.choice(("", " ", "\n", " # note\n\t"))
        items = [gap + self.value() + gap for _ in range(self.random.randrange(4))]
        return "[" + ",".join(items) + self.random.choice(("", "", ",", gap)) + "]"

    def table(self):
        pairs = [f"{self.key()} = {self.value()}" for _ in range(self.random.randrange(3))]
        return "{" + ", ".join(pairs) + self.random.choice(("", "", "", "", ",")) + "}"

    def value(self):
        return self.one_of(self.scalar, self.scalar, self.string, self.string, self.array, self.table)

    def line(self):
        end = self.random.choice(("\n", "\n", "\n", "\r\n", " # é\n", "\t\n"))
        return self.one_of(lambda: f"{self.key()} = {self.value()}", lambda: f"{self.key()}={self.value()}",
                           lambda: f"[{self.key()}]", lambda: f"[[ {self.key()} ]]", lambda: "") + end

    def document(self):
        text = "".join(self.line() for _ in range(self.random.randrange(1, 7))).encode()
        if self.random.random() < 0.3:
            text = self.damaged(text)
        return text

    def damaged(self, text):
        at = self.random.randrange(len(text))
        junk = self.random.choice((b"[", b"]", b"=", b".", b'"', b"'", b"#", b"\n", b"\r", b"\0", b"\xff", b"\xc3", b",", b"{", b"}",
                                   b"\\"))
        return self.one_of(lambda: text[:at], lambda: text[:at] + junk + text[at:], lambda: text[:at] + text[at + 1:],
                           lambda: text[:at] + junk + text[at + 1:])


def read_by_python(text):
    """The table, or None if the text is not TOML."""
    try:
        return tomllib.loads(text.decode())
    except ValueError:  # includes TOMLDecodeError and UnicodeDecodeError
        return None


def read_by_ipec(texts):
    """For each, the errors of ipec and the configuration that it shows."""
    with tempfile.TemporaryDirectory() as directory:
        names = []
        for number, text in enumerate(texts):
            names.append(f"d{number}/a.pol")
            os.mkdir(f"{directory}/d{number}")
            with open(f"{directory}/d{number}/ipec.toml", "wb") as stream:
                stream.write(text)
        done = subprocess.run([IPEC, "lint", "--show-config", *names], cwd=directory, check=False, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=120)
    if done.returncode not in (0, 2):
        raise AssertionError(done)
    reports = {}
    for line in done.stderr.decode().splitlines():
        reports[re.match(r"ipec: (d\d+)/ipec\.toml:", line)[1]] = line
    shown = {}
    for block in done.stdout.decode().split("# for ")[1:]:
        name, _, config = block.partition("\n")
        shown[name.split("/")[0]] = tomllib.loads(config)
    return [(reports.get(f"d{number}"), shown.get(f"d{number}")) for number in range(len(texts))]


class Toml(unittest.TestCase):
    def test_what_is_toml(self):
        made = Documents(1)
        counts = {True: 0, False: 0}
        for _ in range(12):
            texts = [made.document() for _ in range(400)]
            for text, (report, _) in zip(texts, read_by_ipec(texts)):
                theirs = read_by_python(text) is not None
                ours = report is None or bool(OF_TOML.search(report))
                self.assertEqual(ours, theirs, (text, report))
                counts[theirs] += 1
        self.assertGreater(min(counts.values()), 1000, counts)

    def test_what_strings_mean(self):
        made = Documents(2)
        compared = 0
        for _ in range(10):
            texts = [f"lint.boot-policies = [{made.string()}]\n".encode() for _ in range(400)]
            for text, (report, shown) in zip(texts, read_by_ipec(texts)):
                theirs = read_by_python(text)
                if theirs is None:
                    self.assertIsNotNone(report, text)
                    continue
                if report and " pattern" in report:
                    continue  # read, and it matches no file
                self.assertEqual(shown["lint"]["boot-policies"], theirs["lint"]["boot-policies"], text)
                compared += 1
        self.assertGreater(compared, 1000)


if __name__ == "__main__":
    IPEC = os.path.abspath(sys.argv.pop(1))
    unittest.main()
