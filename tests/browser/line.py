"""The line between a tablet and the ward, which can be cut: also for the service worker, and through a restart."""

from __future__ import annotations

import select
import socket
import threading
from contextlib import suppress

from tests.live import free_port

WHOLE, CUT, DEAF = "whole", "cut", "deaf"
CHUNK = 65_536


class Line:
    """Carries every connection to the ward's port, none, or only what goes there and nothing that comes back."""

    def __init__(self, ward_port: int) -> None:
        self.ward_port, self.port, self.state = ward_port, free_port(), WHOLE
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
                (far if side is near else near).sendall(said)
