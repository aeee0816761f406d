"""Kinds of large policies that no kernel accepts, one for each way to break a statement."""

from growth_kinds import DENY, HEADER, add, file_digest, hexdigits, kind, root_hash, times

# Broken statements, one kind for each way to break one.

BROKEN = {
    "missing-action": "op=EXECUTE fsverity_digest=sha256:{digest}",
    "missing-operation": "fsverity_digest=sha256:{digest} action=ALLOW",
    "missing-value": "op=EXECUTE fsverity_digest= action=ALLOW",
    "action-not-last": "op=EXECUTE action=ALLOW fsverity_digest=sha256:{digest}",
    "operation-not-first": "fsverity_digest=sha256:{digest} op=EXECUTE action=ALLOW",
    "repeated-action": "op=EXECUTE fsverity_digest=sha256:{digest} action=ALLOW action=ALLOW",
    "repeated-operation": "op=EXECUTE op=EXECUTE fsverity_digest=sha256:{digest} action=ALLOW",
    "second-header": "policy_name=other policy_version=1.0.0",
    "second-default": "DEFAULT action=DENY",
    "second-default-of-an-operation": "DEFAULT op=EXECUTE action=DENY",
    "default-with-property": "DEFAULT op=EXECUTE fsverity_digest=sha256:{digest} action=DENY",
    "unknown-statement": "word{number} another",
    "unknown-statements-all-alike": "nonsense",
    "unknown-operation": "op=EXECUT{number} action=ALLOW",
    "unknown-operations-all-alike": "op=EXECUTABLE action=ALLOW",
    "unknown-property": "op=EXECUTE property{number}=TRUE action=ALLOW",
    "unknown-action": "op=EXECUTE fsverity_digest=sha256:{digest} action=PERMIT{number}",
    "misspelt-key": "op=EXECUTE fsverity_digst=sha256:{digest} action=ALLOW",
    "misspelt-operation-key": "Op=EXECUTE fsverity_digest=sha256:{digest} action=ALLOW",
    "bad-key": "op=EXECUTE fsverity-digest=sha256:{digest} action=ALLOW",
    "key-left-out": "op=EXECUTE sha256:{digest} action=ALLOW",
    "whitespace-around-equals": "op = EXECUTE fsverity_digest = sha256:{digest} action = ALLOW",
    "glued-words": "op=EXECUTEfsverity_digest=sha256:{digest}action=ALLOW",
    "glued-statements": "op=EXECUTE fsverity_digest=sha256:{digest} action=ALLOWop=EXECUTE action=DENY",
    "two-statements-on-a-line": "op=EXECUTE fsverity_digest=sha256:{digest} action=ALLOW op=KMODULE action=DENY",
    "rule-on-two-lines": "op=EXECUTE fsverity_digest=sha256:{digest}\n action=ALLOW",
    "rule-on-four-lines": "op=EXECUTE\n boot_verified=TRUE\n fsverity_digest=sha256:{digest}\n action=ALLOW",
    "rule-continued-by-backslashes": "op=EXECUTE \\\n fsverity_digest=sha256:{digest} \\\n action=ALLOW",
    "open-quote": "op=EXECUTE fsverity_digest=\"sha256:{digest} action=ALLOW",
    "quoted-value": "op=EXECUTE fsverity_digest=\"sha256:{digest}\" action=ALLOW",
    "text-after-quote": "op=EXECUTE fsverity_digest=\"sha256:{digest}\"x action=ALLOW",
    "boolean-expected": "op=EXECUTE boot_verified=yes{number} action=ALLOW",
    "digest-not-hex": "op=EXECUTE fsverity_digest=sha256:{digest}xyz action=ALLOW",
    "digest-odd-digits": "op=EXECUTE fsverity_digest=sha256:{digest}0 action=ALLOW",
    "digest-without-algorithm": "op=EXECUTE fsverity_digest={digest} action=ALLOW",
    "template-of-jinja": "op=EXECUTE fsverity_digest=sha256:{{{{ digest_{number} }}}} action=ALLOW",
    "template-of-shell": "op=EXECUTE fsverity_digest=sha256:${{DIGEST_{number}}} action=ALLOW",
    "template-in-angles": "op=EXECUTE fsverity_digest=<digest {number}> action=ALLOW",
    "comment-cuts-statement": "op=EXECUTE fsverity_digest=sha256:{digest} # action=ALLOW",
    "no-break-space": "op=EXECUTE\u00a0fsverity_digest=sha256:{digest}\u00a0action=ALLOW\u00a0",
    "vertical-tab": "op=EXECUTE\vfsverity_digest=sha256:{digest}\vaction=ALLOW",
    "control-character": "op=EXECUTE fsverity_digest=sha256\x01:{digest} action=ALLOW",
    "byte-order-marks": "\ufeffop=EXECUTE fsverity_digest=sha256:{digest} action=ALLOW",
    "letters-with-accents": "op=EXÉCUTE fsverity_digest=sha256:{digest} action=ALLOW",
    "zero-in-statement": "op=EXECUTE \0fsverity_digest=sha256:{digest} action=ALLOW",
}


def add_broken(name, shape):
    add(f"broken-{name}",
        lambda count: times(count, lambda i: shape.format(digest=hexdigits(i), number=i)), accepted=False)


for broken_name, broken_shape in BROKEN.items():
    add_broken(broken_name, broken_shape)


@kind(accepted=False, whole=True)
def broken_header_of_many_words(count):
    yield f"policy_name=n policy_version=1.0.0 {' '.join(f'word{i}' for i in range(count))}"
    yield DENY


@kind(accepted=False, whole=True)
def broken_no_header(count):
    return times(count, file_digest)


@kind(accepted=False, whole=True)
def broken_no_default(count):
    yield HEADER
    yield from times(count, file_digest)


@kind(accepted=False, whole=True)
def broken_header_at_the_end(count):
    yield from times(count, file_digest)
    yield HEADER


@kind(accepted=False)
def broken_rule_of_many_unknown_properties(count):
    yield f"op=EXECUTE {' '.join(f'property{i}=TRUE' for i in range(count))} action=ALLOW"


@kind(accepted=False)
def broken_line_of_many_statements(count):
    yield " ".join("op=EXECUTE action=ALLOW" for _ in range(count))


@kind(accepted=False)
def broken_line_of_many_quotes(count):
    yield "op=EXECUTE " + '"' * count


@kind(accepted=False)
def broken_line_of_many_equals(count):
    yield "op" + "=" * count


@kind(accepted=False, target="rfc-v7")
def broken_quotes_of_rfc(count):
    return times(count, lambda i: f"op=EXECUTE dmverity_roothash=\"{hexdigits(i)} # \" action=ALLOW")


@kind(accepted=False, target="rfc-v7")
def broken_algorithms_of_rfc(count):
    return times(count, root_hash)


@kind(accepted=False, whole=True)
def broken_utf16(count):
    text = "\n".join([HEADER, DENY, *times(count, file_digest)])
    yield text.encode("utf-16").decode("utf-8", "surrogateescape")
