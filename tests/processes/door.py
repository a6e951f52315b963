"""A door between the product and a server: shut, the server is gone for the product and for nobody else."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from urllib.parse import urlsplit, urlunsplit

from tests.live import free_port


class Door:
    """Passes bytes on while it is open. Shutting it breaks every connection and refuses new ones."""

    def __init__(self, url: str) -> None:
        self.parts = urlsplit(url)
        self.port = free_port()
        self.sockets: set[socket.socket] = set()
        self.threads: list[threading.Thread] = []
        self.open()

    @property
    def url(self) -> str:
        """The server's address through the door."""
        who = self.parts.netloc.rpartition("@")[0]
        netloc = f"{who}@127.0.0.1:{self.port}" if who else f"127.0.0.1:{self.port}"
        return urlunsplit(self.parts._replace(netloc=netloc))

    def open(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", self.port))
        self._run(self._accept, self.listener)

    def shut(self) -> None:
        self._end(self.listener)
        for each in [*self.sockets]:
            self._end(each)
        for thread in self.threads:
            thread.join(timeout=5)
        self.threads.clear()

    def _run(self, work: object, *arguments: object) -> None:
        thread = threading.Thread(target=work, args=arguments, daemon=True)
        self.threads.append(thread)
        thread.start()

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                near, _ = listener.accept()
                far = socket.create_connection((self.parts.hostname, self.parts.port))
            except OSError:
                return
            self.sockets |= {near, far}
            self._run(self._pass_on, near, far)
            self._run(self._pass_on, far, near)

    def _pass_on(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                target.sendall(data)
        for each in (source, target):
            self._end(each)

    def _end(self, each: socket.socket) -> None:
        with suppress(OSError):
            each.shutdown(socket.SHUT_RDWR)
        each.close()
        self.sockets.discard(each)
