#!/usr/bin/env python3
"""z3 and cvc5 agree with `ipec diff`: diff_test.py IPEC [--pairs=N]

Each random pair of policies becomes two formulas by operation, after the rules of the kernel (the encoding below knows nothing of
ipec): is there an event that is denied before and allowed after, and the reverse? A solver says `sat` if and only if `ipec diff`
prints a group of that direction. Skipped if there is no solver.
"""

import json
import os
import random
import shutil
import subprocess
import sys
import tempfile

OPERATIONS = ("EXECUTE", "FIRMWARE", "KMODULE")
# Solvers that read SMT-LIB from standard input.
SOLVERS = {"z3": ["z3", "-in", "-smt2"], "cvc5": ["cvc5", "--lang=smt2", "--incremental"]}
DIGESTS = ["sha256:" + digit * 64 for digit in "123"]
SKIPPED = 77

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
FACTS = {"boot_verified": "initramfs", "dmverity_signature": "volume_signed", "fsverity_signature": "verity_signed"}
NUMBERS = {"dmverity_roothash": "roothash", "fsverity_digest": "digest"}


class Policy:
    def __init__(self, chance, version):
        self.version = version
        self.default = chance.choice(("ALLOW", "DENY"))
        self.defaults = {op: chance.choice(("ALLOW", "DENY")) for op in OPERATIONS if chance.random() < 0.3}
        self.rules = [self.rule(chance) for _ in range(chance.randint(0, 9))]

    @staticmethod
    def rule(chance):
        """(operation, [(property, value)], action)"""
        properties = [(name, chance.choice(("TRUE", "FALSE"))) for name in FACTS]
        properties += [(name, chance.choice(DIGESTS)) for name in NUMBERS]
        used = chance.sample(properties, chance.choice((0, 1, 1, 1, 2, 2, 3)))
        return chance.choice(OPERATIONS), used, chance.choice(("ALLOW", "DENY"))

    def text(self):
        lines = [f"policy_name=p policy_version=1.0.{self.version}", f"DEFAULT action={self.default}"]
        lines += [f"DEFAULT op={op} action={action}" for op, action in self.defaults.items()]
        for op, properties, action in self.rules:
            lines.append(" ".join([f"op={op}", *(f"{name}={value}" for name, value in properties), f"action={action}"]))
        return "\n".join(lines) + "\n"

    def formula(self, operation):
        """True for the events that are allowed."""
        allowed = "true" if self.defaults.get(operation, self.default) == "ALLOW" else "false"
        for op, properties, action in reversed(self.rules):
            if op != operation:
                continue
            holds = " ".join(self.condition(name, value) for name, value in properties)
            allowed = f"(ite (and true {holds}) {'true' if action == 'ALLOW' else 'false'} {allowed})"
        return allowed

    @staticmethod
    def condition(name, value):
        if name in NUMBERS:
            return f"(= {NUMBERS[name]} {1 + DIGESTS.index(value)})"
        return FACTS[name] if value == "TRUE" else f"(not {FACTS[name]})"


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


def main():
    ipec = os.path.abspath(sys.argv[1])
    count = int(dict(argument.split("=") for argument in sys.argv[2:]).get("--pairs", 100))
    solvers = [name for name in SOLVERS if shutil.which(name)]
    if not solvers:
        print("skipped: there is neither z3 nor cvc5")
        return SKIPPED
    seed = int(os.environ.get("IPEC_SEED", random.SystemRandom().randrange(1 << 32)))
    print(f"IPEC_SEED={seed}, solvers: {', '.join(solvers)}")
    script, expected, texts = [DECLARATIONS], [], []
    with tempfile.TemporaryDirectory(prefix="ipec-solver-") as directory:
        names = [os.path.join(directory, name) for name in ("before.pol", "after.pol")]
        for pair in pairs(random.Random(seed), count):
            for name, policy in zip(names, pair):
                with open(name, "w", encoding="ascii") as stream:
                    stream.write(policy.text())
            done = subprocess.run([ipec, "diff", "--format=json", *names], check=False, stdout=subprocess.PIPE, timeout=60)
            found = {(one["op"], one["direction"]) for one in json.loads(done.stdout)["differences"]}
            for op in OPERATIONS:
                was, now = (policy.formula(op) for policy in pair)
                for direction, query in (("looser", f"(and (not {was}) {now})"), ("tighter", f"(and {was} (not {now}))")):
                    script.append(f"(push 1)(assert {query})(check-sat)(pop 1)\n")
                    expected.append("sat" if (op, direction) in found else "unsat")
                    texts.append((op, direction, *(policy.text() for policy in pair)))
    assert {"sat", "unsat"} == set(expected), "the pairs show nothing"
    for solver in solvers:
        done = subprocess.run(SOLVERS[solver], input="".join(script), check=True, capture_output=True, text=True)
        answers = done.stdout.split()
        assert len(answers) == len(expected), done
        for answer, wanted, text in zip(answers, expected, texts):
            if answer != wanted:
                print(f"{solver} says {answer}, ipec diff {wanted}:", *text, sep="\n")
                return 1
        print(f"{solver}: {len(answers)} answers agree, {expected.count('sat')} of them sat")
    return 0


if __name__ == "__main__":
    sys.exit(main())
