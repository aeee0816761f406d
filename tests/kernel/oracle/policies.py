"""Random policies: valid ones, and valid ones with modifications.

Everything comes from one random.Random, so a seed gives the same policies again.
"""

OPERATIONS = ["EXECUTE", "FIRMWARE", "KMODULE", "KEXEC_IMAGE", "KEXEC_INITRAMFS", "POLICY", "X509_CERT"]
BOOLEANS = ["boot_verified", "dmverity_signature", "fsverity_signature"]
DIGESTS = ["dmverity_roothash", "fsverity_digest"]
ACTIONS = ["ALLOW", "DENY"]
ALGORITHMS = {"sha1": 40, "sha256": 64, "sha384": 96, "sha512": 128, "md5": 32}

# Insertions into a text: words of other dialects, separators and their look-alikes, limits of every
# number, characters that end a line or the text.
PIECES = [
    b"op=KERNEL_READ", b"op=READ", b"op=KERNEL_MODULE", b"op=IMA_POLICY", b"op=", b"op", b"OP=EXECUTE",
    b"op=execute", b"op=EXECUTE", b"op=UNKNOWN", b"DEFAULT", b"default", b"DEFAULT=", b"DEFAULT DEFAULT",
    b"action=", b"action=ALLOW", b"action=DENY", b"action=Allow", b"action=ALLOW ", b"ACTION=DENY",
    b"boot_verified=", b"boot_verified=true", b"boot_verified", b"boot_verified=TRUE", b"bpf_signature=TRUE",
    b"dmverity_signature=FALSE", b"fsverity_signature=TRUEx", b"dmverity_roothash=", b"dmverity_roothash=:",
    b"dmverity_roothash=sha256:", b"dmverity_roothash=sha256", b"dmverity_roothash=sha256:0",
    b"dmverity_roothash=sha256:0g", b"fsverity_digest=:00", b"fsverity_digest=a:b:cc", b"fsverity_digest=SHA256:AbCd",
    b"fsverity_digest=sha256:00 ", b"fsverity_digest=\xff:ff", b"fsverity_digest=@ROOT_HASH@",
    b"policy_name=other", b"policy_name=", b"policy_name", b"policy_version=1.2.3", b"policy_version=",
    b"policy_version=1.2", b"policy_version=1.2.3.4", b"policy_version=+1.+2.+3", b"policy_version=-1.2.3",
    b"policy_version=65536.0.0", b"policy_version=65535.65535.65535", b"policy_version=0065535.0.0",
    b"policy_version=65536x.0.0", b"policy_version=18446744073709551616x.0.0", b"policy_version=1..3",
    b"policy_version=0x1.2.3", b"policy_version=1.2.3\x0b", b"policy_version=.", b"policy_version=++1.2.3",
    b"#", b"# comment", b"#\r", b"\r", b"\n", b"\r\n", b"\n\n", b"\0", b" ", b"\t", b"\x0b", b"\x0c",
    b"\xa0", b"\x85", b"\x1c", b"=", b"==", b":", b"\"", b"'", b"\"quoted\"", b"\\", b"\\n", b"%s", b"%",
    b"\xc3\xa9", b"\xff", b"\x7f", b"\x01", b"/", b".", b"..",
]


def hexadecimal(rng, length):
    digits = rng.choice(["0123456789abcdef", "0123456789ABCDEF", "0123456789abcdefABCDEF"])
    return "".join(rng.choice(digits) for _ in range(length))


def digest(rng, known):
    """A digest: often that of a file of the guest, else one that no file has."""
    if known and rng.random() < 0.7:
        algorithm, _, value = rng.choice(known).partition(":")
        if rng.random() < 0.3:
            value = value.upper()
        if rng.random() < 0.08:
            algorithm = rng.choice(["sha256", "sha512", "SHA256", ""])
        return f"{algorithm}:{value}"
    algorithm = rng.choice(list(ALGORITHMS))
    length = ALGORITHMS[algorithm] if rng.random() < 0.8 else 2 * rng.randrange(40)
    return f"{algorithm}:{hexadecimal(rng, length)}"


def condition(rng, digests):
    if rng.random() < 0.6:
        return f"{rng.choice(BOOLEANS)}={rng.choice(['TRUE', 'FALSE'])}"
    name = rng.choice(DIGESTS)
    return f"{name}={digest(rng, [d for kind, d in digests if kind == name])}"


def rule(rng, digests, operation=None):
    words = [f"op={operation or rng.choice(OPERATIONS)}"]
    words += [condition(rng, digests) for _ in range(rng.choice([0, 1, 1, 1, 2, 2, 3, 4]))]
    return " ".join(words + [f"action={rng.choice(ACTIONS)}"])


def defaults(rng):
    lines = []
    of_operations = rng.sample(OPERATIONS, rng.randrange(8))
    if rng.random() < 0.8:
        lines.append(f"DEFAULT action={rng.choice(ACTIONS)}")
    else:
        of_operations = OPERATIONS
    return lines + [f"DEFAULT op={operation} action={rng.choice(ACTIONS)}"
                    for operation in of_operations]


def good(rng, name, digests=(), rules=8, version=None):
    """The text of a policy that loads. `digests` are (property, digest) of files that exist."""
    version = version or ".".join(str(rng.choice([0, 1, 7, 65535, rng.randrange(65536)]))
                                  for _ in range(3))
    lines = defaults(rng) + [rule(rng, digests) for _ in range(rng.randrange(rules + 1))]
    if rng.random() < 0.5:
        rng.shuffle(lines)  # defaults may be anywhere; the order of rules is random anyway
    return "\n".join([f"policy_name={name} policy_version={version}"] + lines) + "\n"


def for_operation(rng, name, digests, operation, rules=6):
    """A policy with many rules of one operation, so that they interact."""
    lines = defaults(rng) + [rule(rng, digests, operation) for _ in range(1 + rng.randrange(rules))]
    return "\n".join([f"policy_name={name} policy_version=0.0.0"] + lines) + "\n"


def spaced(rng, text):
    """The same statements with other whitespace, comments and line ends."""
    ends = rng.choice([b"\n", b"\r", b"\r\n", b"\n\n", b"\n#\n"])
    lines = []
    for line in text.encode().split(b"\n"):
        words = line.split(b" ")
        made = words[0] + b"".join(rng.choice([b" ", b"\t", b"  ", b" \t "]) + word
                                   for word in words[1:])
        before = rng.choice([b"", b"", b"", b" ", b"\t\t"])
        after = rng.choice([b"", b"", b"", b" ", b"\t", b"\x0b", b"\xa0", b" # comment", b"#"])
        lines.append(before + made + after)
    return ends.join(lines)


def damaged(rng, text):
    """The bytes with one or a few modifications."""
    for _ in range(rng.choice([1, 1, 1, 2, 3])):
        at = rng.randrange(len(text) + 1)
        kind = rng.randrange(9)
        words = text.split(b" ")
        lines = text.split(b"\n")
        if kind == 0:
            text = text[:at] + rng.choice(PIECES) + text[at:]
        elif kind == 1:
            text = text[:at] + text[at + rng.choice([1, 1, 2, 5]):]
        elif kind == 2:
            text = text[:at] + bytes([rng.randrange(256)]) + text[at + rng.randrange(2):]
        elif kind == 3:
            words[rng.randrange(len(words))] = rng.choice(PIECES)
            text = b" ".join(words)
        elif kind == 4:
            words.insert(rng.randrange(len(words) + 1), rng.choice(PIECES))
            text = b" ".join(words)
        elif kind == 5:
            lines.insert(rng.randrange(len(lines) + 1), rng.choice(lines))
            text = b"\n".join(lines)
        elif kind == 6 and len(lines) > 2:
            del lines[rng.randrange(len(lines))]
            text = b"\n".join(lines)
        elif kind == 7:
            first, second = rng.randrange(len(words)), rng.randrange(len(words))
            words[first], words[second] = words[second], words[first]
            text = b" ".join(words)
        else:
            lines.insert(rng.randrange(len(lines) + 1),
                         b" ".join(rng.choice(PIECES) for _ in range(rng.randrange(1, 5))))
            text = b"\n".join(lines)
    return text


def header(rng):
    """A first line full of edge cases."""
    name = rng.choice([b"boot", b"a/b", b".", b"..", b"...", b"a" * rng.choice([254, 255, 256, 400]),
                       b"\"quoted\"", b"\xff\xfe", b"new_policy", b"p=q", b"%41", b"caf\xc3\xa9",
                       b"\xa0", b"x\x0b", b"\x01"])
    if rng.random() < 0.5:
        return b"policy_name=" + name + b" policy_version=1.2.3\nDEFAULT action=DENY\n"
    numbers = b".".join(rng.choice([b"0", b"1", b"+1", b"007", b"65535", b"65536", b"99999999999999999999",
                                    b"1x", b"", b"-1", b"+", b"0x10", b"1 ", b"\xb2"])
                        for _ in range(rng.choice([1, 2, 3, 3, 3, 3, 3, 4])))
    return b"policy_name=" + name + b" policy_version=" + numbers + b"\nDEFAULT action=DENY\n"


def any_text(rng):
    """One policy of the stream for `parse`."""
    name = f"p{rng.getrandbits(40):010x}"
    choice = rng.random()
    if choice < 0.08:
        return header(rng)
    text = good(rng, name, rules=6)
    if choice < 0.15:
        return text.encode()
    if choice < 0.35:
        return spaced(rng, text)
    if choice < 0.40:
        return b" ".join(rng.choice(PIECES) for _ in range(rng.randrange(8)))
    if choice < 0.70:
        return damaged(rng, text.encode())
    return damaged(rng, spaced(rng, text))
