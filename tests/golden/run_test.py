#!/usr/bin/env python3
"""The golden runner must be able to fail: golden files with one mistake each, run with a stand-in for
ipec."""

import contextlib
import importlib.util
import io
import os
import tempfile
import unittest
from unittest import mock

RUNNER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "run.py")
SPEC = importlib.util.spec_from_file_location("golden_run", RUNNER)
runner = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(runner)

# `check`: every word BAD of a file is a finding IPE0001; other commands act as their names suggest.
STAND_IN = r"""#!/usr/bin/python3 -IBS
import json, re, sys
command, args = sys.argv[1], sys.argv[2:]
names = [a for a in args if not a.startswith("-")]
if command == "check":
    results, found = [], False
    for name in names:
        list = []
        for n, line in enumerate(open(name, "rb").read().split(b"\n"), 1):
            for m in re.finditer(rb"BAD+", line.split(b"#")[0]):
                place = lambda c: {"line": n, "column": c + 1, "offset": 0}
                list.append({"code": "IPE0001", "message": "found `%s`" % m[0].decode(),
                             "range": {"start": place(m.start()), "end": place(m.end())}})
        found |= bool(list)
        results.append({"file": name, "diagnostics": list})
    if "--format=json" in args: print(json.dumps({"results": results}))
    else: print("text of the findings")
    sys.exit(1 if found else 0)
if command == "cat":
    for name in names: sys.stdout.buffer.write(open(name, "rb").read())
if command == "stdin": sys.stdout.buffer.write(sys.stdin.buffer.read())
if command == "write": open("made", "w").write("made by ipec\n")
if command == "report": print("problem", file=sys.stderr); sys.exit(2)
if command == "crash": import os; os.abort()
"""


class RunnerTest(unittest.TestCase):
    def setUp(self):
        self.directory = tempfile.TemporaryDirectory()
        self.addCleanup(self.directory.cleanup)
        self.ipec = os.path.join(self.directory.name, "ipec")
        with open(self.ipec, "w", encoding="utf-8") as stream:
            stream.write(STAND_IN)
        os.chmod(self.ipec, 0o755)

    def run_on(self, text, name="a.pol", **environment):
        self.path = os.path.join(self.directory.name, name)
        with open(self.path, "wb") as stream:
            stream.write(text if isinstance(text, bytes) else text.encode())
        clean = {k: v for k, v in os.environ.items() if k not in ("CI", "IPEC_UPDATE")}
        output = io.StringIO()
        with mock.patch.dict(os.environ, {**clean, **environment}, clear=True), \
                contextlib.redirect_stdout(output):
            status = runner.main([self.ipec, self.path])
        self.output = output.getvalue()
        return status

    def passes(self, text, name="a.pol"):
        self.assertEqual(self.run_on(text, name), 0, self.output)

    def fails(self, why, text, name="a.pol"):
        self.assertEqual(self.run_on(text, name), 1, self.output)
        self.assertIn(why, self.output)

    def test_carets(self):
        head = "# ARGS: check %s\n# EXIT: 1\n"
        right = head + "op=BAD x\n#  ^^^ IPE0001 found `BAD`\n"
        self.passes(right, "fail_a.pol")
        self.fails("not expected", head + "op=BAD x\n", "fail_a.pol")
        self.fails("expected but not found", right.replace("=BAD", "=GOOD"), "fail_a.pol")
        self.fails("expected but not found", right.replace("#  ^^^", "#  ^^"), "fail_a.pol")
        self.fails("expected but not found", right.replace("#  ^^^", "# ^^^"), "fail_a.pol")
        self.fails("expected but not found", right.replace("IPE0001", "IPE0002"), "fail_a.pol")
        self.fails("expected but not found", right.replace("found `", "lost `"), "fail_a.pol")
        self.fails("not expected", right + "op=BAD\n", "fail_a.pol")
        self.fails("expected but not found", right + "#  ^^^ IPE0001 found `BAD`\n", "fail_a.pol")
        self.fails("stderr", right + "# --- stderr\nx\n", "fail_a.pol")
        self.fails("stdout", right + "# --- stdout\nx\n", "fail_a.pol")
        self.passes(right + "# --- stdout\ntext of the findings\n", "fail_a.pol")

    def test_carets_where_they_do_not_fit(self):
        head = "# ARGS: check %s\n# EXIT: 1\n"
        self.passes(head + "BADDD x\n#^^^^ IPE0001 found `BADDD`\n", "fail_a.pol")
        self.passes(head + "xBAD\n#@2-5 IPE0001 found `BAD`\n", "fail_a.pol")
        self.passes(head + "xBAD\n#@3:2-5 IPE0001 found `BAD`\n", "fail_a.pol")
        self.fails("not expected", head + "xBAD\n#@2-6 IPE0001 found `BAD`\n", "fail_a.pol")

    def test_carets_need_a_check(self):
        self.fails("carets need", "# ARGS: cat\n#  ^^^ IPE0001 found `BAD`\n")

    def test_names_and_statuses(self):
        bad = "# ARGS: check %s\n# EXIT: 1\nx BAD\n# ^^^ IPE0001 found `BAD`\n"
        self.fails("a name begins with", bad, "a.pol")
        self.fails("a name begins with", "# ARGS: cat\n", "fail_a.pol")
        self.fails("exit status", bad.replace("# EXIT: 1\n", ""), "fail_a.pol")
        self.passes("# ARGS: report\n# EXIT: 2\n# --- stderr\nproblem\n")
        self.fails("exit status", "# ARGS: crash\n")
        self.fails("call 1 of 2", "# ARGS: report\n# ARGS: cat\n# --- stderr\nproblem\n")

    def test_output(self):
        self.passes("# ARGS: cat %s\n# --- stdout\n# ARGS: cat %s\n")
        self.fails("stdout", "# ARGS: cat %s\n")
        self.fails("stdout", "# ARGS: cat %s\n# --- stdout\n# ARGS: cat %s\n\n")
        self.passes("# ARGS: write\n# --- output made\nmade by ipec\n")
        self.fails("made", "# ARGS: write\n# --- output made\nmade by hand\n")
        self.fails("not written", "# ARGS: cat\n# --- output made\nmade by ipec\n")

    def test_inputs_and_escapes(self):
        self.passes("# ARGS: cat b/c\n# --- input b/c\none\n# --- stdout\none\n")
        self.passes("# ARGS: cat b\n# --- input b escaped\n\\x41\\r\\0\\\\\\\n# --- stdout escaped\nA\\x0D\\0\\\\\\\n")
        self.fails("stdout", "# ARGS: cat b\n# --- input b escaped\nA\\\n# --- stdout\nA\n")
        self.passes("# ARGS: stdin -\n# --- stdin\nhere\n# --- stdout\nhere\n")
        self.fails("unknown escape", "# ARGS: cat b\n# --- input b escaped\n\\q\n")

    def test_part_of_json(self):
        head = '# ARGS: cat b\n# JSON: a.0\n# --- input b\n{"a":[{"c":1}],"d":2}\n# --- stdout\n'
        self.passes(head + '{\n "c": 1\n}\n')
        self.fails("stdout", head + '{\n "c": 2\n}\n')
        self.fails("IndexError", head.replace("a.0", "a.1"))
        self.fails("KeyError", head.replace("a.0", "e"))
        self.fails("JSONDecodeError", head.replace('{"a"', "{a"))

    def test_malformed_files(self):
        self.fails("no `# ARGS:`", "policy_name=a policy_version=0.0.0\n")
        self.fails("unknown section", "# ARGS: cat\n# --- sdtout\nx\n")
        self.fails("only input and output", "# ARGS: cat\n# --- stdout b\nx\n")
        self.fails("two sections", "# ARGS: cat\n# --- stdout\n# --- stdout\n")

    def test_update(self):
        for name, text in (("fail_a.pol", "# ARGS: check %s\nBAD\nx BAD BADD\n# ^^^ IPE0009 old\nxBAD"),
                           ("a.pol", "# ARGS: cat b\n# EXIT: 2\n# --- input b escaped\na\\r\\\n# --- stderr\nold\n"),
                           ("b.pol", "# ARGS: write\n# --- output made\nold\n")):
            self.assertEqual(self.run_on(text, name, IPEC_UPDATE="1"), 0, self.output)
            with open(self.path, "rb") as stream:
                written = stream.read()
            self.assertNotIn(b"old", written)
            self.passes(written, name)
            self.assertEqual(self.run_on(written, name, IPEC_UPDATE="1"), 0, self.output)
            with open(self.path, "rb") as stream:
                self.assertEqual(stream.read(), written)

    def test_update_fails_in_ci(self):
        text = "# ARGS: cat b\n# --- input b\nnew\n# --- stdout\nold\n"
        self.assertEqual(self.run_on(text, IPEC_UPDATE="1", CI="true"), 2)
        with open(self.path, "r", encoding="utf-8") as stream:
            self.assertEqual(stream.read(), text)
        self.assertEqual(self.run_on(text, CI="true"), 1)


if __name__ == "__main__":
    unittest.main()
