#!/usr/bin/env python3
"""SARIF reports meet the requirements of GitHub's code scanning: sarif_test.py IPEC ROOT

The limits are those that GitHub publishes under "SARIF support for code scanning". Microsoft's
sarif-multitool, which `.ci/install --tests` fetches from npm, checks reports with its rules for GitHub
and for SARIF in general; without it that test is skipped with the reason.
"""

import gzip
import json
import os
import random
import shutil
import stat
import subprocess
import sys
import tempfile
import unittest

IPEC = ROOT = ""
HEADER = "policy_name=demo policy_version=1.0.0\nDEFAULT action=DENY\n"
RESULTS, SHOWN, GZIP, RULES, TAGS, LOCATIONS, DESCRIPTION = 25_000, 5_000, 10_000_000, 25_000, 20, 1_000, 1_024
LEVELS = ["error", "warning", "note"]
# Rules of sarif-multitool that ipec does not follow, with the reasons.
NOT_FOLLOWED = {
    "SARIF2002",  # messages are complete texts, without arguments
    "SARIF2003",  # the report is the same in every checkout: it has no version control details
    "SARIF2005",  # the project has no URL for informationUri
    "SARIF2006",  # the URL of the schema cannot be reached without a network
    "SARIF2010", "SARIF2011",  # readers have the file: no excerpts
    "SARIF2012",  # help is in the report, not at a helpUri
}


def lint(*args, status=(0, 1)):
    done = subprocess.run([IPEC, "lint", "--output=sarif", *args], stdin=subprocess.DEVNULL, check=False,
                          capture_output=True, timeout=300)
    if done.returncode not in status:
        raise AssertionError((args, done.returncode, done.stderr))
    return done.stdout


def write(name, text):
    with open(name, "w", encoding="ascii") as stream:
        stream.write(text)


def notifications(run):
    return [(said["level"], said["message"]["text"])
            for invocation in run.get("invocations", ()) for said in invocation["toolExecutionNotifications"]]


class Sarif(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        directory = tempfile.mkdtemp(prefix="ipec-sarif-")
        cls.addClassCleanup(shutil.rmtree, directory)
        os.chdir(directory)
        write("clean.pol", HEADER)
        write("warning.pol", HEADER + "op=EXECUTE boot_verified=TRUE action=ALLOW\n" * 2)
        write("rejected.pol", HEADER + "op=EXECUT action=ALLOW\n" * 3)
        # Trailing whitespace is a style finding, an unknown operation an error; one file has 10,000 at most.
        for number in range(3):
            write(f"many{number}.pol", HEADER + "# comment \n" * 9_999)
        write("z.pol", HEADER + "op=EXECUT action=ALLOW\n" * 200)

    def check_limits(self, raw):
        self.assertLessEqual(len(gzip.compress(raw, 6)), GZIP)
        log = json.loads(raw)
        self.assertEqual(len(log["runs"]), 1)
        run = log["runs"][0]
        self.assertLessEqual(len(run["results"]), RESULTS)
        self.assertLessEqual(len(run["tool"]["driver"]["rules"]), RULES)
        levels = [result["level"] for result in run["results"]]
        self.assertEqual(levels, sorted(levels, key=LEVELS.index), "not the worst first")
        for result in run["results"]:
            self.assertLessEqual(len(result["locations"]) + len(result.get("relatedLocations", ())), LOCATIONS)
        return run

    def test_rules(self):
        run = self.check_limits(lint("--select=all", "clean.pol", "warning.pol", "rejected.pol"))
        seen = set()
        for rule in run["tool"]["driver"]["rules"]:
            short, full = rule["shortDescription"]["text"], rule["fullDescription"]["text"]
            self.assertTrue(full.startswith(short), rule["id"])
            self.assertLessEqual(len(full), DESCRIPTION, rule["id"])
            for text in (short, full):
                self.assertIn(text[-1], ".:", f"{rule['id']}: not a whole sentence: {text}")
                self.assertNotIn("```", text)
            properties = rule["properties"]
            self.assertIn(properties["precision"], ("very-high", "high", "medium", "low"))
            self.assertLessEqual(len(properties["tags"]), TAGS)
            self.assertEqual("security" in properties["tags"], "security-severity" in properties)
            if "security-severity" in properties:
                self.assertRegex(properties["security-severity"], r"^\d\.\d$")
                self.assertTrue(0 < float(properties["security-severity"]) < 10)
            else:
                self.assertIn(properties["problem.severity"], ("error", "warning", "recommendation"))
            seen.add((rule["defaultConfiguration"]["level"], properties.get("security-severity")))
        self.assertGreater(len(seen), 6)
        self.assertEqual(notifications(run), [])

    def test_too_many_results(self):
        run = self.check_limits(lint("--select=trailing-space", "many0.pol", "many1.pol", "many2.pol", "z.pol"))
        results = run["results"]
        self.assertEqual(len(results), RESULTS)
        self.assertEqual([result["level"] for result in results].count("error"), 200)
        said = notifications(run)
        self.assertEqual([level for level, _ in said], ["warning", "note"])
        self.assertRegex(said[0][1], rf"^{3 * 9_999 + 200 - RESULTS} findings are left out")
        self.assertRegex(said[1][1], rf"{SHOWN} of the {RESULTS}\b")

    def test_many_but_not_too_many(self):
        run = self.check_limits(lint("--select=trailing-space", "many0.pol"))
        self.assertEqual(len(run["results"]), 9_999)
        self.assertEqual([level for level, _ in notifications(run)], ["note"])

    def test_findings_that_were_never_kept(self):
        write("more.pol", HEADER + "# comment \n" * 12_000)
        run = self.check_limits(lint("--select=trailing-space", "more.pol"))
        self.assertEqual(len(run["results"]), 10_000)
        self.assertRegex(notifications(run)[0][1], "^2000 findings are left out")

    def test_check_says_what_it_leaves_out(self):
        write("wrong.pol", HEADER + "op=EXECUTN action=ALLOW\n" * 12_000)

        def check(form):
            done = subprocess.run([IPEC, "check", f"--format={form}", "wrong.pol"], stdin=subprocess.DEVNULL,
                                  check=False, capture_output=True, timeout=300)
            self.assertEqual(done.returncode, 1, done.stderr)
            return done.stdout.decode()

        run = json.loads(check("sarif"))["runs"][0]
        self.assertRegex(notifications(run)[0][1], "^2000 findings are left out")
        self.assertEqual(json.loads(check("json"))["results"][0]["more"], 2000)
        self.assertIn("wrong.pol: 2000 more findings are not shown", check("text"))

    def test_too_many_bytes(self):
        chance = random.Random(3)
        for number in range(3):
            digests = ("op=EXECUTE fsverity_digest=sha256:%03000X action=ALLOW\n" % chance.getrandbits(12_000)
                       for _ in range(5_000))
            write(f"long{number}.pol", HEADER + "".join(digests))
        run = self.check_limits(lint("--select=uppercase-hex", "long0.pol", "long1.pol", "long2.pol"))
        self.assertGreater(len(run["results"]), 5_000)
        left = 15_000 - len(run["results"])
        self.assertGreater(left, 1_000)
        self.assertRegex(notifications(run)[0][1], f"^{left} findings are left out")
        # The report uses most of the limit.
        whole = json.dumps(run["results"], separators=(",", ":")).encode()
        self.assertGreater(len(gzip.compress(whole, 6)), GZIP * 0.8)

    def test_one_result_of_many_bytes(self):
        write("wide.pol", HEADER + "op=EXECUTE fsverity_digest=sha256:" + "AB" * 100_000 + " action=ALLOW\n")
        run = self.check_limits(lint("--select=uppercase-hex", "wide.pol"))
        self.assertEqual(len(run["results"]), 1)
        self.assertNotIn("fixes", run["results"][0])

    def test_sarif_multitool(self):
        directory = os.path.join(ROOT, ".ci/npm/node_modules/@microsoft/sarif-multitool-linux")
        tool = os.path.join(directory, "Sarif.Multitool")
        if not os.path.exists(tool):
            self.skipTest("sarif-multitool is not there: .ci/install --tests fetches it where npm is")
        os.chmod(tool, os.stat(tool).st_mode | stat.S_IXUSR)
        check = subprocess.run([IPEC, "check", "--format=sarif", "rejected.pol", "clean.pol"], check=False,
                               stdout=subprocess.PIPE).stdout
        reports = {"all": lint("--select=all", "clean.pol", "warning.pol", "rejected.pol"), "check": check,
                   "none": lint("clean.pol"), "away": lint(os.path.join(ROOT, "examples/policies/boot-policy.pol"), "warning.pol"),
                   "many": lint("--select=trailing-space", "many0.pol", "many1.pol", "many2.pol", "z.pol")}
        broken = json.loads(reports["all"])
        del broken["runs"][0]["tool"]["driver"]["rules"][0]["fullDescription"]
        reports["broken"] = json.dumps(broken).encode()
        for name, raw in reports.items():
            with open(f"{name}.sarif", "wb") as stream:
                stream.write(raw)
            done = subprocess.run([tool, "validate", f"{name}.sarif", "--rule-kind", "Sarif;Ghas", "--level", "Error;Warning;Note",
                                   "--kind", "Fail;Open;Review", "--log", "ForceOverwrite", "--output", f"{name}.said"],
                                  env=dict(os.environ, DOTNET_SYSTEM_GLOBALIZATION_INVARIANT="1", HOME=os.getcwd()),
                                  stdin=subprocess.DEVNULL, capture_output=True, check=False, timeout=300)
            with open(f"{name}.said", encoding="utf-8-sig") as stream:
                run = json.load(stream)["runs"][0]
            said = {(result["ruleId"], result.get("level", "warning")) for result in run["results"]}
            said = {row for row in said if row[0] not in NOT_FOLLOWED}
            # `away` has a file outside the root, which has no relative reference.
            wanted = {"broken": {("GH2012", "error")}, "away": {("SARIF2016", "note")}}.get(name, set())
            self.assertEqual(said, wanted, (name, done.stdout[-2000:]))


if __name__ == "__main__":
    IPEC, ROOT = os.path.abspath(sys.argv.pop(1)), os.path.abspath(sys.argv.pop(1))
    unittest.main()
