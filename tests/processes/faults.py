"""How the tests break parts of a running ward, and the nurse who goes on charting meanwhile."""

from __future__ import annotations

import json
import os
import signal
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from tests.conftest import SECRET
from tests.live import ROOT, wait_until

from .left import SECONDS
from .watched import WatchedWard

HELD = """
patients = [patient_in(bed) for bed in {beds}]
for patient in patients:
    round_(cast, patient, systolic_bp="84")
print(json.dumps([patient.pk for patient in patients]))
"""
CHARTED = "SELECT count(*) FROM tracker_roundvalue WHERE code = 'systolic_bp' AND entered = '84'"
TAKEN = (200, 201)
REFUSED = (400, 403, 404, 422)


def hold(ward: WatchedWard, patients: int = 1) -> int:
    """A hold for each of so many new patients; how many there are now in all."""
    beds = range(ward.held, ward.held + patients)
    ward.held += len(ward.tell(HELD.format(beds=list(beds))))
    return ward.held


def misbehaving(ward: WatchedWard, **how: str) -> None:
    """From now on the ward's processes start with this misbehaviour."""
    here = ROOT / "tests" / "processes" / "misbehaving"
    ward.environment |= {"PYTHONPATH": f"{here}{os.pathsep}{ROOT}", **how}


def at_rest(ward: WatchedWard) -> None:
    """Wait until the worker has nothing to do."""
    due = "SELECT (SELECT count(*) FROM tracker_chartstate WHERE seq > reviewed_seq)"
    wait_until(lambda: ward.messages() == 0 and ward.rows(due) == [(0,)], seconds=SECONDS, what="a worker at rest")


def pause(ward: WatchedWard) -> None:
    """The worker stands still, and not in the middle of a write: others would wait for its lock."""
    with ward.nobody_else_writes():
        ward.signal("worker", signal.SIGSTOP)


@contextmanager
def lost(ward: WatchedWard) -> Iterator[None]:
    """What is sent inside the block never reaches a worker."""
    pause(ward)
    yield
    ward.lose_messages()
    ward.signal("worker", signal.SIGCONT)


def instant() -> str:
    """Now, as the database writes it."""
    return datetime.now(UTC).isoformat(" ")


def signs(ward: WatchedWard, name: str, after: str = "") -> bool:
    """This part gave a sign of life, after this instant."""
    newest = ward.rows(f"SELECT max(at) FROM tracker_heartbeat WHERE name = '{name}'")[0][0]
    return newest is not None and str(newest) > after


def await_sign(ward: WatchedWard, name: str, after: str = "") -> None:
    """Wait for it."""
    wait_until(lambda: signs(ward, name, after), seconds=SECONDS, what=f"a sign of {name}")


class Nurse:
    """A nurse at a tablet that sends over HTTP."""

    def __init__(self, ward: WatchedWard, username: str = "nina", secret: str = SECRET) -> None:
        self.ward = ward
        self.bodies: dict[str, dict] = {}
        body = {"username": username, "password": secret}
        self.token = json.loads(self._send("/api/v1/auth/token/", body)[1])["token"]

    def post_round(self, patient: int, key: str, pressure: str = "84") -> int | None:
        """The status, None when the connection broke. A repetition says the same."""
        values = {"systolic_bp": pressure}
        said = {"observed_at": datetime.now(UTC).isoformat(), "values": values, "confirmed": [*values], "note": key}
        body = self.bodies.setdefault(key, said)
        headers = {"Authorization": f"Bearer {self.token}", "Idempotency-Key": key}
        try:
            return self._send(f"/api/v1/patients/{patient}/rounds/", body, headers)[0]
        except urllib.error.HTTPError as answer:
            answer.close()
            return answer.code
        except OSError:
            return None

    def insist(self, patient: int, pressure: str = "84", *, key: str = "", seconds: float = SECONDS) -> int:
        """Send until it is accepted, or refused for a reason that another try does not mend."""
        key = key or str(uuid.uuid4())

        def send() -> int | None:
            status = self.post_round(patient, key, pressure)
            return status if status in (*TAKEN, *REFUSED) else None

        return wait_until(send, seconds=seconds, every_s=0.2, what="the round to be accepted")

    def _send(self, path: str, body: dict, headers: dict | None = None) -> tuple[int, bytes]:
        asked = urllib.request.Request(
            self.ward.url + path, json.dumps(body).encode(), {"Content-Type": "application/json", **(headers or {})}
        )
        with urllib.request.urlopen(asked, timeout=60) as response:
            return response.status, response.read()
