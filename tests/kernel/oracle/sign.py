"""sign: signatures of every kind, good and bad, and the errno that `ipec verify` predicts for each."""

import errno
import json
import pathlib
import subprocess
import tempfile

from oracle import golden

TEXT = b"policy_name=signed policy_version=1.0.0\nDEFAULT action=ALLOW\n"
DER = ("-outform", "der", "-binary")
PLAIN = (*DER, "-noattr", "-nodetach", "-nosmimecap")


class Maker:
    """Files that are signed by keys with names."""

    def __init__(self, directory, kernel, ipec):
        self.directory = pathlib.Path(directory)
        self.ipec = ipec
        (self.directory / "p.pol").write_bytes(TEXT)
        self.keys = {"rsa": (kernel.certificate, kernel.key), "ecdsa": (kernel.ecdsa_certificate, kernel.ecdsa_key),
                     "revoked": (kernel.revoked_certificate, kernel.revoked_key)}
        self.new("unknown", "/CN=unknown")
        self.new("same", "/CN=ipec tests", "-set_serial", "0x" + self.of(kernel.certificate, "-serial").split("=")[1].strip())
        for name, days in (("leaf", "30"), ("expired", "-1")):
            self.run("openssl", "req", "-new", "-newkey", "rsa:2048", "-nodes", "-keyout", name + ".key", "-out", "csr",
                     "-subj", "/CN=" + name)
            (self.directory / "ext").write_text("subjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid,issuer:always\n",
                                                encoding="ascii")
            self.run("openssl", "x509", "-req", "-in", "csr", "-CA", kernel.certificate, "-CAkey", kernel.key, "-days", days,
                     "-set_serial", "77", "-extfile", "ext", "-out", name + ".pem")
            self.keys[name] = (name + ".pem", name + ".key")

    def run(self, *args):
        return subprocess.run([str(arg) for arg in args], cwd=self.directory, check=True, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE).stdout

    def of(self, certificate, what):
        return self.run("openssl", "x509", "-in", certificate, "-noout", what).decode()

    def new(self, name, subject, *more):
        self.run("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "99", "-subj", subject, "-keyout",
                 name + ".key", "-out", name + ".pem", *more)
        self.keys[name] = (name + ".pem", name + ".key")

    def openssl(self, name, *form, command="smime"):
        certificate, key = self.keys[name]
        return self.run("openssl", command, "-sign", "-in", "p.pol", "-signer", certificate, "-inkey", key, *form)

    def sign(self, name, *options):
        certificate, key = self.keys[name]
        self.run(self.ipec, "sign", f"--certificate={certificate}", f"--key={key}", "-o", "out.p7b", *options, "p.pol")
        return (self.directory / "out.p7b").read_bytes()


def flipped(random, file, where):
    """The file with one bit changed in the part that begins at `where`."""
    at = random.randrange(where, min(len(file), where + len(TEXT)))
    return file[:at] + bytes([file[at] ^ 1 << random.randrange(8)]) + file[at + 1:]


def make(maker, random):
    """Pairs of a description and a file."""
    files = []
    for name in maker.keys:
        for options in ((), ("--no-certificate",), ("--hash=sha384",), ("--hash=sha512", "--no-certificate")):
            file = maker.sign(name, *options)
            files.append((f"{name} {' '.join(options)}", file))
            for _ in range(4):
                files.append((f"{name} {' '.join(options)}, text changed", flipped(random, file, file.index(TEXT))))
                files.append((f"{name} {' '.join(options)}, signature changed",
                              flipped(random, file, len(file) - len(TEXT))))
        for form in ((*DER, "-noattr"), (*DER, "-noattr", "-nocerts"), (*DER, "-nodetach", "-nosmimecap"),
                     (*DER, "-nodetach")):
            files.append((f"{name} {' '.join(form)}", maker.openssl(name, *form)))
        files.append((f"{name} by key identifier", maker.openssl(name, *PLAIN[:-1], "-keyid", command="cms")))
    certificate = maker.keys["rsa"][0]
    files.append(("leaf, with its issuer", maker.openssl("leaf", *PLAIN, "-certfile", certificate)))
    return files


def predict(maker, kernel, files):
    names = []
    for number, (_, file) in enumerate(files):
        names.append(f"{number}.p7b")
        (maker.directory / names[-1]).write_bytes(file)
    trusted = [f"--trusted={path}" for path in (kernel.certificate, kernel.ecdsa_certificate, kernel.revoked_certificate)]
    done = subprocess.run([maker.ipec, "verify", "--format=json", f"--kernel={kernel.config}", *trusted,
                           f"--revoked={kernel.revoked_certificate}", *names], cwd=maker.directory, check=False,
                          stdout=subprocess.PIPE)
    answers = [file["errno"] for file in json.loads(done.stdout)["files"]]
    return [-getattr(errno, answer) if answer else 0 for answer in answers]


def run(session, _count):
    """Returns the number of disagreements and a summary."""
    wrong = 0
    with tempfile.TemporaryDirectory(prefix="ipec-signed-") as directory:
        maker = Maker(directory, session.kernel, session.ipec.program)
        files = make(maker, session.random("sign"))
        said = predict(maker, session.kernel, files)
    real = session.errnos_signed([file for _, file in files], "sign")
    for (what, _), a, b in zip(files, real, said, strict=True):
        if a != b:
            wrong += 1
            print(f"\nA file signed by {what}: the kernel returns {golden.name_of(a)}, ipec {golden.name_of(b)}")
    counts = {}
    for answer in real:
        counts[golden.name_of(answer)] = counts.get(golden.name_of(answer), 0) + 1
    listed = ", ".join(f"{count} {name}" for name, count in sorted(counts.items(), key=lambda row: -row[1]))
    return wrong, f"{len(files)} signed files ({listed})"
