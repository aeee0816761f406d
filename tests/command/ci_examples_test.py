#!/usr/bin/env python3
"""The examples for continuous integration work as documented: ci_examples_test.py IPEC ROOT

Parses the YAML, and runs the steps of the GitHub action, the script of the GitLab job and the hooks of pre-commit
on a repository with a valid policy and an invalid one. Skips and names programs that are not installed.
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
        self.env = {**os.environ, **QUIET, "HOME": self.directory, "LC_ALL": "C.UTF-8",
                    "PATH": os.path.dirname(IPEC) + ":" + os.environ["PATH"]}
        write("p/good.pol", GOOD)

    def bash(self, script, **env):
        # As both services do: the first failing command ends the step.
        return subprocess.run(["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script], check=False,
                              env={**self.env, **env}, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, timeout=300)

    def action(self, **given):
        """Runs the action's steps as a runner would; returns exit status and output of each."""
        action = load("examples", "ci", "github", "action.yml")
        self.assertEqual(action["runs"]["using"], "composite")
        inputs = {name: row.get("default", "") for name, row in action["inputs"].items()}
        self.assertLessEqual(set(given), set(inputs))
        inputs.update(given)
        write("env", "")
        done = []
        for step in action["runs"]["steps"]:
            self.assertEqual(step["shell"], "bash")
            # Inputs must be passed in the environment: inside a script they would be code.
            self.assertNotIn("${{", step["run"])
            env = {key: re.sub(r"\$\{\{ inputs\.([\w-]+) \}\}", lambda m: inputs[m[1]], value)
                   for key, value in step.get("env", {}).items()}
            with open("env", encoding="utf-8") as stream:
                env.update(line.split("=", 1) for line in stream.read().splitlines())
            if "if" in step:
                self.assertEqual(step["if"], "${{ !cancelled() && inputs.format == 'true' }}")
                if inputs["format"] != "true":
                    continue
            result = self.bash(step["run"], GITHUB_ENV=os.path.abspath("env"),
                               GITHUB_ACTION_PATH=os.path.join(ROOT, "examples", "ci", "github"), **env)
            done.append((result.returncode, result.stdout.decode(), result.stderr.decode()))
        return done

    def test_github_action(self):
        self.assertEqual([step[0] for step in self.action(paths="p\n")], [0, 0, 0])
        write("p/bad one.pol", BAD)
        write("p/ugly.pol", UGLY)
        steps = self.action(**{"sarif-file": "out.sarif", "paths": "p/good.pol\np/bad one.pol\np/ugly.pol\n"})
        self.assertEqual([step[0] for step in steps], [0, 1, 1], steps)
        self.assertTrue(steps[1][1].startswith("::warning file=p/bad one.pol,line=3,"), steps)
        self.assertIn("+++ b/p/ugly.pol\n", steps[2][1])
        with open("out.sarif", encoding="utf-8") as stream:
            self.assertEqual(len(json.load(stream)["runs"][0]["results"]), 1)
        steps = self.action(**{"paths": "p", "fail-on": "error", "format": "false", "ipec": IPEC})
        self.assertEqual([step[0] for step in steps], [0, 0])

    def test_github_workflow(self):
        workflow = load("examples", "ci", "github", "workflow.yml")
        steps = workflow["jobs"]["policies"]["steps"]
        ours = [step for step in steps if "ipec" in step["uses"]]
        self.assertEqual(len(ours), 1)
        inputs = load("examples", "ci", "github", "action.yml")["inputs"]
        self.assertLessEqual(set(ours[0]["with"]), set(inputs))
        self.assertEqual(ours[0]["with"]["sarif-file"], steps[-1]["with"]["sarif_file"])

    def test_gitlab(self):
        job = load("examples", "ci", "gitlab", ".gitlab-ci.yml")
        script = "\n".join(job["policies"]["script"])
        for text, want in ((GOOD, 0), (BAD, 1), (UGLY, 1)):
            write("p/other.pol", text)
            done = self.bash(script, **job["variables"])
            self.assertEqual(done.returncode, want, done)
            with open(job["policies"]["artifacts"]["reports"]["codequality"], encoding="utf-8") as stream:
                self.assertEqual(len(json.load(stream)), int(text == BAD))
            self.assertTrue(os.path.exists(job["policies"]["artifacts"]["reports"]["junit"]))

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
        def git(*args):
            return subprocess.run(["git", "-c", "user.name=t", "-c", "user.email=t@example.com", *args], check=True,
                                  env=self.env, stdout=subprocess.PIPE, stderr=subprocess.PIPE).stdout.decode().strip()

        write("hooks/README", "")
        shutil.copy(os.path.join(ROOT, ".pre-commit-hooks.yaml"), "hooks")
        git("-C", "hooks", "init", "-q")
        git("-C", "hooks", "add", ".")
        git("-C", "hooks", "commit", "-qm", "hooks")
        config = load("examples", "ci", "pre-commit", ".pre-commit-config.yaml")
        config["repos"][0].update(repo=os.path.abspath("hooks"), rev=git("-C", "hooks", "rev-parse", "HEAD"))
        write("mine/.pre-commit-config.yaml", yaml.safe_dump(config))
        os.chdir("mine")
        git("init", "-q")

        def commit(text):
            write("a.pol", text)
            git("add", ".")
            return subprocess.run(["pre-commit", "run", "--all-files"], check=False, env=self.env, timeout=300,
                                  stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

        for text, want, said in ((GOOD, 0, b"Passed"), (BAD, 1, b"IPE2001"), (UGLY, 1, b"files were modified")):
            done = commit(text)
            self.assertEqual(done.returncode, want, done.stdout.decode())
            self.assertIn(said, done.stdout)
        with open("a.pol", encoding="utf-8") as stream:
            self.assertEqual(stream.read(), GOOD)


if __name__ == "__main__":
    IPEC, ROOT = os.path.abspath(sys.argv.pop(1)), os.path.abspath(sys.argv.pop(1))
    unittest.main()
