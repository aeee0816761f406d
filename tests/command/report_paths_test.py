#!/usr/bin/env python3
"""How reports name files: report_paths_test.py IPEC

Clones one repository into two directories and lints it with absolute and relative operands from several
directories. Reports for reviewers of the repository must have the same bytes each time, including
fingerprints. The other formats and patches name files relative to the working directory, and patches apply there.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest

IPEC = ""
REVIEWED = ("sarif", "gitlab", "github", "junit")
LOCAL = ("text", "concise", "json", "checkstyle", "rdjson")
POLICY = ("policy_name=demo policy_version=1.0.0\nDEFAULT action=DENY\n"
          "op=EXECUTE boot_verified=TRUE  action=ALLOW\nop=EXECUTE boot_verified=TRUE action=ALLOW\n")
REFUSED = "policy_name=demo policy_version=1.0.0\nDEFAULT action=DENY\nop=EXECUT action=ALLOW\n"
FILES = {"a.pol": POLICY, "deep/er/b c.pol": POLICY, "deep/c.pol": REFUSED, "other/d.pol": POLICY}


def run(*command, cwd, status=(0,), text=""):
    done = subprocess.run(command, cwd=cwd, input=text.encode(), capture_output=True, check=False, timeout=120)
    if done.returncode not in status:
        raise AssertionError((command, cwd, done))
    return done.stdout.decode("utf-8", "surrogateescape")


def git(*args, cwd):
    return run("git", "-c", "user.name=n", "-c", "user.email=e@example.org", "-c", "protocol.file.allow=always", *args, cwd=cwd)


def lint(*args, cwd, text=""):
    return run(IPEC, "lint", *args, cwd=cwd, status=(0, 1), text=text)


class Paths(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.base = os.path.realpath(tempfile.mkdtemp(prefix="ipec-paths-"))
        cls.addClassCleanup(shutil.rmtree, cls.base)
        origin = os.path.join(cls.base, "origin")
        for name, text in FILES.items():
            path = os.path.join(origin, name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "w", encoding="ascii") as stream:
                stream.write(text)
        git("init", "-q", cwd=origin)
        git("add", ".", cwd=origin)
        git("commit", "-q", "-m", "policies", cwd=origin)
        cls.clones = [os.path.join(cls.base, name) for name in ("one", "a longer place/two")]
        for clone in cls.clones:
            git("clone", "-q", origin, clone, cwd=cls.base)
        cls.link = os.path.join(cls.base, "link")
        os.symlink(cls.clones[0], cls.link)

    def calls(self, clone):
        """Ways to lint the whole repository."""
        yield clone, ["."]
        yield clone, []
        yield clone, [clone]
        yield clone, ["a.pol", "deep", "other"]
        yield clone, [os.path.join(clone, "a.pol"), "./deep/", "deep/../other"]
        yield os.path.join(clone, "deep"), [".."]
        yield os.path.join(clone, "deep"), [clone]
        yield os.path.join(clone, "deep/er"), ["../../a.pol", "../../deep", os.path.join(clone, "other")]
        yield self.base, [clone]
        yield self.base, [os.path.relpath(clone, self.base)]
        yield "/", [clone]

    def test_reports_for_reviewers(self):
        for format in REVIEWED:
            reports = {}
            for clone in self.clones:
                for cwd, operands in self.calls(clone):
                    report = lint(f"--output={format}", *operands, cwd=cwd)
                    reports.setdefault(report, []).append((cwd, operands))
                    self.assertNotIn(self.base, report)
            self.assertEqual(len(reports), 1, f"{format}: {list(reports.values())}")
            for name in ("a.pol", "deep/er/b", "deep/c.pol", "other/d.pol"):
                self.assertIn(name, next(iter(reports)))

    def test_a_link_to_the_checkout(self):
        wanted = lint("--output=gitlab", cwd=self.clones[0])
        self.assertEqual(lint("--output=gitlab", self.link, cwd=self.clones[0]), wanted)
        self.assertEqual(lint("--output=gitlab", self.link, cwd="/"), wanted)
        self.assertEqual(lint("--output=gitlab", cwd=self.link), wanted)

    def test_sarif_has_one_base(self):
        run_ = json.loads(lint("--output=sarif", cwd=self.clones[0]))["runs"][0]
        self.assertEqual(list(run_["originalUriBaseIds"]), ["%SRCROOT%"])
        for result in run_["results"]:
            place = result["locations"][0]["physicalLocation"]["artifactLocation"]
            self.assertEqual(place["uriBaseId"], "%SRCROOT%")
            self.assertIn(place["uri"].replace("%20", " "), FILES)

    def test_check(self):
        reports = {run(IPEC, "check", "--format=sarif", *operands, cwd=cwd, status=(1,)) for cwd, operands in [
            (self.clones[0], ["deep/c.pol"]), (self.clones[1], [os.path.join(self.clones[1], "deep/c.pol")]),
            (os.path.join(self.clones[0], "deep"), ["c.pol"]), (self.base, ["one/deep/c.pol"])]}
        self.assertEqual(len(reports), 1)
        self.assertIn('"uri":"deep/c.pol"', reports.pop())

    def test_outside(self):
        """Files outside the root keep their absolute paths."""
        report = json.loads(lint("--output=sarif", os.path.join(self.clones[1], "a.pol"), "a.pol", cwd=self.clones[0]))
        places = [result["locations"][0]["physicalLocation"]["artifactLocation"] for result in report["runs"][0]["results"]]
        uris = {place["uri"]: place.get("uriBaseId") for place in places}
        away = "file://" + os.path.join(self.clones[1], "a.pol").replace(" ", "%20")
        self.assertEqual(uris, {"a.pol": "%SRCROOT%", away: None})

    def test_no_repository(self):
        with tempfile.TemporaryDirectory(prefix="ipec-none-") as directory:
            directory = os.path.realpath(directory)
            os.mkdir(os.path.join(directory, "sub"))
            shutil.copy(os.path.join(self.clones[0], "a.pol"), os.path.join(directory, "sub/a.pol"))
            reports = {lint("--output=gitlab", operand, cwd=directory) for operand in ("sub", os.path.join(directory, "sub"))}
            self.assertEqual(len(reports), 1)
            self.assertIn('"path":"sub/a.pol"', reports.pop())

    def test_a_submodule_is_named_from_outside(self):
        outer = os.path.join(self.base, "outer")
        os.mkdir(outer)
        git("init", "-q", cwd=outer)
        git("submodule", "add", "-q", os.path.join(self.base, "origin"), "module", cwd=outer)
        for cwd, operand in ((outer, "module/a.pol"), (outer, os.path.join(outer, "module/a.pol"))):
            self.assertIn('"path":"module/a.pol"', lint("--output=gitlab", operand, cwd=cwd))
        self.assertIn('"path":"a.pol"', lint("--output=gitlab", "a.pol", cwd=os.path.join(outer, "module")))

    def test_standard_input(self):
        wanted = lint("--output=gitlab", "deep/er/b c.pol", cwd=self.clones[0])
        for cwd, name in ((self.clones[0], "deep/er/b c.pol"), (os.path.join(self.clones[0], "deep"), "er/b c.pol"),
                          (self.clones[1], os.path.join(self.clones[1], "deep/er/b c.pol"))):
            self.assertEqual(lint("--output=gitlab", f"--stdin-filename={name}", "-", cwd=cwd, text=POLICY), wanted)
        place = json.loads(lint("--output=sarif", "-", cwd=self.clones[0], text=POLICY))
        self.assertEqual(place["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"],
                         {"uri": "%3Cstdin%3E"})

    def test_local_formats(self):
        for cwd, name in ((self.clones[0], "deep/er/b c.pol"), (os.path.join(self.clones[1], "deep"), "er/b c.pol")):
            for format in LOCAL:
                wanted = lint(f"--output={format}", name, cwd=cwd)
                self.assertIn("er/b", wanted)
                self.assertEqual(lint(f"--output={format}", os.path.join(cwd, name), cwd=cwd), wanted)
        away = os.path.join(self.clones[1], "a.pol")
        self.assertTrue(lint("--output=concise", away, cwd=self.clones[0]).startswith(away + ":"))
        self.assertTrue(lint("--output=concise", "../a.pol", cwd=os.path.join(self.clones[0], "deep")).startswith("../a.pol:"))

    def test_diff(self):
        """Names of policies and of accepted differences, however operands are spelled."""
        clones = [os.path.join(self.base, name, "three") for name in ("x", "y/z")]
        for clone in clones:
            git("clone", "-q", self.clones[0], clone, cwd=self.base)
            deep = os.path.join(clone, "deep")
            for name, text in (("old.pol", POLICY), ("new.pol", POLICY.replace("DEFAULT", "DEFAULT op=KMODULE action=ALLOW\nDEFAULT"))):
                with open(os.path.join(deep, name), "w", encoding="ascii") as stream:
                    stream.write(text)
            found = json.loads(run(IPEC, "diff", "--output=json", "old.pol", "new.pol", cwd=deep, status=(1,)))
            fingerprint = found["files"][0]["differences"][0]["fingerprint"]
            with open(os.path.join(clone, "ipec.toml"), "w", encoding="ascii") as stream:
                stream.write("[diff]\naccepted = 'accepted.txt'\n")
            with open(os.path.join(clone, "accepted.txt"), "w", encoding="ascii") as stream:
                stream.write(f"Ipec-Accept: {fingerprint} agreed\n")
        for format in ("text", "json", "sarif", "github", "markdown"):
            reports = set()
            for clone in clones:
                deep = os.path.join(clone, "deep")
                for old, new in (("old.pol", "new.pol"), (os.path.join(deep, "old.pol"), os.path.join(deep, "new.pol"))):
                    reports.add(run(IPEC, "diff", f"--output={format}", old, new, cwd=deep))
                reports.add(run(IPEC, "diff", f"--output={format}", f"--against={deep}/old.pol", f"{deep}/new.pol", cwd=deep))
            self.assertEqual(len(reports), 1, format)
            report = reports.pop()
            self.assertNotIn(self.base, report)
            self.assertIn("accepted.txt:1", report)
        report = lint("--output=json", "--select=weaker-than-base", "--against=old.pol", "new.pol", cwd=deep)
        self.assertIn("accepted by accepted.txt:1: agreed", report)
        # The place of a statement before is in the text before.
        found = json.loads(run(IPEC, "diff", "--output=sarif", "old.pol", os.path.join(deep, "new.pol"), cwd=deep))
        self.assertEqual(self.places_before(found), [{"artifactLocation": {"uri": "deep/old.pol", "uriBaseId": "%SRCROOT%"},
                                                      "region": {"startLine": 2, "endLine": 2}}])
        git("add", ".", cwd=clone)
        git("commit", "-q", "-m", "both", cwd=clone)
        shutil.copy(os.path.join(deep, "new.pol"), os.path.join(deep, "old.pol"))
        for command in ("diff", "lint"):
            found = json.loads(run(IPEC, command, "--output=sarif", "--against=git:HEAD", "old.pol", cwd=deep, status=(0, 1)))
            self.assertEqual(self.places_before(found), [{"artifactLocation": {"uri": "git:HEAD%3Adeep/old.pol"},
                                                          "region": {"startLine": 2, "endLine": 2}}], command)

    @staticmethod
    def places_before(report):
        """Of each looser difference, where SARIF shows the statement before."""
        return [result["relatedLocations"][0]["physicalLocation"] for result in report["runs"][0]["results"]
                if result["ruleId"] == "IPE2014"]

    def test_patches(self):
        for clone in self.clones:
            for cwd, name in ((clone, "a.pol"), (os.path.join(clone, "deep"), "er/b c.pol")):
                for command in (["lint", "--diff"], ["fmt", "--diff"]):
                    wanted = run(IPEC, *command, name, cwd=cwd, status=(1,))
                    self.assertIn(f"+++ b/{name}", wanted)
                    patch = run(IPEC, *command, os.path.join(cwd, name), cwd=cwd, status=(1,))
                    self.assertEqual(patch, wanted)
                    run("git", "apply", "--check", "-", cwd=cwd, text=patch)
                    run("patch", "-p1", "--dry-run", cwd=cwd, text=patch)

    def test_patches_of_files_elsewhere(self):
        """A patch names no file by `..` or from `/`: it is applied in the repository's root, or in `/`."""
        clone, deep = self.clones[0], os.path.join(self.clones[0], "deep")
        other = os.path.join(self.clones[1], "a.pol")
        for command in (["lint", "--diff"], ["fmt", "--diff"]):
            for cwd, operands, root, names in (
                    (deep, ["../a.pol"], clone, ["a.pol"]), (deep, [os.path.join(clone, "a.pol")], clone, ["a.pol"]),
                    (deep, ["../a.pol", "er/b c.pol"], clone, ["a.pol", "deep/er/b c.pol"]),
                    (deep, [other], "/", [other[1:]])):
                patch = run(IPEC, *command, *operands, cwd=cwd, status=(1,))
                for name in names:
                    self.assertIn(f"+++ b/{name}", patch)
                run("patch", "-p1", "--dry-run", cwd=root, text=patch)
                if root == clone:
                    run("git", "apply", "--check", "-", cwd=root, text=patch)
        patch = run(IPEC, "fmt", "--diff", "--stdin-filename=../a.pol", "-", cwd=deep, status=(1,), text=POLICY)
        self.assertIn("+++ b/a.pol", patch)

    def test_baselines(self):
        for cwd, operands in self.calls(self.clones[0]):
            baseline = os.path.join(self.clones[0], "baseline")
            operands = operands or ["."]
            lint(f"--baseline={baseline}", "--write-baseline", *operands, cwd=cwd)
            with open(baseline, encoding="utf-8") as stream:
                text = stream.read()
            os.remove(baseline)
            self.assertNotIn(self.base, text)


if __name__ == "__main__":
    IPEC = os.path.abspath(sys.argv.pop(1))
    unittest.main()
