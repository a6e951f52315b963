"""The line between a tablet and the ward: it can be cut and be slow, also for the service worker; it counts bytes."""

from __future__ import annotations

import select
import socket
import threading
import time
from contextlib import suppress

from tests.live import free_port

WHOLE, CUT, DEAF = "whole", "cut", "deaf"
CHUNK = 65_536


class Line:
    """Carries every connection to the ward's port, none, or only what goes there and nothing that comes back.

    `bytes_a_second` is what all connections together may bring to the tablet; `latency_s` passes before each request.
    """

    def __init__(self, ward_port: int, *, bytes_a_second: int = 0, latency_s: float = 0) -> None:
        self.ward_port, self.port, self.state = ward_port, free_port(), WHOLE
        self.bytes_a_second, self.latency_s = bytes_a_second, latency_s
        self.received = 0  # by the tablet: heads and bodies, as they were compressed
        self._busy_until = 0.0
        self.url = f"http://127.0.0.1:{self.port}"
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", self.port), backlog=64)
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        """No network: what is open breaks, what is tried is refused."""
        self._become(CUT)

    def deafen(self) -> None:
        """Requests arrive and are carried out; the connection breaks with the first byte of the answer."""
        self._become(DEAF)

    def mend(self) -> None:
        self._become(WHOLE)

    def close(self) -> None:
        self.cut()
        self._listener.close()

    def _become(self, state: str) -> None:
        with self._lock:
            self.state = state
            left, self._open = self._open, set()
        for each in left:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)  # its own thread wakes and closes it

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return  # closed
            threading.Thread(target=self._carry, args=(near,), daemon=True).start()

    def _carry(self, near: socket.socket) -> None:
        far = None
        try:
            with self._lock:
                state = self.state
                if state != CUT:
                    self._open.add(near)
            if state != CUT:
                far = socket.create_connection(("127.0.0.1", self.ward_port))
                self._pump(near, far, deaf=state == DEAF)
        except OSError:
            pass  # either side has gone
        finally:
            with self._lock:
                self._open.discard(near)
            near.close()
            if far is not None:
                far.close()

    def _pump(self, near: socket.socket, far: socket.socket, *, deaf: bool) -> None:
        while True:
            ready, _, _ = select.select([near, far], [], [])
            for side in ready:
                said = side.recv(CHUNK)
                if not said or (deaf and side is far):
                    return
                self._pace(len(said), to_tablet=side is far)
                (far if side is near else near).sendall(said)

    def _pace(self, size: int, *, to_tablet: bool) -> None:
        """Takes as long as the line needs for this; the time is the line's, no test waits for it."""
        pause = self.latency_s
        if to_tablet:
            with self._lock:
                self.received += size
                begins = max(time.monotonic(), self._busy_until)
                self._busy_until = begins + (size / self.bytes_a_second if self.bytes_a_second else 0)
                pause = self._busy_until - time.monotonic()
        if pause > 0:
            time.sleep(pause)
