#!/usr/bin/env python3
"""The formats of `ipec test`, read by the programs that they are for: test_formats_test.py IPEC

JUnit by junitparser, coverage by lcov, genhtml and xmllint with a DTD, comments by cmark and markdown-it, annotations as GitHub
reads them. All must agree with the JSON output, whatever policies, claims and events are called. A test is skipped, with a
message, if its reader is not there.
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
import xml.etree.ElementTree

IPEC = ""
# python3 -S does not look where Debian's packages install modules.
sys.path += site.getsitepackages() + ["/usr/lib/python3/dist-packages"]
FORMATS = ("json", "text", "junit", "github", "markdown")
HEADER = "policy_name=demo policy_version=1.0.0\nDEFAULT action=DENY\n"
RULES = ("op=EXECUTE boot_verified=TRUE action=ALLOW # x](http://e) @team <img src=x>\n"
         "op=EXECUTE dmverity_signature=TRUE action=ALLOW\nop=KMODULE dmverity_signature=TRUE action=ALLOW\n")
CLAIMS = ("never op=KMODULE dmverity_signature=FALSE # [x](http://e) @team <img src=x> `` | :tada: #1\n"
          "always op=EXECUTE boot_verified=TRUE\n")
REFUTED = "always op=FIRMWARE boot_verified=TRUE # @team\nnever op=EXECUTE dmverity_signature=TRUE\nalways op=*\n"
NAMES = ["plain", "[x](http://e) @team <img src=x> :tada: #1", "a`b``c", "| a | b |", "</code></summary><img src=x>", "```\n# x",
         "-->", "%0A::error::x", "a,b:c", "\x1b[31m\x01\x7f", "\u202e größe \U0001F600 \ufffe", "]]>&<\"'", "plain", " ",
         "~~x~~ https://e.org", "<details>", "\\", "${x}", "www.e.org e@e.org", "~~~"]
POLICIES = ["device", "sub/x](http:e) @team <img src=x>", "a`b|c", "%0A,y;z", "<&>\"'", "ö\u202e", "--", "https:e.org"]
# The facts of http://cobertura.sourceforge.net/xml/coverage-04.dtd that readers rely on.
COBERTURA = """
<!ELEMENT coverage (sources?, packages)>
<!ATTLIST coverage line-rate CDATA #REQUIRED branch-rate CDATA #REQUIRED version CDATA #REQUIRED timestamp CDATA #REQUIRED
  lines-covered CDATA #REQUIRED lines-valid CDATA #REQUIRED branches-covered CDATA #REQUIRED branches-valid CDATA #REQUIRED
  complexity CDATA #REQUIRED>
<!ELEMENT sources (source*)>
<!ELEMENT source (#PCDATA)>
<!ELEMENT packages (package*)>
<!ELEMENT package (classes)>
<!ATTLIST package name CDATA #REQUIRED line-rate CDATA #REQUIRED branch-rate CDATA #REQUIRED complexity CDATA #REQUIRED>
<!ELEMENT classes (class*)>
<!ELEMENT class (methods, lines)>
<!ATTLIST class name CDATA #REQUIRED filename CDATA #REQUIRED line-rate CDATA #REQUIRED branch-rate CDATA #REQUIRED
  complexity CDATA #REQUIRED>
<!ELEMENT methods EMPTY>
<!ELEMENT lines (line*)>
<!ELEMENT line EMPTY>
<!ATTLIST line number NMTOKEN #REQUIRED hits NMTOKEN #REQUIRED branch (true|false) "false">
"""


def call(*args, cwd=None, status=(0, 1)):
    done = subprocess.run([IPEC, "test", *args], stdin=subprocess.DEVNULL, check=False, capture_output=True, cwd=cwd, timeout=120)
    if done.returncode not in status:
        raise AssertionError((args, done))
    return done


def program(*args, cwd=None):
    done = subprocess.run(args, check=False, capture_output=True, cwd=cwd, timeout=120)
    if done.returncode != 0:
        raise AssertionError((args, done))
    return done.stdout.decode("utf-8", "replace")


def write(path, text):
    os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
    with open(path, "wb") as stream:
        stream.write(text.encode())


def read(path):
    with open(path, "rb") as stream:
        return stream.read()


def events(names, expect="DENY"):
    return "".join(json.dumps({"op": "EXECUTE", "hook": "MMAP", "expect": expect, "name": name, "why": name}) + "\n" for name in names)


class Run:
    """The outputs of one call in all formats."""

    def __init__(self, directory, *args, status=(0, 1, 2)):
        outputs = [f"--output={format}:{directory}/out.{format}" for format in FORMATS]
        coverage = [f"--coverage={format}:{directory}/out.{format}" for format in ("lcov", "cobertura")]
        self.done = call(*outputs, *coverage, *args, status=status)
        self.raw = {format: read(f"{directory}/out.{format}") for format in (*FORMATS, "lcov", "cobertura")}
        self.json = json.loads(self.raw["json"].decode("utf-8"))
        self.policies = self.json["policies"]
        self.tests = [(policy, test) for policy in self.policies for test in policy["tests"]]
        self.failed = [row for row in self.tests if row[1]["verdict"] != "passed"]
        self.survivors = [(policy, mutant) for policy in self.policies for mutant in policy.get("mutants") or []
                          if mutant["fate"] == "survived"]
        self.gaps = [(policy, line) for policy in self.policies for line in policy["coverage"]["statements"]
                     if line["can_decide"] and not line["events"]]


class Formats(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.directory = os.path.realpath(tempfile.mkdtemp(prefix="ipec-test-formats-"))
        cls.addClassCleanup(shutil.rmtree, cls.directory)
        os.chdir(cls.directory)
        program("git", "init", "-q", ".")
        for number, name in enumerate(POLICIES):
            path = f"policies/{name}"
            write(path + ".pol", HEADER + RULES)
            write(path + ".claims", CLAIMS + (REFUTED if number % 2 == 0 else ""))
            write(path + ".jsonl", events(NAMES) + (events(NAMES, "ALLOW") if number % 4 == 0 else ""))
        write("policies/broken.pol", HEADER + "op=<img> action=ALLOW\n")
        write("policies/broken.claims", CLAIMS)
        write("policies/words.pol", HEADER + RULES)
        write("policies/words.claims", "sometimes op=EXECUTE # @team\n")
        write("policies/record.pol", HEADER + RULES)
        write("policies/record.jsonl", '{"op":"@team <img>","expect":"DENY"}\n')
        os.mkdir("out")
        cls.every = Run("out", "--mutants", "policies")
        os.mkdir("one")
        cls.one = Run("one", "--mutants", "policies/device.pol")
        write("gaps/gaps.pol", HEADER + RULES)
        write("gaps/gaps.jsonl", events(["one"]))
        os.mkdir("two")
        cls.two = Run("two", "--mutants", "--target=linux-6.12", "--target=linux-6.19", "gaps/gaps.pol")
        cls.runs = (cls.every, cls.one, cls.two)

    def test_there_is_something_to_read(self):
        self.assertEqual(len(self.every.policies), len(POLICIES))
        self.assertGreater(len(self.every.failed), 40)
        self.assertEqual({test["verdict"] for _, test in self.every.tests}, {"passed", "failed"})
        self.assertGreater(len(self.every.survivors), 10)
        self.assertGreater(len(self.every.gaps), 10)
        self.assertEqual(sorted(row["file"] for row in self.every.json["not_tested"]),
                         ["policies/broken.pol", "policies/record.jsonl", "policies/words.claims"])

    def test_one_output_is_as_several(self):
        for format in FORMATS:
            done = call("--mutants", "--coverage", f"--output={format}", "policies", status=(0, 1, 2))
            self.assertEqual(done.stdout, self.every.raw[format], format)

    def test_text_moves_no_cursor(self):
        self.assertNotRegex(self.every.raw["text"].decode("utf-8"), r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]")

    def test_junit(self):
        for run in self.runs:
            root = xml.etree.ElementTree.fromstring(run.raw["junit"])
            self.assertEqual(root.tag, "testsuites")
            suites = [suite for suite in root if not suite.findall("testcase/error[@type='not-tested']")]
            rest = [suite for suite in root if suite not in suites]
            self.assertEqual([(suite.get("tests"), suite.get("errors"), suite.find("testcase").get("line"),
                               suite.find("testcase/error").get("message")) for suite in rest],
                             [("1", "1", str(row["line"]), row["reason"]) for row in run.json["not_tested"]])
            self.assertEqual(len(suites), len(run.policies))
            for suite, policy in zip(suites, run.policies):
                cases = suite.findall("testcase")
                self.assertEqual((int(suite.get("tests")), len(cases)), (len(policy["tests"]),) * 2)
                failures = [case for case in cases if case.find("failure") is not None]
                failed = [test for test in policy["tests"] if test["verdict"] == "failed"]
                self.assertEqual((int(suite.get("failures")), len(failures)), (len(failed),) * 2)
                self.assertEqual(len({(case.get("classname"), case.get("name")) for case in cases}), len(cases))
                for case, test in zip(cases, policy["tests"]):
                    self.assertEqual((case.get("classname"), case.get("line")), (suite.get("name"), str(test["line"])))
                    if policy["policy"] == "policies/device.pol":
                        self.assertEqual(case.get("file"), test["file"])
                for case, test in zip(failures, failed):
                    failure = case.find("failure")
                    self.assertEqual(failure.get("message"), test["message"])
                    self.assertIn(test["message"], failure.text)
                facts = {row.get("name"): row.get("value") for row in suite.iter("property")}
                self.assertEqual(facts["targets"], ", ".join(policy["targets"]))
                lines = [line for line in policy["coverage"]["statements"] if line["can_decide"]]
                self.assertEqual(facts["coverage.statements"], f"{sum(line['events'] > 0 for line in lines)}/{len(lines)}")
                cases = [(row["pinned"] * len(row["targets"]), row["cases"] * len(row["targets"]))
                         for row in policy["coverage"]["cases"]]
                self.assertEqual(facts["coverage.cases"], "/".join(str(sum(column)) for column in zip(*cases)))
                fates = [mutant["fate"] for mutant in policy["mutants"] or []]
                if policy["mutants"] is None:
                    self.assertNotIn("mutants.killed", facts)
                else:
                    killed = fates.count("killed")
                    self.assertEqual(facts["mutants.killed"], f"{killed}/{killed + fates.count('survived')}")
                    self.assertEqual(facts["mutants.equivalent"], str(fates.count("equivalent")))

    def test_junit_by_its_reader(self):
        try:
            import junitparser
        except ImportError:
            self.skipTest("python3-junitparser is not there")
        for run, name in zip(self.runs, ("out", "one", "two")):
            parsed = junitparser.JUnitXml.fromfile(f"{name}/out.junit")
            counts = {"Failure": 0, "Error": 0, "passed": 0}
            for suite in parsed:
                self.assertEqual(suite.skipped, 0)
                for case in suite:
                    outcome = [type(result).__name__ for result in case.result if type(result).__name__ in counts]
                    counts[outcome[0] if outcome else "passed"] += 1
            self.assertEqual(counts, {"passed": run.json["passed"], "Failure": run.json["failed"],
                                      "Error": len(run.json["not_tested"])})

    @unittest.skipUnless(shutil.which("xmllint"), "no xmllint")
    def test_xml_by_a_strict_reader(self):
        write("cobertura.dtd", COBERTURA)
        for name in ("out", "one", "two"):
            program("xmllint", "--noout", f"{name}/out.junit")
            program("xmllint", "--noout", "--nonet", "--dtdvalid", "cobertura.dtd", f"{name}/out.cobertura")
        # The judge can fail.
        write("bad.xml", self.one.raw["cobertura"].decode().replace("<methods/>", ""))
        with self.assertRaises(AssertionError):
            program("xmllint", "--noout", "--nonet", "--dtdvalid", "cobertura.dtd", "bad.xml")

    def test_cobertura(self):
        for run in self.runs:
            root = xml.etree.ElementTree.fromstring(run.raw["cobertura"])
            classes = root.findall("packages/package/classes/class")
            self.assertEqual(len(classes), len(run.policies))
            every = []
            for one, policy in zip(classes, run.policies):
                lines = [(row.get("number"), row.get("hits")) for row in one.iter("line")]
                self.assertEqual(lines, [(str(line["line"]), str(line["events"])) for line in policy["coverage"]["statements"]
                                         if line["can_decide"]])
                every += [int(hits) > 0 for _, hits in lines]
            self.assertEqual((root.get("lines-covered"), root.get("lines-valid")), (str(sum(every)), str(len(every))))
            self.assertEqual(float(root.get("line-rate")), int(1000 * sum(every) / len(every)) / 1000)

    @unittest.skipUnless(shutil.which("lcov") and shutil.which("genhtml"), "no lcov")
    def test_lcov(self):
        for run, name in zip(self.runs, ("out", "one", "two")):
            lines = [line for policy in run.policies for line in policy["coverage"]["statements"] if line["can_decide"]]
            hit = sum(line["events"] > 0 for line in lines)
            found = re.search(r"lines\.*: ([0-9.]+)% \((\d+) of (\d+) lines?\)", program("lcov", "--summary", f"{name}/out.lcov"))
            self.assertEqual((int(found[2]), int(found[3])), (hit, len(lines)))
        for run, name in ((self.one, "one"), (self.two, "two")):
            # It finds the policies, because it runs in the root of the repository.
            said = program("genhtml", "--output-directory", f"{name}/html", f"{name}/out.lcov")
            path = next(os.path.join(base, file) for base, _, files in os.walk(f"{name}/html") for file in files
                        if file.endswith(".pol.gcov.html"))
            shown = re.sub("<[^>]*>", "", read(path).decode())
            self.assertIn("op=EXECUTE boot_verified=TRUE action=ALLOW", shown)
            lines = [line for line in run.policies[0]["coverage"]["statements"] if line["can_decide"]]
            hit = sum(line["events"] > 0 for line in lines)
            self.assertIn(f"({hit} of {len(lines)} lines)", said)

    def test_github(self):
        for run in self.runs:
            lines = run.raw["github"].decode("utf-8").split("\n")
            self.assertEqual(lines.pop(), "")
            found = []
            for line in lines:
                match = re.fullmatch(r"::(error|warning|notice) ([^:]*)::([^\r\n]+)", line)
                self.assertTrue(match, line)
                properties = dict(pair.split("=", 1) for pair in match[2].split(","))
                self.assertLessEqual(set(properties), {"file", "line", "endLine", "col", "endColumn", "title"})
                for value in [*properties.values(), match[3]]:
                    self.assertNotRegex(value, "%(?!25|0A|0D|3A|2C)")
                    self.assertNotRegex(value, r"[\x00-\x1f\x7f]")
                plain = {key: re.sub("%(..)", lambda m: chr(int(m[1], 16)), value) for key, value in properties.items()}
                self.assertTrue(os.path.exists(plain["file"]), plain)
                message = re.sub("%(..)", lambda m: chr(int(m[1], 16)), match[3]).split("\n")
                found.append((match[1], plain["file"], int(plain["line"]), plain["title"], message))
            self.assertEqual([row[0] for row in found], sorted((row[0] for row in found), key=["error", "notice"].index))
            errors = [row for row in found if row[0] == "error" and row[3] != "ipec test: policy not tested"]
            self.assertEqual(sorted(row[1:3] for row in errors), sorted((test["file"], test["line"]) for _, test in run.failed))
            self.assertEqual([row[4][0] for row in errors], [test["message"] for _, test in run.failed])
            self.assertTrue(all(len(row[4]) > 2 for row in errors))
            self.assertEqual(sum(row[0] == "error" for row in found) - len(errors), len(run.json["not_tested"]))
            survivors = [row[4][-1] for row in found if row[3] == "ipec test: mutant survived"]
            self.assertEqual(survivors, ["this test kills it: " + self.survivor_test(mutant) for _, mutant in run.survivors])
            self.assertEqual(sum(row[3] == "ipec test: statement not covered" for row in found), len(run.gaps))

    def check_markdown(self, text):
        """Returns the rows of the table, and the code in the document."""
        self.assertLessEqual(len(text), 65536)
        self.assertRegex(text, r"\A<!-- ipec test [\w./%-]+ -->\n")
        try:
            import markdown_it
        except ImportError:
            self.skipTest("python3-markdown-it is not there")
        parser = markdown_it.MarkdownIt("commonmark").enable(["table", "strikethrough"])
        rows, code = [], []
        for token in parser.parse(text):
            if token.type == "html_block":
                own = re.sub(r"<code>[^<>]*</code>", "", token.content)
                self.assertRegex(own.strip(), r"^(<!-- ipec test \S+ -->|<details><summary>[\w: ]*</summary>|</details>)$")
                # GitHub makes no links and mentions in `code`.
                self.assertNotRegex(own, "[@#`\\[]")
            elif token.type == "tr_open":
                rows.append([])
            elif token.type in ("fence", "code_block"):
                self.assertEqual(token.type, "fence")
                code.append(token.content)
            elif token.type == "inline":
                for child in token.children:
                    self.assertIn(child.type, ("text", "code_inline", "strong_open", "strong_close", "softbreak"))
                    if child.type == "text":
                        self.assertNotRegex(child.content, r"[@#<>`\[\]|~*]|https?:|www\.|:\w+:")
                    elif child.type == "code_inline":
                        code.append(child.content)
                if token.level == 4 and rows:
                    rows[-1].append("".join(child.content for child in token.children))
        if shutil.which("cmark"):
            write("comment.md", text)
            seen = program("cmark", "--unsafe", "-t", "xml", "comment.md")
            self.assertNotRegex(seen, "<(link|image|html_inline|heading|emph|thematic_break)")
            self.assertEqual(seen.count("<code_block"), sum(token.type == "fence" for token in parser.parse(text)))
        return rows, code

    def test_markdown(self):
        for run in self.runs:
            text = run.raw["markdown"].decode("utf-8")
            rows, code = self.check_markdown(text)
            self.assertEqual({len(row) for row in rows}, {6})
            self.assertEqual(rows[0][:3], ["Policy", "Passed", "Failed"])
            self.assertEqual(len(rows) - 1, len(run.policies) + len(run.json["not_tested"]))
            for policy in run.policies:
                failed = sum(test["verdict"] != "passed" for test in policy["tests"])
                counts = [str(len(policy["tests"]) - failed), str(failed)]
                if policy["policy"] in ("policies/device.pol", "gaps/gaps.pol"):
                    self.assertIn([policy["policy"], *counts], [row[:3] for row in rows])
                self.assertIn(counts, [row[1:3] for row in rows])
            left = sum(map(int, re.findall(r"(\d+) more (?:failure|mutant)", text.rsplit("\n", 2)[-2])))
            shown = text.count("<details><summary>") - len(re.findall("<summary>[0-9]", text))
            mutants = sum(self.survivor_test(mutant) + "\n" == block for block in code for _, mutant in run.survivors[:1])
            self.assertLessEqual(shown, len(run.failed) + len(run.json["not_tested"]))
            if not left:
                self.assertEqual(shown, len(run.failed) + len(run.json["not_tested"]))
                self.assertTrue(mutants or not run.survivors)
        verdict = self.every.raw["markdown"].decode().split("\n")[1]
        self.assertIn(f"{self.every.json['failed']} of {len(self.every.tests)} tests failed; 3 policies could not be tested", verdict)

    @staticmethod
    def survivor_test(mutant):
        return json.dumps(mutant["test"], separators=(",", ":"))

    def test_a_comment_is_never_too_long(self):
        write("long/long.pol", HEADER + RULES)
        write("long/long.jsonl", events([f"{number} @team" for number in range(3000)], "ALLOW"))
        for number in range(300):
            write(f"long/{number:04} {'x' * 200}.pol", HEADER + RULES)
            write(f"long/{number:04} {'x' * 200}.jsonl", events(["one"], "ALLOW" if number < 120 else "DENY"))
        text = call("--output=markdown", "--coverage", "long", status=(1,)).stdout.decode()
        self.check_markdown(text)
        shown = text.count("<details><summary>Failed")
        rows = text.count(".pol` |")
        self.assertGreater(shown, 20)
        self.assertGreater(rows, 20)
        left = text.rstrip("\n").rsplit("\n", 1)[-1]
        self.assertIn(f"and {301 - rows} more policies, {3120 - shown} more failures", left)
        # Policies with failures come first.
        self.assertNotRegex(text, r"pol` \| 1 \| 0 \|")

    def test_names_do_not_depend_on_the_place(self):
        for format in ("junit", "github", "markdown", "lcov", "cobertura"):
            option = "--coverage" if format in ("lcov", "cobertura") else "--output"
            seen = set()
            for cwd, operand in ((".", "policies"), (".", "./policies/../policies/"), (".", os.path.abspath("policies")),
                                 ("policies", "."), ("policies/sub", ".."), ("/", os.path.abspath("policies"))):
                path = os.path.abspath("place.out")
                call(f"{option}={format}:{path}", operand, cwd=cwd, status=(2,))
                # The first line names the operands.
                seen.add(read(path).split(b"\n", 1)[1])
            self.assertEqual(len(seen), 1, format)

    def test_a_file_that_cannot_be_written(self):
        for bad in ("--output=json:missing/x", "--coverage=lcov:missing/x", "--output=github:policies", "--coverage=cobertura:policies"):
            for name in ("ok.junit", "ok.markdown", "ok.lcov", "ok.cobertura"):
                write(name, "old")
            done = call("--output=junit:ok.junit", "--coverage=lcov:ok.lcov", bad, "--output=markdown:ok.markdown",
                        "--coverage=cobertura:ok.cobertura", "policies/device.pol", status=(3,))
            self.assertEqual(done.stderr.decode().count("\n"), 1, done)
            self.assertIn(bad.split(":")[1], done.stderr.decode())
            for name in ("ok.junit", "ok.markdown", "ok.lcov", "ok.cobertura"):
                self.assertEqual(read(name), Run("one", "policies/device.pol").raw[name[3:]], (bad, name))
            self.assertFalse(os.path.exists("missing"))
            self.assertFalse([name for name in os.listdir(".") if "tmp" in name])

    def test_two_outputs_to_one_file(self):
        os.makedirs("same", exist_ok=True)
        os.symlink("same", "link") if not os.path.exists("link") else None
        for pair in (("--output=json:same/x", "--output=junit:same/x"), ("--output=json:same/x", "--output=junit:link/x"),
                     ("--output=json:same/x", "--coverage=lcov:./same/x"), ("--coverage=cobertura:same/x", "--coverage=lcov:same/x"),
                     ("--output=json", "--output=junit"), ("--output=json:-", "--output=junit")):
            done = call(*pair, "policies/device.pol", status=(2,))
            self.assertIn("share", done.stderr.decode())
            self.assertEqual((done.stdout, os.listdir("same")), (b"", []))

    def test_inputs_are_not_overwritten(self):
        before = {name: read(f"policies/device.{name}") for name in ("pol", "claims", "jsonl")}
        for name in before:
            for option in ("--output=json", "--coverage=lcov"):
                for operand in ("policies/device.pol", "policies", "policies/device.claims", "policies/device.jsonl"):
                    done = call(f"{option}:policies/device.{name}", operand, status=(2,))
                    self.assertIn("would be overwritten", done.stderr.decode())
                    self.assertEqual(read(f"policies/device.{name}"), before[name])

    def test_nothing_to_test_prints_nothing(self):
        os.makedirs("empty", exist_ok=True)
        for format in FORMATS:
            done = call(f"--output={format}", "empty", status=(2,))
            self.assertEqual(done.stdout, b"", format)
            call(f"--output={format}:empty.out", "--coverage=lcov:empty.out2", "empty", status=(2,))
            self.assertFalse(os.path.exists("empty.out") or os.path.exists("empty.out2"))


if __name__ == "__main__":
    IPEC = os.path.abspath(sys.argv.pop(1))
    unittest.main()
