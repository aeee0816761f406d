#!/usr/bin/env python3
"""Every request at every position of every policy we have: check_test.py IPEC ROOT PART OF

Uses the policies of examples/ and tests/golden; for a golden file, the text before its first section. PART of OF
selects a share of them."""

import os
import subprocess
import sys
import tempfile


def policies(root):
    for top in ("examples", os.path.join("tests", "golden")):
        for directory, directories, files in os.walk(os.path.join(root, top)):
            directories[:] = sorted(d for d in directories if d not in ("data", "build", "__pycache__"))
            for name in sorted(files):
                path = os.path.join(directory, name)
                golden = top != "examples" and directory != os.path.join(root, top)
                if name == "README.md" or not (golden or name.endswith(".pol")):
                    continue
                with open(path, "rb") as stream:
                    yield os.path.relpath(path, root), stream.read().split(b"\n# --- ")[0] + b"\n"


def main(ipec, root, part, of):
    with tempfile.TemporaryDirectory(prefix="ipec-lsp-") as work:
        names = []
        for name, text in list(policies(root))[part::of]:
            flat = os.path.join(work, name.replace("/", "+"))
            with open(flat, "wb") as stream:
                stream.write(text)
            names.append(flat)
        done = subprocess.run([ipec, "lsp", "--check", *names], stdout=subprocess.PIPE, check=False)
    lines = done.stdout.decode("utf-8", "replace").splitlines()
    wrong = [line for line in lines if not line.endswith(" requests, 0 problems")]
    print("\n".join(wrong))
    print(f"{len(names)} policies, {len(wrong)} lines of problems")
    good = done.returncode == 0 and not wrong and len(lines) == len(names) and len(names) > 50
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main(os.path.abspath(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4])))
