#!/usr/bin/env python3
"""Compares ipec with the conformance data: run.py IPEC FILE.jsonl

parse-TARGET.jsonl has policies and the errno of each; eval-TARGET.jsonl has policies, events and the
body of each audit record. Records are compared with the output of `eval` from text (as JSON) and from the
compiled table (as audit lines). Every line of the file is compared; the count is printed.
"""

import base64
import errno
import json
import os
import re
import subprocess
import sys
import tempfile

SHOWN = 20  # disagreements printed; all are counted
# The guest's boot policy has this name, so a policy of that name gives EEXIST there.
BOOT_POLICY = "boot"


def call(ipec, args, cwd, statuses):
    done = subprocess.run([ipec, *args], cwd=cwd, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, check=False, timeout=300)
    if done.returncode not in statuses:
        raise RuntimeError(f"ipec {' '.join(args[:6])} gave status {done.returncode}: "
                           f"{done.stderr.decode('utf-8', 'replace')[-2000:]}")
    return done.stdout


def read(path):
    with open(path, encoding="utf-8") as stream:
        return [json.loads(line) for line in stream if line.strip()]


def errno_name(number):
    return errno.errorcode[-number] if number else None


def compare_verdicts(ipec, target, rows, cwd):
    """Yields (what was compared, expected, got) for every policy."""
    names = []
    for row in rows:
        names.append(f"{row['id']}.pol")
        with open(os.path.join(cwd, names[-1]), "wb") as stream:
            stream.write(base64.b64decode(row["policy"]))
    args = ["check", f"--target={target}", "--format=json"]
    if target.startswith("linux-"):
        args.append(f"--loaded={BOOT_POLICY}")
    results = []
    for first in range(0, len(names), 500):
        report = json.loads(call(ipec, args + names[first:first + 500], cwd, (0, 1)))
        results += report["results"]
    if [r["file"] for r in results] != names:
        raise RuntimeError("`check --format=json` did not give one result a file, in order")
    for row, result in zip(rows, results):
        want = errno_name(row["errno"])
        yield f"policy {row['id']}", (want is None, want), (result["accepted"], result["errno"])
        if (want is None) == bool([d for d in result["diagnostics"] if d["severity"] == "error"]):
            yield f"policy {row['id']}: an error if and only if rejected", want, result["diagnostics"]


def groups(rows):
    """(policy name, text, [rows with events]) in file order."""
    made = []
    for row in rows:
        if "text" in row:
            made.append((row["policy"], row["text"], []))
        else:
            if row["policy"] != made[-1][0]:
                raise RuntimeError(f"event of policy {row['policy']} before its text")
            made[-1][2].append(row)
    return made


def lines_of(output):
    """Lines end only at `\\n`, whatever else a record contains."""
    lines = output.decode("utf-8", "surrogateescape").split("\n")
    if lines.pop() != "":
        raise RuntimeError("the output does not end with a line end")
    return lines


def compare_records(ipec, target, rows, cwd):
    for name, text, events in groups(rows):
        with open(os.path.join(cwd, "p.pol"), "w", encoding="utf-8", newline="") as stream:
            stream.write(text)
        with open(os.path.join(cwd, "events.jsonl"), "w", encoding="utf-8") as stream:
            stream.writelines(json.dumps(row["event"]) + "\n" for row in events)
        option, common = f"--target={target}", ["--events=events.jsonl", "--success-audit"]
        answers = lines_of(call(ipec, ["eval", option, "--format=json", "p.pol", *common], cwd, (0, 1)))
        call(ipec, ["compile", option, "-o", "p.ipet", "p.pol"], cwd, (0,))
        records = lines_of(call(ipec, ["eval", "--format=audit", "p.ipet", *common], cwd, (0, 1)))
        if not len(answers) == len(records) == len(events):
            raise RuntimeError(f"policy {name}: {len(events)} events, {len(answers)} answers, "
                               f"{len(records)} records")
        for number, (row, answer, record) in enumerate(zip(events, answers, records), 1):
            answer, what = json.loads(answer), f"policy {name} event {number}"
            denied = row["audit"].endswith('action=DENY"')
            yield f"{what}, from text", row["audit"], answer["audit"]
            yield f"{what}, from the table", row["audit"], re.sub(r"^type=1420 audit\(0\.000:0\): ", "", record)
            yield f"{what}, decision", "DENY" if denied else "ALLOW", answer["decision"]
            yield f"{what}, granted", not (denied and row["event"]["enforcing"]), answer["granted"]


def main(arguments):
    if len(arguments) != 2:
        print(__doc__)
        return 2
    ipec, path = os.path.abspath(arguments[0]), arguments[1]
    match = re.fullmatch(r"(parse|eval)-(.+)\.jsonl", os.path.basename(path))
    kind, target = match[1], match[2]
    rows = read(path)
    compare = compare_verdicts if kind == "parse" else compare_records
    compared = failed = 0
    with tempfile.TemporaryDirectory(prefix="ipec-conformance-") as cwd:
        for what, want, got in compare(ipec, target, rows, cwd):
            compared += 1
            if want != got:
                failed += 1
                if failed <= SHOWN:
                    print(f"{what}\n  expected {want}\n  got      {got}")
    asked = len(rows) if kind == "parse" else sum("event" in row for row in rows)
    print(f"{path}: {asked} {'verdicts' if kind == 'parse' else 'records'}, {compared} comparisons, "
          f"{failed} disagreements")
    return 0 if failed == 0 and asked > 0 else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
