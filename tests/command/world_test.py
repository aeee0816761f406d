#!/usr/bin/env python3
"""Tests what golden files cannot: world_test.py IPEC

Full disks, closed pipes, endless input, memory limits and partial output."""

import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import unittest

IPEC = ""
POLICY = "policy_name=demo policy_version=1.0.0\nDEFAULT action=DENY\nop=EXECUTE boot_verified=TRUE action=ALLOW\n"
EVENT = '{"op":"EXECUTE","hook":"MMAP","comm":"sh","file":{"path":"/x","dev":"dm-0","ino":7}}\n'
SANITIZED = b"__asan_init"


def run(*args, **options):
    options.setdefault("stdin", subprocess.DEVNULL)
    options.setdefault("stdout", subprocess.PIPE)
    return subprocess.run([IPEC, *args], stderr=subprocess.PIPE, check=False, timeout=240, **options)


class World(unittest.TestCase):
    def setUp(self):
        self.directory = tempfile.mkdtemp(prefix="ipec-world-")
        self.addCleanup(shutil.rmtree, self.directory)
        os.chdir(self.directory)
        with open("p.pol", "w", encoding="ascii") as stream:
            stream.write(POLICY)

    def test_full_disk(self):
        """Every command that prints reports when it cannot."""
        for args in (["check", "p.pol"], ["check", "--format=json", "p.pol"],
                     ["check", "--format=sarif", "p.pol"], ["compile", "-o", "-", "p.pol"],
                     ["eval", "p.pol", "--event=" + EVENT], ["thumbprint", "p.pol"], ["targets"],
                     ["rollout", "enforce:1"], ["show", "p.pol"],
                     ["explain", "EBADMSG"], ["help"], ["--version"]):
            with self.subTest(args=args), open("/dev/full", "wb") as full:
                done = run(*args, stdout=full)
                self.assertEqual(done.returncode, 3)
                self.assertEqual(done.stderr, b"ipec: standard output cannot be written: no space left on device\n")
        done = run("compile", "-o", "/dev/full", "p.pol")
        self.assertEqual((done.returncode, done.stderr),
                         (3, b"ipec: `/dev/full` cannot be written: no space left on device\n"))

    def test_closed_output(self):
        done = run("check", "p.pol", stdout=None, preexec_fn=lambda: os.close(1))
        self.assertEqual((done.returncode, done.stderr), (3, b"ipec: standard output is closed\n"))
        # The table must not be mistaken for standard output, whose descriptor is free.
        done = run("compile", "-o", "t.ipet", "p.pol", stdout=None, preexec_fn=lambda: os.close(1))
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        self.assertGreater(os.path.getsize("t.ipet"), 100)

    def test_closed_pipe(self):
        reader, writer = os.pipe()
        os.close(reader)
        done = run("check", "p.pol", stdout=writer)
        os.close(writer)
        self.assertEqual(done.returncode, 3)
        self.assertEqual(done.stderr, b"ipec: standard output was closed by its reader (broken pipe)\n")

    def test_reader_that_stops_stops_eval(self):
        """`yes EVENT | ipec eval … | head -1` ends."""
        source = subprocess.Popen(["yes", EVENT.strip()], stdout=subprocess.PIPE)
        with subprocess.Popen([IPEC, "eval", "p.pol", "--events=-"], stdin=source.stdout,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE) as judge:
            source.stdout.close()
            first = judge.stdout.readline()
            judge.stdout.close()
            self.assertEqual(judge.wait(60), 3)
            self.assertIn(b"broken pipe", judge.stderr.read())
        source.kill()
        source.wait()
        self.assertEqual(json.loads(first)["decision"], "DENY")

    def test_answers_do_not_wait_for_more_events(self):
        with subprocess.Popen([IPEC, "eval", "p.pol", "--events=-", "--format=text"],
                              stdin=subprocess.PIPE, stdout=subprocess.PIPE) as judge:
            killer = threading.Timer(60, judge.kill)
            killer.start()
            for _ in range(3):
                judge.stdin.write(EVENT.encode())
                judge.stdin.flush()
                self.assertEqual(judge.stdout.readline(),
                                 b"DENY  EXECUTE MMAP /x: line 2, DEFAULT action=DENY\n")
            judge.stdin.close()
            self.assertEqual(judge.wait(60), 1)
            killer.cancel()

    def test_failed_write_leaves_the_old_file(self):
        with open("t.ipet", "wb") as stream:
            stream.write(b"old")
        os.chmod("t.ipet", 0o640)

        def no_space():
            # Writing beyond the limit fails like a full disk, but with EFBIG.
            resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))

        done = run("compile", "-o", "t.ipet", "p.pol", preexec_fn=no_space)
        self.assertEqual(done.returncode, 3, done.stderr)
        self.assertEqual(done.stderr, b"ipec: `t.ipet` cannot be written: file too large\n")
        with open("t.ipet", "rb") as stream:
            self.assertEqual(stream.read(), b"old")
        self.assertEqual(sorted(os.listdir(".")), ["p.pol", "t.ipet"])
        self.assertEqual(run("compile", "-o", "t.ipet", "p.pol").returncode, 0)
        self.assertEqual(os.stat("t.ipet").st_mode & 0o777, 0o640)

    def test_a_policy_is_never_overwritten(self):
        """Under every name: by path, through a link, as standard input."""
        os.symlink("p.pol", "link")
        os.link("p.pol", "hard")
        os.mkdir("d")
        os.symlink("..", "d/up")
        for name in ("p.pol", "./p.pol", "link", "hard", "d/../p.pol", "d/up/p.pol", os.path.abspath("p.pol")):
            for args in (["compile", "-o", name, "p.pol"],
                         ["compile", "--emit=text", "-o", "o", "--map=" + name, "p.pol"],
                         ["lint", "--output=json:" + name, "p.pol"],
                         ["lint", "--output=json:" + name, "--output=text", "."],
                         ["lint", "--write-baseline", "--baseline=" + name, "p.pol"]):
                with self.subTest(args=args):
                    self.assertEqual(run(*args).returncode, 2)
        with open("p.pol", "rb") as policy:
            self.assertEqual(run("compile", "-o", "p.pol", "-", stdin=policy).returncode, 2)
        for one, other in (("q", "./q"), ("d/q", "d/up/d/q")):
            self.assertEqual(run("compile", "--emit=text", "-o", one, "--map=" + other, "p.pol").returncode, 2)
            self.assertEqual(run("lint", "--output=json:" + one, "--output=sarif:" + other, "p.pol").returncode, 2)
        with open("p.pol", encoding="ascii") as stream:
            self.assertEqual(stream.read(), POLICY)
        self.assertEqual(sorted(os.listdir(".")), ["d", "hard", "link", "p.pol"])

    def test_all_outputs_or_none(self):
        for output, wanted in (("/dev/full", "t"), ("nodir/m", "t"), ("t", "/dev/full"), ("t", "nodir/m"), (".", "t"),
                               ("nodir/m", "-")):
            with self.subTest(map=output, output=wanted):
                done = run("compile", "--emit=text", "--map=" + output, "-o", wanted, "p.pol")
                self.assertEqual((done.returncode, done.stdout), (3, b""))
                self.assertEqual(os.listdir("."), ["p.pol"])
        self.assertEqual(run("compile", "--emit=text", "--map=m", "-o", "t", "p.pol").returncode, 0)
        self.assertEqual(sorted(os.listdir(".")), ["m", "p.pol", "t"])

    def test_open_files_are_continued(self):
        """A file that the shell has opened is neither replaced nor written from its start."""
        with open("p.claims", "w", encoding="ascii") as stream:
            stream.write("never op=POLICY\n")
        for name in ("/dev/stdout", "/dev/fd/1", "/proc/self/fd/1", "link"):
            for args in (["test", "--output=json:" + name], ["test", "--coverage=lcov:" + name], ["lint", "--output=json:" + name],
                         ["diff", "--output=json:" + name, "p.pol"], ["compile", "--emit=text", "-o", name]):
                with self.subTest(args=args), open("out", "wb") as out:
                    if name == "link" and not os.path.islink(name):
                        os.symlink("/dev/stdout", name)
                    out.write(b"before\n")
                    out.flush()
                    done = run(*args, "p.pol", stdout=out)
                    self.assertEqual((done.stderr, os.fstat(out.fileno()).st_nlink), (b"", 1))
                    with open("out", "rb") as stream:
                        self.assertRegex(stream.read(), rb"\Abefore\n.*(version|claim)")
        with open("out", "wb") as out:
            out.write(b"before\n")
            out.flush()
            done = run("test", f"--output=json:/dev/fd/{out.fileno()}", "p.pol", pass_fds=[out.fileno()])
            self.assertEqual((done.returncode, done.stdout, os.fstat(out.fileno()).st_nlink), (0, b"", 1))
            for args in (["text", "json:out"], ["json:out", "text"], ["text", "json:/dev/stdout"]):
                done = run("test", *["--output=" + word for word in args], "p.pol", stdout=out)
                self.assertEqual(done.returncode, 2, args)
                self.assertIn(b"two outputs cannot share", done.stderr)
        with open("p.claims", "rb") as stream:
            done = run("compile", "-o", "/dev/fd/0", "p.pol", stdin=stream)
        self.assertEqual((done.returncode, done.stderr), (3, b"ipec: `/dev/fd/0` cannot be written: bad file descriptor\n"))

    def test_lack_of_memory(self):
        """Exits with a message and status 3, wherever an allocation fails."""
        with open(IPEC, "rb") as program:
            if SANITIZED in program.read():
                return
        with open("long.pol", "wb") as stream:
            stream.write(b"a" * 100_000_000)

        def little(megabytes):
            resource.setrlimit(resource.RLIMIT_AS, (megabytes << 20, megabytes << 20))
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

        ended = set()
        for megabytes in (50, 100, 150, 200, 300, 400, 600):
            done = run("check", "long.pol", preexec_fn=lambda m=megabytes: little(m))
            ended.add(done.returncode)
            if done.returncode != 1:
                self.assertEqual((done.returncode, done.stderr), (3, b"ipec: not enough memory\n"), megabytes)
        self.assertIn(3, ended)

    def test_rejected_policy_writes_nothing(self):
        with open("bad.pol", "w", encoding="ascii") as stream:
            stream.write("nonsense\n")
        for form in ("table", "text", "c", "json", "dump"):
            self.assertEqual(run("compile", "--emit=" + form, "-o", "out", "bad.pol").returncode, 1)
        self.assertEqual(sorted(os.listdir(".")), ["bad.pol", "p.pol"])

    def test_directories_and_missing_files(self):
        os.mkdir("d")
        for args in (["check", "d"], ["compile", "-o", "x", "d"], ["compile", "-o", "d", "p.pol"],
                     ["eval", "d", "--event={}"], ["eval", "p.pol", "--events=d"], ["thumbprint", "d"]):
            done = run(*args)
            self.assertEqual((done.returncode, done.stderr), (3, b"ipec: `d` is a directory, not a file\n"), args)
        for args in (["check", "n"], ["compile", "-o", "x", "n"], ["eval", "n", "--event={}"],
                     ["eval", "p.pol", "--events=n"], ["thumbprint", "n"]):
            done = run(*args)
            self.assertEqual((done.returncode, done.stderr), (3, b"ipec: `n` does not exist\n"), args)
        here = os.open(".", os.O_RDONLY)
        done = run("check", "-", stdin=here)
        os.close(here)
        self.assertEqual((done.returncode, done.stderr), (3, b"ipec: `<stdin>` is a directory, not a file\n"))

    def test_endless_policy(self):
        """Exits with a message before it uses all memory of the machine."""
        with open("/dev/zero", "rb") as zero:
            done = run("check", "-", stdin=zero)
        self.assertEqual((done.returncode, done.stderr),
                         (3, b"ipec: `<stdin>` has more than 64 MiB, the maximum\n"))

    def test_images_are_no_policies(self):
        """An image instead of a policy is not read."""
        with open("disk.raw", "wb") as stream:
            stream.truncate(3 << 30)
        start = time.monotonic()
        for args in (["check"], ["lint"], ["matrix"], ["verify"], ["compile", "-o", "x"]):
            done = run(*args, "disk.raw")
            self.assertEqual((done.returncode, done.stderr.splitlines()[0]),
                             (3, b"ipec: `disk.raw` has more than 128 MiB, too large for a policy"), args)
        self.assertLess(time.monotonic() - start, 10)

    def test_one_long_line(self):
        """A hundred million bytes without a line end: linear time and bounded memory."""
        with open("long.pol", "wb") as stream:
            for _ in range(100):
                stream.write(b"op=EXECUTE " * 90910)
        done = run("check", "long.pol")
        self.assertEqual(done.returncode, 1)
        self.assertLess(len(done.stdout), 20000)

    def test_one_long_event(self):
        with open("long.jsonl", "wb") as stream:
            stream.write(EVENT.encode() + b'{"op":"' + b"x" * 100_000_000)
        done = run("eval", "p.pol", "--events=long.jsonl", "--format=text")
        self.assertEqual(done.returncode, 2)
        self.assertEqual(done.stderr, b"ipec: long.jsonl:2: an event has at most 1048576 bytes\n")
        self.assertTrue(done.stdout.startswith(b"DENY"))

    def test_a_million_events_in_constant_memory(self):
        def peak(events):
            with open("events.jsonl", "w", encoding="ascii") as stream:
                for _ in range(events // 1000):
                    stream.write(EVENT * 1000)
            with open("answers", "wb") as answers:
                judge = subprocess.Popen([IPEC, "eval", "p.pol", "--events=events.jsonl"], stdout=answers)
                _, status, usage = os.wait4(judge.pid, 0)
                judge.returncode = os.waitstatus_to_exitcode(status)
            self.assertEqual(judge.returncode, 1)
            with open("answers", "rb") as answers:
                self.assertEqual(sum(1 for _ in answers), events)
            return usage.ru_maxrss

        with open(IPEC, "rb") as program:
            # Sanitizers keep freed memory for a while, so only the answers are checked there.
            sanitized = SANITIZED in program.read()
        few, many = peak(10_000), peak(1_000_000)
        if not sanitized:
            self.assertLess(many, few + 2048, f"{few} KiB for ten thousand, {many} KiB for a million")

    def test_length_of_a_signed_file(self):
        """65,535 bytes of DER load; one byte more does not."""
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "k.pem", "-out",
                        "c.pem", "-subj", "/CN=test", "-days", "2"], check=True, capture_output=True)

        def signed(length):
            with open("s.pol", "w", encoding="ascii") as stream:
                stream.write(POLICY + "#" * length + "\n")
            subprocess.run(["openssl", "smime", "-sign", "-binary", "-in", "s.pol", "-signer", "c.pem", "-inkey",
                            "k.pem", "-noattr", "-nodetach", "-nosmimecap", "-outform", "der", "-out", "s.p7b"],
                           check=True, capture_output=True)
            return os.path.getsize("s.p7b")

        overhead = signed(60000) - 60000
        self.assertEqual(signed(65535 - overhead), 65535)
        result = json.loads(run("check", "--format=json", "s.p7b").stdout)["results"][0]
        self.assertEqual((result["accepted"], result["errno"]), (True, None))
        self.assertEqual(signed(65536 - overhead), 65536)
        done = run("check", "--format=json", "s.p7b")
        result = json.loads(done.stdout)["results"][0]
        self.assertEqual((done.returncode, result["errno"]), (1, "EMSGSIZE"))
        self.assertEqual([d["name"] for d in result["diagnostics"]], ["signed-file-too-long"])
        self.assertEqual(run("thumbprint", "s.p7b").returncode, 1)
        # The text itself has no such limit: it may be built into a kernel.
        self.assertEqual(run("check", "s.pol").returncode, 0)
        # A message with parts longer than a two-byte length gets the same answer.
        signed(100_000)
        result = json.loads(run("check", "--format=json", "s.p7b").stdout)["results"][0]
        self.assertEqual((result["errno"], result["name"]), ("EMSGSIZE", "demo"))
        self.assertEqual([d["name"] for d in result["diagnostics"]], ["signed-file-too-long"])
        # No kernel gets as far as the signature, and verifying those of a large file could take long.
        with open("s.p7b", "r+b") as stream:
            stream.seek(-1, os.SEEK_END)
            last = stream.read(1)[0]
            stream.seek(-1, os.SEEK_END)
            stream.write(bytes([last ^ 1]))
        again = json.loads(run("check", "--format=json", "s.p7b").stdout)["results"][0]
        self.assertEqual((again["errno"], again["diagnostics"]), (result["errno"], result["diagnostics"]))

    def test_what_openssl_signs(self):
        """The forms that `openssl` writes with common options, and the kernel's verdicts."""
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "k.pem", "-out",
                        "c.pem", "-subj", "/CN=test", "-days", "2"], check=True, capture_output=True)
        for command in ("smime", "cms"):
            for options, errno in ((["-noattr"], None), (["-nosmimecap"], None), ([], "EKEYREJECTED"),
                                   (["-noattr", "-stream"], "EKEYREJECTED"), (["-noattr", "-nocerts"], None),
                                   (["-noattr", "-md", "md5"], "ENOPKG"), (["-noattr", "-md", "sha3-256"], None),
                                   (["-noattr", "-keyid"], None)):
                if command == "smime" and "-keyid" in options:
                    continue
                subprocess.run(["openssl", command, "-sign", "-binary", "-in", "p.pol", "-signer", "c.pem", "-inkey",
                                "k.pem", "-nodetach", "-outform", "der", "-out", "s.p7b", *options], check=True,
                               capture_output=True)
                result = json.loads(run("check", "--format=json", "s.p7b").stdout)["results"][0]
                self.assertEqual(result["errno"], errno, (command, options))

    def test_thumbprint_is_what_others_compute(self):
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "k.pem", "-out",
                        "c.pem", "-subj", "/CN=test", "-days", "2"], check=True, capture_output=True)
        subprocess.run(["openssl", "smime", "-sign", "-binary", "-in", "p.pol", "-signer", "c.pem", "-inkey", "k.pem",
                        "-noattr", "-nodetach", "-outform", "der", "-out", "s.p7b"], check=True, capture_output=True)
        for name in ("sha1", "sha256", "sha384", "sha512"):
            want = subprocess.run([name + "sum", "s.p7b"], check=True, capture_output=True).stdout.split()[0]
            got = run("thumbprint", "--hash=" + name, "s.p7b").stdout
            self.assertEqual(got, name.encode() + b":" + want.upper() + b"  s.p7b\n")

    def colored(self, environment, *options, terminals=("stdout",), command="check"):
        """The streams of a call that get escapes; the named streams are terminals, the others pipes."""
        ours, streams = {}, {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        for name in terminals:
            ours[name], streams[name] = os.openpty()
        done = subprocess.run([IPEC, command, *options, "bad.pol"], env=environment, check=False, timeout=60,
                              stdin=subprocess.DEVNULL, **streams)
        wrote = {"stdout": done.stdout or b"", "stderr": done.stderr or b""}
        for name in terminals:
            os.write(streams[name], b"!")  # so that there is output to read
            wrote[name] = os.read(ours[name], 65536)
            os.close(streams[name])
            os.close(ours[name])
        return {name for name, text in wrote.items() if b"\x1b" in text}

    def test_color(self):
        with open("bad.pol", "w", encoding="ascii") as stream:
            stream.write("nonsense\n")
        for environment, on_terminal, in_pipe in (
                ({"TERM": "xterm"}, True, False), ({}, False, False), ({"TERM": ""}, False, False),
                ({"TERM": "dumb"}, False, False),
                ({"TERM": "xterm", "NO_COLOR": "1"}, False, False), ({"TERM": "xterm", "NO_COLOR": "0"}, False, False),
                ({"TERM": "xterm", "NO_COLOR": ""}, True, False),
                ({"TERM": "xterm", "CLICOLOR": "0"}, False, False), ({"TERM": "xterm", "CLICOLOR": "1"}, True, False),
                ({"FORCE_COLOR": "1"}, True, True), ({"TERM": "dumb", "FORCE_COLOR": "0"}, True, True),
                ({"TERM": "xterm", "FORCE_COLOR": ""}, True, False), ({"CLICOLOR": "0", "FORCE_COLOR": "1"}, True, True),
                ({"CLICOLOR_FORCE": "1"}, True, True), ({"CLICOLOR_FORCE": "0"}, False, False),
                ({"CLICOLOR_FORCE": ""}, False, False), ({"CLICOLOR": "0", "CLICOLOR_FORCE": "1"}, True, True),
                ({"TERM": "xterm", "CLICOLOR_FORCE": "0"}, True, False),
                ({"NO_COLOR": "1", "FORCE_COLOR": "1", "CLICOLOR_FORCE": "1"}, False, False)):
            self.assertEqual(self.colored(environment) == {"stdout"}, on_terminal, environment)
            self.assertEqual(self.colored(environment, terminals=()) == {"stdout"}, in_pipe, environment)
        # Options take precedence over the environment.
        self.assertEqual(self.colored({"NO_COLOR": "1"}, "--color=always", terminals=()), {"stdout"})
        self.assertEqual(self.colored({"FORCE_COLOR": "1"}, "--color=never"), set())
        # Each stream separately.
        for terminals in ((), ("stdout",), ("stderr",), ("stdout", "stderr")):
            self.assertEqual(self.colored({"TERM": "xterm"}, terminals=terminals, command="thumbprint"),
                             set(terminals) & {"stderr"}, terminals)


if __name__ == "__main__":
    IPEC = os.path.abspath(sys.argv.pop(1))
    unittest.main()
