#!/usr/bin/env python3
"""The release as its users get it: release_test.py SOURCES

Builds the release preset. The program must be one static file without relocations of its own; it must run in a directory with
nothing else and in one with busybox; and it must start in 0.4 times the processor time of `openssl version`, with a `check`
of ten lines in 0.45 times. Then packages_test.py looks at its packages.
"""

import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile

START, CHECK = 0.4, 0.45  # times `openssl version`
RUNS = 101
POLICY = """policy_name=ten policy_version=1.0.0
DEFAULT action=DENY

op=EXECUTE dmverity_signature=TRUE action=ALLOW
op=FIRMWARE dmverity_signature=TRUE action=ALLOW
op=KMODULE dmverity_signature=TRUE action=ALLOW
op=KEXEC_IMAGE dmverity_signature=TRUE action=ALLOW
op=KEXEC_INITRAMFS dmverity_signature=TRUE action=ALLOW
op=POLICY dmverity_signature=TRUE action=ALLOW
op=X509_CERT dmverity_signature=TRUE action=ALLOW
"""


def run(*command, status=0, **options):
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
                          timeout=3000, **options)
    output = done.stdout.decode("utf-8", "replace")
    if done.returncode != status:
        raise SystemExit(f"{' '.join(command)}\ngave status {done.returncode}, expected {status}:\n{output[-4000:]}")
    return output


def expect(what, got, wanted):
    if got != wanted:
        raise SystemExit(f"{what}\n  expected {wanted!r}\n  got      {got!r}")


def check_static(program):
    segments = run("readelf", "-lW", program)
    expect("segments for a dynamic linker", re.findall(r"^ +(INTERP|DYNAMIC) ", segments, re.M), [])
    kinds = set(re.findall(r"\b(R_\w+)", run("readelf", "-rW", program)))
    # The C library chooses its fastest functions with them, when the program starts.
    expect("relocations", {kind for kind in kinds if not kind.endswith("_IRELATIVE")}, set())


def inside(root, *command, status=0):
    """Runs a command where `root` is all there is."""
    if os.geteuid() == 0:
        return run(shutil.which("chroot") or "/usr/sbin/chroot", root, *command, status=status, env={})
    return run(shutil.which("unshare"), "--map-root-user", "--root", root, *command, status=status, env={})


def check_bare(program, work):
    """The program, a policy and a key, and nothing else."""
    root = os.path.join(work, "bare")
    os.mkdir(root)
    shutil.copy(program, os.path.join(root, "ipec"))
    with open(os.path.join(root, "ten.pol"), "w", encoding="utf-8") as stream:
        stream.write(POLICY)
    run("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=bare", "-keyout", os.path.join(root, "key.pem"),
        "-out", os.path.join(root, "cert.pem"))
    expect("check", inside(root, "/ipec", "check", "/ten.pol"), "/ten.pol: linux-6.12 accepts this policy\n")
    inside(root, "/ipec", "lint", "/ten.pol")
    inside(root, "/ipec", "compile", "-o", "/ten.ipet", "/ten.pol")
    inside(root, "/ipec", "sign", "--certificate=/cert.pem", "--key=/key.pem", "-o", "/ten.p7b", "/ten.pol")
    said = inside(root, "/ipec", "verify", "--trusted=/cert.pem", "--text=/ten.pol", "/ten.p7b")
    expect("verify", said.splitlines()[-1], "/ten.p7b: linux-6.12 accepts this policy")
    expect("files", sorted(os.listdir(root)), ["cert.pem", "ipec", "key.pem", "ten.ipet", "ten.p7b", "ten.pol"])


def check_busybox(program, work):
    busybox = shutil.which("busybox")
    if not busybox:
        if os.environ.get("CI"):
            raise SystemExit("busybox is not installed")
        print("left out: busybox is not installed")
        return
    root = os.path.join(work, "busybox")
    os.makedirs(os.path.join(root, "bin"))
    shutil.copy(busybox, os.path.join(root, "bin/busybox"))
    shutil.copy(program, os.path.join(root, "bin/ipec"))
    with open(os.path.join(root, "ten.pol"), "w", encoding="utf-8") as stream:
        stream.write(POLICY.replace("op=POLICY", "op=POLICE"))
    said = inside(root, "/bin/busybox", "sh", "-c", "busybox cat /ten.pol | ipec check --format=json - | busybox grep -c IPE0201")
    expect("findings in a pipe", said, "1\n")


def processor_time(*command):
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    expect(f"status of {' '.join(command)}", process.returncode, 0)
    return used.ru_utime + used.ru_stime


def check_times(program, work):
    policy = os.path.join(work, "ten.pol")
    with open(policy, "w", encoding="utf-8") as stream:
        stream.write(POLICY)
    commands = [("openssl", "version"), (program, "--version"), (program, "check", policy)]
    # In turn, so that the load of the machine is the same for all.
    times = [[] for _ in commands]
    for _ in range(RUNS):
        for measured, command in zip(times, commands):
            measured.append(processor_time(*command))
    openssl, start, check = (statistics.median(measured) for measured in times)
    print(f"start {start / openssl:.2f} times `openssl version` (at most {START}), check of ten lines {check / openssl:.2f} times "
          f"(at most {CHECK}); {openssl * 1e3:.1f} ms")
    return start <= START * openssl and check <= CHECK * openssl


def main(sources):
    build = os.path.join(sources, "build/release")
    run("cmake", "--preset", "release", cwd=sources)
    run("cmake", "--build", "--preset", "release", cwd=sources)
    with tempfile.TemporaryDirectory(prefix="ipec-release-") as work:
        program = os.path.join(work, "ipec")
        run("strip", "-o", program, os.path.join(build, "ipec"))
        print(f"{os.path.getsize(program):,} bytes")
        check_static(program)
        check_bare(program, work)
        check_busybox(program, work)
        if not check_times(program, work):
            return 1
    print(run(sys.executable, "-IBS", os.path.join(sources, "tests/packages/packages_test.py"), build, sources), end="")
    return 0


if __name__ == "__main__":
    sys.exit(main(os.path.abspath(sys.argv[1])))
