#!/usr/bin/env python3
"""Installs the runtime library and uses it in independent projects: embed_test.py IPEC SOURCES

The library is configured with IPEC_RUNTIME_ONLY, so that CMake does not look for LLVM, fmt or ANTLR, and
installed into an empty directory, once static and once shared. Then tests/embed and
examples/embed are built against that directory: with CMake's find_package, and with pkg-config.
"""

import glob
import os
import re
import shutil
import subprocess
import sys
import tempfile

SYMBOLS_ALLOWED = {"memcpy", "memcmp", "memset", "strlen", "memmove", "bcmp", "_GLOBAL_OFFSET_TABLE_"}


def run(*command, cwd=None, env=None):
    done = subprocess.run(command, cwd=cwd, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, check=False, timeout=300)
    output = done.stdout.decode("utf-8", "replace")
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(command)}\ngave status {done.returncode}:\n{output}")
    return output


def expect(what, got, wanted):
    if got != wanted:
        raise SystemExit(f"{what}\n  expected {wanted!r}\n  got      {got!r}")


def install(sources, directory, shared):
    """The prefix that the library was installed into."""
    build, prefix = os.path.join(directory, "runtime"), os.path.join(directory, "prefix")
    run("cmake", "-S", sources, "-B", build, "-G", "Ninja", "-DIPEC_RUNTIME_ONLY=ON",
        "-DCMAKE_BUILD_TYPE=Release", f"-DBUILD_SHARED_LIBS={'ON' if shared else 'OFF'}")
    with open(os.path.join(build, "CMakeCache.txt"), encoding="utf-8") as cache:
        looked_for = [line for line in cache if line.startswith(("LLVM_DIR", "fmt_DIR", "Catch2_DIR"))]
    expect("packages that the runtime looks for", looked_for, [])
    run("cmake", "--build", build)
    run("cmake", "--install", build, "--prefix", prefix)
    return prefix


def undefined_symbols(library):
    """The undefined symbols of a static library that it does not define itself."""
    lines = [line.split() for line in run("nm", "-P", library).splitlines()]
    kinds = [(words[0], words[1]) for words in lines if len(words) >= 2 and not words[0].endswith(":")]
    defined = {name for name, kind in kinds if kind != "U"}
    return {name for name, kind in kinds if kind == "U"} - defined


def exported(library, *options):
    """The functions and objects that a shared library exports."""
    listed = run("nm", "-D", "--defined-only", *options, library).splitlines()
    return {line.split(" ", 2)[2] for line in listed if not line.split(" ", 2)[2].startswith(("_init", "_fini"))}


def check_exports(prefix, sources):
    """The shared library exports exactly what its headers declare."""
    library = glob.glob(os.path.join(prefix, "**/libipec_runtime.so"), recursive=True)[0]
    declared = set()
    for header in glob.glob(os.path.join(sources, "runtime/include/ipec/runtime/*.h")):
        with open(header, encoding="utf-8") as text:
            declared |= set(re.findall(r"(?m)^ *IPEC_RUNTIME_API [^(]*?(\w+)\(", text.read()))
    expect("declared functions", {"ipec_load", "Load", "Evaluate", "Explain", "Knows"} - declared, set())
    names = {re.sub(r"\(.*", "", name).rsplit("::")[-1] for name in exported(library, "-C")}
    expect("functions that the shared library exports", names, declared)


def quoted_output(readme):
    """The last code block of a page."""
    with open(readme, encoding="utf-8") as page:
        return page.read().split("```")[-2].lstrip("\n")


def check_cmake(prefix, directory, sources, ipec, tables):
    stranger, example = os.path.join(directory, "stranger"), os.path.join(directory, "example")
    common = ["-G", "Ninja", f"-DCMAKE_PREFIX_PATH={prefix}", "-DCMAKE_BUILD_TYPE=Release"]
    run("cmake", "-S", os.path.join(sources, "tests/embed"), "-B", stranger,
        f"-DTABLE_DIRECTORY={tables}", *common)
    run("cmake", "--build", stranger)
    expect("use.c", run(os.path.join(stranger, "use_c")), "every function of the C interface answers\n")
    expect("use.cpp", run(os.path.join(stranger, "use_cpp")), "the C++ interface answers\n")

    for plugin in ("plugin_c", "plugin_cpp"):
        expect(f"exports of {plugin}", exported(os.path.join(stranger, f"lib{plugin}.so")), {"plugin_allows"})
    for program in ("two_c", "two_cpp"):
        expect(program, run(os.path.join(stranger, program)), "appliance decides\nappliance decides\n")

    plain = os.path.join(directory, "plain")
    run("cmake", "-S", os.path.join(sources, "tests/embed/plain"), "-B", plain, f"-DTABLE_DIRECTORY={tables}", *common)
    run("cmake", "--build", plain)
    expect("exports of a project in C", exported(os.path.join(plain, "libplain.so")), {"plugin_allows"})

    wanted = quoted_output(os.path.join(sources, "examples/embed/README.md"))
    run("cmake", "-S", os.path.join(sources, "examples/embed"), "-B", example, f"-DIPEC={ipec}", *common)
    run("cmake", "--build", example)
    expect("decide", run(os.path.join(example, "decide"), os.path.join(example, "policy.ipet")), wanted)
    expect("decide_c", run(os.path.join(example, "decide_c")), wanted)


def check_pkg_config(prefix, directory, sources, ipec):
    wanted = quoted_output(os.path.join(sources, "examples/embed/README.md"))
    copy = os.path.join(directory, "make")
    shutil.copytree(os.path.join(sources, "examples/embed"), copy)
    found = glob.glob(os.path.join(prefix, "**/pkgconfig"), recursive=True)
    expect("pkg-config directories", len(found), 1)
    libraries = os.path.dirname(found[0])
    env = dict(os.environ, PKG_CONFIG_PATH=found[0], LD_LIBRARY_PATH=libraries)
    run("make", f"IPEC={ipec}", cwd=copy, env=env)
    expect("decide, by make", run(os.path.join(copy, "decide"), "policy.ipet", cwd=copy, env=env), wanted)
    expect("decide_c, by make", run(os.path.join(copy, "decide_c"), cwd=copy, env=env), wanted)


def main(arguments):
    if len(arguments) != 2:
        print(__doc__)
        return 2
    ipec, sources = (os.path.abspath(argument) for argument in arguments)
    with tempfile.TemporaryDirectory(prefix="ipec-embed-") as directory:
        tables = os.path.join(directory, "tables")
        os.mkdir(tables)
        run(ipec, "compile", "--emit=c", "-o", os.path.join(tables, "policy_table.h"),
            os.path.join(sources, "examples/embed/policy.pol"))
        run(ipec, "compile", "--emit=c", "--symbol=second_policy", "-o", os.path.join(tables, "second_table.h"),
            os.path.join(sources, "tests/embed/second.pol"))
        for shared in (False, True):
            here = os.path.join(directory, "shared" if shared else "static")
            prefix = install(sources, here, shared)
            if not shared:
                archive = glob.glob(os.path.join(prefix, "**/libipec_runtime.a"), recursive=True)[0]
                expect("symbols that the library asks for", undefined_symbols(archive) - SYMBOLS_ALLOWED, set())
            else:
                check_exports(prefix, sources)
            check_cmake(prefix, here, sources, ipec, tables)
            check_pkg_config(prefix, here, sources, ipec)
    print("static and shared, by find_package and by pkg-config, from C++ and from C")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
