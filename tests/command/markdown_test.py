#!/usr/bin/env python3
"""Two parsers of Markdown read the comments that `ipec` writes, whatever names and texts of policies are: markdown_test.py IPEC

The judges are cmark-gfm with GitHub's extensions and markdown-it with links of any text. Whatever a policy contains, a
comment has no link, image, mention, reference or tag of it; every text is in code; and it is never too long. Skipped
without one of the parsers.
"""

import html.parser
import json
import os
import random
import re
import shutil
import site
import subprocess
import sys
import tempfile
import unittest

# python3 -S does not look where Debian's packages install modules.
sys.path += site.getsitepackages() + ["/usr/lib/python3/dist-packages"]
try:
    from markdown_it import MarkdownIt
except ImportError:
    MarkdownIt = None

IPEC = ""
SKIPPED = 77
LONGEST = 65536
NAMES = ["x](http://e)@team<img>", "`a`b``c", "|a|b|", "--><script>alert(1)</script>", "https://example.com/", "#12", "@team",
         "a@b.example", "**bold**", "<details>", "&lt;img&gt;", "~~~", "```", "\\|\\`", "![i](http://e)", "[x]:http://e",
         "www.example.com", "GH-1", "$x$", ":smile:"]
OURS = {"details", "summary", "p", "code", "pre", "table", "thead", "tbody", "tr", "th", "td", "strong", "ul", "li"}


class Page(html.parser.HTMLParser):
    """The tags of a page, its comments, and its text inside and outside of code."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.comments, self.plain, self.code, self.depth, self.rows = set(), [], "", [], 0, []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        if tag == "tr":
            self.rows.append(0)
        if tag in ("td", "th"):
            self.rows[-1] += 1
        if tag == "code":
            self.depth += 1
            self.code.append("")

    def handle_endtag(self, tag):
        if tag == "code":
            self.depth -= 1

    def handle_comment(self, data):
        self.comments.append(data)

    def handle_data(self, data):
        if self.depth:
            self.code[-1] += data
        else:
            self.plain += data


def pages(text):
    """The page that each parser makes of a comment."""
    done = subprocess.run(["cmark-gfm", "--unsafe", "-e", "table", "-e", "autolink", "-e", "strikethrough", "-e", "tasklist"],
                          input=text.encode(), check=True, stdout=subprocess.PIPE)
    yield "cmark-gfm", Page(done.stdout.decode())
    parser = MarkdownIt("commonmark", {"html": True, "linkify": False}).enable(["table", "strikethrough"])
    yield "markdown-it", Page(parser.render(text))


def diff(*args):
    done = subprocess.run([IPEC, "diff", "--output=markdown", *args], check=False, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    return done.stdout.decode()


def write(name, text):
    with open(name, "w", encoding="utf-8", newline="") as stream:
        stream.write(text)


class Markdown(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory(prefix="ipec-markdown-")
        self.addCleanup(directory.cleanup)
        os.chdir(directory.name)

    def check(self, text):
        self.assertLessEqual(len(text), LONGEST)
        self.assertRegex(text.splitlines()[0], r"^<!-- ipec diff [-A-Za-z0-9._/%]* -->$")
        found = []
        for parser, page in pages(text):
            self.assertLessEqual(page.tags, OURS, parser)
            self.assertEqual(len(page.comments), 1, parser)
            self.assertNotIn("--", page.comments[0].strip())
            # Outside of code is nothing that a text could be made of.
            self.assertNotRegex(page.plain, r"[@<>#`\[\]|~$]|https?:|www\.", parser)
            self.assertEqual(len(set(page.rows)), min(len(page.rows), 1), "rows of several widths")
            found.append(page)
        return found

    def test_names_and_texts(self):
        for number, name in enumerate(NAMES):
            # A policy cannot contain `#`, nor its name `/`; the name of the file can contain more.
            policy = name.replace("/", "").replace("#", "")
            write("old.pol", f"policy_name={policy} policy_version=1.0.0\nDEFAULT action=DENY\n")
            rule = f"op=EXECUTE dmverity_roothash={re.sub('[:=#]', '', name)}:aa action=ALLOW # {name}\n"
            new = f"{number}{name.replace('/', '_')}.pol"
            write(new, f"policy_name={policy} policy_version=1.0.0\nDEFAULT action=DENY\n{rule}op=KMODULE action=ALLOW\n")
            text = diff("old.pol", new)
            self.assertTrue(text, name)
            for page in self.check(text):
                statement = rule.split(" #")[0]
                self.assertTrue(any(statement in code for code in page.code), (statement, page.code))
                self.assertTrue(any(new == code for code in page.code), (new, page.code))

    def test_matrix(self):
        """The comment of `ipec matrix` has two tables, of findings and of places."""
        for number, name in enumerate(NAMES):
            policy = f"{number}{name.replace('/', '_')}.pol"
            word = re.sub("[:=#/]", "", name)
            write(policy, f"policy_name={word} policy_version=1.0.0\nDEFAULT action=DENY\n"
                          f"op=EXECUTE fsverity_digest={word}:aa action=ALLOW # {name}\n")
            volume = {"name": f"{name[:14]}/usr", "roothash": "sha256:" + "a" * 64, "signed": True}
            write("i.json", json.dumps({"version": 1, "volumes": [volume], "files": []}))
            done = subprocess.run([IPEC, "matrix", "--output=markdown", "--with=i.json", policy], check=False,
                                  stdout=subprocess.PIPE)
            text = done.stdout.decode()
            self.assertLessEqual(len(text), LONGEST)
            self.assertRegex(text.splitlines()[0], r"^<!-- ipec matrix [-A-Za-z0-9._/%]* -->$")
            for parser, page in pages(text):
                self.assertLessEqual(page.tags, OURS, parser)
                self.assertEqual(len(page.comments), 1, parser)
                self.assertNotIn("--", page.comments[0].strip())
                self.assertNotRegex(page.plain, r"[@<>#`\[\]|~$]|https?:|www\.", parser)
                self.assertEqual(set(page.rows), {4, 8}, parser)
                self.assertIn(policy, page.code)
                self.assertIn(f"{volume['name']} signed", page.code)
                self.assertTrue(any(f"fsverity_digest={word}:aa" in code for code in page.code), page.code)

    def test_random_texts(self):
        seed = int(os.environ.get("IPEC_SEED", random.SystemRandom().randrange(1 << 32)))
        print(f"IPEC_SEED={seed}")
        seen = 0
        chance = random.Random(seed)
        for _ in range(60):
            name = "".join(chance.choice("`|\\<>[]()!*_~@&;-=$:.xé") for _ in range(chance.randrange(1, 12)))
            write("old.pol", f"policy_name={name} policy_version=1.0.0\nDEFAULT action=DENY\n")
            digest = name.replace(":", "").replace("=", "")
            write("new.pol", f"policy_name={name} policy_version=1.0.1\nDEFAULT action=DENY\n"
                             f"op=EXECUTE fsverity_digest={digest}:aa action=ALLOW\n")
            text = diff("old.pol", "new.pol")
            if not text:  # a name or an algorithm that the kernel rejects
                continue
            seen += 1
            for page in self.check(text):
                self.assertTrue(any(f"fsverity_digest={digest}:aa" in code for code in page.code), (name, page.code))

        self.assertGreater(seen, 10)

    def test_long_statements(self):
        """Of a statement that would take the room of the comment, the beginning is shown."""
        head = "policy_name=p policy_version=1.0.0\nDEFAULT action=DENY\n"
        write("old.pol", head)
        write("new.pol", head + f"op=EXECUTE fsverity_digest=sha512:{'a' * 64000} action=ALLOW\nop=KMODULE action=ALLOW\n")
        text = diff("old.pol", "new.pol")
        self.assertEqual(text.count("<details>"), 2)
        for page in self.check(text):
            self.assertTrue(any(re.search(r"^op=EXECUTE fsverity_digest=sha512:a{100}.*… and \d+ more bytes$", code.strip())
                                for code in page.code))
            self.assertTrue(any("op=KMODULE action=ALLOW" in code for code in page.code))

    def test_several_policies_and_targets(self):
        """One sentence about all of them, and rows that name their target."""
        head = "policy_name=p policy_version=1.0.0\nDEFAULT action=DENY\n"
        write("base.pol", head)
        for name in ("a", "b"):
            write(f"{name}.pol", head)
        write("c.pol", head + "op=EXECUTE fsverity_signature=FALSE action=ALLOW\n")
        text = diff("--target=linux-6.12,rfc-v7", "--against=base.pol", "a.pol", "b.pol", "c.pol")
        self.assertEqual(text.splitlines()[1], "**1 of 3 policies is looser**.")
        self.assertEqual(text.splitlines()[3][:9], "`c.pol` i")
        for page in self.check(text):
            self.assertTrue([code for code in page.code if code.endswith("; only for rfc-v7")], page.code)
            self.assertTrue([code for code in page.code if code.endswith("; only for linux-6.12")], page.code)

    def test_length(self):
        head = "policy_name=p policy_version=1.0.0\nDEFAULT action=DENY\n"
        write("old.pol", head)
        for count in (150, 3000):
            rules = "".join(f"op=EXECUTE fsverity_digest=sha256:{number:08x}{number:056x} action=ALLOW\n" for number in range(count))
            write("new.pol", head + rules)
            text = diff("--output=json:all.json", "old.pol", "new.pol")
            with open("all.json", encoding="utf-8") as stream:
                self.assertEqual(len(json.load(stream)["files"][0]["differences"]), count)
            self.assertLess(len(text.encode()), LONGEST + 1)
            for page in self.check(text):
                left = int(re.search(r"and (\d+) more differences?", page.plain)[1])
                self.assertEqual(text.count("<details>") + left, count)
                self.assertEqual(text.count("<details>"), text.count("</details>"))
                self.assertTrue(f"and {count - 100} more places" in page.plain)


if __name__ == "__main__":
    if shutil.which("cmark-gfm") is None or MarkdownIt is None:
        print("skipped: there is no cmark-gfm or no markdown-it")
        sys.exit(SKIPPED)
    IPEC = os.path.abspath(sys.argv.pop())
    unittest.main()
