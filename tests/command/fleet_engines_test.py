#!/usr/bin/env python3
"""examples/fleet/README.md: the commands for Spark and ClickHouse: fleet_engines_test.py IPEC FLEET_DIRECTORY

Neither engine is in Debian. Stand-ins pass lines as their documentation describes it, and run the text of the page. The merged
result is that of one replay of all logs.

Spark, `RDD.pipe`: the command is split as a shell does; a process for each partition, an empty one too; each element is a line of its
input, each line of its output an element; with checkCode another status than 0 is an error. `saveAsTextFile` writes a file for each
partition. ClickHouse, `executable`: the file in user_scripts is executed once; rows are written to it and read from it in the format.
"""

import glob
import json
import os
import random
import re
import shlex
import subprocess
import sys
import tempfile
import unittest

IPEC = FLEET = ""
SEED = int(os.environ.get("IPEC_SEED", random.SystemRandom().randrange(1 << 32)))
OLD = "policy_name=p policy_version=1.0.0\nDEFAULT action=DENY\nop=EXECUTE boot_verified=TRUE action=ALLOW\n"
NEW = "policy_name=p policy_version=1.0.1\nDEFAULT action=DENY\nop=EXECUTE dmverity_signature=TRUE action=ALLOW\n"
RULES = ("DEFAULT action=DENY", "op=EXECUTE boot_verified=TRUE action=ALLOW")


def write(path, text, mode=0o644):
    os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
    with open(path, "w", encoding="utf-8") as stream:
        stream.write(text)
    os.chmod(path, mode)


def read(path):
    with open(path, encoding="utf-8") as stream:
        return stream.read()


class Partitions:
    """An RDD of strings."""

    def __init__(self, here, parts):
        self.here = here
        self.parts = parts

    def pipe(self, command, checkCode=False):  # pylint: disable=invalid-name
        parts = []
        for part in self.parts:
            done = subprocess.run(shlex.split(command), input="".join(line.rstrip("\n") + "\n" for line in part),
                                  stdout=subprocess.PIPE, text=True, check=False, timeout=60)
            if checkCode and done.returncode:
                raise RuntimeError(f"Pipe function `{command}' exited with error code {done.returncode}")
            parts.append(done.stdout.split("\n")[:-1] if done.stdout else [])
        return Partitions(self.here, parts)

    def saveAsTextFile(self, url):  # pylint: disable=invalid-name
        for number, part in enumerate(self.parts):
            write(f"{self.here}{url.removeprefix('hdfs://')}/part-{number:05}", "".join(line + "\n" for line in part))
        write(f"{self.here}{url.removeprefix('hdfs://')}/_SUCCESS", "")


class Spark:
    def __init__(self, here, chance):
        self.here = here
        self.chance = chance
        self.sparkContext = self  # pylint: disable=invalid-name

    def textFile(self, url):  # pylint: disable=invalid-name
        """Several partitions for each file, one of them without a line."""
        parts = [[]]
        for path in sorted(glob.glob(self.here + url.removeprefix("hdfs://"))):
            lines = read(path).split("\n")[:-1]
            cuts = sorted(self.chance.randint(0, len(lines)) for _ in range(2))
            parts += [lines[begin:end] for begin, end in zip([0, *cuts], [*cuts, len(lines)])]
        self.chance.shuffle(parts)
        return Partitions(self.here, parts)


class Engines(unittest.TestCase):
    def setUp(self):
        place = tempfile.TemporaryDirectory(prefix="ipec-engines-")
        self.addCleanup(place.cleanup)
        os.chdir(place.name)
        self.here = os.path.realpath(".")
        self.addCleanup(os.environ.__setitem__, "PATH", os.environ["PATH"])
        os.environ["PATH"] = self.here + "/bin:" + os.environ["PATH"]
        os.mkdir("bin")
        os.symlink(IPEC, "bin/ipec")
        page = read(os.path.join(FLEET, "README.md"))
        # The policies are elsewhere.
        self.assertIn("/etc/fleet/old.pol", page)
        page = page.replace("/etc/fleet/", self.here + "/etc/fleet/")
        self.sections = dict(re.findall(r"^## (\w+)\n(.*?)(?=^## |\Z)", page, re.M | re.S))
        write("etc/fleet/old.pol", OLD)
        write("etc/fleet/new.pol", NEW)
        self.chance = random.Random(SEED)
        self.lines = []
        for machine in range(3):
            lines = [self.record(machine * 1000 + serial) for serial in range(self.chance.randint(5, 40))]
            write(f"hdfs/audit/{machine}.log", "".join(lines))
            self.lines += lines
        self.whole = self.result_of(sorted(glob.glob("hdfs/audit/*.log")))

    def record(self, serial):
        chance = self.chance
        return (f"type=1420 audit({serial}.000:{serial}): ipe_op={chance.choice(('EXECUTE', 'KMODULE'))} ipe_hook=MMAP enforcing=1 "
                f'pid=1 comm="a" path="/{chance.choice("xyz")}" dev="dm-0" ino=1 rule="{chance.choice(RULES)}"\n')

    def result_of(self, logs):
        """The output of one process."""
        call = ["ipec", "replay", "--policy=etc/fleet/old.pol", self.here + "/etc/fleet/new.pol", *logs]
        return subprocess.run(call, stdout=subprocess.PIPE, text=True, check=True, timeout=60).stdout

    def blocks(self, section, language):
        blocks = re.findall(rf"^```{language}\n(.*?)^```$", self.sections[section], re.M | re.S)
        self.assertTrue(blocks)
        return blocks

    def test_spark(self):
        exec(self.blocks("Spark", "python")[0], {"spark": Spark(self.here + "/hdfs", self.chance)})  # pylint: disable=exec-used
        write("bin/hdfs", f'#!/bin/sh\n[ "$1 $2" = "dfs -get" ] && cp -r "{self.here}/hdfs$3" .\n', 0o755)
        merged = subprocess.run(["sh", "-ec", self.blocks("Spark", "sh")[0]], stdout=subprocess.PIPE, text=True, check=True, timeout=60)
        self.assertEqual(merged.stdout, self.whole, SEED)

    def test_spark_reports_a_failure(self):
        os.remove("etc/fleet/old.pol")
        with self.assertRaisesRegex(RuntimeError, "error code 3"):
            exec(self.blocks("Spark", "python")[0], {"spark": Spark(self.here + "/hdfs", self.chance)})  # pylint: disable=exec-used

    def clickhouse(self, lines):
        """Runs the query of the page over these lines of the table."""
        query = self.blocks("ClickHouse", "sql")[0]
        found = re.fullmatch(r"SELECT \* FROM executable\('([\w.]+)', (\w+), '(\w+) String',\s+"
                             r"\(SELECT (\w+) FROM [^()]+ = today\(\)\)\)\s+"
                             r"INTO OUTFILE '([\w.]+)' FORMAT (\w+)\n", query)
        self.assertIsNotNone(found, query)
        script, passed, column, selected, file, written = found.groups()
        # A row of one string is a line, as it is.
        self.assertEqual((passed, written), ("LineAsString", "LineAsString"))
        self.assertEqual(column, selected)
        write("user_scripts/" + script, self.blocks("ClickHouse", "sh")[0], 0o755)
        self.assertIn(f"`{script}`", self.sections["ClickHouse"])
        done = subprocess.run([self.here + "/user_scripts/" + script], input="".join(lines), stdout=subprocess.PIPE, text=True,
                              check=True, timeout=60)
        return file, done.stdout

    def test_clickhouse(self):
        self.chance.shuffle(self.lines)  # a table has no order
        half = self.chance.randint(0, len(self.lines))
        merge = self.blocks("ClickHouse", "sh")[1]
        names = re.findall(r"[\w]+\.jsonl", merge)
        for name, lines in zip(names, (self.lines[:half], self.lines[half:])):
            file, output = self.clickhouse(lines)
            self.assertEqual(file, names[0])
            write(name, output)
            self.assertTrue(all(map(json.loads, output.splitlines())))
        self.assertEqual(len(names), 2)
        merged = subprocess.run(["sh", "-ec", merge], stdout=subprocess.PIPE, text=True, check=True, timeout=60)
        self.assertEqual(merged.stdout, self.whole, SEED)


if __name__ == "__main__":
    IPEC, FLEET = (os.path.abspath(sys.argv.pop(1)) for _ in range(2))
    unittest.main()
