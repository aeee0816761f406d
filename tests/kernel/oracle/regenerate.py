"""Rewrites the mainline files of tests/conformance, only from the kernel's answers."""

import base64
import json

from oracle import evaluate, parse

POLICIES = 1500
EVALUATED = 80


def lines_of_parse(session):
    texts = parse.texts(session, POLICIES)
    for number, (text, error) in enumerate(zip(texts, session.errnos(texts), strict=True)):
        yield {"id": f"{number:05}", "errno": error, "policy": base64.b64encode(text).decode()}


def lines_of_eval(session):
    asked = [case for case in evaluate.cases(session, 2 * EVALUATED) if case.success_audit][:EVALUATED]
    for case, outcomes in zip(asked, evaluate.outcomes_of(session, asked)):
        yield {"policy": case.name, "text": case.text.decode()}
        for outcome in outcomes:
            if len(outcome.events) != len(outcome.sent):
                raise SystemExit("ipec and the kernel disagree about which records there are: "
                                 "run `eval` and repair that first")
            for event, record in zip(outcome.events, outcome.sent):
                yield {"policy": case.name, "event": event, "audit": record}


def write(session, directory):
    for name, lines in (("parse-linux-6.12", lines_of_parse(session)),
                        ("eval-linux-6.12", lines_of_eval(session))):
        rows = [json.dumps(line, ensure_ascii=False) for line in lines]
        (directory / f"{name}.jsonl").write_text("".join(row + "\n" for row in rows), encoding="utf-8")
        print(f"{directory / name}.jsonl: {len(rows)} lines")
