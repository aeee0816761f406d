"""replay: pairs of policies over real volumes. The records that the kernel sends under the first policy go through ausearch, a journal
and a kernel log to `ipec replay`, which answers for the second policy. The three give one result. Then the kernel decides the same
events under the second policy: an answer that is certain is that decision. Where it depends, an event of each decision gives the
record, by `ipec eval`, which the program `eval` compares with the kernel."""

import importlib.util
import pathlib
import re
import tempfile

from oracle import diff, evaluate, kernel, progress

SHOWN = 3
RECORD = re.compile(r'ipe_op=(\w+) ipe_hook=(\w+) enforcing=\d pid=\d+ comm=("[^"]*"|[0-9A-F]+) '
                    r'path=(\?|"[^"]*"|[0-9A-F]+) dev=(\?|"[^"]*"|[0-9A-F]+) ino=(?:\?|\d+) rule="(.*)"$')
CERTAIN = ("ALLOW", "DENY")


def load_forms():
    """The programs that are not ours, and the texts that they read: those of a test of logs."""
    path = kernel.DIRECTORY.parent / "command/records_judges_test.py"
    spec = importlib.util.spec_from_file_location("records_judges_test", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def logs_of(forms, bodies):
    """The same records, after ausearch, journald's own programs, and in a kernel log."""
    rows = [(1700000000000 + serial * 13, serial, 1420, body) for serial, body in enumerate(bodies, 1)]
    with tempfile.TemporaryDirectory(prefix="ipec-logs-") as directory:
        log, journal = pathlib.Path(directory, "audit.log"), pathlib.Path(directory, "audit.journal")
        log.write_bytes(forms.audit_log(rows))
        forms.run([forms.tool(*forms.JOURNAL_REMOTE), f"--output={journal}", "-"], forms.export(rows, False))
        return {"ausearch --raw": forms.run([forms.tool("ausearch"), "-m", "1420", "--raw", "-if", str(log)]),
                "journalctl -o json": forms.run([forms.tool("journalctl"), "--file", str(journal), "--all", "--output=json"]),
                "kernel log": forms.kernel_log(rows)}


def word(token):
    """The bytes of a value that the kernel quotes, or prints in hex."""
    return token[1:-1].encode() if token[0] == '"' else bytes.fromhex(token)


def name_of(body):
    """The fields that equal records share: operation, kind of file, path, deleted, device, program of an event without a file, rule."""
    operation, _, comm, path, device, rule = RECORD.match(body).groups()
    if path == "?":
        return operation, "none", None, False, None, word(comm), rule
    if path == '"<too_long>"':
        return operation, "too-long", None, False, word(device), None, rule
    name = word(path)
    deleted = name.endswith(b" (deleted)")
    return operation, "named", name.removesuffix(b" (deleted)"), deleted, word(device), None, rule


def name_of_group(group):
    path, device, comm = (None if group[key] is None else group[key].encode("utf-8", "surrogateescape") for key in ("path", "dev", "comm"))
    return group["op"], group["file"], path, group["deleted"], device, comm, group["rule"]


def inventory_of(world):
    """The inventory that `ipec scan` would make of the guest: volumes by the names of their devices."""
    found = {file.device: file.facts["dmverity"] for file in world.files if "dmverity" in file.facts and file.device.startswith("dm-")}
    if not found:
        raise RuntimeError("no volume has the name of a device")
    volumes = [{"name": device, "roothash": facts["roothash"], "signed": facts["signed"], "certificate_sha256": None, "blocks": None,
                "source": "guest", "checked": "none"} for device, facts in sorted(found.items())]
    return {"version": 1, "volumes": volumes, "files": [], "cmdline": None}


def decisions_of(answers):
    """The actions by (operation, path, device) of the kernel's records."""
    found = {}
    for body in bodies_of(answers):
        operation, _, _, path, device, rule = RECORD.match(body).groups()
        found.setdefault((operation, path, device), set()).add(rule.rpartition("=")[2])
    return found


def bodies_of(answers):
    return [record.body.decode("ascii") for answer in answers for record in answer.records]


class Compared:
    """The results of all pairs."""

    def __init__(self, session, forms):
        self.session, self.forms = session, forms
        self.inventory = inventory_of(session.world)
        self.records = self.wrong = self.certain = self.depends = self.both = 0

    def fail(self, texts, why):
        self.wrong += 1
        if self.wrong <= SHOWN:
            progress.clear()
            print(f"\n{texts[0]}---\n{texts[1]}{why}")

    def compare(self, cases, answers):
        """A pair: both cases, and what the kernel answered."""
        texts = [case.text.decode() for case in cases]
        bodies = bodies_of(answers[0])
        after = decisions_of(answers[1])
        logs = logs_of(self.forms, bodies)
        self.records += len(bodies)
        for inventory in (None, self.inventory):
            results = {form: self.session.ipec.replay(cases[0].text, cases[1].text, log, inventory) for form, log in logs.items()}
            groups = results["kernel log"]
            for form, result in results.items():
                if result != groups:
                    self.fail(texts, f"the kernel log gives another result than {form}:\n{groups}\n{result}")
            named = {name_of_group(group): group for group in groups}
            self.check_witnesses(cases, texts, groups)
            together = {}
            for body in bodies:
                operation, _, _, path, device, rule = RECORD.match(body).groups()
                group = named.get(name_of(body))
                if group is None:
                    self.fail(texts, f"no group has the record {body}")
                    continue
                actual = after.get((operation, path, device), set())  # empty: an earlier step was denied
                together.setdefault((operation, path == "?", rule), (group, set()))[1].update(actual)
                if group["after"] in CERTAIN:
                    self.certain += 1
                    if actual - {group["after"]}:
                        self.fail(texts, f"the kernel decides {actual}, not {group['after']}, after\n{body}")
                elif group["after"] == "depends":
                    self.depends += 1
                else:
                    self.fail(texts, f"the answer is {group['after']}, {group['reason']}, after\n{body}")
            # Without an inventory, records with the same statement have the same answer.
            for group, actual in together.values() if inventory is None else ():
                self.both += len(actual) == 2
                if len(actual) == 2 and group["after"] != "depends":
                    self.fail(texts, f"the kernel decides both ways, but the answer is {group}")
            if sum(group["count"] for group in groups) != len(bodies):
                self.fail(texts, f"{len(bodies)} records, but groups count {[group['count'] for group in groups]}")

    def check_witnesses(self, cases, texts, groups):
        """An event of each statement in an answer gives the record and the decision."""
        shown = [(group, one) for group in groups for one in group["statements"]]
        events = [{**one["witness"], **({} if group["file"] == "none" else {"file": {"path": "/x"}})} for group, one in shown]
        if not events:
            return
        old, new = (self.session.ipec.evaluate(case.text, events, True) for case in cases)
        for (group, one), was, now in zip(shown, old, new):
            if (was["rule"]["text"], now["decision"]) != (group["rule"], one["action"]):
                self.fail(texts, f"the witness {one['witness']} gives {was['rule']} and {now['decision']}, not {group}")
        for group in groups:
            actions = {one["action"] for one in group["statements"]}
            if len(actions) != (2 if group["after"] == "depends" else 1):
                self.fail(texts, f"{actions} are the decisions of {group}")


def run(session, count):
    asked = diff.cases(session, count)
    for case in asked:
        case.enforcing = False  # so that a denial ends no action, and every event is decided under both policies
    compared = Compared(session, load_forms())
    for first in range(0, len(asked), evaluate.PER_GUEST):
        part = asked[first:first + evaluate.PER_GUEST]
        answers, _ = evaluate.ask_kernel(session, part, f"replay {first}+")
        for at in range(0, len(part), 2):
            compared.compare(part[at:at + 2], answers[at:at + 2])
    if not (compared.certain and compared.depends):
        raise RuntimeError("no answer was compared")
    return compared.wrong, (f"{count} pairs of policies, {compared.records} records in three forms, with and without an inventory: "
                            f"{compared.certain} certain answers, {compared.depends} that depend; "
                            f"the kernel decided both ways for {compared.both} of the statements")
