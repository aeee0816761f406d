"""Runs the comparisons and prints the results. tests/kernel/run starts it; see --help there."""

import argparse
import re
import secrets
import sys
import time

from oracle import config, diff, evaluate, fuzz, image, kernel, lacking, life, limits, matrix, output, parse, progress
from oracle import regenerate, replay, sign
from oracle.ipec import Ipec
from oracle.session import Session

# Program, its function, and its default number of policies or, for life, lives.
PROGRAMS = {
    "parse": (parse.run, 3000),
    "eval": (evaluate.run, 120),
    "matrix": (matrix.run, 40),
    "life": (life.run, 24),
    "diff": (diff.run, 40),
    "replay": (replay.run, 40),
    "limits": (limits.run, 0),
    "output": (output.run, 40),
    "config": (config.run, 0),
    "image": (image.run, 0),
    "sign": (sign.run, 0),
}
ON_DEMAND = {"fuzz": (fuzz.run, 0), "lacking": (lacking.run, 40)}
README = kernel.DIRECTORY / "README.md"


def arguments():
    parser = argparse.ArgumentParser(prog="tests/kernel/run", description=(
        "Compares ipec with a running Linux kernel: with what it says to thousands of random policies, "
        "and with what it decides and records. Without --only all programs but fuzz and lacking run, in this order."))
    parser.add_argument("--only", metavar="PROGRAM[,PROGRAM…]", help=", ".join(PROGRAMS | ON_DEMAND))
    parser.add_argument("--seed", type=int, help="gives the same policies again; printed in any case")
    parser.add_argument("--policies", type=int, metavar="N",
                        help="for parse; the others take their share (default 3000)")
    parser.add_argument("--minutes", type=float, default=60, help="for fuzz (default 60)")
    parser.add_argument("--record", action="store_true",
                        help="put the figures of this run into tests/kernel/README.md")
    parser.add_argument("--regenerate", metavar="DIRECTORY",
                        help="write the mainline files of tests/conformance there, compare nothing")
    parser.add_argument("--ipec", required=True, help=argparse.SUPPRESS)
    made = parser.parse_args()
    made.only = made.only.split(",") if made.only else list(PROGRAMS)
    for name in made.only:
        if name not in PROGRAMS | ON_DEMAND:
            parser.error(f"there is no program {name!r}; there are {', '.join(PROGRAMS | ON_DEMAND)}")
    return made


def record(name, line):
    """Updates one row of the table in README.md, which has the latest run of each program."""
    before, heading, figures = README.read_text(encoding="utf-8").partition("\n## Figures\n")
    new, count = re.subn(rf"(?m)^\| `{name}` \|.*$", lambda _: f"| `{name}` | {line} |", figures)
    if count != 1:
        raise SystemExit(f"{README} has no row for {name}")
    README.write_text(before + heading + new, encoding="utf-8")


def main():
    options = arguments()
    seed = options.seed if options.seed is not None else secrets.randbelow(10**9)
    judge = kernel.ensure()
    session = Session(judge, Ipec(options.ipec), seed)
    session.minutes = options.minutes
    print(f"{judge}, seed {seed}", flush=True)
    if options.regenerate:
        regenerate.write(session, kernel.pathlib.Path(options.regenerate))
        return 0
    failed = 0
    for name in options.only:
        run, count = (PROGRAMS | ON_DEMAND)[name]
        if options.policies is not None:
            count = max(1, count * options.policies // PROGRAMS["parse"][1])
        started = time.monotonic()
        wrong, summary = run(session, count)
        failed += wrong
        verdict = f"{wrong} disagreements" if wrong else "no disagreement"
        print(f"{name:7} {verdict}: {summary}, {time.monotonic() - started:.0f} s", flush=True)
        if options.record:
            record(name, f"{summary} | {wrong} | {judge}, seed {seed}, {time.strftime('%Y-%m-%d')}")
    progress.clear()
    if failed:
        print(f"Repeat it with: tests/kernel/run --seed={seed} --only={','.join(options.only)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
