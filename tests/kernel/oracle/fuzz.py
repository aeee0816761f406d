"""fuzz: the kernel's own code in user space and ipec get the same bytes for as long as wanted.

The target is tests/fuzz/judge_fuzz.cpp, built with the preset `fuzz`; one process a core, a corpus that
they share and that stays in the build folder.
"""

import os
import pathlib
import re
import subprocess
import tempfile

from oracle import progress
from oracle.kernel import FOLDER

TOP = FOLDER.parent.parent
SEEDS = TOP / "tests/fuzz/corpus/judge_fuzz"


def run(session, _count):
    subprocess.run(["cmake", "--preset", "fuzz"], cwd=TOP, check=True, stdout=subprocess.DEVNULL)
    subprocess.run(["cmake", "--build", "--preset", "fuzz", "--target", "judge_fuzz"], cwd=TOP,
                   check=True, stdout=subprocess.DEVNULL)
    program = TOP / "build/fuzz/tests/judge_fuzz"
    corpus = program.parent / "fuzz-work/judge_fuzz/corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    seconds = int(session.minutes * 60)
    workers, logs = [], []
    for number in range(int(os.environ.get("IPEC_FUZZ_JOBS", os.cpu_count() or 1))):
        log = tempfile.NamedTemporaryFile(prefix="ipec-fuzz-", suffix=".log", delete=False)
        logs.append(log.name)
        workers.append(subprocess.Popen(
            [program, f"-max_total_time={seconds}", f"-seed={session.seed + number + 1}", "-timeout=20",
             "-print_final_stats=1", "-rss_limit_mb=3072", "-max_len=3000", "-reload=1",
             f"-artifact_prefix={corpus.parent}/", f"-dict={SEEDS}.dict", corpus, SEEDS],
            stdout=log, stderr=subprocess.STDOUT))
    progress.show(f"fuzzing for {session.minutes:g} minutes on {len(workers)} cores")
    wrong, runs = 0, 0
    for worker, log in zip(workers, logs):
        status = worker.wait()
        text = pathlib.Path(log).read_text(encoding="utf-8", errors="replace")
        found = re.search(r"stat::number_of_executed_units: (\d+)", text)
        runs += int(found[1]) if found else 0
        if status != 0:
            wrong += 1
            print(f"\n{text[-3000:]}\nThe input is in {corpus.parent}; the whole log is {log}")
        else:
            pathlib.Path(log).unlink()
    progress.clear()
    return wrong, f"{runs:,} runs in {session.minutes:g} minutes on {len(workers)} cores"
