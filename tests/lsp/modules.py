#!/usr/bin/env python3
"""Runs a test that needs npm packages: modules.py PACKAGE MODULES COMMAND…

PACKAGE is the directory of package.json and package-lock.json. MODULES is in the build directory; `npm ci` updates it
if it does not match the lock file. `nested` in package.json maps directories of packages in MODULES, which get their own
packages, to lock files in PACKAGE. COMMAND then runs with NODE_PATH set to the modules; `{modules}` in it is replaced by
MODULES. Exit status: that of COMMAND, or 77 (skipped, with the reason) if node, npm or the registry is not available; if
CI is set, that is a failure. A lock file that does not match package.json is always a failure.
"""

import fcntl
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys

SKIPPED = 77
LOCKED = ("package.json", "package-lock.json", ".npmrc")
PATIENCE = ("--fetch-retries=1", "--fetch-retry-mintimeout=500", "--fetch-retry-maxtimeout=2000", "--fetch-timeout=60000")
UNREACHABLE = re.compile(r"\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ENOTCACHED|"
                         r"ERR_SOCKET_TIMEOUT|E50[234]|E429|UNABLE_TO_[A-Z_]+|SELF_SIGNED_CERT_IN_CHAIN)\b")


def skipped(reason):
    if os.environ.get("CI"):
        print(f"failed, since CI is set: {reason}")
        return 1
    print(f"skipped: {reason}")
    return SKIPPED


def nested(directory):
    with open(os.path.join(directory, "package.json"), encoding="utf-8") as stream:
        return json.load(stream).get("nested", {})


def fingerprint(directory):
    made = hashlib.sha256()
    for name in (*LOCKED, *nested(directory).values()):
        with open(os.path.join(directory, name), "rb") as stream:
            made.update(stream.read() + b"\0")
    return made.hexdigest()


def install(directory, modules):
    """None if MODULES match the lock file, else the exit status of the test."""
    for program in ("node", "npm"):
        if not shutil.which(program):
            return skipped(f"there is no {program}; .ci/install --tests gets it")
    stamp, wanted = os.path.join(modules, "installed"), fingerprint(directory)
    if os.path.exists(stamp) and open(stamp, encoding="ascii").read() == wanted:
        return None
    for name in LOCKED:
        shutil.copyfile(os.path.join(directory, name), os.path.join(modules, name))
    for place, lock in {"": None, **nested(directory)}.items():
        more = []
        if lock:
            more = ["--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund"]
            shutil.copyfile(os.path.join(directory, lock), os.path.join(modules, place, "npm-shrinkwrap.json"))
        done = subprocess.run(["npm", "ci", "--prefer-offline", "--no-progress", *more, *PATIENCE], cwd=os.path.join(modules, place),
                              check=False, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        if done.returncode:
            print(done.stdout.decode("utf-8", "replace"))
            if UNREACHABLE.search(done.stdout.decode("utf-8", "replace")):
                return skipped("the registry of npm cannot be reached")
            return 1
    with open(stamp, "w", encoding="ascii") as stream:
        stream.write(wanted)
    return None


def main(directory, modules, *command):
    modules = os.path.abspath(modules)
    os.makedirs(modules, exist_ok=True)
    with open(os.path.join(modules, "lock"), "w", encoding="ascii") as lock:  # tests run in parallel
        fcntl.flock(lock, fcntl.LOCK_EX)
        status = install(directory, modules)
    if status is not None:
        return status
    environment = dict(os.environ, NODE_PATH=os.path.join(modules, "node_modules"))
    return subprocess.run([word.replace("{modules}", modules) for word in command], env=environment, check=False,
                          stdin=subprocess.DEVNULL).returncode


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
