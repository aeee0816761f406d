"""Reduces a disagreement: removes as much of a policy as possible while it still disagrees."""

ROUNDS = 40  # each costs one boot of the guest


def _pieces_away(parts, count):
    """`parts` without one of `count` sections of equal length, for each section."""
    size = max(1, -(-len(parts) // count))
    for first in range(0, len(parts), size):
        yield parts[:first] + parts[first + size:]


def _reduce_parts(parts, join, differ, rounds):
    count = 2
    while len(parts) > 1 and rounds > 0:
        candidates = list(_pieces_away(parts, count))
        rounds -= 1
        verdicts = differ([join(candidate) for candidate in candidates])
        smaller = next((c for c, bad in zip(candidates, verdicts, strict=True) if bad), None)
        if smaller is not None:
            parts, count = smaller, max(2, min(count, len(smaller)))
        elif count >= len(parts):
            break
        else:
            count = min(2 * count, len(parts))
    return parts, rounds


def smallest_list(parts, differ):
    """The shortest list found. `differ` returns for each of several lists whether it still disagrees."""
    if parts and differ([[]])[0]:
        return []
    return _reduce_parts(parts, list, differ, ROUNDS)[0]


def smallest(text, differ):
    """The smallest text found. `differ` returns for each of several texts (bytes) whether it still disagrees."""
    rounds = ROUNDS
    for separator in (b"\n", b" "):
        parts, rounds = _reduce_parts(text.split(separator), separator.join, differ, rounds)
        text = separator.join(parts)
    if len(text) <= 400:
        parts, rounds = _reduce_parts([bytes([b]) for b in text], b"".join, differ, rounds)
        text = b"".join(parts)
    return text
