#!/usr/bin/env python3
"""Runs golden tests: run.py IPEC FILE...

A golden file is the input of a call of ipec with its expected result. README.md in this directory
describes the format. IPEC_UPDATE=1 writes the actual results into the files instead of comparing; if CI
is set, that is an error, so that no result is accepted unseen.
"""

import difflib
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile

TIMEOUT = 60  # seconds per call; a hang is a failure
SECTION = re.compile(rb"^# --- (stdout|stderr|stdin|input|output)(?: (\S+?))??( escaped)?$")
DIRECTIVE = re.compile(rb"^# (ARGS|EXIT|FILES|JSON): ?(.*)$")
# `#   ^^^ CODE message`, or `#@COLUMN-END CODE message` where carets do not fit, or with a line:
# `#@LINE:COLUMN-END CODE message`. A caret run that touches the `#` begins at column 1.
CARETS = re.compile(rb"^#( *)(\^+) (IPE\d{4}) (.*)$")
EXPLICIT = re.compile(rb"^#@(?:(\d+):)?(\d+)-(\d+) (IPE\d{4}) (.*)$")


class Malformed(Exception):
    """The golden file itself is wrong."""


class Section:
    def __init__(self, kind, name, escaped, body):
        self.kind, self.name, self.escaped, self.body = kind, name, escaped, body

    def content(self):
        return unescape(self.body) if self.escaped else self.body

    def text(self):
        head = b"# --- " + self.kind + (b" " + self.name if self.name else b"")
        return head + (b" escaped" if self.escaped else b"") + b"\n" + self.body


def unescape(body):
    r"""\xHH \n \r \t \0 \\ represent bytes; a backslash at the end of a line joins it to the next."""
    simple = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"0": b"\0", b"\\": b"\\", b"\n": b""}

    def byte(match):
        word = match.group(1)
        if word[:1] == b"x":
            return bytes([int(word[1:], 16)])
        if word not in simple:
            raise Malformed(f"unknown escape \\{word.decode('latin-1')}")
        return simple[word]

    return re.sub(rb"\\(x[0-9A-Fa-f]{2}|.|\n)", byte, body, flags=re.S)


def escape(content):
    def byte(match):
        char = match.group(0)
        return {b"\\": b"\\\\", b"\r": b"\\r", b"\0": b"\\0"}.get(char) or b"\\x%02X" % char[0]

    body = re.sub(rb"[^\n\t -\[\]-~]|\\", byte, content)
    body = re.sub(rb"(?m)^# --- ", rb"\\x23 --- ", body)
    return body if not body or body.endswith(b"\n") else body + b"\\\n"


def needs_escape(content):
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return True
    return bool(re.search(rb"[\x00-\x08\x0b-\x1f\x7f]|^# --- ", content, re.M)) or (
        content != b"" and not content.endswith(b"\n"))


class Golden:
    def __init__(self, path):
        self.path = path
        with open(path, "rb") as stream:
            lines = split(stream.read())
        self.policy, self.sections, self.args, self.files, self.exit = [], [], [], [], 0
        self.part = None
        for line in lines:
            match = SECTION.match(line.rstrip(b"\n"))
            if match:
                self.sections.append(Section(match[1], match[2] or b"", bool(match[3]), b""))
                if (match[1] in (b"input", b"output")) != bool(match[2]):
                    raise Malformed(f"section `{line.decode().strip()}`: only input and output have a name")
            elif line.startswith(b"# --- "):
                raise Malformed(f"unknown section `{line.decode('latin-1').strip()}`")
            elif self.sections:
                self.sections[-1].body += line
            else:
                self.policy.append(line)
        for line in self.policy:
            match = DIRECTIVE.match(line.rstrip(b"\n"))
            if not match:
                continue
            if match[1] == b"ARGS":
                self.args.append(shlex.split(match[2].decode()))
            elif match[1] == b"EXIT":
                self.exit = int(match[2])
            elif match[1] == b"JSON":
                self.part = match[2].decode().split(".")
            else:
                self.files += match[2].decode().split()
        if not self.args:
            raise Malformed("no `# ARGS:` line")

    def section(self, kind):
        found = [s for s in self.sections if s.kind == kind]
        if len(found) > 1:
            raise Malformed(f"two sections `{kind.decode()}`")
        return found[0] if found else None

    def checks_carets(self):
        """True for a single check of only the policy part: its findings are then annotated line by line."""
        return len(self.args) == 1 and self.args[0][:1] == ["check"] and "%s" in self.args[0] and \
            not any(a.startswith("--format") for a in self.args[0])


def split(data):
    """Lines with their `\\n`; other line ends are content."""
    lines = data.split(b"\n")
    return [line + b"\n" for line in lines[:-1]] + ([lines[-1]] if lines[-1] else [])


def is_caret(line):
    return CARETS.match(line.rstrip(b"\n")) or EXPLICIT.match(line.rstrip(b"\n"))


def expected_findings(policy):
    """The findings in caret comments: (line, column, end, code, message), and the lines of the comments."""
    found, anchor = [], 0
    for number, line in enumerate(policy, 1):
        text = line.rstrip(b"\n")
        if match := CARETS.match(text):
            begin = len(match[1]) + 2
            end = begin + len(match[2])
            if not match[1]:
                begin = 1
            found.append((anchor, begin, end, match[3], match[4]))
        elif match := EXPLICIT.match(text):
            found.append((int(match[1] or anchor), int(match[2]), int(match[3]), match[4], match[5]))
        else:
            anchor = number
    return found


def actual_findings(report, policy):
    """The findings of `check --format=json` for the policy part, in the form of carets."""
    found = []
    for finding in report["diagnostics"]:
        start, end = finding["range"]["start"], finding["range"]["end"]
        last = end["column"]
        if end["line"] != start["line"]:  # carets stay on the first line
            last = len(policy[start["line"] - 1].rstrip(b"\n")) + 1
        message = finding["message"].encode()
        found.append((start["line"], start["column"], max(last, start["column"] + 1),
                      finding["code"].encode(), message))
    return found


def annotate(policy, findings):
    """The policy with exactly these findings annotated. Line numbers count old annotations, so a
    finding keeps its line; only the annotations around it change."""
    carets = {n for n, line in enumerate(policy, 1) if is_caret(line)}
    result = []
    for number, line in enumerate(policy, 1):
        if number in carets:
            continue
        if line and not line.endswith(b"\n") and any(f[0] == number for f in findings):
            line += b"\n"
        result.append(line)
        for where, begin, end, code, message in findings:
            if where != number:
                continue
            if begin == 1 and end > 2:
                mark = b"#" + b"^" * (end - 2)
            elif begin > 2 and end - begin <= 200:
                mark = b"#" + b" " * (begin - 2) + b"^" * (end - begin)
            else:
                mark = b"#@%d-%d" % (begin, end)
            result.append(mark + b" " + code + b" " + message + b"\n")
    for where, begin, end, code, message in findings:
        if where in carets or where > len(policy):
            result.append(b"#@%d:%d-%d %s %s\n" % (where, begin, end, code, message))
    return result


def call(ipec, args, name, cwd, stdin):
    args = [a.replace("%s", name) for a in args]
    environment = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C"}
    for variable in ("ASAN_OPTIONS", "UBSAN_OPTIONS"):
        if variable in os.environ:
            environment[variable] = os.environ[variable]
    done = subprocess.run([ipec, *args], cwd=cwd, input=stdin, env=environment, timeout=TIMEOUT,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    return done.returncode, done.stdout, done.stderr


def part_of(text, path):
    """The value at the given keys and indices of the JSON in `text`, formatted for reading."""
    value = json.loads(text)
    for key in path:
        value = value[int(key)] if isinstance(value, list) else value[key]
    return json.dumps(value, indent=1, ensure_ascii=False).encode() + b"\n"


class Outcome:
    """The results of the calls of one golden file."""

    def __init__(self, golden, ipec):
        name = os.path.basename(golden.path)
        with tempfile.TemporaryDirectory(prefix="ipec-golden-") as cwd:
            with open(os.path.join(cwd, name), "wb") as stream:
                stream.write(b"".join(golden.policy))
            for file in golden.files:
                source = os.path.join(os.path.dirname(golden.path), file)
                shutil.copy(source, os.path.join(cwd, os.path.basename(file)))
            for section in golden.sections:
                if section.kind == b"input":
                    path = os.path.join(cwd, section.name.decode())
                    os.makedirs(os.path.dirname(path), exist_ok=True)
                    with open(path, "wb") as stream:
                        stream.write(section.content())
            stdin = golden.section(b"stdin")
            self.stdout = self.stderr = b""
            self.problems = []
            for number, args in enumerate(golden.args, 1):
                self.status, out, err = call(ipec, args, name, cwd, stdin.content() if stdin else b"")
                self.stdout += part_of(out, golden.part) if golden.part else out
                self.stderr += err
                if number < len(golden.args) and self.status != 0:
                    self.problems.append(f"call {number} of {len(golden.args)} gave status {self.status}")
            self.findings = None
            if golden.checks_carets() and self.status > 1:
                self.findings = []  # no check ran
            elif golden.checks_carets():
                _, out, _ = call(ipec, golden.args[0][:1] + ["--format=json"] + golden.args[0][1:],
                                 name, cwd, b"")
                for report in json.loads(out)["results"]:
                    if report["file"] == name:
                        self.findings = actual_findings(report, golden.policy)
            self.outputs = {}
            for section in golden.sections:
                if section.kind == b"output":
                    path = os.path.join(cwd, section.name.decode())
                    if os.path.exists(path):
                        with open(path, "rb") as stream:
                            self.outputs[section.name] = stream.read()


def show(label, want, got):
    want, got = (x.decode("utf-8", "backslashreplace").splitlines() for x in (want, got))
    return "\n".join(difflib.unified_diff(want, got, f"{label} expected", f"{label} got", lineterm=""))


def compare(golden, outcome):
    """All differences, as human-readable text; an empty list is a pass."""
    problems = list(outcome.problems)
    name = os.path.basename(golden.path)
    if name.startswith("fail_") != (outcome.status == 1):
        problems.append(f"status {outcome.status}: a name begins with `fail_` if and only if the status is 1")
    if outcome.status != golden.exit:
        problems.append(f"exit status: expected {golden.exit}, got {outcome.status}")
    if golden.checks_carets():
        if outcome.findings is None:
            problems.append("`check --format=json` has no result for the policy")
        else:
            want = sorted(expected_findings(golden.policy))
            got = sorted(outcome.findings)
            for verb, some, others in (("expected but not found", want, got), ("not expected", got, want)):
                rest = list(others)
                for finding in some:
                    if finding in rest:
                        rest.remove(finding)
                        continue
                    line, begin, end, code, message = finding
                    problems.append(f"{name}:{line}:{begin}-{end}: {verb}: {code.decode()} {message.decode()}")
    elif any(is_caret(line) for line in golden.policy):
        problems.append("carets need exactly one `# ARGS: check … %s` without --format")
    for kind, got in ((b"stdout", outcome.stdout), (b"stderr", outcome.stderr)):
        section = golden.section(kind)
        if section is None and kind == b"stdout" and golden.checks_carets():
            continue  # the carets cover all output
        want = section.content() if section else b""
        if want != got:
            problems.append(show(kind.decode(), want, got) or
                            f"{kind.decode()} differs: expected {want!r}, got {got!r}")
    for section in golden.sections:
        if section.kind == b"output":
            got = outcome.outputs.get(section.name)
            if got is None:
                problems.append(f"{section.name.decode()} was not written")
            elif got != section.content():
                problems.append(show(section.name.decode(), section.content(), got))
    return problems


def updated(golden, outcome):
    """The bytes of the golden file with the actual results."""
    policy = golden.policy
    if outcome.findings is not None:
        policy = annotate(policy, sorted(outcome.findings))
    header = [line for line in policy if not line.startswith(b"# EXIT:")]
    if outcome.status != 0:
        last = max(i for i, line in enumerate(header) if line.startswith(b"# ARGS:"))
        header.insert(last + 1, b"# EXIT: %d\n" % outcome.status)
    sections = list(golden.sections)
    for kind, got in ((b"stdout", outcome.stdout), (b"stderr", outcome.stderr)):
        section = golden.section(kind)
        if section is None:
            if got == b"" or (kind == b"stdout" and golden.checks_carets()):
                continue
            section = Section(kind, b"", False, b"")
            sections.append(section)
        elif got == b"":
            sections.remove(section)
        section.escaped = needs_escape(got)
        section.body = escape(got) if section.escaped else got
    for section in sections:
        if section.kind == b"output" and section.name in outcome.outputs:
            got = outcome.outputs[section.name]
            section.escaped = needs_escape(got)
            section.body = escape(got) if section.escaped else got
    if sections and header and not header[-1].endswith(b"\n"):
        header[-1] += b"\n"
    return b"".join(header) + b"".join(s.text() for s in sections)


def update(golden, ipec, outcome):
    """Writes until nothing changes: annotations move lines, and messages contain line numbers."""
    for _ in range(4):
        new = updated(golden, outcome)
        with open(golden.path, "rb") as stream:
            if stream.read() == new:
                return
        with open(golden.path, "wb") as stream:
            stream.write(new)
        golden = Golden(golden.path)
        outcome = Outcome(golden, ipec)


def run(ipec, path, updating):
    try:
        golden = Golden(path)
        outcome = Outcome(golden, ipec)
        if updating:
            update(golden, ipec, outcome)
            golden = Golden(path)
            outcome = Outcome(golden, ipec)
        return compare(golden, outcome)
    except (Malformed, ValueError, LookupError, TypeError, OSError, subprocess.TimeoutExpired) as error:
        return [f"{type(error).__name__}: {error}"]


def main(arguments):
    updating = os.environ.get("IPEC_UPDATE", "") not in ("", "0")
    if updating and os.environ.get("CI"):
        print("IPEC_UPDATE is an error if CI is set: review expectations where you work")
        return 2
    if len(arguments) < 2:
        print(__doc__)
        return 2
    ipec, failed = os.path.abspath(arguments[0]), 0
    for path in arguments[1:]:
        problems = run(ipec, path, updating)
        if problems:
            failed += 1
            print(f"FAILED {path}")
            print("\n".join(problems))
    print(f"{len(arguments) - 1} golden files, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
