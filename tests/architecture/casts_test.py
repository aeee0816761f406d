#!/usr/bin/env python3
"""Sources convert numbers through named functions, not with casts: casts_test.py ROOT [--print]

Counts `static_cast<` in the C++ sources of the program and of the runtime. There may be LIMIT in a
thousand lines: compiler/support/numbers.h and runtime/numbers.h have the conversions, and sets and maps
of enumerators need none. --print shows each directory.
"""

import os
import sys

AREAS = ("compiler", "lint", "lsp", "runtime")
LIMIT = 5.0


class Count:
    def __init__(self):
        self.casts = self.lines = 0

    def add(self, text):
        self.casts += text.count("static_cast<")
        self.lines += text.count("\n")

    def per_thousand(self):
        return 1000 * self.casts / max(self.lines, 1)

    def __str__(self):
        return f"{self.casts} casts in {self.lines} lines: {self.per_thousand():.1f} in a thousand"


def main(root, show):
    total, directories = Count(), {}
    for area in AREAS:
        for directory, _, names in sorted(os.walk(os.path.join(root, area))):
            for name in names:
                if not name.endswith((".cpp", ".h")):
                    continue
                with open(os.path.join(directory, name), encoding="utf-8") as stream:
                    text = stream.read()
                total.add(text)
                directories.setdefault(os.path.relpath(directory, root), Count()).add(text)
    if show:
        for directory, count in directories.items():
            print(f"{directory}: {count}")
    print(f"{total}, of {LIMIT}")
    return 0 if total.lines > 0 and total.per_thousand() <= LIMIT else 1


if __name__ == "__main__":
    sys.exit(main(os.path.abspath(sys.argv[1]), "--print" in sys.argv[2:]))
