#!/usr/bin/env python3
"""The names in the headers that `ipec compile --emit=c` writes: c_names_test.py IPEC

Includes headers of policies with unusual names in one file. Dialects of C and C++ must compile it
without a warning, and the program must contain the same bytes as the tables. Different tables of one
name must not compile. `--symbol` accepts exactly the names that a compiler accepts.
"""

import os
import re
import subprocess
import sys
import tempfile

DIALECTS = [("gcc", "c", "c99"), ("gcc", "c", "gnu17"), ("gcc", "c", "c2x"),
            ("g++", "c++", "c++11"), ("g++", "c++", "gnu++20"), ("clang-14", "c", "c99"),
            ("clang-14", "c++", "c++20")]
# Those that compile the headers: with `tests/run --slow` all, else one of each compiler.
COMPILED = DIALECTS if os.environ.get("IPEC_STRIDE") == "1" else DIALECTS[::3]
NAMES = ["int", "register", "class", "2nd", "007", "a-b", "a.b.c", "Ex.Policy_v1", "__x__", "-", "table", "policy",
         "name", "linux", "политика", "方針", "back\\slash", '"quoted"', "star*", "%s", "{0}", "what??=", "x@y", "n" * 255,
         b"\xff\xfe", b"caf\xc3\xa9", b"caf\xe9", b"\x1b[31m", b"\x7f"]
CLASHES = [("a-b", "a_b"), ("a--b", "a-b"), ("-", "+"), ("a", "a."), ("_", "??="), ("*", "_")]
SYMBOLS = ["policy", "p", "P9", "a_b", "a_", "ipec_appliance_table", "volatil", "Class", "ands"]
NOT_SYMBOLS = ["", "9a", "a-b", "a b", "a.b", "é", "_a", "__a", "a__b", "_A", "$", "a\n", "int x", "a[1]", "*/"]


def call(*command):
    return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False, timeout=120)


def expect(what, good, detail=""):
    if not good:
        raise SystemExit(f"{what}\n{detail}")


class Headers:
    """Policies and their headers in a directory."""

    def __init__(self, ipec, directory):
        self.ipec, self.directory, self.count = ipec, directory, 0

    def compile(self, name, *options, action="DENY"):
        """The path of the header of a policy, and its table."""
        self.count += 1
        stem = os.path.join(self.directory, f"policy{self.count}")
        with open(stem + ".pol", "wb") as policy:
            name = name if isinstance(name, bytes) else name.encode()
            policy.write(b"policy_name=" + name + b" policy_version=1.0.0\nDEFAULT action=" + action.encode() + b"\n")
        done = call(self.ipec, "compile", "--emit=c", "-o", stem + ".h", *options, stem + ".pol")
        expect(f"the header of {name!r}", done.returncode == 0, done)
        return stem + ".h", call(self.ipec, "compile", "-o", "-", stem + ".pol").stdout

    def build(self, headers, dialect, body=""):
        """The output of a compiler for a file that includes the headers."""
        compiler, language, standard = dialect
        source = os.path.join(self.directory, "all.c")
        with open(source, "w", encoding="utf-8") as file:
            file.writelines(f'#include "{header}"\n' for header in headers)
            file.write(body)
        return call(compiler, "-x", language, f"-std={standard}", "-Wall", "-Wextra", "-Wpedantic", "-Werror",
                    "-Wno-unused", "-o", os.path.join(self.directory, "all"), source)


def array_of(header):
    with open(header, encoding="ascii") as file:
        return re.search(r"^(\w+)\[\d+\] = \{", file.read(), re.M).group(1)


def check_names(headers):
    made = [headers.compile(name) for name in NAMES]
    arrays = [array_of(header) for header, _ in made]
    expect("names that clash", len(set(arrays)) == len(arrays), arrays)
    writes = "".join(f"  fwrite({name}, 1, sizeof {name}, stdout);\n" for name in arrays)
    body = f"#include <stdio.h>\nint main(void) {{\n{writes}  return 0;\n}}\n"
    for dialect in COMPILED:
        done = headers.build([header for header, _ in made], dialect, body)
        expect(f"{dialect}: all names in one file", done.returncode == 0, done.stderr.decode("utf-8", "replace"))
        held = call(os.path.join(headers.directory, "all")).stdout
        expect(f"{dialect}: the bytes of the tables", held == b"".join(table for _, table in made))


def check_clashes(headers):
    pairs = [[headers.compile(a)[0], headers.compile(b)[0]] for a, b in CLASHES]
    pairs.append([headers.compile("same")[0], headers.compile("same", action="ALLOW")[0]])
    pairs.append([headers.compile(name, "--symbol=chosen")[0] for name in ("a", "b")])
    for pair in pairs:
        for dialect in COMPILED:
            done = headers.build(pair, dialect, "int main(void) { return 0; }\n")
            expect(f"{dialect}: {pair} are one name", done.returncode != 0)
            expect("the #error names the way out", b"--symbol=NAME" in done.stderr, done.stderr)
    copies = [headers.compile("same")[0], headers.compile("same")[0]]
    done = headers.build(copies, COMPILED[0], "int main(void) { return 0; }\n")
    expect("one table in two headers is one table", done.returncode == 0, done.stderr)


def predefined():
    """Macros that a compiler defines without a leading `_`."""
    for compiler, language, standard in DIALECTS:
        done = call(compiler, "-x", language, f"-std={standard}", "-dM", "-E", "/dev/null")
        for line in done.stdout.decode().splitlines():
            name = line.split()[1]
            if re.fullmatch(r"[A-Za-z]\w*", name):
                yield name


def check_symbols(headers):
    for symbol in SYMBOLS:
        header, _ = headers.compile("any", f"--symbol={symbol}")
        expect("the name that was chosen", array_of(header) == symbol)
        for dialect in COMPILED:
            done = headers.build([header], dialect, "int main(void) { return 0; }\n")
            expect(f"{dialect}: --symbol={symbol}", done.returncode == 0, done.stderr)
    source = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../compiler/table/c_name.cpp")
    with open(source, encoding="utf-8") as file:
        listed = "".join(re.findall(r"(?:kReserved|kMacros)\[\] = \{(.*?)\};", file.read(), re.S))
    macros = set(predefined())
    expect("a compiler that predefines nothing", "linux" in macros, macros)
    for symbol in NOT_SYMBOLS + ["IPEC_LOAD_Ok"] + re.findall(r'"(\w+)"', listed) + sorted(macros):
        done = call(headers.ipec, "compile", "--emit=c", f"--symbol={symbol}", "-o", "-",
                    os.path.join(headers.directory, "policy1.pol"))
        expect(f"--symbol={symbol} is rejected", done.returncode == 2 and b"--symbol" in done.stderr, done)


def main(arguments):
    if len(arguments) != 1:
        print(__doc__)
        return 2
    with tempfile.TemporaryDirectory(prefix="ipec-names-") as directory:
        headers = Headers(os.path.abspath(arguments[0]), directory)
        check_names(headers)
        check_clashes(headers)
        check_symbols(headers)
    print(f"{len(NAMES)} names in one file, in {len(COMPILED)} dialects; clashes are errors")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
