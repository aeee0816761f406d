#!/usr/bin/env python3
"""Comments, documents and messages are in plain English: english_test.py ROOT [PATH...]

Rejects the phrases of `PHRASES`: idioms that are hard to read, and second names for things that already
have one (finding, directory, whitespace, ...). It reads every text file of the project:

* comments of C++, C, Python, JavaScript, TypeScript, Lua, Vim, Emacs Lisp and grammar files, and Python docstrings;
* string literals of C++ sources and tables, which hold the program's messages and help texts;
* Markdown documents, except code;
* every line of other files (policies, golden tests, transcripts, shell, CMake, YAML, TOML, JSON): first the
  comments, then the rest;
* names in sources, code in documents, and the names of files, for the words of `NAMES`.

Text in `backquotes` is code, for which only `NAMES` counts. Lines are no wider than .editorconfig allows.
With PATHs, only files below them are checked.

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
BEGIN = r"(?:^|(?<=[.;:!?] )|(?<=[.;:!?] [\"'(]))"  # of a sentence
FINE_AFTER_NO = "longer|more|less|different|worse|better|greater|other|need|way|reason|such|one|two|matter|use"
PHRASES = (
    (rf"(?<![Tt]here )\b(?:is|are|was|were) no (?!(?:{FINE_AFTER_NO})\b)[`a-z]", "write `is not a …`",
     "this is no digit", "there is no digit"),
    (r"(?<![Tt]here )\b(?:is|are) (?-i:none)\b", "write `is not one`, or name what is missing", "the first is none", "it has none"),
    (r"\bbare none\b", "name what is missing", "a bare none", "no bare digest"),
    (r"\bstands? (?:there|in|behind|before|after|for itself|on|at|alone|without|above|below|beside|under|between)\b",
     "write `is`, `occurs`, `precedes` or `follows`", "the rule stands behind it", "a bit stands for a case"),
    (r"\b(?:is|are|was|were|be|being) (?:told|said)\b", "write `is reported` or `is shown`, or use the active voice",
     "the reader is told why", "the linter reports why"),
    (r"\bfor people\b", "write `human-readable`, or name the reader", "a text for people", "a human-readable text"),
    (r"\bbelongs? into\b", "write `belongs in`", "it belongs into a table", "it belongs in a table"),
    (r"\bmend(?:s|ed|ing)?\b", "write `fix` or `repair`", "what is mended", "what is fixed"),
    (r"\bblanks\b(?!-)|\b(?:an?|the|no|one|each|every) blanks?\b(?= ?(?:[.,;:)?]|(?:and|or|in|at|is|are|after|before|where|that)\b))",
     "write `whitespace` or `space`", "a blank in the name", "a blank line"),
    (r"\b(?:small|capital) letters?\b|\bcapitals\b", "write `lowercase` or `uppercase`", "small letters", "lowercase"),
    (r"\bhush\w*|\bsilence(?:d|s)?\b", "write `suppress`", "a hushed finding", "a suppressed finding"),
    (r"(?<!workspace )(?<![`-])\bfolders?\b", "write `directory`", "a folder of policies", "a directory of policies"),
    (r"(?<!connection )\brefus(?:e[sd]?|als?|ing)\b(?!-)", "write `reject` or `rejection`", "it is refused", "it is rejected"),
    (r"\bkernels? (?:itself )?(?:takes?|took)\b(?! (?:[a-z]+ ){0,2}(?:for|as)\b)|\btaken by (?:a|the|that|this|every) kernel\b",
     "write `accepts`", "the kernel takes it", "the kernel accepts it"),
    (r"\b(?:kernels?|targets?|dialects?)(?: of [a-z]+ [a-z]+)? (?:would |will )?says?\b", "write `reports`, `prints` or `decides`",
     "what the kernel would say", "what the kernel would decide"),
    (r"\bcomplain(?:s|ed|ts?|ing)?\b", "write `report` or `finding`", "it is complained of", "it is reported"),
    (r"\b[Cc]olour\w*", "write `color`", "in colour", "in color"),
    (rf"{BEGIN}Who(?:ever)? [a-z]+s\b(?![^.]*\?)", "name the subject", "Who reads this is lost.", "Who reads this?"),
    (r"\b(?:so that|for|to|by|from) who(?:ever)? (?!is\b)[a-z]+s\b", "name the subject",
     "so that who pins one gains", "so that users who pin one gain"),
    (r"\b(?:somebody|(?-i:nobody)|anybody)\b", "name the subject: the user, the caller, the client, another program",
     "nobody is served", "no client is served"),
    (rf"{BEGIN}What (?![^.?;:\"]*\?)", "name the subject instead of a `What …` clause",
     "What comes first is read as a header.", "What is a header?"),
    (rf"{BEGIN}Where (?:an?|the) [a-z]+ [a-z]+ that\b", "name the subject", "Where a line goes that is new",
     "Where a line goes"),
    (r"\b(?:has|have|had|gets?) (?:its|their) turn\b", "write `is tried next`", "the fix has its turn", "the fix is tried"),
    (r"\b(?:leads?|led) (?:nowhere|anywhere|somewhere)\b", "write `is useless`, or name the result", "lead nowhere", "have no effect"),
    (r"\b(?:come|comes|came|coming) (?:to be|to an end)\b", "write `is made` or `ends`", "no policy came to be", "no policy was made"),
    (r"\b(?:stood|stands?) (?:where|for what)\b", "write `is`", "something stands where it is", "something is where it is"),
    (r"\bin as far as\b|\bput in at\b|\btaken up\b|\bkey strokes?\b|\bone a (?:line|row)\b|\bon its own behalf\b",
     "use the plain word: `if`, `insert`, `read`, `keystroke`, `one per line`", "files, one a line", "files, one per line"),
    (r"\b(?:what|which) is dear\b|\bare dear\b", "write `expensive`", "what is dear", "what is expensive"),
    (r"\bto blame\b|\bbe (?:they|it) (?:as )?|\bcounts? for nothing\b|\b(?:is|are) no more[.,;]|\btells?\.|\bwho (?:is|was) to\b",
     "use the plain words: `causes`, `has no effect`, `is gone`", "the fix that is to blame", "the fix that causes it"),
    (r"\btwins?\b", "write `duplicate`", "the twin of a rule", "the duplicate of a rule"),
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

# The same for parts of names: in sources, in code of documents, and of files. Then, directories in which the word is right.
NAMES = (
    (r"[Cc]omplain", "write `Report`, or `Problem` for a noun", "Complain", "Report"),
    (r"[Rr]efus", "write `Reject` or `Rejection`", "WhyRefused", "RejectionOf"),
    (r"(?<![Ww]orkspace)[Ff]olders?(?![a-z])|FOLDER", "write `directory`", "by_folder_", "workspaceFolders",
     ("lsp", "tests/lsp")),  # an editor's workspace folders
    (r"Judge", "write `Check`, `Verify` or `Classify`", "content::Judge", "content::Classify",
     ("tests",)),  # the kernel's own code
    (r"[Hh]ush|(?:^|_)[Mm]end(?:ed|s)?(?![a-z])|Mend(?:ed|s)?(?![a-z])", "write `Suppress` or `Repair`", "MendHeader", "amend"),
    (r"Story|(?:^|_)story", "write `Explain` or `Describe`", "StoryOf", "ExplainRules"),
    (r"[Cc]olour", "write `color`", "in_colour", "in_color"),
    (r"[Bb]lanks|[Bb]lank_?(?:[Ii]n|[Aa]round)|with_blank", "write `space` or `whitespace`", "blanks_around_equals", "blank_line"),
    (r"[Tt]win", "write `duplicate`", "DropDefaultTwins", "DropDuplicates"),
    (r"FewWords", "write `Excerpt`", "FewWords", "StatementExcerpt"),
    (r"LookAgain|ForPeople|Nonsense|InTheWay", "use the plain word", "LookAgain", "LookUp"),
)

# (path, text with a phrase or name in it, why it is right there). An exception that matches nothing fails.
EXCEPTIONS = (
    ("tests/architecture/english_test.py", "", "it quotes what it rejects"),
    ("compiler/check/explain_values.cpp", "refuse", "users write it for DENY"),
)

SLASHED = (".cpp", ".h", ".c", ".def", ".g4", ".js", ".ts", ".java")
# The start of a comment in files that are prose as a whole; `#` in all others.
COMMENT = {".lua": "--", ".vim": '"', ".el": ";+"}
SKIPPED_DIRECTORIES = (".git", "node_modules", "corpus", "logs")
SKIPPED = (".jsonl", ".svg", ".p7b", "package-lock.json", "LICENSE")
SLASHED_PARTS = re.compile(
    r"//[^\n]*|/\*.*?\*/|R\"(?P<tag>\w*)\((?P<raw>.*?)\)(?P=tag)\"|\"(?P<text>(?:\\.|[^\"\\\n])*)\"|'(?:\\.|[^'\\\n])'",
    re.S)
CODE_SPAN = re.compile(r"`[^`\n]*`")


class Part:
    """A copy of a text, equally long, with NUL for everything that does not belong to the part."""

    def __init__(self, text):
        self.source = text
        self.letters = ["\n" if c == "\n" else "\0" for c in text]
        self.end = 0

    def keep(self, begin, end, marker=r"[ \t]*(?:/{2,3}<?|/?\*+/?|#)(?=\s|$)", joined=None):
        """Keeps a range: comment markers as spaces, a code span as a backquoted run of letters. If only `joined` is
        between this range and the one before it, both are one text."""
        part = re.sub(r"(?m)^" + marker, lambda m: " " * len(m[0]), self.source[begin:end])
        part = CODE_SPAN.sub(lambda m: "`" + "x" * (len(m[0]) - 2) + "`" if len(m[0]) > 2 else m[0], part)
        self.letters[begin:end] = part
        if joined and re.fullmatch(joined, self.source[self.end:begin]):
            self.letters[self.end:begin] = re.sub(r"\S", " ", self.source[self.end:begin])
        self.end = end
        at = begin - 1  # the indentation too, so that a sentence goes on over lines
        while at >= 0 and self.source[at] in " \t":
            self.letters[at] = " "
            at -= 1

    def text(self):
        return "".join(self.letters)


def slashed(text):
    prose, strings, code, at = Part(text), Part(text), Part(text), 0
    for match in SLASHED_PARTS.finditer(text):
        code.keep(at, match.start(), marker="(?!)")
        at = match.end()
        if match[0].startswith("/"):
            prose.keep(*match.span())
        elif match["text"] is not None and not re.search(r"#include[^\n]*$", text[:match.start()][-80:]):
            strings.keep(*match.span("text"), joined=r'"\s*"')
        elif match["raw"] is not None:
            strings.keep(*match.span("raw"))
    code.keep(at, len(text), marker="(?!)")
    return prose.text(), strings.text(), code.text()


def python(text):
    prose, strings, code, starts, docstring_may_follow = Part(text), Part(text), Part(text), [0], True
    for line in text.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    skip = (tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENCODING)
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        begin = starts[token.start[0] - 1] + token.start[1]
        end = starts[token.end[0] - 1] + token.end[1]
        if token.type == tokenize.COMMENT or (token.type == tokenize.STRING and docstring_may_follow):
            quotes = re.match(r'\w*(?:"""|")|', token.string)[0]
            prose.keep(begin + len(quotes), end)
        elif token.type == tokenize.STRING:
            quotes = re.match(r"\w*(?:\"\"\"|'{3}|\"|')", token.string)[0]
            strings.keep(begin + len(quotes), end - len(quotes.lstrip("rbfRBFuU")), joined=r"[\"']\s*\w?[\"']")
        elif token.type == tokenize.NAME:
            code.keep(begin, end, marker="(?!)")
        if token.type not in skip and token.type != tokenize.COMMENT:
            docstring_may_follow = token.string == ":"
    return prose.text(), strings.text(), code.text()


def other(text, comment):
    prose, rest = Part(text), Part(text)
    at = 0
    for match in re.finditer(rf"(?m)(?:^|(?<=\s))(?:{comment})(?!!)[^\n]*", text):
        rest.keep(at, match.start(), marker="(?!)")
        prose.keep(*match.span(), marker=rf"[ \t]*(?:{comment})")
        at = match.end()
    rest.keep(at, len(text), marker="(?!)")
    return prose.text(), rest.text(), rest.text()


def markdown(text):
    prose, code = Part(text), Part(text)
    begin = 0
    for match in re.finditer(r"(?ms)^```.*?^```$", text):
        prose.keep(begin, match.start(), marker=r"#+(?=\s)")
        code.keep(*match.span(), marker="(?!)")
        begin = match.end()
    prose.keep(begin, len(text), marker=r"#+(?=\s)")
    for match in CODE_SPAN.finditer(text):
        code.letters[match.start():match.end()] = match[0]
    return prose.text(), code.text(), code.text()


def read(path, text):
    """Prose (comments or document), messages (string literals or other lines), and code."""
    extension = os.path.splitext(path)[1]
    if extension == ".md":
        return markdown(text)
    if extension in SLASHED:
        return slashed(text)
    if extension == ".py" or (not extension and re.match(r"#!.*python", text)):
        return python(text)
    return other(text, COMMENT.get(extension, "#"))


def compiled(phrases):
    for pattern, advice, bad, good, *right in phrases:
        expression = re.compile(pattern, re.M if BEGIN in pattern or phrases is NAMES else re.M | re.I)
        assert expression.search(bad), f"{pattern} accepts: {bad}"
        assert not expression.search(good), f"{pattern} rejects: {good}"
        yield expression, advice, right[0] if right else ()


def collapsed(text):
    """`text` with each run of whitespace as one character, and the line of each character. A paragraph ends, with a
    newline, at an empty line and where the text is interrupted (NUL)."""
    letters, lines, line = [], [], 1
    for match in re.finditer(r"[\s\0]+|[^\s\0]", text):
        breaks = match[0].count("\n")
        is_word = match[0].strip("\0\n\t \r\f\v")
        letters.append(match[0] if is_word else "\n" if "\0" in match[0] or breaks > 1 else " ")
        lines.append(line)
        line += breaks
    return "".join(letters), lines


def files(root, below):
    for directory, directories, names in os.walk(root):
        directories[:] = sorted(d for d in directories if not d.startswith("build") and d not in SKIPPED_DIRECTORIES)
        for name in sorted(names):
            path = os.path.relpath(os.path.join(directory, name), root)
            if not path.endswith(SKIPPED) and (not below or is_below(path, below)):
                yield path


def widths(root):
    """The greatest width of lines, from .editorconfig: {".md": 140, ...}; "" for all other files."""
    with open(os.path.join(root, ".editorconfig"), encoding="utf-8") as stream:
        sections = re.findall(r"(?m)^\[\*(.*)\]\n((?:[^\[\n].*\n)+)", stream.read())
    return {name: int(width[1]) for name, keys in sections
            if (width := re.search(r"max_line_length = (\d+)", keys))}


def too_wide(path, text, width):
    """Lines of a source or document that are too wide, except in code blocks and tables of documents and in examples of
    policies in comments. Fuzz targets, tables and data have lines of any width."""
    extension, is_code = os.path.splitext(path)[1], False
    limit = width.get(extension, width[""])
    if extension not in (".cpp", ".h", ".c", ".py", ".md"):
        return
    for number, line in enumerate(text.split("\n"), 1):
        is_code ^= line.startswith("```")
        if len(line) > limit and not is_code and not (extension == ".md" and line.startswith("|")):
            yield f"{path}:{number}: {len(line)} columns, the limit is {limit}: break the line"


def is_below(path, places):
    return next((place for place in places if path == place or path.startswith(place.rstrip("/") + "/")), None)


def main(root, below):
    phrases, names, problems, used, width = list(compiled(PHRASES)), list(compiled(NAMES)), [], set(), widths(root)

    def look(path, kind, text, patterns, line_of):
        for expression, advice, right in patterns:
            for match in () if is_below(path, right) else expression.finditer(text):
                exception = next((e for e in EXCEPTIONS if e[0] == path and e[1] in match[0]), None)
                used.add(exception)
                if not exception:
                    problems.append(f"{path}:{line_of(match.start())}: {kind}: \"{match[0]}\": {advice}")

    for path in files(root, below):
        with open(os.path.join(root, path), encoding="utf-8", errors="replace") as stream:
            text = stream.read()
        if "\0" in text:  # not a text file
            continue
        problems += too_wide(path, text, width)
        look(path, "file name", os.path.basename(path), names, lambda at: 1)
        prose, messages, code = read(path, text)
        for kind, part in (("prose", prose), ("message", messages)):
            part, lines = collapsed(part)
            look(path, kind, part, phrases, lines.__getitem__)
        for number, line in enumerate(code.split("\n"), 1):
            for word in re.findall(r"\w+", line):
                look(path, "name", word, names, lambda at, number=number: number)
    if not below:
        problems += [f"exception for {e[0]} ({e[1]!r}) matches nothing: remove it" for e in EXCEPTIONS if e not in used]
    for problem in problems:
        print(problem)
    print(f"{len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(os.path.abspath(sys.argv[1]), sys.argv[2:]))
