"""life: policies are loaded, activated, updated and deleted in valid and invalid orders.

Each life is a guest of its own, because a kernel never goes back to a lower version. The expected errno and records of
its calls come from one call of `ipec rollout`, whose steps are the life.
"""

import errno
from dataclasses import dataclass

from oracle import golden, guest, policies, progress, reduce
from oracle.kernel import BOOT_POLICY

CALLS = 60  # in one life
NAMES = ["alpha", "beta", "g\u00e4mma", "d=elta", '"epsilon"']
BOOT = "boot"


def random_text(rng):
    version = f"{rng.choice([0, 0, 1, 2])}.{rng.randrange(3)}.{rng.choice([0, 1, 65535])}"
    text = policies.good(rng, rng.choice(NAMES), (), 2, version).encode()
    if rng.random() < 0.15:
        lines = text.split(b"\n")  # the header does not change, so that the name can be read
        text = lines[0] + b"\n" + policies.damaged(rng, b"\n".join(lines[1:]))
    return text


def random_call(rng):
    """Whether the writer has the capability CAP_MAC_ADMIN, the verb and its arguments."""
    return rng.random() < 0.94, *random_write(rng)


def random_write(rng):
    verb = rng.choice(["load"] * 4 + ["update"] * 4 + ["activate"] * 4 + ["delete", "set"])
    if verb == "load":
        return verb, random_text(rng)
    if verb == "update":
        return verb, rng.choice(NAMES), random_text(rng)
    if verb == "set":
        return verb, rng.choice(["enforce", "success_audit"]), rng.choice(["0", "1"])
    return verb, rng.choice(NAMES + [BOOT])


def step_of(call, files):
    """A call as a step of `ipec rollout`."""
    is_capable, verb, *rest = call
    step = {"load": lambda: f"new:{files[rest[0]]}",
            "update": lambda: f"update={rest[0]}:{files[rest[1]]}",
            "set": lambda: f"{rest[0]}:{rest[1]}"}.get(verb, lambda: f"{verb}:{rest[0]}")()
    return step if is_capable else f"user:{step}"


@dataclass
class Answered:
    """One call, the kernel's answer, and that of `ipec rollout`."""
    call: tuple
    result: int
    sent: list
    expected: int
    made: list

    def differs(self):
        return (self.result, self.sent) != (self.expected, self.made)


def live(session, calls, title):
    """One life of a guest, starting with the boot policy."""
    texts = list({call[-1] for call in calls if isinstance(call[-1], bytes)})
    signed = dict(zip(texts, session.sign(texts)))
    commands, places = guest.Commands(), []
    for is_capable, verb, *rest in calls:
        if not is_capable:
            commands.add("capable", "0")
        places.append(commands.add(verb, *(signed.get(part, part) for part in rest)))
        if not is_capable:
            commands.add("capable", "1")
    answers = guest.run(session.kernel, session.world.initramfs, [], commands, title)

    files = {text: f"{number}.p7b" for number, text in enumerate(texts)}
    session.ipec.write({name: signed[text] for text, name in files.items()})
    expected = session.ipec.rollout(BOOT_POLICY, [step_of(call, files) for call in calls])
    return [Answered(call, answers[place].result,
                     [b"%d %b" % (record.type, record.body) for record in answers[place].records], result, records)
            for call, place, (result, records) in zip(calls, places, expected, strict=True)]


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
        print(f"  {'' if one.call[0] else 'user '}{' '.join(map(repr, one.call[1:]))}")
    print(f"the kernel answers {answered[-1].result} {answered[-1].sent}\n"
          f"expected           {answered[-1].expected} {answered[-1].made}")
    if last[1] == "load" and answered[-1].result != answered[-1].expected and len(answered) == 1:
        print(golden.of_verdict(last[2], answered[-1].result, session.kernel))


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


def run(session, count):
    rng = session.random("life")
    wrong, records = rejected_signatures(session), 1
    for number in range(count):
        life = [random_call(rng) for _ in range(CALLS)]
        answered = live(session, life, f"life {number} of {count}")
        differing = [place for place, one in enumerate(answered) if one.differs()]
        if differing and wrong == 0:
            show(session, life[:differing[0] + 1])
        wrong += len(differing)
        records += sum(len(one.sent) for one in answered)
    return wrong, f"{count} lives of {CALLS} calls, {records} records"
