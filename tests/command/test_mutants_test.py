#!/usr/bin/env python3
"""Mutants of `ipec test`, made again by editing text: test_mutants_test.py IPEC [--policies=N]

Each mutant in the JSON output is written as a policy. It is equivalent if and only if `ipec diff` finds no other decision, and
killed if and only if `ipec test` fails for it; the suggested test of a survivor passes for the policy and fails for the mutant.
"""

import collections
import json
import os
import random
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "solver"))
from claims_test import Claims  # noqa: E402
from policies import Policy  # noqa: E402

IPEC = ""
OTHER = {"ALLOW": "DENY", "DENY": "ALLOW", "TRUE": "FALSE", "FALSE": "TRUE"}


def call(*arguments):
    done = subprocess.run([IPEC, *arguments], check=False, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60)
    return done.returncode, done.stdout.decode()


def write(path, text):
    with open(path, "w", encoding="ascii") as stream:
        stream.write(text)


def operation(line):
    return re.search(r"\bop=(\w+)", line)[1]


def mutate(lines, mutant):
    """The lines of the policy after the change."""
    before, lines, at, kind = lines, list(lines), mutant["line"] - 1, mutant["kind"]
    line = lines[at]
    if kind in ("flip-action", "flip-default"):
        lines[at] = re.sub(r"(?<=action=)\w+", lambda found: OTHER[found[0]], line)
    elif kind == "delete-rule":
        del lines[at]
    elif kind == "drop-condition":
        lines[at] = line.replace(" " + mutant["property"], "", 1)
    elif kind == "negate-condition":
        name, value = mutant["property"].split("=")
        lines[at] = line.replace(mutant["property"], f"{name}={OTHER[value]}", 1)
    elif kind == "change-digest":
        digest = mutant["property"]
        lines[at] = line.replace(digest, digest[:-1] + f"{int(digest[-1], 16) ^ 1:x}", 1)
    elif kind == "swap-rules":
        other = mutant["other_line"] - 1
        assert operation(line) == operation(lines[other]), mutant
        lines[at], lines[other] = lines[other], lines[at]
    elif kind == "move-to-end":
        lines.append(lines.pop(at))
    else:
        raise AssertionError(kind)
    assert lines != before, mutant
    return lines


def check(directory, policy, claims, events, seen):
    base = os.path.join(directory, "p")
    write(base + ".pol", policy)
    write(base + ".claims", claims)
    write(base + ".jsonl", events)
    status, output = call("test", "--mutants", "--output=json", base + ".pol")
    if status != 0:
        return
    changed = os.path.join(directory, "m")
    write(changed + ".claims", claims)
    for mutant in json.loads(output)["policies"][0]["mutants"]:
        text = "\n".join(mutate(policy.splitlines(), mutant)) + "\n"
        write(changed + ".pol", text)
        write(changed + ".jsonl", events)
        differs = call("diff", "--fail-on=tighter", base + ".pol", changed + ".pol")[0]
        fails = call("test", changed + ".pol")[0]
        fate = "equivalent" if differs == 0 else "killed" if fails == 1 else "survived"
        seen[mutant["kind"], fate] += 1
        assert fate == mutant["fate"], (fate, mutant, policy, claims, events)
        if fate != "survived":
            continue
        test = json.dumps(mutant["test"]) + "\n"
        for path, expected in ((base, 0), (changed, 1)):
            write(path + ".jsonl", test)
            assert call("test", path + ".jsonl")[0] == expected, (mutant, policy, path)


def complete(seen):
    return len({kind for kind, _ in seen}) == 8 and {fate for _, fate in seen} == {"equivalent", "survived", "killed"}


def main():
    global IPEC
    IPEC = os.path.abspath(sys.argv[1])
    count = int(dict(argument.split("=") for argument in sys.argv[2:]).get("--policies", 40))
    seed = int(os.environ.get("IPEC_SEED", random.SystemRandom().randrange(1 << 32)))
    print(f"IPEC_SEED={seed}")
    chance = random.Random(seed)
    seen = collections.Counter()
    with tempfile.TemporaryDirectory(prefix="ipec-mutants-") as directory:
        # Until each kind and each fate was seen: some are rare.
        most = 20 * count
        while count > 0 or (not complete(seen) and most > 0):
            policy, claims = Policy(chance, 0), Claims(chance)
            write(os.path.join(directory, "c.pol"), policy.text())
            write(os.path.join(directory, "c.claims"), claims.text())
            tests = json.loads(call("test", "--output=json", os.path.join(directory, "c.pol"))[1])["policies"][0]["tests"]
            # `only` claims are true or false together.
            true = [test["name"] for test in tests if test["verdict"] == "passed" and not test["name"].startswith("only")]
            if all(test["verdict"] == "passed" for test in tests):
                true = [test["name"] for test in tests]
            event = '{"op":"EXECUTE","hook":"MMAP","expect":"%s"}\n'
            write(os.path.join(directory, "c.jsonl"), event % "ALLOW")
            allowed = call("test", os.path.join(directory, "c.jsonl"))[0] == 0
            check(directory, policy.text(), "\n".join(true) + "\n" if true else "never op=POLICY boot_verified=TRUE\n",
                  event % ("ALLOW" if allowed else "DENY"), seen)
            count -= 1
            most -= 1
    for (kind, fate), number in sorted(seen.items()):
        print(f"{kind}: {number} {fate}")
    assert complete(seen), "too few mutants"
    return 0


if __name__ == "__main__":
    sys.exit(main())
