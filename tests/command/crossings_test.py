#!/usr/bin/env python3
"""Root hashes times file digests are more cases than a report lists: every report says that there are more, and how many.

    crossings_test.py IPEC ROOT

The outputs are those of the tables in ROOT, so a new one is tested, too. Their number is found by counting.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
import unittest

IPEC, ROOT = "", ""
# By default, an output is asked in one direction, every second one in the other; `tests/run --slow` asks both.
WHOLE = os.environ.get("IPEC_STRIDE") == "1"
LISTED = 1 << 16
HASHES, DIGESTS = 260, 300


def outputs(table):
    with open(os.path.join(ROOT, table), encoding="utf-8") as stream:
        return re.findall(r'^IPEC_\w+\("(\w+)"', stream.read(), re.MULTILINE)


def rules(prop, number, action):
    return "".join(f"op=EXECUTE {prop}=sha256:{i:064x} action={action}\n" for i in range(number))


def write(name, *parts):
    with open(name, "w", encoding="utf-8") as stream:
        stream.writelines(parts)


def run(*args, status=1):
    done = subprocess.run([IPEC, *args], stdin=subprocess.DEVNULL, capture_output=True, check=False, timeout=300, text=True)
    assert done.returncode == status and not done.stderr, (args, done.returncode, done.stderr[:1000])
    return done.stdout


class Crossings(unittest.TestCase):
    def setUp(self):
        place = tempfile.TemporaryDirectory(prefix="ipec-crossings-")
        self.addCleanup(place.cleanup)
        os.chdir(place.name)
        head = "policy_name=p policy_version=1.0.{}\nDEFAULT action=DENY\n"
        hashes, digests = rules("dmverity_roothash", HASHES, "DENY"), rules("fsverity_digest", DIGESTS, "ALLOW")
        write("before.pol", head.format(0), hashes, digests)
        write("after.pol", head.format(1), digests, hashes)

    def test_diff(self):
        """A volume signed or not, and a file signed or not: each pair of digests is four cases."""
        more = HASHES * DIGESTS * 4 - LISTED
        ways = [("before.pol", "after.pol", "looser"), ("after.pol", "before.pol", "tighter")]
        for number, (one, two, direction) in enumerate(ways):
            every = outputs("compiler/driver/diff_outputs.def")
            for output in every if WHOLE else every[number::2]:
                with self.subTest(output=output, direction=direction):
                    text = run("diff", "--fail-on=tighter", f"--output={output}", one, two)
                    if output == "json":
                        # Cases that are listed have a statement each.
                        file = json.loads(text)["files"][0]
                        listed = sum(difference["cases"] for difference in file["differences"])
                        self.assertEqual(file["more_cases"][direction] + listed, HASHES * DIGESTS * 4)
                    else:
                        self.assertIn(f"{direction}: {more} more cases of a named root hash", text)

    def test_text_lists_a_thousand(self):
        """More of a direction are counted; JSON lists all."""
        head = "policy_name=p policy_version=1.0.{}\nDEFAULT action=DENY\n"
        for number in (1000, 1001, 1203):
            write("few.pol", head.format(0))
            write("many.pol", head.format(1), rules("fsverity_digest", number, "ALLOW"))
            for one, two, direction in (("few.pol", "many.pol", "looser"), ("many.pol", "few.pol", "tighter")):
                with self.subTest(number=number, direction=direction):
                    text = run("diff", "--fail-on=tighter", one, two)
                    self.assertEqual(len(re.findall(rf": {direction}: EXECUTE", text)), 1000)
                    said = re.findall(rf": {direction}: (\d+) more differences, not listed", text)
                    self.assertEqual(said, [str(number - 1000)] if number > 1000 else [])
                    self.assertIn(f"{number} {direction}", text)
                    file = json.loads(run("diff", "--fail-on=tighter", "--output=json", one, two))["files"][0]
                    self.assertEqual(len(file["differences"]), number)

    def test_lint(self):
        more = HASHES * DIGESTS * 4 - LISTED
        for output in outputs("lint/outputs.def"):
            with self.subTest(output=output):
                text = run("lint", "--select=IPE2014", "--against=before.pol", f"--output={output}", "after.pol",
                           status=0 if output == "sarif" else 1)  # the program that reads SARIF decides
                self.assertIn(f"looser: {more} more cases of a named root hash", text)

    def test_claims(self):
        """Many rules allow what one claim forbids."""
        number = LISTED // 4 + 10
        write("many.pol", "policy_name=p policy_version=1.0.0\nDEFAULT action=DENY\n",
              rules("fsverity_digest", number, "ALLOW"))
        write("many.claims", "never op=EXECUTE dmverity_roothash=sha256:" + "a" * 64 + "\n")
        for output in outputs("compiler/suite/outputs.def"):
            with self.subTest(output=output):
                self.assertIn("40 more cases of a named root hash with a named file digest",
                              run("test", f"--output={output}", "many.pol"))


if __name__ == "__main__":
    IPEC, ROOT = os.path.abspath(sys.argv.pop(1)), os.path.abspath(sys.argv.pop(1))
    unittest.main()
