#!/usr/bin/env python3
"""Rewritten files keep their metadata: rewrite_test.py IPEC

Tests owner, group, mode, access control lists, extended attributes, flags and hard links, for every command that writes:
`fmt`, `lint --fix`, `compile -o`, `lint --output=FORMAT:FILE`, `lint --write-baseline`. If this machine cannot set an
attribute, its test is skipped with the reason. Also tests directories deeper than PATH_MAX and closed standard streams.
"""

import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import unittest

IPEC = ""
TWICE = ("policy_name=demo   policy_version=1.0.0\nDEFAULT action=DENY\n"
         "op=EXECUTE boot_verified=TRUE action=ALLOW\nop=EXECUTE boot_verified=TRUE action=ALLOW\n")
# Each writes to the file `f.pol`; p.pol is another policy.
WRITERS = (["fmt", "f.pol"], ["lint", "--fix", "--exit-zero", "f.pol"], ["compile", "-o", "f.pol", "p.pol"],
           ["lint", "--exit-zero", "--output=json:f.pol", "p.pol"],
           ["lint", "--exit-zero", "--baseline=f.pol", "--write-baseline", "p.pol"])
ROOT = os.geteuid() == 0
NOBODY = 65534


def write(path, text):
    os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
    with open(path, "w", encoding="ascii") as stream:
        stream.write(text)


def read(path):
    with open(path, "rb") as stream:
        return stream.read()


def run(*args, program=None, **options):
    options.setdefault("stdin", subprocess.DEVNULL)
    options.setdefault("stdout", subprocess.PIPE)
    options.setdefault("stderr", subprocess.PIPE)
    return subprocess.run([program or IPEC, *args], check=False, timeout=240, **options)


def attributes(path):
    """All metadata that a rewrite must keep."""
    status = os.stat(path)
    extended = {name: os.getxattr(path, name) for name in os.listxattr(path)}
    flags = subprocess.run(["lsattr", "-p", path], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False).stdout \
        if shutil.which("lsattr") else b""
    return status.st_uid, status.st_gid, oct(status.st_mode), extended, flags


def try_to(*command):
    """Whether the system allows the command to succeed."""
    return bool(shutil.which(command[0])) and subprocess.run(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False).returncode == 0


class Rewrite(unittest.TestCase):
    def setUp(self):
        self.place = os.path.realpath(tempfile.mkdtemp(prefix="ipec-rewrite-"))
        self.addCleanup(shutil.rmtree, self.place, ignore_errors=True)
        os.chdir(self.place)
        os.chmod(".", 0o755)
        write("p.pol", TWICE)

    def each_writer(self, prepare, same_inode=False):
        """Every command writes the file, and it keeps the metadata that `prepare` set."""
        for args in WRITERS:
            with self.subTest(args=args):
                if os.path.exists("f.pol"):
                    os.remove("f.pol")
                write("f.pol", TWICE)
                prepare()
                before, inode = attributes("f.pol"), os.stat("f.pol").st_ino
                done = run(*args)
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assertNotEqual(read("f.pol"), TWICE.encode())
                self.assertEqual(attributes("f.pol"), before)
                if same_inode:
                    self.assertEqual(os.stat("f.pol").st_ino, inode)
                self.assertEqual([name for name in os.listdir(".") if name.startswith(".ipec")], [])

    def test_mode(self):
        for mode in (0o600, 0o640, 0o666, 0o755, 0o4750, 0o2755, 0o1644):
            self.each_writer(lambda mode=mode: os.chmod("f.pol", mode))

    @unittest.skipUnless(ROOT, "only root may give files away")
    def test_owner_and_group(self):
        def give():
            os.chown("f.pol", NOBODY, 12345)
            os.chmod("f.pol", 0o6754)
        self.each_writer(give)

    def test_extended_attributes(self):
        write("t", "")
        try:
            os.setxattr("t", "user.ipec", b"1")
        except OSError as error:
            self.skipTest(f"no extended attributes here: {error}")

        def prepare():
            os.setxattr("f.pol", "user.ipec", b"\0\1x" * 300)
            os.setxattr("f.pol", "user.empty", b"")
            if ROOT:
                os.setxattr("f.pol", "trusted.ipec", b"t")
        self.each_writer(prepare)

    def test_access_control_lists(self):
        write("t", "")
        if not try_to("setfacl", "-m", "u:12345:r", "t"):
            self.skipTest("no setfacl, or a file system without access control lists")
        self.each_writer(lambda: try_to("setfacl", "-m", f"u:{NOBODY}:rw,g:12345:r,m:rw", "f.pol"))
        # The directory gives new files an access control list that the old file did not have.
        self.assertTrue(try_to("setfacl", "-d", "-m", "u:12345:rwx", "."))
        self.each_writer(lambda: (try_to("setfacl", "-b", "f.pol"), os.chmod("f.pol", 0o640)))
        # A new file gets the same metadata as any other new file here.
        write("new1", "")
        self.assertEqual(run("compile", "--emit=text", "-o", "new2", "p.pol").returncode, 0)
        self.assertEqual(attributes("new2")[:4], attributes("new1")[:4])

    def test_flags(self):
        write("t", "")
        if not try_to("chattr", "+Ad", "t"):
            self.skipTest("no chattr, or a file system without flags")
        self.each_writer(lambda: try_to("chattr", "+Ad", "f.pol"))
        if try_to("chattr", "+i", "t"):
            before = read("t")
            done = run("compile", "-o", "t", "p.pol")
            try_to("chattr", "-i", "t")
            self.assertEqual((done.returncode, read("t")), (3, before))
            self.assertIn(b"`t` cannot be written", done.stderr)

    def test_hard_links(self):
        for args in WRITERS:
            with self.subTest(args=args):
                for name in ("f.pol", "other"):
                    if os.path.exists(name):
                        os.remove(name)
                write("f.pol", TWICE)
                os.link("f.pol", "other")
                self.assertEqual(run(*args).returncode, 0)
                self.assertTrue(os.path.samefile("f.pol", "other"))
                self.assertNotEqual(read("other"), TWICE.encode())

    def test_a_failed_write_in_place_changes_nothing(self):
        write("f.pol", "old")
        os.link("f.pol", "other")
        done = run("compile", "-o", "f.pol", "p.pol",
                   preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100)))
        self.assertEqual((done.returncode, done.stderr), (3, b"ipec: `f.pol` cannot be written: file too large\n"))
        self.assertEqual(read("other"), b"old")
        # One of two outputs fails: the output written in place has its old bytes again.
        done = run("compile", "--emit=text", "-o", "f.pol", "--map=/dev/full", "p.pol")
        self.assertEqual((done.returncode, read("other")), (3, b"old"))

    def test_something_mounted_on_the_file(self):
        for name in ("f.pol", "source"):
            write(name, TWICE)
        if not ROOT or not try_to("mount", "--bind", "source", "f.pol"):
            self.skipTest("nothing can be mounted here")
        try:
            for args in WRITERS:
                write("source", TWICE)
                self.assertEqual(run(*args).returncode, 0, args)
                self.assertNotEqual(read("source"), TWICE.encode())
                self.assertTrue(os.path.samefile("f.pol", "source"))
        finally:
            subprocess.run(["umount", "f.pol"], check=True)
        self.assertEqual(read("f.pol"), TWICE.encode())

    @unittest.skipUnless(ROOT, "only root may become another user")
    def test_what_another_user_may_not_keep(self):
        """If the owner cannot be kept, or no new file can be created, the file is written in place."""
        shutil.copy(IPEC, "ipec")
        os.chmod("ipec", 0o755)
        for directory_mode, sticky in ((0o777, 0), (0o777, 0o1000), (0o755, 0)):
            os.makedirs("d", exist_ok=True)
            os.chmod("d", directory_mode | sticky)
            write("d/f.pol", TWICE)
            os.chown("d/f.pol", 12345, 12345)
            os.chmod("d/f.pol", 0o666)
            before = attributes("d/f.pol")
            done = run("fmt", "d/f.pol", program="./ipec", user=NOBODY, group=NOBODY, extra_groups=[])
            self.assertEqual((done.returncode, done.stderr), (0, b""))
            self.assertNotEqual(read("d/f.pol"), TWICE.encode())
            self.assertEqual(attributes("d/f.pol"), before)
            self.assertEqual(os.listdir("d"), ["f.pol"])
        # A file that the user may not write does not change.
        write("d/f.pol", TWICE)
        os.chmod("d/f.pol", 0o644)
        os.chmod("d", 0o777)
        done = run("fmt", "d/f.pol", program="./ipec", user=NOBODY, group=NOBODY, extra_groups=[])
        self.assertEqual((done.returncode, done.stderr),
                         (3, b"ipec: `d/f.pol` cannot be written: permission denied\n"))
        self.assertEqual(read("d/f.pol"), TWICE.encode())


class Deep(unittest.TestCase):
    """Paths that are longer than a system call accepts."""

    def setUp(self):
        self.place = os.path.realpath(tempfile.mkdtemp(prefix="ipec-deep-"))
        self.addCleanup(self.remove)
        os.chdir(self.place)

    def remove(self):
        os.chdir("/")
        subprocess.run(["rm", "-rf", self.place], check=True)

    def make(self, name, levels):
        """Changes to a deeply nested directory and returns its path."""
        for _ in range(levels):
            os.mkdir(name)
            os.chdir(name)
        return "/".join([name] * levels)

    def test_policies_below_long_paths(self):
        below = self.make("d" * 200, 60)
        write("deep.pol", TWICE)
        os.link("deep.pol", "hard.pol")
        os.symlink("deep.pol", "link.pol")
        write(".gitignore", "ignored.pol\n")
        write("ignored.pol", TWICE)
        os.chdir(self.place)
        done = run("lint", "--output=json", "--exit-zero", ".")
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        self.assertEqual([result["file"] for result in json.loads(done.stdout)["results"]],
                         [f"{below}/{name}.pol" for name in ("deep", "hard", "link")])
        done = run("fmt", ".")
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        for name in below.split("/"):
            os.chdir(name)
        self.assertNotEqual(read("deep.pol"), TWICE.encode())
        self.assertTrue(os.path.samefile("deep.pol", "hard.pol") and os.path.islink("link.pol"))
        # From there, and by its path.
        self.assertEqual(run("fmt", "--check", "deep.pol").returncode, 0)
        self.assertEqual(run("fmt", "--check", ".").returncode, 0)
        os.chdir(self.place)
        self.assertEqual(run("fmt", "--check", below + "/deep.pol").returncode, 0)
        self.assertEqual(run("check", below + "/deep.pol").returncode, 0)
        self.assertEqual(run("compile", "--emit=text", "-o", below + "/new", below + "/deep.pol").returncode, 0)
        done = run("compile", "-o", below + "/hard.pol", below + "/deep.pol")
        self.assertEqual(done.returncode, 2, done.stderr)

    def test_settings_below_long_paths(self):
        below = self.make("d" * 200, 25)
        write("a.pol", TWICE)
        write("ipec.toml", '[lint]\nignore = ["all"]\n')
        os.chdir(self.place)
        for operand in (".", below + "/a.pol"):
            done = run("lint", "--output=json", operand)
            self.assertEqual((done.returncode, done.stderr), (0, b""))
            self.assertEqual([result["diagnostics"] for result in json.loads(done.stdout)["results"]], [[]])

    def test_a_tree_without_end(self):
        write("a.pol", TWICE)
        self.make("d" * 200, 100)
        write("deep.pol", TWICE)
        os.chdir(self.place)
        for command in ("lint", "fmt"):
            done = run(command, *(["--exit-zero"] if command == "lint" else ["--check"]), ".")
            self.assertEqual(done.returncode, 3)
            self.assertIn(b"nested too deeply", done.stderr)
            self.assertIn(b"a.pol", done.stdout)

    def test_many_levels(self):
        self.make("d", 3000)
        write("deep.pol", TWICE)
        os.chdir(self.place)
        done = run("fmt", "--check", ".", preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_STACK, (1 << 20, 1 << 20)))
        self.assertEqual(done.returncode, 1, done.stderr)


class Closed(unittest.TestCase):
    """Standard streams closed by the caller."""

    def setUp(self):
        self.place = tempfile.mkdtemp(prefix="ipec-closed-")
        self.addCleanup(shutil.rmtree, self.place)
        os.chdir(self.place)
        write("p.pol", TWICE)

    def test_input(self):
        for args in (["fmt"], ["fmt", "-"], ["fmt", "--check", "-"], ["check", "-"], ["lint", "-"], ["lint", "--fix", "-"],
                     ["compile", "-o", "t", "-"], ["eval", "-", "--event={}"], ["eval", "p.pol", "--events=-"],
                     ["thumbprint", "-"], ["lsp"], ["lsp", "--check", "-"]):
            for closed in ((0,), (0, 1), (0, 1, 2)):
                with self.subTest(args=args, closed=closed):
                    done = run(*args, stdin=None, preexec_fn=lambda closed=closed: [os.close(one) for one in closed])
                    self.assertEqual(done.returncode, 3, done)
                    if 2 not in closed:
                        self.assertIn(b"ipec: `<stdin>` is closed, or not open for reading\n", done.stderr)
        self.assertEqual(os.listdir("."), ["p.pol"])

    def test_what_is_not_read_may_be_closed(self):
        for args in (["fmt", "--check", "p.pol"], ["check", "p.pol"], ["compile", "-o", "t", "p.pol"]):
            done = run(*args, stdin=None, preexec_fn=lambda: os.close(0))
            self.assertEqual((done.returncode, done.stderr), (run(*args).returncode, b""), args)

    def test_output_for_errors(self):
        """A lost message does not look like success."""
        write("long.pol", TWICE + "nonsense\x01\n")
        for args, status in ((["check", "p.pol"], 0), (["check", "none.pol"], 3), (["fmt", "--stdin-filename=x", "long.pol"], 3),
                             (["explain", "nothing"], 3), (["lint", "empty"], 3)):
            os.makedirs("empty", exist_ok=True)
            with self.subTest(args=args):
                self.assertEqual(run(*args, preexec_fn=lambda: os.close(2)).returncode, status)


if __name__ == "__main__":
    IPEC = os.path.abspath(sys.argv.pop(1))
    os.umask(0o022)
    unittest.main()
