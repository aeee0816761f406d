#!/usr/bin/env python3
"""Each policy of examples decides as its author intends: examples_test.py IPEC EXAMPLES

In a directory with claims, NAME.pol is evaluated over NAME.jsonl, whose events have the decision that the author expects. Compares every
form of a policy: text, tables, and the text that the optimizer writes. `ipec test` must find each policy's claims true, and its tests must
notice every mutant.
"""

import json
import os
import re
import subprocess
import sys
import tempfile


def call(ipec, args, want):
    done = subprocess.run([ipec, *args], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, check=False, timeout=60)
    if done.returncode != want:
        raise RuntimeError(f"ipec {' '.join(args)}: status {done.returncode}, expected {want}\n"
                           f"{done.stdout.decode()}{done.stderr.decode()}")
    return done.stdout.decode()


def test(ipec, directory, name, work):
    def path(extension):
        return os.path.join(directory, name + extension)

    with open(path(".pol"), encoding="utf-8") as stream:
        text = stream.read()
    target = re.search(r"^# Target: (\S+)$", text, re.M)
    option = f"--target={target[1] if target else 'linux-6.12'}"
    with open(path(".jsonl"), encoding="utf-8") as stream:
        events = [json.loads(line) for line in stream]
    if not events:
        raise RuntimeError("no events")
    denied = any(event["expect"] == "DENY" and event.get("enforcing", True) for event in events)
    call(ipec, ["check", option, path(".pol")], 0)
    forms = [[option, path(".pol")]]
    for keep in ("audit", "decision"):
        table, again = (os.path.join(work, f"{name}.{keep}.{kind}") for kind in ("ipet", "pol"))
        call(ipec, ["compile", option, f"--keep={keep}", "-o", table, path(".pol")], 0)
        call(ipec, ["compile", option, f"--keep={keep}", "--emit=text", "-o", again, path(".pol")], 0)
        call(ipec, ["check", option, again], 0)
        forms += [[table], [option, again]]
    for form in forms:
        output = call(ipec, ["eval", *form, f"--events={path('.jsonl')}", "--format=json"], int(denied))
        answers = [json.loads(line) for line in output.splitlines()]
        if len(answers) != len(events):
            raise RuntimeError(f"{' '.join(form)}: {len(answers)} answers to {len(events)} events")
        for number, (event, answer) in enumerate(zip(events, answers), 1):
            if answer["decision"] != event["expect"]:
                raise RuntimeError(f"{' '.join(form)}: event {number}, {event['name']}: expected {event['expect']}, "
                                   f"got {answer['decision']} ({answer['match']}, {answer['rule']})")
    return len(events)


def test_directory(ipec, directory, work):
    """Returns the numbers of policies, decisions and failures."""
    names = sorted(f[:-4] for f in os.listdir(directory) if f.endswith(".pol"))
    want = {"README.md", *(name + ending for name in names for ending in (".pol", ".claims", ".jsonl"))}
    problems = [f"{file} is missing" for file in sorted(want - set(os.listdir(directory)))]
    problems += [f"{file} belongs to no policy" for file in sorted(set(os.listdir(directory)) - want - {"ipec.toml"})]
    decisions = 0
    for name in names:
        try:
            decisions += test(ipec, directory, name, work)
        except (RuntimeError, OSError, ValueError, KeyError) as error:
            problems.append(f"{name}: {error}")
    for problem in problems:
        print(f"FAILED {os.path.basename(directory)}: {problem}")
    return len(names), decisions, len(problems)


def main(ipec, examples):
    directories = [entry.path for entry in os.scandir(examples)
                   if entry.is_dir() and any(f.endswith(".claims") for f in os.listdir(entry.path))]
    policies = decisions = failed = 0
    for directory in sorted(directories):
        with tempfile.TemporaryDirectory(prefix="ipec-examples-") as work:
            counts = test_directory(ipec, directory, work)
        policies, decisions, failed = (a + b for a, b in zip((policies, decisions, failed), counts))
    # As readers expect: the linter has no findings, the formatter changes nothing, and the tests pin every rule.
    for args in (["lint", "--fail-on=info"], ["fmt", "--check"], ["test", "--threshold=mutants:100"]):
        try:
            call(ipec, [*args, examples], 0)
        except RuntimeError as error:
            failed += 1
            print(f"FAILED {error}")
    print(f"{policies} policies, {decisions} decisions, {failed} failed")
    return 1 if failed or len(directories) < 2 else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
