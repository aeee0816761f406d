#!/usr/bin/env python3
"""lint/new-rule makes a rule that compiles: new_rule_test.py CXX ROOT"""

import os
import re
import shutil
import subprocess
import sys
import tempfile


def main(compiler, root):
    with tempfile.TemporaryDirectory(prefix="ipec-new-rule-") as work:
        shutil.copytree(os.path.join(root, "lint"), os.path.join(work, "lint"))
        os.makedirs(os.path.join(work, "tests", "golden", "lint"))

        def call(*arguments):
            return subprocess.run([sys.executable, "-IBS", "lint/new-rule", *arguments], cwd=work, check=False,
                                  stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

        table_path = os.path.join(work, "lint", "rules.def")
        with open(table_path, encoding="utf-8") as stream:
            before = stream.read()
        settings_path = os.path.join(work, "lint", "settings.h")

        def rulesets():
            with open(settings_path, encoding="utf-8") as stream:
                return re.findall(r'"([\d.]+)"', re.search(r"kRulesets\[\] = {(.*)};", stream.read())[1])

        known = rulesets()
        done = call("--help")
        assert done.returncode == 0 and re.match(r"usage: lint/new-rule \[-h\].* NAME\n\nCreates ", done.stdout, re.S), done
        for wrong in (["Weak"], ["one"], ["weak-digest"], ["a-b", "--category=Meta"], ["a-b", "--since=2025.1"],
                      ["a-b", "--since=next"], []):
            done = call(*wrong)
            assert done.returncode == 2 and done.stderr, (wrong, done)
        with open(table_path, encoding="utf-8") as stream:
            assert stream.read() == before, "a wrong call changed rules.def"
        assert rulesets() == known, "a wrong call changed settings.h"

        done = call("odd-volume", "--category=Digests", "--severity=Error", "--default")
        assert done.returncode == 0, done.stderr
        with open(table_path, encoding="utf-8") as stream:
            after = stream.read()
        added = sorted(set(after.split("\n")) - set(before.split("\n")))
        assert len(added) == 1, added
        codes = re.findall(r'"(IPE\d{4})"', after)
        assert len(codes) == len(set(codes)) and codes == sorted(codes), "codes are not unique and in order"
        neighbour = next(line for line in before.split("\n") if line.startswith('IPEC_RULE("IPE3001"'))
        assert f'"{known[0]}"' in added[0] and rulesets() == known, "not the newest ruleset"
        assert re.search(rf'"{known[0]}", +"{known[0]}", ', added[0]), "not on by default"
        for column in ("Digests", "Error", '"20', "Plain"):
            assert added[0].index(column) == neighbour.index(column), "columns are not under each other"
        source = os.path.join(work, "lint", "rules", "odd_volume.cpp")
        subprocess.run([compiler, "-std=c++20", "-fsyntax-only", "-Wall", "-Wextra", "-I", work, "-I", root,
                        "-I", os.path.join(root, "runtime", "include"), "-isystem", "/usr/lib/llvm-14/include",
                        source], check=True)
        assert os.path.exists(os.path.join(work, "tests", "golden", "lint", "fail_odd_volume.pol"))
        done = call("odd-volume")
        assert done.returncode == 2 and "already" in done.stderr, done

        # A new ruleset is added once, as the newest, and is the default afterwards.
        year, number = known[0].split(".")
        new = f"{year}.{int(number) + 1}"
        for name, options in (("odd-name", [f"--since={new}"]), ("odd-file", [f"--since={new}"]), ("odd-key", [])):
            done = call(name, *options)
            assert done.returncode == 0 and rulesets() == [new, *known], (done, rulesets())
            with open(table_path, encoding="utf-8") as stream:
                assert re.search(rf'"{name}",.* "{new}", ', stream.read()), name
    print("4 rules made, 8 wrong calls rejected")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
