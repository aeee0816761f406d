"""Shows progress on standard error: one line that is updated in place on a terminal, otherwise one line per minute."""

import sys
import time

MINUTE = 60  # seconds
_said = time.monotonic()


def say(text):
    clear()
    print(text, file=sys.stderr, flush=True)


def show(text):
    global _said
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)
    elif time.monotonic() - _said >= MINUTE:
        _said = time.monotonic()
        print(text, file=sys.stderr, flush=True)


def clear():
    if sys.stderr.isatty():
        print("\r\033[K", end="", file=sys.stderr, flush=True)
