#!/usr/bin/env python3
"""z3 and cvc5 agree with `ipec test`: claims_test.py IPEC [--policies=N]

Each claim about a random policy becomes a formula: is there an event that contradicts it? A solver says `sat` if and only if
`ipec test` refutes the claim, and there is no such event under any policy if and only if it reports that the claim cannot fail.
Skipped without a solver.
"""

import json
import os
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from diff_test import DECLARATIONS  # noqa: E402
from policies import OPERATIONS, SKIPPED, Policy, agree, start  # noqa: E402

ALL = (*OPERATIONS, "KEXEC_IMAGE", "KEXEC_INITRAMFS", "POLICY", "X509_CERT")


class Claims:
    def __init__(self, chance):
        self.claims = [self.claim(chance) for _ in range(chance.randint(1, 6))]

    @staticmethod
    def claim(chance):
        """(kind, operation, [(property, value)])"""
        op, properties, _ = Policy.rule(chance)
        return chance.choice(("never", "always", "only", "only")), "*" if chance.random() < 0.2 else op, properties

    def text(self):
        return "".join(" ".join([kind, f"op={op}", *(f"{name}={value}" for name, value in properties)]) + "\n"
                       for kind, op, properties in self.claims)

    def fits(self, properties):
        return f"(and true {' '.join(Policy.condition(name, value) for name, value in properties)})"

    def against(self, claim, operation, allowed):
        """True for the events of an operation that contradict the claim, if those for which `allowed` is true are allowed."""
        kind, op, properties = claim
        if op not in ("*", operation):
            return "false"
        if kind == "never":
            return f"(and {allowed} {self.fits(properties)})"
        if kind == "always":
            return f"(and (not {allowed}) {self.fits(properties)})"
        together = [self.fits(other) for word, of, other in self.claims if word == "only" and of in ("*", operation)]
        return f"(and {allowed} (not (or {' '.join(together)})))"

    def contradiction(self, claim, policy):
        return f"(or {' '.join(self.against(claim, op, policy.formula(op)) for op in ALL)})"

    def possible(self, claim):
        """True for the events that contradict the claim under some policy."""
        allowed = "false" if claim[0] == "always" else "true"
        return f"(or {' '.join(self.against(claim, op, allowed) for op in ALL)})"


def main():
    ipec = os.path.abspath(sys.argv[1])
    count = int(dict(argument.split("=") for argument in sys.argv[2:]).get("--policies", 150))
    solvers, chance = start()
    if not solvers:
        print("skipped: there is neither z3 nor cvc5")
        return SKIPPED
    script, expected, texts = [DECLARATIONS], [], []
    with tempfile.TemporaryDirectory(prefix="ipec-solver-") as directory:
        names = [os.path.join(directory, name) for name in ("p.pol", "p.claims")]
        for _ in range(count):
            policy, claims = Policy(chance, 0), Claims(chance)
            for name, one in zip(names, (policy, claims)):
                with open(name, "w", encoding="ascii") as stream:
                    stream.write(one.text())
            done = subprocess.run([ipec, "test", "--output=json", names[0]], check=False, stdout=subprocess.PIPE, timeout=60)
            tests = json.loads(done.stdout)["policies"][0]["tests"]
            assert len(tests) == len(claims.claims), done.stdout
            for claim, test in zip(claims.claims, tests):
                for query, is_sat in ((claims.contradiction(claim, policy), test["verdict"] == "failed"),
                                      (claims.possible(claim), test["verdict"] != "cannot-fail")):
                    script.append(f"(push 1)(assert {query})(check-sat)(pop 1)\n")
                    expected.append("sat" if is_sat else "unsat")
                    texts.append((test["name"], test["verdict"], policy.text(), claims.text()))
    assert {"failed", "passed", "cannot-fail"} == {verdict for _, verdict, _, _ in texts}, "the claims show nothing"
    return 0 if agree(solvers, script, expected, texts, "ipec test") else 1


if __name__ == "__main__":
    sys.exit(main())
