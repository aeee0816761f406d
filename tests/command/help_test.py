#!/usr/bin/env python3
"""The examples in --help show what the program prints: help_test.py IPEC

The lines below `$ ipec …` in the example of each command must be the output of that call, in a directory
with the policy of the example. Findings that a help text names must exist under that name.
"""

import os
import re
import subprocess
import sys
import tempfile
import unittest

IPEC = ""
POLICY = "policy_name=device policy_version=1.0.0\nDEFAULT action=DENY\n"
RULE = "op=KMODULE dmverity_signature=TRUE action=ALLOW\n"
# device.pol for commands whose example needs more than a header and a default.
POLICIES = {
    "eval": POLICY + "op=EXECUTE boot_verified=TRUE action=ALLOW\n",
    "check": POLICY + "op=EXECUT action=ALLOW\n",
    "lint": POLICY + "op=EXECUTE dmverity_signature=TRUE action=ALLOW\n" + RULE + RULE,
    "matrix": POLICY + RULE + "op=EXECUTE boot_verified=TRUE action=ALLOW\n",
}
NOT_RUN = {"thumbprint": "a signed policy has another digest each time", "lsp": "it waits for an editor",
           "help": "its output is another help"}


def printed(*args):
    return subprocess.run([IPEC, *args], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, check=True,
                          timeout=60).stdout.decode()


def commands():
    return re.findall(r"^  ([a-z]+)  ", printed("--help"), re.M)


def calls(text):
    """The calls of an example, each with the output shown below it."""
    found = []
    for line in text.split("\nExample:\n")[1].rstrip("\n").split("\n"):
        line = line[2:]
        if line.startswith("$ "):
            found.append((line[2:], []))
        else:
            found[-1][1].append(line)
    return found


class Help(unittest.TestCase):
    def test_examples_print_what_is_shown(self):
        for command in commands():
            if command in NOT_RUN:
                continue
            with self.subTest(command), tempfile.TemporaryDirectory(prefix="ipec-help-") as directory:
                with open(os.path.join(directory, "device.pol"), "w", encoding="ascii") as stream:
                    stream.write(POLICIES.get(command, POLICY))
                found = calls(printed(command, "--help"))
                self.assertTrue(found)
                for call, shown in found:
                    done = subprocess.run(["bash", "-c", call], cwd=directory, check=False, timeout=60,
                                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                          stderr=subprocess.STDOUT, env={"PATH": PATH, "LC_ALL": "C"})
                    self.assertEqual(done.stdout.decode().rstrip("\n").split("\n") if shown else [], shown, call)

    def test_findings_are_named_right(self):
        names = dict(re.findall(r"^(IPE\d{4})  (\S+)", printed("explain", "--list"), re.M))
        self.assertIn("IPE0101", names)
        for command in commands():
            for code, name in re.findall(r"\[(IPE\d{4}) ([a-z0-9-]+)\]", printed(command, "--help")):
                self.assertEqual(names.get(code), name, command)


if __name__ == "__main__":
    IPEC = os.path.abspath(sys.argv.pop(1))
    PATH = os.path.dirname(IPEC) + ":" + os.environ.get("PATH", "/usr/bin:/bin")
    unittest.main(verbosity=2)
