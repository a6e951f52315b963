"""`python -m tests.benchmarks.alerts`: how soon an alert is raised, what a sweep costs, what polling boards cost.

First on the embedded database and broker, then on PostgreSQL and Redis where SERVICES_DATABASE_URL and
SERVICES_BROKER_URL find them (the defaults of `make test-services`); it says so when they are not there. BENCH_SECONDS
is how long the boards poll (10); BENCH_CYCLES how many open cycles the sweep goes over (1000).
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import redis

from tests.benchmarks.__main__ import Client, sign_in
from tests.live import LiveWard
from tests.processes.watched import CAST
from tests.services import BROKER, DATABASE

SECONDS = float(os.environ.get("BENCH_SECONDS", "10"))
CYCLES = int(os.environ.get("BENCH_CYCLES", "1000"))
BOARDS, EVERY_S = 200, 2.0

RAISED = """
from tests.live import wait_until
patients = [patient_in(bed) for bed in range(12)]
wait_until(lambda: not any(is_review_due(patient.pk) for patient in patients), seconds=120)
took = []
for code, value, cause in (("systolic_bp", "84", "L-CV-SBP"), ("creatinine", "3.2", "C-REN-CREATININE")):
    for patient in patients:
        round_(cast, patient, **{code: value})
        saved = time.perf_counter()
        wait_until(Alert.objects.filter(patient=patient, cause=cause).exists, what="the alert", every_s=0.005)
        took.append(time.perf_counter() - saved)
print(json.dumps(took))
"""
SWEPT = """
from datetime import timedelta
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from alerts import sweeps
from alerts.models import CycleWatch
from tracker import clock
from tracker.models import Bed
def more(begin, end):
    with transaction.atomic(), poke.quiet():
        while len(cast.beds) < end:
            cast.beds.append(Bed.objects.create(ward=cast.ward, label=f"x{len(cast.beds) + 1}"))
        for bed in range(begin, end):
            patient = admit(cast, mrn=f"swept-{bed}", bed=bed, family=f"Swept{bed}")
            full_round(cast, patient)
            running_cycle(cast, patient)
            made.append(patient)
    sweeps.sweep_reviews()
def swept(first, changed, all_due=False):
    with poke.quiet():
        for patient in made[first : first + changed]:
            round_(cast, patient, systolic_bp="84")
    if all_due:
        CycleWatch.objects.update(look_at=clock.now() - timedelta(seconds=1))
    with CaptureQueriesContext(connection) as queries:
        begun = time.perf_counter()
        sweeps.sweep_reviews()
        sweeps.sweep_time()
        took = time.perf_counter() - begun
    return took, len(queries)
made, found = [], {}
more(20, 20 + CYCLES // 2)
swept(0, 0)
found["half, ten changed"] = swept(0, 10)
more(20 + CYCLES // 2, 20 + CYCLES)
swept(0, 0)
found["all, ten changed"] = swept(10, 10)
found["all due at once"] = swept(20, 10, all_due=True)
print(json.dumps(found))
"""


def main() -> int:
    """Each line with its limit; 1 when one is over."""
    over = measured("SQLite and the broker in a folder", {"DATABASE_URL": "", "CELERY_BROKER_URL": ""}, 2.0)
    try:
        with servers() as environment:
            over += measured("PostgreSQL and Redis", environment, 0.5)
    except (psycopg.OperationalError, redis.RedisError) as problem:
        print(f"not measured on PostgreSQL and Redis, which are not there: {problem}")
    return 1 if over else 0


@contextmanager
def servers() -> Iterator[dict[str, str]]:
    """A database of its own, dropped afterwards, and an emptied broker. Raises: the drivers' errors."""
    with redis.Redis.from_url(BROKER, socket_connect_timeout=3) as broker:
        broker.flushdb()
    name = f"ward_bench_{uuid.uuid4().hex[:10]}"
    with psycopg.connect(DATABASE, autocommit=True, connect_timeout=3) as admin:
        admin.execute(f'CREATE DATABASE "{name}"')
        try:
            url = urlunsplit(urlsplit(DATABASE)._replace(path=f"/{name}"))
            yield {"DATABASE_URL": url, "CELERY_BROKER_URL": BROKER}
        finally:
            admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def measured(on: str, environment: dict[str, str], soon_s: float) -> int:
    """How many lines are over their limit. The load beside it says whether others used the machine meanwhile."""
    over = 0
    print(f"on {on}, load of the machine {os.getloadavg()[0]:.1f}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        ward = LiveWard(Path(folder), DJANGO_SETTINGS_MODULE="tests.benchmarks.settings", **environment)
        try:
            ward.prepare()
            ward.start("worker", "beat")
            took = _tell(ward, RAISED)
            told("round saved to alert raised, p50 s", statistics.median(took), soon_s)
            over += told("round saved to alert raised, p95 s", _p95(took), soon_s)
            ward.start("web")
            over += told(f"{BOARDS} boards every {EVERY_S:.0f} s, share of the cores", _boards(ward), 0.5)
            ward.stop()
            over += _swept(ward)
        finally:
            ward.stop()
    print(f"load of the machine at the end {os.getloadavg()[0]:.1f}", flush=True)
    return over


def _swept(ward: LiveWard) -> int:
    found = _tell(ward, SWEPT.replace("CYCLES", str(CYCLES)))
    over = told(f"one sweep over {CYCLES} open cycles, 10 changed, s", found["all, ten changed"][0], 0.5)
    print(f"{'queries of that sweep':60}{found['all, ten changed'][1]:6}")
    grown = found["all, ten changed"][1] - found["half, ten changed"][1]
    over += told(f"queries that {CYCLES // 2} more unchanged cycles cost", grown, 0)
    took, queries = found["all due at once"]
    print(f"the same with every cycle due to be looked at in the same second: {took:.3f} s, {queries} queries")
    return over


def told(what: str, value: float, limit: float) -> bool:
    """Print the line; True when it is over its limit."""
    print(f"{what:60}{value:10.3f}  limit {limit:g}", flush=True)
    return value > limit


def _tell(ward: LiveWard, code: str) -> object:
    return json.loads(ward.manage("shell", "--verbosity", "0", "-c", CAST + code, timeout=1800).splitlines()[-1])


def _p95(took: list[float]) -> float:
    return statistics.quantiles(took, n=20)[18]


def _boards(ward: LiveWard) -> float:
    """The share of the cores that web uses while unchanged boards poll; the boards' own cost is not in it."""
    first = Client(ward)
    sign_in(first)
    status, _ = first.send("GET", "/board/")
    assert status == 200
    until = time.monotonic() + SECONDS
    pollers = [threading.Thread(target=_poll, args=(ward, first.headers, until, n)) for n in range(BOARDS // 10)]
    pids = _family(ward.processes["web"].pid)
    before, begun = _cpu(pids), time.monotonic()
    for poller in pollers:
        poller.start()
    for poller in pollers:
        poller.join()
    return (_cpu(pids) - before) / (time.monotonic() - begun) / (os.cpu_count() or 1)


def _poll(ward: LiveWard, headers: dict, until: float, number: int) -> None:
    """Ten boards of one thread, evenly over the two seconds."""
    client = Client(ward)
    client.headers = dict(headers)
    client.connection.request("GET", "/board/cards/", headers=client.headers)
    answer = client.connection.getresponse()
    answer.read()
    client.headers["X-Version"] = answer.headers.get("X-Version") or ""
    pause = EVERY_S / 10
    due = time.monotonic() + pause * number / (BOARDS / 10)
    while due < until:
        time.sleep(max(0.0, due - time.monotonic()))
        status, _ = client.send("GET", "/board/cards/")
        assert status in (200, 204, 304), status
        due += pause


def _family(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(each for child in children for each in _family(int(child)))]


def _cpu(pids: list[int]) -> float:
    """Seconds of processor time that these processes used so far."""
    ticks = 0
    for pid in pids:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    sys.exit(main())
