"""Disagreements as golden tests, ready for a file below tests/golden."""

import errno
import json


def _printable(text):
    return all(byte == 0x0A or 0x20 <= byte < 0x7F for byte in text)


def _escaped(text):
    made = ""
    for byte in text:
        if byte == 0x5C:
            made += "\\\\"
        elif byte == 0x0A or 0x20 <= byte < 0x7F:
            made += chr(byte)
        else:
            made += f"\\x{byte:02X}"
    # A backslash at the end of a line removes the line end.
    return made if made.endswith("\n") else made + "\\\n"


def name_of(error):
    return errno.errorcode[-error] if error else "accepted"


def of_verdict(text, answer, kernel):
    """A test of `check`; IPEC_UPDATE=1 adds the findings once the verdict is correct."""
    head = (f"# The verdict of {kernel}: {name_of(answer)}.\n"
            f"# ARGS: check --target=linux-6.12 ")
    if _printable(text) and text.endswith(b"\n"):
        return f"{head}%s\n# EXIT: {1 if answer else 0}\n{text.decode()}"
    return f"{head}p.pol\n# EXIT: {1 if answer else 0}\n# --- input p.pol escaped\n{_escaped(text)}"


def of_record(text, event, record, success_audit, status, kernel):
    """A test of `eval`: the expected output is the kernel's record."""
    option = "--success-audit " if success_audit else ""
    shown = f"type=1420 audit(0.000:0): {record}\n" if record is not None else ""
    return (f"# The record of {kernel}.\n"
            f"# ARGS: eval --target=linux-6.12 {option}--format=audit %s --events=events.jsonl\n"
            f"# EXIT: {status}\n{text.decode()}"
            f"# --- input events.jsonl\n{json.dumps(event, ensure_ascii=False)}\n"
            f"# --- stdout\n{shown}")
