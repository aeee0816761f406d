"""config: kernels are configured with each combination of options that a property depends on. Compares
`ipec show` with what the kernel's own Kconfig makes of them, with and without the lines that say it."""

import itertools
import re
import shutil
import subprocess
import tarfile
import tempfile
import pathlib

from oracle import kernel, progress

OPTIONS = {
    "dmverity_roothash": "CONFIG_IPE_PROP_DM_VERITY",
    "dmverity_signature": "CONFIG_IPE_PROP_DM_VERITY_SIGNATURE",
    "fsverity_digest": "CONFIG_IPE_PROP_FS_VERITY",
    "fsverity_signature": "CONFIG_IPE_PROP_FS_VERITY_BUILTIN_SIG",
}
# Switched on and off in every combination.
BASES = ["DM_VERITY", "DM_VERITY_VERIFY_ROOTHASH_SIG", "FS_VERITY", "FS_VERITY_BUILTIN_SIGNATURES"]
OTHERS = ["SECURITY_IPE", "SECONDARY_TRUSTED_KEYRING", "AUDIT"]
# The sources that Kconfig and its programs need.
NEEDED = re.compile(r"/(Makefile|Kbuild|[^/]*Kconfig[^/]*)$|/scripts/|/arch/x86/|/include/|/tools/|/kernel/configs/")


def combinations():
    for values in itertools.product("yn", repeat=len(BASES)):
        yield dict(zip(BASES, values))
    for option in OTHERS:
        yield {option: "n"}


def run(session, _count):
    wrong, compared = 0, 0
    with tempfile.TemporaryDirectory(prefix="ipec-kconfig-") as name:
        directory = pathlib.Path(name)
        progress.say("unpacking the parts that configuring needs")
        with tarfile.open(kernel.TARBALL) as tar:
            tar.extractall(directory, [m for m in tar if NEEDED.search(m.name)])
        tree = directory / kernel.PACKAGE
        for number, chosen in enumerate(combinations()):
            progress.show(f"configuring, {number} done")
            text = configured(tree, directory, chosen, session.kernel.directory)
            for what, config in (("as it is", text), ("derived", derived(text))):
                compared += 1
                said = session.ipec.show(config)
                expected = facts(text)
                if said != expected:
                    wrong += 1
                    print(f"\n{chosen}, {what}: Kconfig gives {expected}, ipec {said}")
        shutil.rmtree(tree)
    return wrong, f"{compared} configurations"


def configured(tree, directory, chosen, keys):
    fragment = directory / "fragment"
    lines = [line for line in kernel.fragment_without(None, keys).splitlines()
             if line.partition("=")[0].removeprefix("CONFIG_") not in chosen]
    lines += [f"CONFIG_{name}=y" if value == "y" else f"# CONFIG_{name} is not set" for name, value in chosen.items()]
    fragment.write_text("\n".join(lines) + "\n")
    with open(directory / "log", "w", encoding="utf-8") as out:
        kernel.configure(tree, fragment, out)
    return (tree / ".config").read_text()


def derived(text):
    """Without the lines of the properties' own options."""
    return "".join(line for line in text.splitlines(keepends=True) if "CONFIG_IPE_PROP_" not in line)


def facts(text):
    have = set(text.splitlines())
    properties = {name: "built" if f"{option}=y" in have else "missing" for name, option in OPTIONS.items()}
    ipe = "CONFIG_SECURITY_IPE=y" in have
    if not ipe:  # then the options do not exist, and only what they depend on counts
        properties = {}
    return {"ipe": "on" if ipe else "off", "properties": properties,
            "secondary": ipe and "CONFIG_IPE_POLICY_SIG_SECONDARY_KEYRING=y" in have}
