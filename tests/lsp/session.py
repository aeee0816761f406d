"""A client of the language server that knows only bytes and JSON."""

import json
import queue
import subprocess
import threading
import time

SECONDS = 60  # for any single answer; only a hanging server needs longer


def framed(message):
    body = message if isinstance(message, bytes) else json.dumps(message).encode()
    return b"Content-Length: %d\r\n\r\n" % len(body) + body


class Session:
    def __init__(self, ipec, *args, **options):
        self.process = subprocess.Popen([ipec, "lsp", *args], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, **options)
        self.arrived = queue.Queue()  # pairs of time and message; None at the end
        self.kept = []                # messages that arrived and were not waited for
        self.number = 0
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self):
        stream = self.process.stdout
        while True:
            length = None
            for line in iter(stream.readline, b"\r\n"):
                if not line:
                    self.arrived.put(None)
                    return
                if line.startswith(b"Content-Length: "):
                    length = int(line[16:])
            body = stream.read(length)
            self.arrived.put((time.perf_counter(), json.loads(body)))

    def write(self, data):
        self.process.stdin.write(data)
        self.process.stdin.flush()

    def send(self, message):
        self.write(framed(message))

    def notify(self, method, params):
        self.send({"jsonrpc": "2.0", "method": method, "params": params})

    def ask(self, method, params):
        self.number += 1
        self.send({"jsonrpc": "2.0", "id": self.number, "method": method, "params": params})
        return self.number

    def wait(self, wanted):
        """The first message for which `wanted` is true, and its time; other messages are kept."""
        for i, message in enumerate(self.kept):
            if wanted(message):
                return time.perf_counter(), self.kept.pop(i)
        while True:
            got = self.arrived.get(timeout=SECONDS)
            if got is None:
                raise EOFError("the server is gone")
            if wanted(got[1]):
                return got
            self.kept.append(got[1])

    def answer(self, number):
        return self.wait(lambda m: m.get("id") == number and "method" not in m)[1]

    def call(self, method, params):
        return self.answer(self.ask(method, params))

    def told(self, method, **params):
        """The next notification of this name with these parameters."""
        return self.wait(lambda m: m.get("method") == method and
                         all(m["params"].get(k) == v for k, v in params.items()))[1]

    def start(self, capabilities=None, **params):
        answer = self.call("initialize", {"processId": None, "rootUri": None, "capabilities": capabilities or {}, **params})
        self.notify("initialized", {})
        return answer

    def open(self, uri, text, version=1):
        self.notify("textDocument/didOpen", {"textDocument": {
            "uri": uri, "languageId": "ipe", "version": version, "text": text}})

    def finish(self):
        """Ends the session and returns the exit status."""
        self.call("shutdown", None)
        self.notify("exit", None)
        status = self.process.wait(SECONDS)
        self.close()
        return status

    def close(self):
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            try:
                stream.close()
            except OSError:
                pass
