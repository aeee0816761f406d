#!/usr/bin/env python3
"""The examples for continuous integration work as documented: ci_examples_test.py IPEC ROOT

Parses the YAML, and runs the steps of the GitHub action, the scripts of the GitLab jobs and the hooks of pre-commit
on repositories with a valid policy, an invalid one, a looser one and a false claim. Skips and names programs that are
not installed.
"""

import json
import os
import re
import shutil
import site
import subprocess
import sys
import tempfile
import unittest

IPEC = ROOT = ""
# python3 -S does not look where Debian's packages install modules.
sys.path += site.getsitepackages() + ["/usr/lib/python3/dist-packages"]
try:
    import yaml
except ImportError:
    yaml = None

GOOD = "policy_name=good policy_version=1.0.0\n\nDEFAULT action=DENY\n\nop=EXECUTE dmverity_signature=TRUE action=ALLOW\n"
BAD = "policy_name=bad policy_version=1.0.0\n\nDEFAULT action=ALLOW\n"
UGLY = GOOD.replace(" ", "  ")
LOOSE = GOOD.replace("1.0.0", "1.0.1") + "op=KMODULE boot_verified=TRUE action=ALLOW\n"
CLAIMS = "never op=EXECUTE dmverity_signature=FALSE\nalways op=EXECUTE dmverity_signature=TRUE\nnever op=KMODULE\n"
REFUTED = CLAIMS + "always op=EXECUTE boot_verified=TRUE\n"
# In place of GitHub's command-line client: writes its calls to a file, and prints the numbers of known comments.
GH = r"""#!/bin/bash
case "$*" in
  *--paginate*) echo "$GH_TOKEN $3 $MARKER" >> "$CALLS"; [ "$4" = --jq ] || exit 9; printf "$KNOWN" ;;
  *) [ "$2 $3 $5" = "--silent --method " ] || true
     echo "$4 $5" >> "$CALLS"; file=${7#body=@}; head -n 1 "$file" >> "$CALLS" ;;
esac
"""
QUIET = {"GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_SYSTEM": "/dev/null"}


def load(*path):
    with open(os.path.join(ROOT, *path), encoding="utf-8") as stream:
        return yaml.safe_load(stream)


def write(path, text):
    os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
    with open(path, "w", encoding="utf-8") as stream:
        stream.write(text)


@unittest.skipUnless(yaml, "python3-yaml is not there")
class Examples(unittest.TestCase):
    def setUp(self):
        self.directory = tempfile.mkdtemp(prefix="ipec-ci-")
        self.addCleanup(shutil.rmtree, self.directory)
        os.chdir(self.directory)
        self.temporary = tempfile.mkdtemp(prefix="ipec-ci-runner-")
        self.addCleanup(shutil.rmtree, self.temporary)
        self.env = {**os.environ, **QUIET, "HOME": self.directory, "LC_ALL": "C.UTF-8",
                    "PATH": os.path.dirname(IPEC) + ":" + os.environ["PATH"]}
        write("p/good.pol", GOOD)
        write("p/good.claims", CLAIMS)

    def git(self, *args):
        return subprocess.run(["git", "-c", "user.name=t", "-c", "user.email=t@example.com", *args], check=True,
                              env=self.env, stdout=subprocess.PIPE, stderr=subprocess.PIPE).stdout.decode().strip()

    def branch(self):
        """Makes the directory a checkout of a branch of which only origin/main is known; returns the commit it is from."""
        self.git("init", "-q")
        self.git("add", "p")
        self.git("commit", "-qm", "base")
        base = self.git("rev-parse", "HEAD")
        self.git("update-ref", "refs/remotes/origin/main", base)
        self.git("checkout", "-q", "--detach")
        return base

    def bash(self, script, **env):
        # As both services do: the first failing command ends the step.
        return subprocess.run(["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script], check=False,
                              env={**self.env, **env}, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, timeout=300)

    def action(self, environment=None, **given):
        """Runs the action's steps as a runner would; returns exit status, output and errors by the name of the step."""
        action = load("examples", "ci", "github", "action.yml")
        self.assertEqual(action["runs"]["using"], "composite")
        inputs = {name: row.get("default", "") for name, row in action["inputs"].items()}
        given = {name.replace("_", "-"): value for name, value in given.items()}
        self.assertLessEqual(set(given), set(inputs))
        inputs.update(given)
        for name in ("env", "summary.md"):
            write(name, "")
        runner = {"GITHUB_ENV": os.path.abspath("env"), "GITHUB_STEP_SUMMARY": os.path.abspath("summary.md"),
                  "GITHUB_ACTION_PATH": os.path.join(ROOT, "examples", "ci", "github"), "GITHUB_BASE_REF": "",
                  "GITHUB_REF": "refs/heads/main", "RUNNER_TEMP": self.temporary, **(environment or {})}
        done = {}
        for step in action["runs"]["steps"]:
            self.assertEqual(step["shell"], "bash")
            # Inputs must be passed in the environment: inside a script they would be code.
            self.assertNotIn("${{", step["run"])
            env = {key: re.sub(r"\$\{\{ inputs\.([\w-]+) \}\}", lambda m: inputs[m[1]], value)
                   for key, value in step.get("env", {}).items()}
            with open("env", encoding="utf-8") as stream:
                env.update(line.split("=", 1) for line in stream.read().splitlines())
            if "if" in step:
                condition = re.fullmatch(r"\$\{\{ !cancelled\(\) && inputs\.([\w-]+) == 'true' \}\}", step["if"])
                if inputs[condition[1]] != "true":
                    continue
            result = self.bash(step["run"], **runner, **env)
            done[step["name"]] = result.returncode, result.stdout.decode(), result.stderr.decode()
        return done

    def status(self, steps, **want):
        self.assertEqual({name: step[0] for name, step in steps.items()}, {"Find or build ipec": 0, **want}, steps)

    def test_github_action(self):
        self.status(self.action(paths="p\n"), Lint=0, Layout=0, Changes=0, Tests=0)
        write("p/bad one.pol", BAD)
        write("p/ugly.pol", UGLY)
        steps = self.action(sarif_file="out.sarif", paths="p/good.pol\np/bad one.pol\np/ugly.pol\n", test="false")
        self.status(steps, Lint=1, Layout=1, Changes=0)
        self.assertTrue(steps["Lint"][1].startswith("::warning file=p/bad one.pol,line=3,"), steps)
        self.assertIn("+++ b/p/ugly.pol\n", steps["Layout"][1])
        with open("out.sarif", encoding="utf-8") as stream:
            self.assertEqual(len(json.load(stream)["runs"][0]["results"]), 1)
        steps = self.action(paths="p", fail_on="error", format="false", diff="false", test="false", ipec=IPEC)
        self.status(steps, Lint=0)

    @unittest.skipUnless(shutil.which("git"), "no git")
    def test_github_pull_request(self):
        self.branch()
        pull_request = {"GITHUB_BASE_REF": "main", "GITHUB_REF": "refs/pull/7/merge"}
        self.status(self.action(pull_request, paths="p\n"), Lint=0, Layout=0, Changes=0, Tests=0)
        write("p/good.pol", LOOSE)
        steps = self.action(pull_request, paths="p\n")
        self.status(steps, Lint=0, Layout=0, Changes=1, Tests=1)
        self.assertRegex(steps["Changes"][1], r"(?m)^::error file=p/good.pol,line=6,.*weaker-than-base::KMODULE is now allowed")
        self.assertRegex(steps["Tests"][1], r"(?m)^::error file=p/good.claims,line=3,")
        with open("summary.md", encoding="utf-8") as stream:
            summary = stream.read()
        self.assertRegex(summary, r"(?s)^<!-- ipec diff .*\n<!-- ipec test ")
        self.assertIn("DENY → **ALLOW**", summary)
        # The same, but every step is asked for less.
        steps = self.action(pull_request, paths="p\n", diff_fail_on="none", against="git:HEAD", test="false")
        self.status(steps, Lint=0, Layout=0, Changes=0)
        # A base that cannot be read never passes: as if the checkout had only the last commit.
        self.git("clone", "-q", "--depth=1", "file://" + self.directory, "shallow")
        os.chdir("shallow")
        steps = self.action(pull_request, paths="p\n", test="false")
        self.status(steps, Lint=0, Layout=0, Changes=3)
        self.assertIn("fetch-depth: 0", steps["Changes"][2])
        with open("summary.md", encoding="utf-8") as stream:
            self.assertEqual(stream.read(), "")

    def test_github_thresholds(self):
        write("p/good.claims", CLAIMS.splitlines()[0] + "\n")
        for thresholds, want in (("", 0), ("\n  mutants:100\n", 1), ("cases:5\nmutants:100\n", 1), ("cases:5\nmutants:10\n", 0)):
            self.status(self.action(paths="p", thresholds=thresholds), Lint=0, Layout=0, Changes=0, Tests=want)
        os.remove("p/good.claims")
        self.status(self.action(paths="p"), Lint=0, Layout=0, Changes=0, Tests=2)

    @unittest.skipUnless(shutil.which("git"), "no git")
    def test_github_comments(self):
        """The first report makes a comment, and the next one replaces it."""
        self.branch()
        write("bin/gh", GH)
        os.chmod("bin/gh", 0o755)
        self.env["PATH"] = os.path.abspath("bin") + ":" + self.env["PATH"]
        pull_request = {"GITHUB_BASE_REF": "main", "GITHUB_REF": "refs/pull/7/merge", "GITHUB_REPOSITORY": "o/r",
                        "CALLS": os.path.abspath("calls")}
        for known, want in (("", ["POST repos/o/r/issues/7/comments"] * 2),
                            ("31\n32\n", ["PATCH repos/o/r/issues/comments/31"] * 2)):
            write("calls", "")
            steps = self.action({**pull_request, "KNOWN": known}, paths="p\n", comment="true", token="secret")
            self.status(steps, Lint=0, Layout=0, Changes=0, Tests=0, Comments=0)
            with open("calls", encoding="utf-8") as stream:
                calls = stream.read().splitlines()
            self.assertEqual(calls[::3], ["secret repos/o/r/issues/7/comments <!-- ipec diff ",
                                          "secret repos/o/r/issues/7/comments <!-- ipec test "])
            self.assertEqual(calls[1::3], want)
            for marker, first in zip(("<!-- ipec diff ", "<!-- ipec test "), calls[2::3]):
                self.assertTrue(first.startswith(marker), first)
        steps = self.action({**pull_request, "GITHUB_REF": "refs/heads/main", "KNOWN": ""}, comment="true", paths="p")
        self.assertIn("does not belong to a pull request", steps["Comments"][1])

    def test_github_workflow(self):
        workflow = load("examples", "ci", "github", "workflow.yml")
        steps = workflow["jobs"]["policies"]["steps"]
        ours = [step for step in steps if "ipec" in step.get("uses", "")]
        self.assertEqual(len(ours), 1)
        inputs = load("examples", "ci", "github", "action.yml")["inputs"]
        self.assertLessEqual(set(ours[0]["with"]), set(inputs))
        self.assertEqual(ours[0]["with"]["sarif-file"], steps[-1]["with"]["sarif_file"])
        # Without git and the whole history there is no base to compare with.
        checkout = [step.get("uses", "").startswith("actions/checkout@") for step in steps].index(True)
        self.assertEqual(steps[checkout]["with"]["fetch-depth"], 0)
        self.assertRegex(steps[checkout - 1]["run"], r"\bgit\b")

    def gitlab(self, name, **env):
        jobs = load("examples", "ci", "gitlab", ".gitlab-ci.yml")
        job = {**jobs[jobs[name]["extends"]], **jobs[name]}
        done = self.bash("\n".join(job["script"]), **{key: str(value) for key, value in
                                                      {**jobs["variables"], **job.get("variables", {}), **env}.items()})
        for path in [*job["artifacts"].get("paths", []), *job["artifacts"].get("reports", {}).values()]:
            self.assertTrue(os.path.exists(path), f"{path}: {done}")
        return done

    def test_gitlab(self):
        for text, want in ((GOOD, 0), (BAD, 1), (UGLY, 1)):
            write("p/other.pol", text)
            done = self.gitlab("policies")
            self.assertEqual(done.returncode, want, done)
            with open("gl-code-quality-report.json", encoding="utf-8") as stream:
                self.assertEqual(len(json.load(stream)), int(text == BAD))

    def test_gitlab_tests(self):
        for text, options, want in ((CLAIMS, {}, 0), (REFUTED, {}, 1), (CLAIMS.splitlines()[0], {}, 1),
                                    (CLAIMS.splitlines()[0], {"IPEC_TEST_OPTIONS": ""}, 0)):
            write("p/good.claims", text)
            done = self.gitlab("policy-tests", **options)
            self.assertEqual(done.returncode, want, done)
            with open("ipec-test.xml", encoding="utf-8") as stream:
                self.assertEqual("<failure" in stream.read(), text == REFUTED)

    @unittest.skipUnless(shutil.which("git"), "no git")
    def test_gitlab_changes(self):
        base = self.branch()
        job = load("examples", "ci", "gitlab", ".gitlab-ci.yml")["policy-changes"]
        self.assertEqual(job["variables"]["GIT_DEPTH"], 0)  # else the base may not be there
        for text, want in ((GOOD, 0), (LOOSE, 1)):
            write("p/good.pol", text)
            done = self.gitlab("policy-changes", CI_MERGE_REQUEST_DIFF_BASE_SHA=base)
            self.assertEqual(done.returncode, want, done)
            with open("ipec-diff.md", encoding="utf-8") as stream:
                self.assertEqual("DENY → **ALLOW**" in stream.read(), text == LOOSE)
        self.assertIn(b"looser: KMODULE is now allowed", done.stdout)

    def test_reviewdog(self):
        write("bin/reviewdog", "#!/bin/bash\nprintf '%s\\n' \"$@\" > called\ncat > input\n")
        os.chmod("bin/reviewdog", 0o755)
        write("p/bad.pol", BAD)
        done = subprocess.run([os.path.join(ROOT, "examples", "ci", "reviewdog"), "p"], check=False, timeout=60,
                              env={**self.env, "PATH": os.path.abspath("bin") + ":" + self.env["PATH"],
                                   "REVIEWDOG_OPTIONS": "-reporter=github-pr-review"})
        self.assertEqual(done.returncode, 0)
        with open("called", encoding="utf-8") as stream:
            self.assertEqual(stream.read().splitlines(), ["-f=rdjson", "-name=ipec lint", "-reporter=github-pr-review"])
        with open("input", encoding="utf-8") as stream:
            self.assertEqual(len(json.load(stream)["diagnostics"]), 1)

    def test_hooks_are_listed_right(self):
        hooks = load(".pre-commit-hooks.yaml")
        for hook in hooks:
            self.assertLessEqual({"id", "name", "entry", "language"}, set(hook))
            self.assertTrue(re.search(hook["files"], "a/b.pol"))
            self.assertFalse(re.search(hook["files"], "a/b.policy.txt"))
        used = load("examples", "ci", "pre-commit", ".pre-commit-config.yaml")["repos"][0]["hooks"]
        self.assertLessEqual({hook["id"] for hook in used}, {hook["id"] for hook in hooks})

    @unittest.skipUnless(shutil.which("pre-commit") and shutil.which("git"), "no pre-commit, or no git")
    def test_pre_commit(self):
        """Runs the hooks with pre-commit itself, from a repository that contains them."""
        write("hooks/README", "")
        shutil.copy(os.path.join(ROOT, ".pre-commit-hooks.yaml"), "hooks")
        self.git("-C", "hooks", "init", "-q")
        self.git("-C", "hooks", "add", ".")
        self.git("-C", "hooks", "commit", "-qm", "hooks")
        config = load("examples", "ci", "pre-commit", ".pre-commit-config.yaml")
        config["repos"][0].update(repo=os.path.abspath("hooks"), rev=self.git("-C", "hooks", "rev-parse", "HEAD"))
        write("mine/.pre-commit-config.yaml", yaml.safe_dump(config))
        os.chdir("mine")
        self.git("init", "-q")

        write("a.claims", CLAIMS)
        # The hooks about changes need a commit to compare with.
        write("a.pol", GOOD)
        self.git("add", ".")
        self.git("commit", "-qm", "base")

        def run(text, claims=CLAIMS):
            write("a.pol", text)
            write("a.claims", claims)
            self.git("add", ".")
            return subprocess.run(["pre-commit", "run"], check=False, env=self.env, timeout=300,
                                  stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

        for text, claims, failed, said in ((GOOD + "# good\n", CLAIMS, [], b"Passed"),
                                           (BAD, CLAIMS, ["lint", "diff", "test"], b"IPE2001"),
                                           (UGLY, CLAIMS, ["fmt"], b"files were modified"),
                                           (LOOSE, CLAIMS.replace("never op=KMODULE\n", ""), ["diff"], b"looser: KMODULE"),
                                           (GOOD, REFUTED, ["test"], b"refuted: EXECUTE"),
                                           (LOOSE, CLAIMS, ["diff", "test"], b"refuted: KMODULE")):
            done = run(text, claims)
            hooks = re.findall(rb"(?m)^ipec (\w+)\.+.*?(Passed|Failed|Skipped)$", done.stdout)
            self.assertEqual({hook[0] for hook in hooks}, {b"fmt", b"lint", b"diff", b"test"}, done.stdout.decode())
            self.assertEqual([hook[0].decode() for hook in hooks if hook[1] == b"Failed"], failed, done.stdout.decode())
            self.assertEqual(done.returncode, int(bool(failed)))
            self.assertIn(said, done.stdout)
            if text == UGLY:
                with open("a.pol", encoding="utf-8") as stream:
                    self.assertEqual(stream.read(), GOOD)


if __name__ == "__main__":
    IPEC, ROOT = os.path.abspath(sys.argv.pop(1)), os.path.abspath(sys.argv.pop(1))
    unittest.main()
