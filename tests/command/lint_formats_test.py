#!/usr/bin/env python3
"""The machine formats of `ipec lint` meet the requirements of their readers: lint_formats_test.py IPEC ROOT

For policies with any bytes, JSON is UTF-8 and XML well-formed, all formats report the same findings, and each has
the fields, values and positions of its specification. SARIF is validated against the OASIS schema, which
`.ci/install --tests` fetches from npm; without it, or without python3-jsonschema, that test is skipped with a message.
"""

import glob
import json
import os
import random
import re
import shutil
import site
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree

IPEC = ROOT = ""
# python3 -S does not look where Debian's packages install modules.
sys.path += site.getsitepackages() + ["/usr/lib/python3/dist-packages"]
HEADER = b"policy_name=demo policy_version=1.0.0\nDEFAULT action=ALLOW\n"
FORMATS = ("json", "sarif", "gitlab", "rdjson", "junit", "checkstyle", "github", "concise", "text")
# Names and texts that formats have to escape.
NASTY = [b"<&>\"'", b"]]>", b"%0A::error::x", b"a:b,c", b"\xff\xfe", b"\xed\xa0\x80", "\ufffe\uffff".encode(),
         "größe \U0001F600 ‮".encode(), b"\x1b[31m", b"\x00", b"\x01\x0b\x7f", b"\r", b"\\", b"{}", b"\xc3", b"${x}"]


def lint(*args, status=(0, 1)):
    done = subprocess.run([IPEC, "lint", "--select=all", *args], stdin=subprocess.DEVNULL, check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=120)
    if done.returncode not in status:
        raise AssertionError((args, done))
    return done.stdout


def corpus():
    """Policies with findings of many rules, and with invalid bytes."""
    chance = random.Random(6)
    texts = [HEADER]
    for path in sorted(glob.glob(os.path.join(ROOT, "tests", "golden", "lint", "*.pol"))):
        with open(path, "rb") as stream:
            texts.append(stream.read().split(b"\n# --- ")[0] + b"\n")
    for nasty in NASTY:
        texts.append(HEADER + b"op=EXECUTE action=ALLOW # " + nasty + b"\n")
        texts.append(HEADER + b"op=" + nasty + b" action=ALLOW\nx" + nasty + b"=" + nasty)
        texts.append(HEADER + b"op=EXECUTE fsverity_digest=" + nasty + b":" + nasty + b" action=ALLOW\n" + nasty)
        texts.append(HEADER + b"# ipec: allow(" + nasty + b") " + nasty + b"\nop=EXECUTE action=ALLOW\n")
    for _ in range(40):
        text = bytearray(chance.choice(texts))
        for _ in range(chance.randint(1, 8)):
            text[chance.randrange(len(text)):chance.randrange(len(text))] = chance.choice(NASTY)
        texts.append(HEADER + bytes(text))  # the header says that a short text is a policy
    return texts


class Formats(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.directory = tempfile.mkdtemp(prefix="ipec-formats-")
        cls.addClassCleanup(shutil.rmtree, cls.directory)
        os.chdir(cls.directory)
        cls.texts = {}
        names = [b"a b.pol", b"<&>\".pol", b"x%0A,y:z.pol", b"tab\t.pol", b"new\nline.pol", b"\xff.pol", "ö.pol".encode()]
        for number, text in enumerate(corpus()):
            name = os.fsdecode(names[number] if number < len(names) else b"p%d.pol" % number)
            cls.texts[name] = text
            with open(name, "wb") as stream:
                stream.write(text)
        outputs = [f"--output={format}:out.{format}" for format in FORMATS]
        lint(*outputs, *cls.texts)
        cls.raw = {}
        for format in FORMATS:
            with open(f"out.{format}", "rb") as stream:
                cls.raw[format] = stream.read()
        cls.json = json.loads(cls.raw["json"].decode("utf-8"))
        cls.results = cls.json["results"]
        cls.findings = [(result["file"], finding) for result in cls.results for finding in result["diagnostics"]]

    def test_there_is_something_to_tell(self):
        codes = {finding["code"] for _, finding in self.findings}
        self.assertGreater(len([code for code in codes if code > "IPE1"]), 20)
        self.assertGreater(len([code for code in codes if code < "IPE1"]), 5)
        self.assertEqual({finding["severity"] for _, finding in self.findings},
                         {"error", "warning", "info", "style"})

    def test_one_output_is_as_several(self):
        for format in FORMATS:
            self.assertEqual(lint(f"--output={format}", *self.texts), self.raw[format], format)

    def test_a_policy_is_called_as_check_calls_it(self):
        done = subprocess.run([IPEC, "check", "--format=json", *self.texts], stdin=subprocess.DEVNULL, check=False,
                              stdout=subprocess.PIPE, timeout=120)
        fields = ("file", "target", "accepted", "errno", "name", "policy_version")
        want = [[result[field] for field in fields] for result in json.loads(done.stdout)["results"]]
        self.assertEqual([[result[field] for field in fields] for result in self.results], want)
        self.assertGreater(len([name for *_, name, version in want if name and version]), 50)

    def test_nothing_moves_the_cursor(self):
        for format in ("text", "concise"):
            self.assertNotRegex(self.raw[format].decode("utf-8"), r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]")

    def test_concise(self):
        lines = self.raw["concise"].decode().splitlines()
        self.assertEqual(len(lines), len(self.findings))
        for line in lines:
            self.assertRegex(line, r"^.+:\d+:\d+: (error|warning|info|style): .+ \[IPE\d{4} [a-z0-9-]+\]$")

    def test_github(self):
        lines = self.raw["github"].decode("utf-8", "surrogateescape").split("\n")
        self.assertEqual(lines.pop(), "")
        self.assertEqual(len(lines), len(self.findings))
        levels = []
        for line in lines:
            match = re.fullmatch(r"::(error|warning|notice) ([^:]*)::([^\r\n]+)", line)
            self.assertTrue(match, line)
            levels.append(match[1])
            properties = dict(pair.split("=", 1) for pair in match[2].split(","))
            self.assertLessEqual(set(properties), {"file", "line", "endLine", "col", "endColumn", "title"})
            self.assertEqual("col" in properties, properties["line"] == properties["endLine"])
            for value in [*properties.values(), match[3]]:
                self.assertNotRegex(value, "%(?!25|0A|0D|3A|2C)")
            name = re.sub("%(..)", lambda m: chr(int(m[1], 16)), properties["file"])
            self.assertIn(name, self.texts)
        self.assertEqual(levels, sorted(levels, key=["error", "warning", "notice"].index))

    def test_gitlab(self):
        report = json.loads(self.raw["gitlab"].decode("utf-8"))
        self.assertEqual(len(report), len(self.findings))
        for issue, (file, finding) in zip(report, self.findings):
            self.assertEqual(set(issue), {"description", "check_name", "fingerprint", "severity", "location"})
            self.assertEqual((issue["description"], issue["check_name"]), (finding["message"], finding["name"]))
            self.assertEqual(issue["location"], {"path": file, "lines": {"begin": finding["range"]["start"]["line"]}})
            self.assertIn(issue["severity"], ("info", "minor", "major", "critical", "blocker"))
            self.assertRegex(issue["fingerprint"], "^[0-9a-f]{16}$")
        self.assertEqual(len({issue["fingerprint"] for issue in report}), len(report))

    def test_rdjson(self):
        report = json.loads(self.raw["rdjson"].decode("utf-8"))
        self.assertEqual(report["source"]["name"], "ipec lint")
        self.assertEqual(len(report["diagnostics"]), len(self.findings))
        suggestions = 0
        for said, (file, finding) in zip(report["diagnostics"], self.findings):
            self.assertEqual((said["message"], said["location"]["path"]), (finding["message"], file))
            self.assertIn(said["severity"], ("ERROR", "WARNING", "INFO"))
            for suggestion in said["suggestions"]:
                suggestions += 1
                self.assertEqual(set(suggestion), {"range", "text"})
        self.assertGreater(suggestions, 10)

    def test_rdjson_suggestions_fix(self):
        """A suggestion, applied as reviewdog would (columns in bytes, end exclusive), gives the fixed text."""
        text = ("policy_name=demo policy_version=1.0.0\nDEFAULT action=DENY # ä\n"
                "op=EXECUTE fsverity_digest=sha256:" + "AB" * 32 + " action=ALLOW # ü\n")
        with open("fix.pol", "w", encoding="utf-8") as stream:
            stream.write(text)
        done = subprocess.run([IPEC, "lint", "--select=uppercase-hex", "--output=rdjson", "fix.pol"],
                              check=False, stdout=subprocess.PIPE, timeout=60)
        found = json.loads(done.stdout)["diagnostics"]
        self.assertEqual(len(found), 1)
        suggestion = found[0]["suggestions"][0]
        lines = text.encode().splitlines(keepends=True)

        def offset(place):
            return sum(map(len, lines[:place["line"] - 1])) + place["column"] - 1

        begin, end = (offset(suggestion["range"][side]) for side in ("start", "end"))
        fixed = text.encode()[:begin] + suggestion["text"].encode() + text.encode()[end:]
        self.assertEqual(fixed, text.replace("AB", "ab").encode())

    def test_junit(self):
        root = xml.etree.ElementTree.fromstring(self.raw["junit"])
        self.assertEqual(root.tag, "testsuites")
        self.assertEqual(len(root), len(self.results))
        for suite, result in zip(root, self.results):
            found = len(result["diagnostics"])
            self.assertEqual((int(suite.get("tests")), int(suite.get("failures"))), (found or 1, found))
            self.assertEqual(len(suite.findall("testcase")), found or 1)
            self.assertEqual(len(suite.findall("testcase/failure")), found)
            for case in suite.iter("testcase"):
                self.assertTrue(case.get("name") and case.get("classname"))

    def test_checkstyle(self):
        root = xml.etree.ElementTree.fromstring(self.raw["checkstyle"])
        self.assertEqual((root.tag, len(root)), ("checkstyle", len(self.results)))
        errors = list(root.iter("error"))
        self.assertEqual(len(errors), len(self.findings))
        for error, (_, finding) in zip(errors, self.findings):
            start = finding["range"]["start"]
            self.assertEqual((error.get("line"), error.get("column")), (str(start["line"]), str(start["column"])))
            self.assertIn(error.get("severity"), ("error", "warning", "info", "ignore"))
            self.assertEqual(error.get("source"), "ipec." + finding["name"])

    @unittest.skipUnless(shutil.which("xmllint"), "no xmllint")
    def test_xml_by_a_stricter_reader(self):
        for format in ("junit", "checkstyle"):
            done = subprocess.run(["xmllint", "--noout", f"out.{format}"], check=False, stderr=subprocess.PIPE)
            self.assertEqual(done.returncode, 0, done.stderr)

    def test_sarif_holds_together(self):
        log = json.loads(self.raw["sarif"].decode("utf-8"))
        run = log["runs"][0]
        rules = run["tool"]["driver"]["rules"]
        listed = subprocess.run([IPEC, "explain", "--list"], check=True, stdout=subprocess.PIPE).stdout.decode()
        lint_codes = [line.split()[0] for line in listed.splitlines() if line > "IPE1"]
        self.assertEqual([rule["id"] for rule in rules[:len(lint_codes)]], lint_codes)
        for rule in rules:
            self.assertNotIn("{}", rule["shortDescription"]["text"])
            self.assertGreater(len(rule["shortDescription"]["text"]), 15, rule["id"])
            self.assertIn(rule["name"], rule["help"]["markdown"])
            self.assertIn(rule["defaultConfiguration"]["level"], ("error", "warning", "note"))
        self.assertEqual(len(run["results"]), len(self.findings))
        self.assertTrue(any("fixes" in result for result in run["results"]))
        seen = set()
        # The most severe first, otherwise in order.
        order = ["error", "warning", "info", "style"]
        findings = sorted(self.findings, key=lambda row: order.index(row[1]["severity"]))
        for result, (_, finding) in zip(run["results"], findings):
            self.assertEqual(rules[result["ruleIndex"]]["id"], result["ruleId"])
            self.assertEqual((result["ruleId"], result["message"]["text"]), (finding["code"], finding["message"]))
            place = result["locations"][0]["physicalLocation"]
            self.assertRegex(place["artifactLocation"]["uri"], r"^[\w.~/%-]+$")
            self.assertEqual(place["region"]["startLine"], finding["range"]["start"]["line"])
            seen.add((place["artifactLocation"]["uri"], *result["partialFingerprints"].values()))
        self.assertEqual(len(seen), len(self.findings))

    def test_sarif_against_the_schema(self):
        schemas = glob.glob(os.path.join(ROOT, ".ci/npm/node_modules/@microsoft/jest-sarif/lib/schemas/sarif-2.1.0*.json"))
        if not schemas:
            self.skipTest("the OASIS schema is not there: .ci/install --tests fetches it where npm is")
        try:
            import jsonschema
        except ImportError:
            self.skipTest("python3-jsonschema is not there")
        with open(schemas[0], encoding="utf-8") as stream:
            validator = jsonschema.Draft4Validator(json.load(stream), format_checker=jsonschema.draft4_format_checker)
        check = subprocess.run([IPEC, "check", "--format=sarif", *self.texts], check=False, stdout=subprocess.PIPE)
        for raw in (self.raw["sarif"], lint("--output=sarif", "p9.pol"),
                    check.stdout):
            log = json.loads(raw.decode("utf-8"))
            self.assertEqual([error.message[:300] for error in validator.iter_errors(log)], [])
        # The validator can fail.
        log["runs"][0]["results"] = [{"message": {"txt": "x"}}]
        self.assertTrue(list(validator.iter_errors(log)))

    def test_explanations_are_one_document(self):
        def explain(*args):
            return subprocess.run([IPEC, "explain", *args], check=True, stdout=subprocess.PIPE).stdout.decode()

        text = explain("--all", "--format=markdown")
        prose = re.sub(r"(?ms)^```(?:ipe (?:base|bad|good|reviewed)|toml|json image|text)[^\n]*$.*?^```$", "", text)
        self.assertNotIn("```", prose)
        rows = explain("--list").splitlines()
        # Findings about kernels have no code.
        kernels = [row.split()[0] for row in rows if row.startswith(" ")]
        self.assertEqual(re.findall(r"(?m)^# (\S+)$", prose), kernels)
        for name in kernels:
            self.assertIn(explain(name), text)
        listed = [row.split()[:2] for row in rows if not row.startswith(" ")]
        self.assertEqual(re.findall(r"(?m)^# (\S+) (\S+)$", prose), [tuple(row) for row in listed])
        for code, name in listed:
            one = explain(name)
            self.assertIn(explain(code), text)
            # If a lint rule and a checker error share a name, both are explained.
            self.assertIn(explain(code).rstrip(), one)
            # An example cannot show signed files, templates and long texts.
            if not code.startswith(("IPE05", "IPE07")) and code not in ("IPE0404", "IPE0405"):
                self.assertIn("\n```ipe good", one)

    def test_sarif_does_not_fail_unless_asked(self):
        def status(*args):
            return subprocess.run([IPEC, "lint", *args, "a b.pol"], check=False, stdout=subprocess.DEVNULL).returncode

        self.assertEqual(status("--output=text"), 1)
        self.assertEqual(status("--output=sarif"), 0)
        self.assertEqual(status("--output=text", "--output=sarif:o.sarif"), 0)
        self.assertEqual(status("--output=sarif", "--fail-on=warning"), 1)
        self.assertEqual(status("--output=sarif", "--fail-on=error"), 0)


if __name__ == "__main__":
    IPEC, ROOT = os.path.abspath(sys.argv.pop(1)), os.path.abspath(sys.argv.pop(1))
    unittest.main()
