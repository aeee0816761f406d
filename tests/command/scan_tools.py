"""Shared by the tests of `ipec scan`: calls of programs, and files in a temporary directory."""

import json
import os
import re
import shutil
import subprocess
import tempfile
import unittest

IPEC = ""
PATH = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"

def tool(name):
    """The path of a program; without it, the test is skipped, or fails if CI is set."""
    found = shutil.which(name, path=PATH)
    if found is None:
        if os.environ.get("CI"):
            raise AssertionError(name + " is not installed")
        raise unittest.SkipTest(name + " is not installed")
    return found


def run(*words, status=0, given=None):
    done = subprocess.run(words, input=given, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False, timeout=300)
    if status is not None and done.returncode != status:
        raise AssertionError(f"{words}: {done.returncode}\n{done.stdout.decode()}{done.stderr.decode()}")
    return done


def scan(*words, status=0, given=None):
    done = run(IPEC, "scan", "--format=json", *words, status=status, given=given)
    return json.loads(done.stdout) if status == 0 else done.stderr.decode()


def write(name, data):
    with open(name, "wb") as stream:
        stream.write(data)


def read(name):
    with open(name, "rb") as stream:
        return stream.read()


def flip(name, bit):
    with open(name, "r+b") as stream:
        stream.seek(bit // 8)
        byte = stream.read(1)[0]
        stream.seek(bit // 8)
        stream.write(bytes([byte ^ 1 << bit % 8]))


def verity_format(data, hashes, *options):
    out = run(tool("veritysetup"), "format", *options, data, hashes).stdout.decode()
    return re.search(r"Root hash:\s+([0-9a-f]+)", out).group(1)


def verity_agrees(data, hashes, root, *options):
    return run(tool("veritysetup"), "verify", *options, data, hashes, root, status=None).returncode == 0


class InTemporaryDirectory(unittest.TestCase):
    def setUp(self):
        place = tempfile.TemporaryDirectory(prefix="ipec-scan-")
        self.addCleanup(place.cleanup)
        os.chdir(place.name)

    def only_volume(self, *words):
        found = scan(*words)["volumes"]
        self.assertEqual(len(found), 1, found)
        return found[0]


def main(arguments):
    """Runs the tests of the script; its first argument is the path of the program."""
    global IPEC  # pylint: disable=global-statement
    IPEC = os.path.abspath(arguments.pop(1))
    unittest.main()
