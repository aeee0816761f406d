#!/usr/bin/env python3
"""Comments, documents and messages are in plain English: english_test.py ROOT [PATH...]

Rejects the phrases of `PHRASES`: idioms that are hard to read, and second names for things that already
have one (finding, directory, whitespace, ...). It reads

* comments of C++, C, Python, CMake, shell, JavaScript and grammar files, and Python docstrings;
* Markdown documents, except code blocks;
* string literals of C++ sources and tables, which hold the program's messages and help texts;
* names in the C++ sources of the program, for the words of `NAMES`.

C and C++ sources have at most 100 columns. Text in `backquotes` is code and is skipped. `NOT_YET`
lists places that are still to be rewritten. With PATHs, only files below them are checked and
`NOT_YET` is ignored: this lists what is left to do.

To allow one text, add it to `EXCEPTIONS` with the reason. If a phrase is correct in some meaning,
make its pattern narrower instead. Every phrase has a text that it rejects and one that it accepts.
"""

import io
import os
import re
import sys
import tokenize

# (pattern, advice, a text it rejects, a text it accepts). The patterns see every run of whitespace as
# one space, also where a comment continues on the next line, and a paragraph's end as a newline.
FINE_AFTER_NO = "longer|more|less|different|worse|better|greater|other|need|way|reason|such|one|two|matter|use"
PHRASES = (
    (rf"(?<![Tt]here )\b(?:is|are|was|were) no (?!(?:{FINE_AFTER_NO})\b)[`a-z]", "write `is not a …`",
     "this is no digit", "there is no digit"),
    (r"(?<![Tt]here )\b(?:is|are) none\b", "write `is not one`, or name what is missing", "the first is none", "it has none"),
    (r"\bbare none\b", "name what is missing", "a bare none", "no bare digest"),
    (r"\bstands? (?:there|in|behind|before|after|for itself|on|at|alone|without|above|below|beside|under|between)\b",
     "write `is`, `occurs`, `precedes` or `follows`", "the rule stands behind it", "a bit stands for a case"),
    (r"\b(?:is|are|was|were|be|being) (?:told|said)\b", "write `is reported` or `is shown`, or use the active voice",
     "the reader is told why", "the linter reports why"),
    (r"\bfor people\b", "write `human-readable`, or name the reader", "a text for people", "a human-readable text"),
    (r"\bbelongs? into\b", "write `belongs in`", "it belongs into a table", "it belongs in a table"),
    (r"\bmend(?:s|ed|ing)?\b", "write `fix` or `repair`", "what is mended", "what is fixed"),
    (r"\bblanks\b(?!-)", "write `whitespace` or `spaces`", "blanks at the end", "blank lines"),
    (r"\b(?:small|capital) letters?\b|\bcapitals\b", "write `lowercase` or `uppercase`", "small letters", "lowercase"),
    (r"\bhush\w*|\bsilence(?:d|s)?\b", "write `suppress`", "a hushed finding", "a suppressed finding"),
    (r"(?<!workspace )(?<![`-])\bfolders?\b", "write `directory`", "a folder of policies", "a directory of policies"),
    (r"\bkernels? (?:itself )?(?:refuses?|refused|takes?|took)\b|\b(?:refused|taken) by (?:a|the|that|this|every) kernel\b",
     "write `accepts` or `rejects`", "the kernel refuses it", "the kernel rejects it"),
    (r"(?:^|(?<=[.;:] ))Who(?:ever)? [a-z]+s\b(?![^.]*\?)", "name the subject", "Who reads this is lost.", "Who reads this?"),
    (r"\b(?:so that|for|to|by|from) who(?:ever)? (?!is\b)[a-z]+s\b", "name the subject",
     "so that who pins one gains", "so that users who pin one gain"),
    (r"\b(?:somebody|nobody|anybody)\b", "name the subject: the user, the caller, the client, another program",
     "nobody is served", "no client is served"),
    (r"(?:^|(?<=[.;] ))What (?![^.?]*\?)(?:[a-z]+ ){1,8}(?:is|are|has|stays?|needs?|goes|comes|becomes) (?:[a-z]+ )*[a-z]+\.",
     "name the subject instead of a `What …` clause", "What is dear is made once.", "What a rule asks for."),
    (r"\b(?:what|which) is dear\b|\bare dear\b", "write `expensive`", "what is dear", "what is expensive"),
    (r"\bin vain\b|\bwhatsoever\b|\bsays? again\b", "use the plain word", "it says again that", "it repeats that"),
    (r"\bone (?:thinks|means|would think)\b", "write `you`, or name the subject", "what one means", "what you mean"),
    (r"\bto be had\b", "write `is available`", "none is to be had", "none is available"),
    (r"\bfew words\b", "write `excerpt`", "a few words of it", "an excerpt of it"),
    (r"\btakes? (?:it|them|this|that) for\b|\btaken for\b", "write `is read as` or `is mistaken for`",
     "taken for a rule", "read as a rule"),
    (r"\bletter by letter\b", "write `byte for byte`", "compared letter by letter", "compared byte for byte"),
    (r"\bas (?:it|they) stands?\b|\bwhere (?:it|they) stands?\b", "write `unchanged`, `as written` or `in place`",
     "text as it stands", "text as written"),
    (r"\bvouch(?:es|ed)?\b", "write `verifies` or `verified`", "nothing vouches for the file", "an unverified file"),
    (r"\b(?:never|can never) holds?\b|\bholds? for (?:no|every|any)\b", "write `matches`",
     "the rule never holds", "the rule never matches"),
    (r"\b(?:stays?|left|leaves? \w+) as (?:it is|they are)\b", "write `is unchanged`", "the line stays as it is",
     "the line is unchanged"),
    (r"\b(?:not|and) alike\b", "write `differently` or `in the same way`", "decided, and not alike", "names that look alike"),
    (r"'s? to say\b|\bspeaks? of\b", "write `reports` or `is about`", "rules that speak of it", "rules about it"),
    (r"\bstretch(?:es)? of\b", "write `range`", "a stretch of lines", "a range of lines"),
    (r"\bhalf a (?:file|word|line|statement)\b|\bthe house's\b", "use the plain word: `partial`, `the project's`",
     "half a file", "a partial file"),
)

# The same for parts of names in C++, and a directory in which the word is right.
NAMES = (
    (r"[Cc]omplain", "write `Report`, or `Problem` for what is reported", "Complain", "Report", None),
    (r"[Rr]efus(?!edSuppression)", "write `Reject` or `Rejection`", "WhyRefused", "RejectionOf", None),
    (r"[Ff]olders?(?![a-z])", "write `Directory`", "by_folder_", "placeholders",
     "lsp"),  # an editor's workspace folders
    (r"Judge", "write `Check`, `Verify` or `Classify`", "content::Judge", "content::Classify", None),
    (r"Hush|Mend(?![a-z])", "write `Suppress` or `Repair`", "MendHeader", "RepairHeader", None),
    (r"Story", "write `Explain` or `Describe`", "StoryOf", "ExplainRules", None),
    (r"FewWords", "write `Excerpt`", "FewWords", "StatementExcerpt", None),
    (r"LookAgain|ForPeople|Nonsense|InTheWay", "use the plain word", "LookAgain", "LookUp", None),
)
NAMED = ("compiler", "grammar", "lint", "lsp", "runtime")

# (path, text with a phrase in it, why it is right there). An exception that matches nothing fails.
EXCEPTIONS = (
    ("tests/architecture/english_test.py", "", "it quotes what it rejects"),
)

# Places still to be rewritten. An entry without findings can be removed; the test prints such entries.
NOT_YET = ()
# Messages (string literals) still to be rewritten.
MESSAGES_NOT_YET = ()

WIDTH = 100
SLASHED = (".cpp", ".h", ".c", ".def", ".g4", ".js", ".java")
HASHED = (".cmake", ".sh", ".py")
HASH_SHEBANG = re.compile(r"#!.*\b(?:bash|sh|python3?)\b")
SLASHED_PARTS = re.compile(
    r"//[^\n]*|/\*.*?\*/|R\"(?P<tag>\w*)\((?P<raw>.*?)\)(?P=tag)\"|\"(?P<text>(?:\\.|[^\"\\\n])*)\"|'(?:\\.|[^'\\\n])'",
    re.S)
CODE_SPAN = re.compile(r"`[^`\n]*`")


class Prose:
    """A copy of a file's text, equally long, in which everything but prose is NUL."""

    def __init__(self, text):
        self.source = text
        self.letters = ["\n" if c == "\n" else "\0" for c in text]

    def keep(self, begin, end, marker=r"[ \t]*(?:/{2,3}<?|/?\*+/?|#)(?=\s|$)"):
        """Keeps a part, its comment markers as spaces and code spans as one backquoted letter run."""
        part = re.sub(r"(?m)^" + marker, lambda m: " " * len(m[0]), self.source[begin:end])
        part = CODE_SPAN.sub(lambda m: "`" + "x" * (len(m[0]) - 2) + "`" if len(m[0]) > 2 else m[0], part)
        self.letters[begin:end] = part
        at = begin - 1  # the indentation too, so that a sentence goes on over lines
        while at >= 0 and self.source[at] in " \t":
            self.letters[at] = " "
            at -= 1

    def text(self):
        return "".join(self.letters)


def comments_of_slashed(text):
    prose, strings = Prose(text), Prose(text)
    for match in SLASHED_PARTS.finditer(text):
        if match[0].startswith("/"):
            prose.keep(*match.span())
        elif match["text"] is not None and not re.search(r"#include[^\n]*$", text[:match.start()][-80:]):
            strings.keep(*match.span("text"))
        elif match["raw"] is not None:
            strings.keep(*match.span("raw"))
    return prose.text(), strings.text()


def comments_of_python(text):
    prose, starts, docstring_may_follow = Prose(text), [0], True
    for line in text.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    skip = (tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENCODING)
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        begin = starts[token.start[0] - 1] + token.start[1]
        end = starts[token.end[0] - 1] + token.end[1]
        if token.type == tokenize.COMMENT or (token.type == tokenize.STRING and docstring_may_follow):
            prose.keep(begin, end)
        elif token.type not in skip:
            docstring_may_follow = token.string == ":"
    return prose.text()


def comments_of_hashed(text):
    prose = Prose(text)
    for match in re.finditer(r"(?m)(?:^|(?<=\s))#(?!!)[^\n]*", text):
        prose.keep(*match.span())
    return prose.text()


def markdown(text):
    prose = Prose(text)
    fenced = [match.span() for match in re.finditer(r"(?ms)^```.*?^```$", text)]
    begin = 0
    for start, end in fenced + [(len(text), len(text))]:
        prose.keep(begin, start, marker=r"#+(?=\s)")
        begin = end
    return prose.text()


def read(path):
    """Two texts with NUL for all that is no prose: comments or document, and string literals."""
    with open(path, encoding="utf-8", errors="replace") as stream:
        text = stream.read()
    extension = os.path.splitext(path)[1]
    if extension == ".md":
        return markdown(text), ""
    if extension in SLASHED:
        return comments_of_slashed(text)
    if extension == ".py" or (not extension and re.match(r"#!.*python", text)):
        return comments_of_python(text), ""
    if extension in HASHED or path.endswith("CMakeLists.txt") or (not extension and HASH_SHEBANG.match(text)):
        return comments_of_hashed(text), ""
    return "", ""


def compiled(phrases):
    for pattern, advice, bad, good, *rest in phrases:
        expression = re.compile(pattern, re.M)
        assert expression.search(bad), f"{pattern} accepts: {bad}"
        assert not expression.search(good), f"{pattern} rejects: {good}"
        yield expression, advice, *rest


def collapsed(text):
    """`text` with each run of whitespace as one character, and the line of each character."""
    letters, lines, line = [], [], 1
    for match in re.finditer(r"\s+|\S", text):
        breaks = match[0].count("\n")
        letters.append(match[0] if match[0].strip() else "\n" if breaks > 1 else " ")
        lines.append(line)
        line += breaks
    return "".join(letters), lines


def files(root, below):
    for directory, directories, names in os.walk(root):
        directories[:] = sorted(d for d in directories
                                if not d.startswith((".", "build")) and d not in ("node_modules", "corpus", "logs"))
        for name in sorted(names):
            path = os.path.relpath(os.path.join(directory, name), root)
            if not below or is_below(path, below):
                yield path


def too_wide(root, path):
    """Lines of a C or C++ source over 100 columns, except in examples of policies in documentation."""
    if not path.endswith((".cpp", ".h", ".c")):
        return []
    with open(os.path.join(root, path), encoding="utf-8", errors="replace") as stream:
        wide, is_example = [], False
        for number, line in enumerate(stream.read().split("\n"), 1):
            is_example ^= line.startswith("```")
            if len(line) > WIDTH and not is_example:
                wide.append(f"{path}:{number}: {len(line)} columns: break the line")
        return wide


def wrong_names(root, path, names):
    if not path.endswith((".cpp", ".h")) or not is_below(path, NAMED):
        return []
    with open(os.path.join(root, path), encoding="utf-8", errors="replace") as stream:
        code = SLASHED_PARTS.sub(lambda match: "\n" * match[0].count("\n"), stream.read())
    return [f"{path}:{number}: name: \"{match[0]}\": {advice}"
            for number, line in enumerate(code.split("\n"), 1) for match in re.finditer(r"\w+", line)
            for word, advice, allowed in names
            if word.search(match[0]) and not (allowed and is_below(path, (allowed,)))]


def is_below(path, places):
    return next((place for place in places if path == place or path.startswith(place.rstrip("/") + "/")), None)


def main(root, below):
    phrases, names, problems, used = list(compiled(PHRASES)), list(compiled(NAMES)), [], set()
    for path in files(root, below):
        problems += too_wide(root, path) + wrong_names(root, path, names)
        parts = read(os.path.join(root, path))
        for kind, text, waiting in zip(("prose", "message"), parts, (NOT_YET, MESSAGES_NOT_YET)):
            text, lines = collapsed(text)
            for expression, advice in phrases:
                for match in expression.finditer(text):
                    exception = next((e for e in EXCEPTIONS if e[0] == path and e[1] in match[0]), None)
                    place = None if below else is_below(path, waiting)
                    used.update(x for x in (exception, (kind, place)) if x)
                    if not exception and not place:
                        problems.append(f"{path}:{lines[match.start()]}: {kind}: \"{match[0]}\": {advice}")
    if not below:
        problems += [f"exception for {e[0]} ({e[1]!r}) matches nothing: remove it" for e in EXCEPTIONS if e not in used]
        for kind, places in (("prose", NOT_YET), ("message", MESSAGES_NOT_YET)):
            for place in places:
                if (kind, place) not in used:
                    print(f"note: {place} has no {kind} left to rewrite: remove it from the list")
    for problem in problems:
        print(problem)
    print(f"{len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(os.path.abspath(sys.argv[1]), sys.argv[2:]))
