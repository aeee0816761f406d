#!/usr/bin/env python3
"""examples/fleet: the result of several workers is that of one process, also if a worker dies: fleet_test.py IPEC FLEET"""

import json
import os
import random
import subprocess
import sys
import tempfile
import unittest

IPEC = FLEET = ""
SEED = int(os.environ.get("IPEC_SEED", random.SystemRandom().randrange(1 << 32)))
OLD = "policy_name=p policy_version=1.0.0\nDEFAULT action=DENY\nop=EXECUTE boot_verified=TRUE action=ALLOW\n"
NEW = "policy_name=p policy_version=1.0.1\nDEFAULT action=DENY\nop=EXECUTE dmverity_signature=TRUE action=ALLOW\n"
LOGS = 12


def run(*command, stdin="", check=(0,)):
    done = subprocess.run(command, input=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False, timeout=200)
    assert done.returncode in check, (command, done.returncode, done.stdout, done.stderr)
    return done


def write(path, text):
    with open(path, "w", encoding="utf-8") as stream:
        stream.write(text)


class Fleet(unittest.TestCase):
    def setUp(self):
        place = tempfile.TemporaryDirectory(prefix="ipec-fleet-")
        self.addCleanup(place.cleanup)
        os.chdir(place.name)
        write("old.pol", OLD)
        write("new.pol", NEW)
        chance = random.Random(SEED)
        self.logs = [f"machine-{number}.log" for number in range(LOGS)]
        for number, log in enumerate(self.logs):
            events = [{"op": chance.choice(("EXECUTE", "KMODULE")), "hook": "MMAP", "comm": chance.choice("abcdefghijk"),
                       "file": {"path": "/" + chance.choice("xyz"), "dev": "dm-0", "ino": 1},
                       "boot_verified": chance.random() < 0.5, "time": chance.randint(1, 10**6) / 1000}
                      for _ in range(20 + number)]
            for event in events:
                event["hook"] = "MMAP" if event["op"] == "EXECUTE" else "KERNEL_READ"
            write(log, run(IPEC, "eval", "old.pol", "--events=-", "--format=audit", "--success-audit",
                           stdin="\n".join(map(json.dumps, events)), check=(0, 1)).stdout)
        self.whole = run(IPEC, "replay", "--policy=old.pol", "--output=json", os.path.abspath("new.pol"),
                         *self.logs).stdout
        self.assertEqual(json.loads(self.whole.splitlines()[-1])["accesses"], sum(20 + number for number in range(LOGS)))

    def fleet(self, program, **more):
        return run(sys.executable, FLEET, "--workers=3", "--ipec=" + program, "--option=--policy=" + os.path.abspath("old.pol"),
                   os.path.abspath("new.pol"), *self.logs, **more)

    def test_same_result(self):
        self.assertEqual(self.fleet(IPEC).stdout, self.whole, SEED)

    def test_killed_worker(self):
        # The first process for this log kills the worker that started it.
        write("killer", f'#!/bin/sh\ncase "$*" in *--output=json*machine-5.log)\n  if mkdir "{os.getcwd()}/killed" 2>/dev/null; then\n'
                        f'    kill -9 $PPID; exit 3; fi;;\nesac\nexec "{IPEC}" "$@"\n')
        os.chmod("killer", 0o755)
        self.assertEqual(self.fleet(os.path.abspath("killer")).stdout, self.whole, SEED)
        self.assertTrue(os.path.isdir("killed"))

    def test_bad_log(self):
        self.logs.append("missing.log")
        self.assertIn("missing.log", self.fleet(IPEC, check=(1,)).stderr)


if __name__ == "__main__":
    IPEC, FLEET = (os.path.abspath(sys.argv.pop(1)) for _ in range(2))
    # The test itself runs without packages.
    if subprocess.run([sys.executable, "-c", "import distributed"], stderr=subprocess.DEVNULL, check=False).returncode:
        print("python3-distributed is not installed")
        sys.exit(1 if os.environ.get("CI") else 77)
    unittest.main()
