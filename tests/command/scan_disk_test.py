#!/usr/bin/env python3
"""Disk images as `ipec scan` reads them: scan_disk_test.py IPEC

Partition tables are those of `sfdisk` and `sgdisk`, images those of `systemd-repart`, which `systemd-dissect`
reads, too; a unified kernel image is made by `objcopy`. Only the two need root: they make loop devices.
"""

import hashlib
import json
import os
import re
import shutil
import struct
import sys
import uuid
import zlib

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import scan_tools  # noqa: E402
from scan_tools import InTemporaryDirectory, flip, read, run, scan, tool, verity_format, write  # noqa: E402

USR, USR_VERITY = "8484680c-9521-48c6-9c11-b0720656f69e", "77ff5f63-e7b6-4633-acf4-1565b864c0e6"



class Disks(InTemporaryDirectory):
    def volumes(self, salt="00", data=b"data" * 1024 * 8):
        write("d.img", data)
        if os.path.exists("d.verity"):
            os.unlink("d.verity")
        return verity_format("d.img", "d.verity", "--salt=" + salt), data, read("d.verity")

    def disk(self, root, data, hashes, sector=512, ids=None, by="sfdisk", types=(USR, USR_VERITY)):
        """A disk with two partitions whose PARTUUIDs are the root hash."""
        ids = ids or [str(uuid.UUID(root[:32])), str(uuid.UUID(root[32:64]))]
        starts = [(1 << 20) // sector, (2 << 20) // sector]
        write("x.raw", b"")
        os.truncate("x.raw", 4 << 20)
        length = (1 << 20) // sector
        if by == "sfdisk":
            table = f"label: gpt\nsector-size: {sector}\n" if sector != 512 else "label: gpt\n"
            for start, part_type, part_id in zip(starts, types, ids):
                table += f"start={start}, size={length}, type={part_type}, uuid={part_id}\n"
            extra = [] if sector == 512 else [f"--sector-size={sector}"]
            run(tool("sfdisk"), "-q", *extra, "x.raw", given=table.encode())
        else:
            words = []
            for i, (start, part_type, part_id) in enumerate(zip(starts, types, ids), 1):
                words += [f"--new={i}:{start}:{start + length - 1}", f"--typecode={i}:{part_type}",
                          f"--partition-guid={i}:{part_id}"]
            run(tool("sgdisk"), *words, "x.raw")
        with open("x.raw", "r+b") as stream:
            stream.seek(1 << 20)
            stream.write(data)
            stream.seek(2 << 20)
            stream.write(hashes)

    def test_tools_and_sectors(self):
        root, data, hashes = self.volumes()
        for by in ("sfdisk", "sgdisk"):
            with self.subTest(by=by):
                self.disk(root, data, hashes, by=by)
                volume = self.only_volume("--verify", "x.raw")
                self.assertEqual(volume, {"name": "usr", "roothash": "sha256:" + root, "signed": False,
                                          "certificate_sha256": None, "blocks": 8, "source": "x.raw", "checked": "tree"})
        run(tool("sgdisk"), "--hybrid=1:EE", "x.raw")
        self.assertEqual(self.only_volume("x.raw")["roothash"], "sha256:" + root)
        # `ipec show` has the same inventory.
        shown = json.loads(run(scan_tools.IPEC, "show", "--format=json", "x.raw").stdout)["files"][0]
        self.assertEqual((shown["kind"], shown["volumes"], shown["inventory"]), ("image", 1, scan("x.raw")))
        # 512-byte sectors as sectors of 4096 bytes: the same entries in other places.
        write("y.raw", large_sectors(read("x.raw")))
        self.assertEqual(self.only_volume("y.raw")["roothash"], "sha256:" + root)

    def test_headers(self):
        root, data, hashes = self.volumes()
        self.disk(root, data, hashes)
        whole = read("x.raw")
        for at, reason in [(512 + 40, "header"), (1024 + 20, "entries"), (512, None)]:
            with self.subTest(at=at):
                flip("x.raw", at * 8)
                done = run(scan_tools.IPEC, "scan", "x.raw")
                self.assertIn(root, done.stdout.decode())
                if reason:
                    self.assertIn(reason, done.stderr.decode())
                flip("x.raw", (len(whole) - 512) * 8)
                self.assertNotEqual(run(scan_tools.IPEC, "scan", "x.raw", status=None).returncode, 0)
                write("x.raw", whole)
        flip("x.raw", (len(whole) - 512) * 8)  # the backup alone
        self.assertEqual(self.only_volume("x.raw")["name"], "usr")
        write("x.raw", whole + bytes(1 << 20))  # enlarged
        self.assertEqual(self.only_volume("x.raw")["name"], "usr")
        write("x.raw", whole[:len(whole) // 2])
        self.assertIn("is cut off", scan("x.raw", status=2))
        # Another table of the same disk at the end.
        self.disk(root, data, hashes, ids=[str(uuid.uuid4()), str(uuid.uuid4())])
        write("x.raw", whole[:-33 * 512] + read("x.raw")[-33 * 512:])
        self.assertIn("two partition tables that differ", scan("x.raw", status=1))

    def test_impossible_tables(self):
        root, data, hashes = self.volumes()
        self.disk(root, data, hashes)
        whole = read("x.raw")
        for change, words in [({"first": (1 << 20) // 512 + 5, "index": 1}, "overlap"),
                              ({"last": 1 << 60, "index": 1}, "ends beyond the image"),
                              ({"last": 3, "index": 0}, "is not possible")]:
            write("x.raw", repaired(whole, **change))
            self.assertIn(words, scan("x.raw", status=2))

    def test_guids(self):
        root, data, hashes = self.volumes()
        other = hashlib.sha256(b"other").hexdigest()
        self.disk(other, data, hashes)
        error = scan("x.raw", status=1)
        self.assertIn(root, error)
        self.assertIn(other, error)
        # Random PARTUUIDs are not root hashes.
        self.disk(root, data, hashes, ids=[str(uuid.uuid4()), str(uuid.uuid4())])
        self.assertEqual(self.only_volume("x.raw")["roothash"], "sha256:" + root)
        # Without a superblock, only they have the root hash.
        self.disk(root, data, bytes(8192))
        volume = self.only_volume("x.raw")
        self.assertEqual((volume["roothash"], volume["checked"]), ("sha256:" + root, "none"))

    def test_flipped_data(self):
        root, data, hashes = self.volumes()
        self.disk(root, data, hashes)
        flip("x.raw", ((1 << 20) + 5 * 4096) * 8)
        self.assertEqual(self.only_volume("x.raw")["roothash"], "sha256:" + root)
        self.assertIn(f"data block 5 at byte {(1 << 20) + 5 * 4096} of `x.raw`", scan("--verify", "x.raw", status=1))

    def test_two_images(self):
        roots = []
        for name, salt in (("base", "01"), ("addon", "02")):
            root, data, hashes = self.volumes(salt)
            self.disk(root, data, hashes)
            os.rename("x.raw", name + ".raw")
            roots.append("sha256:" + root)
        volumes = scan("base.raw", "addon.raw")["volumes"]
        self.assertEqual([(volume["name"], volume["roothash"]) for volume in volumes],
                         [("base/usr", roots[0]), ("addon/usr", roots[1])])

    def test_kernel_images(self):
        root, data, hashes = self.volumes()
        self.disk(root, data, hashes)
        for name, line in (("good", f'quiet x="a usrhash=1" usrhash={root} ro\n'), ("bad", "usrhash=" + "0" * 64)):
            write("cmdline", line.encode() + b"\0")
            run(tool("as"), "-o", "stub.o", "-", given=b".text\nnop\n")
            run(tool("objcopy"), "--output-target=pei-x86-64", "stub.o", "stub.efi")
            run(tool("objcopy"), "--add-section=.cmdline=cmdline", "--set-section-flags=.cmdline=data,readonly",
                "--change-section-vma=.cmdline=0x30000", "stub.efi", name + ".efi")
        inventory = scan("x.raw", "good.efi")
        self.assertEqual(inventory["cmdline"], f'quiet x="a usrhash=1" usrhash={root} ro')
        self.assertEqual(len(inventory["volumes"]), 1)
        error = scan("x.raw", "bad.efi", status=1)
        self.assertIn("0" * 64, error)
        self.assertIn(root, error)
        self.assertEqual(self.only_volume("good.efi"), {"name": "usr", "roothash": "sha256:" + root, "signed": None,
                         "certificate_sha256": None, "blocks": None, "source": "good.efi", "checked": "none"})

    def repart_image(self, repart, kind):
        """Makes image.raw of the file `data`, with a tree and its signature, and returns the rows of systemd-repart."""
        os.makedirs("defs", exist_ok=True)
        if os.path.exists("image.raw"):
            os.unlink("image.raw")  # --empty=create makes a new file
        blocks = os.path.abspath("data")
        for name, text in (("10.conf", f"Type={kind}\nCopyBlocks={blocks}\nVerity=data\nVerityMatchKey=x\nSizeMaxBytes=1M\n"),
                           ("20.conf", f"Type={kind}-verity\nVerity=hash\nVerityMatchKey=x\nSizeMaxBytes=2M\n"),
                           ("30.conf", f"Type={kind}-verity-sig\nVerity=signature\nVerityMatchKey=x\n")):
            write("defs/" + name, b"[Partition]\n" + text.encode())
        run("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "key.pem", "-out", "cert.pem", "-subj", "/CN=x")
        run("openssl", "x509", "-in", "cert.pem", "-outform", "der", "-out", "cert.der")
        done = run(repart, "--empty=create", "--size=32M", "--definitions=defs", "--private-key=key.pem", "--certificate=cert.pem",
                   "--json=pretty", "--dry-run=no", "image.raw", status=None)
        if done.returncode != 0:
            self.skipTest("systemd-repart cannot make an image here: " + done.stderr.decode().splitlines()[-1])
        return json.loads(done.stdout)

    def test_repart(self):
        """An image of systemd-repart with a signature, and its rows."""
        repart = tool("systemd-repart")
        write("data", os.urandom(1 << 20))
        rows = self.repart_image(repart, "usr")
        document = json.dumps(rows).encode()
        write("rows.json", document)
        row = next(row for row in rows if row["type"].endswith("-verity"))
        volume = self.only_volume("--verify", "image.raw", "rows.json")
        self.assertEqual((volume["name"], volume["roothash"], volume["signed"], volume["checked"]),
                         ("usr", "sha256:" + row["roothash"], True, "tree"))
        self.assertEqual(volume["certificate_sha256"], hashlib.sha256(read("cert.der")).hexdigest())
        self.assertEqual(self.only_volume("rows.json")["roothash"], volume["roothash"])
        write("rows.json", document.replace(row["roothash"].encode(), b"1" * 64))
        self.assertIn("1" * 64, scan("image.raw", "rows.json", status=1))

    def test_dissect(self):
        """The partitions of a signed root volume are those that systemd-dissect would use."""
        dissect, repart = tool("systemd-dissect"), tool("systemd-repart")
        os.makedirs("tree/usr/lib")
        write("tree/usr/lib/os-release", b"ID=x\nVERSION_ID=1\n")
        write("data", bytes(1 << 20))
        run(tool("mke2fs"), "-q", "-t", "ext4", "-O", "^has_journal", "-d", "tree", "data")
        for kind in ("root", "usr"):
            with self.subTest(kind=kind):
                rows = self.repart_image(repart, kind)
                done = run(dissect, "--json=short", "image.raw", status=None)
                if done.returncode != 0 and b"Failed to set up loopback device" in done.stderr:
                    self.skipTest("systemd-dissect needs a loop device: " + done.stderr.decode().splitlines()[-1])
                self.assertEqual(done.returncode, 0, done.stderr)
                mounts = {mount["designator"]: mount for mount in json.loads(done.stdout)["mounts"]}
                self.assertEqual(sorted(mounts), [kind, kind + "-verity", kind + "-verity-sig"])
                volume = self.only_volume("--verify", "image.raw")
                self.assertEqual((volume["name"], volume["signed"]), (kind, True))
                if kind == "root":  # of /usr without a root, systemd 252 does not tell
                    self.assertEqual(mounts[kind]["verity"], "signed")
                halves = [mounts[kind + suffix]["partition_uuid"].replace("-", "") for suffix in ("", "-verity")]
                self.assertEqual(volume["roothash"], "sha256:" + "".join(halves))
                self.assertEqual([mounts[row["type"].replace("-" + mounts[kind]["architecture"], "")]["partition_uuid"]
                                  for row in rows], [row["uuid"] for row in rows])
                run(tool("sgdisk"), "--delete=3", "image.raw")
                mounts = {mount["designator"]: mount
                          for mount in json.loads(run(dissect, "--json=short", "image.raw").stdout)["mounts"]}
                self.assertEqual(sorted(mounts), [kind, kind + "-verity"])
                self.assertNotEqual(mounts[kind]["verity"], "signed")
                self.assertEqual(self.only_volume("image.raw")["signed"], False)

    def test_types(self):
        """The types of partitions are those that systemd lists."""
        listed = run(tool("systemd-id128"), "show").stdout.decode()
        rows = re.findall(r"^((?:root|usr)-(?!secondary|verity)\S+?)(|-verity|-verity-sig)\s+([0-9a-f]{32})$", listed, re.M)
        self.assertGreater(len(rows), 90)
        source = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../compiler/inventory/partition_types.def")
        found = re.findall(r'IPEC_PARTITION\((\w+), "(\S+)",\s*"(\S+)",\s*"(\S+)",\s*"(\S+)"\)', read(source).decode())
        ours = {(f"{role.lower()}-{name}", suffix, guid.replace("-", "")) for role, name, *guids in found
                for suffix, guid in zip(("", "-verity", "-verity-sig"), guids)}
        self.assertEqual(ours, set(rows))

    def test_sparse(self):
        """A file of 100 GB is read in a few blocks: the time is that of a small one."""
        root, data, hashes = self.volumes()
        write("big.raw", b"")
        os.truncate("big.raw", 100 * 10**9 // 4096 * 4096)
        words = ["--new=1:2048:+90G", f"--typecode=1:{USR}", f"--partition-guid=1:{uuid.UUID(root[:32])}",
                 "--new=2:0:+1G", f"--typecode=2:{USR_VERITY}", f"--partition-guid=2:{uuid.UUID(root[32:])}"]
        run(tool("sgdisk"), *words, "big.raw")
        start = int(re.search(r"First sector: (\d+)", run(tool("sgdisk"), "--info=2", "big.raw").stdout.decode()).group(1))
        with open("big.raw", "r+b") as stream:
            stream.seek(start * 512)
            stream.write(hashes)
        self.assertEqual(self.only_volume("big.raw")["roothash"], "sha256:" + root)
        if shutil.which("strace"):
            # A sanitizer cannot look for leaks in a traced process.
            done = run("env", "ASAN_OPTIONS=detect_leaks=0", "strace", "-f", "-e", "trace=read,pread64", scan_tools.IPEC, "scan", "big.raw")
            self.assertLess(done.stderr.count(b"pread64"), 40)
        write("plain.img", b"")
        os.truncate("plain.img", 100 * 10**9)
        self.assertIn("is not a disk image", scan("plain.img", status=2))


def large_sectors(image):
    """The image with sectors of 4096 bytes, with a table at the beginning only."""
    header = bytearray(image[512:512 + 92])
    entries = bytearray(image[1024:1024 + 128 * 128])
    for at in range(0, len(entries), 128):
        first, last = struct.unpack_from("<QQ", entries, at + 32)
        if last:
            struct.pack_into("<QQ", entries, at + 32, first // 8, (last + 1) // 8 - 1)
    total = len(image) // 4096
    struct.pack_into("<QQQQ", header, 24, 1, total - 1, 6, total - 7)
    struct.pack_into("<Q", header, 72, 2)
    struct.pack_into("<I", header, 88, zlib.crc32(entries))
    struct.pack_into("<I", header, 16, 0)
    struct.pack_into("<I", header, 16, zlib.crc32(header))
    result = bytearray(image)
    result[:1 << 16] = bytes(1 << 16)
    result[-1 << 16:] = bytes(1 << 16)
    result[4096:4096 + 92] = header
    result[8192:8192 + len(entries)] = entries
    return bytes(result)


def repaired(image, index, first=None, last=None):
    """The image with another first or last sector of a partition, and no backup."""
    result = bytearray(image[:-512] + bytes(512))
    at = 1024 + index * 128 + 32
    if first is not None:
        struct.pack_into("<Q", result, at, first)
    if last is not None:
        struct.pack_into("<Q", result, at + 8, last)
    count, size = struct.unpack_from("<II", result, 512 + 80)
    struct.pack_into("<I", result, 512 + 88, zlib.crc32(result[1024:1024 + count * size]))
    struct.pack_into("<I", result, 512 + 16, 0)
    struct.pack_into("<I", result, 512 + 16, zlib.crc32(result[512:512 + 92]))
    return bytes(result)


if __name__ == "__main__":
    scan_tools.main(sys.argv)
