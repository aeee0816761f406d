"""fuzz: the kernel's own code in user space and ipec get the same bytes, for any time.

The target is tests/fuzz/judge_fuzz.cpp, with one process per core and a shared corpus that stays in the
build directory. It is built like the preset `asan` but without sanitizers: this compares answers, and it runs
several times as many inputs. With sanitizers it runs in each `tests/run`.
"""

import errno
import os
import pathlib
import re
import subprocess
import tempfile
import time

from oracle import golden, progress
from oracle.kernel import DIRECTORY

TOP = DIRECTORY.parent.parent
SEEDS = TOP / "tests/fuzz/corpus/judge_fuzz"
BUILD = TOP / "build/fuzz-fast"
REDUCING = 60  # seconds


def runs_of(log):
    """The number of inputs that a process has tried, according to its log."""
    counts = re.findall(r"^#(\d+)\t|^stat::number_of_executed_units: (\d+)",
                        pathlib.Path(log).read_text(encoding="utf-8", errors="replace"), re.MULTILINE)
    return max((int(a or b) for a, b in counts), default=0)


class Worker:
    """One process and its result."""

    def __init__(self, seed, seconds, corpus):
        with tempfile.NamedTemporaryFile(prefix="ipec-fuzz-", suffix=".log", delete=False) as log:
            self.log = log.name
            self.found = corpus.parent / f"found-{seed}"
            self._process = subprocess.Popen(
                [BUILD / "tests/judge_fuzz", f"-max_total_time={seconds}", f"-seed={seed}", "-timeout=60",
                 "-print_final_stats=1", "-rss_limit_mb=3072", "-max_len=3000", "-reload=1",
                 f"-exact_artifact_path={self.found}", f"-dict={SEEDS}.dict", corpus, SEEDS],
                stdout=log, stderr=subprocess.STDOUT)
        self.status = None
        self.cpu_seconds = 0.0

    def ended(self):
        if self.status is None:
            pid, status, usage = os.wait4(self._process.pid, os.WNOHANG)
            if pid != 0:
                self.status = self._process.returncode = os.waitstatus_to_exitcode(status)
                self.cpu_seconds = usage.ru_utime + usage.ru_stime
        return self.status is not None


def show(session, worker):
    """The minimized input at which a process stopped, with the answers of both sides."""
    text = pathlib.Path(worker.log).read_text(encoding="utf-8", errors="replace")
    if not worker.found.exists():
        print(f"\n{text[-3000:]}\nThe whole log is {worker.log}")
        return
    progress.say("reducing a disagreement")
    small = worker.found.with_suffix(".small")
    small.write_bytes(worker.found.read_bytes())
    target = BUILD / "tests/judge_fuzz"
    subprocess.run([target, "-minimize_crash=1", f"-max_total_time={REDUCING}",
                    f"-exact_artifact_path={small}", worker.found], check=False, capture_output=True)
    again = subprocess.run([target, small], check=False, capture_output=True)
    words = again.stderr.decode("utf-8", "surrogateescape")
    said = re.search(r"^The kernel and ipec differ in .*?(?=^==|^SUMMARY|\Z)", words, re.MULTILINE | re.DOTALL)
    print(f"\n{said[0] if said else words[-3000:]}\nThe input is {small}:\n")
    verdict = re.search(r"^kernel: (E[A-Z0-9]+)$", words, re.MULTILINE)
    answer = -getattr(errno, verdict[1]) if verdict else 0
    print(golden.of_verdict(small.read_bytes(), answer, session.kernel))


def build():
    for command in (["cmake", "--preset", "asan", "-B", BUILD, "-DIPEC_SANITIZE=OFF"],
                    ["cmake", "--build", BUILD, "--target", "judge_fuzz"]):
        progress.show("building the fuzz target")
        subprocess.run(command, cwd=TOP, check=True, stdout=subprocess.DEVNULL)


def run(session, _count):
    build()
    corpus = BUILD / "tests/fuzz-work/judge_fuzz/corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    seconds = max(1, int(session.minutes * 60))
    jobs = int(os.environ.get("IPEC_FUZZ_JOBS", os.cpu_count() or 1))
    workers = [Worker(session.seed + number + 1, seconds, corpus) for number in range(jobs)]
    started = time.monotonic()
    while not all([worker.ended() for worker in workers]):
        progress.show(f"fuzzing on {jobs} cores, {(time.monotonic() - started) / 60:.1f} of "
                      f"{session.minutes:g} minutes, {sum(runs_of(w.log) for w in workers):,} runs")
        time.sleep(2)
    progress.clear()
    runs = sum(runs_of(worker.log) for worker in workers)
    for worker in workers:
        if worker.status != 0:
            show(session, worker)
        else:
            pathlib.Path(worker.log).unlink()
    hours = sum(worker.cpu_seconds for worker in workers) / 3600
    wrong = sum(worker.status != 0 for worker in workers)
    return wrong, f"{runs:,} runs in {hours:.2f} hours of processor time on {jobs} cores"
