#!/usr/bin/env python3
"""clang-tidy for sources of one library: tidy.py CLANG_TIDY COMPILE_COMMANDS STAMP MORE_CHECKS SOURCE...

Several sources are read as one, because most of the time goes into the headers that they share. Writes STAMP if
they are clean, and STAMP.d with all files that they include, so that ninja checks only changed sources again.
"""

import json
import os
import shlex
import subprocess
import sys


def main(clang_tidy, database, stamp, more_checks, *sources):
    with open(database, encoding="utf-8") as stream:
        entries = {entry["file"]: entry for entry in json.load(stream)}
    for source in sources:
        if source not in entries:
            print(f"{source}: no target of this preset compiles it, so nothing looks at it")
            return 1
    entry = entries[sources[0]]
    command = [word for word in shlex.split(entry["command"]) if not word.endswith("ccache")]
    command = command[:command.index("-o")]
    read = sources[0]
    if len(sources) > 1:
        read = stamp + ".cpp"
        with open(read, "w", encoding="utf-8") as stream:
            stream.write("".join(f'#include "{source}"  // NOLINT(bugprone-suspicious-include)\n' for source in sources))
    done = subprocess.run([clang_tidy, "--quiet", f"--checks={more_checks}", read, "--", *command[1:]],
                          cwd=entry["directory"], check=False, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if done.returncode != 0:
        sys.stdout.buffer.write(done.stdout + done.stderr)
        return 1
    subprocess.run([*command, "-M", "-MT", stamp, "-MF", stamp + ".d", read], cwd=entry["directory"], check=True)
    with open(stamp, "w", encoding="utf-8"):
        return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
