#!/usr/bin/env python3
"""Packages, as their users get them: packages_test.py BUILD SOURCES

CPack packs the build twice, and the bytes must be the same. Then dpkg installs the packages into an empty directory, where
the manual, the completion, the program and a project with the library must work; removing them must leave nothing.
The commands of README.md, "In one minute", run with them. lintian, rpmspec, dpkg, sha256sum and mandoc are the judges.
"""

import fnmatch
import glob
import gzip
import hashlib
import json
import os
import re
import shutil
import stat
import subprocess
import sys
import tempfile
import time

COMPLETE = """source "$1"; COMP_WORDS=(ipec che); COMP_CWORD=1; COMP_LINE='ipec che'; COMP_POINT=8
$(complete -p ipec | sed 's/.*-F \\([^ ]*\\).*/\\1/') 2> /dev/null; printf '%s\\n' "${COMPREPLY[@]}" """
# Which row of dependencies.def a shared library belongs to.
OWNERS = {"libz": "zlib", "libtinfo": "ncurses", "libfmt": "fmt", "libstdc++": "libstdc++", "libgcc_s": "libstdc++", "libc": "glibc",
          "libm": "glibc", "ld-linux-x86-64": "glibc", "libcrypto": "OpenSSL"}


def run(*command, status=0, **options):
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
                          timeout=600, **options)
    output = done.stdout.decode("utf-8", "replace")
    if status is not None and done.returncode != status:
        raise SystemExit(f"{' '.join(command)}\ngave status {done.returncode}, expected {status}:\n{output}")
    return output


def expect(what, got, wanted):
    if got != wanted:
        raise SystemExit(f"{what}\n  expected {wanted!r}\n  got      {got!r}")


def expect_in(what, part, whole):
    if part not in whole:
        raise SystemExit(f"{what}\n  expected {part!r} in\n{whole}")


def has(program):
    """Whether the program exists; with CI set, it must."""
    if shutil.which(program):
        return True
    if os.environ.get("CI"):
        raise SystemExit(f"{program} is not installed")
    print(f"left out: {program} is not installed")
    return False


def read(path):
    with open(path, "rb") as stream:
        return stream.read()


def pack(build, directory, mask):
    """Packs the build. The mask of the caller must not matter."""
    old = os.umask(mask)
    try:
        run("cpack", "-B", directory, cwd=build)
    finally:
        os.umask(old)
    shutil.rmtree(os.path.join(directory, "_CPack_Packages"))
    return directory


def check_same(first, second):
    names = sorted(os.listdir(first))
    expect("files of a second packing", sorted(os.listdir(second)), names)
    for name in names:
        expect(f"whether a second packing of {name} is the same", read(os.path.join(first, name)) == read(os.path.join(second, name)), True)


def check_sums(packages, work):
    sums = run("sha256sum", "--check", "SHA256SUMS", cwd=packages)
    expect("files that SHA256SUMS names", sorted(line.split(":")[0] for line in sums.splitlines()),
           sorted(set(os.listdir(packages)) - {"SHA256SUMS"}))
    damaged = os.path.join(work, "damaged")
    shutil.copytree(packages, damaged)
    package = glob.glob(os.path.join(damaged, "ipec_*.deb"))[0]
    data = bytearray(read(package))
    data[len(data) // 2] ^= 1
    with open(package, "wb") as stream:
        stream.write(data)
    said = run("sha256sum", "--check", "SHA256SUMS", cwd=damaged, status=1)
    expect_in("a damaged package", f"{os.path.basename(package)}: FAILED", said)
    said = run("dpkg", f"--root={os.path.join(work, 'none')}", "--force-not-root", "--install", package, status=None)
    expect_in("a damaged package, for dpkg", "dpkg: error processing archive", said)


def files_of(package):
    """Paths below /, without directories."""
    names = [line.split(None, 5)[5] for line in run("dpkg-deb", "--contents", package).splitlines()]
    return [name.split(" -> ")[0].removeprefix("./") for name in names if not name.endswith("/")]


def check_documented(packages, sources):
    """Each file of a package matches a row of the README, and each row has a file."""
    page = read(os.path.join(sources, "examples/packaging/README.md")).decode()
    rows = re.findall(r"^\| `(usr/[^`]+)` \|", page, re.M)
    used = set()
    for package in glob.glob(os.path.join(packages, "*.deb")):
        for name in files_of(package):
            rows_of_it = [row for row in rows if fnmatch.fnmatchcase(name, row)]
            if not rows_of_it:
                raise SystemExit(f"{os.path.basename(package)} has {name}, which examples/packaging/README.md does not name")
            used.update(rows_of_it)
    optional = {row for row in rows if row.endswith((".vsix", "overrides/ipec"))}
    expect("rows without a file", sorted(set(rows) - used - optional), [])


def check_bill(packages, program):
    """The bill of materials: versions are those of Debian's packages, licenses are expressions, no library is missing."""
    bill = json.loads(read(os.path.join(packages, "ipec.spdx.json")))
    expect("version of SPDX", bill["spdxVersion"], "SPDX-2.3")
    listed = {package["name"]: package for package in bill["packages"]}
    identifiers = {package["SPDXID"] for package in bill["packages"]}
    for relation in bill["relationships"]:
        expect_in("relation", relation["relatedSpdxElement"], str(identifiers))
    for name, package in (("LLVM", "llvm-14-dev"), ("ANTLR", "libantlr4-runtime-dev"), ("fmt", "libfmt-dev"), ("OpenSSL", "libssl-dev"),
                          ("zlib", "zlib1g-dev"), ("ncurses", "libncurses-dev"), ("glibc", "libc6-dev")):
        version = subprocess.run(["dpkg-query", "-W", "-f=${Version}", package], stdout=subprocess.PIPE, check=False,
                                 stderr=subprocess.DEVNULL).stdout.decode()
        version = re.sub(r"^\d+:", "", version)
        if version and not version.startswith(listed[name]["versionInfo"]):
            raise SystemExit(f"{name}: the bill of materials has version {listed[name]['versionInfo']}, Debian has {version}")
    for line in run("readelf", "-d", program).splitlines():
        needed = re.search(r"NEEDED.*\[([^\]]+)\.so", line)
        if needed:
            owner = OWNERS.get(needed[1])
            if owner not in listed:
                raise SystemExit(f"no row of examples/packaging/dependencies.def is about {needed[1]}")
    try:
        sys.path.append("/usr/lib/python3/dist-packages")
        from license_expression import get_spdx_licensing
    except ImportError:
        print("left out: python3-license-expression is not installed")
        return
    licensing = get_spdx_licensing()
    for package in listed.values():
        expect(f"whether the version of {package['name']} is known", package["versionInfo"] != "unknown", True)
        expect(f"license of {package['name']}", licensing.validate(package["licenseDeclared"]).errors, [])


def check_version(sources, build, version):
    """Each file that has the version has that of CMakeLists.txt."""
    places = {"lsp/editors/vscode/package.json": r'"version": "([^"]+)"', "lsp/editors/emacs/ipe-mode.el": r"^;; Version: (.+)$"}
    for name, pattern in places.items():
        found = re.search(pattern, read(os.path.join(sources, name)).decode(), re.M)
        expect(f"version in {name}", found[1], version)
    recipe = os.path.join(build, "packaging", f"ipec_{version}.bb")
    digest = hashlib.md5(read(os.path.join(sources, "LICENSE"))).hexdigest()
    expect_in("the recipe for Yocto", f'LIC_FILES_CHKSUM = "file://LICENSE;md5={digest}"', read(recipe).decode())
    if has("rpmspec"):
        said = run("rpmspec", "--query", "--queryformat=%{NAME} %{VERSION}\n", os.path.join(build, "packaging/ipec.spec"))
        expect("packages of ipec.spec", said.split("\n")[:3],
               [f"ipec {version}", f"libipec-runtime {version}", f"libipec-runtime-devel {version}"])


class Root:
    """A directory in which dpkg has nothing installed."""

    def __init__(self, directory):
        self.directory = directory
        os.makedirs(os.path.join(directory, "var/lib/dpkg/info"))
        os.makedirs(os.path.join(directory, "var/lib/dpkg/updates"))
        for name in ("status", "available"):
            with open(os.path.join(directory, "var/lib/dpkg", name), "w", encoding="utf-8"):
                pass

    def dpkg(self, *arguments, status=0):
        # Dependencies are not here, and neither is a shell: the packages have no scripts.
        return run("dpkg", f"--root={self.directory}", "--force-not-root", "--force-bad-path", *arguments, status=status)

    def path(self, name):
        return os.path.join(self.directory, name)

    def left(self):
        found = []
        for directory, _, files in os.walk(self.directory):
            below = os.path.relpath(directory, self.directory)
            if not below.startswith("var"):
                found += [os.path.join(below, name) for name in files]
        found += [name for name in os.listdir(self.directory) if name != "var"]
        return found


def check_program(root, sources, version):
    program = root.path("usr/bin/ipec")
    expect("version of the installed program", run(program, "--version"), f"ipec {version}\n")
    page = root.path("usr/share/man/man1/ipec-check.1.gz")
    expect_in("the manual", "NAME", gzip.decompress(read(page)).decode().upper())
    if has("man"):
        text = run("man", "-P", "cat", "-M", root.path("usr/share/man"), "ipec-check", env={**os.environ, "MANWIDTH": "80"})
        expect_in("man ipec-check", "ipec check", text)
    environment = {**os.environ, "PATH": f"{root.path('usr/bin')}:{os.environ['PATH']}"}
    offered = run("bash", "--norc", "-c", COMPLETE, "bash", root.path("usr/share/bash-completion/completions/ipec"), env=environment)
    expect_in("completion of `ipec che`", "check", offered.split())
    said = run(program, "check", os.path.join(sources, "examples/policies/signed-dm-verity.pol"))
    expect_in("ipec check", "accepts this policy", said)


def check_library(root, work, sources):
    """The project of examples/embed, with CMake and with make; one with the shared library."""
    prefix, program = root.path("usr"), root.path("usr/bin/ipec")
    wanted = read(os.path.join(sources, "examples/embed/README.md")).decode().split("```")[-2].lstrip("\n")
    embed = os.path.join(work, "embed")
    run("cmake", "-S", os.path.join(sources, "examples/embed"), "-B", embed, f"-DCMAKE_PREFIX_PATH={prefix}", f"-DIPEC={program}")
    run("cmake", "--build", embed)
    for name in ("decide", "decide_c"):
        expect(name, run(os.path.join(embed, name), os.path.join(embed, "policy.ipet")), wanted)
    # Nothing else asks for C++20 there.
    shared = os.path.join(work, "shared")
    os.mkdir(shared)
    with open(os.path.join(shared, "CMakeLists.txt"), "w", encoding="utf-8") as stream:
        stream.write("cmake_minimum_required(VERSION 3.20)\nproject(shared LANGUAGES CXX)\nfind_package(ipec-runtime 0.1 REQUIRED)\n"
                     f"add_executable(decide {sources}/examples/embed/decide.cpp)\n"
                     "target_link_libraries(decide PRIVATE ipec::runtime_shared)\n")
    run("cmake", "-S", shared, "-B", shared, f"-DCMAKE_PREFIX_PATH={prefix}")
    run("cmake", "--build", shared)
    expect("decide, shared", run(os.path.join(shared, "decide"), os.path.join(embed, "policy.ipet")), wanted)
    expect_in("decide, shared", "libipec_runtime.so.0", run("readelf", "-d", os.path.join(shared, "decide")))

    found = glob.glob(os.path.join(prefix, "lib/**/pkgconfig"), recursive=True)
    make = os.path.join(work, "make")
    shutil.copytree(os.path.join(sources, "examples/embed"), make)
    environment = {**os.environ, "PKG_CONFIG_PATH": found[0], "LD_LIBRARY_PATH": os.path.dirname(found[0])}
    run("make", f"IPEC={program}", cwd=make, env=environment)
    expect("decide, by make", run(os.path.join(make, "decide"), "policy.ipet", cwd=make, env=environment), wanted)


def check_minute(packages, work, sources):
    """The commands of the README, from packages to a finding."""
    page = read(os.path.join(sources, "README.md")).decode()
    found = re.search(r"## In one minute\n.*?```sh\n(.*?)```.*?```text\n(.*?)```", page, re.S)
    root, commands = Root(os.path.join(work, "minute")), os.path.join(work, "commands")
    os.mkdir(commands)
    force = [] if is_static(packages) else ["--force-depends"]
    dpkg = f"exec /usr/bin/dpkg --root={root.directory} --force-not-root {' '.join(force)} \"$@\""
    for name, text in (("sudo", 'exec "$@"'), ("dpkg", dpkg)):
        with open(os.path.join(commands, name), "w", encoding="utf-8") as stream:
            stream.write(f"#!/bin/sh\n{text}\n")
            os.fchmod(stream.fileno(), 0o755)
    here = os.path.join(work, "downloads")
    shutil.copytree(packages, here)
    started = time.monotonic()
    path = f"{commands}:{root.path('usr/bin')}:{os.environ['PATH']}"
    said = run("bash", "-e", "-c", found[1], cwd=here, env={**os.environ, "PATH": path, "LC_ALL": "C"}, status=1)
    seconds = time.monotonic() - started
    if not said.endswith(found[2]):
        raise SystemExit(f"README.md, In one minute\n  written:\n{found[2]}\n  printed:\n{said}")
    expect("whether it takes less than a minute", seconds < 60, True)
    print(f"from packages to a finding: {seconds:.1f} s")


def is_static(packages):
    package = glob.glob(os.path.join(packages, "ipec_*.deb"))[0]
    return "Depends:" not in run("dpkg-deb", "--field", package)


def check_archive(packages, work, version):
    archive, home = glob.glob(os.path.join(packages, "*.tar.gz"))[0], os.path.join(work, "home")
    os.mkdir(home)
    run("tar", "-xzf", archive, "--strip-components=1", "-C", home)
    expect("the program of the archive", run(os.path.join(home, "bin/ipec"), "--version"), f"ipec {version}\n")
    for directory, _, files in os.walk(home):
        for name in files:
            mode = stat.S_IMODE(os.stat(os.path.join(directory, name)).st_mode)
            expect(f"mode of {name}", mode & 0o022, 0)


def check_mistakes(packages, build, root):
    """Messages name the cause."""
    said = run("cmake", "--install", build, "--component", "program", "--prefix", "/proc/ipec", status=1)
    expect_in("an installation where nothing can be written", "/proc/ipec", said)
    if not is_static(packages):
        package = glob.glob(os.path.join(packages, "ipec_*.deb"))[0]
        said = root.dpkg("--install", package, status=1)
        expect_in("an installation without a new C library", "ipec depends on libc6 (>= 2.", said)
        root.dpkg("--purge", "ipec")


def main(build, sources):
    for program in ("cpack", "dpkg", "dpkg-deb", "sha256sum"):
        if not has(program):
            return 77
    version = re.search(r"^project\(ipec VERSION ([0-9.]+)", read(os.path.join(sources, "CMakeLists.txt")).decode(), re.M)[1]
    with tempfile.TemporaryDirectory(prefix="ipec-packages-") as work:
        packages = pack(build, os.path.join(work, "first"), 0o022)
        check_same(packages, pack(build, os.path.join(work, "second"), 0o077))
        check_sums(packages, work)
        debs = sorted(glob.glob(os.path.join(packages, "*.deb")))
        expect("packages", [os.path.basename(deb).split("_")[0] for deb in debs], ["ipec", "libipec-runtime-dev", "libipec-runtime0"])
        if has("lintian"):
            root_user = ["--allow-root"] if os.geteuid() == 0 else []
            run("lintian", *root_user, "--fail-on=error,warning", *debs)
        check_documented(packages, sources)
        check_version(sources, build, version)
        check_archive(packages, work, version)
        root = Root(os.path.join(work, "root"))
        check_mistakes(packages, build, root)
        root.dpkg("--force-depends", "--install", *debs)
        check_program(root, sources, version)
        check_bill(packages, root.path("usr/bin/ipec"))
        check_library(root, work, sources)
        root.dpkg("--purge", "ipec", "libipec-runtime-dev", "libipec-runtime0")
        expect("files that removal leaves", root.left(), [])
        check_minute(packages, work, sources)
    print(f"packages of ipec {version}: made twice, checked, installed, used and removed")
    return 0


if __name__ == "__main__":
    sys.exit(main(*(os.path.abspath(argument) for argument in sys.argv[1:3])))
