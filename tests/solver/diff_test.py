#!/usr/bin/env python3
"""z3 and cvc5 agree with `ipec diff`: diff_test.py IPEC [--pairs=N]

Each random pair of policies becomes two formulas by operation: is there an event that is denied before and allowed after, and the
reverse? A solver says `sat` if and only if `ipec diff` prints a group of that direction. Pairs are also one policy on two kernels, and
two policies on a kernel that was built without some properties. Skipped without a solver.
"""

import json
import os
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from policies import OPERATIONS, OPTIONS, SKIPPED, Policy, agree, kernel, start  # noqa: E402

# An event. A number stands for a digest: 1 to 3 are those that rules name, 4 is another one, and 0 means that there is not any.
DECLARATIONS = """(set-logic QF_LIA)
(declare-const file Bool)
(declare-const initramfs Bool)
(declare-const volume_signed Bool)
(declare-const verity Bool)
(declare-const verity_signed Bool)
(declare-const roothash Int)
(declare-const digest Int)
(assert (and (<= 0 roothash 4) (<= 0 digest 4)))
; Without a file, nothing holds. The initramfs has no block device. A signed volume has a root hash. With fs-verity, a file has a digest.
(assert (=> (not file) (and (not initramfs) (= roothash 0) (not verity))))
(assert (=> initramfs (= roothash 0)))
(assert (=> volume_signed (not (= roothash 0))))
(assert (= verity (not (= digest 0))))
(assert (=> verity_signed verity))
"""


def pairs(chance, count):
    for _ in range(count):
        before, after = Policy(chance, 0), Policy(chance, 1)
        if chance.random() < 0.6:  # a small change
            after.default, after.defaults, after.rules = before.default, dict(before.defaults), list(before.rules)
            if after.rules:
                moved = after.rules.pop(chance.randrange(len(after.rules)))
                if chance.random() < 0.7:
                    after.rules.insert(chance.randint(0, len(after.rules)), moved)
        yield before, after


def on_kernels(chance, pair, names):
    """The arguments of `ipec diff` for a pair on one kernel without some properties, or for one policy on two kernels."""
    before, after = pair
    kind = chance.choice(("whole", "one kernel", "two kernels"))
    if kind == "whole":
        return names
    if kind == "two kernels":
        after.default, after.defaults, after.rules = before.default, before.defaults, before.rules
    kernels = [kernel(chance.choice([None, *OPTIONS.values()])) for _ in range(1 if kind == "one kernel" else 2)]
    before.lacks, after.lacks = kernels[0][1], kernels[-1][1]
    arguments = ["--target=linux-6.12"]
    for number, (fragment, _) in enumerate(kernels):
        path = f"{names[0]}.config{number}"
        with open(path, "w", encoding="ascii") as stream:
            stream.write(fragment)
        arguments.append("--kernel=" + path)
    return arguments + (names if kind == "one kernel" else names[:1])


def main():
    ipec = os.path.abspath(sys.argv[1])
    count = int(dict(argument.split("=") for argument in sys.argv[2:]).get("--pairs", 100))
    solvers, chance = start()
    if not solvers:
        print("skipped: there is neither z3 nor cvc5")
        return SKIPPED
    script, expected, texts = [DECLARATIONS], [], []
    with tempfile.TemporaryDirectory(prefix="ipec-solver-") as directory:
        names = [os.path.join(directory, name) for name in ("before.pol", "after.pol")]
        for pair in pairs(chance, count):
            arguments = on_kernels(chance, pair, names)
            for name, policy in zip(names, pair):
                with open(name, "w", encoding="ascii") as stream:
                    stream.write(policy.text())
            done = subprocess.run([ipec, "diff", "--output=json", *arguments], check=False, capture_output=True, timeout=60)
            found = {(one["op"], one["direction"]) for one in json.loads(done.stdout)["files"][0]["differences"]}
            for op in OPERATIONS:
                was, now = (policy.formula(op) for policy in pair)
                for direction, query in (("looser", f"(and (not {was}) {now})"), ("tighter", f"(and {was} (not {now}))")):
                    script.append(f"(push 1)(assert {query})(check-sat)(pop 1)\n")
                    expected.append("sat" if (op, direction) in found else "unsat")
                    texts.append((op, direction, *(policy.text() for policy in pair)))
    assert {"sat", "unsat"} == set(expected), "the pairs show nothing"
    return 0 if agree(solvers, script, expected, texts, "ipec diff") else 1


if __name__ == "__main__":
    sys.exit(main())
