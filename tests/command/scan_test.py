#!/usr/bin/env python3
"""Hash trees, digests and texts as `ipec scan` reads them: scan_test.py IPEC

Root hashes and verdicts are those of `veritysetup`, digests those of `fsverity`.
"""

import base64
import hashlib
import itertools
import json
import os
import random
import shutil
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import scan_tools  # noqa: E402
from scan_tools import InTemporaryDirectory, flip, read, run, scan, tool, verity_format, write, verity_agrees  # noqa: E402


class Verity(InTemporaryDirectory):
    def test_every_combination(self):
        """Block sizes, algorithms, salts and hash types, alone and behind the data."""
        chance = random.Random(1)
        sizes = [512, 1024, 2048, 4096]
        count = joined_count = 0
        for data_block, hash_block, algorithm, kind in itertools.product(sizes, sizes, ["sha256", "sha512", "sha1"], [0, 1]):
            salt = chance.choice(["-", "00", os.urandom(32).hex(), os.urandom(256).hex()])
            blocks = chance.choice([1, 2, 7, 8, 9, 127, 128, 129, 300, 1025])
            write("v.img", chance.randbytes(blocks * data_block))
            options = [f"--data-block-size={data_block}", f"--hash-block-size={hash_block}", f"--hash={algorithm}",
                       f"--format={kind}", f"--salt={salt}"]
            with self.subTest(options=options, blocks=blocks):
                if os.path.exists("v.verity"):
                    os.unlink("v.verity")
                root = verity_format("v.img", "v.verity", *options)
                for call in [["v.verity", "v.img"], ["--verify", "v.verity", "v.img"]]:
                    volume = self.only_volume(*call)
                    self.assertEqual(volume["roothash"], f"{algorithm}:{root}")
                    self.assertEqual(volume["blocks"], blocks)
                    self.assertEqual(volume["checked"], "tree" if "--verify" in call else "top")
                if blocks > 1:
                    self.assertEqual(self.only_volume("v.verity")["roothash"], f"{algorithm}:{root}")
                count += 1
                offset = blocks * data_block
                if offset % 4096 != 0:
                    continue  # veritysetup cannot write there
                joined_count += 1
                shutil.copy("v.img", "joined.img")
                joined = verity_format("joined.img", "joined.img", *options, f"--hash-offset={offset}", f"--data-blocks={blocks}")
                self.assertEqual(joined, root)
                self.assertEqual(self.only_volume("--verify", "joined.img")["roothash"], f"{algorithm}:{root}")
        self.assertEqual(count, 96)
        self.assertGreater(joined_count, 20)

    def test_flipped_bits(self):
        """`scan --verify` and `veritysetup verify` agree about one bit, wherever it is."""
        chance = random.Random(2)
        write("v.img", chance.randbytes(1000 * 4096))
        root = verity_format("v.img", "v.verity", "--salt=abcd")
        write("v.roothash", root.encode())
        call = ["--verify", "v.verity", "v.img", "v.roothash"]
        scan(*call)
        size = os.path.getsize("v.verity")
        bits = [("v.img", bit) for bit in (0, 1000 * 4096 * 8 - 1, *(chance.randrange(1000 * 4096 * 8) for _ in range(10)))]
        bits += [("v.verity", 4096 * 8 + chance.randrange((size - 4096) * 8)) for _ in range(25)]
        bits += [("v.verity", bit) for bit in (0, 8 * 8, 12 * 8, 64 * 8, 72 * 8, 80 * 8, 88 * 8, size * 8 - 1)]
        for name, bit in bits:
            with self.subTest(name=name, bit=bit):
                flip(name, bit)
                done = run(scan_tools.IPEC, "scan", *call, status=None)
                self.assertFalse(verity_agrees("v.img", "v.verity", root))
                self.assertIn(done.returncode, (1, 2))
                self.assertEqual(done.stdout, b"")
                if name == "v.img":
                    place = bit // 8 // 4096
                    self.assertIn(f"data block {place} at byte {place * 4096} of `v.img`", done.stderr.decode())
                flip(name, bit)
        scan(*call)
        # The superblock has bytes that neither of the two reads.
        flip("v.verity", 500 * 8)
        self.assertTrue(verity_agrees("v.img", "v.verity", root))
        scan(*call)

    def test_first_of_several(self):
        write("v.img", bytes(3000 * 4096))
        verity_format("v.img", "v.verity")
        for block in (2999, 1700, 701, 702):
            flip("v.img", block * 4096 * 8)
        for _ in range(10):
            self.assertIn("data block 701 at byte 2871296 ", scan("--verify", "v.verity", "v.img", status=1))

    def test_detached_signature(self):
        for name in ("a", "b"):
            write(name + ".img", os.urandom(9 * 4096))
            verity_format(name + ".img", name + ".verity", f"--root-hash-file={name}.roothash")
        run("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "key.pem", "-out", "cert.pem", "-subj", "/CN=x")
        run("openssl", "smime", "-sign", "-nocerts", "-noattr", "-binary", "-in", "a.roothash", "-inkey", "key.pem",
            "-signer", "cert.pem", "-outform", "der", "-out", "a.roothash.p7s")
        found = [(volume["name"], volume["signed"]) for volume in scan("a.roothash.p7s", "a.verity", "b.verity")["volumes"]]
        self.assertEqual(found, [("a", True), ("b", None)])
        self.assertEqual(self.only_volume("a.roothash.p7s", "a.roothash")["signed"], True)
        self.assertIn("no volume has its name", scan("a.roothash.p7s", "b.verity", status=2))

    def test_names_and_data(self):
        for name in ("a", "b"):
            write(name + ".img", os.urandom(9 * 4096))
            verity_format(name + ".img", name + ".verity")
        volumes = scan("--verify", "a.verity", "b.verity", "b.img", "a.img")["volumes"]
        self.assertEqual([volume["name"] for volume in volumes], ["a", "b"])
        self.assertIn("does not match", scan("--verify", "a.verity", "b.img", status=1))
        self.assertIn("cannot be verified without its data", scan("--verify", "a.verity", status=2))
        self.assertIn("`a.img` is not a disk image", scan("a.img", status=2))
        write("a.img", read("a.img")[:-1])
        self.assertIn("is cut off", scan("a.verity", "a.img", status=2))
        write("a.verity", read("a.verity")[:-1])
        self.assertIn("is cut off", scan("a.verity", status=2))
        write("one.img", bytes(4096))
        root = verity_format("one.img", "one.verity")
        self.assertIn("the data is needed, too", scan("one.verity", status=2))
        self.assertEqual(self.only_volume("one.verity", "one.img")["roothash"], "sha256:" + root)

    def test_sidecars(self):
        write("usr.img", os.urandom(9 * 4096))
        root = verity_format("usr.img", "usr.verity", "--root-hash-file=usr.usrhash")
        other = hashlib.sha256().hexdigest()
        self.assertEqual(self.only_volume("usr.verity", "usr.usrhash")["roothash"], "sha256:" + root)
        self.assertEqual(self.only_volume("usr.usrhash")["checked"], "none")
        write("usr.usrhash", other.encode() + b"\n")
        error = scan("usr.verity", "usr.usrhash", status=1)
        for word in (root, other, "`usr.verity`", "`usr.usrhash`"):
            self.assertIn(word, error)
        signature = {"rootHash": root, "certificateFingerprint": other, "signature": base64.b64encode(b"x").decode()}
        write("s.json", json.dumps(signature).encode() + bytes(4000))
        volume = self.only_volume("usr.verity", "s.json")
        self.assertEqual((volume["signed"], volume["certificate_sha256"]), (True, other))
        write("s.json", json.dumps({**signature, "rootHash": other}).encode())
        self.assertIn(other, scan("usr.verity", "s.json", status=1))


class Files(InTemporaryDirectory):
    def test_digests(self):
        """Digests of files of every size around the borders of blocks and levels."""
        fsverity = tool("fsverity")
        os.mkdir("d")
        for size in (0, 1, 31, 1023, 1024, 1025, 4095, 4096, 4097, 32 * 1024, 32 * 1024 + 1, 128 * 4096, 128 * 4096 + 1, 5000000):
            write(f"d/{size}", os.urandom(size))
        names = sorted(os.path.join("d", name) for name in os.listdir("d"))
        for algorithm, block in itertools.product(("sha256", "sha512"), (1024, 2048, 4096, 65536)):
            with self.subTest(algorithm=algorithm, block=block):
                lines = run(fsverity, "digest", f"--hash-alg={algorithm}", f"--block-size={block}", *names).stdout
                expected = [{"path": line.split(" ", 1)[1], "digest": line.split(" ", 1)[0], "signed": None}
                            for line in lines.decode().splitlines()]
                self.assertEqual(len(expected), len(names))
                call = [f"--fsverity={block}", f"--fsverity-hash={algorithm}"]
                self.assertEqual(scan(*call, "d")["files"], expected)
                self.assertEqual(scan("-", given=lines)["files"], expected)
                self.assertEqual(scan(*call, "d", "-", given=lines)["files"], expected)
        lines = run(fsverity, "digest", *names).stdout
        write("d/1", b"y")
        self.assertIn("`d/1` has the digest", scan("--fsverity", "d", "-", given=lines, status=1))

    def test_names(self):
        os.makedirs("d/e")
        os.symlink("..", "d/e/up")
        os.mkfifo("d/pipe")
        write(b"d/\xff\n", b"x")
        paths = [file["path"] for file in scan("--fsverity", "d")["files"]]
        self.assertEqual(paths, ["d/\udcff\n"])
        self.assertIn("is a directory", scan("d", status=2))

    def test_device_mapper(self):
        root = "ab" * 32
        good = f"usr: 0 8 verity 1 254:0 254:1 4096 4096 17 1 sha256 {root} 00"
        lines = (f"swap: 0 8 crypt aes 0 0\n{good} 2 root_hash_sig_key_desc cryptsetup:x\n"
                 f"other: 0 8 verity 1 8:1 8:2 512 512 1 1 sha1 {root[:40]} -\n")
        volumes = scan("-", given=lines.encode())["volumes"]
        self.assertEqual([(volume["name"], volume["roothash"], volume["signed"], volume["blocks"]) for volume in volumes],
                         [("usr", "sha256:" + root, True, 17), ("other", "sha1:" + root[:40], False, 1)])
        write("usr.usrhash", b"cd" * 32)
        self.assertIn("cd" * 32, scan("-", "usr.usrhash", given=lines.encode(), status=1))
        self.assertIn("line 2", scan("-", given=(good + "\nx: y\n").encode(), status=2))
        write("table", good.partition(": ")[2].encode())
        self.assertEqual(self.only_volume("table")["name"], "table")

    def test_inventories(self):
        """Inventories merge, and are written or not as a whole."""
        write("a.roothash", b"11" * 32)
        write("b.roothash", b"22" * 32)
        run(scan_tools.IPEC, "scan", "-o", "a.json", "a.roothash")
        run(scan_tools.IPEC, "scan", "-o", "b.json", "b.roothash")
        both = scan("a.json", "b.json")
        self.assertEqual([volume["name"] for volume in both["volumes"]], ["a", "b"])
        self.assertEqual(scan("a.json", "a.json", "a.roothash"), json.loads(read("a.json")))
        write("c.json", read("a.json").replace(b"11" * 32, b"33" * 32))
        self.assertIn("volume `a`", scan("-o", "d.json", "a.json", "c.json", status=1))
        self.assertFalse(os.path.exists("d.json"))
        before = read("a.json")
        scan("-o", "a.json", "a.json", status=2)
        self.assertEqual(read("a.json"), before)
        scan("absent", status=3)
        self.assertEqual(run(scan_tools.IPEC, "scan", "-o", "absent/a.json", "a.json", status=3).stdout, b"")


if __name__ == "__main__":
    scan_tools.main(sys.argv)
