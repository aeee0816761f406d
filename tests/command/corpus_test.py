#!/usr/bin/env python3
"""Real-world policies, if available: corpus_test.py IPEC ROOT

We may not copy them, so they are not in this repository. $IPEC_CORPUS names a directory with *.pol files and
VERDICTS-linux-6.12.tsv, the verdicts of a running kernel. Each policy must give its verdict. Accepted policies must
compile, and give the same records from text and from the table. Without the directory the test is skipped with a
message.
"""

import json
import os
import subprocess
import sys
import tempfile

SKIPPED = 77


def run(*args):
    done = subprocess.run(args, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False,
                          timeout=60)
    return done.returncode, done.stdout.decode("utf-8", "surrogateescape"), done.stderr.decode("utf-8", "replace")


def verdicts(directory):
    with open(os.path.join(directory, "VERDICTS-linux-6.12.tsv"), encoding="utf-8") as stream:
        rows = [line.rstrip("\n").split("\t") for line in stream if not line.startswith("#")]
    return {name: None if verdict == "accepted" else verdict for name, verdict in rows}


def problems_of(ipec, policy, errno, events, table):
    status, out, _ = run(ipec, "check", "--format=json", policy)
    result = json.loads(out)["results"][0]
    if (status, result["errno"]) != (0 if errno is None else 1, errno):
        yield f"the kernel's result is {errno}, ipec {result['errno']} with status {status}"
    status, _, err = run(ipec, "compile", "-o", table, policy)
    if status != (0 if errno is None else 1):
        yield f"compile: status {status}: {err}"
    if errno is not None:
        return
    said = [run(ipec, "eval", form, f"--events={events}", "--success-audit", "--format=audit") for form in (policy, table)]
    if said[0] != said[1] or said[0][0] not in (0, 1) or said[0][2]:
        yield f"eval: text and table differ: {said}"


def main(ipec, root):
    directory = os.environ.get("IPEC_CORPUS", "")
    if not directory:
        print("skipped: IPEC_CORPUS names no directory of policies with the verdicts of a kernel")
        return SKIPPED
    answers = verdicts(directory)
    policies = sorted(name for name in os.listdir(directory) if name.endswith(".pol"))
    problems = [f"{name} has no verdict" for name in policies if name not in answers]
    problems += [f"{name} has a verdict and is not there" for name in answers if name not in policies]
    events = os.path.join(root, "examples", "policies", "container-host.jsonl")
    with tempfile.TemporaryDirectory(prefix="ipec-corpus-") as work:
        for name in policies:
            if name in answers:
                found = problems_of(ipec, os.path.join(directory, name), answers[name], events, os.path.join(work, "p.ipet"))
                problems += [f"{name}: {problem}" for problem in found]
    print("\n".join(problems))
    accepted = sum(answers[name] is None for name in policies if name in answers)
    print(f"{len(policies)} policies, {accepted} of them accepted, {len(problems)} problems")
    return 1 if problems or not policies else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
