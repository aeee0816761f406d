"""life: policies are loaded, activated, updated and deleted in valid and invalid orders.

The expected errno of a load comes from `ipec check` (with the loaded names), records come from the
runtime library, and the results of the other calls from the model below. The model follows the kernel's
documentation section by section.
"""

import errno
import hashlib
import re
from dataclasses import dataclass

from oracle import golden, guest, policies, progress, reduce

LIVES = 12      # number of guests, each starting with the boot policy
CALLS = 120     # calls in one life
NAMES = ["alpha", "beta", "g\u00e4mma", "d=elta", '"epsilon"']
BOOT = "boot"
NOTHING = hashlib.sha256(b"").hexdigest().upper()
HEADER = re.compile(rb"\s*policy_name=(\S+)\s+policy_version=([0-9.]+)")


@dataclass
class Loaded:
    name: str
    version: tuple
    digest: str  # of the signed file; a boot policy has none

    def words(self):
        return f"{guest.escape(self.name)} {'.'.join(map(str, self.version))} {self.digest}"


class Model:
    """The state of the kernel, and the result of each call."""

    def __init__(self, ipec):
        self._ipec = ipec
        self.policies = {BOOT: Loaded(BOOT, (0, 0, 0), NOTHING)}
        self.active = BOOT
        self.enforcing = True

    def load(self, text, signed):
        (result,) = self._ipec.check([text], list(self.policies))
        if result:
            return result, []
        made = self._read(text, signed)
        self.policies[made.name] = made
        return 0, [f"load {made.words()}"]

    def _read(self, text, signed):
        name, version = HEADER.match(text).groups()
        return Loaded(name.decode("utf-8", "surrogateescape"),
                      tuple(int(part) for part in version.split(b".")), self._ipec.thumbprint(signed))

    def update(self, name, text, signed):
        if name not in self.policies:
            return -errno.ENOENT, []
        (result,) = self._ipec.check([text])
        if result:
            return result, []
        made, old = self._read(text, signed), self.policies[name]
        if made.name != name:
            return -errno.EINVAL, []
        if made.version <= old.version:
            return -errno.ESTALE, []
        self.policies[name] = made
        records = [f"load {made.words()}"]
        if self.active == name:
            records.append(f"activate {old.words()} {made.words()}")
        return 0, records

    def activate(self, name):
        if name not in self.policies:
            return -errno.ENOENT, []
        if name == self.active:
            return 0, []
        old, made = self.policies[self.active], self.policies[name]
        if made.version < old.version:
            return -errno.EINVAL, []
        self.active = name
        return 0, [f"activate {old.words()} {made.words()}"]

    def delete(self, name):
        if name not in self.policies:
            return -errno.ENOENT, []
        if name == self.active:
            return -errno.EPERM, []
        del self.policies[name]
        return 0, []

    def set_mode(self, enforcing):
        if enforcing == self.enforcing:
            return 0, []
        self.enforcing = enforcing
        # The kernel opens a record, sends the mode in another one, and then sends the empty one that it opened.
        return 0, [f"mode {int(enforcing)} {int(not enforcing)}", "empty"]


def random_text(rng):
    version = f"{rng.choice([0, 0, 1, 2])}.{rng.randrange(3)}.{rng.choice([0, 1, 65535])}"
    text = policies.good(rng, rng.choice(NAMES), (), 2, version).encode()
    if rng.random() < 0.15:
        lines = text.split(b"\n")  # the header does not change, so that the name can be read
        text = lines[0] + b"\n" + policies.damaged(rng, b"\n".join(lines[1:]))
    return text


def random_call(rng):
    verb = rng.choice(["load"] * 4 + ["update"] * 4 + ["activate"] * 4 + ["delete", "set"])
    if verb == "load":
        return verb, random_text(rng)
    if verb == "update":
        return verb, rng.choice(NAMES), random_text(rng)
    if verb == "set":
        return verb, rng.choice(["0", "1"])
    return verb, rng.choice(NAMES + [BOOT])


@dataclass
class Answered:
    """One call, the kernel's answer, and the model's answer."""
    call: tuple
    result: int
    sent: list
    expected: int
    made: list

    def differs(self):
        return (self.result, self.sent) != (self.expected, self.made)


def live(session, calls, title):
    """One life of the guest, starting with the boot policy."""
    texts = list({call[-1] for call in calls if isinstance(call[-1], bytes)})
    signed = dict(zip(texts, session.sign(texts)))
    commands = guest.Commands()
    for call in calls:
        arguments = [signed.get(part, part) for part in call[1:]]
        commands.add(call[0], *(["enforce"] if call[0] == "set" else []), *arguments)
    answers = guest.run(session.kernel, session.world.initramfs, [], commands, title)

    model, expected = Model(session.ipec), []
    for call in calls:
        if call[0] == "load":
            expected.append(model.load(call[1], signed[call[1]]))
        elif call[0] == "update":
            expected.append(model.update(call[1], call[2], signed[call[2]]))
        elif call[0] == "activate":
            expected.append(model.activate(call[1]))
        elif call[0] == "delete":
            expected.append(model.delete(call[1]))
        else:
            expected.append(model.set_mode(call[1] == "1"))
    asked = [record for _, records in expected for record in records if record != "empty"]
    bodies = iter(session.ipec.records(asked))
    return [Answered(call, answer.result, [b"%d %b" % (record.type, record.body) for record in answer.records],
                     result, [b"1404 " if name == "empty" else next(bodies) for name in names])
            for call, answer, (result, names) in zip(calls, answers, expected, strict=True)]


def show(session, calls):
    """The shortest life found that still ends in a disagreement, call by call."""
    progress.say("reducing a disagreement")

    def differ(lives):
        return [live(session, some, "reducing")[-1].differs() for some in lives]

    last = calls[-1]
    before = reduce.smallest_list(calls[:-1], lambda lives: differ([[*some, last] for some in lives]))
    answered = live(session, [*before, last], "reduced")
    print(f"\nAfter the boot policy, which is `{BOOT}` 0.0.0 and enforced:")
    for one in answered:
        print(f"  {one.call[0]} {' '.join(map(repr, one.call[1:]))}")
    print(f"the kernel answers {answered[-1].result} {answered[-1].sent}\n"
          f"expected           {answered[-1].expected} {answered[-1].made}")
    if last[0] == "load" and answered[-1].result != answered[-1].expected and len(answered) == 1:
        print(golden.of_verdict(last[1], answered[-1].result, session.kernel))


def rejected_signatures(session):
    """The kernel rejects damaged files and files not signed by a trusted key."""
    (signed,) = session.sign([b"policy_name=s policy_version=0.0.0\nDEFAULT action=ALLOW\n"])
    commands = guest.Commands()
    commands.add("load", signed.replace(b"DEFAULT", b"default"))
    commands.add("load", signed)
    answers = guest.run(session.kernel, session.world.initramfs, [], commands, "life")
    expected = [-errno.EKEYREJECTED, 0]
    wrong = [answer.result for answer in answers] != expected
    if wrong:
        print(f"\nA changed and an untouched policy: {answers}, expected {expected}")
    return int(wrong)


def run(session, _count):
    rng = session.random("life")
    wrong, calls, records = rejected_signatures(session), 2, 1
    for number in range(LIVES):
        life = [random_call(rng) for _ in range(CALLS)]
        answered = live(session, life, f"life {number}")
        differing = [place for place, one in enumerate(answered) if one.differs()]
        if differing and wrong == 0:
            show(session, life[:differing[0] + 1])
        wrong, calls = wrong + len(differing), calls + len(answered)
        records += sum(len(one.sent) for one in answered)
    return wrong, f"{calls} calls, {records} records"
