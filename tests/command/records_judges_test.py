#!/usr/bin/env python3
"""Logs through programs that are not ours, and back: records_judges_test.py PRINT_RECORDS IPEC

The same events are read from an audit.log, from what `ausearch --raw` makes of it, from a kernel log, and from a
journal that `systemd-journal-remote` writes and `journalctl` prints in each of its forms. All must give the same
records. PRINT_RECORDS prints the records of a log as lines of JSON.
"""

import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import unittest

PRINT_RECORDS = IPEC = ""
JOURNAL_REMOTE = ("/lib/systemd/systemd-journal-remote", "/usr/lib/systemd/systemd-journal-remote")
NAMES = {1300: "SYSCALL", 1327: "PROCTITLE", 1404: "MAC_STATUS", 1302: "PATH", 1420: "UNKNOWN[1420]",
         1421: "UNKNOWN[1421]", 1422: "UNKNOWN[1422]"}


def tool(*names):
    for name in names:
        path = shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
        if path:
            return path
    if os.environ.get("CI"):
        raise AssertionError(f"{names[0]} is not installed")
    raise unittest.SkipTest(f"{names[0]} is not installed")


def run(command, given=b""):
    return subprocess.run(command, input=given, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=True).stdout


def untrusted(value):
    """As audit_log_untrustedstring() of the kernel prints it."""
    if any(byte == 0x22 or byte < 0x21 or byte > 0x7E for byte in value):
        return value.hex().upper()
    return '"' + value.decode("ascii") + '"'


def digest(generator):
    return "sha256:" + "".join(generator.choice("0123456789ABCDEF") for _ in range(64))


def events(seed, count):
    """Events as lists of (type, body): the kernel sends the records of one event in this order."""
    generator = random.Random(seed)
    words = [b"sh", b"a b", b'"', b"\xc3\xa9", b"\xff", b"x(deleted)", b"rule=DEFAULT", b"\t", b"type=1420", b"audit(1.000:1):", b"{}"]
    rules = ["DEFAULT action=DENY", "DEFAULT op=EXECUTE action=ALLOW", "op=EXECUTE boot_verified=TRUE action=ALLOW",
             'op=EXECUTE fsverity_digest="sha256":0AFF dmverity_signature=FALSE action=DENY']
    for _ in range(count):
        kind = generator.randrange(6)
        if kind < 4:
            path = b"/" + b"/".join(generator.choices(words, k=generator.randint(1, 4)))
            path = generator.choice([path, path + b" (deleted)", b"/memfd:x (deleted)"])
            file = f"path={untrusted(path)} dev=\"dm-0\" ino={generator.randrange(1 << 32)}"
            file = generator.choice([file, file, "path=? dev=? ino=?", 'path="<too_long>" dev="sda1" ino=7'])
            comm = untrusted(generator.choice(words))
            body = (f"ipe_op=EXECUTE ipe_hook={generator.choice(['MMAP', 'BPRM_CHECK'])} "
                    f"enforcing={generator.randrange(2)} pid={generator.randrange(1 << 22)} comm={comm} {file} "
                    f"rule=\"{generator.choice(rules)}\"")
            call = (f"arch=c000003e syscall=59 success={generator.choice(['yes', 'no'])} exit=-13 a0=0 a1=1 a2=2 a3=3 items=1 "
                    f"ppid=1 pid=2 auid=4294967295 uid=0 gid=0 euid=0 suid=0 fsuid=0 egid=0 sgid=0 fsgid=0 tty=(none) ses=1 "
                    f"comm={comm} exe={untrusted(path)} key=(null)")
            title = "proctitle=" + untrusted(b"\0".join(generator.choices(words, k=3)))
            yield [(1420, body), (1300, call), (1302, f"item=0 name={untrusted(path)} inode=1"), (1327, title)]
        elif kind == 4:
            names = [f'"policy-{generator.randrange(9)}"', f'"policy-{generator.randrange(9)}"']
            yield [(1421, f"old_active_pol_name={names[0]} old_active_pol_version=1.0.0 old_policy_digest={digest(generator)} "
                          f"new_active_pol_name={names[1]} new_active_pol_version=1.0.{generator.randrange(9)} "
                          f"new_policy_digest={digest(generator)} auid=0 ses=1 lsm=ipe res=1")]
        else:
            yield [generator.choice([
                (1422, f'policy_name="p" policy_version=1.2.3 policy_digest={digest(generator)} auid=0 ses=1 lsm=ipe res=1 errno=0'),
                (1422, "policy_name=? policy_version=? policy_digest=? auid=0 ses=1 lsm=ipe res=0 errno=-74"),
                (1404, "enforcing=0 old_enforcing=1 auid=0 ses=1 enabled=1 old-enabled=1 lsm=ipe res=1")])]


def stamped(made):
    """(milliseconds, serial, type, body) of all records."""
    for serial, event in enumerate(made, 1):
        for number, body in event:
            yield 1700000000000 + serial * 1013, serial, number, body


def audit_log(rows):
    return "".join(f"type={NAMES[number]} msg=audit({time // 1000}.{time % 1000:03}:{serial}): {body}\n"
                   for time, serial, number, body in rows).encode()


def kernel_log(rows):
    return "".join(f"[{serial:5}.{time % 1000:06}] audit: type={number} audit({time // 1000}.{time % 1000:03}:{serial}): {body}\n"
                   for time, serial, number, body in rows).encode()


def export(rows, kernel):
    """The entries of a journal, as `systemd-journal-remote` expects them."""
    entries = []
    for at, (time, serial, number, body) in enumerate(rows):
        name = {1300: "SYSCALL", 1327: "PROCTITLE", 1404: "MAC_STATUS", 1302: "PATH"}.get(number, f"AUDIT{number}")
        fields = {"__REALTIME_TIMESTAMP": time * 1000 + at % 1000, "__MONOTONIC_TIMESTAMP": at + 1,
                  "_BOOT_ID": "0123456789abcdef0123456789abcdef", "_HOSTNAME": "host-1"}
        if kernel:
            fields |= {"_TRANSPORT": "kernel", "SYSLOG_IDENTIFIER": "kernel",
                       "MESSAGE": f"audit: type={number} audit({time // 1000}.{time % 1000:03}:{serial}): {body}"}
        else:
            fields |= {"_TRANSPORT": "audit", "SYSLOG_IDENTIFIER": "audit", "_PID": "12", "MESSAGE": f"{name} {body}",
                       "_AUDIT_TYPE": number, "_AUDIT_ID": serial, "_SOURCE_REALTIME_TIMESTAMP": time * 1000 + 7}
        entries.append("".join(f"{key}={value}\n" for key, value in fields.items()) + "\n")
    return "".join(entries).encode()


def records(log):
    """The records of a log without their lines, and the tally."""
    lines = [json.loads(line) for line in run([PRINT_RECORDS], log).splitlines()]
    return [{key: value for key, value in line.items() if key != "line"} for line in lines[:-1]], lines[-1]


def without_stamps(read):
    return [{key: value for key, value in record.items() if key not in ("milliseconds", "serial")} for record in read]


def by_serial(record):
    return record["serial"], json.dumps(record)


class Judges(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.rows = list(stamped(events(seed=14, count=300)))
        self.wanted, tally = records(audit_log(self.rows))
        # All but the records of type PATH.
        self.assertEqual(len(self.wanted), sum(number != 1302 for _, _, number, _ in self.rows))
        self.assertEqual(tally["ignored"], len(self.rows) - len(self.wanted))
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.directory = directory.name

    def path(self, name):
        return os.path.join(self.directory, name)

    def test_values(self):
        """The records of audit.log, field by field, against a parser of a few lines."""
        rows = [row for row in self.rows if row[2] == 1420]
        read = [record for record in self.wanted if record["type"] == "access"]
        self.assertEqual(len(rows), len(read))
        for (time, serial, _, body), record in zip(rows, read):
            fields = dict(word.split("=", 1) for word in body[:body.index(" rule=")].split(" "))
            self.assertEqual((record["milliseconds"], record["serial"]), (time, serial))
            self.assertEqual(record["rule"], body[body.index(' rule="') + 7:-1])
            self.assertEqual(record["enforcing"], fields["enforcing"] == "1")
            self.assertEqual(record.get("inode", "?"), "?" if fields["ino"] == "?" else int(fields["ino"]))
            if record["file"] == "named":
                path = fields["path"].strip('"').encode() if fields["path"][0] == '"' else bytes.fromhex(fields["path"])
                got = record["path"].encode("utf-8", "surrogateescape") + b" (deleted)" * record["deleted"]
                self.assertEqual(got, path)

    def test_ausearch(self):
        log = self.path("audit.log")
        with open(log, "wb") as stream:
            stream.write(audit_log(self.rows))
        raw = run([tool("ausearch"), "-m", "1420,1421,1422,1404", "--raw", "-if", log])
        self.assertEqual(records(raw)[0], self.wanted)
        # The default form: each event backwards.
        read = records(run([tool("ausearch"), "-m", "1420,1421,1422,1404", "-if", log]))[0]
        self.assertEqual(sorted(read, key=by_serial), sorted(self.wanted, key=by_serial))

    def test_interpreted(self):
        log = self.path("audit.log")
        with open(log, "wb") as stream:
            stream.write(audit_log(self.rows))
        read, tally = records(run([tool("ausearch"), "-m", "1420,1421,1422,1404", "-i", "-if", log]))
        self.assertEqual(read, [])
        self.assertEqual(tally["interpreted"]["count"], len(self.wanted))

    def test_kernel_log(self):
        self.assertEqual(records(kernel_log(self.rows))[0], self.wanted)

    def test_gzip(self):
        self.assertEqual(records(run([tool("gzip"), "-c"], audit_log(self.rows)))[0], self.wanted)

    def journal(self, kernel):
        path = self.path("kernel.journal" if kernel else "audit.journal")
        run([tool(*JOURNAL_REMOTE), "--output=" + path, "-"], export(self.rows, kernel))
        return path

    def test_journal(self):
        for kernel in (False, True):
            path = self.journal(kernel)
            for form in ("json", "export"):
                with self.subTest(kernel=kernel, form=form):
                    text = run([tool("journalctl"), "--file", path, "--all", "--output", form])
                    self.assertEqual(records(text)[0], self.wanted)
            for form in ("short", "short-precise", "short-iso", "short-full", "short-monotonic", "short-unix", "with-unit", "cat"):
                with self.subTest(kernel=kernel, form=form):
                    text = run([tool("journalctl"), "--file", path, "--all", "--no-pager", "--output", form])
                    read = records(text)[0]
                    wanted = self.wanted if kernel else without_stamps(self.wanted)
                    self.assertEqual(read, wanted)

    def test_pretty(self):
        text = run([tool("journalctl"), "--file", self.journal(False), "--all", "--output", "json-pretty"])
        read, tally = records(text)
        self.assertEqual(read, [])
        self.assertEqual(tally["pretty-json"]["count"], len(self.wanted))

    def test_replay(self):
        """`ipec replay` gives the same groups and answers; short forms of a journal, which lack times, are not here."""
        policy = self.path("p.pol")
        with open(policy, "w", encoding="ascii") as stream:
            stream.write("policy_name=p policy_version=1.0.0\nDEFAULT action=DENY\nop=EXECUTE boot_verified=TRUE action=ALLOW\n")
        log = self.path("audit.log")
        with open(log, "wb") as stream:
            stream.write(audit_log(self.rows))
        logs = {"kernel": kernel_log(self.rows), "ausearch": run([tool("ausearch"), "--raw", "-if", log]),
                "journal": run([tool("journalctl"), "--file", self.journal(False), "--all", "--output", "json"])}

        def groups(text):
            lines = run([IPEC, "replay", "--output=json", policy, "-"], text).splitlines()
            return sorted(lines[:-1])
        wanted = groups(audit_log(self.rows))
        self.assertGreater(len(wanted), 50)
        for name, text in logs.items():
            with self.subTest(form=name):
                self.assertEqual(groups(text), wanted)


if __name__ == "__main__":
    PRINT_RECORDS = os.path.abspath(sys.argv.pop(1))
    IPEC = os.path.abspath(sys.argv.pop(1))
    unittest.main()
