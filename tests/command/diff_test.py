#!/usr/bin/env python3
"""`ipec diff` says looser or tighter if and only if an event is decided so, over random pairs of policies and every event;
and with tables, --only and --accept it prints the same.

    diff_test.py IPEC

The events are decided by `ipec eval`, which tests/kernel compares with the kernel.
"""

import itertools
import json
import os
import random
import re
import subprocess
import sys
import tempfile

IPEC = os.path.abspath(sys.argv[1])
ROUNDS = 60
OPERATIONS = ("EXECUTE", "KMODULE")
OTHERS = ("FIRMWARE", "KEXEC_IMAGE", "KEXEC_INITRAMFS", "POLICY", "X509_CERT")
DIGESTS = ["sha256:" + digit * 64 for digit in "ab"]
OTHER = "sha256:" + "c" * 64


def events():
    """Every event that a mainline kernel can produce, up to digests that no rule names."""
    hooks = {"EXECUTE": "MMAP", "KMODULE": "KERNEL_READ"}
    for op in OTHERS:  # no rule is for them
        yield {"op": op, "hook": "KERNEL_READ", "file": {}}
    volumes = [None, *({"roothash": hash, "signed": signed} for hash in [*DIGESTS, OTHER] for signed in (False, True))]
    verities = [None, *({"digest": digest, "signed": signed} for digest in [*DIGESTS, OTHER] for signed in (False, True))]
    for op, boot, volume, verity in itertools.product(OPERATIONS, (False, True), volumes, verities):
        if boot and volume:
            continue
        event = {"op": op, "hook": hooks[op], "file": {}}
        if boot:
            event["boot_verified"] = True
        if volume:
            event["dmverity"] = volume
        if verity:
            event["fsverity"] = verity
        yield event


EVENTS = list(events())


def policy(chance, version):
    """A random policy."""
    lines = [f"policy_name=p policy_version=1.0.{version}", f"DEFAULT action={chance.choice(['ALLOW', 'DENY'])}"]
    if chance.random() < 0.3:
        lines.append(f"DEFAULT op={chance.choice(OPERATIONS)} action={chance.choice(['ALLOW', 'DENY'])}")
    for _ in range(chance.randint(0, 6)):
        properties = {
            "boot_verified": chance.choice(["TRUE", "FALSE"]),
            "dmverity_signature": chance.choice(["TRUE", "FALSE"]),
            "fsverity_signature": chance.choice(["TRUE", "FALSE"]),
            "dmverity_roothash": chance.choice(DIGESTS),
            "fsverity_digest": chance.choice(DIGESTS),
        }
        used = chance.sample(sorted(properties), chance.choice([0, 1, 1, 2]))
        words = [f"op={chance.choice(OPERATIONS)}", *(f"{name}={properties[name]}" for name in used)]
        lines.append(" ".join([*words, f"action={chance.choice(['ALLOW', 'DENY'])}"]))
    return "\n".join(lines) + "\n"


def run(*args, stdin=""):
    return subprocess.run([IPEC, *args], input=stdin, check=False, capture_output=True, text=True)


def answers(path, asked):
    done = run("eval", path, "--events=-", stdin="".join(json.dumps(event) + "\n" for event in asked))
    given = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(given) == len(asked), done
    return given


def decisions(path, asked):
    return [answer["decision"] for answer in answers(path, asked)]


def global_action(path):
    with open(path, encoding="utf-8") as stream:
        return re.search(r"^DEFAULT action=(\w+)", stream.read(), re.M)[1]


def check(before, after):
    """Returns the verdict."""
    done = run("diff", "--output=json", before, after)
    found = json.loads(done.stdout)["files"][0]
    changes = set(zip(decisions(before, EVENTS), decisions(after, EVENTS)))
    changes.add(tuple(global_action(name) for name in (before, after)))  # operations without a name
    is_looser, is_tighter = ("DENY", "ALLOW") in changes, ("ALLOW", "DENY") in changes
    verdict = {(False, False): "equivalent", (True, False): "looser", (False, True): "tighter", (True, True): "incomparable"}
    assert found["verdict"] == verdict[is_looser, is_tighter], (found, changes)
    assert done.returncode == (1 if is_looser else 0), done
    differences = [one for one in found["differences"] if one["op"] != "UNKNOWN"]
    witnesses = [one["witness"] for one in differences]
    if witnesses:
        for one, old, new in zip(differences, answers(before, witnesses), answers(after, witnesses)):
            was, now = old["decision"], new["decision"]
            assert (was, now) == (one["before"]["action"], one["after"]["action"]), one
            # The statements, in the same form.
            assert (old["rule"], new["rule"]) == (one["before"]["rule"], one["after"]["rule"]), (one, old, new)
            assert (old["match"], new["match"]) == (one["before"]["match"], one["after"]["match"]), (one, old, new)
            assert one["direction"] == {("DENY", "ALLOW"): "looser", ("ALLOW", "DENY"): "tighter"}.get((was, now), "records")
    check_options(before, after, found)
    return found["verdict"]


def check_options(before, after, found):
    """Tables give the same differences as texts; --only selects some; each is accepted by its fingerprint."""
    tables = [name.replace(".pol", ".ipet") for name in (before, after)]
    for name, table in zip((before, after), tables):
        run("compile", "-o", table, name)
    of_tables = json.loads(run("diff", "--output=json", *tables).stdout)["files"][0]

    # A table has no digests of rules that decide nothing, so the number of cases may be lower.
    def same(one):
        return [[difference[key] for key in ("direction", "op", "before", "after", "fingerprint")] for difference in one["differences"]]
    assert sorted(same(of_tables), key=str) == sorted(same(found), key=str), (of_tables, found)
    only = json.loads(run("diff", "--output=json", "--only=KMODULE", before, after).stdout)["files"][0]
    assert only["differences"] == [one for one in found["differences"] if one["op"] == "KMODULE"], (only, found)
    looser = [one["fingerprint"] for one in found["differences"] if one["direction"] == "looser"]
    every = [f"--accept={fingerprint}" for fingerprint in looser]
    done = run("diff", "--output=json", *every, before, after)
    assert done.returncode == 0 and not done.stderr, done
    accepted = json.loads(done.stdout)["files"][0]
    assert accepted["verdict"] == found["verdict"] and len(accepted["differences"]) == len(found["differences"])
    if looser:
        assert run("diff", *every[1:], before, after).returncode == (1 if looser.count(looser[0]) == 1 else 0)


def main():
    seed = int(os.environ.get("IPEC_SEED", random.SystemRandom().randrange(1 << 32)))
    print(f"IPEC_SEED={seed}")
    chance = random.Random(seed)
    seen = set()
    with tempfile.TemporaryDirectory(prefix="ipec-diff-") as directory:
        os.chdir(directory)
        for _ in range(ROUNDS):
            texts = [policy(chance, 0), policy(chance, 1)]
            if chance.random() < 0.5:  # a small change
                lines = texts[0].splitlines(True)
                moved = lines.pop(chance.randrange(1, len(lines)))
                if moved.startswith("op="):
                    lines.insert(chance.randint(2, len(lines)) if len(lines) > 2 else len(lines), moved)
                    texts[1] = "".join(lines)
            for name, text in zip(("before.pol", "after.pol"), texts):
                with open(name, "w", encoding="utf-8") as stream:
                    stream.write(text)
            try:
                seen.add(check("before.pol", "after.pol"))
            except AssertionError:
                print(*texts, sep="---\n")
                raise
    assert {"looser", "tighter", "incomparable", "equivalent"} <= seen, seen


if __name__ == "__main__":
    main()
