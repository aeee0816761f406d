#!/usr/bin/env python3
"""growth.py finds commands that grow faster than their input, and every kind of growth_kinds.py grows. Measures no time."""

import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from growth import STEEP, Crashed, Figures, Growth, NotEnded, exponent, grow  # noqa: E402
from growth_kinds import KINDS  # noqa: E402

SIZES = (1_000, 2_000, 4_000, 8_000)


class Clock:
    """A stand-in for a machine with known times for a policy."""

    def __init__(self, seconds, budget=1e9, instructions=lambda lines: None):
        self.of, self.budget, self.executed, self.text = seconds, budget, instructions, b""

    def write(self, text):
        self.text = text

    def seconds(self, _kind, _command):
        return self.of(self.text.count(b"\n"))

    def instructions(self, _kind, _command):
        return self.executed(self.text.count(b"\n"))


class Exponents(unittest.TestCase):
    def test_powers(self):
        for power in (1, 1.5, 2):
            points = [(size, (size / 1_000) ** power) for size in SIZES]
            self.assertAlmostEqual(exponent(points), power)

    def test_short_times_are_left_out(self):
        self.assertAlmostEqual(exponent([(1, 0.001), (2, 0.001), (4, 1), (8, 2)]), 1)
        self.assertIsNone(exponent([(1, 0.001), (2, 0.001), (4, 1)]))

    def test_the_larger_sizes_count(self):
        points = [(size, 100) for size in SIZES] + [(size, size ** 2) for size in (16_000, 32_000, 64_000, 125_000)]
        self.assertAlmostEqual(exponent(points), 2)


class Pages(unittest.TestCase):
    def test_a_run_replaces_only_the_kinds_it_measured(self):
        def growth(power):
            made = Growth()
            made.points = [(size, (size / 1_000) ** power) for size in SIZES]
            return made
        commands = ["check", "lint"]
        figures = Figures()
        figures.add("root-hashes", {"check": growth(2), "lint": growth(1)}, commands, 1.15)
        figures.add("comments", {"check": growth(1)}, commands, 1.15)
        text = figures.text(commands, 1.15)
        self.assertIn("2 kinds, 3 pairs of kind and command, 3 of them", text)
        self.assertIn("greatest 2.00", text)
        again = Figures(text)
        self.assertEqual((again.rows, again.steep), (figures.rows, figures.steep))
        self.assertEqual(again.text(commands, 1.15), text)
        again.add("root-hashes", {"check": growth(1), "lint": growth(1)}, commands, 1.15)
        self.assertEqual(again.steep, {title: [] for title in STEEP})
        self.assertEqual(again.rows["comments"], figures.rows["comments"])
        self.assertIn("greatest 1.00", again.text(commands, 1.15))


class Growing(unittest.TestCase):
    def grown(self, seconds, budget=1e9, **counter):
        return grow(Clock(seconds, budget, **counter), KINDS["comments"], ["check"], SIZES, 0, 1.15)["check"]

    def test_linear_is_below_the_limit_and_quadratic_above(self):
        self.assertFalse(self.grown(lambda lines: lines / 1e3).over(1.15))
        self.assertTrue(self.grown(lambda lines: lines ** 2 / 1e6).over(1.15))

    def test_growing_ends_with_the_budget(self):
        self.assertEqual(self.grown(lambda lines: lines / 1e3, budget=2).points[-1][0], 2_000)

    def test_a_line_that_is_steep_once_is_measured_again(self):
        runs = []

        def seconds(lines):
            runs.append(lines)
            return lines / 1e3 * (9 if len(runs) == 4 else 1)
        self.assertFalse(self.grown(seconds).over(1.15))

    def test_instructions_decide_if_time_is_above_the_limit(self):
        def quadratic(lines):
            return lines ** 2 / 1e6
        linear = self.grown(quadratic, instructions=lambda lines: lines)
        self.assertTrue(linear.over_in_time(1.15))
        self.assertFalse(linear.over(1.15))
        self.assertTrue(self.grown(quadratic, instructions=quadratic).over(1.15))

    def test_instructions_are_not_counted_below_the_limit(self):
        self.assertEqual(self.grown(lambda lines: lines / 1e3, instructions=lambda lines: lines ** 2).counted, [])

    def test_what_does_not_end_or_crashes_is_above_every_limit(self):
        for failure in (NotEnded(1), Crashed(6)):
            def seconds(_lines, failure=failure):
                raise failure
            self.assertTrue(self.grown(seconds).over(1.15))


class Kinds(unittest.TestCase):
    def test_a_kind_grows_with_its_number(self):
        for name, kind in KINDS.items():
            with self.subTest(name):
                small, large = (len(kind.policy(count)) for count in (500, 2_000))
                self.assertGreater(large - small, 1_499)
                self.assertLess(large, 5 * small)


if __name__ == "__main__":
    unittest.main()
