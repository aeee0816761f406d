#!/usr/bin/env python3
"""z3 and cvc5 agree with `ipec replay --propose`: replay_test.py IPEC [--policies=N]

For random pairs of policies, each statement of the old one is quoted by a record. Its cases are a formula: the events that the
statement decides, of the volume and file that an inventory names. A solver says whether the new policy allows some of them, and denies
some: the answer of ipec is certain if and only if one of both cannot be. The policy with all proposals, as the patch makes it, allows
all cases of each record with a proposal, nothing that neither the new policy allowed nor a proposed rule matches, and denies nothing
that was allowed. Skipped without a solver.
"""

import json
import os
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from diff_test import DECLARATIONS  # noqa: E402
from policies import DIGESTS, NUMBERS, OPERATIONS, OPTIONS, SKIPPED, Policy, agree, kernel, start  # noqa: E402

NAMED = [*DIGESTS, "sha256:" + "9" * 64]  # the last one: in an inventory only
ANY_DIGEST = len(NAMED) + 1
HOOKS = {"EXECUTE": "MMAP", "FIRMWARE": "KERNEL_READ", "KMODULE": "KERNEL_READ"}


class Named(Policy):
    """A policy whose rules may name all digests. Also of a text that ipec wrote."""

    @classmethod
    def of(cls, text, lacks):
        made = cls.__new__(cls)
        made.lacks, made.rules, made.defaults = lacks, [], {}
        for line in text.splitlines()[1:]:
            words = [word.partition("=")[::2] for word in line.split()]
            action = words[-1][1]
            if words[0][0] != "DEFAULT":
                made.rules.append((words[0][1], words[1:-1], action))
            elif len(words) == 2:
                made.default = action
            else:
                made.defaults[words[1][1]] = action
        return made

    @staticmethod
    def condition(name, value):
        if name in NUMBERS:
            return f"(= {NUMBERS[name]} {1 + NAMED.index(value)})"
        return Policy.condition(name, value)

    def matches(self, properties):
        return f"(and true {' '.join(self.on_kernel(name, value) for name, value in properties)})"

    def statements(self, operation):
        """The texts of statements as records quote them: the formula of the events that one with this text decides."""
        before, found = [], {}

        def add(text, condition):
            found.setdefault(text, []).append(f"(and {condition} {' '.join(f'(not {one})' for one in before)})")
        for op, properties, action in self.rules:
            if op != operation:
                continue
            words = [f'{name}="{value.replace(":", chr(34) + ":")}' if name in NUMBERS else f"{name}={value}"
                     for name, value in properties]
            add(" ".join([f"op={op}", *words, f"action={action}"]), self.matches(properties))
            before.append(self.matches(properties))
        of_operation = f"op={operation} " if operation in self.defaults else ""
        add(f"DEFAULT {of_operation}action={self.defaults.get(operation, self.default)}", "true")
        return {text: f"(or false {' '.join(formulas)})" for text, formulas in found.items()}


def machine(chance):
    """An inventory of what is known of the records' file, and the formula for that."""
    known = ["file"]
    volumes, files = [], []
    if chance.random() < 0.6:
        roothash, signed = chance.choice(NAMED), chance.choice((True, False, None))
        volumes = [{"name": "dm-3", "roothash": roothash, "signed": signed, "certificate_sha256": None, "blocks": None, "source": "t",
                    "checked": "none"}]
        known.append(f"(= roothash {1 + NAMED.index(roothash)})")
        known += [] if signed is None else ["volume_signed" if signed else "(not volume_signed)"]
    if chance.random() < 0.4:
        digest, signed = chance.choice(NAMED), chance.choice((True, False, None))
        files = [{"path": "/x", "digest": digest, "signed": signed}]
        of_file = "true" if signed is None else "verity_signed" if signed else "(not verity_signed)"
        # Whether fs-verity is enabled is not known.
        known.append(f"(or (not verity) (and (= digest {1 + NAMED.index(digest)}) {of_file}))")
    return json.dumps({"version": 1, "volumes": volumes, "files": files, "cmdline": None}), f"(and {' '.join(known)})"


class Questions:
    def __init__(self):
        wide = DECLARATIONS.replace("roothash 4", f"roothash {ANY_DIGEST}").replace("digest 4", f"digest {ANY_DIGEST}")
        assert wide.count(str(ANY_DIGEST) + ")") == 2
        self.script, self.expected, self.texts = [wide], [], []

    def add(self, formula, is_sat, *texts):
        self.script.append(f"(push 1)(assert {formula})(check-sat)(pop 1)\n")
        self.expected.append("sat" if is_sat else "unsat")
        self.texts.append(texts)


def replay(ipec, arguments):
    done = subprocess.run([ipec, "replay", "--output=json", *arguments], check=True, capture_output=True, text=True, timeout=60)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    return lines[:-1], lines[-1]["patch"]


def ask(ipec, chance, questions):
    """The questions about one pair; how many proposals there are."""
    old, new = Named(chance, 0), Named(chance, 1)
    fragment, lacks = kernel(chance.choice([None, None, *OPTIONS.values()]))
    old.lacks = new.lacks = lacks
    inventory, known = machine(chance)
    cases = {(op, text): f"(and {known} {formula})" for op in OPERATIONS for text, formula in old.statements(op).items()}
    log = "".join(f'ipe_op={op} ipe_hook={HOOKS[op]} enforcing=1 pid=1 comm="a" path="/x" dev="dm-3" ino=1 rule="{text}"\n'
                  for op, text in cases)
    for name, content in (("old.pol", old.text()), ("new.pol", new.text()), ("config", fragment), ("inventory.json", inventory),
                          ("log", log)):
        with open(name, "w", encoding="ascii") as stream:
            stream.write(content)
    kind = chance.choice(("", "", "=signature", "=roothash", "=digest"))
    groups, patch = replay(ipec, ["--policy=old.pol", "--with=inventory.json", "--target=linux-6.12", "--kernel=config",
                                  "--propose" + kind, "new.pol", "log"])
    assert {(group["op"], group["rule"]) for group in groups} == set(cases), (groups, cases)
    patched = new
    if patch:
        subprocess.run(["patch", "-s", "new.pol"], input=patch, text=True, check=True, timeout=60)
        with open("new.pol", encoding="ascii") as stream:
            patched = Named.of(stream.read(), lacks)
    about = (old.text(), new.text(), fragment, inventory, patch)
    rules = {op: [] for op in OPERATIONS}
    proposals = 0
    for group in groups:
        op, those = group["op"], cases[group["op"], group["rule"]]
        was, now = new.formula(op), patched.formula(op)
        answer = group["after"]
        assert answer != "unknown" or group["reason"] == "contradiction", group
        questions.add(f"(and {those} {was})", answer in ("ALLOW", "depends"), group, *about)
        questions.add(f"(and {those} (not {was}))", answer in ("DENY", "depends"), group, *about)
        if not group["proposal"]:
            continue
        proposals += 1
        words = [word.partition("=")[::2] for word in group["proposal"].split()]
        assert words[0] == ("op", op) and words[-1] == ("action", "ALLOW") and len(words) > 2, group
        assert all(value != "FALSE" for _, value in words), group
        rules[op].append(new.matches(words[1:-1]))
        questions.add(f"(and {those} (not {now}))", False, "not allowed", group, *about)
        questions.add(f"(and {those} (not {was}) {now})", True, "needless", group, *about)
    for op in OPERATIONS:
        was, now = new.formula(op), patched.formula(op)
        questions.add(f"(and {was} (not {now}))", False, "newly denied", op, *about)
        questions.add(f"(and (not {was}) {now} (not (or false {' '.join(rules[op])})))", False, "too wide", op, *about)
    return proposals


def main():
    ipec = os.path.abspath(sys.argv[1])
    count = int(dict(argument.split("=") for argument in sys.argv[2:]).get("--policies", 60))
    solvers, chance = start()
    if not solvers:
        print("skipped: there is neither z3 nor cvc5")
        return SKIPPED
    questions, proposals = Questions(), 0
    with tempfile.TemporaryDirectory(prefix="ipec-solver-") as directory:
        os.chdir(directory)
        for _ in range(count):
            proposals += ask(ipec, chance, questions)
        os.chdir("/")
    assert proposals > count // 10 and {"sat", "unsat"} == set(questions.expected), "the policies show nothing"
    print(f"{count} pairs of policies, {proposals} proposals")
    return 0 if agree(solvers, questions.script, questions.expected, questions.texts, "ipec replay") else 1


if __name__ == "__main__":
    sys.exit(main())
