#!/usr/bin/env python3
"""A new row in a table recompiles few sources: row_cost_test.py ROOT

Counts the sources of the program that include each table, directly or through headers: a new row recompiles
them. LIMITS has the allowed numbers. Lint rules, diagnostics and targets are added most often; the source of
a new rule itself comes on top.
"""

import functools
import os
import re
import sys

AREAS = ("compiler", "lint", "lsp", "runtime")
# Rules may cost three sources, including the rule's own.
LIMITS = {"lint/rules.def": 2, "compiler/diagnostics/diagnostics.def": 15, "compiler/targets/targets.def": 5}
INCLUDE = re.compile(r'^\s*#\s*include\s+["<]([^">]+)[">]', re.M)


class Tree:
    def __init__(self, root):
        self.root = root

    def files(self, *endings):
        for area in AREAS:
            for directory, _, names in os.walk(os.path.join(self.root, area)):
                for name in names:
                    if name.endswith(endings):
                        yield os.path.relpath(os.path.join(directory, name), self.root)

    def resolve(self, name):
        """The file that an include names, or None if it is not one of ours."""
        for path in (name, os.path.join("runtime/include", name)):
            if os.path.isfile(os.path.join(self.root, path)):
                return path
        return None

    @functools.cache
    def includes(self, path):
        """All files of ours that `path` includes, directly or not."""
        with open(os.path.join(self.root, path), encoding="utf-8") as stream:
            direct = {self.resolve(name) for name in INCLUDE.findall(stream.read())} - {None, path}
        return frozenset(direct.union(*(self.includes(one) for one in direct)))

    def users(self, table):
        return sorted(source for source in self.files(".cpp") if table in self.includes(source))


def main(root):
    tree = Tree(root)
    failed = False
    for table in sorted(tree.files(".def")):
        users = tree.users(table)
        limit = LIMITS.get(table)
        print(f"{table}: {len(users)} sources" + (f", at most {limit}" if limit else ""))
        if not users:
            print("  no file includes it")
            failed = True
        if limit and len(users) > limit:
            print("  " + "\n  ".join(users))
            failed = True
    missing = [table for table in LIMITS if not os.path.exists(os.path.join(root, table))]
    for table in missing:
        print(f"{table} is not there")
    return 1 if failed or missing else 0


if __name__ == "__main__":
    sys.exit(main(os.path.abspath(sys.argv[1])))
