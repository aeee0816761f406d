#!/usr/bin/env python3
"""z3 and cvc5 prove `ipec compile --emit=smt2`: emit_test.py IPEC [--policies=N]

For random policies, the functions that ipec writes are equal to formulas of our own, for every event that a kernel can produce, and
both have the same events. The optimizer runs before, so it is proved, too. Skipped without a solver.
"""

import os
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from policies import DIGESTS, NUMBERS, OPERATIONS, OPTIONS, SKIPPED, Policy, answers, kernel, start  # noqa: E402

# An event: our names for the parameters of the functions, in their order.
EVENT = """(declare-const initramfs Bool)
(declare-const volume_signed Bool)
(declare-const roothash String)
(declare-const verity_signed Bool)
(declare-const digest String)
"""
PARAMETERS = "initramfs volume_signed roothash verity_signed digest"
# The initramfs has no block device. A signed volume has a root hash, a signed file a digest.
POSSIBLE = """(and (or (not initramfs) (= roothash "")) (or (not volume_signed) (distinct roothash ""))
 (or (not verity_signed) (distinct digest "")))"""


class Own(Policy):
    """A policy whose formula is about strings."""

    @staticmethod
    def condition(name, value):
        return f'(= {NUMBERS[name]} "{value}")' if name in NUMBERS else Policy.condition(name, value)


def main():
    ipec = os.path.abspath(sys.argv[1])
    count = int(dict(argument.split("=") for argument in sys.argv[2:]).get("--policies", 40))
    solvers, chance = start()
    if not solvers:
        print("skipped: there is neither z3 nor cvc5")
        return SKIPPED
    assert all(digest.islower() for digest in DIGESTS)
    scripts, texts, queries = [], [], 0
    with tempfile.TemporaryDirectory(prefix="ipec-solver-") as directory:
        name, config = (os.path.join(directory, name) for name in ("random.pol", "config"))
        for number in range(count):
            policy = Own(chance, 0)
            fragment, lacks = kernel(chance.choice([None, None, *OPTIONS.values()]))
            policy.lacks = lacks
            for path, text in ((name, policy.text()), (config, fragment)):
                with open(path, "w", encoding="ascii") as stream:
                    stream.write(text)
            keep = chance.choice(("audit", "decision"))
            made = subprocess.run([ipec, "compile", "--emit=smt2", f"--keep={keep}", "-o", "-", "--target=linux-6.12",
                                   f"--kernel={config}", name], check=True, capture_output=True, text=True).stdout
            script = [made, EVENT, f"(push 1)(assert (xor (possible {PARAMETERS}) {POSSIBLE}))(check-sat)(pop 1)\n",
                      f"(assert {POSSIBLE})\n"]
            for op in OPERATIONS:
                script.append(f"(push 1)(assert (xor (allowed-{op} {PARAMETERS}) {policy.formula(op)}))(check-sat)(pop 1)\n")
            # A solver that always says `unsat` is found.
            script.append(f"(push 1)(assert (xor (allowed-EXECUTE {PARAMETERS}) (not {policy.formula('EXECUTE')})))"
                          "(check-sat)(pop 1)\n")
            scripts.append("".join(script) + "(reset)\n")
            texts.append(f"{number}, --keep={keep}, without {sorted(lacks)}:\n{policy.text()}{made}")
    wanted = ["unsat"] * (1 + len(OPERATIONS)) + ["sat"]
    for solver in solvers:
        said = answers(solver, "".join(scripts))
        assert len(said) == len(wanted) * count, said
        for number, text in enumerate(texts):
            part = said[number * len(wanted):(number + 1) * len(wanted)]
            if part != wanted:
                print(f"{solver} says {part}, not {wanted}, about policy {text}")
                return 1
        queries += len(said)
        print(f"{solver}: {count} policies are proved")
    return 0


if __name__ == "__main__":
    sys.exit(main())
