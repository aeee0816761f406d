#!/usr/bin/env python3
"""lsp/editors/kate/ipe.xml in Kate's engine: kate_test.py ROOT

kate-syntax-highlighter names the format of each part of a line: each word of the compiler's tables must have its own.
Exit status: 0, 1, or 77 (skipped) if it is missing, which is a failure if CI is set.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import editor_test  # pylint: disable=wrong-import-position

PROGRAM = "kate-syntax-highlighter"


def expected(words):
    """(line, word in it, its format); no format: not that of a known word."""
    for word in words["operations"]:
        yield f"op={word} action=DENY", word, "Operation"
        yield f'DEFAULT op="{word}"#x', word, "Operation"
        yield f"op={word}_X", f"{word}_X", "Unknown"
    for word in words["aliases"]:
        yield f"op={word} action=DENY", word, "Alias"
    for word in words["booleans"]:
        yield f"x {word}=TRUE", word, "Property"
        yield f"x {word}=FALSE#x", "FALSE", "Boolean"
    for word in words["digests"]:
        yield f"x {word}=00af", word, "Property"
        yield f"x {word}=00af", "00af", "Digest"
        for algorithm in words["algorithms"]:
            yield f"x {word}={algorithm}:00af x=y", algorithm, "Algorithm"
            yield f"x {word}={algorithm}:00af x=y", "00af", "Digest"
    yield 'policy_name="a b" policy_version=1.2.3', '"a b"', "Name"
    yield "policy_name=a policy_version=1.2.3", "1.2.3", "Version"
    yield "DEFAULT action=DENY", "DEFAULT", "Default"
    yield "never op=EXECUTE", "never", "Claim"
    yield "x action=ALLOW", "ALLOW", "Allow"
    yield "x action=DENY", "DENY", "Deny"
    yield "x action=DENYX", "DENYX", "Unknown"
    yield "DEFAULT action=DENY#x", "#x", "Comment"
    yield "# ipec: allow(IPE1003)", "ipec: allow", "Suppression"
    yield "x y=z", "y=z", "Unknown"


def formats(rows):
    """The first of ROWS has a `|` below the start of each part; its format is further below, in the same column."""
    found = {}
    for column in (place for place, mark in enumerate(rows[0]) if mark == "|"):
        for row in rows[1:]:
            if row[column:column + 1] not in ("|", " ", "") and (column == 0 or row[column - 1] in " |"):
                found[column] = re.match(r"[^ |]*", row[column:])[0]
                break
    return found


def run(file, *arguments):
    done = subprocess.run([PROGRAM, "--syntax", "IPE policy", *arguments, file], check=True, stdout=subprocess.PIPE)
    return done.stdout.decode()


def problems(root, directory):
    syntax = os.path.join(directory, "org.kde.syntax-highlighting", "syntax")
    os.makedirs(syntax)
    shutil.copy(os.path.join(root, "lsp/editors/kate/ipe.xml"), syntax)
    os.environ.update(XDG_DATA_HOME=directory, HOME=directory, QT_QPA_PLATFORM="offscreen", LC_ALL="C.UTF-8")
    wanted = list(expected(editor_test.words(root)))
    file = os.path.join(directory, "words.pol")
    with open(file, "w", encoding="utf-8") as stream:
        stream.write("".join(line + "\n" for line, _, _ in wanted))
    text = re.sub(r"\x1b\[[0-9;]*[mK]", "", run(file, "-f", "ansi256Colors", "-b", "--syntax-trace", "format"))
    rows = text.split("\n")
    at = 0
    for line, word, name in wanted:
        while at < len(rows) and rows[at] != line:
            at += 1
        end = at + 1
        while end < len(rows) and rows[end][:1] in ("|", " ") or end == at + 2:
            end += 1
        below = rows[at + 1:end] or [""]
        at += 1
        starts = formats(below)
        begin = max((one for one in starts if one <= line.index(word)), default=None)
        if begin is None or starts[begin] != name:
            yield f"`{word}` of `{line}` is {starts.get(begin)}, not {name}"
    with open(file, "w", encoding="utf-8") as stream:
        stream.write("x action=ALLOW\nx action=DENY\n")
    colors = [re.search(rf'<span style="([^"]*)">{word}', run(file, "-f", "html")) for word in ("ALLOW", "DENY")]
    if None in colors or colors[0][1] == colors[1][1]:
        yield "ALLOW and DENY look alike"


def main(root):
    if not shutil.which(PROGRAM):
        return editor_test.missing(PROGRAM)
    with tempfile.TemporaryDirectory(prefix="ipec-kate-") as directory:
        found = list(problems(root, directory))
    print("\n".join(found) if found else "Kate's engine knows every word")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(os.path.abspath(sys.argv[1])))
