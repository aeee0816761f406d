"""output: loads the output of `compile --emit=text` together with its source policy. The kernel must accept
it, make the same decisions and, with --keep=audit, write the same records."""

import re

from oracle import actions, evaluate, policies

SHOWN = 3


def cases(session, count):
    """Three cases for each policy: as written, shortened for records, shortened for decisions."""
    rng = session.random("output")
    every = actions.every(session.world)
    made = []
    for number in range(count):
        name = f"o{number:05}"
        if rng.random() < 0.5:
            text = policies.good(rng, name, session.world.digests, 30, version="0.0.0")
        else:
            text = policies.for_operation(rng, name, session.world.digests, rng.choice(
                ["EXECUTE", "FIRMWARE", "KMODULE", "POLICY"]), 12)
        done = rng.sample(every, 50)
        texts = [text.encode()] + [session.ipec.smallest(text.encode(), keep)
                                   for keep in ("audit", "decision")]
        for suffix, part in zip("wad", texts):
            if not part.startswith(b"policy_name=" + name.encode() + b" "):
                raise RuntimeError(f"compile --emit=text begins with {part[:60]}")
            renamed = part.replace(name.encode(), f"{name}{suffix}".encode(), 1)
            made.append(evaluate.Case(name + suffix, renamed, done))
    return made


def facts(answer, with_rule):
    """An answer without details of the task, and optionally without the text of the rule."""
    bodies = []
    for record in answer.records:
        body = re.sub(rb" pid=\d+", b"", record.body)
        if not with_rule:
            body = re.sub(rb' rule=".*action=', b" ", body)
        bodies.append(body)
    return answer.result, bodies


def run(session, count):
    asked = cases(session, count)
    answers = []
    step = evaluate.PER_GUEST // 3 * 3
    for first in range(0, len(asked), step):
        part, _ = evaluate.ask_kernel(session, asked[first:first + step], f"output {first}+")
        answers += part
    wrong = records = 0
    for first in range(0, len(asked), 3):
        written = answers[first]
        records += sum(len(answer.records) for case in answers[first:first + 3] for answer in case)
        for offset, with_rule in ((1, True), (2, False)):
            for action, a, b in zip(asked[first].actions, written, answers[first + offset], strict=True):
                if facts(a, with_rule) == facts(b, with_rule):
                    continue
                wrong += 1
                if wrong <= SHOWN:
                    print(f"\n{action.kind} {action.path}:\n  {a}\n  {b}\nof\n"
                          f"{asked[first].text.decode()}and what was made of it\n"
                          f"{asked[first + offset].text.decode()}")
    saved = sum(len(case.text) for case in asked[::3]), sum(len(case.text) for case in asked[2::3])
    return wrong, (f"{count} policies in three forms, {records} records; "
                   f"--keep=decision made {saved[1]} bytes of {saved[0]}")
