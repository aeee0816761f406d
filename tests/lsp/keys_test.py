#!/usr/bin/env python3
"""The language server honours each key of ipec.toml as `ipec lint` does: keys_test.py IPEC

The keys are those that `ipec lint --show-config` lists. For each, a case changes what `ipec lint --output=json` reports, and the
server must publish the same findings with and without the key. A key without a case, or a case that changes nothing, fails."""

import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from session import Session  # noqa: E402

IPEC = os.path.abspath(sys.argv.pop(1)) if len(sys.argv) > 1 else "ipec"
HEAD = "policy_name=a policy_version=1.0.0\n"
PLAIN = HEAD + "\nDEFAULT action=DENY\n\nop=EXECUTE dmverity_signature=TRUE action=ALLOW\n"
SHA1 = HEAD + "DEFAULT action=DENY\nop=EXECUTE dmverity_signature=TRUE action=ALLOW\n" \
              "op=EXECUTE dmverity_roothash=sha1:da39a3ee5e6b4b0d3255bfef95601890afd80701 action=ALLOW\n"
QUOTED = HEAD + 'DEFAULT action=DENY\nop="EXECUTE" dmverity_signature=TRUE action=ALLOW\n'
TWO = HEAD + "\nDEFAULT action=DENY\n\nop=EXECUTE dmverity_signature=TRUE action=ALLOW\n" \
             "op=FIRMWARE fsverity_signature=TRUE dmverity_signature=TRUE action=ALLOW\n"
ROOT = HEAD + "DEFAULT action=DENY\nop=EXECUTE dmverity_roothash=sha256:" + "91c9a3b7d2e85f60" * 4 + " action=ALLOW\n"
EXPIRES = HEAD + "DEFAULT action=DENY\nop=EXECUTE dmverity_signature=TRUE action=ALLOW\n" \
                 "# ipec: allow(weak-digest) until=2030-01-01 moved then\n" + SHA1.splitlines()[-1] + "\n"
KERNEL = "CONFIG_SECURITY_IPE=y\nCONFIG_LSM=\"ipe\"\nCONFIG_DM_VERITY=y\n# CONFIG_DM_VERITY_VERIFY_ROOTHASH_SIG is not set\n"
IMAGE = '{"version":1,"volumes":[{"name":"usr","roothash":"sha256:' + "8d5a2a1c9e4f6b70" * 4 + '"}],"files":[]}'

# Key, its value, the policy, what else is in ipec.toml, other files. A table stands for its first entry.
CASES = {
    "target": ('"rfc-v7"', QUOTED, "", {}),
    "per-file-target": ('{"a*.pol" = "rfc-v7"}', QUOTED, "", {}),
    "kernel": ('"k.config"', PLAIN, 'target = "linux-6.12"', {"k.config": KERNEL}),
    "inventory": ('"i.json"', ROOT, "", {"i.json": IMAGE}),
    "exclude": ('["a.pol"]', SHA1, "", {}),
    "format.align": ("true", TWO, '[lint]\nselect = ["not-formatted"]', {}),
    "format.sort-properties": ("true", TWO, '[lint]\nselect = ["not-formatted"]', {}),
    "lint.ruleset": ('"2026.1"', SHA1, "", {}),
    "lint.select": ('["all"]', TWO, "", {}),
    "lint.ignore": ('["weak-digest"]', SHA1, "", {}),
    "lint.severity": ('{weak-digest = "error"}', SHA1, "", {}),
    "lint.unsuppressible": ('["weak-digest"]', EXPIRES, "", {}),
    "lint.boot-policies": ('["a.pol"]', ROOT, '[lint]\nselect = ["boot-policy-has-pins"]', {}),
    "lint.systemd-policies": ('["a.pol"]', PLAIN.replace("=a ", "=b "), "", {}),
    "lint.missing-properties": ('["dmverity_signature"]', PLAIN, "", {}),
    "lint.signature-bytes": ("65533", PLAIN, '[lint]\nselect = ["policy-too-large"]', {}),
    "lint.today": ('"2040-01-01"', EXPIRES, '[lint]\nselect = ["expired-suppression"]', {}),
}
# Without an effect on findings.
OTHERS = {
    "diff.accepted": "`ipec lint` reads it with --against only",
    "lint.fail-on": "is about the exit status",
}
SEVERITY = {"error": 1, "warning": 2, "info": 3, "style": 4}


def toml(key, value, more):
    """A configuration with the key, or without it if there is no value."""
    section, _, name = key.rpartition(".")
    if value is None:
        return more + "\n"
    line = f"{name} = {value}\n"
    if not section:
        return line + more + "\n"
    head = f"[{section}]\n"
    return more.replace(head, head + line) + "\n" if head in more else f"{more}\n{head}{line}"


class Keys(unittest.TestCase):
    def setUp(self):
        self.made = tempfile.TemporaryDirectory()
        self.directory = pathlib.Path(os.path.realpath(self.made.name))
        self.session = Session(IPEC, cwd=self.directory)
        self.session.start(workspaceFolders=[{"uri": self.directory.as_uri(), "name": "w"}])
        self.version = 0

    def tearDown(self):
        self.assertEqual(self.session.finish(), 0)
        self.made.cleanup()

    def linted(self):
        done = subprocess.run([IPEC, "lint", "--output=json", "a.pol"], cwd=self.directory, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True, check=False)
        self.assertIn(done.returncode, (0, 1), done.stderr)
        results = json.loads(done.stdout)["results"]
        return sorted((d["range"]["start"]["line"] - 1, d["range"]["start"]["column"] - 1, d["code"], SEVERITY[d["severity"]])
                      for result in results for d in result["diagnostics"])

    def served(self, policy):
        uri = (self.directory / "a.pol").as_uri()
        self.version += 1
        self.session.open(uri, policy, self.version)
        found = self.session.told("textDocument/publishDiagnostics", uri=uri)["params"]["diagnostics"]
        self.session.notify("textDocument/didClose", {"textDocument": {"uri": uri}})
        self.session.told("textDocument/publishDiagnostics", uri=uri)
        return sorted((d["range"]["start"]["line"], d["range"]["start"]["character"], d["code"], d["severity"]) for d in found)

    def test_keys(self):
        (self.directory / "a.pol").write_text(PLAIN)
        shown = subprocess.run([IPEC, "lint", "--show-config", "a.pol"], cwd=self.directory, stdout=subprocess.PIPE, text=True,
                               check=True)
        section, keys = "", []
        for line in shown.stdout.splitlines():
            if found := re.fullmatch(r"\[([a-z]+)\]", line):
                section = found[1] + "."
            elif found := re.match(r"(?:# )?([a-z-]+) = ", line):
                keys.append(section + found[1])
        self.assertEqual(sorted(keys), sorted([*CASES, *OTHERS]), "each key needs a case here")

    def test_findings(self):
        for key, (value, policy, more, files) in CASES.items():
            with self.subTest(key):
                for name, text in files.items():
                    (self.directory / name).write_text(text)
                (self.directory / "a.pol").write_text(policy)
                seen = []
                for given in (None, value):
                    (self.directory / "ipec.toml").write_text(toml(key, given, more))
                    seen.append(self.linted())
                    self.assertEqual(self.served(policy), seen[-1])
                self.assertNotEqual(*seen, "the key changes nothing, so the case tests nothing")


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], "-v"])
