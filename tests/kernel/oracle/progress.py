"""Says on standard error what is going on: one line that renews itself on a terminal."""

import sys


def say(text):
    clear()
    print(text, file=sys.stderr, flush=True)


def show(text):
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)


def clear():
    if sys.stderr.isatty():
        print("\r\033[K", end="", file=sys.stderr, flush=True)
