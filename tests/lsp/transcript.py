#!/usr/bin/env python3
"""Replays a transcript and compares: transcript.py IPEC FILE

IPEC_UPDATE=1 writes the messages that arrive into FILE; this is an error if CI is set.

The lines of a transcript, with JSON on one line. `ROOT` is the URI of an empty directory made for the session; `DIRECTORY` in
received messages is its path:
  # words               a comment
  file NAME JSON        a file in ROOT, from a string
  ask METHOD JSON       a request; the response follows as `answer JSON` or `error JSON`
  tell METHOD JSON      a notification
  wait METHOD           for a notification, or a request of the server, which is answered with null; follows as `told JSON`
  wait METHOD reply JSON  the same, answered with JSON
At the end, messages not waited for follow as `also METHOD JSON`, and the exit status of `exit` as `status N`."""

import json
import os
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from session import SECONDS, Session  # noqa: E402

OUTPUT = ("answer ", "error ", "told ", "also ", "status ")


def shown(value, root):
    text = json.dumps(value, ensure_ascii=False, sort_keys=True).replace(root, "ROOT")
    return text.replace(root.removeprefix("file://"), "DIRECTORY")


def play(ipec, lines, directory):
    root = "file://" + directory
    session = Session(ipec, cwd=directory)

    def read(text):
        return json.loads(text.replace("ROOT", root)) if text.strip() else None

    for line in lines:
        if line.startswith(OUTPUT):
            continue
        yield line
        word, _, rest = line.partition(" ")
        name, _, rest = rest.partition(" ")
        if word == "file":
            path = os.path.join(directory, name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "w", encoding="utf-8", newline="") as stream:
                stream.write(json.loads(rest))
        elif word == "ask":
            answer = session.call(name, read(rest))
            yield ("error " + shown(answer["error"], root) if "error" in answer
                   else "answer " + shown(answer["result"], root))
        elif word == "tell":
            session.notify(name, read(rest))
            if name == "exit":
                status = session.process.wait(SECONDS)
        elif word == "wait":
            message = session.wait(lambda m, name=name: m.get("method") == name)[1]
            yield "told " + shown(message["params"], root)
            if "id" in message:
                reply = read(rest[6:]) if rest.startswith("reply ") else None
                session.send({"jsonrpc": "2.0", "id": message["id"], "result": reply})
        elif word and not word.startswith("#"):
            raise ValueError(f"what is `{line}`?")
    session.reader.join(SECONDS)
    while (got := session.arrived.get()) is not None:
        session.kept.append(got[1])
    for message in session.kept:
        yield f"also {message.get('method')} {shown(message.get('params'), root)}"
    yield f"status {status}"
    session.close()


def main(ipec, path):
    updating = os.environ.get("IPEC_UPDATE", "") not in ("", "0")
    if updating and os.environ.get("CI"):
        print("IPEC_UPDATE is an error if CI is set")
        return 2
    with open(path, encoding="utf-8") as stream:
        before = stream.read().rstrip("\n").split("\n")
    with tempfile.TemporaryDirectory(prefix="ipec-lsp-") as directory:
        after = list(play(ipec, before, os.path.realpath(directory)))
    if before == after:
        return 0
    if updating:
        with open(path, "w", encoding="utf-8") as stream:
            stream.write("\n".join(after) + "\n")
        return 0
    for number, (old, new) in enumerate(zip(before + [""], after + [""]), 1):
        if old != new:
            print(f"{path}:{number}:\nexpected: {old}\ngot:      {new}")
            break
    return 1


if __name__ == "__main__":
    sys.exit(main(os.path.abspath(sys.argv[1]), sys.argv[2]))
