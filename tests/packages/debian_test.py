#!/usr/bin/env python3
"""The packages of a release in a fresh Debian 12: debian_test.py SOURCES [ROOT]

mmdebstrap makes the root, unless ROOT is one. There, apt installs the packages; `man ipec`, completion, `ipec check` and a project
with the library must work; and purging the packages must leave nothing. Needs the release that release_test.py builds, and to be
started by root.
"""

import glob
import os
import re
import shutil
import subprocess
import sys
import tempfile

INCLUDED = "man-db,g++,cmake,make,pkg-config"
PROJECT = r"""set -e
cp -r /embed /tmp/embed; cd /tmp/embed
make > /dev/null; ./decide policy.ipet > /tmp/by-make
cmake -B build > /dev/null; cmake --build build > /dev/null; ./build/decide build/policy.ipet > /tmp/by-cmake; ./build/decide_c > /tmp/by-c
cmp /tmp/by-make /tmp/by-cmake; cmp /tmp/by-make /tmp/by-c; cat /tmp/by-make; rm -rf /tmp/*"""


def run(*command, **options):
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
                          timeout=1800, **options)
    output = done.stdout.decode("utf-8", "replace")
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(command)}\ngave status {done.returncode}:\n{output[-4000:]}")
    return output


def files(root):
    """Everything but what dpkg and apt keep about packages, and caches."""
    found = set()
    for directory, directories, names in os.walk(root):
        below = "/" + os.path.relpath(directory, root)
        if below in ("/proc", "/sys", "/dev") or re.match(r"/var/(lib/(dpkg|apt)|cache|log)$", below):
            directories.clear()
            continue
        found.update(os.path.join(below, name) for name in names + directories)
    return found


def main(sources, root=None):
    if os.geteuid() != 0 or not shutil.which("mmdebstrap"):
        print("needs root and mmdebstrap")
        return 77
    with tempfile.TemporaryDirectory(prefix="ipec-debian-") as work:
        packages = os.path.join(work, "packages")
        run("cpack", "-G", "DEB", "-B", packages, cwd=os.path.join(sources, "build/release"))
        if root is None:
            root = os.path.join(work, "root")
            run("mmdebstrap", "--quiet", "--variant=minbase", f"--include={INCLUDED}", "bookworm", root)

        def there(command):
            return run("/usr/sbin/chroot", root, "/bin/bash", "-c", command,
                       env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C", "HOME": "/root", "MANWIDTH": "80"})

        before = files(root)
        for package in glob.glob(os.path.join(packages, "*.deb")):
            shutil.copy(package, os.path.join(root, "root"))
        shutil.copytree(os.path.join(sources, "examples/embed"), os.path.join(root, "embed"))
        shutil.copy(os.path.join(sources, "examples/policies/signed-dm-verity.pol"), os.path.join(root, "root"))
        there("dpkg --install /root/*.deb")
        for text, command in (("accepts this policy", "ipec check /root/signed-dm-verity.pol"), ("ipec", "man ipec | cat"),
                              ("ipec check", "man ipec-check | cat"), ("DENY, line 3", PROJECT),
                              ("_ipec", "source /usr/share/bash-completion/completions/ipec; complete -p ipec"),
                              ("libipec_runtime.so.0", "ldconfig -p")):
            said = there(command)
            if text not in said:
                raise SystemExit(f"{command}\n  expected {text!r} in\n{said}")
        there("dpkg --purge ipec libipec-runtime-dev libipec-runtime0; rm -rf /embed /root/*.deb /root/*.pol")
        left = sorted(files(root) - before)
        if left:
            raise SystemExit(f"removal leaves {left}")
    print("installed, used and removed in a fresh Debian 12")
    return 0


if __name__ == "__main__":
    sys.exit(main(*(os.path.abspath(argument) for argument in sys.argv[1:])))
