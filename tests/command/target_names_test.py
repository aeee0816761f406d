#!/usr/bin/env python3
"""Each name of a target works wherever a target is requested: target_names_test.py IPEC

Every command with the option `--target`, and every key of `ipec.toml` that takes a target, gives the same result
for the other names of a target as for its own, and so do two names of one target together.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
import unittest

IPEC = ""
# Rejected, accepted with a finding, and accepted without: whatever depends on the target shows in one of them.
POLICIES = {
    "rejected.pol": "policy_name=a policy_version=1.0.0\nop=EXECUTE boot_verified=yes action=ALLOW\n",
    "found.pol": "policy_name=a policy_version=1.0.0\nDEFAULT action=ALLOW\n",
    "laid-out.pol": "policy_name=a   policy_version=1.0.0\nDEFAULT action=DENY\n"
                    "op=EXECUTE boot_verified=TRUE action=ALLOW\n",
}
EVENT = '{"op":"EXECUTE","hook":"MMAP"}'
OPERANDS = {"eval": ["--event=" + EVENT, "--success-audit", "--format=audit"], "compile": ["--emit=dump", "-o", "-"],
            "thumbprint": ["--record"], "fmt": ["--diff"], "lint": ["--output=json", "--select=all"],
            "check": ["--format=json"], "diff": ["--output=json", next(iter(POLICIES))],
            "test": ["--output=json"], "matrix": ["--output=json"], "sign": ["--request", "-o", "request"],
            "verify": ["--format=json"], "render": ["-o", "-"], "rollout": ["--records", "--assume-signed"],
            "show": ["--format=json"], "replay": ["--output=json"]}
PREFIXES = {"rollout": "new:"}  # of the operand
CLAIMS = "never op=EXECUTE dmverity_signature=FALSE\n"


def run(*args):
    done = subprocess.run([IPEC, *args], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          check=False, timeout=120)
    return done.returncode, done.stdout.decode()


def commands_with_a_target():
    listed = re.findall(r"^  (\w+)  ", run("help")[1], re.M)
    return [command for command in listed if "--target=" in run(command, "--help")[1]]


class TargetNames(unittest.TestCase):
    def setUp(self):
        place = tempfile.TemporaryDirectory(prefix="ipec-targets-")
        self.addCleanup(place.cleanup)
        os.chdir(place.name)
        for name, text in POLICIES.items():
            with open(name, "w", encoding="ascii") as stream:
                stream.write(text)
            with open(name.replace(".pol", ".claims"), "w", encoding="ascii") as stream:
                stream.write(CLAIMS)
        targets = json.loads(run("targets", "--format=json")[1])["targets"]
        self.names = [(target["name"], other) for target in targets for other in target["other_names"]]
        self.assertGreater(len(self.names), 8)

    def config(self, text):
        with open("ipec.toml", "w", encoding="ascii") as stream:
            stream.write(text)

    def test_options(self):
        commands = commands_with_a_target()
        self.assertEqual(sorted(commands), sorted(OPERANDS))
        for command in commands:
            for policy in POLICIES:
                for own, other in self.names:
                    call = [command, *OPERANDS[command], PREFIXES.get(command, "") + policy]
                    with self.subTest(call=call, other=other):
                        expected = run(*call, "--target=" + own)
                        self.assertNotIn("unknown target", expected[1])
                        self.assertEqual(run(*call, "--target=" + other), expected)
                        if command == "lint":
                            self.assertEqual(run(*call, f"--target={other},{own}"), expected)

    def test_keys_of_the_configuration(self):
        for command in ("lint", "fmt"):
            call = [command, *OPERANDS[command], *POLICIES]
            for own, other in self.names:
                with self.subTest(command=command, other=other):
                    self.config(f'target = "{own}"\n')
                    expected = run(*call)
                    self.assertIn(expected[0], (0, 1), expected[1])
                    for key in (f'target = "{other}"', f'target = ["{other}", "{own}", "{other}"]',
                                f'per-file-target = {{"*.pol" = "{other}"}}'):
                        self.config(key + "\n")
                        self.assertEqual(run(*call), expected, key)


if __name__ == "__main__":
    IPEC = os.path.abspath(sys.argv.pop(1))
    unittest.main()
