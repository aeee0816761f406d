#!/usr/bin/env python3
"""Measures ipec in one run and writes the figures: figures.py BUILD PAGE FRONT_PAGE

BUILD is a build directory of the preset bench. The table is printed and written between the lines
`<!-- figures -->` and `<!-- /figures -->` of PAGE, and the rows of HEADLINES between those of FRONT_PAGE. Compare ratios
within one run; absolute times depend on the machine. Exit status 1 if a row misses its limit; these rows are printed.
"""

import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

import lsp_bench
from row import Row, missed, table

RULES = 100_000
FILES = 10_000
ONE_CORE = ["taskset", "-c", "0"]
HEADLINES = ("`check` of 100,000 digest rules, bytes a second", "`check` of ten lines, processor time",
             "`lint` of 10,000 small files, one core", "`Evaluate`, 100,000 digest rules",
             "edit to diagnostics, 600 rules")


def benchmark(program, names):
    """Time of each benchmark in nanoseconds, and its bytes per second."""
    output = subprocess.run([program, f"--benchmark_filter={names}", "--benchmark_format=json",
                             "--benchmark_repetitions=3"],
                            check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
    scale = {"ns": 1, "us": 1e3, "ms": 1e6, "s": 1e9}
    return {row["run_name"]: row | {"ns": row["cpu_time"] * scale[row["time_unit"]]}
            for row in json.loads(output)["benchmarks"] if row.get("aggregate_name") == "median"}


def seconds(command, cwd, runs):
    """The median time of a command, start to end, and its peak memory in bytes."""
    times, peak = [], 0
    for _ in range(runs):
        begin = time.perf_counter()
        done = subprocess.run(["/usr/bin/time", "-f", "%M", *command], cwd=cwd, check=False,
                              stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        times.append(time.perf_counter() - begin)
        if done.returncode not in (0, 1):  # 1: findings
            raise RuntimeError(f"{command} gave status {done.returncode}: {done.stderr.decode()}")
        peak = int(done.stderr.decode().split()[-1]) * 1024
    return statistics.median(times), peak


def processor_seconds(command, cwd, runs):
    """The median processor time of a command, loading included."""
    times = []
    for _ in range(runs):
        with subprocess.Popen(command, cwd=cwd, stdout=subprocess.DEVNULL) as process:
            _, status, used = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise RuntimeError(f"{command} gave status {process.returncode}")
        times.append(used.ru_utime + used.ru_stime)
    return statistics.median(times)


def policy_text(seed=1):
    """The policy of digest_policy.h, with seed 1: one rule per root hash, all different."""
    lines, state = ["policy_name=digests policy_version=1.0.0", "DEFAULT action=DENY"], seed
    for _ in range(RULES):
        digits = []
        for _ in range(64):
            state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
            digits.append("0123456789abcdef"[state >> 60])
        lines.append(f"op=EXECUTE dmverity_roothash=sha256:{''.join(digits)} action=ALLOW")
    return "\n".join(lines) + "\n"


def write_directory(path, files):
    """Small policies with one finding each, a hundred per directory."""
    for number in range(files):
        directory = os.path.join(path, str(number // 100))
        os.makedirs(directory, exist_ok=True)
        with open(os.path.join(directory, f"p{number}.pol"), "w", encoding="ascii") as stream:
            stream.write(f"policy_name=p{number} policy_version=1.0.0\n\nDEFAULT action=DENY\n\n"
                         "op=EXECUTE boot_verified=TRUE action=ALLOW\nop=KMODULE dmverity_signature=TRUE action=ALLOW\n"
                         "op=EXECUTE boot_verified=TRUE action=ALLOW\n")


def measure_lint(ipec, cwd):
    """Linting and formatting, from outside, on one core; `large.pol` must exist."""
    write_directory(os.path.join(cwd, "few"), 100)
    write_directory(os.path.join(cwd, "many"), FILES)
    lint = [*ONE_CORE, ipec, "lint", "--output=concise"]
    few, few_peak = seconds([*lint, "few"], cwd, 5)
    many, many_peak = seconds([*lint, "many"], cwd, 5)
    large, _ = seconds([*lint, "large.pol"], cwd, 5)
    fmt, _ = seconds([*ONE_CORE, ipec, "fmt", "--check", "large.pol"], cwd, 5)
    return [
        Row(f"`lint` of {FILES:,} small files, one core", f"{many:.2f} s",
            f"{many / few:.0f} times 100 files", "at most 3 s", many <= 3),
        Row("its peak memory", f"{many_peak / 1e6:.1f} MB",
            f"{many_peak / few_peak:.2f} times that of 100 files", "the same for all", many_peak <= 1.25 * few_peak),
        Row("`lint` of 100,000 digest rules, one core", f"{large:.2f} s", "", "at most 2 s", large <= 2),
        Row("`fmt` of them, proof included, one core", f"{fmt:.2f} s", f"{fmt / large:.1f} times `lint`"),
    ]


def measure_scan(ipec, cwd):
    """Hash trees compared with their data, against veritysetup; both read from the page cache."""
    size = 512 << 20
    with open("/dev/urandom", "rb") as chance, open(os.path.join(cwd, "v.img"), "wb") as stream:
        for _ in range(size >> 20):
            stream.write(chance.read(1 << 20))
    tool, sfdisk = (shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin") for name in ("veritysetup", "sfdisk"))
    if tool is None or sfdisk is None:
        return []
    out = subprocess.run([tool, "format", "v.img", "v.verity"], cwd=cwd, check=True, stdout=subprocess.PIPE).stdout.decode()
    root = re.search(r"Root hash:\s+(\S+)", out).group(1)
    scan = [ipec, "scan", "--verify", "v.verity", "v.img"]
    theirs, _ = seconds([*ONE_CORE, tool, "verify", "v.img", "v.verity", root], cwd, 5)
    one, peak = seconds([*ONE_CORE, *scan], cwd, 5)
    two, _ = seconds(["taskset", "-c", "0,1", *scan], cwd, 5)
    with open(os.path.join(cwd, "big.raw"), "wb") as stream:
        stream.truncate(100 * 10**9)
    subprocess.run([sfdisk, "-q", "big.raw"], cwd=cwd, check=True, input=b"label: gpt\n,,linux\n", stdout=subprocess.DEVNULL)
    sparse, _ = seconds([ipec, "scan", "big.raw"], cwd, 5)
    return [
        Row("`scan --verify`, bytes a second on one core", f"{size / one / 1e6:.0f} MB/s",
            f"{theirs / one:.2f} times `veritysetup verify`", "at least 1 time", one <= theirs),
        Row("the same on two cores", f"{size / two / 1e6:.0f} MB/s", f"{one / two:.2f} times one core",
            "at least 1.7 times", one >= 1.7 * two),
        Row("its peak memory", f"{peak / 1e6:.1f} MB", f"for {size >> 20} MiB of data", "at most 20 MB", peak <= 20e6),
        Row("`scan` of a sparse file of 100 GB", f"{sparse * 1e3:.1f} ms", "", "at most 50 ms", sparse <= 0.05),
    ]


def write_audit_log(path, events):
    """An audit.log as auditd writes it with log_format=ENRICHED: a third of its events are of IPE."""
    with open(path, "w", encoding="ascii") as stream:
        for serial in range(events):
            stamp = f"audit({1653364370 + serial // 50}.{serial % 1000:03}:{serial})"
            if serial % 3 == 0:
                stream.write(f'type=UNKNOWN[1420] msg={stamp}: ipe_op=EXECUTE ipe_hook=MMAP enforcing=1 pid={serial % 32768} '
                             f'comm="ld-linux.so" path="/opt/lib/libc{serial % 1000}.so.6" dev="sda2" ino={serial % 1000} '
                             'rule="DEFAULT action=DENY"\n')
            stream.write(f"type=SYSCALL msg={stamp}: arch=c000003e syscall=9 success=no exit=-13 a0=7f1105a28000 a1=195000 a2=5 "
                         "a3=812 items=0 ppid=2219 pid=2241 auid=0 uid=0 gid=0 euid=0 suid=0 fsuid=0 egid=0 sgid=0 fsgid=0 "
                         'tty=pts0 ses=2 comm="ld-linux.so" exe="/opt/lib/ld-linux.so" subj=unconfined key=(null)'
                         '\x1dARCH=x86_64 SYSCALL=mmap AUID="root" UID="root" GID="root"\n')
            if serial % 2:
                stream.write(f'type=PATH msg={stamp}: item=0 name="/usr/bin/ls" inode=131 dev=fd:00 mode=0100755 ouid=0 ogid=0 '
                             "rdev=00:00 nametype=NORMAL cap_fp=0 cap_fi=0 cap_fe=0 cap_fver=0 cap_frootid=0\n")
            stream.write(f"type=PROCTITLE msg={stamp}: proctitle=707974686F6E3300746573742F6D61696E2E7079002D6E00\n")


def measure_records(build, cwd):
    """The reader of logs without anything behind it, against ausearch; both read from the page cache."""
    log = os.path.join(cwd, "audit.log")
    write_audit_log(log, 200_000)
    size = os.path.getsize(log)
    reader = os.path.join(os.path.abspath(build), "tests", "print_records")
    with open(log, "rb") as stream:
        tally = json.loads(subprocess.run([reader, "--count"], stdin=stream, check=True, stdout=subprocess.PIPE).stdout)
    assert tally["access"] == 66_667, tally
    ours, peak = seconds(["sh", "-c", f"taskset -c 0 {reader} --count < audit.log"], cwd, 7)
    tool = shutil.which("ausearch", path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
    theirs = seconds([*ONE_CORE, tool, "-m", "1420", "--raw", "-if", log], cwd, 7)[0] if tool else None
    return [
        Row("audit.log read into records, bytes a second on one core", f"{size / ours / 1e6:.0f} MB/s",
            f"{theirs / ours:.1f} times `ausearch -m 1420 --raw`" if theirs else "", "at least 100 MB/s", size >= 100e6 * ours),
        Row("its peak memory", f"{peak / 1e6:.1f} MB", f"for {size / 1e6:.0f} MB", "at most 20 MB", peak <= 20e6),
    ]


def measure(build):
    ipec = os.path.join(os.path.abspath(build), "ipec")
    bench = os.path.join(build, "tests", "bench")
    rows = []
    with tempfile.TemporaryDirectory(prefix="ipec-bench-") as cwd:
        text = policy_text()
        with open(os.path.join(cwd, "large.pol"), "w", encoding="ascii") as stream:
            stream.write(text)
        with open(os.path.join(cwd, "small.pol"), "w", encoding="ascii") as stream:
            stream.writelines(text.splitlines(keepends=True)[:10])
        megabytes = len(text) / 1e6
        check, check_peak = seconds([ipec, "check", "large.pol"], cwd, 7)
        compile_, compile_peak = seconds([ipec, "compile", "-o", "large.ipet", "large.pol"], cwd, 7)
        lexer = benchmark(os.path.join(bench, "parse_bench"), "^StockLexer$")["StockLexer"]
        stock = lexer["bytes_per_second"] / 1e6
        rows.append(Row("`check` of 100,000 digest rules, bytes a second", f"{megabytes / check:.0f} MB/s",
                        f"{megabytes / check / stock:.1f} times the stock ANTLR lexer alone ({stock:.1f} MB/s)",
                        "at least 6 times", megabytes / check >= 6 * stock))
        rows.append(Row("its peak memory", f"{check_peak / 1e6:.0f} MB",
                        f"{check_peak / len(text):.1f} times the input", "at most 10 times",
                        check_peak <= 10 * len(text)))
        rows.append(Row("a complete `compile` of it", f"{compile_ * 1e3:.0f} ms",
                        f"{compile_ / check:.2f} times `check`", "at most 2 times", compile_ <= 2 * check))
        rows.append(Row("its peak memory", f"{compile_peak / 1e6:.0f} MB",
                        f"{compile_peak / len(text):.1f} times the input"))
        changed = text.splitlines(keepends=True)
        changed[RULES // 2] = changed[RULES // 2].replace("ALLOW", "DENY")
        del changed[RULES * 2 // 3]
        with open(os.path.join(cwd, "changed.pol"), "w", encoding="ascii") as stream:
            stream.writelines(changed)
        with open(os.path.join(cwd, "other.pol"), "w", encoding="ascii") as stream:
            stream.write(policy_text(seed=2))
        for name, what, output, is_limited in (("changed", "a changed copy", [], True),
                                               ("other", "one with other digests", [], True),
                                               ("other", "the same, `--output=json`", ["--output=json:diff.json"], False)):
            diff, diff_peak = seconds([ipec, "diff", *output, "large.pol", f"{name}.pol"], cwd, 7)
            figure = (f"`diff` of it with {what}", f"{diff * 1e3:.0f} ms", f"{diff / check:.2f} times `check`")
            rows.append(Row(*figure, "at most 3 times", diff <= 3 * check) if is_limited else Row(*figure))
            rows.append(Row("its peak memory", f"{diff_peak / 1e6:.0f} MB", f"{diff_peak / len(text):.1f} times one of them"))
        size = os.path.getsize(os.path.join(cwd, "large.ipet"))
        rows.append(Row("table, bytes a sha256 rule", f"{size / RULES:.1f}", "", "at most 48", size <= 48 * RULES))
        openssl = processor_seconds(["openssl", "version"], cwd, 101)
        for what, words, most in (("start of the program (`ipec --version`), processor time", ["--version"], 0.4),
                                  ("`check` of ten lines, processor time", ["check", "small.pol"], 0.45)):
            took = processor_seconds([ipec, *words], cwd, 101)
            rows.append(Row(what, f"{took * 1e3:.1f} ms", f"{took / openssl:.2f} times `openssl version` ({openssl * 1e3:.1f} ms)",
                            f"at most {most} times", took <= most * openssl))
        rows += measure_lint(ipec, cwd)
        rows += measure_scan(ipec, cwd)
        rows += measure_records(build, cwd)
    evaluate = benchmark(os.path.join(bench, "evaluate_bench"), "Evaluate")
    two = evaluate["EvaluateTwoRules"]["ns"]
    rows.append(Row("`Evaluate`, two rules", f"{two:.0f} ns", "", "about 15 ns", two <= 20))
    alone = evaluate["EvaluateDigests/rules:1/asked:0"]["ns"]
    for rules in (1, 600, RULES):
        hot = evaluate[f"EvaluateDigests/rules:{rules}/asked:0"]["ns"]
        cold = evaluate[f"EvaluateDigests/rules:{rules}/asked:1"]["ns"]
        miss = evaluate[f"EvaluateDigests/rules:{rules}/asked:2"]["ns"]
        # Digests used in turn leave the processor's caches; a digest used repeatedly does not.
        rows.append(Row(f"`Evaluate`, {rules:,} digest rule{'s' * (rules > 1)}", f"{hot:.0f} ns",
                        f"asking for each digest in turn {cold:.0f} ns, for unknown ones {miss:.0f} ns",
                        "the same for all", hot <= 1.25 * alone))
    rows += lsp_bench.rows(ipec)
    with tempfile.TemporaryDirectory() as cwd:
        stripped = os.path.join(cwd, "ipec")
        subprocess.run(["strip", "-o", stripped, ipec], check=True)
        size = os.path.getsize(stripped)
        rows.append(Row("`ipec`, stripped", f"{size / 1e6:.2f} MB", "with the C library", "below 12 MB", size < 12e6))
    library = os.path.join(build, "runtime", "libipec_runtime.a")
    listed = subprocess.run(["size", library], check=True, stdout=subprocess.PIPE).stdout.decode()
    code = sum(int(line.split()[0]) for line in listed.splitlines()[1:])
    rows.append(Row("code of the runtime library", f"{code / 1024:.1f} KiB", "", "below 64 KiB", code < 65536))
    return rows


def main(build, page, front_page):
    rows = measure(build)
    headlines = [row for row in rows if row.what in HEADLINES]
    if len(headlines) != len(HEADLINES):
        print("a headline names no row", file=sys.stderr)
        return 1
    print(table(rows))
    for readme, shown in ((page, rows), (front_page, headlines)):
        with open(readme, encoding="utf-8") as stream:
            old = stream.read()
        new, count = re.subn(r"(<!-- figures -->\n).*?(<!-- /figures -->)", rf"\1{table(shown)}\n\2", old, flags=re.S)
        if count != 1:
            print(f"{readme} has no place for figures", file=sys.stderr)
            return 1
        with open(readme, "w", encoding="utf-8") as stream:
            stream.write(new)
    for line in missed(rows):
        print(line, file=sys.stderr)
    return 1 if missed(rows) else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
