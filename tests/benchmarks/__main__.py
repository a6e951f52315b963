"""`make bench`: what the main actions cost, as a ratio to a bare view that inserts one row, in the same run.

The medians are of one client after another on the embedded database under one gunicorn of two workers. The two
secrets of a dose are hashed slowly on purpose; that is measured apart, and left out of the ratio.
"""

from __future__ import annotations

import http.client
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.conftest import SECRET
from tests.live import LiveWard

REPEATS = 60
LIMITS = {"give a dose": 4.0, "save a round of 12 values": 5.0, "ward board of 40 patients": 8.0}


class Client:
    """One keep-alive connection."""

    def __init__(self, ward: LiveWard) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", ward.port, timeout=30)
        self.headers = {"Content-Type": "application/json"}

    def send(self, method: str, path: str, body: object = None) -> tuple[int, bytes]:
        """One request; status and body. A connection that the server closed is opened again."""
        for attempt in (1, 2):
            try:
                self.connection.request(method, path, json.dumps(body) if body is not None else None, self.headers)
                response = self.connection.getresponse()
                return response.status, response.read()
            except (http.client.HTTPException, ConnectionError):
                self.connection.close()
                if attempt == 2:
                    raise
        raise AssertionError("unreachable")


def timed(call: Callable[[], tuple[int, bytes]], *, expect: tuple[int, ...]) -> float:
    """Milliseconds of one request that must succeed."""
    begin = time.perf_counter()
    status, body = call()
    took = (time.perf_counter() - begin) * 1000
    assert status in expect, (status, body[:500])
    return took


def main() -> int:
    """Run everything against a ward of its own and print the table."""
    with tempfile.TemporaryDirectory() as folder:
        ward = LiveWard(Path(folder), DJANGO_SETTINGS_MODULE="tests.benchmarks.settings")
        try:
            ward.prepare(cast=False)
            seeded = json.loads(ward.run_python("from tests.benchmarks.seed import main; main()").splitlines()[-1])
            ward.start("web")
            return report(measure(ward, seeded), hashing(ward))
        finally:
            ward.stop()


def measure(ward: LiveWard, seeded: dict) -> dict[str, list[float]]:
    """The floor and the three actions, interleaved so that noise falls on all alike."""
    client, board = Client(ward), Client(ward)
    status, answer = client.send("POST", "/api/v1/auth/token/", {"username": "nina", "password": SECRET})
    assert status in (200, 201), answer
    client.headers["Authorization"] = f"Bearer {json.loads(answer)['token']}"
    sign_in(board)
    path = f"/api/v1/patients/{seeded['rounds_for']}/rounds/"
    signatures = {"secret": SECRET, "witness": "noah", "witness_secret": SECRET}
    found: dict[str, list[float]] = {"floor": [], **{name: [] for name in LIMITS}}
    for index in range(REPEATS):
        give = f"/api/v1/slots/{seeded['slots'][index]}/give/"
        found["floor"].append(timed(lambda: client.send("POST", "/floor/"), expect=(200,)))
        body = round_of_12(index)
        found["save a round of 12 values"].append(
            timed(lambda body=body: client.send("POST", path, body), expect=(201,))
        )
        found["give a dose"].append(timed(lambda give=give: client.send("POST", give, signatures), expect=(200, 201)))
        found["ward board of 40 patients"].append(timed(lambda: board.send("GET", "/board/?ward=4W"), expect=(200,)))
    return found


def sign_in(client: Client) -> None:
    """A session as a browser has it."""
    import re
    from urllib.parse import urlencode

    client.connection.request("GET", "/sign-in/")
    response = client.connection.getresponse()
    token = re.search(rb'name="csrfmiddlewaretoken" value="([^"]+)"', response.read()).group(1).decode()
    cookie = response.headers.get_all("Set-Cookie")[0].split(";")[0]
    form = urlencode({"csrfmiddlewaretoken": token, "username": "nina", "password": SECRET, "next": ""})
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": cookie}
    client.connection.request("POST", "/sign-in/", form, headers)
    response = client.connection.getresponse()
    response.read()
    assert response.status == 302, response.status
    client.headers = {"Cookie": "; ".join(each.split(";")[0] for each in response.headers.get_all("Set-Cookie"))}


def round_of_12(index: int) -> dict:
    """Twelve values seen just now."""
    seen = datetime.now(UTC) - timedelta(seconds=1)
    values = {
        "systolic_bp": 110 + index % 5, "diastolic_bp": 70, "heart_rate": 92, "respiratory_rate": 18,
        "temperature": "37.2", "spo2": 96, "oxygen_flow": 0, "mental_status": "normal", "serial_sevens": "able",
        "spell_world_backward": "able", "rhythm": "sinus", "somnolence_grade": 0,
    }  # fmt: skip
    return {"observed_at": seen.isoformat(), "values": values}


def hashing(ward: LiveWard) -> float:
    """Milliseconds that the product's own hashing of two secrets takes."""
    code = (
        "import time; from django.contrib.auth.hashers import Argon2PasswordHasher as H; h = H();"
        "e = h.encode('correct horse battery', h.salt()); t = time.perf_counter();"
        "[h.verify('correct horse battery', e) for _ in range(10)]; print((time.perf_counter() - t) / 10 * 2 * 1000)"
    )
    return float(ward.run_python(code).splitlines()[-1])


def report(found: dict[str, list[float]], hashing_ms: float) -> int:
    """Print the medians and ratios; 1 when a ratio is over its limit."""
    floor = statistics.median(found["floor"])
    print(f"{'':34}{'median ms':>10}{'p95 ms':>9}{'ratio':>8}{'limit':>8}")
    over = 0
    for name, times in found.items():
        median, p95 = statistics.median(times), statistics.quantiles(times, n=20)[18]
        limit = LIMITS.get(name)
        over += bool(limit and median / floor > limit)
        print(f"{name:34}{median:10.1f}{p95:9.1f}{median / floor:8.2f}{limit or '':>8}")
    print(f"{'hashing the two secrets of a dose':34}{hashing_ms:10.1f}{'':>9}   apart, on purpose slow")
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main())
