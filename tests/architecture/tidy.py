#!/usr/bin/env python3
"""clang-tidy for sources: tidy.py CLANG_TIDY COMPILE_COMMANDS STAMP MORE_CHECKS SOURCE...

Several sources are read as one, because most of the time goes into the headers that they share. Names in their
unnamed namespaces may be the same: such names are macros in the source that is read. If the sources do not compile
as one nevertheless, each half of them is read as one. Writes STAMP if they are clean, and STAMP.d with all files that
they include, so that ninja checks only changed sources again.
"""

import json
import re
import shlex
import subprocess
import sys

# A declaration in the first column of an unnamed namespace: of a type, a function or a variable.
DECLARATION = re.compile(r"(?:struct|class|union|enum class|enum) (\w+)|"
                         r"(?!using )[A-Za-z_][^=({;]*?\b(\w+)(?:\[[^\]]*\])*\s*[=({;]")
# Only names in the style of the project's own.
OURS = re.compile(r"k?[A-Z]\w*")


def local_names(text):
    """Names that are declared in the unnamed namespaces of a source, and are not also another scope's in it."""
    names, inside = set(), False
    for line in text.splitlines():
        if line == "namespace {":
            inside = True
        elif line == "}  // namespace":
            inside = False
        elif inside and (found := DECLARATION.match(line)):
            name = found[1] or found[2]
            if OURS.fullmatch(name):
                names.add(name)
    return {name for name in names if f"::{name}" not in text}


def leading_includes(text):
    """The #include lines before the first conditional or declaration."""
    for line in text.splitlines():
        if line.startswith("#include "):
            yield line
        elif line.startswith(("#if", "namespace")):
            return


def as_one(sources):
    """The text that includes the sources. A header is read before any name becomes a macro."""
    texts = []
    for source in sources:
        with open(source, encoding="utf-8") as stream:
            texts.append(stream.read())
    names = [local_names(text) for text in texts]
    lines = list(dict.fromkeys(line for text in texts for line in leading_includes(text)))
    for number, source in enumerate(sources):
        others = set().union(*names[:number], *names[number + 1:])
        shared = sorted(names[number] & others)
        lines += [f"#define {name} {name}In{number}" for name in shared]
        lines.append(f'#include "{source}"  // NOLINT(bugprone-suspicious-include)')
        lines += [f"#undef {name}" for name in shared]
    return "\n".join(lines) + "\n"


def command_for(entries):
    """The compiler command of the first, with the definitions and directories of all."""
    commands = []
    for entry in entries:
        words = [word for word in shlex.split(entry["command"]) if not word.endswith("ccache")]
        commands.append(words[:words.index("-o")])
    command = commands[0]
    for words in commands[1:]:
        for index, word in enumerate(words):
            option = words[index:index + (2 if word == "-isystem" else 1)]
            if word.startswith(("-D", "-I", "-isystem")) and option[-1] not in command:
                command += option
    return command


def main(clang_tidy, database, stamp, more_checks, *sources):
    with open(database, encoding="utf-8") as stream:
        entries = {entry["file"]: entry for entry in json.load(stream)}
    for source in sources:
        if source not in entries:
            print(f"{source}: no target of this preset compiles it, so nothing looks at it")
            return 1
    command = command_for([entries[source] for source in sources])
    directory = entries[sources[0]]["directory"]

    def clean(sources):
        """Whether clang-tidy finds nothing in the sources, read as one or, if they do not compile so, as two halves."""
        read, more = sources[0], []
        if len(sources) > 1:
            read, more = stamp + ".cpp", ["-Wno-shadow"]
            with open(read, "w", encoding="utf-8") as stream:
                stream.write(as_one(sources))
        done = subprocess.run([clang_tidy, "--quiet", f"--checks={more_checks}", read, "--", *command[1:], *more],
                              cwd=directory, check=False, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        if len(sources) > 1 and b"[clang-diagnostic-error]" in done.stdout:
            half = len(sources) // 2
            return all([clean(sources[:half]), clean(sources[half:])])
        if done.returncode != 0:
            sys.stdout.buffer.write(done.stdout + done.stderr)
        return done.returncode == 0

    if not clean(sources):
        return 1
    with open(stamp + ".cpp", "w", encoding="utf-8") as stream:
        stream.write("".join(f'#include "{source}"\n' for source in sources))
    subprocess.run([*command, "-M", "-MT", stamp, "-MF", stamp + ".d", stamp + ".cpp"], cwd=directory, check=True)
    with open(stamp, "w", encoding="utf-8"):
        return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
