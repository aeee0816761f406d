#!/usr/bin/env python3
"""clang-tidy for one source: tidy.py CLANG_TIDY COMPILE_COMMANDS SOURCE STAMP [MORE_CHECKS]

Writes STAMP if the source is clean, and STAMP.d with all files that it includes, so that ninja checks only
changed sources again.
"""

import json
import os
import shlex
import subprocess
import sys


def main(clang_tidy, database, source, stamp, more_checks=""):
    with open(database, encoding="utf-8") as stream:
        entries = {entry["file"]: entry for entry in json.load(stream)}
    if source not in entries:
        print(f"{source}: no target of this preset compiles it, so nothing looks at it")
        return 1
    done = subprocess.run([clang_tidy, "--quiet", "-p", os.path.dirname(database), f"--checks={more_checks}", source],
                          check=False, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if done.returncode != 0:
        sys.stdout.buffer.write(done.stdout + done.stderr)
        return 1
    entry = entries[source]
    compiler = [word for word in shlex.split(entry["command"]) if not word.endswith("ccache")]
    compiler = compiler[:compiler.index("-o")]
    subprocess.run([*compiler, "-M", "-MT", stamp, "-MF", stamp + ".d", source], cwd=entry["directory"],
                   check=True)
    with open(stamp, "w", encoding="utf-8"):
        return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
