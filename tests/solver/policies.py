"""Random policies, and what they mean as formulas of SMT-LIB: after the rules of the kernel, without ipec."""

import os
import random
import shutil
import subprocess

OPERATIONS = ("EXECUTE", "FIRMWARE", "KMODULE")
# Solvers that read SMT-LIB from standard input.
SOLVERS = {"z3": ["z3", "-in", "-smt2"], "cvc5": ["cvc5", "--lang=smt2", "--incremental"]}
DIGESTS = ["sha256:" + digit * 64 for digit in "123"]
SKIPPED = 77
FACTS = {"boot_verified": "initramfs", "dmverity_signature": "volume_signed", "fsverity_signature": "verity_signed"}
NUMBERS = {"dmverity_roothash": "roothash", "fsverity_digest": "digest"}
OPTIONS = {"dmverity_roothash": "DM_VERITY", "dmverity_signature": "DM_VERITY_VERIFY_ROOTHASH_SIG",
           "fsverity_digest": "FS_VERITY", "fsverity_signature": "FS_VERITY_BUILTIN_SIGNATURES"}


def kernel(option_off):
    """A fragment in which this option, and what depends on it, is off; the properties that the kernel lacks."""
    off = {option_off} | ({"DM_VERITY_VERIFY_ROOTHASH_SIG"} if option_off == "DM_VERITY" else set())
    off |= {"FS_VERITY_BUILTIN_SIGNATURES"} if option_off == "FS_VERITY" else set()
    lines = ["CONFIG_SECURITY_IPE=y", 'CONFIG_LSM="ipe"']
    lines += [f"# CONFIG_{name} is not set" if name in off else f"CONFIG_{name}=y" for name in OPTIONS.values()]
    return "\n".join(lines) + "\n", {name for name, option in OPTIONS.items() if option in off}


class Policy:
    lacks = frozenset()  # properties that its kernel was built without: no condition on one matches

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
            holds = " ".join(self.on_kernel(name, value) for name, value in properties)
            allowed = f"(ite (and true {holds}) {'true' if action == 'ALLOW' else 'false'} {allowed})"
        return allowed

    def on_kernel(self, name, value):
        return "false" if name in self.lacks else self.condition(name, value)

    @staticmethod
    def condition(name, value):
        if name in NUMBERS:
            return f"(= {NUMBERS[name]} {1 + DIGESTS.index(value)})"
        return FACTS[name] if value == "TRUE" else f"(not {FACTS[name]})"


def start():
    """The installed solvers and a source of chance, whose seed is printed."""
    seed = int(os.environ.get("IPEC_SEED", random.SystemRandom().randrange(1 << 32)))
    solvers = [name for name in SOLVERS if shutil.which(name)]
    print(f"IPEC_SEED={seed}, solvers: {', '.join(solvers) or 'none'}")
    assert solvers or not os.environ.get("CI"), "a test may not be skipped if CI is set"
    return solvers, random.Random(seed)


def answers(solver, script):
    """The words that the solver prints."""
    done = subprocess.run(SOLVERS[solver], input=script, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done
    return done.stdout.split()


def agree(solvers, script, expected, texts, command):
    """Whether every solver gives the expected answers; prints the first other one with its texts."""
    for solver in solvers:
        said = answers(solver, "".join(script))
        assert len(said) == len(expected), said
        for answer, wanted, text in zip(said, expected, texts):
            if answer != wanted:
                print(f"{solver} says {answer}, {command} {wanted}:", *text, sep="\n")
                return False
        print(f"{solver}: {len(said)} answers agree, {expected.count('sat')} of them sat")
    return True
