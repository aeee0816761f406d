#!/usr/bin/env python3
"""The runtime library on other machines: cross_test.py IPEC SOURCES

Compiles the policies of tests/conformance to tables, each as a C header. For each machine, Debian's
cross compiler builds a program with these tables, all events of the conformance data and the library's
sources, and qemu-user runs it: every record must equal the kernel's. use.c, which calls every function
of the C interface, is run in the same way. The test also runs on this machine, to detect its own errors.

Exit status 77 if neither a cross compiler nor qemu is installed.
"""

import glob
import json
import os
import shutil
import subprocess
import sys
import tempfile

SKIPPED = 77
# The compilers, the commands that run the programs, and the byte order, which the test checks.
MACHINES = {"this machine": ("", [], sys.byteorder),
            "s390x": ("s390x-linux-gnu-", ["qemu-s390x"], "big"),
            "aarch64": ("aarch64-linux-gnu-", ["qemu-aarch64"], "little")}
PROGRAM = r"""
static void ask(const unsigned char* table, size_t size, const ipec_event* events, size_t count) {
  char record[16384];
  ipec_policy policy;
  size_t i;
  const int status = ipec_load(table, size, &policy);
  if (status != IPEC_LOAD_Ok) {
    printf("%s\n", ipec_describe_load_status(status));
    exit(1);
  }
  for (i = 0; i < count; ++i) {
    const ipec_decision decision = ipec_evaluate(&policy, &events[i]);
    if (ipec_access_record(&policy, &events[i], &decision, 1, record, sizeof record) >= sizeof record) exit(1);
    printf("%s\n", record);
  }
}
"""


def run(*command):
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False, timeout=300)
    if done.returncode:
        raise SystemExit(f"{' '.join(command[:4])} … gave {done.returncode}:\n{done.stdout.decode('utf-8', 'replace')}"
                         f"{done.stderr.decode('utf-8', 'replace')}")
    return done.stdout


def literal(text):
    return '"' + "".join(f"\\{byte:03o}" for byte in text.encode("utf-8", "surrogateescape")) + '"'


def vocabulary(sources):
    """From spellings to enumerators, as in runtime.h."""
    found = {}
    path = os.path.join(sources, "runtime/include/ipec/runtime/vocabulary.def")
    with open(path, encoding="utf-8") as rows:
        for row in rows:
            kind, _, rest = row.partition("(")
            if kind in ("IPEC_OPERATION", "IPEC_HOOK"):
                name, _, spelling = (part.strip(' ")\n') for part in rest.split(","))
                found[kind, spelling] = f"{kind}_{name}"
    return found


class Source:
    """The program: declarations first, since C has no values in place of pointers at file scope."""

    def __init__(self, words):
        self.words, self.lines, self.calls, self.records = words, [], [], []

    def verity(self, fields, digest_field):
        if fields is None:
            return "NULL"
        number, digest = len(self.lines), "NULL"
        if fields.get(digest_field) is not None:
            algorithm, _, hex_digits = fields[digest_field].rpartition(":")
            raw = bytes.fromhex(hex_digits)
            self.lines.append(f"static const uint8_t b{number}[] = {{{','.join(map(str, raw))}}};\n"
                              f"static const ipec_digest d{number} = {{{literal(algorithm)}, b{number}, {len(raw)}}};")
            digest = f"&d{number}"
        self.lines.append(f"static const ipec_verity v{number} = {{{digest}, {int(fields.get('signed', False))}}};")
        return f"&v{number}"

    def event(self, event):
        file = "NULL"
        if "file" in event:
            path = event["file"].get("path")
            file = f"&f{len(self.lines)}"
            self.lines.append(f"static const ipec_file {file[1:]} = {{{'NULL' if path is None else literal(path)}, "
                              f"{literal(event['file'].get('dev', ''))}, {event['file'].get('ino', 0)}u}};")
        return (f"  {{{self.words['IPEC_OPERATION', event['op']]}, {self.words['IPEC_HOOK', event['hook']]}, "
                f"{int(event.get('enforcing', True))}, {event.get('pid', 0)}, {literal(event.get('comm', ''))}, {file}, "
                f"{int(event.get('boot_verified', False))}, {self.verity(event.get('dmverity'), 'roothash')}, "
                f"{self.verity(event.get('fsverity'), 'digest')}}},")

    def policy(self, header, symbol, rows):
        events = "\n".join(self.event(row["event"]) for row in rows)
        self.lines.append(f'#include "{header}"\nstatic const ipec_event e{symbol}[] = {{\n{events}\n}};')
        self.calls.append(f"  ask({symbol}, sizeof {symbol}, e{symbol}, {len(rows)});")
        self.records += [row["audit"] for row in rows]

    def text(self):
        begin = '#include <stdio.h>\n#include <stdlib.h>\n#include "ipec/runtime/runtime.h"\n'
        calls = "\n".join(self.calls)
        return begin + PROGRAM + "\n".join(self.lines) + f"\nint main(void) {{\n{calls}\n  return 0;\n}}\n"


def write_program(ipec, sources, directory):
    """The source of the program, and the records it must print."""
    source = Source(vocabulary(sources))
    for path in sorted(glob.glob(os.path.join(sources, "tests/conformance/eval-*.jsonl"))):
        target, rows = os.path.basename(path)[len("eval-"):-len(".jsonl")], []
        with open(path, encoding="utf-8") as lines:
            for row in map(json.loads, lines):
                if "text" in row:
                    rows.append((row["text"], []))
                else:
                    rows[-1][1].append(row)
        for text, events in rows:
            symbol = f"table{len(source.calls)}"
            policy = os.path.join(directory, symbol + ".pol")
            with open(policy, "w", encoding="utf-8", newline="") as stream:
                stream.write(text)
            run(ipec, "compile", "--emit=c", f"--symbol={symbol}", f"--target={target}",
                "-o", os.path.join(directory, symbol + ".h"), policy)
            source.policy(symbol + ".h", symbol, events)
    with open(os.path.join(directory, "program.c"), "w", encoding="utf-8") as stream:
        stream.write(source.text())
    return source.records


def build(sources, directory, prefix, program, objects):
    made = os.path.join(directory, "made")
    run(prefix + "gcc", "-std=c99", "-static", "-O1", "-Wall", "-Werror", "-I", directory,
        "-I", os.path.join(sources, "runtime/include"), "-o", made, program, *objects)
    return made


def check_machine(name, sources, directory, records):
    prefix, emulator, order = MACHINES[name]
    objects = []
    for source in sorted(glob.glob(os.path.join(sources, "runtime/*.cpp"))):
        objects.append(os.path.join(directory, os.path.basename(source) + ".o"))
        run(prefix + "g++", "-std=c++20", "-O2", "-fno-exceptions", "-fno-rtti", "-Wall", "-Wextra", "-Werror",
            "-DIPEC_RUNTIME_STATIC", "-I", sources, "-I", os.path.join(sources, "runtime/include"),
            "-c", "-o", objects[-1], source)
    macros = run(prefix + "gcc", "-dM", "-E", "-x", "c", "/dev/null").decode()
    if f"__BYTE_ORDER__ __ORDER_{order.upper()}_ENDIAN__" not in macros:
        raise SystemExit(f"{name} is not a {order}-endian machine")
    got = run(*emulator, build(sources, directory, prefix, os.path.join(directory, "program.c"), objects))
    wanted = "".join(record + "\n" for record in records).encode("utf-8", "surrogateescape")
    if got != wanted:
        pairs = zip(got.split(b"\n"), wanted.split(b"\n"))
        raise SystemExit(f"{name}: records differ: " + str(next((pair for pair in pairs if pair[0] != pair[1]), "number")))
    interface = run(*emulator, build(sources, directory, prefix, os.path.join(sources, "tests/embed/use.c"), objects))
    if interface != b"every function of the C interface answers\n":
        raise SystemExit(f"{name}: use.c prints {interface}")


def main(arguments):
    if len(arguments) != 2:
        print(__doc__)
        return 2
    ipec, sources = (os.path.abspath(argument) for argument in arguments)
    needs = {name: [prefix + "gcc", prefix + "g++", *emulator] for name, (prefix, emulator, _) in MACHINES.items()}
    there = [name for name, programs in needs.items() if all(map(shutil.which, programs))]
    for name in MACHINES:
        if name not in there:
            print(f"{name} is left out: one of {', '.join(needs[name])} is not installed")
    if len(there) < 2:
        return SKIPPED
    with tempfile.TemporaryDirectory(prefix="ipec-cross-") as directory:
        records = write_program(ipec, sources, directory)
        run(ipec, "compile", "--emit=c", "-o", os.path.join(directory, "policy_table.h"),
            os.path.join(sources, "examples/embed/policy.pol"))
        for name in there:
            check_machine(name, sources, directory, records)
    print(f"{len(records)} records are equal on {', '.join(there)}")
    return 0 if len(records) > 1000 else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
