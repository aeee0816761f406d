#!/usr/bin/env python3
"""Clients that exit, send wrong data or flood the server: hostile_test.py IPEC

The server answers every valid request, exits when its client does, and never hangs."""

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from session import SECONDS, Session, framed  # noqa: E402

IPEC = ""
URI = "file:///p.pol"
POLICY = "policy_name=demo policy_version=1.0.0\nDEFAULT action=DENY\nop=EXECUTE boot_verified=TRUE action=ALLOW\n"


def run(data):
    done = subprocess.run([IPEC, "lsp"], input=data, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=SECONDS,
                          check=False)
    messages = []
    rest = done.stdout
    while rest:
        head, _, rest = rest.partition(b"\r\n\r\n")
        length = int(head.split(b": ")[1])
        messages.append(json.loads(rest[:length]))
        rest = rest[length:]
    return done.returncode, messages, done.stderr.decode()


INITIALIZE = framed({"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": {"capabilities": {}}})


class Hostile(unittest.TestCase):
    def session(self, *args):
        session = Session(IPEC, *args)
        self.addCleanup(session.close)
        self.addCleanup(session.process.wait)
        self.addCleanup(session.process.kill)
        return session

    def test_any_bytes_as_ipec_toml(self):
        """The seeds of config_fuzz, in sequence in one session: an error is shown with its place, and the previous
        settings stay."""
        seeds = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "fuzz", "corpus", "config_fuzz")
        with tempfile.TemporaryDirectory() as directory:
            config = os.path.join(directory, "ipec.toml")
            uri = f"file://{directory}/a.pol"
            session = self.session()
            session.start({"textDocument": {"diagnostic": {}}})
            session.open(uri, POLICY.replace("EXECUTE", "KERNEL_READ"))  # which only rfc-v7 knows

            def take_up(text):
                with open(config, "wb") as stream:
                    stream.write(text)
                session.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": f"file://{config}", "type": 2}]})
                items = session.call("textDocument/diagnostic", {"textDocument": {"uri": uri}})["result"]["items"]
                told = [one for note in session.kept if note.get("method") == "textDocument/publishDiagnostics"
                        and note["params"]["uri"] == f"file://{config}" for one in note["params"]["diagnostics"] if one["severity"] == 1]
                self.assertEqual([one for one in session.kept if one.get("method") == "window/showMessage"], [])
                session.kept.clear()
                return "IPE0201" not in [one["code"] for one in items], told

            wrong = 0
            for name in sorted(os.listdir(seeds)):
                self.assertEqual(take_up(b'target = "rfc-v7"\n'), (True, []))
                with open(os.path.join(seeds, name), "rb") as stream:
                    text = stream.read()
                as_before, told = take_up(text)
                if told:
                    wrong += 1
                    self.assertTrue(as_before, name)
                for one in told:
                    self.assertRegex(one["message"], r"^[^\x00-\x1f]+$", name)
                    begin, end = ((place["line"], place["character"]) for place in (one["range"]["start"], one["range"]["end"]))
                    self.assertLessEqual(begin, end, name)
                    # A line of TOML ends with `\n`. `\r` alone ends one of the protocol.
                    self.assertLessEqual(end[0], text.count(b"\n") + text.count(b"\r"), name)
            self.assertGreater(wrong, 12)

    def test_states(self):
        session = self.session()
        self.assertEqual(session.call("textDocument/hover", {})["error"]["code"], -32002)
        self.assertEqual(session.call("shutdown", None)["error"]["code"], -32002)
        session.start()
        self.assertEqual(session.call("initialize", {})["error"]["code"], -32600)
        self.assertEqual(session.call("no/such", {})["error"]["code"], -32601)
        self.assertEqual(session.call("textDocument/hover", {})["error"]["code"], -32602)
        self.assertEqual(session.call("textDocument/hover", {
            "textDocument": {"uri": "file:///nowhere"}, "position": {"line": 0, "character": 0}})["error"]["code"], -32602)
        session.notify("$/no/such", {})
        session.notify("textDocument/didChange", {"textDocument": {"uri": URI, "version": 2}, "contentChanges": []})
        session.told("window/logMessage")
        self.assertIsNone(session.call("shutdown", None)["result"])
        self.assertEqual(session.call("textDocument/hover", {})["error"]["code"], -32600)
        session.notify("exit", None)
        self.assertEqual(session.process.wait(SECONDS), 0)

    def test_versions(self):
        session = self.session()
        session.start()
        session.open(URI, POLICY, 5)
        # Each change counts, whatever its number. Only one that goes back is worth a word.
        for version, character, text in ((6, 12, "x"), (6, 13, "y"), (4, 14, "z")):
            place = {"line": 0, "character": character}
            session.notify("textDocument/didChange", {"textDocument": {"uri": URI, "version": version}, "contentChanges": [
                {"range": {"start": place, "end": place}, "text": text}]})
        self.assertIn("version 4 follows version 6", session.told("window/logMessage")["params"]["message"])
        symbols = session.call("textDocument/documentSymbol", {"textDocument": {"uri": URI}})["result"]
        self.assertTrue(any("xyzdemo" in json.dumps(symbol) for symbol in symbols), symbols)

    def test_gone_without_goodbye(self):
        for data in (b"", INITIALIZE, INITIALIZE + framed({"jsonrpc": "2.0", "method": "exit"})):
            self.assertEqual(run(data)[0], 1)

    def test_half_a_message(self):
        whole = INITIALIZE + framed({"jsonrpc": "2.0", "id": 1, "method": "shutdown"})
        for cut in (1, 10, 18, 20, 25, len(INITIALIZE) - 1, len(INITIALIZE) + 30, len(whole) - 1):
            with self.subTest(cut=cut):
                status, _, error = run(whole[:cut])
                self.assertEqual(status, 1)
                self.assertIn("the editor closed the connection within a", error)

    def test_wrong_length(self):
        body = b'{"jsonrpc":"2.0","id":1,"method":"no/such"}'
        good = framed(body)
        for wrong in (b"Content-Length: %d\r\n\r\n%s" % (len(body) - 3, body), b"Content-Length: -5\r\n\r\n",
                      b"Content-Length: 1e3\r\n\r\n", b"Content-Length:\r\n\r\n", b"X-Length: 5\r\n\r\n"):
            with self.subTest(wrong=wrong):
                # The blank line ends the rest of the previous message.
                status, messages, _ = run(INITIALIZE + wrong + b"\r\n\r\n" + good)
                self.assertEqual(status, 1)
                self.assertIn(-32700, [m.get("error", {}).get("code") for m in messages])
                self.assertEqual(messages[-1]["error"]["code"], -32601)

    def test_what_is_no_message(self):
        for body, code in ((b"", -32700), (b"nonsense", -32700), (b"[]", -32600), (b"{}", -32600), (b"[" * 100000, -32600),
                           (b'{"a":' * 100000, -32600), (b"[" + b"1," * 5000000 + b"1]", -32600),
                           (b'{"jsonrpc":"2.0","id":{},"method":"a"}', -32600)):
            status, messages, _ = run(INITIALIZE + framed(body))
            self.assertEqual((status, messages[-1]["id"], messages[-1]["error"]["code"]), (1, None, code))

    def test_any_json(self):
        """The JSON library recurses for each level and has assertions: no input may trigger them."""
        hover = b'{"jsonrpc":"2.0","id":%s,"method":"textDocument/hover","params":{"textDocument":{"uri":%s},"position":%s}}'
        place = b'{"line":0,"character":0}'
        bodies = [b"[" * 1_000_000, b'{"a":' * 1_000_000, b"[" + b"1," * 5_000_000 + b"1]", b'"' + b"\\" * 1_000_001, b'{"a":"\\',
                  b'{"jsonrpc":"2.0","method":"x","params":' + b"[" * 190 + b"]" * 190 + b"}",
                  b'{"\xff":1,"\\ud800":2,"\xed\xa0\x80":3,"\xf4\x90\x80\x80":4,"jsonrpc":"2.0","method":"\xf4\x8f\xba\x80\xff"}']
        for number in (b"9223372036854775807", b"9223372036854775808", b"-9223372036854775809", b"1e999", b"-1e999", b"1.5", b"1e-999",
                       b'"\\ud800"', b'"\xff"', b'"\\u0000"', b"null", b"[]", b"0" * 100_000, b"1" * 100_000):
            bodies += [hover % (number, b'"file:///p.pol"', place), hover % (b"7", number, place),
                       hover % (b"8", b'"file:///p.pol"', b'{"line":%s,"character":%s}' % (number, number))]
        session = self.session()
        session.start()
        session.open(URI, POLICY)
        for body in bodies:
            session.write(framed(body))
            answer = session.call("textDocument/hover", {"textDocument": {"uri": URI}, "position": {"line": 0, "character": 0}})
            self.assertIn("result", answer, body[:200])
        self.assertEqual(session.finish(), 0)

    def test_a_hundred_megabytes(self):
        session = self.session()
        session.start()
        session.open(URI, "# " + "x" * (100 << 20) + "\n" + POLICY)
        session.told("textDocument/publishDiagnostics", uri=URI)
        answer = session.call("textDocument/hover", {"textDocument": {"uri": URI}, "position": {"line": 3, "character": 4}})
        self.assertIn("EXECUTE", answer["result"]["contents"]["value"])
        self.assertEqual(session.finish(), 0)
        # An oversized message is skipped without being stored.
        session = self.session()
        session.start()
        session.write(b"Content-Length: %d\r\n\r\n" % (300 << 20))
        for _ in range(300):
            session.write(b"x" * (1 << 20))
        self.assertEqual(session.wait(lambda m: "error" in m)[1]["error"]["code"], -32700)
        with open(f"/proc/{session.process.pid}/status", encoding="ascii") as stream:
            peak = next(int(line.split()[1]) for line in stream if line.startswith("VmHWM"))
        with open(IPEC, "rb") as stream:
            sanitized = b"__asan_init" in stream.read()
        if not sanitized:
            self.assertLess(peak, 64 << 10)
        self.assertEqual(session.finish(), 0)

    def test_ten_thousand_requests(self):
        session = self.session()
        session.start()
        session.open(URI, POLICY)
        numbers = [session.ask("textDocument/hover", {"textDocument": {"uri": URI}, "position": {"line": 2, "character": 4}})
                   for _ in range(10000)]
        answers = [session.answer(number)["result"]["range"]["start"]["line"] for number in numbers[:100]]
        self.assertEqual(answers, [2] * 100)
        self.assertIsNotNone(session.answer(numbers[-1])["result"])
        self.assertEqual(session.finish(), 0)

    def test_cancelling(self):
        session = self.session()
        session.start()
        session.open(URI, POLICY * 2000)
        codes = set()
        for _ in range(50):
            number = session.ask("textDocument/codeAction", {
                "textDocument": {"uri": URI}, "context": {"diagnostics": []},
                "range": {"start": {"line": 0, "character": 0}, "end": {"line": 9, "character": 0}}})
            session.notify("$/cancelRequest", {"id": number})
            codes.add(session.answer(number).get("error", {}).get("code"))
        self.assertIn(-32800, codes)
        self.assertLessEqual(codes, {-32800, None})
        self.assertEqual(session.finish(), 0)

    def test_settings_that_come_late(self):
        """New settings make requested findings stale: the answer follows the new settings, and no request fails."""
        rules = "".join(f"op=EXECUTE fsverity_digest=sha256:{i:064x} action=ALLOW\n" for i in range(3000))
        text = "policy_name=\"a b\" policy_version=1.0.0\nDEFAULT action=DENY\n" + rules
        for settings, rejected in ((None, True), ({"target": ""}, True), ({"target": "rfc-v7"}, False)):
            for pause in (0, 0, 0, 0.005, 0.02):
                session = self.session()
                session.start({"workspace": {"configuration": True}, "textDocument": {"diagnostic": {}}})
                asked = session.wait(lambda m: m.get("method") == "workspace/configuration")[1]
                session.open(URI, text)
                findings = session.ask("textDocument/diagnostic", {"textDocument": {"uri": URI}})
                definition = session.ask("textDocument/definition", {
                    "textDocument": {"uri": URI}, "position": {"line": 2, "character": 4}})
                time.sleep(pause)
                session.send({"jsonrpc": "2.0", "id": asked["id"], "result": [settings]})
                later = session.ask("textDocument/diagnostic", {"textDocument": {"uri": URI}})
                for number in (findings, definition, later):
                    self.assertNotIn("error", answer := session.answer(number))
                codes = [item["code"] for item in answer["result"]["items"]]
                self.assertEqual(codes[0] == "IPE0303" if rejected else "IPE0309" in codes, True, codes[:3])
                self.assertEqual(session.finish(), 0)

    def test_edits_while_findings_are_pulled(self):
        """An edit makes findings stale: those of the newest text are returned, or the client is asked to pull again."""
        session = self.session()
        session.start({"textDocument": {"diagnostic": {}}})
        rules = "".join(f"op=EXECUTE fsverity_digest=sha256:{i:064x} action=ALLOW\n" for i in range(20000))
        session.open(URI, "policy_name=demo policy_version=1.0.0\nDEFAULT action=DENY\n" + rules)
        asked = []
        for version in range(2, 30):
            asked.append(session.ask("textDocument/diagnostic", {"textDocument": {"uri": URI}}))
            asked.append(session.ask("workspace/diagnostic", {"previousResultIds": []}))
            session.notify("textDocument/didChange", {"textDocument": {"uri": URI, "version": version}, "contentChanges": [
                {"range": {"start": {"line": 1, "character": 0}, "end": {"line": 1, "character": 0}}, "text": "x"}]})
            time.sleep(0.01)
        for number in asked:
            answer = session.answer(number)
            if "error" in answer:
                self.assertEqual((answer["error"]["code"], answer["error"]["data"]), (-32802, {"retriggerRequest": True}))
                continue
            for report in answer["result"]["items"]:
                if report.get("kind") != "full":
                    continue
                # From version 2 on, a statement is broken.
                broken = any(item["code"].startswith("IPE0") for item in report["items"])
                self.assertEqual(broken, report["version"] > 1, report["version"])
        self.assertEqual(session.finish(), 0)

    def test_progress_that_is_rejected(self):
        """A token is not used before the client has accepted it, and never if it does not."""
        with tempfile.TemporaryDirectory(prefix="ipec-hostile-") as directory:
            for i in range(300):
                with open(os.path.join(directory, f"{i}.pol"), "w", encoding="utf-8") as stream:
                    stream.write(POLICY + "op=NONSENSE action=DENY\n" * 50)
            for reply in (None, {"error": {"code": -32601, "message": "no"}}, {"result": None}):
                session = self.session()
                session.start({"window": {"workDoneProgress": True}}, rootUri="file://" + directory)
                number = session.ask("workspace/diagnostic", {"previousResultIds": []})
                create = session.wait(lambda m: m.get("method") == "window/workDoneProgress/create")[1]
                self.assertEqual([m for m in session.kept if m.get("method") == "$/progress"], [])
                if reply is not None:
                    session.send({"jsonrpc": "2.0", "id": create["id"], **reply})
                self.assertEqual(len(session.answer(number)["result"]["items"]), 300)
                self.assertEqual(session.finish(), 0)
                kinds = [m["params"]["value"]["kind"] for m in session.kept if m.get("method") == "$/progress"]
                if reply != {"result": None}:
                    self.assertEqual(kinds, [])
                elif kinds:
                    self.assertEqual((kinds[0], kinds[-1], set(kinds[1:-1]) - {"report"}), ("begin", "end", set()))

    def test_the_process_of_the_client_ends(self):
        """The server exits with the process, although others still hold the pipe."""
        for by_option in (False, True):
            with self.subTest(by_option=by_option):
                client = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
                try:
                    session = self.session(*(["--stdio", f"--clientProcessId={client.pid}"] if by_option else []))
                    session.start(**({} if by_option else {"processId": client.pid}))
                    with self.assertRaises(subprocess.TimeoutExpired):
                        session.process.wait(5)
                    self.assertEqual(session.call("no/such", {})["error"]["code"], -32601)
                finally:
                    client.kill()
                    client.wait()
                    client.stdin.close()
                self.assertEqual(session.process.wait(20), 1)
        for wrong in ("", "0", "-1", "x", "1x"):
            done = subprocess.run([IPEC, "lsp", f"--clientProcessId={wrong}"], stdin=subprocess.DEVNULL,
                                  stderr=subprocess.PIPE, check=False)
            self.assertEqual(done.returncode, 2, wrong)

    def test_a_client_that_does_not_read(self):
        """The server keeps reading, and exits when the client does."""
        process = subprocess.Popen([IPEC, "lsp"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                   stderr=subprocess.DEVNULL)
        try:
            process.stdin.write(INITIALIZE + framed({"jsonrpc": "2.0", "method": "textDocument/didOpen", "params": {
                "textDocument": {"uri": URI, "languageId": "ipe", "version": 1, "text": POLICY}}}))
            for number in range(3000):
                process.stdin.write(framed({"jsonrpc": "2.0", "id": number, "method": "textDocument/completion", "params": {
                    "textDocument": {"uri": URI}, "position": {"line": 2, "character": 11}}}))
            process.stdin.flush()
            process.stdout.close()
            process.stdin.close()
            self.assertEqual(process.wait(SECONDS), 3)  # as for any command whose output cannot be written
        finally:
            process.kill()
            process.wait()

    def test_socket(self):
        process = subprocess.Popen([IPEC, "lsp", "--socket=0"], stdin=subprocess.DEVNULL, stderr=subprocess.PIPE)
        try:
            port = int(process.stderr.readline().rsplit(b":", 1)[1])
            with socket.create_connection(("127.0.0.1", port), SECONDS) as connection:
                connection.sendall(INITIALIZE + framed({"jsonrpc": "2.0", "id": 1, "method": "shutdown"}) +
                                   framed({"jsonrpc": "2.0", "method": "exit"}))
                data = b""
                while block := connection.recv(65536):
                    data += block
            self.assertIn(b'"id":1,"result":null', data)
            self.assertEqual(process.wait(SECONDS), 0)
        finally:
            process.kill()
            process.wait()
            process.stderr.close()
        done = subprocess.run([IPEC, "lsp", "--socket=99999"], stderr=subprocess.PIPE, check=False)
        self.assertEqual(done.returncode, 2)

    def test_reading_never_waits(self):
        """While a long policy is analysed, edits are accepted, and only the last text is reported."""
        session = self.session()
        session.start({"textDocument": {"publishDiagnostics": {"versionSupport": True}}})
        rules = "".join(f"op=EXECUTE fsverity_digest=sha256:{i:064x} action=ALLOW\n" for i in range(30000))
        session.open(URI, "policy_name=demo policy_version=1.0.0\nDEFAULT action=DENY\n" + rules)
        begin = time.perf_counter()
        for version in range(2, 200):
            session.notify("textDocument/didChange", {"textDocument": {"uri": URI, "version": version}, "contentChanges": [
                {"range": {"start": {"line": 9, "character": 40}, "end": {"line": 9, "character": 41}}, "text": str(version % 10)}]})
        session.told("textDocument/publishDiagnostics", version=199)
        self.assertLess(time.perf_counter() - begin, 20)
        published = [m for m in session.kept if m.get("method") == "textDocument/publishDiagnostics"]
        self.assertLess(len(published), 100)
        self.assertEqual(session.finish(), 0)


if __name__ == "__main__":
    IPEC = os.path.abspath(sys.argv.pop(1))
    unittest.main(verbosity=1)
