#!/usr/bin/env python3
"""Missing a limit in the table of figures is a failure. Measures no time."""

import ast
import os
import sys
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
from row import Row, missed, table  # noqa: E402


class Rows(unittest.TestCase):
    def test_a_missed_limit_is_named(self):
        rows = [Row("first", "1 ns"), Row("second", "2 ns", "2 times the first", "at most 1 time", False)]
        self.assertEqual(missed(rows), ["missed: second: 2 ns, 2 times the first; to reach: at most 1 time"])
        self.assertEqual(missed(rows[:1]), [])
        self.assertTrue(table(rows).endswith("| second | 2 ns | 2 times the first | at most 1 time |"))

    def test_every_limit_is_checked(self):
        for name in ("figures.py", "lsp_bench.py"):
            with open(os.path.join(HERE, name), encoding="utf-8") as stream:
                tree = ast.parse(stream.read())
            calls = [node for node in ast.walk(tree)
                     if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Row"]
            self.assertTrue(calls)
            for call in calls:
                with self.subTest(name=name, line=call.lineno):
                    self.assertEqual(len(call.args) >= 4, len(call.args) == 5, "a limit without its check")


if __name__ == "__main__":
    unittest.main()
