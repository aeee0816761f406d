#!/usr/bin/env python3
"""`ipec lint` and `ipec fmt` on directories and files, compared with git and patch: lint_files_test.py IPEC

* the policies in a directory are those that git would not ignore, for random .gitignore files;
* `git apply` and `patch` accept the output of `--diff`, and produce the text that ipec would write;
* files keep their mode, links stay links, and an unreadable file does not affect others.
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
UNFORMATTED = "policy_name=demo   policy_version=1.0.0\nDEFAULT action=DENY\n"
TWICE = ("policy_name=demo policy_version=1.0.0\nDEFAULT action=DENY\n"
         "op=EXECUTE boot_verified=TRUE action=ALLOW\nop=EXECUTE boot_verified=TRUE action=ALLOW\n")
FIXED = TWICE[:TWICE.rindex("op=")]
QUIET = {"GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_SYSTEM": "/dev/null"}


def run(*args, **options):
    return subprocess.run([IPEC, *args], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          check=False, timeout=120, **options)


def git(*args, **options):
    return subprocess.run(["git", *args], env={**os.environ, **QUIET}, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, check=False, timeout=120, **options)


def write(path, text):
    os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
    with open(path, "w", encoding="utf-8", newline="") as stream:
        stream.write(text)


def read(path):
    with open(path, encoding="utf-8", newline="") as stream:
        return stream.read()


class Files(unittest.TestCase):
    def setUp(self):
        self.directory = tempfile.mkdtemp(prefix="ipec-lint-")
        self.addCleanup(shutil.rmtree, self.directory)
        os.chdir(self.directory)

    def linted(self, *args):
        done = run("lint", "--exit-zero", "--output=json", *args)
        self.assertEqual(done.returncode, 0, done.stderr)
        return [result["file"] for result in json.loads(done.stdout)["results"]]

    @unittest.skipUnless(shutil.which("git"), "no git")
    def test_gitignore_as_git(self):
        """Compares with `git ls-files`, over random directories and patterns."""
        chance = random.Random(4)
        names = ["a", "b", "ab", "a.b", "x1", "sub", "#a", "!b", "a b", "[a]", "*"]
        parts = ["a", "b", "*", "?", "**", "a*", "*b", "[ab]", "[!a]", "[a-x]*", "x[[:digit:]]", "\\#a", "\\!b",
                 "sub", "*.pol", "a.*", "a b", "a\\ ", "\\[a]", "[", "[]a]", "\\*", "**b", "a**", "***", "?**"]
        ignored = 0
        for number in range(250):
            os.mkdir(f"r{number}")
            os.chdir(f"r{number}")
            git("init", "-q")
            directories = [""]
            for _ in range(chance.randint(1, 6)):
                directories.append(os.path.join(chance.choice(directories), chance.choice(names)))
            for directory in directories:
                for name in chance.sample(names, 3):
                    write(os.path.join(directory, name + chance.choice([".pol", ".ipe", ".policy"])), "")
                if chance.random() < 0.5:
                    lines = []
                    for _ in range(chance.randint(1, 5)):
                        line = "/".join(chance.choice(parts) for _ in range(chance.choice([1, 1, 1, 2, 3])))
                        line = chance.choice(["", "", "!"]) + chance.choice(["", "", "/"]) + line
                        lines.append(line + chance.choice(["", "", "", "/", " ", ".pol"]))
                    write(os.path.join(directory, ".gitignore"), chance.choice(["\n", "\r\n"]).join(lines))
            if chance.random() < 0.3:
                write(".git/info/exclude", chance.choice(parts) + "\n")
            listed = git("ls-files", "-z", "--others", "--exclude-standard").stdout.decode().split("\0")
            want = sorted(f for f in listed if f.endswith((".pol", ".ipe", ".policy")))
            got = self.linted(".")
            if sorted(got) != want:
                rules = {f: read(f) for f in [os.path.join(d, ".gitignore") for d in directories] if os.path.exists(f)}
                self.fail(f"ipec: {sorted(set(got) - set(want))} too many, {sorted(set(want) - set(got))} "
                          f"too few\n{json.dumps(rules, indent=1)}")
            total = sum(f.endswith((".pol", ".ipe", ".policy")) for _, _, fs in os.walk(".") for f in fs)
            ignored += total - len(got)
            os.chdir("..")
        self.assertGreater(ignored, 300)

    def test_operands(self):
        write("p/a.pol", TWICE)
        write("p/q/b.ipe", TWICE)
        write("p/c.txt", TWICE)
        os.symlink("..", "p/q/up")
        os.symlink("..", "p/q/up.pol")
        os.mkfifo("p/pipe.pol")  # it has no writer: reading would wait forever
        os.mkfifo("p/ipec.toml")
        self.assertEqual(self.linted("p"), ["p/a.pol", "p/q/b.ipe"])
        self.assertEqual(self.linted("./p/"), ["p/a.pol", "p/q/b.ipe"])
        self.assertEqual(self.linted(), ["p/a.pol", "p/q/b.ipe"])  # the current directory
        self.assertEqual(self.linted("p/c.txt"), ["p/c.txt"])  # a named file is always included
        self.assertEqual(run("fmt", "--check", "p").stdout, b"p/a.pol\np/q/b.ipe\n")
        os.mkdir("empty")
        done = run("lint", "empty")
        self.assertEqual((done.returncode, done.stdout), (0, b"no findings in 0 files\n"))
        self.assertIn(b"`empty` has no policies", done.stderr)

    def test_a_file_is_taken_once(self):
        write("p/a.pol", TWICE)
        self.assertEqual(self.linted("p/a.pol", "./p/a.pol", "p//a.pol", "p"), ["p/a.pol"])
        self.assertEqual(run("fmt", "--check", "./p", "p/a.pol").stdout, b"p/a.pol\n")

    def test_targets_and_stages_of_files_wherever_ipec_runs(self):
        write("p/ipec.toml", '[per-file-target]\n"stage/*.pol" = "rfc-v7"\n[lint]\nselect = ["boot-verified-after-boot"]\n'
              'boot-policies = ["stage/*"]\n')
        write("p/stage/a.pol", TWICE.replace("EXECUTE", "KERNEL_READ", 1))
        for cwd, name in (("p", "."), ("p/stage", "a.pol"), (".", "p/stage/a.pol"), ("p/stage", "../stage/a.pol")):
            done = run("lint", "--output=concise", name, cwd=cwd)
            self.assertEqual((done.returncode, done.stdout), (0, b""), (cwd, name))

    def test_a_configuration_that_leads_nowhere(self):
        write("ipec.toml", "[lint]\nignore = ['all']\n")
        write("p/a.pol", TWICE)
        os.symlink("nothing.toml", "p/ipec.toml")
        for command in ("lint", "fmt"):
            done = run(command, "p/a.pol")
            self.assertEqual((done.returncode, done.stderr), (2, b"ipec: `p/ipec.toml` is a dangling symbolic link\n"))

    def test_a_baseline_is_taken_out_before_the_limit(self):
        many = TWICE.split("op=")[0] + "# c \n" * 10_001
        write("a.pol", many)
        self.assertEqual(run("lint", "--select=IPE8002", "--baseline=k", "--write-baseline", "a.pol").returncode, 0)
        self.assertEqual(len(read("k").splitlines()), 10_002)
        write("a.pol", many + "op=KMODULE action=ALLOW\n")
        done = run("lint", "--select=IPE8002,IPE2002", "--baseline=k", "--output=concise", "a.pol")
        self.assertEqual(done.returncode, 1)
        self.assertEqual(len(done.stdout.splitlines()), 1, done.stdout[:300])
        self.assertIn(b"IPE2002", done.stdout)
        # Without it all of them count, although not all are shown.
        done = run("lint", "--select=IPE8002,IPE2002", "--fail-on=error", "a.pol")
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"10002 findings", done.stdout)

    def check_patch(self, name, text, *args):
        """Both tools accept the patch, and produce the text that ipec would write."""
        write(name, text)
        patch = run(*args, "--diff", name)
        self.assertEqual(patch.returncode, 1, patch.stderr)
        self.assertEqual(read(name), text)
        written = run(*args, *(["--fix"] if args[0] == "lint" else []), name)
        self.assertIn(written.returncode, (0, 1), written.stderr)
        want = read(name)
        self.assertNotEqual(want, text)
        for tool in (["git", "apply", "-"], ["patch", "-p1", "--quiet"]):
            if not shutil.which(tool[0]):
                continue
            write(name, text)
            done = subprocess.run(tool, input=patch.stdout, env={**os.environ, **QUIET}, check=False,
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60)
            self.assertEqual(done.returncode, 0, (tool, done.stdout, patch.stdout))
            self.assertEqual(read(name), want, (tool, patch.stdout))

    def test_patches_by_lint(self):
        for name in ("a.pol", "./b.pol", "sub/c d.pol", 'q"uo\\te.pol', "tab\there.pol", "größe.pol", "new\nline.pol"):
            with self.subTest(name=name):
                self.check_patch(name, TWICE, "lint")

    def test_patches_by_fmt(self):
        chance = random.Random(5)
        lines = ["DEFAULT action=DENY", "op=EXECUTE  boot_verified=TRUE action=ALLOW", "", "", "# why ",
                 "op=KMODULE dmverity_signature=TRUE   action=ALLOW # x\x1b", "nonsense", "--- a/x", "+++ b/x", "@@ -1 +1 @@"]
        texts = [UNFORMATTED, UNFORMATTED.rstrip("\n"), UNFORMATTED.replace("\n", "\r\n"), "\n\n", "\n"]
        for _ in range(60):
            chosen = [chance.choice(lines) for _ in range(chance.randint(1, 40))]
            texts.append("policy_name=a  policy_version=1.0.0\n" + chance.choice(["\n", "\n", "\r\n"]).join(chosen))
        for number, text in enumerate(texts):
            with self.subTest(text=text):
                self.check_patch(f"{number}.pol", text, "fmt")

    def test_mode_and_links_are_kept(self):
        for args in (["lint", "--fix"], ["fmt"]):
            write("real.pol", TWICE)
            os.chmod("real.pol", 0o640)
            os.symlink("real.pol", "link.pol")
            self.assertIn(run(*args, "link.pol").returncode, (0, 1))
            self.assertNotEqual(read("real.pol"), TWICE)
            self.assertTrue(os.path.islink("link.pol"))
            self.assertEqual(os.stat("real.pol").st_mode & 0o777, 0o640)
            self.assertEqual(sorted(os.listdir(".")), ["link.pol", "real.pol"])
            os.remove("link.pol")

    def test_one_bad_file_spoils_no_other(self):
        write("a.pol", TWICE)
        write("bad/ipec.toml", "[lint]\nselekt = []\n")
        write("bad/b.pol", TWICE)
        done = run("lint", "--output=concise", "none.pol", "bad/b.pol", "a.pol")
        self.assertEqual(done.returncode, 3)
        self.assertEqual(done.stderr.decode(),
                         "ipec: `none.pol` does not exist\nipec: bad/ipec.toml:2:1: unknown key `lint.selekt`; "
                         "did you mean `lint.select`?\n")
        self.assertIn(b"a.pol:4:1: warning", done.stdout)
        done = run("lint", "--output=concise", ".")
        self.assertEqual(done.returncode, 2)
        self.assertIn(b"a.pol:4:1: warning", done.stdout)
        with open("s.pol", "wb") as stream:
            stream.write(bytes.fromhex("3082001006092a864886f70d010702"))
        done = run("lint", "s.pol", "a.pol")
        self.assertEqual((done.returncode, done.stderr),
                         (3, b"ipec: `s.pol` is a signed file that the kernel rejects before it reads the policy; "
                             b"`ipec check` reports why\n"))

    def test_a_directory_that_cannot_be_read(self):
        write("a.pol", TWICE)
        os.mkdir("locked", 0)
        os.chmod(".", 0o755)
        user = {"user": 65534} if os.geteuid() == 0 else {}  # root can read everything
        shutil.copy(IPEC, "ipec")
        done = subprocess.run(["./ipec", "lint", "--output=concise", "."], stdin=subprocess.DEVNULL, check=False,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=120, **user)
        os.chmod("locked", 0o700)
        self.assertEqual(done.returncode, 3)
        self.assertIn(b"the directory", done.stderr)
        self.assertIn(b"permission denied", done.stderr)
        self.assertIn(b"a.pol:4:1: warning", done.stdout)

    def test_many_findings_in_one_long_line(self):
        """Each has its own fingerprint, and the line is read once, not once per finding."""
        write("long.pol", "policy_name=demo policy_version=1.0.0\nDEFAULT action=DENY\n"
              + "op=EXECUTE " + "boot_verified=TRUE\t" * 30_000 + "action=ALLOW\n")
        done = run("lint", "--output=gitlab", "--exit-zero", "--select=all", "long.pol")
        self.assertEqual(done.returncode, 0, done.stderr)
        prints = [row["fingerprint"] for row in json.loads(done.stdout)]
        self.assertGreater(len(prints), 1000)
        self.assertEqual(len(prints), len(set(prints)))

    def test_baseline_is_by_content(self):
        write("p/a.pol", TWICE)
        self.assertEqual(run("lint", "--baseline=known.txt", "--write-baseline", "p").returncode, 0)
        self.assertEqual(run("lint", "--baseline=known.txt", "p").returncode, 0)
        # Moved lines and the working directory do not matter; another finding does.
        write("p/a.pol", TWICE.replace("DEFAULT", "# a line more\n\nDEFAULT"))
        self.assertEqual(run("lint", "--baseline=../known.txt", "a.pol", cwd="p").returncode, 0)
        write("p/a.pol", TWICE + TWICE.splitlines()[-1] + "\n")
        self.assertEqual(run("lint", "--baseline=known.txt", "p").returncode, 1)
        # Entries of files that could not be linted must stay in the list.
        before = read("known.txt")
        done = run("lint", "--baseline=known.txt", "--write-baseline", "p", "none.pol")
        self.assertEqual((done.returncode, read("known.txt")), (3, before))
        self.assertIn(b"`known.txt` was not written", done.stderr)


if __name__ == "__main__":
    IPEC = os.path.abspath(sys.argv.pop(1))
    unittest.main()
