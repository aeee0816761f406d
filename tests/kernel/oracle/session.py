"""The parts shared by all programs in this directory: the kernel, its files, the signer, ipec, and the seed."""

import random

from oracle import guest, volumes
from oracle.signing import Signer


class Session:
    def __init__(self, kernel, ipec, seed, base=None):
        """`base`: the session of the whole kernel, for one that lacks a property."""
        self.kernel = kernel
        self.world = volumes.World(kernel, base.world if base else None)
        self.signer = Signer(kernel)
        self.ipec = ipec
        self.seed = seed

    def random(self, purpose):
        """Random numbers from the seed, independent of other programs."""
        return random.Random(f"{self.seed} {purpose}")

    def sign(self, texts):
        return self.signer.sign(texts)

    def errnos(self, texts, title="parse"):
        """The kernel's answer to each policy (bytes), signed and written to `new_policy`."""
        return self.errnos_signed(self.sign(texts), title)

    def errnos_signed(self, signed, title="parse"):
        commands = guest.Commands()
        for number, policy in enumerate(signed):
            if number % 100 == 0:
                commands.add("say", f"{number} of {len(signed)} policies")
            commands.add("try", policy)
        answers = guest.run(self.kernel, self.world.initramfs, [], commands, title)
        return [answer.result for answer in answers]
