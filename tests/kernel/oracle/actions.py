"""The actions of a task in the guest, and the events that each must cause in IPE.

The events are predicted, not read from the records: hook, operation, caller and file of each, in order,
and whether a denial ends the action. So missing and extra records are detected.
"""

from dataclasses import dataclass
from typing import Optional

from oracle import volumes

COMM = 15  # bytes of a command's name that the kernel keeps


@dataclass
class Action:
    kind: str
    path: str                       # the path to open; empty: none
    file: Optional[volumes.File]    # the file at this path


@dataclass
class Step:
    """One event, and the decision with which the kernel continues to the next step."""
    event: dict
    goes_on_if_granted: bool = True


# Kinds that need a file: operation and hook of their only event.
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
# Kinds whose result shows whether access was denied. The kernel looks for denied firmware elsewhere.
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
    """Predicts events from the guest's inode numbers and the command's name."""

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
        """The events of `action` by PID 1 under the name `comm`; `child` is the task of an exec."""
        me = {"enforcing": enforcing, "pid": 1, "comm": comm}
        if action.kind == "exec":
            return self._execution(action.path, enforcing, comm, child)
        if action.kind == "initramfs":
            image = self._files[volumes.IMAGE]
            return [Step(self._event("KEXEC_IMAGE", "KERNEL_READ", me, image)),
                    Step(self._event("KEXEC_INITRAMFS", "KERNEL_READ", me, action.file))]
        if action.kind == "firmware":
            steps = [Step(self._event("FIRMWARE", "KERNEL_LOAD", me))]
            if action.file:  # found, or denied and then requested from user space
                steps.insert(0, Step(self._event("FIRMWARE", "KERNEL_READ", me, action.file), False))
            return steps
        operation, hook = (WITH_FILE if action.file else WITHOUT_FILE)[action.kind]
        # A mapping refers to the file itself, even under an overlay.
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
    """From ipec's answers to all steps: (the steps that happen with their answers, whether access is denied)."""
    happened = []
    for step, answer in zip(steps, answers, strict=True):
        happened.append((step, answer))
        if answer["granted"] != step.goes_on_if_granted:
            break
    return happened, not happened[-1][1]["granted"]
