#!/usr/bin/env python3
"""The conformance runner must be able to fail: it runs with stand-ins that give wrong results."""

import base64
import json
import os
import subprocess
import sys
import tempfile
import unittest

RUNNER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "run.py")

# Accepts policies that contain `good`; records are wrong only on request.
STAND_IN = """#!/usr/bin/python3 -IBS
import json, os, sys
lie = os.environ.get("LIE", "")
command, args = sys.argv[1], sys.argv[2:]
if command == "check":
    results = []
    for name in [a for a in args if not a.startswith("--")]:
        accepted = b"good" in open(name, "rb").read() and lie != "verdict"
        results.append({"file": name, "accepted": accepted,
                        "errno": None if accepted else "EINVAL" if lie == "errno" else "EBADMSG",
                        "diagnostics": [] if accepted or lie == "silent" else [{"severity": "error"}]})
    if lie == "missing": results.pop()
    print(json.dumps({"version": 1, "results": results}))
elif command == "compile":
    open("p.ipet", "w").write("x")
else:
    table = "p.ipet" in args
    for line in open("events.jsonl"):
        body = "record" + (" wrong" if lie == ("table" if table else "text") else "") + ' action=DENY"'
        answer = {"audit": body, "decision": "DENY", "granted": lie == "granted"}
        print("type=1420 audit(0.000:0): " + body if table else json.dumps(answer))
    if lie == "extra": print("{}")
"""


class RunnerTest(unittest.TestCase):
    def setUp(self):
        self.directory = tempfile.TemporaryDirectory()
        self.addCleanup(self.directory.cleanup)
        self.ipec = os.path.join(self.directory.name, "ipec")
        with open(self.ipec, "w", encoding="utf-8") as stream:
            stream.write(STAND_IN)
        os.chmod(self.ipec, 0o755)

    def run_on(self, name, rows, lie=""):
        path = os.path.join(self.directory.name, name)
        with open(path, "w", encoding="utf-8") as stream:
            stream.writelines(json.dumps(row) + "\n" for row in rows)
        done = subprocess.run([sys.executable, "-IBS", RUNNER, self.ipec, path], stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, env={**os.environ, "LIE": lie}, check=False)
        return done.returncode, done.stdout.decode()

    def test_verdicts(self):
        rows = [{"id": str(n), "errno": e, "policy": base64.b64encode(t).decode()}
                for n, (e, t) in enumerate([(0, b"good"), (-74, b"bad")])]
        status, output = self.run_on("parse-linux-6.12.jsonl", rows)
        self.assertEqual(status, 0, output)
        self.assertIn("2 verdicts", output)
        for lie in ("verdict", "errno", "missing", "silent"):
            self.assertNotEqual(self.run_on("parse-linux-6.12.jsonl", rows, lie)[0], 0, lie)

    def test_records(self):
        rows = [{"policy": "a", "text": "good"},
                {"policy": "a", "event": {"enforcing": True}, "audit": 'record action=DENY"'}]
        status, output = self.run_on("eval-linux-6.12.jsonl", rows)
        self.assertEqual(status, 0, output)
        self.assertIn("1 records", output)
        for lie in ("text", "table", "granted", "extra"):
            self.assertNotEqual(self.run_on("eval-linux-6.12.jsonl", rows, lie)[0], 0, lie)

    def test_nothing_compared_is_a_failure(self):
        self.assertNotEqual(self.run_on("parse-linux-6.12.jsonl", [])[0], 0)


if __name__ == "__main__":
    unittest.main()
