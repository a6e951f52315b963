"""A real worker sends a signed webhook for a hold, also when the gateway was down at first or the worker was killed."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from tests.live import wait_until

pytestmark = [pytest.mark.processes, pytest.mark.services]

CONTACT = """
from alerts.actions.keep_contacts import add_contact
add_contact(by=as_(cast.max), channel="webhook", address="URL", secret="0123456789abcdef", ward_id=cast.ward.pk)
patient = patient_in(0); round_(cast, patient, systolic_bp="84"); print(patient.pk)
"""


@pytest.fixture
def gateway():
    """On the loopback; the first answers are refusals."""
    got: list[str] = []
    refusals = [503, 503]

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            status = refusals.pop() if refusals else 200
            if status == 200:
                got.append(self.headers["X-Ward-Notice"])
            self.send_response(status)
            self.end_headers()

        def log_message(self, *args: object) -> None:
            """Quiet."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server.server_port, got, refusals
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_hold_reaches_a_gateway_that_was_down_at_first(ward, gateway):
    port, got, refusals = gateway
    ward.start("worker", "beat")
    ward.tell(CONTACT.replace("URL", f"http://127.0.0.1:{port}/"))
    wait_until(lambda: got, seconds=60, what="the notice at the gateway")
    assert refusals == [] and len(set(got)) == 1
