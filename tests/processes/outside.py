"""The world outside the ward: a webhook's receiver and a mail server that only count what really arrived."""

from __future__ import annotations

import email
import hashlib
import hmac
import json
import socketserver
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

SECRET = "0123456789abcdef-agreed"


class Outside:
    """What arrived, by the key of the notice: a receiver shows a notice once, however often it comes."""

    secret = SECRET

    def __init__(self) -> None:
        self.webhook: Counter[str] = Counter()
        self.mail: Counter[str] = Counter()
        self.forged: list[str] = []
        self.refusals: list[int] = []  # answers of the webhook's receiver before it takes the first one
        self.hold = threading.Event()  # cleared: the receiver has the notice and does not answer
        self.hold.set()
        self.web = _Web(("127.0.0.1", 0), _Webhook)
        self.post = _Post(("127.0.0.1", 0), _Mail)
        self.web.outside = self.post.outside = self

    @property
    def contacts(self) -> str:
        """Code that enters both as addresses of the ward and of its administrator, as an administrator does."""
        return f"""
from alerts.actions.keep_contacts import add_contact
for whose in ({{"ward_id": cast.ward.pk}}, {{"user_id": cast.max.pk}}):
    add_contact(by=as_(cast.max), channel="webhook", address="{self.address}", secret="{SECRET}", **whose)
    add_contact(by=as_(cast.max), channel="email", address="ward@hospital.example", **whose)
"""

    @property
    def address(self) -> str:
        """Where the webhook goes."""
        return f"http://127.0.0.1:{self.web.server_address[1]}/notices?from=ward"

    @property
    def mail_server(self) -> str:
        """For EMAIL_URL."""
        return f"smtp://127.0.0.1:{self.post.server_address[1]}"

    def times(self, key: str) -> int:
        """How often the notice of this key came, whichever way."""
        return self.webhook[key] + self.mail[key]

    def came_again(self) -> int:
        """How many notices came that had come before."""
        came = self.webhook + self.mail
        return came.total() - len(came)


@contextmanager
def outside() -> Iterator[Outside]:
    """Both are there inside the block."""
    world = Outside()
    servers = (world.web, world.post)
    threads = [threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}) for server in servers]
    for thread in threads:
        thread.start()
    try:
        yield world
    finally:
        world.hold.set()
        for server in servers:
            server.shutdown()
            server.server_close()
        for thread in threads:
            thread.join()


class _Web(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64
    outside: Outside


class _Post(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 64
    outside: Outside


class _Webhook(BaseHTTPRequestHandler):
    """Counts a notice only when its signature is right, as README says a receiver checks it."""

    def do_POST(self) -> None:
        world = self.server.outside
        body = self.rfile.read(int(self.headers["Content-Length"]))
        signed = self.headers["X-Ward-Timestamp"].encode() + b"." + body
        right = "sha256=" + hmac.new(SECRET.encode(), signed, hashlib.sha256).hexdigest()
        key = self.headers["X-Ward-Notice"]
        if world.refusals:
            self._answer(world.refusals.pop())
        elif not hmac.compare_digest(right, self.headers["X-Ward-Signature"]) or json.loads(body)["notice"] != key:
            world.forged.append(key)
            self._answer(401)
        else:
            world.webhook[key] += 1
            world.hold.wait(timeout=60)
            self._answer(204)

    def _answer(self, status: int) -> None:
        try:
            self.send_response(status)
            self.end_headers()
        except OSError:  # the sender was killed meanwhile
            self.close_connection = True

    def log_message(self, *args: object) -> None:
        """Quiet."""


class _Mail(socketserver.StreamRequestHandler):
    """As much of SMTP as a sender of one message needs."""

    ANSWERS = {b"EHLO": b"250 sink", b"HELO": b"250 sink", b"MAIL": b"250 ok", b"RCPT": b"250 ok", b"RSET": b"250 ok"}

    def handle(self) -> None:
        try:
            self._talk()
        except OSError:  # the sender was killed meanwhile
            return

    def _talk(self) -> None:
        self.wfile.write(b"220 sink\r\n")
        while line := self.rfile.readline():
            word = line[:4].upper().strip()
            if word == b"QUIT":
                self.wfile.write(b"221 bye\r\n")
                return
            if word == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                if not self._take():
                    return
            self.wfile.write(self.ANSWERS.get(word, b"250 ok") + b"\r\n")

    def _take(self) -> bool:
        """The message until its full stop; one that is cut off does not count."""
        lines: list[bytes] = []
        while line := self.rfile.readline():
            if line.rstrip(b"\r\n") == b".":
                message = email.message_from_bytes(b"".join(lines))
                self.server.outside.mail[message["X-Ward-Notice"]] += 1
                return True
            lines.append(line)
        return False
