"""Kinds of large policies, for growth.py: one function each, from a number of statements to lines.

This file has rules that a kernel accepts; growth_text.py has the text around and between rules, and
growth_broken.py has statements that no kernel accepts. @kind turns a function into a kind of the same name. The name
and one line of a kind must show what grows. Its lines follow the header and the DEFAULT; with `whole=True` they are
the whole file. `target` is the target to check for; a policy that no kernel accepts has `accepted=False` and is not
compiled.
"""

import random
from typing import Callable, NamedTuple

HEADER = "policy_name=growth policy_version=1.0.0"
DENY = "DEFAULT action=DENY"
MASK = 2**64 - 1


class Kind(NamedTuple):
    name: str
    lines: Callable
    target: str
    accepted: bool
    whole: bool

    def policy(self, count):
        lines = list(self.lines(count))
        if not self.whole:
            lines = [HEADER, DENY, *lines]
        return ("\n".join(lines) + "\n").encode("utf-8", "surrogateescape")


KINDS = {}


def add(name, lines, target="linux-6.12", accepted=True, whole=False):
    assert name not in KINDS, name
    KINDS[name] = Kind(name, lines, target, accepted, whole)


def kind(lines=None, **options):
    if lines is None:
        return lambda function: kind(function, **options)
    add(lines.__name__.replace("_", "-"), lines, **options)
    return lines


def hexdigits(number, size=32):
    """`size` bytes that look like a digest and differ for different numbers."""
    word = (number * 0x9E3779B97F4A7C15 + 0x1234567) & MASK
    return f"{word ^ word >> 29:016x}{word:016x}{number:032x}".ljust(2 * size, "5")[:2 * size]


def file_digest(number, action="ALLOW", op="EXECUTE", algorithm="sha256"):
    return f"op={op} fsverity_digest={algorithm}:{hexdigits(number)} action={action}"


def root_hash(number, action="ALLOW", op="EXECUTE"):
    return f"op={op} dmverity_roothash=sha256:{hexdigits(number)} action={action}"


def times(count, function):
    return (function(number) for number in range(count))


# Lists of digests.

@kind
def file_digests(count):
    return times(count, file_digest)


@kind
def root_hashes(count):
    return times(count, root_hash)


@kind
def denied_digests(count):
    return times(count, lambda i: file_digest(i, "DENY"))


@kind
def uppercase_digests(count):
    return times(count, lambda i: f"op=EXECUTE fsverity_digest=sha256:{hexdigits(i).upper()} action=ALLOW")


@kind
def digests_of_every_operation(count):
    operations = ("EXECUTE", "FIRMWARE", "KMODULE", "KEXEC_IMAGE", "KEXEC_INITRAMFS", "POLICY", "X509_CERT")
    return times(count, lambda i: file_digest(i, op=operations[i * len(operations) // count]))


@kind
def one_digest_in_two_properties(count):
    return times(count, lambda i: (file_digest if i % 2 else root_hash)(i // 2))


@kind
def long_digests(count):
    return times(count, lambda i: f"op=EXECUTE fsverity_digest=sha256:{hexdigits(i, 512)} action=ALLOW")


@kind
def digests_of_every_length(count):
    return times(count, lambda i: f"op=EXECUTE fsverity_digest=sha256:{i:0{2 * (4 + i % 200)}x} action=ALLOW")


@kind
def pairs(count):
    return times(count, lambda i: f"op=EXECUTE dmverity_roothash=sha256:{hexdigits(i)} "
                                  f"fsverity_digest=sha256:{hexdigits(i)} action=ALLOW")


@kind
def all_pairs_of_few(count):
    side = max(2, int(count ** 0.5))
    return times(count, lambda i: f"op=EXECUTE dmverity_roothash=sha256:{hexdigits(i // side)} "
                                  f"fsverity_digest=sha256:{hexdigits(i % side)} action=ALLOW")


@kind
def pairs_of_one_root_hash(count):
    return times(count, lambda i: f"op=EXECUTE dmverity_roothash=sha256:{hexdigits(0)} "
                                  f"fsverity_digest=sha256:{hexdigits(i)} action=ALLOW")


# Algorithms.

@kind
def algorithms(count):
    return times(count, lambda i: f"op=EXECUTE fsverity_digest=a{i}:00 action=ALLOW")


@kind
def equal_bytes_of_different_algorithms(count):
    return times(count, lambda i: f"op=EXECUTE fsverity_digest=a{i}:{hexdigits(7)} action=ALLOW")


@kind
def equal_long_bytes_of_different_algorithms(count):
    return times(count, lambda i: f"op=EXECUTE fsverity_digest=sha512-{i}:{hexdigits(7, 64)} action=ALLOW")


@kind
def long_algorithms_with_one_beginning(count):
    return times(count, lambda i: f"op=EXECUTE fsverity_digest={'a' * 200}{i}:{hexdigits(i)} action=ALLOW")


@kind
def two_algorithms_in_turn(count):
    return times(count, lambda i: file_digest(i, algorithm=("sha256", "sha512")[i % 2]))


# Digests that collide in hash functions. The hash needs a key that the policy's author does not know.

PRIMES = (0x9E3779B185EBCA87, 0xC2B2AE3D27D4EB4F)


def rotated(word, by):
    return (word << by | word >> 64 - by) & MASK


def words(*all_words):
    return b"".join(word.to_bytes(8, "little") for word in all_words).hex()


def colliding_in_xxhash(number):
    """64 bytes; the second 32 are chosen so that the first lane of XXH64 (seed 0) ends the same for each number."""
    start = (PRIMES[0] + PRIMES[1]) & MASK
    lane = rotated((start + number * PRIMES[1]) & MASK, 31) * PRIMES[0] & MASK
    return words(number, 1, 2, 3, -lane * pow(PRIMES[1], -1, 2**64) & MASK, 1, 2, 3)


@kind
def digests_colliding_in_xxhash(count):
    return times(count, lambda i: f"op=EXECUTE fsverity_digest=sha512:{colliding_in_xxhash(i)} action=ALLOW")


@kind
def root_hashes_colliding_in_xxhash(count):
    return times(count, lambda i: f"op=EXECUTE dmverity_roothash=sha512:{colliding_in_xxhash(i)} action=DENY")


def colliding_for_every_seed(number):
    """In lanes `a = (a ^ word) * odd; a ^= a >> 32`, two bits of the next word cancel the top bit of a word."""
    made = []
    for _ in range(5):
        bits = [number >> lane & 1 for lane in range(4)]
        number >>= 4
        made += [bit << 63 for bit in bits] + [bit << 63 | bit << 31 for bit in bits]
    return words(*made)


@kind
def digests_colliding_for_every_seed(count):
    return times(count, lambda i: f"op=EXECUTE fsverity_digest=x:{colliding_for_every_seed(i)} action=ALLOW")


# Rules without effect, duplicates, and contradictions.

@kind
def duplicate_rules(count):
    return times(count, lambda i: file_digest(0))


@kind
def each_rule_twice(count):
    return times(count, lambda i: file_digest(i // 2))


@kind
def list_twice(count):
    return times(count, lambda i: file_digest(i % (count // 2)))


@kind
def conflicting_rules(count):
    return times(count, lambda i: file_digest(i // 2, ("ALLOW", "DENY")[i % 2]))


@kind
def conflicting_lists(count):
    return times(count, lambda i: file_digest(i % (count // 2), "DENY" if i >= count // 2 else "ALLOW"))


@kind
def late_revocation(count):
    half = count // 2
    return times(count, lambda i: root_hash(i) if i < half else file_digest(i, "DENY"))


@kind
def late_revocation_behind_a_signature(count):
    yield "op=EXECUTE fsverity_signature=TRUE action=ALLOW"
    yield from times(count, lambda i: file_digest(i, "DENY"))


@kind
def late_revocation_in_turn(count):
    return times(count, lambda i: root_hash(i) if i % 2 else file_digest(i, "DENY"))


@kind
def late_revocation_of_pairs(count):
    half = count // 2
    return times(count, lambda i: root_hash(i) if i < half else
                 f"op=EXECUTE dmverity_roothash=sha256:{hexdigits(i - half)} "
                 f"fsverity_digest=sha256:{hexdigits(i)} action=DENY")


@kind
def conflicts_that_hide_late_revocations(count):
    """The first of three rules can be removed, but then the second is a late revocation; the third can be removed."""
    yield "op=EXECUTE dmverity_signature=TRUE action=ALLOW"
    for number in range(count // 3):
        asks = f"op=EXECUTE dmverity_signature=TRUE dmverity_roothash=sha256:{hexdigits(number)}"
        yield f"{asks} action=ALLOW"
        yield f"{asks} action=DENY"
        yield f"op=EXECUTE dmverity_signature=TRUE fsverity_digest=sha256:{hexdigits(number)} action=ALLOW"


@kind
def contradictory_booleans(count):
    return times(count, lambda i: f"op=EXECUTE boot_verified=TRUE boot_verified=FALSE "
                                  f"fsverity_digest=sha256:{hexdigits(i)} action=ALLOW")


@kind
def contradictory_digests(count):
    return times(count, lambda i: f"op=EXECUTE fsverity_digest=sha256:{hexdigits(i)} "
                                  f"fsverity_digest=sha256:{hexdigits(i + 1)} action=ALLOW")


@kind
def random_rules_of_few_digests(count):
    dice = random.Random(2)
    for _ in range(count):
        yield (f"op=EXECUTE boot_verified={dice.choice(('TRUE', 'FALSE'))} "
               f"fsverity_digest=sha256:{hexdigits(dice.randrange(20))} action={dice.choice(('ALLOW', 'DENY'))}")


def mixed_rule(dice, operations, boolean_share, digest_share, digests):
    """A rule with any of the five properties; `digests` is the number of different digests."""
    booleans = ("boot_verified", "dmverity_signature", "fsverity_signature")
    parts = [f"{name}={dice.choice(('TRUE', 'FALSE'))}" for name in booleans if dice.random() < boolean_share]
    for name in ("dmverity_roothash", "fsverity_digest"):
        if dice.random() < digest_share:
            parts.append(f"{name}=sha256:{hexdigits(dice.randrange(digests))}")
    dice.shuffle(parts)
    return " ".join([f"op={dice.choice(operations)}", *parts, f"action={dice.choice(('ALLOW', 'DENY'))}"])


@kind
def random_rules(count):
    dice = random.Random(1)
    return times(count, lambda i: mixed_rule(dice, ("EXECUTE", "KMODULE", "FIRMWARE"), 0.3, 0.5, count))


@kind
def contradictory_rules(count):
    dice = random.Random(3)
    return times(count, lambda i: mixed_rule(dice, ("EXECUTE",), 0.25, 0.25, count // 4 + 1))


@kind
def contradictory_rules_of_few_digests(count):
    dice = random.Random(4)
    return times(count, lambda i: mixed_rule(dice, ("EXECUTE", "KMODULE"), 0.3, 0.5, 50))


@kind
def rules_behind_a_catch_all(count):
    yield "op=EXECUTE action=DENY"
    yield from times(count, file_digest)


@kind
def rules_before_a_catch_all(count):
    yield from times(count, file_digest)
    yield "op=EXECUTE action=ALLOW"


@kind
def partially_shadowed(count):
    yield "op=EXECUTE boot_verified=TRUE action=ALLOW"
    yield "op=EXECUTE dmverity_signature=TRUE action=DENY"
    yield from times(count, file_digest)


@kind
def redundant_properties(count):
    return times(count, lambda i: f"op=EXECUTE fsverity_digest=sha256:{hexdigits(i)} fsverity_signature=FALSE "
                                  f"fsverity_digest=sha256:{hexdigits(i)} action=ALLOW")


@kind
def op_coverage_mismatch(count):
    half = count // 2
    return times(count, lambda i: root_hash(i) if i < half else root_hash(2 * (i - half), op="KMODULE"))


@kind
def interleaved_operations(count):
    return times(count, lambda i: file_digest(i, op=("EXECUTE", "KMODULE", "FIRMWARE")[i % 3]))


@kind
def negative_conditions(count):
    return times(count, lambda i: f"op=EXECUTE fsverity_signature=FALSE "
                                  f"dmverity_roothash=sha256:{hexdigits(i)} action=ALLOW")


@kind
def default_after_rules(count):
    yield from times(count, file_digest)
    yield "DEFAULT op=KMODULE action=ALLOW"


@kind(whole=True)
def default_of_each_operation_only(count):
    yield HEADER
    for operation in ("EXECUTE", "FIRMWARE", "KMODULE", "KEXEC_IMAGE", "KEXEC_INITRAMFS", "POLICY", "X509_CERT"):
        yield f"DEFAULT op={operation} action=DENY"
    yield from times(count, lambda i: file_digest(i, "DENY"))


# The dialect of October 2021.

@kind(target="rfc-v7")
def alias(count):
    return times(count, lambda i: f"op=KERNEL_READ dmverity_roothash={hexdigits(i)} action=ALLOW")


@kind(target="rfc-v7")
def alias_redundant_in_part(count):
    yield "DEFAULT op=KMODULE action=ALLOW"
    yield from times(count, lambda i: f"op=KERNEL_READ dmverity_roothash={hexdigits(i)} action=ALLOW")


@kind(target="rfc-v7")
def alias_and_its_operations(count):
    return times(count, lambda i: f"op={('KERNEL_READ', 'KMODULE')[i % 2]} "
                                  f"dmverity_roothash={hexdigits(i // 2)} action=DENY")


@kind(target="rfc-v7")
def bare_digests_colliding(count):
    return times(count, lambda i: f"op=EXECUTE dmverity_roothash={colliding_in_xxhash(i)} action=ALLOW")
