#!/usr/bin/env python3
"""`ipec rollout` against an independent model of the kernel: rollout_test.py IPEC [SEQUENCES [SEED]]

The model follows fs.c, policy_fs.c, policy.c and audit.c of Linux 6.12 (and of 6.16, which records failures), and the
patches of the RFC series for rfc-v7, function by function. It knows the errno of each text, because it makes them; files
are signed by openssl. tests/kernel/run --only=life compares the same command with a running kernel.
"""

import errno
import hashlib
import json
import os
import pathlib
import random
import re
import subprocess
import sys
import tempfile
import unittest

IPEC = ""
SEQUENCES, SEED = 1000, None
TARGETS = ["linux-6.12", "linux-6.16", "linux-6.19", "linux-7.4", "rfc-v7"]
PLAIN = ["alpha", "beta", "d=elta", "b\u00e9ta"]  # names that every dialect reads alike
VERSIONS = ["0.0.0", "0.0.1", "0.1.0", "0.65535.0", "1.0.0", "1.0.65535", "65535.0.0"]
UNSET = "auid=4294967295 ses=4294967295"


def run(*args):
    return subprocess.run([IPEC, *args], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          check=False, timeout=120)


class File:
    """A policy file, the errno of its signature, and that of its text by dialect."""

    def __init__(self, path, name, version, signature=0, text=0, early_text=None):
        self.path, self.name, self.version = path, name, tuple(map(int, version.split(".")))
        self.signature, self.text = signature, text
        self.early_text = text if early_text is None else early_text
        self.bytes = pathlib.Path(path).read_bytes()


class Policy:
    def __init__(self, file, signed):
        self.file, self.name, self.version = file, file.name, file.version
        self.signed = file.bytes if signed else b""

    def words(self, algorithm):
        return (self.name, ".".join(map(str, self.version)),
                hashlib.new(algorithm, self.signed).hexdigest().upper())


class Mainline:
    """ipe_active_policy, and the policies by directory of securityfs."""

    def __init__(self, records_failures, second_mode_record):
        self.directories, self.active, self.hidden, self.securityfs = {}, None, None, True
        self.enforce, self.success_audit = True, False
        self.records_failures, self.second_mode_record = records_failures, second_mode_record

    def boot(self, file):  # ipe_init(), ipe_init_securityfs()
        if file.text:
            return file.text, []
        self.active = Policy(file, False)
        error = self.directory_error(file.name)
        if error:
            self.securityfs, self.hidden = False, self.active
        else:
            self.directories[file.name] = self.active
        return error, []

    @staticmethod
    def directory_error(name):  # lookup_one_len(), simple_lookup()
        encoded = name.encode()
        if name in (".", "..") or b"/" in encoded:
            return errno.EACCES
        return errno.ENAMETOOLONG if len(encoded) > 255 else 0

    def failed(self, error):
        body = f"policy_name=? policy_version=? policy_digest=? {UNSET} lsm=ipe res=0 errno=-{error}"
        return error, [(1422, body)] if self.records_failures else []

    def loaded(self, policy):
        name, version, digest = policy.words("sha256")
        return 1422, (f'policy_name="{name}" policy_version={version} policy_digest=sha256:{digest} {UNSET} lsm=ipe res=1'
                      + (" errno=0" if self.records_failures else ""))

    def activated(self, old, new):
        before = "old_active_pol_name=? old_active_pol_version=? old_policy_digest=?"
        if old:
            name, version, digest = old.words("sha256")
            before = f'old_active_pol_name="{name}" old_active_pol_version={version} old_policy_digest=sha256:{digest}'
        name, version, digest = new.words("sha256")
        return 1421, (f'{before} new_active_pol_name="{name}" new_active_pol_version={version} '
                      f"new_policy_digest=sha256:{digest} {UNSET} lsm=ipe res=1")

    def new(self, file, capable):
        if not self.securityfs:
            return errno.ENOENT, []
        error = 0 if capable else errno.EPERM
        error = error or file.signature or file.text or self.directory_error(file.name)
        if not error and file.name in self.directories:
            error = errno.EEXIST
        if error:
            return self.failed(error)
        self.directories[file.name] = Policy(file, True)
        return 0, [self.loaded(self.directories[file.name])]

    def update(self, name, file, capable):
        if not self.securityfs or name not in self.directories:
            return errno.ENOENT, []
        old = self.directories[name]
        error = 0 if capable else errno.EPERM
        error = error or file.signature or file.text
        if not error and file.name != old.name:
            error = errno.EINVAL
        if not error and old.version >= file.version:
            error = errno.ESTALE
        if error:
            return self.failed(error)
        new = self.directories[name] = Policy(file, True)
        records = [self.loaded(new)]
        if self.active is old:
            self.active = new
            records.append(self.activated(old, new))
        return 0, records

    def activate(self, name, capable):
        if not self.securityfs or name not in self.directories:
            return errno.ENOENT, []
        if not capable:
            return errno.EPERM, []
        policy, old = self.directories[name], self.active
        if policy is old:
            return 0, []
        if old and old.version > policy.version:
            return errno.EINVAL, []
        self.active = policy
        return 0, [self.activated(old, policy)]

    def delete(self, name, capable):
        if not self.securityfs or name not in self.directories:
            return errno.ENOENT, []
        if not capable or self.directories[name] is self.active:
            return errno.EPERM, []
        del self.directories[name]
        return 0, []

    def set(self, file, value, capable):
        if not self.securityfs:
            return errno.ENOENT, []
        if not capable:
            return errno.EPERM, []
        if file == "success_audit":
            self.success_audit = value
            return 0, []
        old, self.enforce = self.enforce, value
        if old == value:
            return 0, []
        body = f"enforcing={int(value)} old_enforcing={int(old)} {UNSET} enabled=1 old-enabled=1 lsm=ipe res=1"
        return 0, [(1404, body)] + ([(1404, "")] if self.second_mode_record else [])


class Early:
    """The context of the RFC series; its boot policy has no directory."""

    def __init__(self):
        self.directories, self.active, self.enforce, self.success_audit = {}, None, True, False
        self.hidden, self.securityfs = None, True

    def boot(self, file):
        if file.early_text:
            return file.early_text, []
        self.active = self.hidden = Policy(file, False)
        return 0, []

    @staticmethod
    def record(kind, policy):
        name, version, digest = policy.words("sha1")
        return kind, f"IPE policy_name={name} policy_version={version} sha1={digest}"

    def new(self, file, capable):
        error = 0 if capable else errno.EPERM
        error = error or file.signature or file.early_text or Mainline.directory_error(file.name)
        if not error and file.name in self.directories:
            error = errno.EEXIST
        if error:
            return error, []
        self.directories[file.name] = Policy(file, True)
        return 0, [self.record(1421, self.directories[file.name])]

    def update(self, name, file, capable):
        if name not in self.directories:
            return errno.ENOENT, []
        old = self.directories[name]
        error = 0 if capable else errno.EPERM
        error = error or file.signature or file.early_text
        if not error and file.name != old.name:
            error = errno.EINVAL
        if not error and self.active is old and old.version > file.version:
            error = errno.EINVAL
        if error:
            return error, []
        self.directories[name] = Policy(file, True)
        if self.active is old:
            self.active = self.directories[name]
        return 0, []

    def activate(self, name, capable):
        if name not in self.directories:
            return errno.ENOENT, []
        if not capable:
            return errno.EPERM, []
        policy = self.directories[name]
        if self.active and self.active.version > policy.version:
            return errno.EINVAL, []
        self.active = policy
        return 0, [self.record(1422, policy)]

    def delete(self, name, capable):
        if name not in self.directories:
            return errno.ENOENT, []
        if not capable or self.directories[name] is self.active:
            return errno.EPERM, []
        del self.directories[name]
        return 0, []

    def set(self, file, value, capable):
        if not capable:
            return errno.EPERM, []
        if file == "success_audit":
            self.success_audit = value
            return 0, []
        self.enforce = value
        return 0, [(1423, f"IPE enforce={int(value)}")]


def kernel_of(target):
    if target == "rfc-v7":
        return Early()
    return Mainline(target != "linux-6.12", target != "linux-7.4")


def sign(path, *options):
    subprocess.run(["openssl", "smime", "-sign", "-binary", "-in", path, "-signer", "c.pem", "-inkey", "k.pem", "-noattr",
                    "-nodetach", "-nosmimecap", "-outform", "der", "-out", path + ".p7b", *options], check=True)
    return path + ".p7b"


def write(path, text):
    pathlib.Path(path).write_bytes(text.encode())
    return path


def make_files():
    """Texts for `boot:`, and signed files."""
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "k.pem", "-out", "c.pem",
                    "-subj", "/CN=rollout", "-days", "2"], check=True, stderr=subprocess.DEVNULL)
    texts, signed = [], []

    def add(path, text, name, version, *, signature=0, error=0, early=None):
        write(path, text)
        texts.append(File(path, name, version, 0, error, early))
        signed.append(File(sign(path), name, version, signature, error, early))

    for number, name in enumerate(PLAIN):
        for version in VERSIONS:
            add(f"{number}-{version}.pol", f"policy_name={name} policy_version={version}\nDEFAULT action=ALLOW\n", name, version)
    lines = "policy_name=alpha policy_version=9.0.0\n"
    add("no-default.pol", lines + "op=EXECUTE action=ALLOW\n", "alpha", "9.0.0", error=errno.EBADMSG)
    add("unknown.pol", lines + "DEFAULT action=ALLOW\nop=EXECUT action=ALLOW\n", "alpha", "9.0.0", error=errno.EBADMSG,
        early=errno.ENOENT)
    add("range.pol", "policy_name=alpha policy_version=65536.0.0\nDEFAULT action=ALLOW\n", "alpha", "0.0.0", error=errno.ERANGE)
    add("slash.pol", "policy_name=a/b policy_version=1.0.0\nDEFAULT action=ALLOW\n", "a/b", "1.0.0")
    add("dots.pol", "policy_name=.. policy_version=1.0.0\nDEFAULT action=ALLOW\n", "..", "1.0.0")
    add("long.pol", f"policy_name={'n' * 256} policy_version=1.0.0\nDEFAULT action=ALLOW\n", "n" * 256, "1.0.0")
    good = signed[0]
    for path, error, data in (("flipped.p7b", errno.EKEYREJECTED, good.bytes.replace(b"DEFAULT", b"default")),
                              ("cut.p7b", errno.EBADMSG, good.bytes[:-1]), ("text.p7b", errno.EBADMSG, texts[0].bytes),
                              ("empty.p7b", errno.EBADMSG, b""), ("big.p7b", errno.EMSGSIZE, good.bytes + bytes(65536))):
        pathlib.Path(path).write_bytes(data)
        signed.append(File(path, "alpha", "0.0.0", signature=error))
    return texts, signed


class Rollout(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.place = tempfile.TemporaryDirectory(prefix="ipec-rollout-")
        cls.addClassCleanup(cls.place.cleanup)
        os.chdir(cls.place.name)
        cls.texts, cls.signed = make_files()
        cls.good = [file for file in cls.signed if not (file.signature or file.text or file.early_text)]

    def random_step(self, rng, kernel):
        """A word, and the call of the model."""
        capable = rng.random() < 0.95
        user = "" if capable else "user:"
        verb = rng.choice(["new"] * 4 + ["update"] * 4 + ["activate"] * 4 + ["delete"] * 2 + ["enforce", "success_audit"])
        file = rng.choice(self.good if rng.random() < 0.8 else self.signed)
        if verb == "new":
            return f"{user}new:{file.path}", lambda: kernel.new(file, capable)
        name = rng.choice(PLAIN)
        if verb == "update":
            if file.signature or file.text or file.early_text or rng.random() < 0.3:
                return f"{user}update={name}:{file.path}", lambda: kernel.update(name, file, capable)
            return f"{user}update:{file.path}", lambda: kernel.update(file.name, file, capable)
        if verb in ("activate", "delete"):
            return f"{user}{verb}:{name}", lambda: getattr(kernel, verb)(name, capable)
        value = rng.random() < 0.5
        return f"{user}{verb}:{int(value)}", lambda: kernel.set(verb, value, capable)

    def compare(self, target, words, expected, kernel):
        done = run("rollout", f"--target={target}", "--format=json", *words)
        self.assertEqual(done.stderr, b"")
        report = json.loads(done.stdout)
        got = [(-step["result"], [(record["type"], record["body"]) for record in step["records"]])
               for step in report["steps"]]
        for place, (ours, kernels) in enumerate(zip(got, expected, strict=True)):
            self.assertEqual(ours, kernels, f"{target}: {words[:place + 1]}")
        for step in report["steps"]:
            self.assertEqual(step["errno"], errno.errorcode[-step["result"]] if step["result"] else None)
        self.assertEqual(done.returncode, int(any(error for error, _ in expected)))
        # A boot policy without a directory stays in memory.
        directories = set(kernel.directories.values()) | ({kernel.hidden} if kernel.hidden else set())
        self.assertEqual(sorted((policy["name"], policy["version"], policy["active"], policy["file"])
                                for policy in report["policies"]),
                         sorted((policy.name, ".".join(map(str, policy.version)), policy is kernel.active, policy.file.path)
                                for policy in directories))
        self.assertEqual((report["enforcing"], report["success_audit"]), (kernel.enforce, kernel.success_audit))
        return {step["reason"] for step in report["steps"]}

    def test_random_sequences(self):
        seed = SEED if SEED is not None else random.randrange(1 << 32)
        rng = random.Random(seed)
        reasons = set()
        for number in range(SEQUENCES):
            target = TARGETS[number % len(TARGETS)]
            kernel = kernel_of(target)
            words, expected = [], []
            if rng.random() < 0.6:
                plain = self.texts[:len(PLAIN) * len(VERSIONS)]
                file = rng.choice(self.texts if rng.random() < 0.2 else plain)
                words.append(f"boot:{file.path}")
                expected.append(kernel.boot(file))
            for _ in range(rng.randrange(1, 25)):
                word, call = self.random_step(rng, kernel)
                words.append(word)
                expected.append(call())
            with self.subTest(seed=seed, number=number):
                reasons |= self.compare(target, words, expected, kernel)
        if SEQUENCES >= 500:
            with open(pathlib.Path(__file__).parents[2] / "compiler/life/answers.def", encoding="utf-8") as stream:
                rows = re.findall(r'^IPEC_ANSWER\(\w+, +"([\w-]+)"', stream.read(), re.M)
            self.assertEqual(reasons, set(rows), f"seed {seed}")

    def loader(self, kernel, directories):
        """systemd's loader over directories: the calls and what is left."""
        found = {}
        for directory in directories:
            for path in sorted(directory.iterdir()):
                if path.name.endswith(".p7b") and not path.is_dir():
                    found.setdefault(path.name, path)
        answers, left = [], []
        for name, path in sorted(found.items(), key=lambda item: item[0].encode()):
            if path.stat().st_size == 0 or str(path.resolve()) == "/dev/null":
                continue
            if answers and answers[-1][0]:
                left.append(str(path))
                continue
            file = next(file for file in self.signed if file.bytes == path.read_bytes())
            stem = name[:-len(".p7b")]
            exists = kernel.securityfs and stem in kernel.directories
            answers.append(kernel.update(stem, file, True) if exists else kernel.new(file, True))
            if not answers[-1][0]:
                answers.append(kernel.activate(stem, True))
        return answers, left

    def test_systemd(self):
        rng = random.Random(SEED)
        below = ["etc/ipe", "run/ipe", "usr/local/lib/ipe", "usr/lib/ipe"]
        for number in range(max(SEQUENCES // 10, 20)):
            root = pathlib.Path(f"root{number}")
            is_root = rng.random() < 0.5
            directories = [root / part for part in below if rng.random() < 0.6] if is_root else []
            directories = directories or [root]
            for directory in directories:
                directory.mkdir(parents=True)
                (directory / "readme").write_text("not a policy")
                for _ in range(rng.randrange(4)):
                    file = rng.choice(self.good if rng.random() < 0.9 else self.signed)
                    name = file.name if "/" not in file.name and rng.random() < 0.8 else rng.choice(PLAIN)
                    path = directory / f"{name[:200]}.p7b"
                    if path.exists() or path.is_symlink():
                        continue
                    if rng.random() < 0.1:
                        path.symlink_to("/dev/null")
                    else:
                        path.write_bytes(b"" if rng.random() < 0.1 else file.bytes)
            target = rng.choice(TARGETS)
            kernel = kernel_of(target)
            words, expected = [], []
            for _ in range(rng.randrange(3)):
                file = rng.choice(self.good)
                words.append(f"new:{file.path}")
                expected.append(kernel.new(file, True))
            more, left = self.loader(kernel, directories)
            done = run("rollout", f"--target={target}", "--format=json", *words, f"--systemd={root}")
            self.assertEqual(done.stderr, b"")
            report = json.loads(done.stdout)
            with self.subTest(number=number):
                self.assertEqual([(-step["result"], [(record["type"], record["body"]) for record in step["records"]])
                                  for step in report["steps"]], expected + more)
                self.assertEqual(report["skipped"], left)

    def test_trusted(self):
        """With `--trusted`, the kernel has these keys alone, and asks for them before it reads the text."""
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "other-k.pem", "-out",
                        "other-c.pem", "-subj", "/CN=other", "-days", "2"], check=True, stderr=subprocess.DEVNULL)
        broken = next(file for file in self.signed if file.text == errno.ERANGE)
        for certificate, expected in (("c.pem", [0, errno.ERANGE]), ("other-c.pem", [errno.ENOKEY, errno.ENOKEY])):
            with self.subTest(certificate=certificate):
                done = run("rollout", "--format=json", f"--trusted={certificate}", f"new:{self.good[0].path}",
                           f"new:{broken.path}")
                report = json.loads(done.stdout)
                self.assertEqual([-step["result"] for step in report["steps"]], expected)
                self.assertEqual(report["assumptions"], [])

    def test_text_says_the_same(self):
        """The text has the errno of each step, and the bodies of its records."""
        words = ["boot:0-0.0.1.pol", f"new:{self.good[9].path}", "activate:beta", "enforce:0", "delete:beta", "activate:x"]
        call = ["rollout", "--records", "--target=linux-7.2", *words]
        report = json.loads(run(*call, "--format=json").stdout)
        lines = run(*call).stdout.decode().splitlines()
        for step in report["steps"]:
            line = lines.pop(0)
            self.assertEqual(line.split(None, 2)[:2], [step["step"], step["errno"] or "ok"])
            self.assertTrue(line.endswith(step["message"]))
            for record in step["records"]:
                self.assertEqual(lines.pop(0), f"  type={record['type']} audit(0.000:0): {record['body']}")

    def test_wrong_calls(self):
        for words, message in ((["nwe:x"], "did you mean `new`?"), (["x"], "expected boot, new"), (["new"], "`new:` and FILE"),
                               (["new:"], "`new:` and FILE"), (["enforce:2"], "0 or 1"), ([], "needs a step"),
                               (["new:0-0.0.0.pol", "boot:0-0.0.0.pol"], "boots once"), (["user:boot:a"], "no process writes"),
                               (["update=:a"], "the name of a policy"), (["delete=a:b"], "only `update`"),
                               (["--hash=sha512", "enforce:0"], "always records sha256")):
            with self.subTest(words=words):
                done = run("rollout", *words)
                self.assertEqual((done.returncode, done.stdout), (2, b""))
                self.assertIn(message, done.stderr.decode())
        for words in (["new:nowhere"], ["boot:0-0.0.0.pol", "new:nowhere"], ["--systemd=nowhere"], ["--systemd=c.pem"]):
            with self.subTest(words=words):
                done = run("rollout", *words)
                self.assertEqual((done.returncode, done.stdout), (3, b""))


if __name__ == "__main__":
    IPEC = os.path.abspath(sys.argv[1])
    if len(sys.argv) > 2:
        SEQUENCES = int(sys.argv[2])
    if len(sys.argv) > 3:
        SEED = int(sys.argv[3])
    unittest.main(argv=sys.argv[:1])
