"""eval: policies over real volumes and files. Compares each record of the kernel, byte for byte, with
`ipec eval`, from text and from the compiled table."""

import errno
from dataclasses import dataclass, field

from oracle import actions, golden, guest, policies, progress, reduce, volumes

SHOWN = 3
PER_GUEST = 40  # policies per guest before a new one is booted
COMMS = ["init", "a", "with space", 'qu"ote', "caf\u00e9", "fifteen-bytes-x", "#%@", "\u65e5\u672c\u8a9e"]


@dataclass
class Case:
    """A policy and the actions while it is active."""
    name: str
    text: bytes
    actions: list
    enforcing: bool = True
    success_audit: bool = True
    comm: str = "init"


@dataclass
class Outcome:
    """The kernel's results for one action, and those of ipec."""
    action: actions.Action
    events: list                 # the events that ipec expects, in order
    sent: list                   # bodies of records from the kernel
    expected: list               # bodies of records from ipec
    denied: bool = False        # by the kernel; None: the action does not show it
    expected_denied: bool = False
    texts: list = field(default_factory=list)

    def differs(self):
        return self.sent != self.expected or (self.denied is not None and
                                              self.denied != self.expected_denied)


def cases(session, count):
    rng = session.random("eval")
    every = actions.every(session.world)
    made = []
    for number in range(count):
        name = f"e{number:05}"
        if rng.random() < 0.4:
            text = policies.good(rng, name, session.world.digests, 20, version="0.0.0")
        else:
            operation = rng.choice(["EXECUTE", "EXECUTE", "FIRMWARE", "KMODULE", "KEXEC_IMAGE",
                                    "KEXEC_INITRAMFS", "POLICY"])
            text = policies.for_operation(rng, name, session.world.digests, operation)
        made.append(Case(name, text.encode(), rng.sample(every, 60), rng.random() < 0.8,
                         rng.random() < 0.85, rng.choice(COMMS)))
    return made


def ask_kernel(session, asked, title="eval"):
    """The answers to the actions of each case, and the guest's inode numbers."""
    world = session.world
    commands = guest.Commands()
    set_up = world.set_up(commands)
    paths = [file.path for file in world.files] + [volumes.SCRIPT, volumes.IMAGE]
    inodes = [commands.add("inode", path) for path in paths]
    must, places = list(set_up) + inodes, []
    for number, (case, signed) in enumerate(zip(asked, session.sign([c.text for c in asked]))):
        if number % 5 == 0:
            commands.add("say", f"{number} of {len(asked)} policies")
        must += [commands.add("comm", case.comm), commands.add("load", signed),
                 commands.add("activate", case.name), commands.add("clear"),
                 commands.add("set", "success_audit", "1" if case.success_audit else "0"),
                 commands.add("set", "enforce", "1" if case.enforcing else "0")]
        places.append([commands.add("act", action.kind, action.path) for action in case.actions])
    answers = guest.run(session.kernel, world.initramfs, world.disks(), commands, title)
    volumes.must_succeed([answers[place] for place in must])
    numbers = {path: int(answers[place].more[0]) for path, place in zip(paths, inodes)}
    return [[answers[place] for place in case] for case in places], numbers


def ask_ipec(session, case, answers, inodes):
    """Outcomes of one case's actions, given the kernel's answers."""
    predictor = actions.Predictor(session.world, inodes)
    plans = []
    for action, answer in zip(case.actions, answers, strict=True):
        child = int(answer.more[0]) if answer.more else 0
        plans.append(predictor.steps(action, case.enforcing, case.comm, child))
    events = [step.event for steps in plans for step in steps]
    said = session.ipec.evaluate(case.text, events, case.success_audit)
    if said != session.ipec.evaluate(case.text, events, case.success_audit, compiled=True):
        raise RuntimeError(f"text and table of {case.name} are evaluated differently")
    outcomes, at = [], 0
    for action, answer, steps in zip(case.actions, answers, plans):
        happened, denied = actions.expect(steps, said[at:at + len(steps)])
        at += len(steps)
        outcomes.append(Outcome(
            action, [step.event for step, _ in happened],
            [record.body.decode("utf-8", "surrogateescape") for record in answer.records],
            [s["audit"] for _, s in happened if s["audit"] is not None],
            answer.result == -errno.EACCES if action.kind in actions.TELLS else None, denied,
            [s["audit"] for _, s in happened]))
    return outcomes


def outcomes_of(session, asked, title="eval"):
    made = []
    for first in range(0, len(asked), PER_GUEST):
        part = asked[first:first + PER_GUEST]
        all_answers, inodes = ask_kernel(session, part, f"{title} {first}+")
        for case, answers in zip(part, all_answers):
            made.append(ask_ipec(session, case, answers, inodes))
    return made


def run(session, count):
    asked = cases(session, count)
    made = outcomes_of(session, asked)
    wrong = [(case, outcome) for case, outcomes in zip(asked, made)
             for outcome in outcomes if outcome.differs()]
    for case, outcome in wrong[:SHOWN]:
        show(session, case, outcome.action)
    records = sum(len(outcome.sent) for outcomes in made for outcome in outcomes)
    done = sum(len(case.actions) for case in asked)
    return len(wrong), f"{count} policies, {done} actions, {records} records"


def show(session, case, action):
    progress.say("reducing a disagreement")

    def outcomes(texts):
        good = [error == 0 for error in session.errnos(texts, "reducing")]
        # Each candidate has its own name, since they are loaded in sequence.
        renamed = [Case(f"r{number:05}", text.replace(case.name.encode(), b"r%05d" % number, 1),
                        [action], case.enforcing, case.success_audit, case.comm)
                   for number, text in enumerate(texts)]
        usable = [c for c, ok in zip(renamed, good) if ok and f"policy_name={c.name} ".encode() in c.text]
        got = {c.name: o[0] for c, o in zip(usable, outcomes_of(session, usable, "reducing"))}
        return [got.get(c.name) for c in renamed]

    small = reduce.smallest(case.text, lambda texts: [
        outcome is not None and outcome.differs() for outcome in outcomes(texts)])
    (outcome,) = outcomes([small])
    print(f"\n{action.kind} {action.path}: the kernel sends\n  " + "\n  ".join(outcome.sent or ["nothing"])
          + "\nipec expects\n  " + "\n  ".join(outcome.expected or ["nothing"]) + "\n")
    name = b"r00000"
    small = small.replace(case.name.encode(), name, 1)
    for place, event in enumerate(outcome.events):
        record = outcome.sent[place] if place < len(outcome.sent) else None
        status = 1 if record and record.endswith('action=DENY"') and event["enforcing"] else 0
        print(golden.of_record(small, event, record, case.success_audit, status, session.kernel))
