"""parse: new random policies, signed and loaded. Compares the kernel's errno with `ipec check`."""

from collections import Counter

from oracle import golden, policies, progress, reduce

LOADED = ["boot"]  # the guest's boot policy
SHOWN = 3          # disagreements that are reduced and printed


def texts(session, count):
    rng = session.random("parse")
    return [policies.any_text(rng) for _ in range(count)]


def differences(session, asked, title="parse"):
    """(kernel's errno, ipec's) of each text."""
    return list(zip(session.errnos(asked, title), session.ipec.check(asked, LOADED), strict=True))


def run(session, count):
    asked = texts(session, count)
    answers = differences(session, asked)
    wrong = [number for number, (kernel, ipec) in enumerate(answers) if kernel != ipec]
    for number in wrong[:SHOWN]:
        show(session, asked[number])
    counts = Counter(golden.name_of(kernel) for kernel, _ in answers)
    shown = ", ".join(f"{number} {name}" for name, number in counts.most_common())
    return len(wrong), f"{count} policies ({shown})"


def show(session, text):
    progress.say("reducing a disagreement")
    small = reduce.smallest(text, lambda candidates: [
        kernel != ipec for kernel, ipec in differences(session, candidates, "reducing")])
    ((kernel, ipec),) = differences(session, [small], "reduced")
    print(f"\nThe kernel returns {golden.name_of(kernel)}, ipec {golden.name_of(ipec)}:\n")
    print(golden.of_verdict(small, kernel, session.kernel))
