#!/usr/bin/env python3
"""The base of `--against=git:…`, over repositories that git makes: git_base_test.py IPEC

Every policy of the work tree has version 0.0.0 and allows something else than every base, and every base has a version of
its own. So the finding version-decreased shows which base a policy was compared with. A base that cannot be read is never
a pass: for that, each object of a repository is damaged and removed in turn.
"""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest

IPEC = ""
RULES = "weaker-than-base,version-decreased"
NOW = "policy_name=p policy_version=0.0.0\nDEFAULT action=DENY\nop=EXECUTE boot_verified=TRUE action=ALLOW\n"


def base(number, name="p"):
    """A policy that is the base of a comparison."""
    return f"policy_name={name} policy_version=1.0.{number}\nDEFAULT action=DENY\n" + f"# {number}\n" * 3


def write(path, text):
    os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
    with open(path, "wb") as stream:
        stream.write(text.encode())


@unittest.skipUnless(shutil.which("git"), "no git")
class GitBase(unittest.TestCase):
    def setUp(self):
        self.place = os.path.realpath(tempfile.mkdtemp(prefix="ipec-base-"))
        self.addCleanup(shutil.rmtree, self.place)
        self.addCleanup(os.chdir, os.getcwd())
        os.chdir(self.place)
        self.env = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "XDG_"))}
        self.env.update(HOME=os.path.join(self.place, "home"), GIT_CONFIG_NOSYSTEM="1")
        write("home/.gitconfig", "[user]\nname=a\nemail=a@b\n[protocol \"file\"]\nallow=always\n[init]\ndefaultBranch=main\n"
              "[gc]\nauto=0\n[advice]\ndetachedHead=false\n")
        self.git("init", "-q", "r", cwd=".")
        os.chdir("r")

    def git(self, *args, cwd="."):
        done = subprocess.run(["git", *args], cwd=cwd, env=self.env, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              check=False, timeout=120)
        self.assertEqual(done.returncode, 0, (args, done.stderr))
        return done.stdout.decode().strip()

    def commit(self, message="c", cwd="."):
        self.git("add", "-A", cwd=cwd)
        self.git("commit", "-q", "--allow-empty", "-m", message, cwd=cwd)
        return self.git("rev-parse", "HEAD", cwd=cwd)

    def lint(self, against, *operands, cwd=".", env=None, **more):
        done = subprocess.run([IPEC, "lint", f"--against={against}", f"--select={RULES}", "--output=json", *operands], cwd=cwd,
                              env=self.env if env is None else env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, check=False, timeout=120, **more)
        return done.returncode, done.stdout.decode(), done.stderr.decode()

    def bases(self, against, *operands, cwd=".", **more):
        """The number of the base of each file; "" of one without a base. And what is on standard error."""
        status, out, err = self.lint(against, *operands, cwd=cwd, **more)
        found = {}
        for file in json.loads(out)["results"]:
            messages = [one["message"] for one in file["diagnostics"]]
            versions = [re.match(r"version 0\.0\.0 after 1\.0\.(\d+)", one) for one in messages]
            found[file["file"]] = "".join(one[1] for one in versions if one)
        self.assertEqual(status, 1 if any(found.values()) else 0, (out, err))
        return found, err

    def cannot_read(self, against, *operands, words, status=3, **more):
        got, out, err = self.lint(against, *operands, **more)
        self.assertEqual(got, status, (out, err))
        for word in [words] if isinstance(words, str) else words:
            self.assertIn(word, err)
        self.assertEqual(err.count("\n"), 1, err)
        return err

    def diff(self, against, *operands, env=None):
        done = subprocess.run([IPEC, "diff", f"--against={against}", "--output=json", *operands], stdin=subprocess.DEVNULL,
                              env=self.env if env is None else env, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              check=False, timeout=120)
        return done.returncode, done.stdout.decode(), done.stderr.decode()

    def verdicts(self, against, *operands):
        """The exit status, name of the base and verdict of each file, and standard error."""
        status, out, err = self.diff(against, *operands)
        files = json.loads(out)["files"]
        return status, {file["after"]: (file["before"], file["verdict"]) for file in files}, err

    def two_commits(self):
        write("a.pol", base(1))
        self.commit("one")
        write("a.pol", base(2))
        self.commit("two")
        write("a.pol", NOW)

    def test_every_name_of_a_revision(self):
        self.two_commits()
        self.git("tag", "v1", "HEAD~1")
        self.git("tag", "-a", "-m", "t", "v2", "HEAD")
        self.git("branch", "topic/x", "HEAD~1")
        first, second = self.git("rev-parse", "HEAD~1"), self.git("rev-parse", "HEAD")
        for name, number in {"main": "2", "HEAD": "2", "HEAD~1": "1", "HEAD^": "1", "@": "2", "@~": "1", "v1": "1", "v2": "2",
                             "v2^{commit}": "2", "topic/x": "1", "refs/heads/main": "2", first: "1", second[:8]: "2",
                             ":/one": "1", "main@{1}": "1", "main^{/one}": "1"}.items():
            self.assertEqual(self.bases(f"git:{name}", "a.pol"), ({"a.pol": number}, ""), name)
        found = self.lint("git:main", "a.pol")[1]
        self.assertIn("git:main:a.pol:2:1: denied before by the DEFAULT in line 2", found)

    def test_a_revision_that_does_not_exist(self):
        self.two_commits()
        self.cannot_read("git:nope", "a.pol", words=["has no revision `nope`", "`git fetch`"])
        self.cannot_read("git:" + "f" * 40, "a.pol", words=["does not have the commit", "`git fetch`"])
        # Fetching would not help.
        for name, words in {"HEAD:": "`HEAD:` is a tree, not a commit", "HEAD^{tree}": "is a tree, not a commit",
                            "HEAD:a.pol": "`HEAD:a.pol` is a blob, not a commit",
                            "HEAD~50": "has `HEAD`, but not `HEAD~50`: its history has no such commit",
                            "main^2~3": "has `main`, but not `main^2~3`: its history has no such commit",
                            "main@{50}": "has `main`, but not `main@{50}`", "main:nope.pol": "has `main`, but not `main:nope.pol`",
                            "main..topic": "is a range, not a commit; name the commit to compare with, as `git:main` or "
                            "`git:merge-base:main`", "main...topic": "is a range", "..main": "as `git:HEAD` or"}.items():
            self.assertNotIn("fetch", self.cannot_read(f"git:{name}", "a.pol", words=words))
        for name in ("^main", "$(touch x)", "; touch x", "a b", "*", "\x1b[1m", "a\nb", "x" * 5000):
            err = self.cannot_read(f"git:{name}", "a.pol", words="has no revision")
            self.assertNotIn("\x1b", err)
            self.assertLess(len(err), 1000)
            self.assertEqual("fetch" in err, name.startswith("x"), name)
        for name in ("git:", "git:merge-base:", "git:--all", "git:-h", "git:merge-base:--octopus"):
            self.cannot_read(name, "a.pol", words="--against", status=2)
        self.assertFalse(os.path.exists("x"))
        # The other files are linted, and the answer is not "all is well".
        status, out, _ = self.lint("git:nope", ".")
        self.assertEqual((status, len(json.loads(out)["results"])), (3, 1))

    def test_remote_tracking_names_only(self):
        self.two_commits()
        self.git("checkout", "-q", "a.pol")
        self.git("branch", "release")
        self.git("clone", "-q", "r", "clone", cwd="..")
        os.chdir("../clone")
        self.git("checkout", "-q", "--detach")
        self.git("branch", "-D", "main")
        write("a.pol", NOW)
        for name in ("origin/main", "origin/release", "origin", "refs/remotes/origin/main"):
            self.assertEqual(self.bases(f"git:{name}", "a.pol"), ({"a.pol": "2"}, ""), name)
        self.cannot_read("git:release", "a.pol", words="did you mean `git:origin/release`?")
        self.git("remote", "rename", "origin", "upstream")
        self.assertEqual(self.bases("git:upstream/main", "a.pol"), ({"a.pol": "2"}, ""))

    def test_detached_head_and_merge_base(self):
        write("a.pol", base(1))
        self.commit("fork")
        self.git("checkout", "-q", "-b", "topic")
        write("b.txt", "x")
        self.commit("topic")
        self.git("checkout", "-q", "main")
        write("a.pol", base(2))
        self.commit("main goes on")
        self.git("checkout", "-q", "--detach", "topic")
        write("a.pol", NOW)
        self.assertEqual(self.bases("git:main", "a.pol")[0], {"a.pol": "2"})
        self.assertEqual(self.bases("git:merge-base:main", "a.pol")[0], {"a.pol": "1"})
        fork = self.git("rev-parse", "main~1")
        self.assertIn(f"git:{fork[:12]}:a.pol:2:1: denied before", self.lint("git:merge-base:main", "a.pol")[1])
        self.cannot_read("git:merge-base:nope", "a.pol", words="has no revision `nope`")

    def test_no_merge_base_and_several(self):
        self.two_commits()
        self.git("checkout", "-q", "a.pol")
        self.git("checkout", "-q", "--orphan", "other")
        self.commit("other")
        self.cannot_read("git:merge-base:main", "a.pol", words="have no common ancestor")
        self.git("checkout", "-q", "-b", "left", "main")
        left = self.commit("left")
        self.git("checkout", "-q", "-b", "right", "main")
        right = self.commit("right")
        self.git("merge", "-q", "-s", "ours", "-m", "m", left)
        self.git("checkout", "-q", "left")
        self.git("merge", "-q", "-s", "ours", "-m", "m", right)
        self.cannot_read("git:merge-base:right", "a.pol", words=["several merge bases", left[:12], right[:12]])
        self.git("checkout", "-q", "--orphan", "unborn")
        self.cannot_read("git:merge-base:main", "a.pol", words="merge base of HEAD")

    def test_shallow_clone(self):
        self.two_commits()
        self.git("checkout", "-q", "a.pol")
        self.git("checkout", "-q", "-b", "topic")
        self.commit("topic")
        self.git("clone", "-q", "--depth=1", "--no-single-branch", "file://" + os.path.abspath("."), "../shallow")
        os.chdir("../shallow")
        write("a.pol", NOW)
        self.assertEqual(self.bases("git:origin/main", "a.pol"), ({"a.pol": "2"}, ""))
        history = ["shallow clone", "`fetch-depth: 0`", "git fetch --unshallow"]
        self.cannot_read("git:origin/main~1", "a.pol", words=history)
        self.cannot_read("git:nope", "a.pol", words=history)
        self.cannot_read("git:merge-base:origin/main", "a.pol", words=history)
        self.git("fetch", "-q", "--unshallow")
        self.assertEqual(self.bases("git:merge-base:origin/main", "a.pol"), ({"a.pol": "2"}, ""))
        self.assertEqual(self.bases("git:origin/main~1", "a.pol"), ({"a.pol": "1"}, ""))

    def test_a_history_that_is_cut_before_the_merge_base(self):
        """The oldest common ancestor is there, but a better one may be behind the cut."""
        write("a.pol", base(1))
        self.commit("old")
        write("a.pol", base(2))
        better = self.commit("better")
        self.git("checkout", "-q", "-b", "topic")
        self.commit("t1")
        self.git("merge", "-q", "--no-ff", "-m", "t2", "-s", "ours", self.git("commit-tree", "-p", "main~1", "-m", "x", "HEAD^{tree}"))
        self.git("checkout", "-q", "main")
        self.commit("m1")
        self.git("checkout", "-q", "topic")
        t1 = self.git("rev-parse", "HEAD~1")
        write("a.pol", NOW)
        self.assertEqual(self.bases("git:merge-base:main", "a.pol")[0], {"a.pol": "2"})
        # As in a clone that has everything but the parents of `t1`.
        write(".git/shallow", t1 + "\n")
        main_side = self.git("merge-base", "HEAD", "main")
        self.assertNotEqual(main_side, better)
        self.cannot_read("git:merge-base:main", "a.pol", words=["cannot be determined", "fetch-depth: 0"])

    def test_renames(self):
        for number in range(1, 6):
            write(f"{number}.pol", base(number, f"p{number}" if number in (3, 4) else "p") + f"# {number * 'comment '}\n" * 9)
        write("other.txt", base(6) + "# text\n" * 9)
        self.commit()
        self.git("mv", "1.pol", "moved.pol")
        os.makedirs("d")
        self.git("mv", "2.pol", "d/2.pol")
        self.git("mv", "other.txt", "text.txt")
        os.rename("3.pol", "unknown.pol")
        os.remove("4.pol")
        write("5.pol", NOW)
        write("new.pol", NOW)
        self.git("add", "-A", "moved.pol", "d", "text.txt", "new.pol", "5.pol")
        for path in ("moved.pol", "d/2.pol", "text.txt"):
            with open(path, encoding="utf-8") as stream:
                text = stream.read()
            write(path, re.sub(r"1\.0\.\d", "0.0.0", text) + "op=EXECUTE boot_verified=TRUE action=ALLOW\n")
        self.git("add", "moved.pol")  # renamed and changed
        found, err = self.bases("git:main", ".")
        self.assertEqual(found, {"5.pol": "5", "d/2.pol": "2", "moved.pol": "1", "new.pol": "", "unknown.pol": ""})
        self.assertEqual(sorted(err.splitlines()), [
            "ipec: note: `git:main:4.pol` was deleted",
            "ipec: note: `new.pol` is new: `git:main` does not have it",
            "ipec: note: `unknown.pol` is compared with `git:main:3.pol`, which was deleted: both are the policy `p3`"])
        self.assertIn("git:main:1.pol:2:1", self.lint("git:main", "moved.pol")[1])
        self.assertEqual(self.bases("git:main", "text.txt"), ({"text.txt": "6"}, ""))
        # Only deleted files below the operand are reported, and none for a file.
        self.assertEqual(self.bases("git:main", "d"), ({"d/2.pol": "2"}, ""))
        # A file of another program has no policy that could be deleted.
        write("x.policy", "<?xml version='1.0'?>\n<policyconfig/>\n")
        self.commit()
        os.remove("x.policy")
        self.assertNotIn("x.policy", self.bases("git:HEAD", ".")[1])

    def test_renames_that_git_does_not_detect(self):
        """A new policy with the name of a deleted one is compared with it, wherever the two are."""
        write("a.pol", base(1, "x") + "# text\n" * 50)
        write("same/new.pol", base(2, "x"))
        write("d/kept.pol", base(3, "y"))
        write("d/.keep", "")
        self.commit()
        os.remove("a.pol")
        write("d/new.pol", NOW.replace("=p ", "=x "))
        write("d/other.pol", NOW.replace("=p ", "=y "))  # the policy y is still there
        note = "ipec: note: `d/new.pol` is compared with `git:main:a.pol`, which was deleted: both are the policy `x`\n"
        new = "ipec: note: `d/other.pol` is new: `git:main` does not have it\n"
        for operands in (["."], ["d"], ["d/new.pol", "d/other.pol"]):
            found, err = self.bases("git:main", *operands)
            self.assertEqual((found["d/new.pol"], found["d/other.pol"]), ("1", ""), operands)
            self.assertEqual(sorted(err.splitlines(True)), [note, new])
            status, files, err = self.verdicts("git:main", *operands)
            self.assertEqual((status, files["d/new.pol"]), (1, ("git:main:a.pol", "looser")), operands)
            self.assertEqual(files["d/other.pol"], (None, "new"))
            self.assertEqual(json.loads(self.diff("git:main", *operands)[1])["deleted"], [])
        # Of several, that with the same file name.
        os.remove("same/new.pol")
        self.assertEqual(self.bases("git:main", "d")[0]["d/new.pol"], "2")
        self.assertIn("`git:main:a.pol` was deleted", self.bases("git:main", ".")[1])
        # A submodule elsewhere that is not checked out does not matter for a file.
        self.git("init", "-q", "../inner")
        self.commit(cwd="../inner")
        self.git("submodule", "add", "-q", os.path.abspath("../inner"), "sub")
        self.commit("with a submodule")
        self.git("clone", "-q", ".", "../clone")
        self.commit(cwd="sub")
        self.commit("another one")
        self.git("pull", "-q", cwd="../clone")
        write("../clone/n.pol", NOW.replace("=p ", "=x "))
        self.assertEqual(self.bases("git:HEAD~1", "n.pol", cwd="../clone")[0], {"n.pol": ""})

    def test_deleted_policies(self):
        """Every report has them; they fail at `any` only."""
        write("a.pol", base(1, "x"))
        write("b.pol", base(2, "y"))
        self.commit()
        os.remove("a.pol")
        for level, status in ((None, 0), ("records", 0), ("any", 1)):
            options = [] if level is None else [f"--fail-on={level}"]
            got, out, err = self.diff("git:main", *options, ".")
            self.assertEqual((got, err), (status, "ipec: note: `git:main:a.pol` was deleted\n"), level)
            self.assertEqual(json.loads(out)["deleted"], [
                {"before": "git:main:a.pol", "kind": "policy", "name": "x", "policy_version": "1.0.1"}])
        formats = ["text", "sarif", "github", "markdown"]
        self.diff("git:main", *(f"--output={name}:../{name}" for name in formats), "--output=json:../json", ".")
        words = "git:main:a.pol: the policy x 1.0.1 was deleted"
        found = {}
        for name in formats:
            with open("../" + name, encoding="utf-8") as stream:
                found[name] = stream.read()
        self.assertIn(words + "\n", found["text"])
        notes = json.loads(found["sarif"])["runs"][0]["invocations"][0]["toolExecutionNotifications"]
        self.assertEqual(notes, [{"level": "warning", "message": {"text": words}}])
        self.assertEqual(found["github"], f"::warning title=ipec::{words}\n")
        self.assertEqual(found["markdown"].splitlines()[1:4], [
            "**None of 1 policy is looser**, 1 was deleted.", "", "* `git:main:a.pol`: `the policy x 1.0.1 was deleted`"])

    def test_the_file_of_acceptances_is_a_pipe(self):
        self.two_commits()
        os.mkfifo("accepted")
        write("ipec.toml", "[diff]\naccepted = 'accepted'\n")
        for call in (["diff"], ["lint"]):
            done = subprocess.run([IPEC, *call, "--against=git:main", "a.pol"], env=self.env, capture_output=True, check=False,
                                  timeout=60)
            self.assertEqual((done.returncode, done.stderr), (
                2, b"ipec: ipec.toml:2:12: `diff.accepted`: `accepted` is not a regular file\n"), call)

    def test_a_file_as_the_base(self):
        write("ceiling.pol", base(7))
        write("new.pol", NOW)
        self.assertEqual(self.bases("ceiling.pol", "new.pol"), ({"new.pol": "7"}, ""))
        self.assertEqual(self.bases("../r/ceiling.pol", "."), ({"ceiling.pol": "", "new.pol": "7"}, ""))
        self.cannot_read("nope.pol", "new.pol", words="does not exist")
        self.cannot_read(".", "new.pol", words="is a directory")
        # A compiled one; a damaged one is not a base.
        subprocess.run([IPEC, "compile", "-o", "table", "ceiling.pol"], check=True)
        self.assertEqual(self.bases("table", "new.pol"), ({"new.pol": "7"}, ""))
        with open("table", "r+b") as stream:
            stream.seek(-1, os.SEEK_END)
            stream.write(b"\xff")
        self.cannot_read("table", "new.pol", words="`new.pol` cannot be compared with `table`: ")
        write("ceiling.pol", "policy_name=p\n")
        self.cannot_read("ceiling.pol", "new.pol", words=["cannot be compared with `ceiling.pol`", "rejects"], status=1)

    def test_submodules(self):
        self.git("init", "-q", "../inner")
        write("../inner/i.pol", base(1))
        self.commit(cwd="../inner")
        self.git("submodule", "add", "-q", os.path.abspath("../inner"), "sub")
        write("o.pol", base(2))
        self.commit("with sub at 1")
        write("sub/i.pol", base(3))
        write("sub/gone.pol", base(4, "gone"))
        self.commit(cwd="sub")
        self.commit("with sub at 3")
        # A clone without submodules: what the other commit changed is not there.
        self.git("clone", "-q", ".", "../clone")
        self.cannot_read("git:HEAD~1", ".", words="has another commit now, and is not checked out", cwd="../clone")
        write("../clone/o.pol", NOW)
        self.assertEqual(self.bases("git:HEAD", ".", cwd="../clone")[0], {"o.pol": "2"})
        self.git("rm", "-q", "sub", cwd="../clone")
        self.assertEqual(self.bases("git:HEAD", ".", cwd="../clone"), (
            {"o.pol": "2"}, "ipec: note: the submodule `git:HEAD:sub` was deleted\n"))
        os.chdir("../clone")
        self.assertEqual(json.loads(self.diff("git:HEAD", ".")[1])["deleted"], [
            {"before": "git:HEAD:sub", "kind": "submodule", "name": None, "policy_version": None}])
        os.chdir("../r")
        write("sub/i.pol", NOW)
        write("sub/n.pol", NOW)
        os.remove("sub/gone.pol")
        write("o.pol", NOW)
        found, err = self.bases("git:HEAD", ".")
        self.assertEqual(found, {"o.pol": "2", "sub/i.pol": "3", "sub/n.pol": ""})
        self.assertIn("`git:HEAD:sub/gone.pol` was deleted", err)
        self.assertEqual(self.bases("git:HEAD~1", ".")[0], {"o.pol": "2", "sub/i.pol": "1", "sub/n.pol": ""})
        # An operand in the submodule: the revision is one of the submodule.
        self.assertEqual(self.bases("git:HEAD~1", "sub/i.pol")[0], {"sub/i.pol": "1"})
        self.assertEqual(self.bases("git:main", "i.pol", cwd="sub")[0], {"i.pol": "3"})
        # The commit of the submodule was not fetched.
        recorded = self.git("rev-parse", "HEAD:sub")
        self.git("update-index", "--cacheinfo", f"160000,{'e' * 40},sub")
        self.git("commit", "-q", "-m", "lost")
        self.cannot_read("git:HEAD", ".", words=["the submodule `git:HEAD:sub` cannot be read", "e" * 40])
        self.git("update-index", "--cacheinfo", f"160000,{recorded},sub")
        self.git("commit", "-q", "-m", "found")
        # It became a directory of the repository, and its objects are elsewhere.
        shutil.rmtree("sub/.git", ignore_errors=True)
        if os.path.exists("sub/.git"):
            os.remove("sub/.git")
        self.cannot_read("git:HEAD", ".", words="the submodule `git:HEAD:sub` cannot be read")
        # The other way round.
        self.git("rm", "-q", "--cached", "sub")
        write("sub/i.pol", base(5))
        self.commit()
        self.git("init", "-q", "sub")
        write("sub/i.pol", NOW)
        self.assertEqual(self.bases("git:HEAD", ".")[0]["sub/i.pol"], "5")

    def test_work_trees(self):
        self.two_commits()
        self.git("worktree", "add", "-q", "--detach", "../wt", "HEAD~1")
        write("../wt/d/a.pol", NOW)
        write("../wt/a.pol", NOW)
        self.assertEqual(self.bases("git:HEAD", ".", cwd="../wt")[0], {"a.pol": "1", "d/a.pol": ""})
        self.assertEqual(self.bases("git:main", "../a.pol", cwd="../wt/d")[0], {"../a.pol": "2"})
        self.assertEqual(self.bases("git:main", "../wt/a.pol")[0], {"../wt/a.pol": "2"})
        # Spellings of the operand.
        os.symlink("r", "../link")
        os.makedirs("d")
        for operand, cwd in [(os.path.abspath("a.pol"), "/"), ("../link/a.pol", "."), ("../a.pol", "d"), ("./d/../a.pol", ".")]:
            self.assertEqual(list(self.bases("git:main", operand, cwd=cwd)[0].values()), ["2"], operand)
        self.assertEqual(list(self.bases("git:main", "../link")[0].values()), ["2"])
        # The variables of a hook name the repository that the hook is for.
        env = dict(self.env, GIT_DIR=os.path.join(self.place, "nope"), GIT_INDEX_FILE="nope", GIT_WORK_TREE="/", GIT_PREFIX="x/")
        self.assertEqual(self.bases("git:main", "a.pol", env=env)[0], {"a.pol": "2"})

    def test_standard_input(self):
        self.two_commits()
        call = [IPEC, "lint", "--against=git:main", f"--select={RULES}", "-"]
        for more, status, words in (([], 2, b"--stdin-filename"), (["--stdin-filename=a.pol"], 1, b"after 1.0.2")):
            done = subprocess.run(call + more, input=NOW.encode(), env=self.env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                  check=False, timeout=60)
            self.assertEqual(done.returncode, status, done.stdout)
            self.assertIn(words, done.stdout)

    def test_places_without_a_base(self):
        self.two_commits()
        write("../out.pol", NOW)
        self.cannot_read("git:main", "../out.pol", words="is not in a git repository")
        self.git("clone", "-q", "--bare", ".", "../bare.git")
        write("../bare.git/a.pol", NOW)
        self.cannot_read("git:main", "../bare.git/a.pol", words="without a work tree")
        os.makedirs("../empty")
        self.cannot_read("git:main", "a.pol", env=dict(self.env, PATH=os.path.abspath("../empty")),
                        words="`git` is not installed or not in PATH")
        self.git("init", "-q", "../unborn")
        write("../unborn/a.pol", NOW)
        self.cannot_read("git:HEAD", "../unborn/a.pol", words="has no commit yet")
        if os.getuid() == 0:
            for directory, _, names in os.walk("."):
                for name in [".", *names]:
                    os.chown(os.path.join(directory, name), 65534, 65534)
            self.cannot_read("git:main", "a.pol", words="safe.directory")

    def test_hostile_paths(self):
        names = ["-x.pol", ":(top)x.pol", "*.pol", "a\nb.pol", "a\tb.pol", "\"q\".pol", "\\n.pol", "ä.pol", " .pol", "$(touch x).pol",
                 "[a].pol", "a:b.pol", "HEAD.pol", "d\ne/f.pol", "😀/x.pol", "x" * 200 + ".pol"]
        for number, name in enumerate(names):
            write(name, base(number))
        write("del\nete.pol", base(99))
        self.commit()
        for name in names:
            write(name, NOW)
        os.remove("del\nete.pol")
        found, err = self.bases("git:main", ".")
        self.assertEqual(sorted(found.values(), key=int), [str(number) for number in range(len(names))])
        self.assertEqual(err.count("\n"), 1)
        for number, name in enumerate(names):
            self.assertEqual(list(self.bases("git:main", "./" + name)[0].values()), [str(number)], name)
        # Renamed to such a name.
        self.git("checkout", "-q", ".")
        self.git("mv", "a\nb.pol", "c\td.pol")
        with open("c\td.pol", encoding="utf-8") as stream:
            text = stream.read()
        write("c\td.pol", text.replace("1.0.", "0.0.") + "op=EXECUTE action=ALLOW\n")
        self.assertIn("git:main:a\\\\nb.pol", self.lint("git:main", "c\td.pol")[1])

    def test_line_ends(self):
        write(".gitattributes", "*.pol text eol=crlf\n")
        text = base(1) + "op=EXECUTE boot_verified=TRUE action=ALLOW\n"
        write("a.pol", text)
        self.commit()
        os.remove("a.pol")
        self.git("checkout", "-q", "a.pol")
        with open("a.pol", "rb") as stream:
            self.assertIn(b"\r\n", stream.read())
        self.assertEqual(self.lint("git:main", "--select=security,lifecycle", "a.pol")[0], 0)
        write("a.pol", NOW.replace("\n", "\r\n") + "op=KMODULE action=ALLOW\r\n")
        self.assertEqual(self.bases("git:main", "a.pol")[0], {"a.pol": "1"})

    def test_links(self):
        write("v1/a.pol", base(1))
        write("v2/a.pol", base(2))
        os.symlink("v1", "current")
        os.symlink("v1/a.pol", "link.pol")
        os.symlink("../v1/../current/a.pol", "v2/far.pol")
        os.symlink("nothing", "dangling.pol")
        os.symlink("/etc/passwd", "absolute.pol")
        os.symlink("../x/a.pol", "outside.pol")
        os.symlink("loop.pol", "loop.pol")
        self.commit()
        # The target of a link in the base counts, not its target now.
        for path, target in (("current", "v2"), ("link.pol", "v2/a.pol")):
            os.remove(path)
            os.symlink(target, path)
        write("v2/a.pol", NOW)
        self.assertEqual(self.bases("git:main", "current/a.pol", "link.pol")[0], {"current/a.pol": "1", "link.pol": "1"})
        self.assertEqual(self.bases("git:main", "v2/a.pol")[0], {"v2/a.pol": "2"})
        self.assertEqual(self.bases("git:main", "v2/far.pol")[0], {"v2/far.pol": "1"})
        write("v2/new.pol", NOW)
        self.assertEqual(self.bases("git:main", "current/new.pol")[0], {"current/new.pol": ""})
        for path, words in (("dangling.pol", "dangling"), ("absolute.pol", "leads out of the repository"),
                            ("outside.pol", "leads out of the repository"), ("loop.pol", "leads over too many links")):
            os.remove(path)
            write(path, NOW)
            self.cannot_read("git:main", path, words=words)
        # A link now, a file before, and the other way round.
        os.remove("v1/a.pol")
        os.symlink("../v2/a.pol", "v1/a.pol")
        self.assertEqual(self.bases("git:main", "v1/a.pol")[0], {"v1/a.pol": "1"})
        os.remove("link.pol")
        write("link.pol", NOW)
        self.assertEqual(self.bases("git:main", "link.pol")[0], {"link.pol": "1"})

    def test_a_base_that_is_no_policy(self):
        write("a.pol", "version https://git-lfs.github.com/spec/v1\noid sha256:" + "a" * 64 + "\nsize 3\n")
        write("b.pol", "<<<<<<< HEAD\n")
        write("c.pol", "")
        self.commit()
        for name in ("a.pol", "b.pol", "c.pol"):
            write(name, NOW)
        self.cannot_read("git:main", "a.pol", words="`a.pol` cannot be compared with `git:main:a.pol`: it is a Git LFS pointer")
        for name in ("b.pol", "c.pol"):
            self.cannot_read("git:main", name, words=["cannot be compared with", "rejects"], status=1)

    def test_partial_clone(self):
        self.two_commits()
        self.git("checkout", "-q", "a.pol")
        self.git("config", "uploadpack.allowFilter", "true")
        self.git("clone", "-q", "--filter=blob:none", "file://" + os.path.abspath("."), "../partial")
        os.chdir("../partial")
        write("a.pol", NOW)
        self.cannot_read("git:HEAD~1", "a.pol", words=["`git cat-file` fails", "a partial clone"])
        self.assertEqual(self.bases("git:HEAD", "a.pol")[0], {"a.pol": "2"})

    def test_damaged_objects(self):
        """Whatever object of the base is damaged or missing: the answer is that of before, or status 3."""
        write("a.pol", base(1))
        write("d/e/b.pol", base(2))
        os.symlink("d/e/b.pol", "link.pol")
        self.commit()
        self.git("mv", "a.pol", "moved.pol")
        write("c.txt", "x")
        self.commit("main2")
        write("d/e/b.pol", NOW)
        write("moved.pol", base(1).replace("1.0.1", "0.0.0") + "op=EXECUTE boot_verified=TRUE action=ALLOW\n")
        calls = [("git:HEAD~1", "."), ("git:HEAD~1", "d"), ("git:merge-base:HEAD~1", "link.pol")]
        right = [self.lint(*call) for call in calls]
        self.assertEqual([one[0] for one in right], [1, 1, 1])
        whole_diff = self.diff(*calls[0])
        self.assertEqual(whole_diff[0], 1)
        objects = [os.path.join(directory, name) for directory, _, names in os.walk(".git/objects") for name in names]
        self.assertGreaterEqual(len(objects), 10)
        unread = 0
        for path in objects:
            with open(path, "rb") as stream:
                whole = stream.read()
            os.chmod(path, 0o644)
            for damaged in (None, b"", whole[:len(whole) // 2], b"x" * len(whole), whole[:-1] + bytes([whole[-1] ^ 1])):
                os.remove(path)
                if damaged is not None:
                    with open(path, "wb") as stream:
                        stream.write(damaged)
                for call, want in zip(calls, right):
                    got = self.lint(*call)
                    if got[0] == 3:
                        unread += 1
                        self.assertIn("cannot be compared with", got[2])
                    else:
                        self.assertEqual(got, want, (path, damaged))
                if damaged is None:
                    got = self.diff(*calls[0])
                    self.assertTrue(got == whole_diff or (got[0] == 3 and got[1] == ""), (path, got))
                with open(path, "wb") as stream:
                    stream.write(whole)
        self.assertGreater(unread, len(objects))

    def test_nothing_is_run_or_written(self):
        self.two_commits()
        write("spy", f"#!/bin/sh\ntouch {self.place}/was-run\n")
        os.chmod("spy", 0o755)
        spy = os.path.abspath("spy")
        for key in ("core.fsmonitor", "filter.x.clean", "filter.x.smudge", "diff.external", "diff.x.textconv", "diff.x.command",
                    "core.pager", "core.editor", "core.sshCommand", "core.askPass", "credential.helper"):
            self.git("config", key, spy)
        write(".gitattributes", "*.pol filter=x diff=x\n")
        for hook in ("post-index-change", "reference-transaction", "fsmonitor-watchman"):
            shutil.copy("spy", f".git/hooks/{hook}")
        before = {path: os.stat(path).st_mtime_ns for path in self.files(".git")}
        self.assertEqual(self.bases("git:main", ".")[0], {"a.pol": "2"})
        self.bases("git:merge-base:main~1", "a.pol")
        write("new.pol", NOW)
        self.bases("git:main", ".")
        self.assertFalse(os.path.exists("../was-run"))
        self.assertEqual({path: os.stat(path).st_mtime_ns for path in self.files(".git")}, before)

    @staticmethod
    def files(top):
        return [os.path.join(directory, name) for directory, _, names in os.walk(top) for name in names]

    def test_the_number_of_calls_of_git(self):
        """It does not grow with the number of files."""
        for number in range(60):
            write(f"d/{number}.pol", base(number))
        self.commit()
        for number in range(30):
            write(f"d/{number}.pol", NOW)
            self.git("mv", f"d/{number + 30}.pol", f"d/{number}.ipe")
        real = shutil.which("git")
        write("../bin/git", f"#!/bin/sh\necho x >> {self.place}/calls\nexec {real} \"$@\"\n")
        os.chmod("../bin/git", 0o755)
        env = dict(self.env, PATH=os.path.abspath("../bin") + ":" + self.env["PATH"])
        self.assertEqual(len(self.bases("git:main", ".", env=env)[0]), 60)
        with open("../calls", encoding="utf-8") as stream:
            self.assertLessEqual(len(stream.readlines()), 8)

    def test_diff(self):
        write("a.pol", base(1))
        write("d/b.pol", base(2))
        write("d/c.pol", base(3, "c"))
        write("d/x.policy", "<policyconfig/>\n")
        self.commit()
        self.assertEqual(self.verdicts("git:main", "a.pol", "d/b.pol", "a.pol"), (
            0, {"a.pol": ("git:main:a.pol", "equivalent"), "d/b.pol": ("git:main:d/b.pol", "equivalent")}, ""))
        write("a.pol", NOW)
        self.git("mv", "d/b.pol", "d/moved.pol")
        os.remove("d/c.pol")
        write("d/new.pol", NOW)
        write("d/y.policy", "<policyconfig/>\n")
        main = self.git("rev-parse", "main")[:12]
        self.assertEqual(self.verdicts("git:merge-base:main", "."), (1, {
            "a.pol": (f"git:{main}:a.pol", "looser"), "d/moved.pol": (f"git:{main}:d/b.pol", "equivalent"),
            "d/new.pol": (None, "new")}, "ipec: note: `d/new.pol` is new: `git:merge-base:main` does not have it\n"
            "ipec: note: `git:" + main + ":d/c.pol` was deleted\n"))
        text = subprocess.run([IPEC, "diff", "--against=git:main", "d"], env=self.env, capture_output=True, check=False).stdout
        self.assertIn(b"d/new.pol: 0 looser, 8 tighter, 1 records only (new: there was no policy to compare it with)\n", text)
        # A new policy never fails, unless there is a ceiling.
        self.assertEqual(self.verdicts("git:main", "d/new.pol")[0], 0)
        write("ceiling.pol", base(4))
        self.assertEqual(self.verdicts("ceiling.pol", "d/new.pol"), (1, {"d/new.pol": ("ceiling.pol", "looser")}, ""))
        # Per file the targets and the acceptances of its own ipec.toml.
        write("d/ipec.toml", "target = ['linux-6.12', 'rfc-v7']\nexclude = ['moved.pol']\n")
        files = json.loads(self.diff("git:main", ".")[1])["files"]
        self.assertEqual({file["after"]: file["targets"] for file in files if file["after"] != "ceiling.pol"},
                         {"a.pol": ["linux-6.12"], "d/new.pol": ["linux-6.12", "rfc-v7"]})
        files = json.loads(self.diff("git:main", "a.pol")[1])["files"]
        prints = [one["fingerprint"] for one in files[0]["differences"]]
        write("accepted.txt", "".join(f"Ipec-Accept: {one} agreed\n" for one in prints))
        write("ipec.toml", "[diff]\naccepted = 'accepted.txt'\n")
        self.assertEqual(self.verdicts("git:main", "a.pol")[0], 0)
        # The linter accepts the same differences, whatever their level is.
        call = [IPEC, "lint", "--against=git:main", "--select=weaker-than-base", "--severity=weaker-than-base=error", "a.pol"]
        done = subprocess.run(call, env=self.env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False, timeout=60)
        self.assertEqual(done.returncode, 0, done.stdout)
        self.assertIn(b"accepted by", done.stdout)
        self.assertIn(b"agreed", done.stdout)

    def test_a_base_that_diff_cannot_read(self):
        """Nothing but messages, and no file is written."""
        self.two_commits()
        write("b.pol", base(3))
        self.commit()
        write("b.pol", base(3) + "# x\n")
        write("rejected.pol", "x\n")
        self.commit("with a rejected one")
        write("rejected.pol", base(5))
        os.makedirs("empty")
        for status, against, operands in ((3, "git:nope", ["a.pol"]), (3, "git:main~9", ["."]), (2, "git:", ["a.pol"]),
                                          (2, "git:-x", ["a.pol"]), (3, "git:main", ["b.pol", "nope.pol"]),
                                          (1, "git:main", ["b.pol", "rejected.pol"]), (3, "git:main", ["../home"]),
                                          (2, "git:main", ["empty"]), (2, "git:main", ["-"]), (3, "nope.pol", ["b.pol"]),
                                          (3, "git:main", ["b.pol", "../r2"])):
            got = self.diff(against, "--output=markdown:out.md", *operands)
            self.assertEqual((got[0], got[1]), (status, ""), (against, operands, got))
            self.assertNotEqual(got[2], "")
            self.assertFalse(os.path.exists("out.md"))
        got = self.diff("b.pol", "--output=markdown:b.pol", "a.pol")
        self.assertEqual((got[0], got[1]), (2, ""))

    def test_ignored_signals_of_children(self):
        self.two_commits()
        done = self.lint("git:main", "a.pol", preexec_fn=lambda: signal.signal(signal.SIGCHLD, signal.SIG_IGN))
        self.assertEqual((done[0], done[2]), (1, ""))


if __name__ == "__main__":
    IPEC = os.path.abspath(sys.argv.pop(1))
    unittest.main()
