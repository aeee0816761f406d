#!/usr/bin/env python3
"""Templates, rendered by `ipec render` and by a second implementation, and the places of findings: render_test.py IPEC

The second implementation follows compiler/render/README.md and shares nothing with the first one.
"""

import json
import os
import random
import re
import subprocess
import sys
import tempfile
import unittest

IPEC = ""
SIZES = {"sha256": 64, "sha512": 128, "sha384": 96, "sha3-256": 64, "sm3": 64}


def run(*args, stdin=b""):
    done = subprocess.run([IPEC, *args], input=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False, timeout=120)
    return done.returncode, done.stdout, done.stderr.decode()


def write(path, content):
    os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
    with open(path, "wb") as stream:
        stream.write(content.encode() if isinstance(content, str) else content)


def read(path):
    with open(path, "rb") as stream:
        return stream.read()


def inventory(volumes, files=(), sources=None):
    return json.dumps({"version": 1, "volumes": [
        {"name": name, "roothash": digest, "signed": None, "certificate_sha256": None, "blocks": None,
         "source": (sources or {}).get(name, ""), "checked": "none"} for name, digest in dict(volumes).items()],
        "files": [{"path": path, "digest": digest, "signed": None} for path, digest in dict(files).items()], "cmdline": None})


class Reference:
    """A template with its values, rendered in the obvious way."""

    def __init__(self, volumes, files, settings):
        self.volumes, self.files, self.settings = volumes, files, settings

    def values(self, name):
        if re.fullmatch(r"[A-Za-z0-9_-]+", name):
            return [self.settings[name]]
        if name.endswith(".roothash"):
            of, pattern = self.volumes, name[:-len(".roothash")]
            if pattern.startswith("volumes."):
                pattern = pattern[len("volumes."):]
        else:
            of, pattern = self.files, name[len("files."):-len(".digest")]
        if pattern in of:
            return [of[pattern]]
        expression = "".join("[^/]*" if c == "*" else "[^/]" if c == "?" else re.escape(c) for c in pattern)
        found = [of[key] for key in sorted(of, key=str.encode) if re.fullmatch(expression, key, re.S)]
        return list(dict.fromkeys(found))

    def lines(self, text):
        return [line for line in re.findall(r"[^\r\n]*(?:\r\n|\r|\n)?", text) if line]

    def render(self, path):
        made = ""
        for line in self.lines(read(path).decode()):
            code, mark, comment = line.partition("#")
            include = re.match(r'[ \t]*@include[ \t]*"([^"]*)"', code)
            if include:
                made += self.render(os.path.join(os.path.dirname(path), include[1]))
                if made and made[-1] not in "\r\n":
                    made += "\n"
                continue
            names = re.findall(r"@\{([^}]*)\}", code)
            count = max([len(self.values(name)) for name in names], default=1)
            for copy in range(count):
                if copy and made[-1] not in "\r\n":
                    made += "\n"

                def value(found, copy=copy):
                    values = self.values(found[1])
                    return values[copy if len(values) > 1 else 0]
                made += re.sub(r"@\{([^}]*)\}", value, code) + mark + comment
        return made


def digest(rng, algorithm=None):
    algorithm = algorithm or rng.choice(list(SIZES))
    return algorithm + ":" + "".join(rng.choice("0123456789abcdef") for _ in range(SIZES[algorithm]))


class Rendering(unittest.TestCase):
    def setUp(self):
        place = tempfile.TemporaryDirectory(prefix="ipec-render-")
        self.addCleanup(place.cleanup)
        os.chdir(place.name)

    def statement(self, rng, volumes, files, settings):
        kinds = ["op=EXECUTE boot_verified=TRUE action=ALLOW", "", "  # a comment with @{no.placeholder} and @include \"x\"",
                 "\top=KMODULE  dmverity_signature=TRUE\taction=DENY"]
        volume = rng.choice(list(volumes) + ["*", "ext/*", "?*", "ext/a?*"])
        prefix = rng.choice(["", "volumes."])
        name = f"@{{{prefix}{volume}.roothash}}"
        if Reference(volumes, files, settings).values(name[2:-1]):
            kinds += [f"op=EXECUTE dmverity_roothash={name} action=ALLOW"] * 4
            kinds.append(f"op=EXECUTE dmverity_roothash={name} dmverity_roothash={name} action=DENY")
        path = rng.choice(list(files) + ["/usr/bin/*", "/usr/*/*"])
        if Reference(volumes, files, settings).values(f"files.{path}.digest"):
            kinds += [f"op=EXECUTE fsverity_digest=@{{files.{path}.digest}} action=ALLOW"] * 3
        kinds += ["op=@{op} boot_verified=@{truth} action=ALLOW", "op=EXECUTE fsverity_digest=sha256:@{hex} action=DENY"]
        comment = rng.choice(["", "", " # why", "# @{usr.roothash}", "\t# ipec: allow(all) @"])
        return rng.choice(kinds) + comment

    def test_random_templates(self):
        seed = random.SystemRandom().randrange(1 << 32)
        rng = random.Random(seed)
        for round_ in range(100):
            with self.subTest(seed=seed, round=round_):
                names = rng.sample(["usr", "root.x", "ext/a", "ext/ab", "ext/b", "ZZ", "é"], rng.randint(1, 6))
                volumes = {name: digest(rng) for name in names}
                if len(volumes) > 2:  # two with one root hash
                    first, second = rng.sample(list(volumes), 2)
                    volumes[first] = volumes[second]
                paths = rng.sample(["/usr/bin/a", "/usr/bin/b", "/usr/lib/c", "/d"], rng.randint(1, 4))
                files = {path: digest(rng, rng.choice(["sha256", "sha512"])) for path in paths}
                settings = {"version": "1.2.3", "op": "EXECUTE", "truth": "TRUE", "hex": digest(rng, "sha256")[7:]}
                end = rng.choice(["\n", "\r\n", "\r"])
                parts = {}
                for path in ("sub/b.pol", "sub/c.pol", "a.pol.in"):
                    lines = [self.statement(rng, volumes, files, settings) for _ in range(rng.randint(0, 6))]
                    for other in list(parts):
                        if rng.random() < 0.5:
                            shown = os.path.relpath(other, os.path.dirname(path) or ".")
                            lines.insert(rng.randint(0, len(lines)), f'{rng.choice(["", "  "])}@include "{shown}"')
                    if path == "a.pol.in":
                        lines[:0] = ["policy_name=a policy_version=@{version}", "DEFAULT action=DENY"]
                    parts[path] = end.join(lines) + rng.choice(["", end])
                    write(path, parts[path])
                write("i.json", inventory(volumes, files))
                text = "".join(parts.values())
                given = [f"--set={name}={value}" for name, value in settings.items()
                         if any(f"@{{{name}}}" in line.partition("#")[0] for line in re.split(r"[\r\n]", self.reached("a.pol.in", parts)))]
                expected = Reference(volumes, files, settings).render("a.pol.in")
                status, out, err = run("render", "--with=i.json", *given, "a.pol.in", "-o", "-")
                self.assertEqual((status, err), (0, ""), text)
                self.assertEqual(out.decode(), expected)
                self.assertEqual(run("render", "--with=i.json", *given, "a.pol.in", "-o", "o.pol")[:2], (0, b""))
                self.assertEqual(read("o.pol").decode(), expected)

    def reached(self, path, parts):
        """The texts of a template and of what it includes."""
        text = parts[path]
        for include in re.findall(r'^[ \t]*@include "([^"]*)"', text.replace("\r", "\n"), re.M):
            text += "\n" + self.reached(os.path.normpath(os.path.join(os.path.dirname(path), include)), parts)
        return text

    PARTS = {
        "t.pol.in": ["policy_name=t policy_version=1.0.0", "DEFAULT action=DENY", "op=EXECUTE boot_verified=TRUE action=ALLOW",
                     "op=EXECUTE dmverity_roothash=@{usr.roothash} action=ALLOW", '@include "sub/b.pol"',
                     "op=EXECUTE dmverity_roothash=@{ext/*.roothash} action=ALLOW # each", "op=KMODULE boot_verified=TRUE action=ALLOW",
                     '@include "sub/b.pol"', "op=FIRMWARE dmverity_roothash=@{volumes.*.roothash} action=ALLOW",
                     "op=FIRMWARE boot_verified=TRUE action=ALLOW"],
        "sub/b.pol": ["# first", "op=POLICY boot_verified=TRUE action=ALLOW",
                      "op=POLICY dmverity_roothash=@{ext/*.roothash} action=ALLOW", "op=X509_CERT boot_verified=TRUE action=ALLOW"],
    }
    VOLUMES = {"usr": "sha256:" + "1a" * 32, "ext/a": "sha256:" + "2b" * 32, "ext/b": "sha512:" + "3c" * 64}

    def parts(self, **changed):
        write("i.json", inventory(self.VOLUMES))
        for path, lines in self.PARTS.items():
            write(path, "\n".join(changed.get(path.replace("/", "_").replace(".", "_"), lines)) + "\n")

    def each_statement(self):
        for path, lines in self.PARTS.items():
            for number, line in enumerate(lines):
                if line.startswith("op="):
                    yield path, number, line

    def injected(self, path, number, line):
        lines = list(self.PARTS[path])
        lines[number] = line
        self.parts(**{path.replace("/", "_").replace(".", "_"): lines})

    def found(self, out):
        """The findings of JSON output: file, code and range."""
        return {(result["file"], one["code"], *(one["range"][end][part] for end in ("start", "end") for part in ("line", "column")))
                for result in json.loads(out)["results"] for one in result["diagnostics"]}

    def test_places_of_findings(self):
        self.parts()
        self.assertEqual(run("render", "--with=i.json", "t.pol.in", "-o", "o.pol"), (0, b"", ""))
        before = read("o.pol")
        # A word at the beginning of the statement, one behind the placeholder, the placeholder itself.
        changes = [("op=", "op=UN", "IPE0201", r"(?<=op=)\w+"),
                   ("action=ALLOW", "action=ALOW", "IPE0203", "ALOW"),
                   (" action=", " @{us.roothash} action=", "IPE0702", r"@\{us\.roothash\}"),
                   (" action=", " @{usr.roothash action=", "IPE0701", r"@\{usr\.roothash [^#]*")]
        for path, number, line in self.each_statement():
            for old, new, code, place in changes:
                with self.subTest(path=path, line=number + 1, code=code):
                    changed = line.replace(old, new, 1)
                    self.injected(path, number, changed)
                    status, out, err = run("render", "--with=i.json", "--format=json", "t.pol.in", "-o", "o.pol")
                    self.assertEqual((status, err), (1, ""))
                    span = re.search(place, changed).span()
                    # A file that is included twice has its findings twice.
                    self.assertEqual(self.found(out), {(path, code, number + 1, span[0] + 1, number + 1, span[1] + 1)})
                    self.assertEqual(read("o.pol"), before)

    def test_places_of_lint(self):
        for path, number, line in self.each_statement():
            with self.subTest(path=path, line=number + 1):
                operation = line.split()[0]
                changed = f"{operation} boot_verified=TRUE boot_verified=FALSE action=ALLOW"
                self.injected(path, number, changed)
                status, out, err = run("lint", "--with=i.json", "--select=never-matches", "--output=json", "t.pol.in")
                self.assertEqual((status, err), (1, ""))
                self.assertEqual(self.found(out), {(path, "IPE1002", number + 1, 1, number + 1, len(changed) + 1)})

    def test_lines_in_messages(self):
        rule = "op=POLICY boot_verified=TRUE action=ALLOW"  # line 2 of sub/b.pol, line 6 of the policy
        self.injected("t.pol.in", 9, rule)
        status, out, err = run("lint", "--with=i.json", "--select=duplicate-rule", "--output=json", "t.pol.in")
        self.assertEqual((status, err), (1, ""))
        found = {(result["file"], one["range"]["start"]["line"], one["message"])
                 for result in json.loads(out)["results"] for one in result["diagnostics"]}
        self.assertIn(("t.pol.in", 10, "this rule duplicates line 2 of sub/b.pol"), found)

    def test_inputs_are_never_written(self):
        self.parts()
        os.link("i.json", "linked.json")
        for out in ("t.pol.in", "./t.pol.in", "i.json", "linked.json", "sub/b.pol"):
            before = {path: read(path) for path in ("t.pol.in", "i.json", "sub/b.pol")}
            status, text, err = run("render", "--with=i.json", "t.pol.in", "-o", out)
            self.assertEqual((status, text), (2, b""), out)
            self.assertIn(out, err)
            self.assertEqual({path: read(path) for path in before}, before)
            self.assertEqual(run("lint", "--with=i.json", "--output=json:" + out, "t.pol.in")[0], 2)
            self.assertEqual({path: read(path) for path in before}, before)

    def test_values(self):
        head = "policy_name=t policy_version=1.0.0\nDEFAULT action=DENY\n"
        write("t.pol.in", head + "op=EXECUTE dmverity_roothash=@{hash} action=ALLOW\n")
        for algorithm, size in SIZES.items():
            for digits in (size - 2, size, size + 2):
                status, out, err = run("render", f"--set=hash={algorithm}:{'a' * digits}", "t.pol.in", "-o", "-")
                self.assertEqual(status, 0 if digits == size else 1, err)
                self.assertEqual("IPE0703" in err, digits != size)
                self.assertEqual(out == b"", digits != size)
        for setting in ("hash=", "hash", "a.b=c", "hash=a b", "hash=a#b", "hash=a\nb", "=x"):
            self.assertEqual(run("render", f"--set={setting}", "t.pol.in", "-o", "-")[0], 2, setting)
        good = "hash=sha256:" + "a" * 64
        for extra in (["--set=unused=1"], ["--set=" + good]):
            status, out, err = run("render", "--set=" + good, *extra, "t.pol.in", "-o", "o.pol")
            self.assertEqual((status, out), (2, b""), err)
            self.assertFalse(os.path.exists("o.pol"))
        status, _, err = run("render", "--set=hsh=sha256:" + "a" * 64, "t.pol.in", "-o", "-")
        self.assertEqual(status, 1)
        self.assertIn("did you mean `hsh`?", err)

    def test_includes(self):
        head = b"policy_name=t policy_version=1.0.0\nDEFAULT action=DENY\n"
        write("loop.pol", '@include "other/loop.pol"\n')
        write("other/loop.pol", '@include "../loop.pol"\n')
        os.mkfifo("pipe")
        for name in ("missing.pol", "other", "pipe", "loop.pol", "t.pol.in"):
            write("t.pol.in", head + f'@include "{name}"\n'.encode())
            status, _, err = run("render", "t.pol.in", "-o", "-")
            self.assertEqual((status, "IPE0706" in err), (1, True), err)
        for depth in range(20):
            write(f"d{depth}", f'@include "d{depth + 1}"\n')
        write("d20", "op=EXECUTE action=ALLOW\n")
        for depth, expected in ((10, 0), (0, 1)):
            write("t.pol.in", head + f'@include "d{depth}"\n'.encode())
            self.assertEqual(run("render", "t.pol.in", "-o", "-")[0], expected)
        self.assertEqual(run("render", "-", "-o", "-", stdin=head + b'@include "d15"')[:2], (0, head + b"op=EXECUTE action=ALLOW\n"))

    def test_policy_on_its_own_volume(self):
        os.makedirs("tree/etc")
        write("image.raw", b"image")
        write("t.pol.in", "policy_name=t policy_version=1.0.0\nDEFAULT action=DENY\n"
                          "op=EXECUTE dmverity_roothash=@{usr.roothash} action=ALLOW\n")
        write("i.json", inventory(self.VOLUMES, sources={"usr": "tree", "ext/a": "image.raw"}))
        for out, expected in (("tree/etc/t.pol", 2), ("tree/../tree/t.pol", 2), ("image.raw", 2), ("tree.pol", 0)):
            status, _, err = run("render", "--with=i.json", "t.pol.in", "-o", out)
            self.assertEqual(status, expected, err)
            self.assertEqual(os.path.exists(out) and out != "image.raw", expected == 0)
        self.assertEqual(read("image.raw"), b"image")


if __name__ == "__main__":
    IPEC = os.path.abspath(sys.argv.pop(1))
    unittest.main()
