#!/usr/bin/env python3
"""`ipec verify`, `lint` and `check` on files that openssl makes: verify_test.py IPEC

The errno for each kind of signature, from the order of a kernel's checks (tests/fuzz/trust_fuzz compares it with the kernel's
own code); the comparison with the reviewed text; and that the advice for files in another form works, word for word.
"""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import unittest

IPEC = ""
POLICY = b"policy_name=p policy_version=1.0.0\nDEFAULT action=DENY\nop=EXECUTE boot_verified=TRUE action=ALLOW\n"
OPTIONS = "SECURITY SECURITYFS AUDIT AUDITSYSCALL SECURITY_IPE BLK_DEV_DM DM_VERITY".split()
KEYRINGS = {"builtin": [], "secondary": ["SECONDARY_TRUSTED_KEYRING", "IPE_POLICY_SIG_SECONDARY_KEYRING"],
            "platform": ["INTEGRITY_PLATFORM_KEYRING", "IPE_POLICY_SIG_PLATFORM_KEYRING"]}


def must(*args, **more):
    done = subprocess.run(args, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False,
                          timeout=120, **more)
    if done.returncode != 0:
        raise AssertionError((args, done.stderr.decode(errors="replace")))
    return done.stdout


def ipec(*args):
    done = subprocess.run([IPEC, *args], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          check=False, timeout=120)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def read(name):
    with open(name, "rb") as stream:
        return stream.read()


def write(name, content):
    with open(name, "wb") as stream:
        stream.write(content)


class Verifying(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.place = tempfile.mkdtemp(prefix="ipec-verify-")
        cls.before = os.getcwd()
        os.chdir(cls.place)
        for name in ("good", "other"):
            must("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", name + ".key", "-out", name + ".pem",
                 "-days", "3650", "-subj", "/CN=" + name)
        # Another key with the names, the serial number and the key identifier of the first one.
        text = must("openssl", "x509", "-in", "good.pem", "-noout", "-serial", "-ext", "subjectKeyIdentifier").decode()
        serial = "0x" + re.search("serial=([0-9A-F]+)", text)[1]
        identifier = re.search("((?:[0-9A-F]{2}:){19}[0-9A-F]{2})", text)[1].replace(":", "")
        must("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "same.key", "-out", "same.pem", "-days",
             "3650", "-subj", "/CN=good", "-set_serial", serial, "-addext", "subjectKeyIdentifier=" + identifier)
        must("openssl", "req", "-new", "-newkey", "rsa:2048", "-nodes", "-keyout", "leaf.key", "-out", "leaf.csr", "-subj",
             "/CN=leaf")
        must("openssl", "x509", "-req", "-in", "leaf.csr", "-CA", "good.pem", "-CAkey", "good.key", "-out", "leaf.pem", "-days",
             "99", "-set_serial", "7")
        write("p.pol", POLICY)
        cls.smime("good.p7b")
        cls.smime("bare.p7b", "-nocerts")

    @classmethod
    def tearDownClass(cls):
        os.chdir(cls.before)
        shutil.rmtree(cls.place)

    @staticmethod
    def smime(out, *more, name="good", form=("-noattr", "-nodetach", "-nosmimecap", "-binary", "-outform", "der"),
              policy="p.pol", command="smime"):
        must("openssl", command, "-sign", "-in", policy, "-signer", name + ".pem", "-inkey", name + ".key", "-out", out, *form,
             *more)

    def verify(self, *args):
        status, out, err = ipec("verify", "--format=json", *args)
        files = json.loads(out)["files"]
        self.assertEqual(len(files), 1)
        file = files[0]
        bad = file["errno"] or (file["text"] and file["text"]["difference"] != "none")
        self.assertEqual(status, 1 if bad else 0, (args, out, err))
        # The text says the same.
        text = ipec("verify", *args)
        self.assertEqual(text[0], status)
        last = text[1].rstrip("\n").split("\n")[-1]
        self.assertIn(f"rejects this policy with {file['errno']} " if file["errno"] else "accepts this policy", last)
        # A rollout gets the same answer.
        options = [word for word in args if word.startswith(("--trusted", "--revoked", "--kernel", "--target"))]
        step = json.loads(ipec("rollout", "--format=json", *options, "new:" + args[-1])[1])["steps"][0]
        self.assertEqual(step["errno"], file["errno"], args)
        return file

    def errno(self, *args):
        return self.verify(*args)["errno"]

    def kernel(self, *keyrings):
        names = OPTIONS + [option for keyring in keyrings for option in KEYRINGS[keyring]]
        write("config", b"# Linux/x86 6.12.1 Kernel Configuration\n" + b"".join(b"CONFIG_%s=y\n" % name.encode() for name in names) +
              b'CONFIG_IPE_BOOT_POLICY=""\nCONFIG_LSM="ipe"\n# end of Kernel hacking\n')
        return "--kernel=config"

    def flipped(self, name, at):
        content = bytearray(read(name))
        content[at] ^= 1
        write("flipped.p7b", bytes(content))
        return "flipped.p7b"

    # Errnos.

    def test_trusted_keys(self):
        for name in ("good.p7b", "bare.p7b"):
            with self.subTest(name):
                self.assertIsNone(self.errno("--trusted=good.pem", name))
                self.assertEqual(self.errno("--trusted=other.pem", name), "ENOKEY")
                self.assertIsNone(self.errno("--trusted=other.pem", "--trusted=good.pem", name))
                write("both.pem", read("other.pem") + read("good.pem"))
                self.assertIsNone(self.errno("--trusted=both.pem", name))
                # Nothing is known about the signer.
                file = self.verify(name)
                self.assertEqual((file["errno"], file["trust"]), (None, None))
                self.assertIn("if it trusts the signer", ipec("verify", name)[1])
                self.assertEqual(self.errno("--trusted=good.pem", "--revoked=good.pem", name), "EKEYREJECTED")
                self.assertIsNone(self.errno("--trusted=good.pem", "--revoked=other.pem", name))

    def test_wrong_keys(self):
        """The key that the file names did not make the signature. A kernel that has a platform keyring then searches that,
        and its answer counts."""
        for name in ("good.p7b", "bare.p7b"):
            self.assertEqual(self.errno("--trusted=same.pem", self.kernel("builtin"), name), "EKEYREJECTED")
            self.assertEqual(self.errno("--trusted=same.pem", self.kernel("secondary"), name), "EKEYREJECTED")
            self.assertEqual(self.errno("--trusted=same.pem", self.kernel("secondary", "platform"), name), "ENOKEY")
            self.assertEqual(self.errno("--trusted=platform:same.pem", name), "EKEYREJECTED")
            self.assertIsNone(self.errno("--trusted=same.pem", "--trusted=platform:good.pem", name))
            self.assertEqual(self.errno("--trusted=same.pem", "--trusted=platform:good.pem", self.kernel("builtin"), name),
                             "EKEYREJECTED")

    def test_keyrings(self):
        for keyrings in ([], ["secondary"], ["platform"], ["secondary", "platform"]):
            for keyring in KEYRINGS:
                with self.subTest(searched=keyrings, of=keyring):
                    expected = None if keyring in ["builtin", *keyrings] else "ENOKEY"
                    trusted = f"--trusted={keyring}:good.pem"
                    self.assertEqual(self.errno(trusted, self.kernel(*keyrings), "good.p7b"), expected)
                    err = ipec("verify", trusted, "--kernel=config", "good.p7b")[2]
                    self.assertEqual("does not search the " + keyring in err, expected is not None)
        self.assertEqual(self.verify("--trusted=platform:good.pem", "good.p7b")["trust"],
                         {"trusted": True, "certificate": "good.pem", "keyring": "platform"})

    def test_chains(self):
        write("ext", b"authorityKeyIdentifier=keyid,issuer:always\nsubjectKeyIdentifier=hash\n")
        must("openssl", "x509", "-req", "-in", "leaf.csr", "-CA", "good.pem", "-CAkey", "good.key", "-out", "leaf.pem", "-days",
             "99", "-set_serial", "7", "-extfile", "ext")
        self.smime("leaf.p7b", name="leaf")
        self.smime("all.p7b", "-certfile", "good.pem", name="leaf")
        self.smime("leafbare.p7b", "-nocerts", name="leaf")
        for name, by_authority in (("leaf.p7b", None), ("all.p7b", None), ("leafbare.p7b", "ENOKEY")):
            with self.subTest(name):
                self.assertEqual(self.errno("--trusted=good.pem", name), by_authority)
                self.assertIsNone(self.errno("--trusted=leaf.pem", name))
                self.assertEqual(self.errno("--trusted=other.pem", name), "ENOKEY")

    def test_changed_files(self):
        content = read("good.p7b")
        at = content.index(b"action=DENY") + 7
        # The key in the file shows it; without one, only a trusted key does.
        self.assertEqual(self.errno(self.flipped("good.p7b", at)), "EKEYREJECTED")
        bare = self.flipped("bare.p7b", read("bare.p7b").index(b"action=DENY") + 7)
        self.assertEqual(self.errno("--trusted=good.pem", self.kernel("builtin"), bare), "EKEYREJECTED")
        self.assertEqual(self.errno("--trusted=good.pem", self.kernel("platform"), bare), "ENOKEY")
        self.assertEqual(self.errno("--trusted=platform:good.pem", bare), "EKEYREJECTED")
        self.assertIn(self.errno(self.flipped("good.p7b", len(content) - 1)), ("EKEYREJECTED", "EBADMSG", "EINVAL"))
        write("cut.p7b", content[:-1])
        self.assertEqual(self.errno("cut.p7b"), "EBADMSG")
        write("long.pol", POLICY + b"#" * 66000)
        self.smime("long.p7b", policy="long.pol")
        self.assertEqual(self.errno("--trusted=other.pem", "long.p7b"), "EMSGSIZE")

    def test_other_forms(self):
        der = ("-outform", "der", "-binary")
        for name, form, expected in (("detached", (*der, "-noattr"), "EKEYREJECTED"), ("caps", (*der, "-nodetach"), "EKEYREJECTED"),
                                     ("attributes", (*der, "-nodetach", "-nosmimecap"), None)):
            with self.subTest(name):
                self.smime(name + ".p7b", form=form)
                self.assertEqual(self.errno("--trusted=good.pem", name + ".p7b"), expected)
        self.assertTrue(self.verify("attributes.p7b")["signers"][0]["attributes"])
        # Without a content and without a certificate, the key is looked for first.
        self.smime("detached.p7b", "-nocerts", form=(*der, "-noattr"))
        self.assertEqual(self.errno("--trusted=other.pem", "detached.p7b"), "ENOKEY")
        self.assertEqual(self.errno("--trusted=platform:good.pem", "detached.p7b"), "EKEYREJECTED")
        self.assertEqual(self.errno("p.pol"), "EBADMSG")
        self.assertEqual(self.errno("good.pem"), "EBADMSG")
        write("bad.pol", POLICY.replace(b"1.0.0", b"1.0.70000"))
        self.smime("bad.p7b", policy="bad.pol")
        # The signature comes first.
        self.assertEqual(self.errno("--trusted=good.pem", "bad.p7b"), "ERANGE")
        self.assertEqual(self.errno("--trusted=other.pem", "bad.p7b"), "ENOKEY")

    def test_facts(self):
        file = self.verify("--trusted=good.pem", "good.p7b")
        certificate = file["signers"][0]["certificate"]
        shown = must("openssl", "x509", "-in", "good.pem", "-noout", "-fingerprint", "-sha256", "-serial", "-dates", "-dateopt",
                     "iso_8601").decode()
        self.assertIn("=" + ":".join(re.findall("..", certificate["sha256"].upper())), shown)
        self.assertIn("serial=" + file["signers"][0]["serial"] + "\n", shown)
        self.assertIn("notAfter=" + certificate["valid_to"].replace("T", " "), shown)
        self.assertEqual((certificate["subject"], certificate["key"], file["name"], file["policy_version"]),
                         ("CN=good", "RSA, 2048 bits", "p", "1.0.0"))
        self.assertEqual(file["size"] + file["left"], 65535)
        digest = must("openssl", "dgst", "-sha256", "-r", "good.p7b").decode().split()[0]
        self.assertEqual(file["thumbprint"], "sha256:" + digest.upper())
        self.assertEqual(self.verify("bare.p7b")["signers"][0]["certificate"], None)

    def test_expired_certificates_count(self):
        must("openssl", "x509", "-req", "-in", "leaf.csr", "-CA", "good.pem", "-CAkey", "good.key", "-out", "old.pem", "-days",
             "-1", "-set_serial", "9")
        shutil.copy("leaf.key", "old.key")
        self.smime("old.p7b", name="old")
        self.assertIsNone(self.errno("--trusted=old.pem", "old.p7b"))
        self.assertRegex(ipec("verify", "old.p7b")[1], r"expired on \d{4}-\d\d-\d\d; kernels accept it")
        status, out, _ = ipec("sign", "--certificate=old.pem", "--key=old.key", "-o", "out.p7b", "p.pol")
        self.assertEqual((status, read("out.p7b")), (0, read("old.p7b")))
        self.assertIn("expired on", out)

    # The reviewed text.

    def test_text(self):
        self.assertEqual(self.verify("--text=p.pol", "good.p7b")["text"], {"file": "p.pol", "difference": "none"})
        self.smime("crlf.p7b", form=("-noattr", "-nodetach", "-nosmimecap", "-outform", "der"))
        self.assertEqual(self.verify("--text=p.pol", "crlf.p7b")["text"]["difference"], "crlf-added")
        self.assertIn("differs from `p.pol` in line ends only: LF became CRLF, as openssl signs without `-binary`",
                      ipec("verify", "--text=p.pol", "crlf.p7b")[1])
        write("crlf.pol", POLICY.replace(b"\n", b"\r\n"))
        self.assertEqual(self.verify("--text=crlf.pol", "good.p7b")["text"]["difference"], "line-ends")
        write("new.pol", POLICY.replace(b"boot_verified=TRUE", b"dmverity_signature=TRUE"))
        self.assertEqual(self.verify("--text=new.pol", "good.p7b")["text"]["difference"], "content")
        out = ipec("verify", "--text=new.pol", "good.p7b")[1]
        self.assertIn("    -op=EXECUTE dmverity_signature=TRUE action=ALLOW\n    +op=EXECUTE boot_verified=TRUE action=ALLOW\n",
                      out)
        # Without the final newline, and with bytes that a terminal would interpret.
        write("new.pol", POLICY[:-1])
        self.assertEqual(self.verify("--text=new.pol", "good.p7b")["text"]["difference"], "content")
        write("new.pol", POLICY + b"# \x1b[2J\n")
        self.assertNotIn("\x1b", ipec("verify", "--text=new.pol", "good.p7b")[1])

    def test_calls(self):
        self.assertEqual(ipec("verify", "--trusted=p.pol", "good.p7b")[0], 2)
        self.assertEqual(ipec("verify", "--trusted=missing", "good.p7b")[0], 3)
        self.assertEqual(ipec("verify", "missing.p7b")[0], 3)
        self.assertEqual(ipec("verify", "--trusted=good.key", "good.p7b")[0], 2)

    # Files in another form.

    def advice(self, name):
        """The advice in the one sentence of `lint`."""
        status, out, err = ipec("lint", name)
        self.assertEqual((status, out, err.count("\n")), (3, "no findings in 0 files\n", 1), (out, err))
        self.assertEqual(ipec("check", name)[0], 1)
        self.assertEqual(self.errno(name), "EBADMSG")
        note = re.search(r"note: (.*)", ipec("check", name)[1])[1]
        self.assertIn(note, err)
        return note

    def follow(self, note, **names):
        command = re.search("`(.*?)`", note)[1]
        for word, name in names.items():
            command = re.sub(rf"\b{word}\b(?!\.)", name, command)
        command = command.replace("P.p7b", "converted.p7b")
        if os.path.exists("converted.p7b"):
            os.remove("converted.p7b")
        must("bash", "-c", command.replace("ipec", shlex.quote(IPEC), 1))
        return self.errno("--trusted=good.pem", "converted.p7b")

    def test_messages_in_pem_and_mails(self):
        form = ("-noattr", "-nodetach", "-nosmimecap", "-binary")
        for command in ("smime", "cms"):
            self.smime(command + ".pem", "-outform", "pem", form=form, command=command)
            label = read(command + ".pem").split(b"\n")[0]
            self.assertEqual(label, b"-----BEGIN PKCS7-----" if command == "smime" else b"-----BEGIN CMS-----")
            self.assertIsNone(self.follow(self.advice(command + ".pem"), FILE=command + ".pem"))
            self.assertIsNone(self.errno("--text=p.pol", "converted.p7b"))
            # The default of openssl is a mail.
            for more in ((), ("-nodetach",), form):
                self.smime("mail", form=more, command=command)
                note = self.advice("mail")
                self.assertIsNone(self.follow(note, CERT="good.pem", KEY="good.key", POLICY="p.pol"))
                self.assertEqual(read("converted.p7b"), read("good.p7b"))

    def test_certificates_and_keys(self):
        must("openssl", "x509", "-in", "good.pem", "-outform", "der", "-out", "good.der")
        must("openssl", "rsa", "-in", "good.key", "-outform", "der", "-out", "old.der")
        must("openssl", "pkcs8", "-topk8", "-nocrypt", "-in", "good.key", "-outform", "der", "-out", "pkcs8.der")
        must("openssl", "rsa", "-in", "good.key", "-traditional", "-out", "old.key")
        write("text.pem", must("openssl", "x509", "-in", "good.pem", "-text"))
        for name in ("good.pem", "good.der", "text.pem"):
            self.assertIn("--certificate=FILE", self.advice(name))
            self.assertIn("is a certificate, not policy text", ipec("lint", name)[2])
        for name in ("good.key", "old.key", "old.der", "pkcs8.der"):
            self.assertIn("--key=FILE", self.advice(name))
            self.assertIn("is a private key, not policy text", ipec("lint", name)[2])
        self.assertIn("is a certificate request", ipec("lint", "leaf.csr")[2])


if __name__ == "__main__":
    IPEC = os.path.abspath(sys.argv.pop(1))
    unittest.main()
