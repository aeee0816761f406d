#!/usr/bin/env python3
"""A new row in a table recompiles few sources, and all tables have one form: row_cost_test.py ROOT

Counts the sources of the program that include each table, directly or through headers: a new row recompiles
them. LIMITS has the allowed numbers. Lint rules, diagnostics and targets are added most often; the source of
a new rule itself comes on top.

The form of a table: a comment; if it has rows of several macros, an empty default of each (`#ifndef`), so that
a user defines only those that it needs; the rows; an `#undef` of each macro. A table that only one source
needs is an array there.
"""

import functools
import os
import re
import sys

AREAS = ("compiler", "lint", "lsp", "runtime")
RUNTIME = "runtime/include/ipec/runtime/"
LIMITS = {
    "lint/rules.def": 2,  # and the rule's own source
    "compiler/driver/diff_outputs.def": 6,
    "lint/outputs.def": 12,
    "compiler/diagnostics/diagnostics.def": 18,
    "compiler/event/fields.def": 2,
    "compiler/inventory/partition_types.def": 3,
    "compiler/life/answers.def": 7,
    "compiler/matrix/matrix_findings.def": 1,
    "compiler/matrix/outputs.def": 1,
    "compiler/optimize/passes.def": 13,
    "compiler/pipeline/unmatched.def": 4,
    "compiler/records/fields.def": 1,
    "compiler/records/forms.def": 1,
    "compiler/records/shapes.def": 1,
    "compiler/records/troubles.def": 21,  # and the sources of replays
    "compiler/records/types.def": 1,
    "compiler/replay/outputs.def": 1,
    "compiler/replay/reasons.def": 18,
    "compiler/sign/hashes.def": 23,
    "compiler/suite/outputs.def": 1,
    "compiler/targets/profile_findings.def": 1,
    "compiler/manual/values.def": 1,
    "compiler/support/errno.def": 90,
    "compiler/targets/meanings.def": 1,
    "compiler/targets/targets.def": 5,
    "compiler/targets/words.def": 1,
    "lsp/features/tokens.def": 3,
    "lsp/protocol/capabilities.def": 22,
    "lsp/protocol/editor_commands.def": 2,
    "lsp/protocol/messages.def": 14,
    RUNTIME + "audit_fields.def": 1,
    RUNTIME + "features.def": 56,
    RUNTIME + "load_status.def": 25,
    # Operations and properties, which nearly every source uses.
    RUNTIME + "vocabulary.def": 368,
}
INCLUDE = re.compile(r'^\s*#\s*include\s+["<]([^">]+)[">]', re.M)
ROW = re.compile(r"^(IPEC_\w+)\(", re.M)


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


def problems_of_form(text):
    """The problems of a table that has another form than the others."""
    macros = sorted(set(ROW.findall(text)))
    if not text.startswith("// "):
        yield "it does not begin with a comment"
    for macro in macros:
        if not re.search(rf"^#undef {macro}$", text, re.M):
            yield f"{macro} is not undefined at the end"
        default = re.search(rf"^#ifndef {macro}\n#define {macro}\([^)]*\)\n#endif$", text, re.M)
        if len(macros) > 1 and not default:
            yield f"{macro} has no empty default"


def main(root):
    tree = Tree(root)
    failed = False
    for table in sorted(tree.files(".def")):
        users = tree.users(table)
        limit = LIMITS.get(table)
        print(f"{table}: {len(users)} sources, at most {limit}")
        with open(os.path.join(root, table), encoding="utf-8") as stream:
            problems = list(problems_of_form(stream.read()))
        if not users:
            problems.append("no file includes it")
        if limit is None:
            problems.append("LIMITS in row_cost_test.py has no limit for it")
        elif len(users) > limit:
            problems += users
        for problem in problems:
            print(f"  {problem}")
        failed = failed or bool(problems)
    missing = [table for table in LIMITS if not os.path.exists(os.path.join(root, table))]
    for table in missing:
        print(f"{table} is not there")
    return 1 if failed or missing else 0


if __name__ == "__main__":
    sys.exit(main(os.path.abspath(sys.argv[1])))
