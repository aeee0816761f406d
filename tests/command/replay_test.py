#!/usr/bin/env python3
"""The answers of `ipec replay` against all events that give the same record: replay_test.py IPEC [--policies=N]

Random policies, and every class of events. `ipec eval`, which tests/kernel compares with the kernel, makes the records under
the old policy and decides the events under the new one. An answer is certain exactly if all events that give the same record are
decided so, also with an inventory that narrows them, without the old policy, and for kernels that lack a property. Also: merged
results, logs in other forms, and bad input.
"""

import gzip
import hashlib
import itertools
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import unittest

IPEC = ""
CORPUS = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "fuzz", "corpus", "records_fuzz")
POLICIES = 60
SEED = int(os.environ.get("IPEC_SEED", random.SystemRandom().randrange(1 << 32)))
NAMED = ["sha256:" + digit * 64 for digit in "abc"]
OTHER = "sha256:" + "f" * 64  # in no policy
FACTS = ("boot_verified", "dmverity_signature", "fsverity_signature")
DIGESTS = ("dmverity_roothash", "fsverity_digest")
TARGETS = {"linux-6.12": ("EXECUTE", "KMODULE", "POLICY"), "rfc-v7": ("EXECUTE", "KMODULE", "IMA_POLICY", "IMA_X509_CERT")}
WITHOUT_FILE = ("EXECUTE", "KMODULE")
KERNELS = {"DM_VERITY_VERIFY_ROOTHASH_SIG": {"dmverity_signature"}, "FS_VERITY_BUILTIN_SIGNATURES": {"fsverity_signature"},
           "FS_VERITY": {"fsverity_signature", "fsverity_digest"}}


def run(*args, stdin="", check=(0,)):
    done = subprocess.run([IPEC, *args], input=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                          check=False, timeout=300, encoding="utf-8", errors="surrogateescape")
    assert done.returncode in check, (args, done.returncode, done.stdout, done.stderr)
    return done


def write(path, text):
    with open(path, "w", encoding="utf-8", errors="surrogateescape") as stream:
        stream.write(text)


def kernel(option_off):
    off = {option_off} | ({"FS_VERITY_BUILTIN_SIGNATURES"} if option_off == "FS_VERITY" else set())
    lines = ["CONFIG_SECURITY_IPE=y", 'CONFIG_LSM="ipe"']
    options = ("DM_VERITY", "DM_VERITY_VERIFY_ROOTHASH_SIG", "FS_VERITY", "FS_VERITY_BUILTIN_SIGNATURES")
    return "\n".join(lines + [f"# CONFIG_{name} is not set" if name in off else f"CONFIG_{name}=y" for name in options]) + "\n"


class Policy:
    def __init__(self, chance, target):
        self.target = target
        self.lines = [f"policy_name=p policy_version=1.0.{chance.randint(0, 9)}",
                      f"DEFAULT action={chance.choice(('ALLOW', 'DENY'))}"]
        for op in TARGETS[target]:
            if chance.random() < 0.3:
                self.lines.append(f"DEFAULT op={op} action={chance.choice(('ALLOW', 'DENY'))}")
        self.rules = []
        for _ in range(chance.randint(0, 9)):
            properties = [(name, chance.choice(("TRUE", "FALSE"))) for name in FACTS]
            properties += [(name, chance.choice(NAMED)) for name in DIGESTS]
            used = chance.sample(properties, chance.choice((0, 1, 1, 1, 2, 2, 3)))
            # The rules of few operations, so that they hide one another.
            op = chance.choice(TARGETS[target][:2] if chance.random() < 0.8 else TARGETS[target])
            rule = (op, used, chance.choice(("ALLOW", "DENY")))
            self.rules += [rule] * chance.choice((1, 1, 1, 1, 2))  # some texts twice
        for op, used, action in self.rules:
            self.lines.append(" ".join([f"op={op}", *(f"{name}={self.value(value)}" for name, value in used), f"action={action}"]))

    def value(self, value):
        return value.rpartition(":")[2] if self.target == "rfc-v7" else value

    def text(self):
        return "\n".join(self.lines) + "\n"


def events(target):
    """Every class of events that a kernel can produce, with and without a file."""
    signed = (False, True)
    volumes = [None, *({"roothash": value, "signed": is_signed} for value in (*NAMED, OTHER) for is_signed in signed)]
    files = [None, *({"digest": value, "signed": is_signed} for value in (*NAMED, OTHER) for is_signed in signed)]
    for op in TARGETS[target]:
        hooks = ("MMAP", "MPROTECT") if op == "EXECUTE" else ("KERNEL_READ", "KERNEL_LOAD")
        if op in WITHOUT_FILE:
            yield {"op": op, "hook": hooks[1], "comm": "node"}
        for boot, volume, file in itertools.product(signed, volumes, files):
            if boot and volume and target != "rfc-v7":
                continue
            event = {"op": op, "hook": hooks[0], "comm": "sh", "file": {"path": "/x", "dev": "dm-3", "ino": 1},
                     "boot_verified": boot}
            if volume:
                event["dmverity"] = volume
            if file:
                event["fsverity"] = file
            yield event


def holds(target, lacks, name, value, event):
    """Whether a condition matches, after the source of the kernel."""
    volume, file = event.get("dmverity"), event.get("fsverity")
    if name in lacks:
        return False
    if name in DIGESTS:
        place = volume if name == "dmverity_roothash" else file
        return bool(place) and place["roothash" if name == "dmverity_roothash" else "digest"] == value
    if name == "fsverity_signature" and target == "rfc-v7" and not file:
        return False
    fact = {"boot_verified": event.get("boot_verified", False), "dmverity_signature": bool(volume and volume["signed"]),
            "fsverity_signature": bool(file and file["signed"])}[name]
    return fact == (value == "TRUE")


def conditions(text):
    """The conditions in a recorded text; none of a DEFAULT."""
    found = []
    for word in text.split(" "):
        name, _, value = word.partition("=")
        if name in DIGESTS:
            digits = value.rpartition(":")[2].lower()
            found.append((name, "sha256:" + digits))
        elif name in FACTS:
            found.append((name, value))
    return found


def inventory(volume, file):
    volumes = [{"name": "dm-3", "roothash": volume[0], "signed": volume[1], "certificate_sha256": None, "blocks": None,
                "source": "t", "checked": "none"}] if volume else []
    files = [{"path": "/x", "digest": file[0], "signed": file[1]}] if file else []
    return json.dumps({"version": 1, "volumes": volumes, "files": files, "cmdline": None})


def fits(event, volume, file):
    """Whether an event can be one of the machine with that inventory."""
    if "file" not in event:
        return True
    of_volume, of_file = event.get("dmverity"), event.get("fsverity")
    if volume and (not of_volume or of_volume["roothash"] != volume[0] or volume[1] not in (None, of_volume["signed"])):
        return False
    return not (file and of_file and (of_file["digest"] != file[0] or file[1] not in (None, of_file["signed"])))


def parse(record):
    """The fields by which `ipec replay` groups here: (operation as recorded, has a file, rule)."""
    rule = record.rpartition(' rule="')[2].rstrip('"\n')
    fields = dict(word.partition("=")[::2] for word in record.split(" rule=")[0].split())
    has_file = "ctx_ino" in fields if "ctx_op" in fields else fields["ino"] != "?"
    return fields.get("ipe_op", fields.get("ctx_op")), has_file, rule


def activation(thumbprint):
    return (f'type=1421 audit(1.000:1): old_active_pol_name="p" old_active_pol_version=1.0.0 old_policy_digest=sha256:{"00" * 32} '
            f'new_active_pol_name="p" new_active_pol_version=1.0.0 new_policy_digest={thumbprint} auid=0 ses=1 lsm=ipe res=1')


def groups(output):
    lines = [json.loads(line) for line in output.splitlines()]
    assert lines[-1]["kind"] == "summary", lines[-1]
    return {(one["op"], one["file"] != "none", one["rule"]): one for one in lines[:-1]}, lines[-1]


class Answers(unittest.TestCase):
    def setUp(self):
        place = tempfile.TemporaryDirectory(prefix="ipec-replay-")
        self.addCleanup(place.cleanup)
        os.chdir(place.name)

    def decide(self, name, options, listed):
        """By event: the record, and the decision."""
        done = run("eval", name, *options, "--events=-", "--format=audit", "--success-audit",
                   stdin="\n".join(map(json.dumps, listed)), check=(0, 1))
        records = done.stdout.splitlines()
        self.assertEqual(len(records), len(listed), done.stderr)
        return [(record, "ALLOW" if record.endswith('action=ALLOW"') else "DENY") for record in records]

    def check(self, found, facts, members, why):
        """`members`: by key, the decisions of the new policy for the events that give the record."""
        for key, decisions in members.items():
            with self.subTest(seed=SEED, key=key, why=why, facts=facts):
                answer = found[key]
                if not decisions:
                    self.assertEqual((answer["after"], answer["reason"]), ("unknown", "contradiction"))
                    continue
                self.assertEqual(answer["after"], decisions.pop() if len(decisions) == 1 else "depends", answer)
                self.assertEqual({one["action"] for one in answer["statements"]},
                                 {answer["after"]} if answer["after"] != "depends" else {"ALLOW", "DENY"})

    def test_answers(self):
        chance = random.Random(SEED)
        for number in range(POLICIES):
            target = chance.choice(("linux-6.12", "linux-6.12", "rfc-v7"))
            options, lacks = ["--target=" + target], set()
            if target == "linux-6.12" and chance.random() < 0.3:
                option = chance.choice(list(KERNELS))
                write("config", kernel(option))
                options.append("--kernel=config")
                lacks = KERNELS[option]
            old, new = Policy(chance, target), Policy(chance, target)
            write("old.pol", old.text())
            write("new.pol", new.text())
            listed = list(events(target))
            before, after = self.decide("old.pol", options, listed), self.decide("new.pol", options, listed)
            volume, file = None, None
            if number % 2:
                volume = chance.choice((None, (chance.choice((*NAMED, OTHER)), chance.choice((True, False, None)))))
                file = chance.choice((None, (chance.choice((*NAMED, OTHER)), chance.choice((True, False, None)))))
            write("inventory.json", inventory(volume, file))
            write("log", "".join(record + "\n" for record, _ in before))
            arguments = [*options, "--with=inventory.json", "--output=json", "new.pol", "log"]
            keys = [parse(record) for record, _ in before]
            members = {key: set() for key in keys}
            for key, event, (_, decision) in zip(keys, listed, after):
                if fits(event, volume, file):
                    members[key].add(decision)
            found, summary = groups(run("replay", "--policy=old.pol", *arguments).stdout)
            self.assertEqual(set(found), set(members))
            self.assertEqual(sum(one["count"] for one in found.values()), len(listed))
            self.assertEqual(summary["accesses"], len(listed))
            self.check(found, (target, lacks, volume, file), members, (old.text(), new.text()))
            self.check_witnesses(found, options, "old.pol", "new.pol")
            # Without the old policy, the conditions in the text are all that is known.
            members = {key: set() for key in keys}
            for key in members:
                needed = conditions(key[2])
                for event, own, (_, decision) in zip(listed, keys, after):
                    same = own[:2] == key[:2] and fits(event, volume, file)
                    if same and all(holds(target, lacks, *one, event) for one in needed):
                        members[key].add(decision)
            found, _ = groups(run("replay", *arguments).stdout)
            self.check(found, (target, lacks, volume, file), members, ("no policy", old.text(), new.text()))

    def check_witnesses(self, found, options, old, new):
        """Each case is decided as shown, and gives the record under the old policy."""
        shown = [(key, one) for key, group in found.items() for one in group["statements"]]
        if not shown:
            return
        witnesses = [{**one["witness"], **({"file": {"path": "/x"}} if key[1] else {})} for key, one in shown]
        for (key, one), (record, _) in zip(shown, self.decide(old, options, witnesses)):
            self.assertEqual(parse(record)[2], key[2], one)
        for (_, one), (_, decision) in zip(shown, self.decide(new, options, witnesses)):
            self.assertEqual(decision, one["action"], one)


    def test_proposals(self):
        chance = random.Random(SEED + 1)
        made = 0
        for _ in range(POLICIES):
            target = chance.choice(("linux-6.12", "linux-6.12", "rfc-v7"))
            option = "--target=" + target
            old, new = Policy(chance, target), Policy(chance, target)
            write("old.pol", old.text())
            write("new.pol", new.text())
            volume = (chance.choice((*NAMED, OTHER)), chance.choice((True, False, None)))
            file = chance.choice((None, (chance.choice((*NAMED, OTHER)), chance.choice((True, None)))))
            write("inventory.json", inventory(volume, file))
            listed = list(events(target))
            before, after = self.decide("old.pol", [option], listed), self.decide("new.pol", [option], listed)
            write("log", "".join(record + "\n" for record, _ in before))
            kind = chance.choice(("", "", "=signature", "=roothash", "=digest"))
            found, summary = groups(run("replay", "--policy=old.pol", option, "--with=inventory.json", "--output=json",
                                        "--propose" + kind, "new.pol", "log").stdout)
            proposals = {key: one["proposal"] for key, one in found.items() if one["proposal"]}
            if not proposals:
                self.assertIsNone(summary["patch"])
                continue
            made += 1
            with self.subTest(seed=SEED, old=old.text(), new=new.text(), proposals=proposals):
                write("patched.pol", new.text())
                subprocess.run(["patch", "-s", "patched.pol"], input=summary["patch"], text=True, check=True, timeout=60)
                patched = self.decide("patched.pol", [option], listed)
                rules = set(proposals.values())
                for rule in rules:
                    self.assertTrue(conditions(rule))
                    self.assertNotIn("=FALSE", rule)
                for key, event, (record, _), (_, was), (_, now) in zip(map(parse, (one for one, _ in before)), listed,
                                                                      before, after, patched):
                    if was == "ALLOW":
                        self.assertEqual(now, "ALLOW", (event, record))
                    elif now == "ALLOW":
                        self.assertTrue(any(f"op={event['op']} " in rule and
                                            all(holds(target, set(), *one, event) for one in conditions(rule))
                                            for rule in rules), (event, rules))
                    if key in proposals and fits(event, volume, file):
                        self.assertEqual(now, "ALLOW", (event, proposals[key]))
        self.assertTrue(made or POLICIES < 20)

    def test_eval(self):
        """`ipec eval` answers each record as `ipec replay` answers its group, without the old policy."""
        chance = random.Random(SEED + 5)
        own = ("count", "granted", "first", "last", "comms", "hooks")
        for _ in range(max(POLICIES // 4, 4)):
            target = chance.choice(("linux-6.12", "rfc-v7"))
            option = "--target=" + target
            old, new = Policy(chance, target), Policy(chance, target)
            write("old.pol", old.text())
            write("new.pol", new.text())
            listed = chance.sample(list(events(target)), 40)
            records = [record for record, _ in self.decide("old.pol", [option], listed)]
            write("log", "".join(record + "\n" for record in records))
            found, _ = groups(run("replay", option, "--why", "--output=json", "new.pol", "log").stdout)
            done = run("eval", option, "--trace", "new.pol", "log", check=(0, 1))
            answers = [json.loads(line) for line in done.stdout.splitlines()]
            with self.subTest(seed=SEED, old=old.text(), new=new.text()):
                self.assertEqual(len(answers), len(records))
                for record, answer in zip(records, answers):
                    group = found[parse(record)]
                    self.assertEqual(answer["decision"], group["after"])
                    self.assertEqual({key: value for key, value in answer["record"].items() if key not in own},
                                     {key: value for key, value in group.items() if key not in (*own, "version", "kind")})
                enforced = [answer for answer in answers if answer["granted"] is not True]
                self.assertEqual(done.returncode, 1 if enforced else 0)

    def test_merge(self):
        chance = random.Random(SEED + 2)
        old, new = Policy(chance, "linux-6.12"), Policy(chance, "linux-6.12")
        write("old.pol", old.text())
        write("new.pol", new.text())
        listed = [{**event, "comm": chance.choice("abcdefghijklm"), "time": chance.randint(1, 10**6) / 1000}
                  for event in events("linux-6.12") for _ in range(2)]
        records = [record for record, _ in self.decide("old.pol", [], listed)]
        records += ["kauditd_printk_skb: 3 callbacks suppressed", 'type=1420 audit(1.000:1): ipe_op=EXECUTE ipe_hook=MM', "other"]
        chance.shuffle(records)
        cuts = sorted(chance.sample(range(len(records)), 2))
        parts = [records[:cuts[0]], records[cuts[0]:cuts[1]], records[cuts[1]:]]
        call = ["replay", "--policy=old.pol", "--usage", "--why", "--output=json"]
        write("log", "\n".join(records) + "\n")
        whole = run(*call, "new.pol", "log").stdout
        for number, part in enumerate(parts):
            write(f"log{number}", "\n".join(part) + "\n")
            write(f"result{number}", run(*call, "new.pol", f"log{number}").stdout)
        merge = ["replay", "--merge", "--output=json"]
        for order in itertools.permutations(("result0", "result1", "result2")):
            self.assertEqual(run(*merge, *order).stdout, whole, SEED)
        write("pair", run(*merge, "result1", "result2").stdout)
        self.assertEqual(run(*merge, "result0", "pair").stdout, whole, SEED)
        self.assertEqual(run(*call, "new.pol", "log2", "log0", "log1").stdout, whole, SEED)
        text = run("replay", "--policy=old.pol", "--usage", "--why", "new.pol", "log").stdout
        self.assertEqual(run("replay", "--merge", "result2", "result0", "result1").stdout, text)
        write("other", run("replay", "--output=json", "new.pol", "log0").stdout)
        self.assertIn("another question", run("replay", "--merge", "result0", "other", check=(2,)).stderr)
        for bad in (whole[:-20], whole.replace('"version":1', '"version":2'), whole.rpartition('{"version"')[0], "[]\n", "x"):
            write("bad", bad)
            self.assertTrue(run("replay", "--merge", "bad", check=(2,)).stderr)

    @unittest.skipUnless(shutil.which("openssl"), "no openssl")
    def test_policy_of_each_record(self):
        """Each record is answered with the policy that is active at its place; the first activation names that before it."""
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "key", "-out", "cert", "-subj", "/CN=t"],
                       check=True, stderr=subprocess.DEVNULL, timeout=60)
        os.mkdir("signed")
        prints = ["F" * 64]  # of no file
        for name, fact in (("a", "boot_verified"), ("b", "dmverity_signature")):
            write(name, f"policy_name={name} policy_version=1.0.0\nDEFAULT action=DENY\nop=EXECUTE {fact}=TRUE action=ALLOW\n")
            run("sign", "--certificate=cert", "--key=key", name, "-o", "signed/" + name)
            with open("signed/" + name, "rb") as stream:
                prints.append(hashlib.sha256(stream.read()).hexdigest().upper())
        # By the thumbprint: `b` denies all that `b` denied; of what `a` denied, it allows signed volumes.
        wanted = {None: ("unknown", "no-policy"), prints[0]: ("unknown", "no-policy"), prints[1]: ("depends", None),
                  prints[2]: ("DENY", None)}
        chance = random.Random(SEED + 3)
        active, counts, lines = {}, {}, []
        for serial in range(100):
            # Three machines; no activation of the last one is in the log.
            node = chance.choice("abc")
            if node not in active:
                active[node] = None if node == "c" else chance.choice(prints)
            stamp = f"audit({serial + 1}.000:{serial}): "
            if node != "c" and chance.random() < 0.2:
                following = chance.choice(prints)
                lines.append(f'node={node} type=1421 {stamp}old_active_pol_name="o" old_active_pol_version=1.0.0 '
                             f'old_policy_digest=sha256:{active[node]} new_active_pol_name="n" new_active_pol_version=1.0.0 '
                             f"new_policy_digest=sha256:{following} auid=0 ses=1 lsm=ipe res=1")
                active[node] = following
            else:
                lines.append(f'node={node} type=1420 {stamp}ipe_op=EXECUTE ipe_hook=MMAP enforcing=1 pid=1 comm="x" path="/x" '
                             'dev="dm-0" ino=1 rule="DEFAULT action=DENY"')
                counts[active[node]] = counts.get(active[node], 0) + 1
        for node in "ab":  # so that each has one
            lines.append(f'node={node} type=1421 audit(200.000:200): old_active_pol_name="o" old_active_pol_version=1.0.0 '
                         f'old_policy_digest=sha256:{active.get(node, prints[0])} new_active_pol_name="n" new_active_pol_version=1.0.0 '
                         f"new_policy_digest=sha256:{prints[0]} auid=0 ses=1 lsm=ipe res=1")
        write("log", "\n".join(lines) + "\n")
        listed = [json.loads(line) for line in run("replay", "--policies=signed", "--output=json", "b", "log").stdout.splitlines()]
        found = {(one["thumbprint"] or ":").rpartition(":")[2] or None: one for one in listed[:-1]}
        self.assertEqual({key: one["count"] for key, one in found.items()}, counts, SEED)
        for key, one in found.items():
            self.assertEqual((one["after"], one["reason"]), wanted[key], (SEED, key))
        self.assertEqual(listed[-1]["records"]["unknown"], counts.get(None, 0) + counts.get(prints[0], 0))
        text = run("replay", "--policies=signed", "--usage", "b", "log").stdout
        if counts.get(prints[0]):
            self.assertIn("no file of --policies", text)
        # The rule can decide only records of `a`.
        listed = [json.loads(line) for line in
                  run("replay", "--policies=signed", "--usage", "--output=json", "b", "log").stdout.splitlines()]
        self.assertEqual([(one["line"], one["possible"]) for one in listed[-1]["usage"]], [(3, counts.get(prints[1], 0))], SEED)
        # Records of an earlier start of the machine are not answered with the policy of a later one.
        first = [line for line in lines if line.startswith("node=a type=1420")]
        old = 'node=a type=1420 audit(1.000:90000): ' + first[0].partition("): ")[2]
        write("restarted", "\n".join([old, *lines]) + "\n")
        found = [json.loads(line) for line in run("replay", "--policies=signed", "--output=json", "b", "restarted").stdout.splitlines()]
        self.assertEqual(sum(one["count"] for one in found[:-1] if one["thumbprint"] is None), counts.get(None, 0) + 1, SEED)

    def test_join(self):
        """The records of an event come in any order, with those of other events between them."""
        chance = random.Random(SEED + 5)
        write("new.pol", "policy_name=p policy_version=1.0.0\nDEFAULT action=DENY\n")
        events = []
        for serial in range(200):
            stamp = f"audit(1.000:{serial}):"
            events.append([f'type=1420 {stamp} ipe_op=EXECUTE ipe_hook=MMAP enforcing=1 pid=1 comm="a" path="/{serial}" dev="dm-0" '
                           f'ino=1 rule="DEFAULT action=DENY"',
                           f'type=SYSCALL msg={stamp} arch=c000003e syscall=59 success=no exit=-13 a0=1 a1=2 a2=3 a3=4 items=1 ppid=1 '
                           f'pid=2 auid=0 uid=0 gid=0 euid=0 suid=0 fsuid=0 egid=0 sgid=0 fsgid=0 tty=pts0 ses=1 comm="sh" '
                           f'exe="/bin/{serial}" key=(null)',
                           f'type=PROCTITLE msg={stamp} proctitle="title-{serial}"'])
        lines = []
        for at in range(0, len(events), 10):  # within the distances that are joined
            near = [line for event in events[at:at + 10] for line in event]
            chance.shuffle(near)
            lines += near
        for order in (lines, lines[::-1]):
            write("log", "\n".join(order) + "\n")
            found = [json.loads(line) for line in run("replay", "--output=json", "new.pol", "log").stdout.splitlines()][:-1]
            self.assertEqual(len(found), len(events))
            for one in found:
                serial = one["path"][1:]
                self.assertEqual((one["exes"], one["titles"]), (["/bin/" + serial], ["title-" + serial]), SEED)


    @unittest.skipUnless(shutil.which("openssl"), "no openssl")
    def test_policies(self):
        """Each part of a log gives the answers of `--policy` with the policy that its activation names."""
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "k.pem", "-out", "c.pem", "-subj",
                        "/CN=replay", "-days", "2"], check=True, stderr=subprocess.DEVNULL, timeout=60)
        chance = random.Random(SEED + 4)
        os.mkdir("signed")
        listed = list(events("linux-6.12"))
        new = Policy(chance, "linux-6.12")
        write("new.pol", new.text())
        log, expected, thumbprints = [], {}, []
        for number in range(3):
            name = f"{number}.pol"
            write(name, Policy(chance, "linux-6.12").text())
            subprocess.run(["openssl", "smime", "-sign", "-binary", "-in", name, "-signer", "c.pem", "-inkey", "k.pem", "-noattr",
                            "-nodetach", "-nosmimecap", "-outform", "der", "-out", f"signed/{name}.p7b"], check=True, timeout=60)
            with open(f"signed/{name}.p7b", "rb") as stream:
                thumbprints.append("sha256:" + hashlib.sha256(stream.read()).hexdigest().upper())
            records = [record for record, _ in self.decide(name, [], listed)]
            write("part", "\n".join(records) + "\n")
            found, _ = groups(run("replay", "--policy=" + name, "--output=json", "new.pol", "part").stdout)
            for key, one in found.items():
                expected[(thumbprints[-1], *key)] = {**one, "thumbprint": thumbprints[-1]}
            log += [activation(thumbprints[-1]), *records]
        unknown = "sha256:" + "AB" * 32
        log += [activation(unknown), *records]
        write("log", "\n".join(log) + "\n")
        lines = [json.loads(line) for line in
                 run("replay", "--policies=signed", "--output=json", "new.pol", "log").stdout.splitlines()]
        found = {(one["thumbprint"], one["op"], one["file"] != "none", one["rule"]): one for one in lines[:-1]}
        for key, one in expected.items():
            self.assertEqual(found.pop(key), one, SEED)
        for key, one in found.items():
            self.assertEqual((key[0], one["after"], one["reason"]), (unknown, "unknown", "no-policy"), SEED)
        self.assertEqual(sum(one["count"] for one in found.values()), len(listed))
        self.assertEqual(lines[-1]["activations"], 4)
        text = run("replay", "--policies=signed", "new.pol", "log").stdout
        self.assertIn(f"note: {len(listed)} records under {unknown}, which no file of --policies has\n", text)

    def test_threads(self):
        """Any number of threads gives the result of one, wherever the borders of their blocks are."""
        chance = random.Random(SEED + 6)
        write("new.pol", "policy_name=p policy_version=1.0.0\nDEFAULT action=DENY\nop=EXECUTE boot_verified=TRUE action=ALLOW\n")
        os.mkdir("none")
        samples = []
        for name in sorted(os.listdir(CORPUS)):
            with open(os.path.join(CORPUS, name), "rb") as stream:
                samples.append(stream.read())
        prints = ["sha256:" + digit * 64 for digit in "1234"]

        def line(serial):
            stamp = f"audit({serial}.000:{serial // 3}):"
            kind = chance.random()
            if kind < 0.0005:
                return b"x" * chance.choice((2000, 300_000, 1 << 20, (1 << 20) + 1, 1_500_000))
            if kind < 0.002:
                return (f'type=1421 {stamp} old_active_pol_name="o" old_active_pol_version=1.0.0 old_policy_digest='
                        f'{chance.choice(prints)} new_active_pol_name="n" new_active_pol_version=1.0.0 new_policy_digest='
                        f"{chance.choice(prints)} auid=0 ses=1 lsm=ipe res=1").encode()
            if kind < 0.01:
                return f"audit: audit_lost={chance.choice((3, 5, serial))} audit_rate_limit=0 audit_backlog_limit=64".encode()
            if kind < 0.3:
                return (f'type=SYSCALL msg={stamp} arch=c000003e syscall=59 success=no exit=-13 a0=1 a1=2 a2=3 a3=4 items=1 ppid=1 '
                        f'pid=2 auid=0 uid=0 gid=0 euid=0 suid=0 fsuid=0 egid=0 sgid=0 fsgid=0 tty=pts0 ses=1 comm="sh" '
                        f'exe=2F62696E2F{serial % 7 + 30} key=(null)').encode()
            if kind < 0.5:
                return f"type=PROCTITLE msg={stamp} proctitle=6261{serial % 10 + 60}".encode()
            return (f'type=1420 {stamp} ipe_op=EXECUTE ipe_hook=MMAP enforcing=1 pid=1 comm="a" path="/{chance.randint(0, 300)}" '
                    f'dev="dm-0" ino=1 rule="DEFAULT action=DENY"').encode()

        def log(lines, end):
            return b"\n".join(line(serial) for serial in range(lines)) + end

        logs = {"long": log(12000, b""), "short": log(20, b"\n"), "empty": b"", "one": b"\n", "half": log(1, b"")}
        logs["export"] = log(3000, b"\n") + b"".join(samples[:1]) + b"\n__CURSOR=a\nMESSAGE\n" + log(3000, b"\n") + b"\n"
        logs["samples"] = b"\n".join(one for one in samples if not one.startswith(b"\xff\xfe")) * 5
        logs["packed"] = gzip.compress(logs["long"])
        logs["cut"] = logs["packed"][:-9]
        logs["damaged"] = logs["packed"][:100_000] + b"damaged" + logs["packed"][100_007:]
        for name, text in logs.items():
            with open(name, "wb") as stream:
                stream.write(text)
        names = list(logs)
        for operands in (*([name] for name in names), names, ["short"] * 50, ["short", "missing", "long"]):
            for options in (["--output=json", "--usage"], ["--policies=none", "--why"]):
                outcomes = {}
                for threads in ("1", "2", "7"):
                    done = run("replay", *options, "--threads=" + threads, "new.pol", *operands, check=(0, 2, 3))
                    outcomes[threads] = (done.returncode, done.stdout, done.stderr)
                for threads, outcome in outcomes.items():
                    self.assertEqual(outcome, outcomes["1"], (SEED, operands, options, threads))
        self.assertIn("expected a number from 1 to 64", run("replay", "--threads=0", "new.pol", check=(2,)).stderr)

    def test_many_groups(self):
        """Each path is counted by itself, in any order of the records."""
        chance = random.Random(SEED + 3)
        write("new.pol", "policy_name=p policy_version=1.0.0\nDEFAULT action=DENY\n")
        counts = {f"/usr/bin/tool-{number}": chance.randint(1, 3) for number in range(3000)}
        paths = [path for path, count in counts.items() for _ in range(count)]
        chance.shuffle(paths)
        write("log", "".join(f'type=1420 audit(1.000:{serial}): ipe_op=EXECUTE ipe_hook=MMAP enforcing=1 pid=1 comm="a" path="{path}" '
                             'dev="dm-0" ino=1 rule="DEFAULT action=DENY"\n' for serial, path in enumerate(paths)))
        lines = [json.loads(line) for line in run("replay", "--output=json", "new.pol", "log").stdout.splitlines()]
        self.assertEqual({one["path"]: one["count"] for one in lines[:-1]}, counts, SEED)


if __name__ == "__main__":
    IPEC = os.path.abspath(sys.argv.pop(1))
    if len(sys.argv) > 1 and sys.argv[1].startswith("--policies="):
        POLICIES = int(sys.argv.pop(1).partition("=")[2])
    unittest.main()
