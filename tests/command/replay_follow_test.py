#!/usr/bin/env python3
"""`ipec replay --follow` beside a writer of logs: replay_follow_test.py IPEC

The log grows, gets another file under its name, or is cut, at any byte. The result must be that of a replay of all that was
written, and the last change of each group must be the group of the result.
"""

import gzip
import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
import unittest

IPEC = ""
SIGNED = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../golden/rollout/data/device-1.p7b")
SEED = int(os.environ.get("IPEC_SEED", random.SystemRandom().randrange(1 << 32)))
POLICY = "policy_name=p policy_version=1.0.0\nDEFAULT action=DENY\nop=EXECUTE boot_verified=TRUE action=ALLOW\n"
DEADLINE = 30


def record(serial, path="/x", rule="DEFAULT action=DENY"):
    return (f'type=1420 audit({serial}.000:{serial}): ipe_op=EXECUTE ipe_hook=MMAP enforcing=1 pid=1 comm="a" path="{path}" '
            f'dev="dm-0" ino=1 rule="{rule}"\n')


def process(serial):
    return (f'type=SYSCALL msg=audit({serial}.000:{serial}): arch=c000003e syscall=59 success=no exit=-13 a0=1 a1=2 a2=3 a3=4 '
            f'items=1 ppid=1 pid=2 auid=0 uid=0 gid=0 euid=0 suid=0 fsuid=0 egid=0 sgid=0 fsgid=0 tty=pts0 ses=1 comm="sh" '
            f'exe="/bin/e{serial % 3}" key=(null)\n')


def replay(*args):
    done = subprocess.run([IPEC, "replay", *args], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False, timeout=60)
    assert not done.stderr, done.stderr
    return done.stdout


class Follow(unittest.TestCase):
    def setUp(self):
        place = tempfile.TemporaryDirectory(prefix="ipec-follow-")
        self.addCleanup(place.cleanup)
        os.chdir(place.name)
        with open("new.pol", "w", encoding="utf-8") as stream:
            stream.write(POLICY)
        self.written = ""

    def start(self, *options, log="log", **streams):
        with open("out", "wb") as out, open("err", "wb") as err:
            program = subprocess.Popen([IPEC, "replay", "--follow", *options, "new.pol", log], stdout=out, stderr=err, **streams)
        self.addCleanup(program.kill)
        return program

    def append(self, text, path="log"):
        with open(path, "a", encoding="utf-8") as stream:
            stream.write(text)
        self.written += text

    def output(self):
        with open("out", encoding="utf-8") as stream:
            return stream.read()

    def wait_for(self, words):
        end = time.monotonic() + DEADLINE
        while words not in self.output():
            self.assertLess(time.monotonic(), end, (words, self.output(), SEED))
            time.sleep(0.02)

    def settle(self):
        """Longer than two waits of the reader, so that it has read all."""
        time.sleep(0.5)

    def end(self, program, number=signal.SIGINT):
        program.send_signal(number)
        status = program.wait(DEADLINE)
        with open("err", encoding="utf-8") as stream:
            self.assertEqual(stream.read(), "")
        return status

    def check_result(self, *options):
        """Splits the output of JSON into changes and the result, which is that of a replay of everything."""
        lines = self.output().splitlines(keepends=True)
        changes = [json.loads(line) for line in lines if '"kind":"change"' in line]
        with open("whole", "w", encoding="utf-8") as stream:
            stream.write(self.written)
        self.assertEqual("".join(lines[len(changes):]), replay("--output=json", *options, "new.pol", "whole"), SEED)
        last = {(one["path"], one["rule"]): {**one, "kind": "group"} for one in changes}
        groups = [json.loads(line) for line in lines[len(changes):-1]]
        self.assertEqual(list(map(json.dumps, groups)),
                         [json.dumps(last[(one["path"], one["rule"])]) for one in groups], SEED)
        with open("out.jsonl", "w", encoding="utf-8") as stream:
            stream.write(self.output())
        self.assertEqual(replay("--merge", "--output=json", "out.jsonl"), "".join(lines[len(changes):]))
        return changes

    def test_growing(self):
        self.append(record(1))
        program = self.start("--fail-on=newly-denied", "--policy=new.pol")
        self.wait_for("1× DENY = DENY     EXECUTE /x (dm-0), now line 2, was line 2\n")
        self.append(record(2) + record(3, "/y"))
        self.wait_for("2× DENY = DENY     EXECUTE /x (dm-0), now line 2, was line 2\n1× DENY = DENY     EXECUTE /y")
        # A line in two halves.
        text = record(4, "/z")
        self.append(text[:50])
        self.settle()
        self.assertNotIn("/z", self.output())
        self.append(text[50:])
        self.wait_for("/z")
        self.assertEqual(self.end(program), 0)
        result = self.output().partition("\n\n")[2]
        with open("log", encoding="utf-8") as stream:
            self.assertEqual(stream.read(), self.written)
        self.assertEqual(result, replay("--policy=new.pol", "new.pol", "log"))

    def test_rotation_and_cuts(self):
        chance = random.Random(SEED)
        self.append(record(1))
        program = self.start("--output=json", "--why")
        self.wait_for('"path":"/x"')
        serial = 2
        for step in range(8):
            if step % 4 == 1:  # as logrotate does
                os.rename("log", "log.1")
                with open("log", "w", encoding="utf-8"):
                    pass
                # The writer has not heard of it yet.
                self.append(record(serial, "/late"), "log.1")
                self.settle()
            elif step % 4 == 2:  # as auditd does
                self.settle()
                os.rename("log", "log.1")
                self.settle()
            elif step % 4 == 3:  # as logrotate's copytruncate does
                self.settle()
                os.truncate("log", 0)
                self.settle()  # a cut is seen while the file is shorter
            for _ in range(chance.randint(3, 30)):
                serial += 1
                lines = [record(serial, f"/{chance.randint(0, 5)}"), process(serial)]
                chance.shuffle(lines)
                text = "".join(lines)
                cut = chance.randint(0, len(text))
                self.append(text[:cut])
                if chance.random() < 0.1:
                    time.sleep(0.12)
                self.append(text[cut:])
        self.append(record(serial + 1, "/last"))
        self.wait_for('"path":"/last"')
        self.assertEqual(self.end(program, signal.SIGTERM), 0)
        self.check_result("--why")

    def test_line_that_a_new_file_ends(self):
        """The beginning of a line does not become that of the next file's first one."""
        self.append(record(1) + record(2, "/cut")[:60])
        program = self.start("--output=json")
        self.wait_for('"path":"/x"')
        os.rename("log", "log.1")
        self.written += "\n"
        self.append(record(3, "/new"))
        self.wait_for('"path":"/new"')
        self.end(program)
        self.check_result()
        self.assertIn('"troubles":{"cut":1}', self.output())

    def test_pipe(self):
        """A pipe has an end; changes come before it."""
        program = self.start("--output=json", "--fail-on=depends", log="-", stdin=subprocess.PIPE)
        for serial, path in ((1, "/a"), (2, "/b")):
            text = record(serial, path)
            self.written += text
            program.stdin.write(text.encode())
            program.stdin.flush()
            self.wait_for(f'"path":"{path}"')
        program.stdin.close()
        self.assertEqual(program.wait(DEADLINE), 1)
        self.check_result()

    def test_activation(self):
        """A group changes when the log names the policy that was active."""
        os.mkdir("none")
        digest = "sha256:" + "AB" * 32
        self.append(record(1))
        program = self.start("--output=json", "--policies=none")
        self.wait_for('"kind":"change"')
        self.append(f'type=1421 audit(2.000:2): old_active_pol_name="p" old_active_pol_version=1.0.0 old_policy_digest={digest} '
                    f'new_active_pol_name="q" new_active_pol_version=1.0.0 new_policy_digest={digest} auid=0 ses=1 lsm=ipe res=1\n')
        self.wait_for(digest)
        self.end(program)
        changes = self.check_result("--policies=none")
        self.assertEqual([one["thumbprint"] for one in changes], [None, digest])

    def test_policy_that_is_added_later(self):
        """A policy that comes into the directory after the start, when a machine has activated it already."""
        os.makedirs("dir/below")
        with open(SIGNED, "rb") as stream:
            signed = stream.read()
        known = "sha256:" + hashlib.sha256(signed).hexdigest().upper()
        other = "sha256:" + "AB" * 32

        def activation(serial, digest):
            return (f'type=1421 audit({serial}.000:{serial}): old_active_pol_name="p" old_active_pol_version=1.0.0 '
                    f'old_policy_digest={other} new_active_pol_name="device" new_active_pol_version=1.0.0 '
                    f'new_policy_digest={digest} auid=0 ses=1 lsm=ipe res=1\n')

        self.append("node=early " + activation(1, known) + "node=early " + record(2))
        program = self.start("--output=json", "--usage", "--policies=dir")
        self.wait_for(f'"thumbprint":"{known}"')
        self.assertIn('"after":"unknown"', self.output())
        for serial in range(3, 60):  # more unknown ones than readings of the directory in a row
            self.append(activation(serial, f"sha256:{serial:064X}"))
        self.settle()
        with open("dir/below/late.bin", "wb") as stream:
            stream.write(signed)
        time.sleep(1.1)
        self.append(activation(60, known) + record(61))
        self.wait_for('"after":"DENY"')
        self.append("node=early " + record(62, "/last"))
        self.wait_for('"path":"/last"')
        self.end(program)
        self.check_result("--usage", "--policies=dir")
        self.assertNotIn('"after":"unknown"', self.output().splitlines()[-2] + self.output().splitlines()[-3])

    def test_log_that_does_not_exist_yet(self):
        program = self.start(log="later")
        self.settle()
        self.append(record(1), "later")
        self.wait_for("EXECUTE /x")
        program.send_signal(signal.SIGINT)
        self.assertEqual(program.wait(DEADLINE), 0)
        with open("err", encoding="utf-8") as stream:
            self.assertEqual(stream.read(), "ipec: note: `later` does not exist yet; waiting for it\n")
        program = self.start(log="never")
        time.sleep(0.3)
        program.send_signal(signal.SIGTERM)
        self.assertEqual(program.wait(DEADLINE), 0)

    def test_closed_output(self):
        """The program ends when its reader does."""
        self.append(record(1))
        reading, writing = os.pipe()
        with open("err", "wb") as err:
            program = subprocess.Popen([IPEC, "replay", "--follow", "new.pol", "log"], stdout=writing, stderr=err)
        self.addCleanup(program.kill)
        os.close(writing)
        os.read(reading, 1)
        os.close(reading)
        self.append(record(2))
        self.assertEqual(program.wait(DEADLINE), 3)

    def test_bad_calls(self):
        with gzip.open("log.gz", "wb") as stream:
            stream.write(record(1).encode())
        with open("utf16", "w", encoding="utf-16") as stream:
            stream.write(record(1))
        for status, words, *operands in ((2, "reads one log, not 2", "log.gz", "utf16"), (2, "`log.gz` is compressed", "log.gz"),
                                         (2, "iconv", "utf16"), (3, "`none/x` does not exist", "none/x"), (3, "directory", ".")):
            done = subprocess.run([IPEC, "replay", "--follow", "new.pol", *operands], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                  text=True, check=False, timeout=60)
            self.assertEqual((done.returncode, done.stdout), (status, ""), done.stderr)
            self.assertIn(words, done.stderr)
        done = subprocess.run([IPEC, "replay", "--follow", "--merge", "log"], stderr=subprocess.PIPE, text=True, check=False, timeout=60)
        self.assertEqual(done.returncode, 2)


if __name__ == "__main__":
    IPEC = os.path.abspath(sys.argv.pop(1))
    unittest.main()
