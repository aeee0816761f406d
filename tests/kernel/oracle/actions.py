"""What a task does in the guest, and which questions the kernel must ask IPE because of it.

The events are predicted, not read back from the records: hook, operation, caller and file of each, in
order, and whether a refusal ends the matter. So a record that is missing, or one too many, is seen.
"""

from dataclasses import dataclass
from typing import Optional

from oracle import volumes

COMM = 15  # bytes of a command's name that the kernel keeps


@dataclass
class Action:
    kind: str
    path: str                       # what is opened; empty: nothing is
    file: Optional[volumes.File]    # what it is


@dataclass
class Step:
    """One question, and with which answer the kernel goes on to the next step."""
    event: dict
    goes_on_if_granted: bool = True


# Kinds that need a file: operation and hook of the one question they raise.
WITH_FILE = {
    "mmap": ("EXECUTE", "MMAP"),
    "mprotect": ("EXECUTE", "MPROTECT"),
    "module": ("KMODULE", "KERNEL_READ"),
    "image": ("KEXEC_IMAGE", "KERNEL_READ"),
    "ima-policy": ("POLICY", "KERNEL_READ"),
}
WITHOUT_FILE = {
    "mmap": ("EXECUTE", "MMAP"),
    "mprotect": ("EXECUTE", "MPROTECT"),
    "module-in-memory": ("KMODULE", "KERNEL_LOAD"),
    "image-in-memory": ("KEXEC_IMAGE", "KERNEL_LOAD"),
}
# Kinds whose result tells whether access was refused. Firmware that is refused is looked for elsewhere.
TELLS = {"exec", "mmap", "mprotect", "module", "image", "initramfs", "ima-policy",
         "module-in-memory", "image-in-memory"}


def every(world):
    """All actions with all files."""
    made = []
    for file in world.files:
        kinds = ["exec", "initramfs", *WITH_FILE]
        if not file.path.startswith(volumes.HELD):
            kinds.append("firmware")
        made += [Action(kind, file.path, file) for kind in kinds]
    made += [Action(kind, "", None) for kind in WITHOUT_FILE]
    made.append(Action("exec", volumes.SCRIPT, None))
    made.append(Action("firmware", "/tmp/missing", None))
    return made


class Predictor:
    """Knows what the guest was told about itself: inode numbers and the command's name."""

    def __init__(self, world, inodes):
        self._world = world
        self._inodes = inodes  # by path
        self._files = {file.path: file for file in world.files}
        self._files[volumes.SCRIPT] = volumes.File(volumes.SCRIPT, volumes.SCRIPT, "rootfs",
                                                   {"boot_verified": True})
        self._files[volumes.IMAGE] = volumes.File(volumes.IMAGE, volumes.IMAGE, "rootfs",
                                                  {"boot_verified": True})

    def _event(self, operation, hook, task, file=None, mapped=False):
        event = {"op": operation, "hook": hook, **task}
        if file is None:
            return event
        shown, device = file.shown, file.device
        if mapped and file.below:
            shown, device = file.below
        event["file"] = {"path": shown, "dev": device, "ino": self._inodes[file.path]}
        return event | file.facts

    def steps(self, action, enforcing, comm, child):
        """The questions of `action`, done by PID 1 under the name `comm`; `child` is the task that an
        exec was done in."""
        me = {"enforcing": enforcing, "pid": 1, "comm": comm}
        if action.kind == "exec":
            return self._execution(action.path, enforcing, comm, child)
        if action.kind == "initramfs":
            image = self._files[volumes.IMAGE]
            return [Step(self._event("KEXEC_IMAGE", "KERNEL_READ", me, image)),
                    Step(self._event("KEXEC_INITRAMFS", "KERNEL_READ", me, action.file))]
        if action.kind == "firmware":
            steps = [Step(self._event("FIRMWARE", "KERNEL_LOAD", me))]
            if action.file:  # found, or refused and then asked for from user space
                steps.insert(0, Step(self._event("FIRMWARE", "KERNEL_READ", me, action.file), False))
            return steps
        operation, hook = (WITH_FILE if action.file else WITHOUT_FILE)[action.kind]
        # A mapping knows the file itself, also where an overlay lies over it.
        return [Step(self._event(operation, hook, me, action.file, action.kind == "mprotect"))]

    def _execution(self, path, enforcing, comm, child):
        caller = {"enforcing": enforcing, "pid": child, "comm": comm}
        program = path.rpartition("/")[2].encode()[:COMM].decode()
        called = caller | {"comm": program}
        steps = [Step(self._event("EXECUTE", "BPRM_CHECK", caller, self._files[path]))]
        if path == volumes.SCRIPT:
            path = volumes.HELLO
            steps.append(Step(self._event("EXECUTE", "BPRM_CHECK", caller, self._files[path])))
        return steps + [Step(self._event("EXECUTE", "MMAP", called, self._files[path]))]


def expect(steps, answers):
    """From ipec's answers to all steps: (the steps that happen with their answers, whether refused)."""
    happened = []
    for step, answer in zip(steps, answers, strict=True):
        happened.append((step, answer))
        if answer["granted"] != step.goes_on_if_granted:
            break
    return happened, not happened[-1][1]["granted"]
