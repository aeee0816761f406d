"""Kinds of large policies: comments, suppressions, layout, and findings of the linter in bytes."""

from growth_kinds import DENY, file_digest, hexdigits, kind, root_hash, times

# Comments and suppressions.

@kind
def comments(count):
    return times(count, lambda i: f"# comment {i}")


@kind
def comment_above_each_rule(count):
    for number in range(count):
        yield f"# package {number}"
        yield file_digest(number)


@kind
def comment_behind_each_rule(count):
    return times(count, lambda i: f"{file_digest(i)} # package {i}")


@kind
def long_comment_above_one_rule(count):
    yield from times(count, lambda i: f"# comment {i}")
    yield file_digest(0, "DENY")


@kind
def commented_out_rules(count):
    return times(count, lambda i: f"# {file_digest(i)}")


@kind
def used_suppressions(count):
    return times(count, lambda i: f"{file_digest(0)} # ipec: allow(duplicate-rule) known")


@kind
def unused_suppressions(count):
    return times(count, lambda i: f"{file_digest(i)} # ipec: allow(duplicate-rule) known")


@kind
def suppressions_of_unknown_rules(count):
    return times(count, lambda i: f"{file_digest(i)} # ipec: allow(rule-{i}) known")


@kind
def suppressions_without_reason(count):
    return times(count, lambda i: f"{file_digest(0)} # ipec: allow(duplicate-rule)")


@kind
def expired_suppressions(count):
    return times(count, lambda i: f"{file_digest(0)} # ipec: allow(duplicate-rule) known until=2020-01-01")


@kind
def suppressions_of_the_file(count):
    return times(count, lambda i: "# ipec: allow-file(duplicate-rule) known")


@kind
def stretches(count):
    for number in range(count):
        yield "# ipec: allow-begin(duplicate-rule) known"
        yield file_digest(0)
        yield "# ipec: allow-end(duplicate-rule)"
        yield file_digest(number)


@kind
def nested_stretches(count):
    yield from times(count, lambda i: "# ipec: allow-begin(duplicate-rule) known")
    yield file_digest(0)
    yield file_digest(0)
    yield from times(count, lambda i: "# ipec: allow-end(duplicate-rule)")


@kind
def open_stretches(count):
    return times(count, lambda i: f"# ipec: allow-begin(duplicate-rule) known\n{file_digest(i % 9)}")


@kind
def stretches_without_begin(count):
    return times(count, lambda i: f"# ipec: allow-end(duplicate-rule)\n{file_digest(i)}")


@kind
def late_revocations_in_stretches(count):
    for number in range(count // 2):
        yield "# ipec: allow-begin(weak-digest) known"
        yield root_hash(number)
        yield "# ipec: allow-end(weak-digest)"
    yield from times(count // 2, lambda i: file_digest(i, "DENY"))


@kind
def late_revocations_behind_many_comments(count):
    yield from times(count // 2, lambda i: f"# {i}")
    yield "op=EXECUTE fsverity_signature=TRUE action=ALLOW"
    yield from times(count // 2, lambda i: file_digest(i, "DENY"))


@kind
def one_suppression_of_many_names(count):
    yield f"{file_digest(0)} # ipec: allow({', '.join(f'rule-{i}' for i in range(count))}) known"


# Layout.

@kind
def blank_lines(count):
    return times(count, lambda i: "")


@kind
def blank_line_between_rules(count):
    return times(count, lambda i: f"\n\n{file_digest(i)}")


@kind
def trailing_whitespace(count):
    return times(count, lambda i: f"{file_digest(i)} \t ")


@kind
def mixed_line_ends(count):
    return times(count, lambda i: file_digest(i) + "\r" * (i % 2))


@kind
def tabs_and_spaces(count):
    return times(count, lambda i: f"\t op=EXECUTE \t  fsverity_digest=sha256:{hexdigits(i)} \t\t action=ALLOW")


@kind
def far_right_text(count):
    return times(count, lambda i: f"{file_digest(i)} #{' ' * 200}text")


@kind
def properties_out_of_order(count):
    return times(count, lambda i: f"op=EXECUTE fsverity_signature=TRUE dmverity_roothash=sha256:{hexdigits(i)} "
                                  "boot_verified=FALSE action=ALLOW")


@kind
def one_line_of_many_spaces(count):
    yield f"op=EXECUTE{' ' * count}boot_verified=TRUE action=ALLOW"


@kind
def one_long_comment(count):
    yield f"# {'word ' * count}"


@kind
def one_rule_of_many_properties(count):
    yield f"op=EXECUTE {'boot_verified=TRUE ' * count}action=ALLOW"


@kind
def one_rule_of_many_digests(count):
    all_digests = " ".join(f"fsverity_digest=sha256:{hexdigits(i)}" for i in range(count))
    yield f"op=EXECUTE {all_digests} action=ALLOW"


@kind
def one_very_long_digest(count):
    yield f"op=EXECUTE fsverity_digest=sha256:{'ab' * 32 * count} action=ALLOW"


@kind(whole=True)
def one_very_long_name(count):
    yield f"policy_name={'n' * 32 * count} policy_version=1.0.0"
    yield DENY


# Findings of lint rules in bytes.

@kind
def weak_digests(count):
    return times(count, lambda i: f"op=EXECUTE fsverity_digest=md5:{i:032x} action=ALLOW")


@kind
def placeholder_digests(count):
    return times(count, lambda i: f"op=EXECUTE fsverity_digest=sha256:{'0' * 64} action=ALLOW")


@kind
def empty_digests(count):
    return times(count, lambda i: "op=EXECUTE fsverity_digest=sha256: action=ALLOW")


@kind
def digests_of_the_wrong_length(count):
    return times(count, lambda i: f"op=EXECUTE fsverity_digest=sha256:{i:056x} action=ALLOW")


@kind
def bidirectional_controls(count):
    return times(count, lambda i: f"{file_digest(i)} # \u202e{i}")


@kind
def invisible_characters(count):
    return times(count, lambda i: f"{file_digest(i)} # \u200b\u0430{i}")


@kind
def terminal_escapes(count):
    return times(count, lambda i: f"{file_digest(i)} # \x1b[31m{i}")


@kind
def bytes_that_are_not_utf8(count):
    return times(count, lambda i: f"{file_digest(i)} # \udcff\udcfe")


@kind
def bare_carriage_returns(count):
    return times(count, lambda i: f"{file_digest(i)} # one\rtwo")


@kind
def zeros(count):
    return times(count, lambda i: f"{file_digest(i)} # \0")
