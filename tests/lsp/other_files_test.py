#!/usr/bin/env python3
"""Files under the name of a policy that are something else: other_files_test.py IPEC

In an editor they get one finding that names what they are, and no action; `workspace/diagnostic` and `ipec lint DIR` skip them."""

import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from session import Session  # noqa: E402

IPEC = os.path.abspath(sys.argv.pop(1)) if len(sys.argv) > 1 else "ipec"
POLICY = "policy_name=a policy_version=1.0.0\nDEFAULT action=DENY\nop=EXECUTE dmverity_signature=TRUE action=ALLOW\n"
POLKIT = '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE policyconfig PUBLIC "-//freedesktop//DTD">\n' \
         '<policyconfig>\n  <action id="a.b">\n    <description>op=x</description>\n  </action>\n</policyconfig>\n'
JAVA = 'grant codeBase "file:/a" {\n  permission java.security.AllPermission;\n};\n'


class OtherFiles(unittest.TestCase):
    def setUp(self):
        self.made = tempfile.TemporaryDirectory()
        self.directory = pathlib.Path(os.path.realpath(self.made.name))
        (self.directory / "a.pol").write_text(POLICY)
        (self.directory / "polkit.policy").write_text(POLKIT)
        (self.directory / "java.policy").write_text(JAVA)
        subprocess.run([IPEC, "compile", "a.pol", "-o", "table.pol"], cwd=self.directory, check=True)
        # The beginning of a signed message.
        (self.directory / "signed.pol").write_bytes(bytes.fromhex("3082040906092a864886f70d010702a08203fa") + b"\x30\x82" * 400)
        self.session = Session(IPEC, cwd=self.directory)
        self.session.start(workspaceFolders=[{"uri": self.directory.as_uri(), "name": "w"}])

    def tearDown(self):
        self.assertEqual(self.session.finish(), 0)
        self.made.cleanup()

    def test_directories(self):
        report = self.session.call("workspace/diagnostic", {"previousResultIds": []})["result"]
        self.assertEqual([item["uri"] for item in report["items"] if item["items"]], [])
        done = subprocess.run([IPEC, "lint", "."], cwd=self.directory, stdout=subprocess.PIPE, text=True, check=True)
        self.assertEqual(done.stdout, "no findings in 1 file\n")

    def test_editor(self):
        for name, what in (("polkit.policy", "polkit"), ("java.policy", "Java"), ("table.pol", ""), ("signed.pol", "")):
            with self.subTest(name):
                path = self.directory / name
                # As an editor sends it.
                self.session.open(path.as_uri(), path.read_bytes().decode("utf-8", "replace"))
                told = self.session.told("textDocument/publishDiagnostics", uri=path.as_uri())["params"]["diagnostics"]
                self.assertEqual([finding["code"] for finding in told], ["IPE0510"])
                self.assertIn(what, told[0]["message"])
                self.assertIn("not a policy", told[0]["message"])
                everywhere = {"start": {"line": 0, "character": 0}, "end": {"line": 9, "character": 0}}
                actions = self.session.call("textDocument/codeAction", {
                    "textDocument": {"uri": path.as_uri()}, "range": everywhere, "context": {"diagnostics": told}})
                self.assertEqual(actions["result"], [])


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], "-v"])
