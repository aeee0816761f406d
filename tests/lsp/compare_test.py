#!/usr/bin/env python3
"""The command ipec.compare of the language server: compare_test.py IPEC

Its text is what `ipec diff` prints for the files of the work tree and of HEAD, for an edit that is not saved too. Without a
repository, a revision or an accepted policy there is an error."""

import os
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from session import SECONDS, Session  # noqa: E402

OLD = "policy_name=demo policy_version=1.0.0\n\nDEFAULT action=DENY\n\nop=EXECUTE boot_verified=TRUE action=ALLOW\n"
NEW = OLD.replace("boot_verified=TRUE", "boot_verified=FALSE")
IPEC = os.path.abspath(sys.argv.pop(1)) if len(sys.argv) > 1 else "ipec"


class Compare(unittest.TestCase):
    def setUp(self):
        self.made = tempfile.TemporaryDirectory()
        self.directory = os.path.realpath(self.made.name)
        self.session = Session(IPEC, cwd=self.directory)
        self.session.call("initialize", {"capabilities": {}})
        self.session.notify("initialized", {})

    def tearDown(self):
        self.session.call("shutdown", None)
        self.session.notify("exit", None)
        self.assertEqual(self.session.process.wait(SECONDS), 0)
        self.session.close()
        self.made.cleanup()

    def git(self, *arguments):
        subprocess.run(["git", "-c", "user.name=a", "-c", "user.email=a@b", *arguments], cwd=self.directory, check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def write(self, name, text):
        with open(os.path.join(self.directory, name), "w", encoding="utf-8") as stream:
            stream.write(text)

    def open(self, text):
        uri = f"file://{self.directory}/a.pol"
        self.session.notify("textDocument/didOpen",
                            {"textDocument": {"uri": uri, "languageId": "ipe", "version": 1, "text": text}})
        return uri

    def compare(self, uri, **more):
        return self.session.call("workspace/executeCommand",
                                 {"command": "ipec.compare", "arguments": [{"uri": uri, **more}]})

    def commit(self):
        self.git("init", "-q", ".")
        self.write("a.pol", OLD)
        self.git("add", ".")
        self.git("commit", "-qm", "first")

    def test_text_is_that_of_diff(self):
        self.commit()
        uri = self.open(NEW)  # not saved
        text = self.compare(uri)["result"]["text"]
        self.write("git:HEAD:a.pol", OLD)
        self.write("a.pol", NEW)
        done = subprocess.run([IPEC, "diff", "--color=never", "git:HEAD:a.pol", "a.pol"], cwd=self.directory, check=False,
                              stdout=subprocess.PIPE)
        self.assertEqual(done.returncode, 1)
        self.assertEqual(text, done.stdout.decode())
        self.assertIn("1 looser, 1 tighter", text)

    def test_same_text_and_new_file(self):
        self.commit()
        self.assertIn("0 looser, 0 tighter, 0 records only (equivalent)", self.compare(self.open(OLD))["result"]["text"])
        self.write("b.pol", OLD)
        self.assertIn("tighter", self.compare(f"file://{self.directory}/b.pol")["result"]["text"])

    def test_errors(self):
        self.write("a.pol", OLD)
        self.assertIn("git", self.compare(self.open(OLD))["error"]["message"])
        self.commit()
        self.assertIn("nothing", self.compare(f"file://{self.directory}/a.pol", revision="nothing")["error"]["message"])
        self.write("b.pol", "op=EXECUTE\n")
        self.assertIn("rejects", self.compare(f"file://{self.directory}/b.pol")["error"]["message"])
        self.write("a.claims", "never op=KMODULE\n")
        self.assertIn("error", self.compare(f"file://{self.directory}/a.claims"))


if __name__ == "__main__":
    unittest.main()
