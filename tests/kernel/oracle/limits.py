"""limits: the maximum length of a signed policy, and the names that securityfs accepts."""

from oracle import golden

LONGEST = 65535  # bytes of a signed policy


def of_size(session, size):
    """A text whose signed file has exactly `size` bytes."""
    head = b"policy_name=long policy_version=0.0.0\nDEFAULT action=ALLOW\n#"
    (probe,) = session.sign([head])
    length = len(head) + size - len(probe)
    for _ in range(4):  # DER encodes larger lengths with more bytes
        (signed,) = session.sign([head.ljust(length, b"x")])
        if len(signed) == size:
            return head.ljust(length, b"x"), signed
        length += size - len(signed)
    raise RuntimeError(f"no text gives a signed policy of {size} bytes")


def names():
    good = b"n"
    made = [good * length for length in (1, 254, 255, 256, 300, 4096)]
    made += [b".", b"..", b"...", b"/", b"a/b", b"a/", b"/a" * 200, b"boot", b"new_policy", b".a",
             b"..a", b"\xff" * 255, b"\xff" * 256, b"\xc3\xa9", b'"', b"'", b"\\", b"%s", b"=", b"a=b",
             b"\x01", b"\x0b", b"x\xa0y", b"x\x0by", b"*", b"~"]
    return made


def run(session, _count):
    wrong = 0
    sized = [of_size(session, size) for size in range(LONGEST - 2, LONGEST + 4)]
    sized += [of_size(session, size) for size in (70000, 100000)]
    kernel = session.errnos_signed([signed for _, signed in sized], "limits")
    ipec = session.ipec.check([signed for _, signed in sized], ["boot"], suffix="p7b")
    for (_, signed), real, said in zip(sized, kernel, ipec, strict=True):
        if real != said:
            wrong += 1
            print(f"\nA signed policy of {len(signed)} bytes: the kernel returns {golden.name_of(real)}, "
                  f"ipec {golden.name_of(said)}")
    texts = [b"policy_name=" + name + b" policy_version=1.2.3\nDEFAULT action=DENY\n" for name in names()]
    real = session.errnos(texts, "limits")
    said = session.ipec.check(texts, ["boot"])
    for text, a, b in zip(texts, real, said, strict=True):
        if a != b:
            wrong += 1
            print(f"\nThe kernel returns {golden.name_of(a)}, ipec {golden.name_of(b)}:\n")
            print(golden.of_verdict(text, a, session.kernel))
    return wrong, f"{len(sized)} lengths, {len(texts)} names"
