"""diff: pairs of policies over real volumes. For each operation, hook and file, the statements that the kernel's records quote
under both policies are those of the difference of `ipec diff` that the file falls into; without one, they are the same."""

from oracle import actions, evaluate, matrix, policies, progress

SHOWN = 3
RESULTS = {("DENY", "ALLOW"): "looser", ("ALLOW", "DENY"): "tighter"}


def changed(rng, text):
    """The policy after a small change: a statement is moved, deleted or has the other action."""
    header, *lines = text.splitlines()
    rules = [number for number, line in enumerate(lines) if line.startswith("op=")]
    if not rules:
        return text
    number = rng.choice(rules)
    kind = rng.choice(["move", "delete", "flip"])
    line = lines[number] if kind == "flip" else lines.pop(number)
    if kind == "flip":
        start, _, action = line.rpartition("=")
        lines[number] = f"{start}={'DENY' if action == 'ALLOW' else 'ALLOW'}"
    elif kind == "move":
        lines.insert(rng.randrange(len(lines) + 1), line)
    return "\n".join([header, *lines]) + "\n"


def cases(session, count):
    """Two cases for each pair, with the same actions."""
    rng = session.random("diff")
    every = actions.every(session.world)
    made = []
    for number in range(count):
        names = [f"d{number:05}{suffix}" for suffix in "ab"]
        operation = rng.choice(["EXECUTE", "EXECUTE", "FIRMWARE", "KMODULE", "KEXEC_IMAGE", "KEXEC_INITRAMFS", "POLICY"])
        texts = [policies.for_operation(rng, name, session.world.digests, operation, 12) for name in names]
        if rng.random() < 0.5:
            texts[1] = changed(rng, texts[0]).replace(names[0], names[1], 1)
        done = rng.sample(every, 60)
        made += [evaluate.Case(name, text.encode(), done) for name, text in zip(names, texts)]
    return made


def records_of(answers):
    """The rules that decide, as the kernel quotes them, by operation and path."""
    found = {}
    for record in (record.body for answer in answers for record in answer.records):
        operation, path, rule = matrix.RECORD.match(record).groups()
        known = found.setdefault((operation.decode(), path), rule.decode("utf-8", "surrogateescape"))
        if known != rule.decode("utf-8", "surrogateescape"):
            raise RuntimeError(f"two rules decide {operation} of {path}: {known} and {rule}")
    return found


def fits(kind, facts, texts, operation):
    """Whether a file belongs to a kind of files in `where`: True, False, or None if it depends on the digest."""
    if kind["boot_verified"] != facts.get("boot_verified", False):
        return False
    answer = True
    for place, key in (("dmverity", "roothash"), ("fsverity", "digest")):
        wanted, given = kind[place], facts.get(place)
        if (wanted is None) != (given is None):
            return False
        if wanted is None:
            continue
        if wanted["signed"] != given["signed"]:
            return False
        named = any(given[key].lower() in line.lower() for text in texts for line in text.splitlines()
                    if line.startswith(f"op={operation} "))
        # A rule that never matches does not name its digest.
        if wanted[key] == "several" or (wanted[key] == "other" and named):
            answer = None
        elif wanted[key] not in ("other", given[key].lower()):
            return False
    return answer


def wrong_about(document, texts, asked, rules, paths):
    """Why the differences disagree with the kernel; nothing if they do not."""
    operation, path = asked
    if path == b"?":
        facts = {}
    else:
        name = path[1:-1] if path[:1] == b'"' else bytes.fromhex(path.decode())
        if name not in paths:  # cut, or of a kind that the guest has no facts for
            return "skipped"
        facts = paths[name]
    actual = [rule.rpartition("=")[2] for rule in rules]
    shown = []
    for difference in document["differences"]:
        if difference["op"] != operation:
            continue
        answers = [fits(kind, facts, texts, operation) for kind in difference["where"]]
        said = [difference[side]["rule"]["text"] for side in ("before", "after")]
        if said == list(rules) and any(answer is not False for answer in answers):
            expected = RESULTS.get(tuple(actual), "records")
            return None if difference["direction"] == expected else f"diff says {difference['direction']}, not {expected}"
        if any(answers):
            return f"diff says that {said} decide"
        shown.append(said)
    return None if rules[0] == rules[1] else f"diff has no such difference among {shown}"


def run(session, count):
    asked = cases(session, count)
    paths = matrix.facts_by_path(session.world)
    wrong, compared, differing = 0, 0, 0
    for first in range(0, len(asked), evaluate.PER_GUEST):
        part = asked[first:first + evaluate.PER_GUEST]
        answers, _ = evaluate.ask_kernel(session, part, f"diff {first}+")
        for before, after, old, new in zip(part[::2], part[1::2], answers[::2], answers[1::2]):
            document = session.ipec.diff(before.text, after.text)
            texts = [case.text.decode() for case in (before, after)]
            olds, news = records_of(old), records_of(new)
            for key in sorted(olds.keys() & news.keys()):
                rules = olds[key], news[key]
                why = wrong_about(document, texts, key, rules, paths)
                if why == "skipped":
                    continue
                compared += 1
                differing += rules[0] != rules[1]
                if why:
                    wrong += 1
                    if wrong <= SHOWN:
                        progress.clear()
                        print(f"\n{texts[0]}---\n{texts[1]}{key}: the kernel quotes {rules}\n{why}")
    if not differing:
        raise RuntimeError("no difference was compared")
    return wrong, f"{count} pairs of policies, {compared} decisions, {differing} by another statement than before"
