"""Signed policies in the form that the kernel requires."""

import subprocess
import tempfile

from oracle.kernel import DIRECTORY


class Signer:
    def __init__(self, kernel):
        self._kernel = kernel
        self._directory = tempfile.TemporaryDirectory(prefix="ipec-signer-")
        self._program = f"{self._directory.name}/signer"
        subprocess.run(["gcc", "-O1", "-Wall", "-Wextra", "-Werror", "-o", self._program,
                        DIRECTORY / "signer.c", "-lcrypto"], check=True)

    def sign(self, texts):
        """The signed files of all texts (bytes), in order."""
        request = b"".join(b"%d\n%b" % (len(text), text) for text in texts)
        reply = subprocess.run([self._program, self._kernel.key, self._kernel.certificate],
                               input=request, stdout=subprocess.PIPE, check=True).stdout
        signed, at = [], 0
        while at < len(reply):
            end = reply.index(b"\n", at)
            size = int(reply[at:end])
            signed.append(reply[end + 1:end + 1 + size])
            at = end + 1 + size
        if len(signed) != len(texts):
            raise RuntimeError(f"{len(texts)} texts, {len(signed)} signed")
        return signed
