"""A guest under QEMU: a list of commands in, the kernel's answers out. guest/init.c is the other side."""

import gzip
import hashlib
import os
import pathlib
import socket
import subprocess
import tempfile
import threading
import time
from dataclasses import dataclass, field

from oracle import progress
from oracle.kernel import DIRECTORY

REPORT_SIZE = 1 << 30  # a sparse file
LONGEST = 1800         # seconds until a guest times out


@dataclass
class Record:
    """An audit record: its type and its body, without the timestamp."""
    type: int
    body: bytes


@dataclass
class Answer:
    """The result of one command."""
    verb: str
    result: int
    more: list
    records: list = field(default_factory=list)


class GuestError(Exception):
    """The guest did not follow its commands, so its run shows nothing."""


def escape(text):
    data = text.encode("utf-8", "surrogateescape") if isinstance(text, str) else text
    return "".join(chr(b) if 0x20 < b < 0x7f and b not in b"%@" else f"%{b:02X}" for b in data)


def unescape(text):
    return b"".join([part if i == 0 else bytes([int(part[:2], 16)]) + part[2:]
                     for i, part in enumerate(text.split(b"%"))])


class Commands:
    """The commands of one run, in order. Texts are passed unchanged as arguments; bytes become blobs."""

    def __init__(self):
        self._parts = []
        self.verbs = []

    def add(self, verb, *arguments):
        """Returns the number of the command's answer."""
        words, blobs = [verb], []
        for argument in arguments:
            if isinstance(argument, bytes):
                words.append(f"@{len(argument)}")
                blobs.append(argument)
            else:
                words.append(escape(argument))
        self._parts += [" ".join(words).encode() + b"\n", *blobs]
        if verb == "say":
            return None
        self.verbs.append(verb)
        return len(self.verbs) - 1

    def bytes(self):
        return b"".join(self._parts) + b"end\n"


def compile_programs(directory):
    """The guest's static programs, compiled into the directory `directory`."""
    source = DIRECTORY / "guest"
    warnings = ["-std=gnu11", "-O1", "-Wall", "-Wextra", "-Werror", "-static"]
    subprocess.run(["gcc", *warnings, "-o", directory / "init", source / "init.c", source / "verbs.c",
                    source / "actions.c"], check=True)
    subprocess.run(["gcc", *warnings, "-nostdlib", "-fno-stack-protector", "-fcf-protection=none",
                    "-fno-pie", "-no-pie", "-Wl,-z,noexecstack,--build-id=none", "-o",
                    directory / "hello", source / "hello.c"], check=True)


def sources_hash():
    """A hash of everything that determines the contents of a guest."""
    sha = hashlib.sha256()
    for path in sorted((DIRECTORY / "guest").iterdir()) + [DIRECTORY / "oracle/volumes.py"]:
        sha.update(path.name.encode() + path.read_bytes())
    return sha.hexdigest()[:12]


def make_initramfs(root, archive):
    """Packs the directory `root`."""
    names = b"".join(bytes(path.relative_to(root)) + b"\0" for path in sorted(root.rglob("*")))
    packed = subprocess.run(["cpio", "-o", "-0", "-H", "newc", "-R", "0:0", "--quiet",
                             "--reproducible"], cwd=root, input=names, capture_output=True,
                            check=True)
    archive.write_bytes(gzip.compress(packed.stdout, mtime=0))


COMMANDS_SIZE = 64 << 20  # of a guest that starts from a saved state
states = {}  # by kernel and initramfs: the directory of a saved state


def machine(kernel, initramfs, drives, waits, more=()):
    """`waits`: for a line on the console, before it reads commands."""
    command = ["qemu-system-x86_64", "-M", "pc", "-cpu", "max", "-m", "1024", "-display", "none", "-serial", "stdio",
               "-no-reboot", "-nic", "none", "-kernel", kernel.image, "-initrd", initramfs, "-append",
               "console=ttyS0 loglevel=1 audit=1 audit_backlog_limit=0 panic=-1 no_timer_check" + " -- wait" * waits]
    for path, writable in drives:
        snapshot = "off" if writable else "on"
        command += ["-drive", f"file={path},format=raw,if=virtio,snapshot={snapshot},cache=unsafe"]
    return [*command, *more]


def make_disks(directory, data):
    commands_disk = pathlib.Path(directory) / "commands"
    commands_disk.write_bytes(data)
    report = pathlib.Path(directory) / "report"
    for path, size in ((commands_disk, max(COMMANDS_SIZE, -len(data) % 4096 + len(data))), (report, REPORT_SIZE)):
        with open(path, "r+b" if path.exists() else "wb") as out:
            out.truncate(size)
    return [(commands_disk, False), (report, True)]


def saved_state(kernel, initramfs):
    """A file with the state of a guest that has booted and waits for commands: made once."""
    key = (str(kernel.image), str(initramfs))
    if key not in states:
        directory = tempfile.TemporaryDirectory(prefix="ipec-guest-")
        monitor = f"{directory.name}/monitor"
        command = machine(kernel, initramfs, make_disks(directory.name, b""), True,
                          ["-monitor", f"unix:{monitor},server=on,wait=off"])
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as qemu:
            try:
                console = []
                for line in qemu.stdout:
                    console.append(line.decode("utf-8", "replace").rstrip())
                    if console[-1].endswith("guest: ready"):
                        break
                else:
                    raise GuestError("the guest did not boot:\n" + "\n".join(console[-30:]))
                save(monitor, f"{directory.name}/state")
            finally:
                qemu.kill()
        states[key] = directory
    return f"{states[key].name}/state"


def save(monitor, path):
    """Writes the state of the machine, which runs on, to a file."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(300)
        connection.connect(monitor)
        for order in (b"", b"migrate_set_parameter max-bandwidth 10G\n", f'migrate "exec:cat > {path}"\n'.encode()):
            connection.sendall(order)
            answer = b""
            while not answer.endswith(b"(qemu) "):  # `migrate` answers when it is done
                more = connection.recv(4096)
                if not more:
                    raise GuestError(f"QEMU's monitor ended after {answer!r}")
                answer += more
            if b"rror" in answer:
                raise GuestError(f"QEMU's monitor answers {answer!r}")


def run(kernel, initramfs, disks, commands, title=""):
    """Boots, runs the commands and returns their answers. `disks` are (image, writable) from /dev/vdc on;
    changes to disks that are not writable are discarded after the run. Without disks, the guest starts from the
    state that one of the same kernel had when it had booted."""
    data = commands.bytes()
    with tempfile.TemporaryDirectory(prefix="ipec-guest-") as directory:
        drives = [*make_disks(directory, data), *disks]
        waits = not disks and len(data) < COMMANDS_SIZE
        more = ["-incoming", f"exec:cat {saved_state(kernel, initramfs)}"] if waits else []
        console = talk(machine(kernel, initramfs, drives, waits, more), waits, title)
        with open(directory + "/report", "rb") as stream:
            return read_report(stream, commands.verbs, console)


def wake(qemu):
    """Writes lines to the console of a guest. It reads one; those before it has its state are lost."""
    try:
        while qemu.poll() is None:
            os.write(qemu.stdin.fileno(), b"\n")
            time.sleep(0.05)
    except (OSError, ValueError):  # it ended
        return


def talk(command, waits, title):
    """Runs QEMU, shows the messages of the guest and returns its console."""
    started = time.monotonic()
    console = []
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT) as qemu:
        try:
            if waits:
                threading.Thread(target=wake, args=(qemu,), daemon=True).start()
            for line in qemu.stdout:
                text = line.decode("utf-8", "replace").rstrip()
                console.append(text)
                if text.startswith("say "):
                    progress.show(f"{title}: {text[4:]}, {time.monotonic() - started:.0f} s")
                if time.monotonic() - started > LONGEST:
                    raise GuestError("the guest takes too long")
        finally:
            qemu.kill()
    progress.clear()
    if not any("guest: done" in line for line in console):
        raise GuestError("the guest did not finish:\n" + "\n".join(console[-30:]))
    return console


def read_report(stream, verbs, console):
    answers = []
    for line in stream:
        words = line.rstrip(b"\n").split(b" ")
        if words == [b"end"]:
            break
        if words[0] == b"R":
            answers[-1].records.append(Record(int(words[1]), strip_stamp(unescape(words[2]))))
            continue
        answers.append(Answer(words[0].decode(), int(words[-1]), words[1:-1]))
    if [answer.verb for answer in answers] != verbs:
        raise GuestError("the report does not fit the commands:\n" + "\n".join(console[-30:]))
    return answers


def strip_stamp(text):
    """The kernel puts `audit(SECONDS.MILLIS:SERIAL): ` before each record."""
    stamp, separator, body = text.partition(b"): ")
    if not separator or not stamp.startswith(b"audit("):
        raise GuestError(f"a record without stamp: {text!r}")
    return body
