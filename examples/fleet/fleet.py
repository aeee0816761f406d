#!/usr/bin/env python3
"""`ipec replay` over the logs of many machines, on Dask's distributed scheduler.

Each log is one task, so a task that is lost with its worker starts again and nothing counts twice.
`ipec replay --merge` makes one result of all; it does not depend on the order.
"""

import argparse
import contextlib
import os
import subprocess
import sys
import tempfile

from dask.distributed import Client, LocalCluster, as_completed


def replay(command, log):
    """The result for one log. It runs in a worker, which must have the files."""
    done = subprocess.run([*command, "--", log], capture_output=True, check=False)
    if done.returncode not in (0, 1) or not done.stdout:
        raise RuntimeError(f"{log}: " + done.stderr.decode(errors="replace").strip())
    return done.stdout


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("policy", help="the new policy")
    parser.add_argument("logs", nargs="+", help="a log of each machine")
    parser.add_argument("--ipec", default="ipec", help="the program")
    parser.add_argument("--workers", type=int, default=2, help="local worker processes")
    parser.add_argument("--scheduler", help="address of a scheduler; its workers see the same files")
    parser.add_argument("--option", action="append", default=[], help="an option for `ipec replay`, such as --option=--policy=OLD")
    parser.add_argument("--output", default="json", help="form of the merged result")
    options = parser.parse_args()
    logs = [os.path.abspath(log) for log in options.logs]
    # A worker is a process for each processor.
    command = [options.ipec, "replay", "--threads=1", "--output=json", *options.option, options.policy]
    with tempfile.TemporaryDirectory(prefix="fleet-") as place:
        results = []
        with contextlib.ExitStack() as stack:
            cluster = options.scheduler or stack.enter_context(LocalCluster(
                n_workers=options.workers, threads_per_worker=1, processes=True, dashboard_address=None,
                local_directory=place))
            client = stack.enter_context(Client(cluster))
            # Not pure: a log can have grown since the last time.
            tasks = [client.submit(replay, command, log, pure=False) for log in logs]
            try:
                for task in as_completed(tasks):
                    results.append(os.path.join(place, f"{len(results)}.jsonl"))
                    with open(results[-1], "wb") as stream:
                        stream.write(task.result())
                    task.release()
            except RuntimeError as error:
                sys.exit(f"fleet.py: {error}")
        return subprocess.run([options.ipec, "replay", "--merge", "--output=" + options.output, *results], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
