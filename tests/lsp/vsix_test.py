#!/usr/bin/env python3
"""The extension compiles and packs: vsix_test.py ROOT MODULES

tests/lsp/modules.py makes MODULES in the build directory. The extension is built there; nothing is written into the
sources. The package must contain every file that it refers to, and only our own files.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile

KEPT = ("node_modules", "installed", "lock")


def copy(source, directory):
    """Copies the current sources and removes old ones."""
    for name in os.listdir(directory):
        path = os.path.join(directory, name)
        if name not in KEPT:
            shutil.rmtree(path) if os.path.isdir(path) else os.remove(path)
    for name in os.listdir(source):
        if name in ("node_modules", "dist") or name.endswith(".vsix"):
            continue
        path, to = os.path.join(source, name), os.path.join(directory, name)
        shutil.copytree(path, to) if os.path.isdir(path) else shutil.copyfile(path, to)


def promised(package):
    """Files that package.json names, and the settings and commands that the sources use."""
    contributes = package["contributes"]
    yield package["main"]
    for language in contributes["languages"]:
        yield language["configuration"]
    for one in contributes["grammars"]:
        yield one["path"]
    yield from contributes["markdown.previewStyles"]


def main(root, modules):
    source = os.path.join(root, "lsp", "editors", "vscode")
    copy(source, modules)
    done = subprocess.run(["npm", "run", "package"], cwd=modules, check=False, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    output = done.stdout.decode("utf-8", "replace")
    problems = [f"`npm run package` failed: {done.returncode}"] if done.returncode else []
    problems += [line for line in output.split("\n") if re.search(r"\bWARN", line)]
    if not problems:
        with zipfile.ZipFile(os.path.join(modules, "ipec.vsix")) as package:
            names = package.namelist()
            manifest = json.loads(package.read("extension/package.json"))
            code = package.read("extension/dist/extension.js").decode("utf-8")
        for path in (*promised(manifest), "LICENSE.txt", "readme.md"):
            wanted = "extension/" + path.removeprefix("./")
            if wanted.lower() not in (name.lower() for name in names):
                problems.append(f"package.json names {path}, which is not in the package")
        if any("node_modules" in name or name.endswith(".ts") or name.endswith("lock.json") for name in names):
            problems.append("the package holds more than what is needed to run")
        if sum(name.startswith("extension/") for name in names) < 6:
            problems.append("the package is nearly empty")
        for key in manifest["contributes"]["configuration"]["properties"]:
            if f"| `{key}` |" not in open(os.path.join(source, "README.md"), encoding="utf-8").read():
                problems.append(f"README.md does not list the setting {key}")
        for command in manifest["contributes"]["commands"]:
            if command["command"] not in code:
                problems.append(f"nothing handles the command {command['command']}")
        # They would be offered within words, and beside the server's.
        if "snippets" in manifest["contributes"]:
            problems.append("snippets come from the server, which knows where they fit")
        if root in code or os.path.dirname(modules) in code:
            problems.append("the package names a directory of this machine")
    print("\n".join([output, *problems]) if problems else f"packed {len(names)} files")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])))
