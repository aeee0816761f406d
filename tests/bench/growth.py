#!/usr/bin/env python3
"""Tests that time grows no faster than the policy: growth.py IPEC [OPTION]…

Runs every command on every kind of growth_kinds.py, from 1,000 statements up. A kind and a command stop
growing at 1,000,000 statements or when one run takes --budget seconds. The exponent is the slope of the
logarithm of processor time over that of the number of statements (least squares over the larger sizes;
1 is linear, 2 is quadratic). If it is above --limit, valgrind counts instructions at the same sizes: a cache
that is too small increases the time but not this count. A command fails only if both exponents are above
the limit. Exit status 1 if one fails; these are printed last.
"""

import argparse
import math
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import growth_broken  # noqa: E402, F401  (these modules add their kinds)
import growth_text  # noqa: E402, F401
from growth_kinds import KINDS  # noqa: E402

SIZES = (1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 64_000, 125_000, 250_000, 500_000, 1_000_000)
# The timeout of each run, as a multiple of the budget. A run that reaches it counts as unfinished.
PATIENCE = 8
# Points with less processor time than this measure mainly the program's start and the clock's resolution.
SHORTEST = 0.03
POINTS = 4
COUNTER = ["valgrind", "--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null"]

COMMANDS = {
    "check": ["check", "large.pol"],
    "lint": ["lint", "--select=all", "--output=concise", "large.pol"],
    "fmt": ["fmt", "--check", "large.pol"],
    "group": ["fmt", "--group", "--sort-properties", "--check", "large.pol"],
    "compile": ["compile", "-o", "large.ipet", "large.pol"],
    "text": ["compile", "--emit=text", "--keep=decision", "-o", "small.pol", "large.pol"],
    "dump": ["compile", "--emit=dump", "-o", "large.txt", "large.pol"],
    "fix": ["lint", "--select=all", "--fix", "--output=concise", "large.pol"],
    "unsafe": ["lint", "--select=all", "--fix", "--unsafe-fixes", "--output=concise", "large.pol"],
    "diff": ["lint", "--select=all", "--fix", "--diff", "large.pol"],
}
COMPILES = ("compile", "text", "dump")
WRITES = ("fix", "unsafe")


class NotEnded(Exception):
    pass


class Crashed(Exception):
    pass


class Machine:
    """Runs ipec on policies in its own directory."""

    def __init__(self, ipec, directory, budget):
        self.ipec = os.path.abspath(ipec)
        self.directory = directory
        self.policy = os.path.join(directory, "large.pol")
        self.budget = budget

    def write(self, text):
        with open(self.policy, "wb") as stream:
            stream.write(text)

    def instructions(self, kind, command):
        """The instructions of one run on the last policy written, or None without valgrind."""
        if shutil.which(COUNTER[0]) is None:
            return None
        done = subprocess.run([*COUNTER, self.ipec, *COMMANDS[command], f"--target={kind.target}"], cwd=self.directory,
                              stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False)
        found = re.search(rb"I +refs: +([0-9,]+)", done.stderr)
        return int(found[1].replace(b",", b"")) if found else None

    def seconds(self, kind, command):
        """Processor time of one run on the last policy written."""
        patience = max(1, int(self.budget * PATIENCE))

        def bound():
            resource.setrlimit(resource.RLIMIT_CPU, (patience, patience + 1))

        child = subprocess.Popen([self.ipec, *COMMANDS[command], f"--target={kind.target}"],
                                 cwd=self.directory, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                 preexec_fn=bound)
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        taken = usage.ru_utime + usage.ru_stime
        if child.returncode < 0:
            raise NotEnded(taken) if taken >= patience * 0.9 else Crashed(-child.returncode)
        return taken


def exponent(points, shortest=SHORTEST):
    """The slope over the larger of [(size, seconds or instructions)], or None if all are too short."""
    large = [point for point in points if point[1] >= shortest][-POINTS:]
    if len(large) < 2:
        return None
    xs = [math.log(size) for size, _ in large]
    ys = [math.log(seconds) for _, seconds in large]
    x, y = sum(xs) / len(xs), sum(ys) / len(ys)
    return sum((a - x) * (b - y) for a, b in zip(xs, ys)) / sum((a - x) ** 2 for a in xs)


class Growth:
    """The growth of one command on one kind."""

    def __init__(self):
        self.points = []
        self.counted = []  # [(size, instructions)], of a growth that is above the limit in time
        self.why = ""  # it ended early

    def exponent(self):
        return exponent(self.points)

    def over_in_time(self, limit):
        found = self.exponent()
        return bool(self.why) or (found is not None and found > limit)

    def over(self, limit):
        counted = exponent(self.counted, 0)
        return self.over_in_time(limit) and (bool(self.why) or counted is None or counted > limit)

    def cell(self):
        if self.why:
            return self.why
        found = self.exponent()
        return "–" if found is None else f"{found:.2f}"

    def show(self):
        points = ", ".join(f"{size:,}: {seconds:.2f}" for size, seconds in self.points[-POINTS:])
        counted = exponent(self.counted, 0)
        return f"{self.cell()} ({points})" + ("" if counted is None else f", instructions {counted:.2f}")


def grow(machine, kind, commands, sizes, start, limit):
    """Runs all commands on the same policy, then on the next larger one. `start` is subtracted."""
    growths = {command: Growth() for command in commands}
    texts = {}
    growing = list(commands)

    def count(command, growth):
        """Without the largest size: valgrind takes thirty times as long."""
        for size, _ in growth.points[:-1]:
            if size in texts:
                machine.write(texts[size])
                executed = machine.instructions(kind, command)
                if executed is not None:
                    growth.counted.append((size, executed))

    def measure(command, size, runs):
        least = None
        for _ in range(runs):
            machine.write(texts[size])
            taken = max(machine.seconds(kind, command) - start, 1e-4)
            least = taken if least is None else min(least, taken)
        return least

    for size in sizes:
        if not growing:
            break
        texts[size] = kind.policy(size)
        for old in sorted(texts)[:-POINTS]:
            del texts[old]
        for command in list(growing):
            growth = growths[command]
            try:
                taken = measure(command, size, 1)
            except NotEnded:
                growth.why = f"not ended, {size:,}"
                growing.remove(command)
                continue
            except Crashed as crash:
                growth.why = f"signal {crash}, {size:,}"
                growing.remove(command)
                continue
            growth.points.append((size, taken))
            if taken < machine.budget and size != sizes[-1]:
                continue
            growing.remove(command)
            # On a busy machine one measurement may be too steep, but not three in a row.
            if growth.over(limit):
                growth.points = [(size, measure(command, size, 3)) if size in texts else (size, seconds)
                                 for size, seconds in growth.points]
            if growth.over(limit):
                count(command, growth)
    return growths


# The titles of the lists on a page: what is too steep, and what is so only in time.
STEEP = ("Above the limit", "Above the limit in time, because of cache misses: not in instructions")


class Figures:
    """The rows of kinds, and lines about those that are too steep."""

    def __init__(self, text=""):
        """`text`: the part of a page that an earlier run wrote."""
        self.rows = {}  # name of the kind -> row of the table
        self.steep = {title: [] for title in STEEP}
        title = None
        for line in text.splitlines():
            title = line[:-1] if line[:-1] in STEEP else title
            if line.startswith("* ") and title:
                self.steep[title].append(line[2:])
            elif line.startswith("| ") and not line.startswith("| kind |"):
                self.rows[line.split("|")[1].strip()] = line

    def add(self, name, growths, commands, limit):
        for title in STEEP:
            self.steep[title] = [line for line in self.steep[title] if f" on *{name}* " not in line]
        for command, growth in growths.items():
            if growth.over_in_time(limit):
                title = STEEP[0] if growth.over(limit) else STEEP[1]
                self.steep[title].append(f"`{command}` on *{name}* {growth.show()}")
        ends = [growth.points[-1] for growth in growths.values() if growth.points]
        size, seconds = min(ends, key=lambda point: (point[0], -point[1]), default=(0, 0))
        cells = [growths[command].cell() if command in growths else "" for command in commands]
        self.rows[name] = f"| {name} | " + " | ".join(cells) + f" | {size:,}, {seconds:.2f} |"

    def summary(self, limit):
        cells = [cell.strip() for row in self.rows.values() for cell in row.split("|")[2:-2]]
        known = sorted(float(cell) for cell in cells if re.fullmatch(r"-?[0-9]+\.[0-9]+", cell))
        lines = [f"Last run on {time.strftime('%Y-%m-%d')}, {cpu()}: {len(self.rows)} kinds, "
                 f"{sum(cell != '' for cell in cells)} pairs of kind and command, {len(known)} of them long enough to have "
                 "an exponent."]
        if known:
            lines.append(f"Median {known[len(known) // 2]:.2f}, greatest {known[-1]:.2f}, limit {limit}.")
        return lines

    def text(self, commands, limit):
        lines = self.summary(limit)
        for title, rows in self.steep.items():
            lines += ["", title + ":", "", *(f"* {row}" for row in rows)] if rows else []
        known = [self.rows[name] for name in KINDS if name in self.rows]
        return "\n".join([*lines, "", "| kind | " + " | ".join(commands) + " | statements, seconds |",
                          "|---|" + "---:|" * len(commands) + "---:|", *known])


def cpu():
    with open("/proc/cpuinfo", encoding="ascii", errors="replace") as stream:
        names = re.findall(r"^model name\s*:\s*(.*)$", stream.read(), flags=re.M)
    return f"{names[0]}, {len(names)} cores" if names else "an unknown processor"


PLACE = re.compile(r"(<!-- growth -->\n)(.*?)(<!-- /growth -->)", re.S)


def write_page(path, measured, commands, limit):
    """Replaces the rows of the measured kinds; those of other kinds stay."""
    with open(path, encoding="utf-8") as stream:
        old = stream.read()
    place = PLACE.search(old)
    if not place:
        sys.exit(f"{path} has no place for the growth")
    figures = Figures(place[2])
    for name, growths in measured.items():
        figures.add(name, growths, commands, limit)
    text = figures.text(commands, limit)
    with open(path, "w", encoding="utf-8") as stream:
        stream.write(PLACE.sub(lambda found: f"{found[1]}{text}\n{found[3]}", old))


def parse(arguments):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("ipec")
    parser.add_argument("--kinds", default="", help="only those whose name this regular expression finds")
    parser.add_argument("--commands", default=",".join(COMMANDS), help="the default is %(default)s")
    parser.add_argument("--from", dest="least", type=int, default=SIZES[0])
    parser.add_argument("--to", type=int, default=SIZES[-1], help="the largest number of statements")
    parser.add_argument("--budget", type=float, default=2, help="seconds of a run after which a kind grows no more")
    parser.add_argument("--limit", type=float, default=1.15, help="the greatest exponent")
    parser.add_argument("--page", help="write the rows of these kinds to this page, between `<!-- growth -->` marks")
    return parser.parse_args(arguments)


def main(arguments):
    options = parse(arguments)
    commands = options.commands.split(",")
    sizes = [size for size in SIZES if options.least <= size <= options.to]
    kinds = [kind for name, kind in KINDS.items() if re.search(options.kinds, name)]
    if not kinds or not sizes or not set(commands) <= set(COMMANDS):
        sys.exit("no such kinds, commands or sizes")
    if options.page and commands != list(COMMANDS):
        sys.exit("--page needs all commands")
    measured = {}
    with tempfile.TemporaryDirectory(prefix="ipec-growth-") as directory:
        machine = Machine(options.ipec, directory, options.budget)
        smallest = KINDS["file-digests"]
        machine.write(smallest.policy(1))
        start = min(machine.seconds(smallest, "check") for _ in range(9))
        for kind in kinds:
            wanted = [command for command in commands if kind.accepted or command not in COMPILES]
            measured[kind.name] = grow(machine, kind, wanted, sizes, start, options.limit)
            shown = " ".join(f"{command} {growth.cell()}" for command, growth in measured[kind.name].items())
            print(f"{kind.name}: {shown}", flush=True)
    figures = Figures()
    for name, growths in measured.items():
        figures.add(name, growths, commands, options.limit)
    print("\n".join(figures.summary(options.limit)))
    if options.page:
        write_page(options.page, measured, commands, options.limit)
    over = figures.steep[STEEP[0]]
    for line in over:
        print(f"above {options.limit}: {line}", file=sys.stderr)
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
