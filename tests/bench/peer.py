#!/usr/bin/env python3
"""Puts the figures of peer_bench into README.md and peer.svg: peer.py PEER_BENCH README SVG

README has the table between `<!-- peer -->` and `<!-- /peer -->`. Times are medians of repetitions in
one run; compare the ratios within it.
"""

import json
import pathlib
import platform
import re
import subprocess
import sys

SIZES = [1, 2, 10, 100, 590, 10_000, 100_000]
# (what, rules) -> the required minimum ratio of the kernel's figure to ipec's.
GOALS = {("hit", 2): 1, ("miss", 2): 1, ("hit", 590): 100, ("miss", 590): 100,
         ("hit", 100_000): 10_000, ("miss", 100_000): 10_000, ("read", 100_000): 0.25,
         ("memory", 100_000): 1}


def measure(program):
    shown = subprocess.run(
        [program, "--benchmark_format=json", "--benchmark_repetitions=5",
         "--benchmark_report_aggregates_only=true", "--benchmark_min_time=0.1"],
        check=True, stdout=subprocess.PIPE).stdout
    report = json.loads(shown)
    figures = {}
    for row in report["benchmarks"]:
        if row["aggregate_name"] == "median":
            figures[row["run_name"]] = row
    return figures, report["context"]


def pairs(figures):
    """what -> [(rules, the kernel's figure, ipec's figure)], times in ns, memory in bytes."""
    made = {"read": [], "hit": [], "miss": [], "memory": []}
    for rules in SIZES:
        kernel, ipec = figures[f"KernelReads/{rules}"], figures[f"IpecReads/{rules}"]
        made["read"].append((rules, kernel["cpu_time"], ipec["cpu_time"]))
        made["memory"].append((rules, kernel["memory"], ipec["memory"]))
        for what in ("hit", "miss"):
            made[what].append((rules, figures[f"KernelDecides/{what}/{rules}"]["cpu_time"],
                               figures[f"IpecDecides/{what}/{rules}"]["cpu_time"]))
    return made


def short(number):
    return f"{number:,.0f}" if number >= 100 else f"{number:.3g}"


def duration(ns):
    for unit, size in (("s", 1e9), ("ms", 1e6), ("µs", 1e3)):
        if ns >= size:
            return f"{ns / size:.3g} {unit}"
    return f"{ns:.3g} ns"


def size(amount):
    for unit, scale in (("MB", 1e6), ("kB", 1e3)):
        if amount >= scale:
            return f"{amount / scale:.3g} {unit}"
    return f"{amount:.0f} B"


def table(made):
    heads = {"read": "policy read and checked", "hit": "decision, digest named by a rule",
             "miss": "decision, digest not named", "memory": "memory of the loaded policy"}
    lines, missed = [], []
    for what, rows in made.items():
        show = size if what == "memory" else duration
        lines += [f"| {heads[what]}: rules | kernel | ipec | kernel / ipec | asked for |",
                  "|---:|---:|---:|---:|---:|"]
        for rules, kernel, ipec in rows:
            goal = GOALS.get((what, rules))
            ratio = kernel / ipec
            if goal and ratio < goal:
                missed.append(f"{heads[what]}, {rules:,} rules: {short(ratio)}, asked for {goal}")
            lines.append(f"| {rules:,} | {show(kernel)} | {show(ipec)} | {short(ratio)} | "
                         f"{'≥ ' + format(goal, ',') if goal else ''} |")
        lines.append("")
    return "\n".join(lines), missed


def plot(made, svg):
    script = [f"set terminal svg size 860,420 font 'sans,12' background '#ffffff'", f"set output '{svg}'",
              "set logscale xy", "set key top left", "set grid", "set multiplot layout 1,2",
              "set xlabel 'digest rules'", "set format y '10^{%T}'"]
    for what, label, unit in (("miss", "a decision", "ns"), ("read", "reading the policy", "ns")):
        script += [f"set title '{label}'", f"set ylabel '{unit}'",
                   f"plot '-' using 1:2 with linespoints lw 2 lc '#c0392b' title 'kernel', "
                   f"'-' using 1:2 with linespoints lw 2 lc '#2c5f9e' title 'ipec'"]
        for column in (1, 2):
            script += [f"{row[0]} {row[column]}" for row in made[what]] + ["e"]
    script.append("unset multiplot")
    subprocess.run(["gnuplot"], input="\n".join(script) + "\n", text=True, check=True)
    # gnuplot's name and version in the file would change it with every release.
    text = pathlib.Path(svg).read_text(encoding="utf-8")
    text = re.sub(r"<desc>Produced by GNUPLOT.*?</desc>", "<desc>tests/bench/peer</desc>", text)
    pathlib.Path(svg).write_text(text, encoding="utf-8")


def machine():
    for line in pathlib.Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def main(program, readme, svg):
    figures, context = measure(program)
    made = pairs(figures)
    text, missed = table(made)
    note = f"Measured on {context['date'][:10]}, {machine()}, {context['num_cpus']} cores.\n\n"
    path = pathlib.Path(readme)
    old = path.read_text(encoding="utf-8")
    new, count = re.subn(r"(?s)(<!-- peer -->\n).*?(<!-- /peer -->)",
                         lambda m: m[1] + note + text + m[2], old)
    if count != 1:
        raise SystemExit(f"{readme} has no place for the table")
    path.write_text(new, encoding="utf-8")
    plot(made, svg)
    print(text)
    for line in missed:
        print(f"missed: {line}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
