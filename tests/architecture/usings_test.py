#!/usr/bin/env python3
"""No source has a using-declaration that it does not use: usings_test.py ROOT

clang-tidy finds them only in sources that it reads alone, which takes three times as long. A name
in a comment or in a string counts as a use, so this test finds fewer of them.
"""

import os
import re
import sys

AREAS = ("compiler", "lint", "lsp", "runtime", "tests")
USING = re.compile(r"^\s*using [\w:]+::(\w+);", re.MULTILINE)


def unused(text):
    return [name for name in USING.findall(text) if len(re.findall(rf"\b{name}\b", text)) == 1]


def main(root):
    assert unused("using a::Used;\nusing a::Idle;\nUsed x;\n") == ["Idle"]
    found = looked = 0
    for area in AREAS:
        for directory, _, names in sorted(os.walk(os.path.join(root, area))):
            for name in names:
                if not name.endswith(".cpp"):
                    continue
                path = os.path.join(directory, name)
                with open(path, encoding="utf-8") as stream:
                    text = stream.read()
                looked += 1
                for declared in unused(text):
                    found += 1
                    print(f"{os.path.relpath(path, root)}: unused: using …::{declared}")
    print(f"{found} unused using-declarations in {looked} sources")
    return 0 if looked > 0 and found == 0 else 1


if __name__ == "__main__":
    sys.exit(main(os.path.abspath(sys.argv[1])))
