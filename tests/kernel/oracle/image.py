"""examples/image: the image is started, its program runs, and a copy of the program elsewhere is denied."""

import subprocess
import tempfile

from oracle.kernel import DIRECTORY


def run(session, _count):
    """Returns the number of disagreements and a summary."""
    script = DIRECTORY.parent.parent / "examples/image/build"
    with tempfile.TemporaryDirectory() as directory:
        done = subprocess.run([script, "--boot", session.ipec.program, directory], check=False,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", errors="replace")
    if done.returncode != 0:
        print(done.stdout)
    return int(done.returncode != 0), "examples/image built, scanned, signed and started"
