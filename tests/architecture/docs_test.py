#!/usr/bin/env python3
"""Documents match the program: docs_test.py IPEC ROOT

* every directory has a README.md, and the targets of its links exist;
* a ```console block shows the output of its commands: bash runs the lines that begin with `$ `, in a copy of the
  document's directory if it has policies, else of examples/policies, and the lines below must be their output
  (IPEC_UPDATE=1 writes it, and is an error if CI is set);
* each command and option written as `ipec COMMAND --option` exists, and so does each code IPE…,
  with the name beside it as in `[IPE0201 unknown-operation]`.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile

LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
COMMAND = re.compile(r"(?:^\$ |^    |`)(?:build/\w+/)?ipec ((?:[^`\n])+)", re.M)
CODE = re.compile(r"\bIPE\d{4}\b")
NAMED = re.compile(r"\[(IPE\d{4}) ([a-z0-9-]+)\]")
PARENTS = ("", "compiler", "tests", "examples", "lint", "lsp")  # each directory in these is an area
NO_AREA = ("build", "logs", "__pycache__")


def shell(command, cwd, path):
    environment = {"PATH": path, "LC_ALL": "C", "HOME": cwd}
    done = subprocess.run(["bash", "-c", command], cwd=cwd, env=environment, timeout=120, check=False,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return done.stdout.decode("utf-8", "replace")


def areas(root):
    """The directories that need a README."""
    for parent in PARENTS:
        base = os.path.join(root, parent)
        if not os.path.isdir(base):
            continue
        for name in sorted(os.listdir(base)):
            directory = os.path.join(base, name)
            if not os.path.isdir(directory) or name.startswith((".", "build")) or name in NO_AREA:
                continue
            if any(files for _, _, files in os.walk(directory)):
                yield os.path.relpath(directory, root)


def fresh_consoles(text, cwd, path):
    """`text` with the current output of its console blocks."""
    def block(match):
        made = []
        for line in match[2].split("\n"):
            if line.startswith("$ "):
                made.append(line)
                output = shell(line[2:], cwd, path).rstrip("\n")
                if output:
                    made.append(output)
        return match[1] + "\n".join(made) + "\n" + match[3]

    return re.sub(r"(^```console\n)(.*?)\n(```$)", block, text, flags=re.M | re.S)


def helps(ipec):
    """The options of each command, from the program itself."""
    def ask(*args):
        return subprocess.run([ipec, *args], stdout=subprocess.PIPE, check=False).stdout.decode()

    table = {}
    for name in re.findall(r"^  ([a-z]+)  ", ask("--help"), re.M):
        table[name] = set(re.findall(r"(?<![\w-])--?[a-z][\w-]*", ask(name, "--help")))
    return table


def wrong_commands(text, table):
    for match in COMMAND.finditer(text):
        words = re.split(r"\s\|\s|;|&&|>", match[1])[0].split()
        name = words[0].strip(".,:)")
        if name in ("--help", "--version") or not re.fullmatch(r"[a-z]+", name):
            continue
        if name not in table:
            yield f"no command `ipec {name}`"
            continue
        for word in words[1:]:
            option = re.match(r"\[?(--[a-z][\w-]*|-[a-z]$)", word)
            if option and option[1] not in table[name]:
                yield f"`ipec {name}` has no option {option[1]}"


def repeated_files(text):
    """Tables of files that list one twice, as an unlucky merge leaves them."""
    listed = set()
    for line in text.split("\n"):
        cell = re.match(r"\| (`[\w./]+\.(?:h|cpp|def|py|js)`[^|]*) \|", line)
        if not line.startswith("|"):
            listed.clear()
        elif cell and cell[1] in listed:
            yield f"a table lists {cell[1]} twice"
        elif cell:
            listed.add(cell[1])


def main(ipec, root):
    updating = os.environ.get("IPEC_UPDATE", "") not in ("", "0")
    if updating and os.environ.get("CI"):
        print("IPEC_UPDATE is rejected when CI is set")
        return 2
    problems = [f"{area} has no README.md" for area in areas(root)
                if not os.path.exists(os.path.join(root, area, "README.md"))]
    table = helps(ipec)
    if len(table) < 2:
        problems.append("`ipec --help` lists no commands")
    listed = subprocess.run([ipec, "explain", "--list"], stdout=subprocess.PIPE, check=False).stdout.decode()
    listed = dict(line.split()[:2] for line in listed.splitlines())
    documents = blocks = 0
    for directory, directories, files in os.walk(root):
        directories[:] = sorted(d for d in directories if not d.startswith((".", "build")))
        if "README.md" not in files:
            continue
        path = os.path.join(directory, "README.md")
        name = os.path.relpath(path, root)
        documents += 1
        with open(path, encoding="utf-8") as stream:
            text = stream.read()
        prose = re.sub(r"^```.*?^```$", "", text, flags=re.M | re.S)
        for link in LINK.findall(prose):
            if "://" not in link and not os.path.exists(os.path.join(directory, link)):
                problems.append(f"{name}: the target of the link {link} is missing")
        problems += [f"{name}: {why}" for why in wrong_commands(text, table)]
        problems += [f"{name}: {why}" for why in repeated_files(text)]
        for code, finding in sorted(set(NAMED.findall(text))):
            if listed.get(code) != finding:
                problems.append(f"{name}: {code} is not {finding}")
        for code in sorted(set(CODE.findall(text))):
            if "explain" in table and subprocess.run([ipec, "explain", code], stdout=subprocess.DEVNULL,
                                                     stderr=subprocess.DEVNULL, check=False).returncode:
                problems.append(f"{name}: `ipec explain` does not know {code}")
        if "```console" not in text:
            continue
        blocks += text.count("```console")
        with tempfile.TemporaryDirectory(prefix="ipec-docs-") as work:
            cwd = os.path.join(work, "policies")
            policies = directory if any(f.endswith(".pol") for f in files) else os.path.join(root, "examples", "policies")
            shutil.copytree(policies, cwd)
            fresh = fresh_consoles(text, cwd, os.path.dirname(ipec) + ":" + os.environ["PATH"])
        if fresh != text and updating:
            with open(path, "w", encoding="utf-8") as stream:
                stream.write(fresh)
        elif fresh != text:
            old, new = text.split("\n"), fresh.split("\n")
            at = next((i for i, (a, b) in enumerate(zip(old, new)) if a != b), min(len(old), len(new)))
            problems.append(f"{name}:{at + 1}: a console block is stale (IPEC_UPDATE=1 renews it)\n"
                            f"  written: {old[at] if at < len(old) else ''}\n"
                            f"  printed: {new[at] if at < len(new) else ''}")
    for problem in problems:
        print(problem)
    print(f"{documents} documents, {blocks} console blocks, {len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])))
