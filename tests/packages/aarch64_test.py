#!/usr/bin/env python3
"""The static program for aarch64, built by examples/packaging/aarch64: aarch64_test.py SOURCES DIRECTORY

Under qemu, it gives the verdicts and records of tests/conformance, and the archive has its manual.
"""

import glob
import os
import shutil
import subprocess
import sys
import tempfile


def run(*command):
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False, timeout=3000)
    output = done.stdout.decode("utf-8", "replace")
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(command)}\ngave status {done.returncode}:\n{output[-4000:]}")
    return output


def main(sources, directory):
    for program in ("qemu-aarch64", "aarch64-linux-gnu-g++"):
        if not shutil.which(program):
            print(f"{program} is not installed")
            return 77
    run(os.path.join(sources, "examples/packaging/aarch64"), directory)
    program = os.path.join(directory, "build/ipec")
    header = run("readelf", "-hlW", program)
    if "AArch64" not in header or "INTERP" in header:
        raise SystemExit(f"not a static program for aarch64:\n{header}")
    with tempfile.TemporaryDirectory(prefix="ipec-aarch64-") as work:
        emulated = os.path.join(work, "ipec")
        with open(emulated, "w", encoding="utf-8") as stream:
            stream.write(f"#!/bin/sh\nexec qemu-aarch64 {program} \"$@\"\n")
            os.fchmod(stream.fileno(), 0o755)
        for data in sorted(glob.glob(os.path.join(sources, "tests/conformance/*.jsonl"))):
            print(run(sys.executable, "-IBS", os.path.join(sources, "tests/conformance/run.py"), emulated, data), end="")
    archive = glob.glob(os.path.join(directory, "build/packages/ipec-*-linux-aarch64.tar.gz"))
    listed = run("tar", "-tzf", archive[0])
    if "share/man/man1/ipec-check.1\n" not in listed:
        raise SystemExit(f"no manual in {archive[0]}:\n{listed}")
    for package in ("ipec", "libipec-runtime0", "libipec-runtime-dev"):
        file = glob.glob(os.path.join(directory, f"build/packages/{package}_*_arm64.deb"))[0]
        if run("dpkg-deb", "--field", file, "Architecture") != "arm64\n":
            raise SystemExit(f"{file} is not for arm64")
    print(f"{os.path.basename(archive[0])}: passed under qemu")
    return 0


if __name__ == "__main__":
    sys.exit(main(*(os.path.abspath(argument) for argument in sys.argv[1:3])))
