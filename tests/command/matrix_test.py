#!/usr/bin/env python3
"""Each cell of `ipec matrix` is what `ipec eval` answers to the events of its place, over random policies and inventories,
and the findings follow from the cells: matrix_test.py IPEC

The events are decided by `ipec eval`, which tests/kernel compares with the kernel. Also: inventories that cannot be read,
many volumes, hostile names, tables and signed files.
"""

import itertools
import json
import os
import random
import subprocess
import sys
import tempfile
import time
import unittest

IPEC = ""
SEED = int(os.environ.get("IPEC_SEED", random.SystemRandom().randrange(1 << 32)))
ROUNDS = 30
MOST_EXCEPTIONS = 16
OPERATIONS = ("EXECUTE", "FIRMWARE", "KMODULE", "KEXEC_IMAGE", "KEXEC_INITRAMFS", "POLICY", "X509_CERT")
WITHOUT_FILE = ("EXECUTE", "FIRMWARE", "KMODULE", "KEXEC_IMAGE")
NAMED = ["sha256:" + digit * 64 for digit in "abc"]
UNNAMED = "sha256:" + "e" * 64
OTHER = "sha256:" + "f" * 64  # neither in a policy nor in an inventory
# Without each option, and what its kernel lacks.
KERNELS = {"DM_VERITY_VERIFY_ROOTHASH_SIG": {"dmverity_signature"}, "FS_VERITY_BUILTIN_SIGNATURES": {"fsverity_signature"},
           "FS_VERITY": {"fsverity_signature", "fsverity_digest"}}


def run(*args, stdin="", check=None):
    done = subprocess.run([IPEC, *args], input=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                          check=False, timeout=120, encoding="utf-8", errors="surrogateescape")
    if check is not None:
        assert done.returncode in check, (args, done.returncode, done.stdout, done.stderr)
    return done


def write(path, text):
    with open(path, "w", encoding="utf-8", errors="surrogateescape") as stream:
        stream.write(text)


def volume(name, roothash, signed):
    return {"name": name, "roothash": roothash, "signed": signed, "certificate_sha256": None, "blocks": None,
            "source": "test", "checked": "none"}


def inventory(volumes, cmdline=None):
    return json.dumps({"version": 1, "volumes": volumes, "files": [], "cmdline": cmdline})


def random_policy(chance):
    lines = ["policy_name=p policy_version=1.0.0", f"DEFAULT action={chance.choice(('ALLOW', 'DENY'))}"]
    for op in OPERATIONS:
        if chance.random() < 0.2:
            lines.append(f"DEFAULT op={op} action={chance.choice(('ALLOW', 'DENY'))}")
    for _ in range(chance.randint(0, 25)):
        properties = [(name, chance.choice(("TRUE", "FALSE")))
                      for name in ("boot_verified", "dmverity_signature", "fsverity_signature")]
        properties += [(name, chance.choice(NAMED)) for name in ("dmverity_roothash", "fsverity_digest")]
        used = chance.sample(properties, chance.choice((0, 1, 1, 1, 1, 2, 2)))
        lines.append(" ".join([f"op={chance.choice(OPERATIONS[:3] if chance.random() < 0.7 else OPERATIONS)}",
                               *(f"{name}={value}" for name, value in used),
                               f"action={chance.choice(('ALLOW', 'DENY'))}"]))
    return "\n".join(lines) + "\n"


def random_inventory(chance):
    """None, or volumes with different root hashes."""
    if chance.random() < 0.2:
        return None
    hashes = chance.sample([*NAMED, UNNAMED], chance.randint(0, 4))
    names = chance.sample(["usr", "root", "app", "data"], len(hashes))
    return [volume(name, value, chance.choice((True, False, None))) for name, value in zip(names, hashes)]


def places(volumes):
    """The places of a machine, by the test's own rules: name, facts of its events but for fs-verity, whether files can have
    fs-verity. Root hashes of a place are a list: the first one is that of the answer."""
    known = {one["roothash"] for one in volumes or []}
    others = [OTHER, *(value for value in [*NAMED, UNNAMED] if value not in known)]
    yield "initramfs", None, [{"file": {}, "boot_verified": True}], False
    for one in volumes or []:
        yield ("volume", one["name"],
               [{"file": {}, "dmverity": {"roothash": one["roothash"], "signed": one["signed"] is True}}], True)
    for kind, signed in (("other-signed-volume", True), ("other-unsigned-volume", False)):
        yield kind, None, [{"file": {}, "dmverity": {"roothash": value, "signed": signed}} for value in others], True
    yield "plain", None, [{"file": {}}], True
    yield "overlay", None, [{"file": {}}], False
    yield "no-file", None, [{}], False


VERITIES = [None, *({"digest": digest, "signed": signed} for digest in [OTHER, *NAMED] for signed in (False, True))]


def events(kind, facts, has_fsverity, operation):
    """All events of a cell, those of its answer first."""
    hook = "MMAP" if operation == "EXECUTE" else "KERNEL_LOAD" if kind == "no-file" else "KERNEL_READ"
    found = []
    for verity, fact in itertools.product(VERITIES if has_fsverity else [None], facts):
        event = {"op": operation, "hook": hook, **fact}
        if verity:
            event["fsverity"] = verity
        found.append(event)
    return found


def decide(policy, asked, *options):
    """(decision, match, line) of each event."""
    done = run("eval", *options, "--events=-", policy, stdin="\n".join(json.dumps(event) for event in asked) + "\n",
               check=(0, 1))
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(answers) == len(asked)
    return [(one["decision"], one["match"], one["rule"]["line"]) for one in answers]


def answer(cell):
    return cell["action"], cell["match"], cell["rule"]["line"]


class Matrix(unittest.TestCase):
    def setUp(self):
        place = tempfile.TemporaryDirectory(prefix="ipec-matrix-")
        self.addCleanup(place.cleanup)
        os.chdir(place.name)

    def matrix(self, *args, check=(0, 1)):
        done = run("matrix", "--output=json", *args, check=check)
        return done.returncode, json.loads(done.stdout)

    def compare(self, document, volumes, policy, *options):
        """The cells, the events of each and their answers."""
        cells, asked = [], []
        rows = list(places(volumes))
        self.assertEqual([(row["place"], row["name"]) for row in document["places"]], [row[:2] for row in rows])
        for row, (kind, name, facts, has_fsverity) in zip(document["places"], rows):
            self.assertEqual(sorted(row["cells"]), sorted(OPERATIONS))
            for operation, cell in row["cells"].items():
                if kind == "no-file" and operation not in WITHOUT_FILE:
                    self.assertIsNone(cell)
                    continue
                own = events(kind, facts, has_fsverity, operation)
                cells.append((kind, name, operation, cell, slice(len(asked), len(asked) + len(own))))
                asked += own
                cells.append((kind, name, operation, None,
                              slice(len(asked), len(asked) + len(cell["exceptions"]))))
                asked += [one["witness"] for one in cell["exceptions"]]
        decided = decide(policy, asked, *options)
        with open(policy, encoding="ascii") as stream:
            text = stream.read()
        denied = {}
        for (kind, name, operation, cell, own), (_, _, _, _, witnesses) in zip(cells[::2], cells[1::2]):
            where = (kind, name, operation, text)
            answers = decided[own]
            self.assertEqual(answers[0], answer(cell), where)
            exceptions = [answer(one) for one in cell["exceptions"]]
            self.assertEqual(decided[witnesses], exceptions, where)
            self.assertEqual(len(set(exceptions)), len(exceptions), where)
            expected = set(answers) - {answers[0]}
            if cell["more_exceptions"] == 0:
                self.assertEqual(set(exceptions), expected, where)
            else:
                self.assertEqual(len(exceptions), MOST_EXCEPTIONS)
                self.assertEqual(len(expected), MOST_EXCEPTIONS + cell["more_exceptions"])
            denied[kind, name, operation] = all(one[0] == "DENY" for one in answers)
        self.findings(document, volumes, denied)

    def findings(self, document, volumes, denied):
        found = [one["name"] for one in document["findings"]]
        executes = {key[:2]: value for key, value in denied.items() if key[2] == "EXECUTE"}
        machine = [value for (kind, _), value in executes.items()
                   if kind != "no-file" and (volumes is None or not kind.startswith("other"))]
        roots = [one["name"] for one in volumes or [] if one["name"] in ("root", "usr")]
        self.assertEqual(found.count("lockout"), int(all(machine)))
        self.assertEqual(found.count("init-denied"), int(executes["initramfs", None]))
        self.assertEqual(found.count("root-denied"), sum(executes["volume", name] for name in roots))
        self.assertEqual(found.count("anonymous-memory"), int(executes["no-file", None]))
        modules = [denied["initramfs", None, "KMODULE"], *(denied["volume", name, "KMODULE"] for name in roots)]
        self.assertEqual(found.count("modules-denied"), int(any(modules)))

    def test_cells_are_what_eval_answers(self):
        chance = random.Random(SEED)
        for number in range(ROUNDS):
            volumes = random_inventory(chance)
            write("p.pol", random_policy(chance))
            options = []
            if number % 4 == 3:
                off = chance.choice(sorted(KERNELS))
                lines = [f"# CONFIG_{name} is not set" if name == off else f"CONFIG_{name}=y" for name in ("DM_VERITY", *KERNELS)]
                write("config", "\n".join(["CONFIG_SECURITY_IPE=y", 'CONFIG_LSM="ipe"', *lines]) + "\n")
                options = ["--kernel=config", "--target=linux-6.12"]
            with_inventory = []
            if volumes is not None:
                write("inventory.json", inventory(volumes))
                with_inventory = ["--with=inventory.json"]
            with self.subTest(seed=SEED, number=number):
                _, document = self.matrix(*options, *with_inventory, "p.pol")
                if options:
                    self.assertEqual(set(document["missing_properties"]), KERNELS[off])
                self.compare(document, volumes, "p.pol", *options)

    def test_tables_and_signed_files(self):
        chance = random.Random(SEED)
        write("p.pol", random_policy(chance))
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=x", "-keyout", "k.pem",
                        "-out", "c.pem"], check=True, stderr=subprocess.DEVNULL)
        subprocess.run(["openssl", "smime", "-sign", "-in", "p.pol", "-signer", "c.pem", "-inkey", "k.pem", "-noattr",
                        "-nodetach", "-nosmimecap", "-binary", "-outform", "der", "-out", "p.p7b"], check=True)
        run("compile", "p.pol", "-o", "p.ipet", check=(0,))
        _, text = self.matrix("p.pol")
        _, signed = self.matrix("p.p7b")
        self.assertEqual(text["places"], signed["places"])
        _, table = self.matrix("p.ipet")
        self.assertEqual([{op: cell and answer(cell) for op, cell in row["cells"].items()} for row in table["places"]],
                         [{op: cell and answer(cell) for op, cell in row["cells"].items()} for row in text["places"]])

    def test_handover(self):
        body = "DEFAULT action=ALLOW\n"
        def policy(path, name, version):
            write(path, f"policy_name={name} policy_version={version}\n{body}")
        policy("boot.pol", "boot", "0.0.1")
        for name, version, expected, finding in (
                ("next", "1.0.0", (None, "ENOENT", None), None),
                ("next", "0.0.1", (None, "ENOENT", None), None),
                ("next", "0.0.0", (None, "ENOENT", "EINVAL"), "handover-rejected"),
                ("boot", "0.0.1", ("EEXIST", "ESTALE", None), "handover-rejected"),
                ("boot", "0.0.0", ("EEXIST", "ESTALE", "EINVAL"), "handover-rejected"),
                ("boot", "0.0.2", ("EEXIST", None, None), "handover-as-update")):
            policy("next.pol", name, version)
            for boot in ("boot.pol,next.pol", "boot.pol"):
                status, document = self.matrix("--boot=" + boot, "next.pol")
                self.assertEqual([(one["new_policy"], one["update"], one["activate"]) for one in document["handovers"]],
                                 [expected])
                self.assertEqual([one["name"] for one in document["findings"]], [finding] if finding else [])
                self.assertEqual(status, 1 if finding else 0)
        policy("third.pol", "boot", "1.0.0")
        policy("next.pol", "next", "1.0.1")
        _, document = self.matrix("--boot=boot.pol,next.pol", "third.pol")
        self.assertEqual([one["name"] for one in document["findings"]], ["handover-rejected"])
        self.assertEqual(document["handovers"][1],
                         {"before": "next.pol", "after": "third.pol", "new_policy": "EEXIST", "update": None,
                          "activate": "EINVAL"})

    def test_the_command_line_names_the_root(self):
        write("p.pol", "policy_name=p policy_version=1.0.0\nDEFAULT action=ALLOW\n"
                       f"op=EXECUTE dmverity_roothash={NAMED[0]} action=DENY\n")
        volumes = [volume("usr", NAMED[1], True), volume("x", NAMED[0], True)]
        for cmdline, expected in ((None, []), ("quiet usrhash=" + NAMED[0][7:].upper() + " ro", ["root-denied"]),
                                  ("roothash=" + NAMED[1][7:], [])):
            write("i.json", inventory(volumes, cmdline))
            _, document = self.matrix("--with=i.json", "p.pol")
            self.assertEqual([one["name"] for one in document["findings"]], expected)
        for name, is_root in (("root", True), ("usr", True), ("usr.2", True), ("a/usr-arm64.2", True), ("usr/x", False),
                              ("a/root", True), ("root2", False), ("my-usr", False), ("/", False), (".usr", False)):
            write("i.json", inventory([volume(name, NAMED[0], True)]))
            _, document = self.matrix("--with=i.json", "p.pol")
            self.assertEqual([one["name"] for one in document["findings"]], ["root-denied"] if is_root else [], name)

    def test_bad_calls(self):
        write("p.pol", "policy_name=p policy_version=1.0.0\nDEFAULT action=DENY\n")
        write("i.json", inventory([]))
        twice = inventory([volume("a", NAMED[0], True), volume("a", NAMED[1], True)])
        for text, words in ((twice, "repeats `a`"), ("{", ""), ("[]", ""), ("", ""),
                            (inventory([volume("a", "sha256:xyz", True)]), "roothash"),
                            (inventory([volume("a", NAMED[0][:-1], True)]), "roothash")):
            write("bad.json", text)
            done = run("matrix", "--with=bad.json", "p.pol", check=(2,))
            self.assertIn("bad.json", done.stderr)
            self.assertIn(words, done.stderr)
            self.assertEqual(done.stdout, "")
        run("matrix", "--with=missing.json", "p.pol", check=(3,))
        run("matrix", "missing.pol", check=(3,))
        run("matrix", "--boot=missing.pol", "p.pol", check=(3,))
        for call in (["--with=-", "-"], ["--boot=-", "-"], ["--boot=-", "--with=-", "p.pol"], ["--kernel=-", "-"],
                     ["--output=json:p.pol", "p.pol"], ["--output=json:i.json", "--with=i.json", "p.pol"], ["--output=x", "p.pol"],
                     []):
            done = run("matrix", *call, check=(2,))
            self.assertEqual(done.stdout, "", call)
        write("rejected.pol", "policy_name=p policy_version=1.0.0\n")
        for call in (["rejected.pol"], ["--boot=rejected.pol", "p.pol"]):
            done = run("matrix", *call, check=(1,))
            self.assertEqual(done.stdout, "")
            self.assertIn("rejected.pol:", done.stderr)
        write("p.pol", "policy_name=p policy_version=1.0.0\nDEFAULT action=ALLOW\n")
        run("matrix", "p.pol", check=(0,))

    def test_fail_on(self):
        write("p.pol", "policy_name=p policy_version=1.0.0\nDEFAULT action=DENY\nop=EXECUTE boot_verified=TRUE action=ALLOW\n")
        for level, status in (("error", 0), ("warning", 1), ("info", 1)):
            run("matrix", "--fail-on=" + level, "p.pol", check=(status,))
        write("p.pol", "policy_name=p policy_version=1.0.0\nDEFAULT action=ALLOW\nop=EXECUTE boot_verified=FALSE action=DENY\n")
        for level, status in (("error", 0), ("warning", 0), ("info", 1)):
            run("matrix", "--fail-on=" + level, "p.pol", check=(status,))

    def test_ten_thousand_volumes(self):
        hashes = [f"sha256:{number:064x}" for number in range(10_000)]
        rules = [f"op=EXECUTE dmverity_roothash={value} action=ALLOW" for value in hashes[:5_000]]
        rules += [f"op=EXECUTE fsverity_digest={value} action=DENY" for value in hashes[:2_000]]
        write("p.pol", "\n".join(["policy_name=p policy_version=1.0.0", "DEFAULT action=DENY", *rules]) + "\n")
        write("i.json", inventory([volume(f"v{number}", value, number % 3 == 0) for number, value in enumerate(hashes)]))
        begin = time.monotonic()
        done = run("matrix", "--with=i.json", "p.pol", check=(1,))
        self.assertLess(time.monotonic() - begin, 20)
        lines = done.stdout.splitlines()
        self.assertLess(len(lines), 60)
        for line in lines[:14]:
            self.assertLessEqual(len(line), 80, line)
        done = run("matrix", "--output=markdown", "--with=i.json", "p.pol", check=(1,))
        self.assertLessEqual(len(done.stdout), 65_536)
        _, document = self.matrix("--with=i.json", "p.pol")
        self.assertEqual(len(document["places"]), 10_006)
        self.assertEqual(document["places"][1 + 4_999]["cells"]["EXECUTE"]["rule"]["line"], 3 + 4_999)

    def test_hostile_names(self):
        names = ["\x1b[31mred", "a\nb", "x" * 5_000, "\u202egnp", "`|`", "<!-- -->", "\udcff", "音" * 30, "e\u0301" * 20]
        write("p.pol", "policy_name=p policy_version=1.0.0\nDEFAULT action=DENY\n")
        volumes = [volume(name, f"sha256:{number:064x}", None) for number, name in enumerate(names)]
        write("i.json", inventory(volumes).replace("\\udcff", "\\udcff"))
        done = run("matrix", "--with=i.json", "p.pol", check=(1,))
        for character in done.stdout:
            self.assertTrue(character == "\n" or character >= " ", repr(character))
        self.assertNotIn("\u202e", done.stdout)
        for line in done.stdout.splitlines():
            self.assertLess(len(line), 1_500)
        _, document = self.matrix("--with=i.json", "p.pol")
        self.assertEqual([row["name"] for row in document["places"]][1:-5][:2], names[:2])


if __name__ == "__main__":
    IPEC = os.path.abspath(sys.argv.pop(1))
    print(f"IPEC_SEED={SEED}")
    unittest.main()
