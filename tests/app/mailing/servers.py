"""A mail server and a gateway of text messages, on this machine, that do as the recipient's name says."""

import json
import socketserver
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.policy import SMTP
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Received:
    """What came, in order; `lock` keeps several connections apart."""

    messages: list = field(default_factory=list)
    connections: int = 0
    port: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)


class _Smtp(socketserver.StreamRequestHandler):
    """Enough of SMTP for one client: EHLO, MAIL, RCPT, DATA, RSET, NOOP, QUIT."""

    timeout = 10

    def handle(self):
        received = self.server.received
        with received.lock:
            received.connections += 1
        self._say("220 test")
        to = ""
        while line := self.rfile.readline():
            verb, _space, rest = line.decode().strip().partition(" ")
            verb = verb.upper()
            if verb in {"EHLO", "HELO"}:
                self._say("250-test", "250 8BITMIME")
            elif verb == "RCPT":
                to = rest.partition("<")[2].partition(">")[0]
                self._say(self._verdict(to))
            elif verb == "DATA":
                if to.startswith("full"):
                    self._say("452 4.3.1 no room")
                    continue
                self._say("354 go on")
                content = self._content()
                with received.lock:
                    received.messages.append((to, message_from_bytes(content, policy=SMTP)))
                time.sleep(self.server.pause)
                if to.startswith("silent"):
                    return
                self._say("554 5.7.1 refused, said of <" + to + ">" if to.startswith("spam") else "250 2.0.0 taken")
            elif verb == "QUIT":
                self._say("221 bye")
                return
            else:
                self._say("250 2.0.0 fine")

    def _verdict(self, to):
        if to.startswith("nobody"):
            return f"550 5.1.1 <{to}> unknown"
        if to.startswith("later"):
            return f"451 4.7.1 <{to}> try again"
        if to.startswith("policy"):
            return "554 5.7.0 not you"
        return "250 2.1.5 fine"

    def _content(self):
        lines = []
        while (line := self.rfile.readline()) not in {b".\r\n", b""}:
            lines.append(line[1:] if line.startswith(b"..") else line)
        return b"".join(lines)

    def _say(self, *lines):
        for line in lines:
            self.wfile.write(f"{line}\r\n".encode())


@contextmanager
def mail_server(*, pause: float = 0.0) -> Iterator[Received]:
    """A mail server, until the end of the block; `pause` seconds pass between taking a message and saying so."""
    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Smtp)
    server.pause = pause
    with _serving(server) as received:
        yield received


class _Gateway(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        self._answer(body)

    def do_GET(self):
        self._answer("")

    def _answer(self, body):
        received = self.server.received
        with received.lock:
            received.messages.append((self.command, self.path, dict(self.headers), body))
        said = body + self.path
        for mark, status in (("11111111", 400), ("22222222", 503), ("33333333", 500)):
            if mark in said:
                self.send_response(status)
                self.end_headers()
                return
        if "44444444" in said:
            self.connection.close()
            return
        if "55555555" in said:
            self.send_response(302)
            self.send_header("Location", "http://127.0.0.1:1/elsewhere")
            self.end_headers()
            return
        text = json.dumps({"status": "error" if "66666666" in said else "ok", "id": "G-7"}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_args):
        pass


@contextmanager
def gateway_server() -> Iterator[Received]:
    """A gateway of text messages, until the end of the block."""
    with _serving(ThreadingHTTPServer(("127.0.0.1", 0), _Gateway)) as received:
        yield received


@contextmanager
def _serving(server) -> Iterator[Received]:
    server.daemon_threads = True
    server.block_on_close = False
    server.received = Received(port=server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server.received
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
