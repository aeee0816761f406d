#!/usr/bin/env python3
"""The policies that a directory means, compared with git: git_files_test.py IPEC

Uses random repositories, the same in every run: submodules, linked work trees, repositories within repositories, sparse
checkouts, indexes of every version, ignored files that are tracked, patterns of the user and of the repository. The
policies that `ipec` finds are those that `git ls-files` lists as tracked or as untracked and not ignored, repository by
repository, and `git check-ignore` lists none of the untracked ones.
"""

import os
import random
import shutil
import subprocess
import sys
import tempfile
import unittest

IPEC = ""
TEXT = "policy_name=demo   policy_version=1.0.0\nDEFAULT action=DENY\n"  # so that `ipec fmt --check` names it
ENDINGS = (".pol", ".ipe", ".policy")
NAMES = ["a", "b", "ab", "sub", "B", "x1", "build", ".h"]
PATTERNS = ["a.pol", "*.ipe", "b*", "/a", "build/", "sub/", "!b.pol", "x[0-9]", "**/ab", "sub/*", "*", "!*/", "AB", "a/**",
            "*.policy", "!a.pol", "/sub/a.*", "nested", "wt/", "module", "B.POL"]


def is_untracked_policy(path):
    """True if the name is that of a policy and no directory is hidden: tracked files may be in one."""
    return path.endswith(ENDINGS) and not any(part.startswith(".") for part in path.split("/")[:-1])


def write(path, text):
    os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
    with open(path, "w", encoding="utf-8") as stream:
        stream.write(text)


@unittest.skipUnless(shutil.which("git"), "no git")
class GitFiles(unittest.TestCase):
    def setUp(self):
        self.place = os.path.realpath(tempfile.mkdtemp(prefix="ipec-git-"))
        self.addCleanup(shutil.rmtree, self.place)
        os.chdir(self.place)
        self.chance = random.Random(7)
        self.env = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "XDG_"))}
        self.env.update(HOME=os.path.join(self.place, "home"), GIT_CONFIG_NOSYSTEM="1")
        write("home/.gitconfig", "[user]\nname=a\nemail=a@b\n[protocol \"file\"]\nallow=always\n[init]\ndefaultBranch=m\n")

    def git(self, *args, cwd="."):
        done = subprocess.run(["git", *args], cwd=cwd, env=self.env, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              check=False, timeout=120)
        self.assertEqual(done.returncode, 0, (args, done.stderr))
        return done.stdout.decode()

    def found(self, operand, cwd="."):
        """The files that ipec finds, relative to the operand."""
        done = subprocess.run([IPEC, "fmt", "--check", operand], cwd=cwd, env=self.env, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False, timeout=120)
        lines = done.stdout.decode().splitlines()
        if lines:
            self.assertEqual((done.returncode, done.stderr), (1, b""))
        # File names are relative to the working directory, however the operand is spelled.
        start = "" if operand == "." else os.path.relpath(os.path.join(cwd, operand), cwd) + "/"
        self.assertTrue(all(line.startswith(start) for line in lines), lines)
        return sorted(line[len(start):] for line in lines)

    def wanted(self, top):
        """The files that git lists for the repository at `top` and those within it."""
        paths = set()
        within = []
        for line in self.git("ls-files", "-z", "--stage", cwd=top).split("\0")[:-1]:
            mode, path = line.split(" ", 1)[0], line.split("\t", 1)[1]
            if mode == "160000":
                within.append(path)
            elif path.endswith(ENDINGS) and os.path.isfile(os.path.join(top, path)):
                paths.add(path)
        if self.git("config", "--default", "false", "core.ignoreCase", cwd=top).strip() == "true":
            # A file whose name differs only in case counts as the tracked one.
            known = {path.lower() for path in paths}
            there = (os.path.relpath(os.path.join(directory, name), top) for directory, _, names in os.walk(top) for name in names)
            paths.update(path for path in there if path.endswith(ENDINGS) and path.lower() in known)
        others = self.git("ls-files", "-z", "--others", "--exclude-standard", cwd=top).split("\0")[:-1]
        within += [path.rstrip("/") for path in others if path.endswith("/")]
        paths.update(path for path in others if is_untracked_policy(path))
        for path in within:
            if os.path.exists(os.path.join(top, path, ".git")) and is_untracked_policy(path + "/x.pol"):
                paths.update(os.path.join(path, own) for own in self.wanted(os.path.join(top, path)))
        return sorted(paths)

    def compare(self, top):
        want, got = self.wanted(top), self.found(".", cwd=top)
        shown = {}
        for directory, _, names in os.walk(top):
            for name in names:
                if name in (".gitignore", "exclude", "sparse-checkout"):
                    with open(os.path.join(directory, name), encoding="utf-8") as stream:
                        shown[os.path.join(directory, name)] = stream.read().splitlines()
        self.assertEqual(got, want, shown)
        return len(want)

    def fill(self, top, ignores=True):
        """Random directories, policies and rules."""
        chance = self.chance
        directories = [""]
        for _ in range(chance.randint(1, 5)):
            directories.append(os.path.join(chance.choice(directories), chance.choice(NAMES)))
        for directory in directories:
            for name in chance.sample(NAMES, 3):
                path = os.path.join(top, directory, name + chance.choice(ENDINGS))
                if not os.path.exists(path):
                    write(path, TEXT)
            if ignores and chance.random() < 0.6:
                lines = [chance.choice(PATTERNS) for _ in range(chance.randint(1, 4))]
                write(os.path.join(top, directory, ".gitignore"), "\n".join(lines) + "\n")

    def exclude(self, git_dir):
        if self.chance.random() < 0.5:
            write(os.path.join(git_dir, "info/exclude"), self.chance.choice(PATTERNS) + "\n")

    def track(self, top):
        """Adds some files, including ignored ones, to an index of a random version."""
        policies = [os.path.relpath(os.path.join(directory, name), top) for directory, _, names in os.walk(top)
                    for name in names if name.endswith(ENDINGS)]
        self.git("update-index", "--index-version", self.chance.choice("234"), cwd=top)
        chosen = self.chance.sample(sorted(policies), len(policies) // 2)
        self.git("add", "-f", "--", *chosen, cwd=top)
        if self.chance.random() < 0.5:
            self.git("add", "--intent-to-add", "-f", "--", self.chance.choice(sorted(policies)), cwd=top)  # version 3
        self.git("commit", "-q", "-m", "c", cwd=top)
        if self.chance.random() < 0.4:
            self.git("update-index", "--split-index", cwd=top)
            self.git("rm", "-q", "--cached", "-f", "--", self.chance.choice(chosen), cwd=top)

    def repository(self, name):
        self.git("init", "-q", "--object-format", self.chance.choice(["sha1", "sha1", "sha256"]), name)
        self.fill(name)
        self.exclude(name + "/.git")
        if self.chance.random() < 0.2:
            self.git("config", "core.ignoreCase", "true", cwd=name)
        self.track(name)

    def test_outside_repositories(self):
        """The rules of the operand and below it apply, those above it do not."""
        count = 0
        for number in range(20):
            top = f"loose{number}"
            self.fill(top)
            for directory, _, _ in os.walk(top):
                done = subprocess.run(["git", "grep", "--no-index", "--exclude-standard", "-lz", "-e", ""], cwd=directory,
                                      env=self.env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False, timeout=120)
                self.assertEqual(done.stderr, b"")
                want = sorted(path for path in done.stdout.decode().split("\0")[:-1] if is_untracked_policy(path))
                self.assertEqual(self.found(".", cwd=directory), want, directory)
                count += len(want)
        self.assertGreater(count, 100)

    def test_repositories(self):
        total = 0
        for number in range(25):
            name = f"r{number}"
            self.repository(name)
            total += self.compare(name)
        self.assertGreater(total, 125)

    def test_repositories_within_repositories(self):
        """Submodules, work trees and others: rules of the outer repository do not apply in them."""
        for number in range(8):
            name, module = f"r{number}", f"m{number}"
            self.git("init", "-q", module)
            self.fill(module)
            self.track(module)
            self.git("init", "-q", name)
            self.fill(name)
            self.track(name)
            self.git("submodule", "--quiet", "add", "-f", os.path.join(self.place, module), "module", cwd=name)
            self.fill(name + "/module", ignores=False)
            self.exclude(f"{name}/.git/modules/module")
            self.git("worktree", "add", "-q", "--detach", "wt", cwd=name)
            self.fill(name + "/wt")
            self.git("worktree", "add", "-q", "--detach", f"../w{number}", cwd=name)
            self.fill(f"w{number}")
            self.exclude(name + "/.git")
            self.git("init", "-q", name + "/nested")
            self.fill(name + "/nested")
            self.track(name + "/nested")
            self.compare(name)
            self.compare(f"w{number}")
            # From a subdirectory, by name, and through a link from elsewhere.
            for below in ("module", "wt"):
                want = self.wanted(os.path.join(name, below))
                self.assertEqual(self.found(below, cwd=name), want)
                os.symlink(os.path.join(name, below), f"link-{number}-{below}")
                self.assertEqual(self.found(f"link-{number}-{below}"), want)

    def test_a_directory_below_the_top(self):
        self.git("init", "-q", "r")
        write("r/.gitignore", "*.ipe\n/d/no.pol\n")
        for path in ("r/d/no.pol", "r/d/yes.pol", "r/d/x.ipe", "r/d/tracked.ipe"):
            write(path, TEXT)
        self.git("add", "-f", "d/tracked.ipe", cwd="r")
        os.symlink("r/d", "link")
        for operand in ("r/d", "link", "./link/", os.path.abspath("link")):
            self.assertEqual(self.found(operand), ["tracked.ipe", "yes.pol"], operand)

    def test_sparse_checkouts(self):
        for number in range(8):
            name = f"r{number}"
            self.git("init", "-q", name)
            self.fill(name, ignores=False)
            write(name + "/kept/k.pol", TEXT)
            write(name + "/.gitignore", "*.ipe\n" + self.chance.choice(PATTERNS) + "\n")
            self.git("add", "-f", ".", cwd=name)
            self.git("commit", "-q", "-m", "c", cwd=name)
            how = self.chance.choice([["--cone"], ["--cone", "--sparse-index"], ["--no-cone"]])
            self.git("sparse-checkout", "set", *how, *(["kept"] if how[0] == "--cone" else ["/kept/", "/.gitignore"]),
                     cwd=name)
            write(name + "/kept/new.ipe", TEXT)
            write(name + "/other/new.pol", TEXT)
            write(name + "/other/new.ipe", TEXT)
            self.compare(name)

    def test_patterns_of_the_user(self):
        self.git("init", "-q", "r")
        for path in ("a.pol", "b.pol", "c.pol", "d.pol", "t.pol"):
            write("r/" + path, TEXT)
        self.git("add", "t.pol", cwd="r")
        write("home/.config/git/ignore", "a.pol\nt.pol\n")
        self.assertEqual(self.found(".", cwd="r"), ["b.pol", "c.pol", "d.pol", "t.pol"])
        self.compare("r")
        for name, text in (("home/ignore", "b.pol\n"), ("xdg/git/ignore", "c.pol\n"), ("r/own", "d.pol\n!b.pol\n")):
            write(name, text)
        self.env["XDG_CONFIG_HOME"] = os.path.join(self.place, "xdg")
        self.assertNotIn("c.pol", self.found(".", cwd="r"))
        self.compare("r")
        for value in ("~/ignore", "own", os.path.join(self.place, "home/ignore"), ""):
            for scope in ("--global", "--local"):
                self.git("config", scope, "core.excludesFile", value, cwd="r")
                self.compare("r")
            # info/exclude takes precedence over it.
            write("r/.git/info/exclude", "!b.pol\nd.pol\n")
            self.compare("r")
            os.remove("r/.git/info/exclude")
        self.git("config", "--unset", "core.excludesFile", cwd="r")
        write("home/more", "[core]\nexcludesFile = ~/ignore\n")
        for key in ("include.path", "includeIf.gitdir:r/.path", "includeIf.gitdir:~/.path", "includeIf.gitdir/i:R/.path"):
            self.git("config", "--global", key, "more", cwd="r")
            self.compare("r")
            self.git("config", "--global", "--unset", key, cwd="r")
        self.git("config", "--global", "--unset", "core.excludesFile", cwd="r")
        self.git("config", "extensions.worktreeConfig", "true", cwd="r")
        self.git("config", "--worktree", "core.excludesFile", "own", cwd="r")
        self.assertNotIn("d.pol", self.found(".", cwd="r"))
        self.compare("r")

    def test_what_is_no_repository(self):
        """A `.git` that git does not accept, and a .gitignore that is a link."""
        write("rules", "a.pol\n")
        self.git("init", "-q", "r")
        for path in ("a.pol", "fake/a.pol", "fake/.git/HEAD", "linked/a.pol", "linked/b.pol"):
            write("r/" + path, TEXT)
        write("r/.gitignore", "/fake/a.pol\n")
        os.symlink("../../rules", "r/linked/.gitignore")
        self.assertEqual(self.found(".", cwd="r"), ["a.pol", "linked/a.pol", "linked/b.pol"])
        self.compare("r")

    def test_a_damaged_index_is_said(self):
        self.git("init", "-q", "r")
        write("r/.gitignore", "a.pol\n")
        write("r/a.pol", TEXT)
        write("r/b.pol", TEXT)
        self.git("add", "-f", "a.pol", cwd="r")
        with open("r/.git/index", "rb") as stream:
            index = stream.read()
        for damaged in (b"", b"DIRX" + index[4:], index[:60], index[:7] + b"\5" + index[8:], index[:11] + b"\x63" + index[12:]):
            with open("r/.git/index", "wb") as stream:
                stream.write(damaged)
            done = subprocess.run([IPEC, "lint", "--output=concise", "r"], env=self.env, stdin=subprocess.DEVNULL,
                                  stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False, timeout=120)
            self.assertEqual(done.returncode, 3, damaged)
            self.assertIn(b"cannot determine the files that git tracks", done.stderr)
            self.assertIn(b"r/b.pol", done.stdout)

    def test_nothing_to_lint(self):
        self.git("init", "-q", "r")
        write("r/.gitignore", "*.pol\n")
        write("r/a.pol", TEXT)
        for command in (["lint"], ["fmt"], ["fmt", "--check"]):
            for extra, status in (([], 0), (["--error-on-empty"], 1)):
                done = subprocess.run([IPEC, *command, *extra, "r"], env=self.env, stdin=subprocess.DEVNULL,
                                      stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False, timeout=120)
                self.assertEqual(done.returncode, status, (command, extra))
                self.assertIn(b"ipec: `r` has no policies", done.stderr)
            done = subprocess.run([IPEC, *command, "--error-on-empty", "r/a.pol"], env=self.env, stdin=subprocess.DEVNULL,
                                  stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False, timeout=120)
            self.assertEqual(done.stderr, b"")


if __name__ == "__main__":
    IPEC = os.path.abspath(sys.argv.pop(1))
    unittest.main()
