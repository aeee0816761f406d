#!/usr/bin/env python3
"""`ipec sign` against OpenSSL and a PKCS#11 device: sign_test.py IPEC

A file that `ipec sign` writes is the one that `openssl smime` writes, byte for byte, where signatures are deterministic
(RSA). Where they are not (ECDSA), `openssl` verifies it, and with the signature of openssl's own file it is that file. A
signature from SoftHSM2 gives the same file as the key. No mistake writes a file.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import unittest

IPEC = ""
POLICY = b"policy_name=p policy_version=1.0.0\nDEFAULT action=DENY\nop=EXECUTE boot_verified=TRUE action=ALLOW\n"
SMIME = ["openssl", "smime", "-sign", "-noattr", "-nodetach", "-nosmimecap", "-binary", "-outform", "der"]
MODULE = "/usr/lib/softhsm/libsofthsm2.so"


def must(*args, **more):
    done = subprocess.run(args, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False,
                          timeout=120, **more)
    if done.returncode != 0:
        raise AssertionError((args, done.stderr.decode(errors="replace")))
    return done.stdout


def ipec(*args, **more):
    done = subprocess.run([IPEC, *args], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          check=False, timeout=120, **more)
    return done.returncode, done.stdout, done.stderr.decode()


def read(name):
    with open(name, "rb") as stream:
        return stream.read()


def write(name, content):
    with open(name, "wb") as stream:
        stream.write(content)


def padded(size):
    """A policy of this size."""
    rest = size - len(POLICY)
    return POLICY + (b"#" + b"x" * (rest - 2) + b"\n" if rest > 1 else b"\n" * rest)


def make(name, *kind, subject="/CN=signer", more=()):
    must("openssl", "req", "-x509", "-newkey", *kind, "-nodes", "-keyout", name + ".key", "-out", name + ".pem", "-days",
         "3650", "-subj", subject, *more)


def signature_in(name):
    """The signature in a signed file: its last element."""
    last = must("openssl", "asn1parse", "-inform", "der", "-in", name).decode().strip().split("\n")[-1]
    head, length = (int(last.split(word)[1].split()[0].rstrip(":")) for word in ("hl=", " l="))
    content = read(name)
    assert head > 1
    return content[len(content) - length:]


class Signing(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.place = tempfile.mkdtemp(prefix="ipec-sign-")
        cls.before = os.getcwd()
        os.chdir(cls.place)
        for bits in ("2048", "3072", "4096"):
            make("rsa" + bits, "rsa:" + bits)
        for curve in ("P-256", "P-384", "P-521"):
            make(curve, "ec", more=["-pkeyopt", "ec_paramgen_curve:" + curve])
        make("odd", "rsa:2048", subject="/C=DE/O=Größe, \"x\" + y/OU=a/CN=s/emailAddress=a@b",
             more=["-utf8", "-multivalue-rdn", "-set_serial", "0xf1ffffffffffffffffffffffffffffffffffff01"])
        write("p.pol", POLICY)

    @classmethod
    def tearDownClass(cls):
        os.chdir(cls.before)
        shutil.rmtree(cls.place)

    def setUp(self):
        for name in ("out.p7b", "openssl.p7b", "two.p7b"):
            if os.path.exists(name):
                os.remove(name)

    def sign(self, *args, policy="p.pol"):
        status, out, err = ipec("sign", "-o", "out.p7b", *args, policy)
        self.assertEqual((status, err), (0, ""), out)
        return read("out.p7b")

    def rejected(self, *args, words, status=1, policy="p.pol", output="out.p7b"):
        """Nothing is written, not over an old file either, and the message says why."""
        write("out.p7b", b"old")
        got, out, err = ipec("sign", "-o", output, *args, policy)
        self.assertEqual(got, status, (args, out, err))
        for word in words:
            self.assertIn(word, out.decode(errors="replace") + err)
        self.assertEqual(read("out.p7b"), b"old")
        self.assertEqual([name for name in os.listdir(".") if name.startswith((".out", "out.p7b."))], [])

    # The files of openssl.

    def compare(self, name, policy, *, digest="sha256", certificate=True):
        must(*SMIME, "-in", policy, "-signer", name + ".pem", "-inkey", name + ".key", "-md", digest, "-out", "openssl.p7b",
             *([] if certificate else ["-nocerts"]))
        ours = self.sign("--certificate=" + name + ".pem", "--key=" + name + ".key", "--hash=" + digest,
                         *([] if certificate else ["--no-certificate"]), policy=policy)
        self.assertEqual(ours, read("openssl.p7b"))
        return len(ours)

    def test_keys_and_hashes(self):
        for name in ("rsa2048", "rsa3072", "rsa4096", "odd"):
            for digest in ("sha256", "sha384", "sha512", "sha1"):
                for certificate in (True, False):
                    with self.subTest(name=name, digest=digest, certificate=certificate):
                        self.compare(name, "p.pol", digest=digest, certificate=certificate)

    def test_lengths(self):
        added = self.compare("rsa2048", "p.pol") - len(POLICY)
        for size in (127, 128, 129, 255, 256, 257, 1000, 65535 - added - 16, 65535 - added - 8):
            for certificate in (True, False):
                with self.subTest(size=size, certificate=certificate):
                    write("size.pol", padded(size))
                    self.compare("rsa2048", "size.pol", certificate=certificate)
        # The longest, and one byte more.
        write("size.pol", padded(60000))
        longest = 60000 + 65535 - self.compare("rsa2048", "size.pol")
        write("size.pol", padded(longest))
        self.assertEqual(self.compare("rsa2048", "size.pol"), 65535)
        self.assertIn(b"; 0 are left\n", ipec("sign", "-o", "out.p7b", "--certificate=rsa2048.pem", "--key=rsa2048.key",
                                              "size.pol")[1])
        write("size.pol", padded(longest + 1))
        self.rejected("--certificate=rsa2048.pem", "--key=rsa2048.key", policy="size.pol", words=["EMSGSIZE", "65536"])

    def test_signers_of_a_chain(self):
        make("ca", "rsa:2048", subject="/CN=authority")
        for number, name in enumerate(("leaf", "other")):
            must("openssl", "req", "-new", "-newkey", "rsa:2048", "-nodes", "-keyout", name + ".key", "-out", name + ".csr",
                 "-subj", "/CN=" + name)
            must("openssl", "x509", "-req", "-in", name + ".csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-set_serial",
                 str(128 + number), "-out", name + ".pem", "-days", "99")
        self.compare("leaf", "p.pol")
        # The first certificate of a file signs, and one of DER is the same.
        expected = self.sign("--certificate=leaf.pem", "--key=leaf.key")
        write("several.pem", b"Bag Attributes\n" + read("leaf.pem") + read("ca.pem") + read("leaf.key"))
        self.assertEqual(self.sign("--certificate=several.pem", "--key=several.pem"), expected)
        must("openssl", "x509", "-in", "leaf.pem", "-outform", "der", "-out", "leaf.der")
        must("openssl", "pkcs8", "-topk8", "-nocrypt", "-in", "leaf.key", "-outform", "der", "-out", "leaf.p8")
        self.assertEqual(self.sign("--certificate=leaf.der", "--key=leaf.p8"), expected)
        must("openssl", "rsa", "-in", "leaf.key", "-traditional", "-out", "leaf.old")
        self.assertEqual(self.sign("--certificate=leaf.pem", "--key=leaf.old"), expected)

    def test_ecdsa(self):
        for name in ("P-256", "P-384", "P-521"):
            for digest in ("sha256", "sha384", "sha512"):
                for certificate in (True, False):
                    with self.subTest(name=name, digest=digest, certificate=certificate):
                        options = ["--certificate=" + name + ".pem", "--hash=" + digest]
                        options += [] if certificate else ["--no-certificate"]
                        self.sign(*options, "--key=" + name + ".key")
                        for command in ("cms", "smime"):
                            text = must("openssl", command, "-verify", "-binary", "-inform", "der", "-in", "out.p7b",
                                        "-certfile", name + ".pem", "-CAfile", name + ".pem", "-purpose", "any")
                            self.assertEqual(text, POLICY)
                        must(*SMIME, "-in", "p.pol", "-signer", name + ".pem", "-inkey", name + ".key", "-md", digest, "-out",
                             "openssl.p7b", *([] if certificate else ["-nocerts"]))
                        write("signature", signature_in("openssl.p7b"))
                        self.assertEqual(self.sign(*options, "--signature=signature"), read("openssl.p7b"))

    # Two steps.

    def request(self, what, policy="p.pol", *more):
        status, out, err = ipec("sign", "--request" + what, *more, policy)
        self.assertEqual(status, 0, err)
        self.assertIn("policy      p 1.0.0", err)
        return out

    def test_requests(self):
        self.assertEqual(self.request("=content"), POLICY)
        self.assertEqual(self.request(""), self.request("=digest"))
        for digest in ("sha256", "sha384", "sha512"):
            option = "--hash=" + digest
            self.assertEqual(self.request("", "p.pol", option), must("openssl", "dgst", "-" + digest, "-binary", "p.pol"))
            key = ["--certificate=rsa2048.pem", option]
            expected = self.sign(*key, "--key=rsa2048.key")
            # A device that pads, one that also writes the DigestInfo, and one that also hashes.
            write("data", self.request("=digestinfo", "p.pol", option))
            must("openssl", "rsautl", "-sign", "-inkey", "rsa2048.key", "-in", "data", "-out", "signature")
            self.assertEqual(self.sign(*key, "--signature=signature"), expected)
            write("data", self.request("=digest", "p.pol", option))
            must("openssl", "pkeyutl", "-sign", "-inkey", "rsa2048.key", "-in", "data", "-out", "signature", "-pkeyopt",
                 "digest:" + digest)
            self.assertEqual(self.sign(*key, "--signature=signature"), expected)
            must("openssl", "dgst", "-" + digest, "-sign", "rsa2048.key", "-out", "signature", "p.pol")
            self.assertEqual(self.sign(*key, "--signature=signature"), expected)
        self.assertEqual(ipec("sign", "--request", "-o", "data", "p.pol")[:2], (0, b""))
        self.assertEqual(read("data"), self.request(""))

    def test_device(self):
        tools = [shutil.which("softhsm2-util"), shutil.which("pkcs11-tool"), os.path.exists(MODULE) or None]
        if None in tools:
            if os.environ.get("CI"):
                self.fail("softhsm2 or opensc is not installed")
            self.skipTest("softhsm2 or opensc is not installed")
        os.makedirs("tokens", exist_ok=True)
        write("softhsm2.conf", b"directories.tokendir = " + os.path.abspath("tokens").encode() + b"\n")
        env = {**os.environ, "SOFTHSM2_CONF": os.path.abspath("softhsm2.conf")}
        must("softhsm2-util", "--init-token", "--free", "--label", "t", "--pin", "1234", "--so-pin", "1234", env=env)
        for number, name in enumerate(("rsa2048", "P-256", "P-384")):
            must("openssl", "pkcs8", "-topk8", "-nocrypt", "-in", name + ".key", "-out", "import.p8")
            must("softhsm2-util", "--import", "import.p8", "--token", "t", "--label", name, "--id", f"{number:02d}", "--pin",
                 "1234", env=env)

        def device(number, mechanism, data, *more):
            write("data", data)
            must("pkcs11-tool", "--module", MODULE, "--token-label", "t", "--pin", "1234", "--sign", "--id", f"{number:02d}",
                 "-m", mechanism, "--input-file", "data", "--output-file", "signature", *more, env=env)

        expected = self.sign("--certificate=rsa2048.pem", "--key=rsa2048.key")
        for mechanism, what in (("SHA256-RSA-PKCS", "=content"), ("RSA-PKCS", "=digestinfo")):
            device(0, mechanism, self.request(what))
            self.assertEqual(self.sign("--certificate=rsa2048.pem", "--signature=signature"), expected)
        self.assertEqual(read("signature"), expected[-256:])
        device(0, "SHA256-RSA-PKCS-PSS", self.request("=content"))
        self.rejected("--certificate=rsa2048.pem", "--signature=signature", words=["PKCS#1 v1.5"])
        for number, name, digest, size in ((1, "P-256", "sha256", 64), (2, "P-384", "sha384", 96)):
            options = ["--certificate=" + name + ".pem", "--hash=" + digest]
            device(number, "ECDSA", self.request("=digest", "p.pol", "--hash=" + digest))
            self.assertEqual(len(read("signature")), size)
            raw = self.sign(*options, "--signature=signature")
            text = must("openssl", "cms", "-verify", "-binary", "-inform", "der", "-in", "out.p7b", "-CAfile", name + ".pem",
                        "-purpose", "any")
            self.assertEqual(text, POLICY)
            # The same numbers in DER are the same file.
            write("signature", signature_in("out.p7b"))
            self.assertEqual(self.sign(*options, "--signature=signature"), raw)
            device(number, "ECDSA", self.request("=digest", "p.pol", "--hash=" + digest), "--signature-format", "openssl")
            self.sign(*options, "--signature=signature")

    # Mistakes.

    def test_offered_signatures_are_verified(self):
        options = ["--certificate=rsa2048.pem", "--signature=signature"]

        def dgst(key, content, digest="sha256"):
            write("data", content)
            must("openssl", "dgst", "-" + digest, "-sign", key + ".key", "-out", "signature", "data")

        for content, digest, words in ((POLICY, "sha512", "add `--hash=sha512`"),
                                       (POLICY.replace(b"\n", b"\r\n"), "sha256", "CRLF"),
                                       (self.request(""), "sha256", "the digest was hashed again"),
                                       (self.request("=digestinfo"), "sha256", "the DigestInfo was hashed again"),
                                       (POLICY + b"\n", "sha256", "the file or the key is another one")):
            for key in ("rsa2048", "P-256"):
                with self.subTest(words=words, key=key):
                    dgst(key, content, digest)
                    self.rejected("--certificate=" + key + ".pem", "--signature=signature", words=["`signature`", words])
        dgst("odd", POLICY)
        self.rejected(*options, words=["the file or the key is another one"])
        dgst("rsa2048", POLICY)
        good = read("signature")
        self.sign(*options)
        for wrong, words in ((good[:-1], "it has 255 bytes, a signature by this key (RSA, 2048 bits) has 256"),
                             (b"", "it has 0 bytes"), (good.hex().encode(), "xxd -r -p"),
                             (read("out.p7b"), "a signed message, not a signature"), (read("odd.pem"), "PEM")):
            write("signature", wrong)
            self.rejected(*options, words=[words])
        for at in (0, 100, 255):
            write("signature", good[:at] + bytes([good[at] ^ 1]) + good[at + 1:])
            self.rejected(*options, words=["the file or the key is another one"])
        write("signature", good)
        self.rejected("--certificate=rsa3072.pem", "--signature=signature", words=["has 384"])
        self.rejected("--certificate=rsa2048.pem", "--signature=missing", status=3, words=["`missing`"])

    def test_certificates_and_keys(self):
        key = "--key=rsa2048.key"
        self.rejected("--certificate=odd.pem", key, words=["`rsa2048.key`", "is for another key"])
        self.rejected("--certificate=rsa2048.key", key, words=["PRIVATE KEY`, not a certificate"])
        self.rejected("--certificate=p.pol", key, words=["neither PEM nor a certificate"])
        self.rejected("--certificate=missing", key, status=3, words=["`missing`"])
        write("cut.pem", read("rsa2048.pem")[:400])
        self.rejected("--certificate=cut.pem", key, words=["damaged"])
        write("changed.der", must("openssl", "x509", "-in", "rsa2048.pem", "-outform", "der") + b"x")
        self.rejected("--certificate=changed.der", key, words=["neither PEM nor a certificate"])
        certificate = "--certificate=rsa2048.pem"
        self.rejected(certificate, "--key=rsa2048.pem", words=["`CERTIFICATE`, not a private key"])
        self.rejected(certificate, "--key=p.pol", words=["neither PEM nor a private key"])
        self.rejected(certificate, "--key=pkcs11:object=k", status=2, words=["two steps"])
        must("ssh-keygen", "-q", "-t", "rsa", "-N", "", "-f", "ssh.key") if shutil.which("ssh-keygen") else None
        if os.path.exists("ssh.key"):
            self.rejected(certificate, "--key=ssh.key", words=["ssh-keygen -p -m PEM"])

    def test_kinds_of_keys(self):
        make("ed", "ed25519")
        make("k1", "ec", more=["-pkeyopt", "ec_paramgen_curve:secp256k1"])
        make("pss", "rsa-pss", more=["-pkeyopt", "rsa_keygen_bits:2048"])
        make("short", "rsa:768")
        must("openssl", "dsaparam", "-out", "dsa.par", "1024")
        make("dsa", "dsa:dsa.par")
        for name, words in (("ed", "ed25519"), ("k1", "secp256k1"), ("pss", "rsa-pss"), ("dsa", "dsa"),
                            ("short", "512, 1024, 1536, 2048, 3072 and 4096 bits")):
            with self.subTest(name):
                self.rejected("--certificate=" + name + ".pem", "--key=" + name + ".key", words=["`" + name + ".pem`", words])
                if name != "short":
                    self.rejected("--certificate=rsa2048.pem", "--key=" + name + ".key", words=["`" + name + ".key`"])

    def test_passphrases(self):
        certificate = "--certificate=rsa2048.pem"
        expected = self.sign(certificate, "--key=rsa2048.key")
        write("good", b"long pass\nsecond line\n")
        write("bad", b"wrong\n")
        write("long", b"x" * 5000)
        forms = {"pkcs8": ["pkcs8", "-topk8", "-in", "rsa2048.key", "-passout", "pass:long pass"],
                 "der": ["pkcs8", "-topk8", "-in", "rsa2048.key", "-passout", "pass:long pass", "-outform", "der"],
                 "old": ["rsa", "-aes128", "-traditional", "-in", "rsa2048.key", "-passout", "pass:long pass"]}
        for name, args in forms.items():
            with self.subTest(name):
                must("openssl", *args, "-out", "locked.key")
                key = "--key=locked.key"
                self.assertEqual(self.sign(certificate, key, "--passphrase-file=good"), expected)
                self.rejected(certificate, key, words=["`locked.key`", "encrypted", "--passphrase-file"])
                for wrong in ("bad", "long"):
                    self.rejected(certificate, key, "--passphrase-file=" + wrong, words=["does not decrypt"])
                self.rejected(certificate, key, "--passphrase-file=none", status=3, words=["`none`"])
        command = f"{IPEC} sign {certificate} --key=locked.key --passphrase-file=<(echo 'long pass') -o out.p7b p.pol"
        must("bash", "-c", command)
        self.assertEqual(read("out.p7b"), expected)

    def test_files(self):
        key = ["--certificate=rsa2048.pem", "--key=rsa2048.key"]
        write("rejected.pol", POLICY.replace(b"TRUE", b"yes"))
        self.rejected(*key, policy="rejected.pol", words=["rejected.pol:3:", "IPE0305", "EBADMSG"])
        self.assertEqual(ipec("sign", "--request", "rejected.pol")[:2], (1, b""))
        self.sign(*key)
        write("signed.p7b", read("out.p7b"))
        self.rejected(*key, policy="signed.p7b", words=["signed already"])
        self.rejected(*key, policy="rsa2048.pem", words=["a certificate, not a policy"])
        self.rejected(*key, policy="missing.pol", status=3, words=["`missing.pol`"])
        self.rejected(*key, output="/dev/full", status=3, words=["no space left"])
        self.rejected(*key, output="none/out.p7b", status=3, words=["`none/out.p7b`"])
        for name in ("p.pol", "rsa2048.pem", "rsa2048.key"):
            before = read(name)
            os.link(name, "linked")
            for output in (name, "linked", "./" + name):
                self.rejected(*key, output=output, status=2, words=["would be overwritten"])
            os.remove("linked")
            self.assertEqual(read(name), before)

    def test_calls(self):
        key = ["--certificate=rsa2048.pem", "--key=rsa2048.key"]
        for args, words in (([], "needs `--key=KEY`"), (["--key=k"], "--certificate=CERT"), (key + ["--signature=s"], "--key"),
                            (key + ["--request"], "two steps"), (["--request=hash"], "digest, digestinfo or content"),
                            (["--passphrase-file=x", "--request"], "needs `--key`"),
                            (["--certificate=-", "--key=-"], "only once")):
            with self.subTest(args=args):
                self.rejected(*args, status=2, words=[words])
        status, _, err = ipec("sign", *key, "p.pol")
        self.assertEqual((status, "-o OUT" in err), (2, True))
        status, out, err = ipec("sign", *key, "-o", "-", "p.pol")
        self.assertEqual((status, out), (0, self.sign(*key)))
        self.assertIn("thumbprint", err)


if __name__ == "__main__":
    IPEC = os.path.abspath(sys.argv.pop(1))
    unittest.main()
