"""matrix: policies over real volumes. Compares the statement that each record of the kernel quotes with the cell of
`ipec matrix` for the operation and the place of the file: the answer, or for files with fs-verity also an exception."""

import re

from oracle import evaluate, progress, volumes

SHOWN = 3
RECORD = re.compile(rb'ipe_op=(\w+) ipe_hook=\w+ .* path=(\?|"[^"]*"|[0-9A-F]+) dev=.* rule="(.*)"$', re.S)
DIGEST = re.compile(r"^(\w+)=([^:]*):([0-9A-Fa-f]*)$")


def quoted(statement):
    """A statement of a policy, as a record quotes it."""
    words = []
    for word in statement.split():
        match = DIGEST.match(word)
        words.append(f'{match[1]}="{match[2]}":{match[3].upper()}' if match else word)
    return " ".join(words)


def inventory_of(world):
    """The guest's volumes, as `ipec scan` would find them."""
    found = {file.facts["dmverity"]["roothash"]: file.facts["dmverity"]["signed"]
             for file in world.files if "dmverity" in file.facts}
    made = [{"name": f"v{number}", "roothash": roothash, "signed": signed, "certificate_sha256": None, "blocks": None,
             "source": "guest", "checked": "none"} for number, (roothash, signed) in enumerate(sorted(found.items()))]
    return {"version": 1, "volumes": made, "files": [], "cmdline": None}


def facts_by_path(world):
    """The facts of each file by the paths that records print."""
    found = {volumes.SCRIPT: {"boot_verified": True}, volumes.IMAGE: {"boot_verified": True}}
    for file in world.files:
        found[file.shown] = file.facts
        if file.below:
            found.setdefault(file.below[0], file.facts)
    return {path.encode("utf-8", "surrogateescape"): facts for path, facts in found.items()}


def place_of(facts):
    """The place of a file, and the root hash of its volume. None: without a file."""
    if facts is None:
        return "no-file", None
    if facts.get("boot_verified"):
        return "initramfs", None
    if "dmverity" in facts:
        return "volume", facts["dmverity"]["roothash"]
    return "plain", None


def cell_of(document, facts, operation):
    for row in document["places"]:
        if (row["place"], (row["dmverity"] or {}).get("roothash")) == place_of(facts):
            return row["cells"][operation]
    raise RuntimeError(f"no row for {facts}")


def wrong_about(record, document, paths):
    """Why a record disagrees with the matrix; nothing if it does not."""
    operation, path, rule = RECORD.match(record).groups()
    if path == b"?":
        facts = None
    else:
        name = path[1:-1] if path[:1] == b'"' else bytes.fromhex(path.decode())
        if name not in paths:  # cut, or of a kind that the guest has no facts for
            return "skipped"
        facts = paths[name]
    cell = cell_of(document, facts, operation.decode())
    if cell is None:
        return "the matrix has no cell"
    claims = [cell] + (cell["exceptions"] if facts and "fsverity" in facts else [])
    said = [quoted(claim["rule"]["text"]) for claim in claims]
    if rule.decode("utf-8", "surrogateescape") in said or (len(claims) > 1 and cell["more_exceptions"]):
        return None
    return f"the matrix has {said}"


def run(session, count):
    asked = evaluate.cases(session, count)
    for case in asked:
        case.enforcing, case.success_audit = True, True
    inventory, paths = inventory_of(session.world), facts_by_path(session.world)
    wrong, records, places = 0, 0, set()
    for first in range(0, len(asked), evaluate.PER_GUEST):
        part = asked[first:first + evaluate.PER_GUEST]
        all_answers, _ = evaluate.ask_kernel(session, part, f"matrix {first}+")
        for case, answers in zip(part, all_answers):
            document = session.ipec.matrix(case.text, inventory)
            for record in (record.body for answer in answers for record in answer.records):
                why = wrong_about(record, document, paths)
                if why == "skipped":
                    continue
                records += 1
                operation, path, _ = RECORD.match(record).groups()
                places.add((operation, path))
                if why:
                    wrong += 1
                    if wrong <= SHOWN:
                        progress.clear()
                        print(f"\n{case.text.decode()}\nthe kernel sends\n  {record.decode('utf-8', 'replace')}\n{why}")
    if not records:
        raise RuntimeError("no record was compared")
    return wrong, f"{count} policies, {records} records of {len(places)} operations and files"
