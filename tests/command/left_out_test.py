#!/usr/bin/env python3
"""Excluded files: left_out_test.py IPEC

Tests `exclude` of ipec.toml, for files in directories, named files and texts from standard input. Also tests files of
other programs, and signed and damaged files, with a policy's extension.
"""

import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import unittest

IPEC = ""
TEXT = "policy_name=demo   policy_version=1.0.0\nDEFAULT action=DENY\n"
OTHERS = {
    "polkit.policy": b'<?xml version="1.0"?>\n<!DOCTYPE policyconfig PUBLIC "x">\n<policyconfig>\n</policyconfig>\n',
    "java.policy": b'// Java\ngrant codeBase "file:/x" {\n  permission java.security.AllPermission;\n};\n',
    "Registry.pol": b"PReg\1\0\0\0[\0S\0o\0f\0t\0]\0",
    "iam.policy": b'{\n  "Version": "2012-10-17"\n}\n',
    "vault.policy": b'path "secret/*" {\n  capabilities = ["read"]\n}\n',
    "casbin.policy": b"p, alice, data1, read\n",
    "unit.policy": b"[Unit]\nDescription=x\n",
    "deploy.policy": b"apiVersion: v1\nkind: Policy\n",
    "signed.pol": bytes.fromhex("3082001006092a864886f70d010702"),
    "pem.pol": b"-----BEGIN PKCS7-----\nMIIF\n-----END PKCS7-----\n",
}


def write(path, content):
    os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
    with open(path, "wb") as stream:
        stream.write(content if isinstance(content, bytes) else content.encode())


def run(*args, text=None, cwd="."):
    return subprocess.run([IPEC, *args], input=text.encode() if text is not None else b"", stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, check=False, timeout=120, cwd=cwd)


class LeftOut(unittest.TestCase):
    def setUp(self):
        self.place = os.path.realpath(tempfile.mkdtemp(prefix="ipec-out-"))
        self.addCleanup(shutil.rmtree, self.place)
        os.chdir(self.place)

    def taken(self, operand=".", cwd="."):
        """The files that lint and fmt process, which are the same."""
        linted = run("lint", "--exit-zero", "--output=json", operand, cwd=cwd)
        self.assertEqual(linted.returncode, 0, linted.stderr)
        files = [result["file"] for result in json.loads(linted.stdout)["results"]]
        self.assertEqual(run("fmt", "--check", operand, cwd=cwd).stdout.decode().splitlines(), files)
        return files

    def test_patterns(self):
        paths = ["a.pol", "b.pol", "fix/a.pol", "fix/deep/c.pol", "x/fix/d.pol", "x/y/e.policy", "x/f.ipe"]
        for path in paths:
            write(path, TEXT)
        cases = {
            "fix": ["a.pol", "b.pol", "x/f.ipe", "x/y/e.policy"],
            "fix/": ["a.pol", "b.pol", "x/f.ipe", "x/y/e.policy"],
            "/fix": ["a.pol", "b.pol", "x/f.ipe", "x/fix/d.pol", "x/y/e.policy"],
            "a.pol": ["b.pol", "fix/deep/c.pol", "x/f.ipe", "x/fix/d.pol", "x/y/e.policy"],
            "a.pol/": sorted(paths),
            "*.policy": ["a.pol", "b.pol", "fix/a.pol", "fix/deep/c.pol", "x/f.ipe", "x/fix/d.pol"],
            "x/*": ["a.pol", "b.pol", "fix/a.pol", "fix/deep/c.pol"],
            "fix/**": ["a.pol", "b.pol", "x/f.ipe", "x/y/e.policy"],
            "x/y/*.policy": ["a.pol", "b.pol", "fix/a.pol", "fix/deep/c.pol", "x/f.ipe", "x/fix/d.pol"],
            os.path.basename(self.place): sorted(paths),  # patterns do not match directories above the file
        }
        for pattern, want in cases.items():
            with self.subTest(pattern=pattern):
                write("ipec.toml", f"exclude = {json.dumps([pattern])}\n")
                self.assertEqual(self.taken(), want)
                below = [path[2:] for path in want if path.startswith("x/")]
                if below:
                    self.assertEqual(self.taken(cwd="x"), below)
                    self.assertEqual(self.taken("x"), ["x/" + path for path in below])
        # Only the nearest ipec.toml applies.
        write("ipec.toml", 'exclude = ["*"]\n')
        write("x/ipec.toml", "")
        self.assertEqual(self.taken(), [path for path in sorted(paths) if path.startswith("x/")])

    def test_what_is_named(self):
        write("ipec.toml", 'exclude = ["fix/"]\n')
        write("fix/a.pol", TEXT)
        for args in (["lint"], ["fmt"], ["fmt", "--check"], ["lint", "--fix"]):
            done = run(*args, "fix/a.pol")
            self.assertEqual((done.returncode, done.stderr), (0, b"ipec: `fix/a.pol` is excluded by `ipec.toml`\n"), args)
        with open("fix/a.pol", encoding="ascii") as stream:
            self.assertEqual(stream.read(), TEXT)
        done = run("fmt", "-", "--stdin-filename=fix/new.pol", text=TEXT)
        self.assertEqual((done.returncode, done.stdout.decode()), (0, TEXT))
        self.assertNotEqual(run("fmt", "-", "--stdin-filename=new.pol", text=TEXT).stdout.decode(), TEXT)
        self.assertEqual(run("lint", "-", "--stdin-filename=fix/new.pol", text="nonsense").returncode, 0)
        self.assertIn(b"fix/a.pol", run("lint", "--config=/dev/null", "--output=concise", "--select=all", "fix/a.pol").stdout)

    def test_nothing_is_left(self):
        write("ipec.toml", 'exclude = ["fix/"]\n')
        write("fix/a.pol", TEXT)
        write("java.policy", OTHERS["java.policy"])
        for command in ("lint", "fmt"):
            done = run(command, ".")
            self.assertEqual(done.returncode, 0)
            self.assertIn(b"ipec: `.` has no policies", done.stderr)
            self.assertEqual(run(command, "--error-on-empty", ".").returncode, 1)

    def test_files_of_other_programs(self):
        write("a.pol", TEXT)
        for name, content in OTHERS.items():
            write(name, content)
        self.assertEqual(self.taken(), ["a.pol"])
        done = run("lint", "--exit-zero", "--statistics", ".")
        for words in (b"     1  file skipped: a polkit policy (XML)\n", b"a Java policy file", b"a signed file",
                      b"Registry.pol", b"a JSON file", b"a PKCS#7 message in PEM"):
            self.assertIn(words, done.stdout)
        write("ipec.toml", 'exclude = ["*.policy"]\n')
        self.assertIn(b"     7  files skipped: excluded by ipec.toml", run("lint", "--exit-zero", "--statistics", ".").stdout)
        os.remove("ipec.toml")
        for name in OTHERS:
            for command in ("lint", "fmt", "check"):
                done = run(command, name)
                self.assertEqual(done.returncode, 1 if command == "check" else 3, (command, name))
                if command != "check":
                    self.assertEqual(len(done.stderr.splitlines()), 1)
                    self.assertTrue(done.stderr.startswith(f"ipec: `{name}` is a".encode()), done.stderr)
                elif name not in ("signed.pol", "pem.pol"):
                    self.assertIn(b"not a policy", done.stdout)
                    self.assertEqual(done.stdout.count(b": error: "), 1)

    @unittest.skipUnless(shutil.which("openssl"), "no openssl")
    def test_damaged_signed_files(self):
        """One message, and never a repair of their bytes."""
        write("s.pol", TEXT + "op=EXECUTE boot_verified=TRUE action=ALLOW\n" * 40)
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "k.pem", "-out", "c.pem",
                        "-subj", "/CN=test", "-days", "2"], check=True, capture_output=True)
        subprocess.run(["openssl", "smime", "-sign", "-binary", "-in", "s.pol", "-signer", "c.pem", "-inkey", "k.pem",
                        "-noattr", "-nodetach", "-outform", "der", "-out", "good.pol"], check=True, capture_output=True)
        with open("good.pol", "rb") as stream:
            good = stream.read()
        chance = random.Random(3)
        damaged = [good[1:], good[2:], good[10:], good[-900:], good[-400:], good[len(good) // 2:]]
        damaged += [bytes([first]) + good[1:] for first in (0, 0x20, 0x31, 0xB0, 0xFF)]
        damaged += [good[chance.randrange(1, len(good) - 300):] for _ in range(20)]
        os.remove("good.pol")
        for content in damaged:
            if content[0] == 0x30:  # a part that is a sequence itself: a signed file by its first byte
                continue
            write("bad.pol", content)
            for command in ("lint", "fmt"):
                done = run(command, "bad.pol")
                self.assertEqual((done.returncode, done.stdout), (3, b"" if command == "fmt" else done.stdout))
                self.assertEqual(done.stderr, b"ipec: `bad.pol` is a binary file, not policy text; "
                                 b"`exclude` in ipec.toml leaves it out\n")
            result = json.loads(run("check", "--format=json", "bad.pol").stdout)["results"][0]
            self.assertEqual((result["accepted"], result["errno"]), (False, "EBADMSG"))
            self.assertEqual([row["name"] for row in result["diagnostics"]], ["other-file"])
            self.assertNotIn(b"bad.pol", run("lint", "--exit-zero", "--output=concise", ".").stdout)


if __name__ == "__main__":
    IPEC = os.path.abspath(sys.argv.pop(1))
    unittest.main()
