#!/usr/bin/env python3
"""The program and the runtime stay small: sizes_test.py IPEC RUNTIME_LIBRARY

The stripped program must be below 10 MB, the code of the runtime library below 64 KiB.
"""

import os
import subprocess
import sys
import tempfile

PROGRAM_LIMIT = 10_000_000
RUNTIME_LIMIT = 64 * 1024


def main(ipec, library):
    with tempfile.TemporaryDirectory() as work:
        stripped = os.path.join(work, "ipec")
        subprocess.run(["strip", "-o", stripped, ipec], check=True)
        program = os.path.getsize(stripped)
    # Berkeley format: text data bss dec hex filename, one line per member; text includes code and constants.
    listed = subprocess.run(["size", library], check=True, stdout=subprocess.PIPE).stdout.decode()
    code = sum(int(line.split()[0]) for line in listed.splitlines()[1:])
    print(f"ipec stripped: {program} bytes of {PROGRAM_LIMIT}; runtime code: {code} bytes of {RUNTIME_LIMIT}")
    return 0 if program < PROGRAM_LIMIT and 0 < code < RUNTIME_LIMIT else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
