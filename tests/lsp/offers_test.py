#!/usr/bin/env python3
"""The editors offer what the program supports: offers_test.py IPEC ROOT

* every snippet of the server, with every choice that it offers, is (part of) a policy that the kernel accepts, or a well-formed claim;
* the settings offer the targets of `ipec targets`, and VS Code and the server read them in the same way;
* the configuration of Helix is TOML and defines the server that it starts.
"""

import itertools
import json
import os
import re
import subprocess
import sys
import tempfile
import tomllib

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from session import Session  # noqa: E402

HEADER = "policy_name=demo policy_version=1.0.0\n"
DEFAULT = "DEFAULT action=DENY\n"
STOP = re.compile(r"\$\{\d+\|([^|]*)\|\}|\$\{\d+:([^}]*)\}|\$\d+")


def expansions(body):
    """The texts that a snippet can produce if no placeholder is overwritten."""
    text = "\n".join(body) if isinstance(body, list) else body
    choices = [(match[1] or match[2] or "").split(",") if match[1] else [match[2] or ""] for match in STOP.finditer(text)]
    for chosen in itertools.product(*choices):
        rest = iter(chosen)
        yield STOP.sub(lambda _: next(rest), text) + "\n"


def whole(text):
    """A policy around a text that is part of one."""
    statements = [line for line in text.split("\n") if line and not line.startswith("#")]
    header = "" if any(line.startswith("policy_name=") for line in statements) else HEADER
    default = "" if any(re.match(r"DEFAULT action=", line) for line in statements) else DEFAULT
    return header + text + default


def checked(ipec, text, directory):
    """The result of `ipec check` for a snippet: a file of claims, or a policy around it."""
    name = "s.claims" if re.match(r"(never|always|only) ", text) else "s.pol"
    path = os.path.join(directory, name)
    policy = text if name == "s.claims" else whole(text)
    with open(path, "w", encoding="utf-8") as stream:
        stream.write(policy)
    return policy, subprocess.run([ipec, "check", "--color=never", path], check=False,
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


def snippets(ipec):
    """The whole statements that the server offers on an empty line: of a new file, below a header, below a DEFAULT, among claims."""
    session = Session(ipec)
    session.start({"textDocument": {"completion": {"completionItem": {"snippetSupport": True}}}})
    for number, (name, text) in enumerate((("a.pol", ""), ("b.pol", HEADER), ("c.pol", HEADER + DEFAULT), ("d.claims", ""))):
        uri = f"file:///{name}"
        session.open(uri, text, number)
        answer = session.call("textDocument/completion", {
            "textDocument": {"uri": uri}, "position": {"line": text.count("\n"), "character": 0}})
        for item in answer["result"]["items"]:
            if item["kind"] == 15:
                yield f"{name}: {item['label']}", item["textEdit"]["newText"]
    session.finish()


def rejections(ipec, directory):
    count = 0
    for name, body in snippets(ipec):
        for text in expansions(body):
            count += 1
            policy, done = checked(ipec, text, directory)
            if done.returncode:
                yield f"the snippet `{name}` makes what is rejected:\n{policy}\n{done.stdout.decode()}"
    if count < 100:
        yield f"only {count} texts came out of the snippets"


def main(ipec, root):
    editors = os.path.join(root, "lsp", "editors")
    with tempfile.TemporaryDirectory() as directory:
        problems = list(rejections(ipec, directory))
    with open(os.path.join(editors, "vscode", "package.json"), encoding="utf-8") as stream:
        package = json.load(stream)
    settings = package["contributes"]["configuration"]["properties"]
    offered = settings["ipec.target"]
    problems += [f"{name} is a setting of a {setting['scope']}, and the server asks for a window's"
                 for name, setting in settings.items() if setting["scope"] not in ("window", "machine-overridable")]
    # Before that version the setting was a boolean.
    least = tuple(map(int, package["engines"]["vscode"].lstrip("^").split(".")))
    if package["contributes"]["configurationDefaults"]["[ipe]"]["editor.wordBasedSuggestions"] == "off" and least < (1, 85):
        problems.append(f"`editor.wordBasedSuggestions` is not a value of VS Code {least}")
    listed = subprocess.run([ipec, "targets", "--format=json"], check=True, stdout=subprocess.PIPE)
    known = {"": "the target in ipec.toml, or the default of ipec"}
    for target in json.loads(listed.stdout)["targets"]:
        known[target["name"]] = target["summary"]
        known.update({name: f"like {target['name']}" for name in target["other_names"]})
    one, several = offered["anyOf"]
    for names, wanted in ((one, known), (several["items"], {name: text for name, text in known.items() if name})):
        if dict(zip(names["enum"], names["enumDescriptions"])) != wanted or len(names["enum"]) != len(wanted):
            problems.append(f"ipec.target offers {names['enum']}, the program knows {known}")
    with open(os.path.join(editors, "helix", "languages.toml"), "rb") as stream:
        helix = tomllib.load(stream)
    for name in helix["language"][0]["language-servers"]:
        server = helix["language-server"].get(name, {})
        if [server.get("command"), *server.get("args", [])] != ["ipec", "lsp"]:
            problems.append(f"helix starts {server} for {name}")
    print("\n".join(problems) or "snippets, targets and helix are what ipec knows")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])))
