"""The kernel for comparison: unpacked from the Debian package, configured, built once, kept in a cache.

Kernels that lack a property of IPE are built in the same way, one after the other in one tree, and trust the same key.

A built kernel is kept under ${XDG_CACHE_HOME:-~/.cache}/ipec-kernel/VERSION-CONFIGURATION with the key
it trusts, so that a second run starts at once. The sources are removed after the build.
"""

import hashlib
import os
import pathlib
import shutil
import subprocess
import tarfile
import time

from oracle import progress

DIRECTORY = pathlib.Path(__file__).resolve().parent.parent
PACKAGE = "linux-source-6.12"
TARBALL = pathlib.Path(f"/usr/src/{PACKAGE}.tar.xz")
BOOT_POLICY = "policy_name=boot policy_version=0.0.0\nDEFAULT action=ALLOW\n"


# Options that can be switched off, by the properties that the kernel lacks then.
LACKS = {
    "dmverity_signature": "DM_VERITY_VERIFY_ROOTHASH_SIG",
    "dmverity_roothash": "DM_VERITY",  # and dmverity_signature, which depends on it
    "fsverity_signature": "FS_VERITY_BUILTIN_SIGNATURES",
    "fsverity_digest": "FS_VERITY",
}


class Kernel:
    """A built kernel and the key it trusts, which is that of `base` if there is one."""

    def __init__(self, directory, version, lacks=None, base=None):
        self.directory = directory
        self.version = version  # of the package, e.g. 6.12.117-1~deb12u1
        self.lacks = lacks      # a key of LACKS
        self.image = directory / "bzImage"
        self.config = directory / "config"
        keys = base.directory if base else directory
        self.key = keys / "key.pem"
        self.certificate = keys / "certificate.pem"
        self.certificate_der = keys / "certificate.der"
        self.ecdsa_key = keys / "ecdsa-key.pem"
        self.ecdsa_certificate = keys / "ecdsa.pem"
        self.revoked_key = keys / "revoked-key.pem"      # trusted and revoked
        self.revoked_certificate = keys / "revoked.pem"

    def __str__(self):
        without = f", without {self.lacks}" if self.lacks else ""
        return f"Linux {self.version.split('-')[0]} ({PACKAGE} {self.version}){without}"


def package_version():
    done = subprocess.run(["dpkg-query", "-W", "-f", "${Version}", PACKAGE],
                          capture_output=True, text=True, check=False)
    if done.returncode != 0 or not TARBALL.exists():
        raise SystemExit(f"the Debian package {PACKAGE} is not installed")
    return done.stdout.strip()


def cache_directory():
    base = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    return pathlib.Path(base) / "ipec-kernel"


def ensure():
    """The kernel of the installed package in our configuration, built if it is not in the cache."""
    version = package_version()
    wanted = hashlib.sha256((DIRECTORY / "guest.config").read_bytes() + BOOT_POLICY.encode())
    directory = cache_directory() / f"{version}-{wanted.hexdigest()[:12]}"
    kernel = Kernel(directory, version)
    if not kernel.image.exists():
        build(kernel)
    return kernel


def ensure_lacking(base):
    """Kernels that lack one property each, in the order of LACKS."""
    kernels = [Kernel(base.directory.parent / f"{base.directory.name}-{lacks}", base.version, lacks, base)
               for lacks in LACKS]
    missing = [kernel for kernel in kernels if not kernel.image.exists()]
    if missing:
        tree = unpack(base.directory)
        for kernel in missing:
            kernel.directory.mkdir(parents=True, exist_ok=True)
            build_in(tree, kernel, base.directory)
        shutil.rmtree(tree)
    return kernels


def unpack(directory):
    tree = directory / PACKAGE
    progress.say(f"unpacking {TARBALL}")
    shutil.rmtree(tree, ignore_errors=True)
    with tarfile.open(TARBALL) as tar:
        tar.extractall(directory)
    return tree


def build(kernel):
    directory = kernel.directory
    directory.mkdir(parents=True, exist_ok=True)
    make_key(kernel)
    (directory / "boot.pol").write_text(BOOT_POLICY)
    tree = unpack(directory)
    build_in(tree, kernel, directory)
    shutil.rmtree(tree)


def configure(tree, fragment, out):
    """The fragment over the smallest configuration."""
    def run(*command):
        subprocess.run(command, cwd=tree, stdout=out, stderr=subprocess.STDOUT, check=True)
    run("make", "tinyconfig")
    run("scripts/kconfig/merge_config.sh", "-m", ".config", str(fragment))
    run("make", "olddefconfig")


def fragment_without(option, keys):
    """guest.config, with one option switched off and without those that depend on it."""
    lines = (DIRECTORY / "guest.config").read_text().replace("@KEYS@", str(keys)).splitlines()
    kept = [line for line in lines if not option or not line.startswith(f"CONFIG_{option}")]
    return "\n".join(kept + ([f"# CONFIG_{option} is not set"] if option else [])) + "\n"


def build_in(tree, kernel, keys):
    """Builds in a tree that is unpacked, and perhaps built in another configuration."""
    directory = kernel.directory
    progress.say("configuring")
    fragment = directory / "guest.config"
    fragment.write_text(fragment_without(LACKS.get(kernel.lacks), keys))
    log = directory / "build.log"
    with open(log, "w", encoding="utf-8") as out:
        try:
            configure(tree, fragment, out)
            check_configuration(fragment, tree / ".config")
            run_make(tree, out, log)
        except subprocess.CalledProcessError as error:
            raise SystemExit(f"the kernel did not build: {error}; see {log}") from error
    shutil.copy(tree / ".config", kernel.config)
    # The image comes last: its presence shows that the directory is complete.
    shutil.copy(tree / "arch/x86/boot/bzImage", directory / "bzImage.new")
    (directory / "bzImage.new").rename(kernel.image)


def run_make(tree, out, log):
    jobs = os.environ.get("IPEC_KERNEL_JOBS", str(os.cpu_count() or 1))
    started = time.monotonic()
    with subprocess.Popen(["nice", "-n", "10", "make", "-j" + jobs, "bzImage"], cwd=tree,
                          stdout=out, stderr=subprocess.STDOUT) as make:
        while make.poll() is None:
            objects = sum(1 for line in open(log, errors="replace", encoding="utf-8")
                          if line.startswith("  CC "))
            progress.show(f"building the kernel, {time.monotonic() - started:.0f} s, "
                          f"{objects} files compiled (about 1,350)")
            time.sleep(2)
    progress.clear()
    if make.returncode:
        raise subprocess.CalledProcessError(make.returncode, "make bzImage")


def check_configuration(fragment, made):
    """olddefconfig silently drops options that it cannot set; a kernel without them would agree too easily."""
    have = set(made.read_text().splitlines())
    lost = [line for line in fragment.read_text().splitlines()
            if line.startswith("CONFIG_") and line not in have]
    if lost:
        raise SystemExit("the configuration lost: " + ", ".join(lost))


def make_key(kernel):
    """Our own keys; the kernel trusts their certificates because they are built in, and one is revoked."""
    if kernel.certificate_der.exists():
        return
    rsa, ecdsa = ("rsa:2048",), ("ec", "-pkeyopt", "ec_paramgen_curve:prime256v1")
    keys = ((kernel.key, kernel.certificate, rsa, "ipec tests"),
            (kernel.ecdsa_key, kernel.ecdsa_certificate, ecdsa, "ipec tests ecdsa"),
            (kernel.revoked_key, kernel.revoked_certificate, rsa, "ipec tests revoked"))
    for key, certificate, algorithm, subject in keys:
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", *algorithm, "-nodes", "-days", "36500",
             "-subj", f"/CN={subject}", "-addext", "keyUsage=digitalSignature", "-keyout", key, "-out", certificate],
            check=True, capture_output=True)
    (kernel.directory / "trusted.pem").write_bytes(
        b"".join(certificate.read_bytes() for _, certificate, _, _ in keys))
    subprocess.run(["openssl", "x509", "-in", kernel.certificate, "-outform", "der",
                    "-out", kernel.certificate_der], check=True)
