"""The files of a guest: their volumes, and the values of IPE's properties for each.

The volumes are made once for a kernel and kept beside it. dm-verity volumes hold fs-verity files, too;
since only a kernel can turn fs-verity on, a first guest does that before the hash trees are made.
"""

import json
import pathlib
import shutil
import subprocess
from dataclasses import dataclass

from oracle import guest, progress

BLOCK = 4096
BLOCKS = 2048
ODD_NAME = '/bin/odd "name" é'
# Files that no path leads to; the guest keeps them open.
HELD = "/proc/self/fd/"
MEMFD = HELD + "50"
# Around the longest path that a record holds, 4,106 bytes: descriptor, bytes of the path as records
# print it, deleted.
DELETED = " (deleted)"
DEEP = [(60, 4095, False), (61, 4096, False), (62, 4106, False), (63, 4107, False),
        (64, 5000, False), (65, 4095, True), (66, 4106, True), (67, 4107, True)]
SCRIPT = "/bin/script"
HELLO = "/bin/hello"
IMAGE = "/boot/image"

# Files of an ext4 volume: name, fs-verity algorithm, signed.
VERITY_FILES = [("fsv256", "sha256", False), ("fsv256s", "sha256", True),
                ("fsv512", "sha512", False), ("fsv512s", "sha512", True)]
# dm-verity volumes: name, algorithm, signed.
MAPPED = [("dm256", "sha256", False), ("dm256s", "sha256", True),
          ("dm512", "sha512", False), ("dm512s", "sha512", True)]
MAPPED_FILES = [("fsv256", "sha256", False), ("fsv512s", "sha512", True)]


@dataclass
class File:
    """A file of the guest: its path, and the part of an event about it."""
    path: str      # what a task opens
    shown: str     # what the kernel calls it in records
    device: str
    facts: dict    # boot_verified, dmverity, fsverity, as in an event
    below: tuple = ()  # under an overlay: path and device of the file itself


class World:
    """The guest's initramfs and disks, and its files."""

    def __init__(self, kernel, base=None):
        """`base`: the world whose volumes a kernel uses that lacks a property."""
        self.kernel = kernel
        self.lacks = kernel.lacks
        self.directory = base.directory if base else kernel.directory / f"guest-{guest.sources_hash()}"
        self.initramfs = self.directory / "initramfs.gz"
        if not (self.directory / "facts.json").exists():
            self._make()
        self._facts = json.loads((self.directory / "facts.json").read_text())
        self.files = [file for file in self._list_files() if self.opens(file)]
        self.digests = sorted({digest for file in self.files
                               for digest in self._digests_of(file.facts)})

    @staticmethod
    def _digests_of(facts):
        if "dmverity" in facts:
            yield "dmverity_roothash", facts["dmverity"]["roothash"]
        if "fsverity" in facts:
            yield "fsverity_digest", facts["fsverity"]["digest"]

    # --- kernels that lack a property -------------------------------------------------------------

    @property
    def maps(self):
        return self.lacks != "dmverity_roothash"

    def opens(self, file):
        """A kernel without fs-verity does not open files that have it."""
        return self.lacks != "fsverity_digest" or "fsverity" not in file.facts

    # --- making -----------------------------------------------------------------------------------

    def _make(self):
        progress.say("making volumes with dm-verity and fs-verity")
        for old in self.kernel.directory.glob("guest-*"):
            shutil.rmtree(old)
        self.directory.mkdir()
        guest.compile_programs(self.directory)
        facts = {"work": self._make_files("work", VERITY_FILES)}
        self._make_root({})
        self._turn_verity_on("work", VERITY_FILES)
        signatures = {}
        for name, algorithm, signed in MAPPED:
            facts[name] = self._make_files(name, MAPPED_FILES)
            self._turn_verity_on(name, MAPPED_FILES)
            root_hash = self._add_hash_tree(name, algorithm)
            facts[name]["roothash"] = f"{algorithm}:{root_hash}"
            if signed:
                signatures[name] = self._sign_root_hash(name, root_hash)
        self._make_root(signatures)
        (self.directory / "facts.json").write_text(json.dumps(facts))

    def _make_files(self, volume, verity_files):
        """An ext4 image of programs that differ, and the digests of those that get fs-verity."""
        root = self.directory / volume
        root.mkdir()
        program = (self.directory / "hello").read_bytes()
        digests = {}
        for name in ["plain"] + [name for name, _, _ in verity_files]:
            path = root / name
            path.write_bytes(program + f"{volume} {name}".encode())
            path.chmod(0o755)
        for name, algorithm, _ in verity_files:
            shown = subprocess.run(["fsverity", "digest", "--compact", f"--hash-alg={algorithm}",
                                    root / name], check=True, capture_output=True, text=True)
            digests[name] = f"{algorithm}:{shown.stdout.strip()}"
            subprocess.run(["fsverity", "sign", root / name, self.directory / f"{volume}-{name}.sig",
                            f"--hash-alg={algorithm}", f"--key={self.kernel.key}",
                            f"--cert={self.kernel.certificate}"], check=True, capture_output=True)
        image = self.directory / f"{volume}.img"
        subprocess.run(["mkfs.ext4", "-q", "-b", str(BLOCK), "-O", "verity", "-d", root, image,
                        str(BLOCKS)], check=True, capture_output=True)
        shutil.rmtree(root)
        return {"digests": digests}

    def _turn_verity_on(self, volume, verity_files):
        commands = guest.Commands()
        self._add_key(commands)
        commands.add("mkdir", "/mnt/v")
        commands.add("mount", "/dev/vdc", "/mnt/v", "ext4", "rw", "")
        for name, algorithm, signed in verity_files:
            signature = (self.directory / f"{volume}-{name}.sig").read_bytes() if signed else b""
            commands.add("verity", f"/mnt/v/{name}", algorithm, signature)
        commands.add("unmount", "/mnt/v")
        disks = [(self.directory / f"{volume}.img", True)]
        must_succeed(guest.run(self.kernel, self.initramfs, disks, commands))

    def _add_hash_tree(self, volume, algorithm):
        image = self.directory / f"{volume}.img"
        shown = subprocess.run(
            ["veritysetup", "format", "--no-superblock", f"--hash={algorithm}", "--salt=-",
             f"--data-blocks={BLOCKS}", f"--hash-offset={BLOCK * BLOCKS}", image, image],
            check=True, capture_output=True, text=True)
        (line,) = [line for line in shown.stdout.splitlines() if line.startswith("Root hash:")]
        return line.split()[-1]

    def _sign_root_hash(self, volume, root_hash):
        text = self.directory / f"{volume}.roothash"
        text.write_text(root_hash)
        subprocess.run(["openssl", "smime", "-sign", "-nocerts", "-noattr", "-binary", "-in", text,
                        "-inkey", self.kernel.key, "-signer", self.kernel.certificate,
                        "-outform", "der", "-out", self.directory / f"{volume}.p7s"],
                       check=True, capture_output=True)
        return (self.directory / f"{volume}.p7s").read_bytes()

    def _make_root(self, signatures):
        root = self.directory / "root"
        shutil.rmtree(root, ignore_errors=True)
        for name in ["bin", "boot", "proc", "sys", "dev", "tmp", "mnt"]:
            (root / name).mkdir(parents=True)
        for name in ["init", HELLO[1:], ODD_NAME[1:]]:
            shutil.copy(self.directory / pathlib.Path("init" if name == "init" else "hello"),
                        root / name)
        (root / SCRIPT[1:]).write_text(f"#!{HELLO}\n")
        (root / SCRIPT[1:]).chmod(0o755)
        (root / IMAGE[1:]).write_bytes(kernel_header(self.kernel.image))
        guest.make_initramfs(root, self.initramfs)
        for name, signature in signatures.items():
            (self.directory / f"{name}.p7s").write_bytes(signature)

    # --- using ------------------------------------------------------------------------------------

    def _add_key(self, commands):
        if self.lacks in ("fsverity_digest", "fsverity_signature"):
            return  # the kernel does not have the keyring
        commands.add("key", "asymmetric", "ipec", ".fs-verity",
                     self.kernel.certificate_der.read_bytes())

    def disks(self):
        return [(self.directory / f"{name}.img", False)
                for name in ["work"] + [name for name, _, _ in MAPPED]]

    def set_up(self, commands):
        """The commands that make every file of `files` appear; returns the answers to check."""
        first = len(commands.verbs)
        self._add_key(commands)
        commands.add("mkdir", "/mnt/work")
        commands.add("mount", "/dev/vdc", "/mnt/work", "ext4", "rw", "")
        for place, (name, algorithm, signed) in enumerate(MAPPED):
            disk = f"/dev/vd{chr(ord('d') + place)}"
            root_hash = self._facts[name]["roothash"].split(":")[1]
            parameters = (f"1 {disk} {disk} {BLOCK} {BLOCK} {BLOCKS} {BLOCKS} {algorithm} "
                          f"{root_hash} -")
            if signed and self.lacks != "dmverity_signature":
                commands.add("key", "user", f"ipec:{name}", "session",
                             (self.directory / f"{name}.p7s").read_bytes())
                parameters += f" 2 root_hash_sig_key_desc ipec:{name}"
            if self.maps:
                commands.add("mapper", name, str(BLOCKS * BLOCK // 512), parameters)
            commands.add("mkdir", f"/mnt/{name}")
            commands.add("mount", f"/dev/{name}" if self.maps else disk, f"/mnt/{name}", "ext4", "ro", "")
        commands.add("mkdir", "/mnt/over")
        commands.add("mount", "over", "/mnt/over", "overlay", "ro",
                     "lowerdir=/mnt/dm256s:/mnt/dm512")
        commands.add("copy", HELLO, "/tmp/hello")
        commands.add("memfd", "held in memory", HELLO)
        for held, length, deleted in DEEP:
            made = length - len(DELETED) if deleted else length
            commands.add("deep", str(held), str(made), "1" if deleted else "0", HELLO)
        return range(first, len(commands.verbs))

    def _list_files(self):
        files = [File(HELLO, HELLO, "rootfs", {"boot_verified": True}),
                 File(ODD_NAME, ODD_NAME, "rootfs", {"boot_verified": True}),
                 File("/tmp/hello", "/tmp/hello", "tmpfs", {}),
                 File(MEMFD, "/memfd:held in memory (deleted)", "tmpfs", {}),
                 File("/mnt/work/plain", "/mnt/work/plain", "vdc", {})]
        files += [File(f"{HELD}{held}", deep_path(held, length, deleted), "tmpfs", {})
                  for held, length, deleted in DEEP]
        for name, _, signed in VERITY_FILES:
            files.append(File(f"/mnt/work/{name}", f"/mnt/work/{name}", "vdc",
                              self._fsverity("work", name, signed)))
        for place, (volume, _, volume_signed) in enumerate(MAPPED):
            facts = self._dmverity(volume, volume_signed)
            where = f"/mnt/{volume}"
            files.append(File(f"{where}/plain", f"{where}/plain", self._device(place), facts))
            for name, _, signed in MAPPED_FILES:
                files.append(File(f"{where}/{name}", f"{where}/{name}", self._device(place),
                                  facts | self._fsverity(volume, name, signed)))
        lower = self._dmverity("dm256s", True)
        files.append(File("/mnt/over/plain", "/mnt/over/plain", "overlay", lower,
                          ("/plain", self._device(1))))
        files.append(File("/mnt/over/fsv512s", "/mnt/over/fsv512s", "overlay",
                          lower | self._fsverity("dm256s", "fsv512s", True),
                          ("/fsv512s", self._device(1))))
        return files

    def _device(self, place):
        return f"dm-{place}" if self.maps else f"vd{chr(ord('d') + place)}"

    def _dmverity(self, volume, signed):
        if not self.maps:
            return {}
        signed = signed and self.lacks != "dmverity_signature"
        return {"dmverity": {"roothash": self._facts[volume]["roothash"], "signed": signed}}

    def _fsverity(self, volume, name, signed):
        signed = signed and self.lacks != "fsverity_signature"
        return {"fsverity": {"digest": self._facts[volume]["digests"][name], "signed": signed}}


def deep_path(held, length, deleted):
    """As the guest's verb `deep` makes it."""
    path, name = f"/tmp/{held}", 200
    if deleted:
        length -= len(DELETED)
    while len(path) + 2 + name < length:
        path += "/" + "d" * name
    path += "/" + "d" * (length - len(path) - 1)
    return path + DELETED if deleted else path


def must_succeed(answers):
    for place, answer in enumerate(answers):
        if answer.result != 0:
            raise guest.GuestError(f"setting up: command {place}, {answer.verb}, gave {answer.result}")


def kernel_header(image):
    """The first block of a kernel, as much as kexec looks at before it reads the initramfs."""
    header = bytearray(image.read_bytes()[:BLOCK])
    header[0x236] |= 3  # a 64-bit kernel that may be loaded above 4 GiB
    return bytes(header)
