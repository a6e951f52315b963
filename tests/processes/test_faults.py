"""Each part of the running product is killed or led astray: every alert that should exist then does, once, and somebody
was told. The report after all tests prints the counts.

FAULT_SECONDS sets how long the database is gone (8), FAULT_ALERTS how many alerts come at once (2000). Not covered: a
disk that is full, and a machine that loses power (its kernel's buffers with it).
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import threading
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
import redis

from tests.conftest import SECRET
from tests.live import ROOT, wait_until
from tests.processes.door import Door
from tests.processes.watched import BROKER, WatchedWard

pytestmark = [pytest.mark.processes, pytest.mark.services, pytest.mark.faults]

FAULT_SECONDS = float(os.environ.get("FAULT_SECONDS", "8"))
FAULT_ALERTS = int(os.environ.get("FAULT_ALERTS", "2000"))
SWEPT_S = 45  # the beat asks every 15 s, and may have to start or to reconnect first

HELD = """
patients = [patient_in(bed) for bed in {beds}]
for patient in patients:
    round_(cast, patient, systolic_bp="84")
print(json.dumps([patient.pk for patient in patients]))
"""
COUNTS = """
SELECT count(*),
       (SELECT count(*) FROM alerts_alertevent e JOIN alerts_alert h ON h.id = e.alert_id
         WHERE h.cause = 'L-CV-SBP' AND e.kind = 'raised'),
       (SELECT count(DISTINCT s.alert_id) FROM alerts_alertstep s JOIN alerts_alert h ON h.id = s.alert_id
         WHERE h.cause = 'L-CV-SBP' AND s.done_at IS NOT NULL)
  FROM alerts_alert WHERE cause = 'L-CV-SBP' AND state <> 'resolved'
"""


def hold(ward: WatchedWard, *beds: int) -> int:
    """A hold for a new patient in each of these beds."""
    return len(ward.tell(HELD.format(beds=list(beds))))


def all_told(ward: WatchedWard, expected: int, report: list[str], fault: str, *, seconds: float = SWEPT_S) -> None:
    """Every expected hold stands, was raised once, and its first in line were told."""
    begun = time.monotonic()
    wait_until(
        lambda: ward.rows(COUNTS)[0] == (expected, expected, expected),
        seconds=seconds,
        what=f"{expected} holds, but {ward.rows(COUNTS)}: {ward.log('worker')}",
    )
    took = time.monotonic() - begun
    report.append(f"{fault}: {expected} holds expected, {expected} there, raised once, told; after {took:.1f} s")


def misbehaving(ward: WatchedWard, **how: str) -> None:
    """From now on the ward's processes start with this misbehaviour."""
    here = ROOT / "tests" / "processes" / "misbehaving"
    ward.environment |= {"PYTHONPATH": f"{here}{os.pathsep}{ROOT}", **how}


def rests(ward: WatchedWard) -> bool:
    """The worker has nothing to do."""
    due = "SELECT (SELECT count(*) FROM tracker_chartstate WHERE seq > reviewed_seq)"
    return ward.messages() == 0 and ward.rows(due) == [(0,)]


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


def swept(ward: WatchedWard, after: str) -> bool:
    """A sweep of changed charts ended after this instant."""
    newest = ward.rows("SELECT max(at) FROM tracker_heartbeat WHERE name = 'alerts.sweep_reviews'")[0][0]
    return newest is not None and str(newest) > after


# --- processes --------------------------------------------------------------------------------------------------------


def test_a_worker_killed_in_the_middle_of_its_task(ward, report):
    ward.start("worker")
    ward.tell("print(patient_in(5).pk)")
    for bed in range(3):
        kill_in_mid_task(ward, bed)
        ward.start("worker")
    all_told(ward, 3, report, "worker killed in mid-task, three times")


def kill_in_mid_task(ward: WatchedWard, bed: int) -> None:
    """The worker has taken the message of this hold, and waits to write when it dies."""
    before = (bed, bed, bed)
    wait_until(lambda: rests(ward) and ward.rows(COUNTS) == [before], seconds=SWEPT_S, what="a worker at rest")
    pause(ward)
    hold(ward, bed)
    waiting = ward.messages()
    with ward.nobody_else_writes():
        ward.signal("worker", signal.SIGCONT)
        wait_until(lambda: ward.messages() < waiting, seconds=SWEPT_S, what="the worker to take a message")
        ward.kill("worker")
    ward.lose_messages()


def test_a_beat_that_was_killed(ward, report):
    ward.start("worker", "beat")
    wait_until(
        lambda: ward.rows("SELECT 1 FROM tracker_heartbeat WHERE name = 'beat'"), seconds=SWEPT_S, what="the beat"
    )
    ward.kill("beat")
    with lost(ward):
        hold(ward, 0, 1)
    ward.start("beat")
    all_told(ward, 2, report, "beat killed and every message lost")


def test_two_workers_and_two_beats(ward, report):
    ward.commands()["second worker"] = [*ward.commands()["worker"], "--hostname", "second@%h"]
    ward.commands()["second beat"] = [part + "-2" if "schedule" in part and "/" in part else part
                                      for part in ward.commands()["beat"]]  # fmt: skip
    ward.start("worker", "second worker", "beat", "second beat")
    expected = hold(ward, *range(6))
    begun = instant()
    all_told(ward, expected, report, "two workers and two beats")
    wait_until(lambda: swept(ward, begun), seconds=SWEPT_S, what="a sweep")
    all_told(ward, expected, report, "the same after another sweep")


def test_a_web_killed_after_the_commit_and_before_the_message(ward, report):
    """The nurse gets no answer and sends again with the same key: one round, one alert."""
    ward.start("worker", "beat")
    patient = ward.tell("print(patient_in(0).pk)")
    wait_until(lambda: ward.messages() == 0, seconds=SWEPT_S, what="the worker's first messages")
    misbehaving(ward, PUBLISH="never")
    ward.manage("collectstatic", "--noinput", "--verbosity", "0")
    ward.start("web")
    nurse = Nurse(ward)
    key = str(uuid.uuid4())
    assert nurse.post_round(patient, key) is None
    assert ward.rows("SELECT count(*) FROM tracker_roundvalue WHERE code = 'systolic_bp' AND entered = '84'") == [(1,)]
    again = wait_until(lambda: nurse.post_round(patient, key), what="an answer to the repetition")
    assert again in (200, 201)
    assert ward.rows("SELECT count(*) FROM tracker_roundvalue WHERE code = 'systolic_bp' AND entered = '84'") == [(1,)]
    all_told(ward, 1, report, "web killed between commit and message")


def test_every_message_delivered_twice(ward, report):
    misbehaving(ward, PUBLISH="twice")
    ward.start("worker", "beat")
    expected = hold(ward, *range(6))
    all_told(ward, expected, report, "every message delivered twice")
    wait_until(lambda: ward.messages() == 0, seconds=SWEPT_S, what="the last repetition")
    all_told(ward, expected, report, "the same after the last repetition")


# --- servers ----------------------------------------------------------------------------------------------------------


def test_a_broker_that_was_stopped_wiped_and_started_again(ward, report):
    door = Door(BROKER) if BROKER else None
    if door:
        ward.environment["CELERY_BROKER_URL"] = door.url
    ward.start("worker", "beat")
    wait_until(
        lambda: ward.rows("SELECT 1 FROM tracker_heartbeat WHERE name = 'worker'"), seconds=SWEPT_S, what="the worker"
    )
    hold(ward, 0)
    folder = ward.folder / "var" / "broker"
    if door:
        door.shut()
        redis.Redis.from_url(BROKER).flushdb()
    else:
        shutil.rmtree(folder)
    hold(ward, 1, 2)
    if door:
        door.open()
    else:
        (folder / "queue").mkdir(parents=True, exist_ok=True)
        (folder / "control").mkdir(exist_ok=True)
    hold(ward, 3)
    try:
        all_told(ward, 4, report, "broker stopped, wiped and started again")
    finally:
        ward.stop()
        if door:
            door.shut()


def test_a_database_that_is_gone_under_load(ward, report):
    """Sixteen rounds are sent while it is gone, each again until it was accepted."""
    door = Door(ward.database) if ward.is_postgres else None
    if door:
        ward.environment["DATABASE_URL"] = door.url
    ward.manage("collectstatic", "--noinput", "--verbosity", "0")
    ward.start("worker", "beat", "web")
    patients = ward.tell("print(json.dumps([patient_in(bed).pk for bed in range(8)]))")
    nurse = Nurse(ward)
    answers: list[int] = []
    tablets = [
        threading.Thread(target=lambda p=patient: answers.append(nurse.insist(p))) for patient in [*patients, *patients]
    ]
    try:
        with gone(ward, door):
            for tablet in tablets:
                tablet.start()
            over = time.monotonic() + FAULT_SECONDS
            wait_until(lambda: time.monotonic() > over, seconds=FAULT_SECONDS + 5)
        for tablet in tablets:
            tablet.join(timeout=60)
        assert len(answers) == 16 and set(answers) <= {200, 201}
        assert ward.rows("SELECT count(*) FROM tracker_roundvalue WHERE code = 'systolic_bp' AND entered = '84'") == [
            (16,)
        ]
        all_told(ward, 8, report, f"database gone for {FAULT_SECONDS:.0f} s under load")
    finally:
        ward.stop()
        if door:
            door.shut()


@contextmanager
def gone(ward: WatchedWard, door: Door | None) -> Iterator[None]:
    """A server that is not there; of the embedded database, nobody may write to it."""
    if door is None:
        with ward.nobody_else_writes():
            yield
        return
    door.shut()
    yield
    door.open()


class Nurse:
    """Nina at a tablet that sends over HTTP."""

    def __init__(self, ward: WatchedWard) -> None:
        self.ward = ward
        body = {"username": "nina", "password": SECRET}
        self.token = json.loads(self._send("/api/v1/auth/token/", body)[1])["token"]

    def post_round(self, patient: int, key: str) -> int | None:
        """The status, None when the connection broke."""
        body = {"observed_at": datetime.now(UTC).isoformat(), "values": {"systolic_bp": "84"}}
        self._body = getattr(self, "_body", {})
        body = self._body.setdefault(key, body)  # a repetition says the same
        headers = {"Authorization": f"Bearer {self.token}", "Idempotency-Key": key}
        try:
            return self._send(f"/api/v1/patients/{patient}/rounds/", body, headers)[0]
        except urllib.error.HTTPError as answer:
            answer.close()
            return answer.code
        except OSError:
            return None

    def insist(self, patient: int) -> int:
        """Send until it is accepted."""
        key = str(uuid.uuid4())
        accepted = (200, 201)
        return wait_until(
            lambda: next((s for s in [self.post_round(patient, key)] if s in accepted), None),
            seconds=FAULT_SECONDS + 40,
            what="the round to be accepted",
        )

    def _send(self, path: str, body: dict, headers: dict | None = None) -> tuple[int, bytes]:
        asked = urllib.request.Request(
            self.ward.url + path, json.dumps(body).encode(), {"Content-Type": "application/json", **(headers or {})}
        )
        with urllib.request.urlopen(asked, timeout=60) as response:
            return response.status, response.read()


# --- time, poison, and very many --------------------------------------------------------------------------------------


@pytest.mark.parametrize("hours", [-1, 1])
def test_a_clock_that_jumps_an_hour(ward, report, hours, tmp_path):
    clock = tmp_path / "clock"
    clock.write_text("0")
    misbehaving(ward, CLOCK_FILE=str(clock))
    ward.start("worker", "beat")
    begun = instant()
    wait_until(lambda: swept(ward, begun), seconds=SWEPT_S, what="a sweep before the jump")
    later = clock.with_suffix(".new")
    later.write_text(str(hours * 3600))
    later.replace(clock)
    with lost(ward):
        hold(ward, 0, 1)
    all_told(ward, 2, report, f"the clock jumped by {hours:+d} h and every message was lost")


POISON = """
poisoned = patient_in(11)
from django.db import connection
with connection.cursor() as cursor:
    cursor.execute(
        "INSERT INTO tracker_roundvalue (round_id, code, entered, unit) "
        "SELECT max(id), 'no_such_code', 'no number', '' FROM tracker_round WHERE patient_id = %s", [poisoned.pk])
from tracker.review import make_review_due
ChartState.objects.filter(pk=poisoned.pk).update(stamp="poisoned")
make_review_due(poisoned.pk)
from alerts.models import CycleWatch
CycleWatch.objects.update(look_at="2020-01-01T00:00:00Z")
print(json.dumps(poisoned.pk))
"""


def test_a_poison_row_in_the_sweeps_over_charts_and_time(ward, report):
    """It is looked at first, by both sweeps, for ever; the others get their alerts all the same."""
    ward.start("worker", "beat")
    hold(ward, 0)
    ward.tell(POISON)
    with lost(ward):
        hold(ward, 1, 2)
    all_told(ward, 3, report, "a poison chart in front of every sweep")
    assert "could not be reviewed and stays due" in (ward.folder / "worker.log").read_text()


MANY = """
from django.db import transaction
from tracker.models import Bed
GRAVE = {"systolic_bp": "70", "creatinine": "5.5", "bilirubin": "9", "heart_rate": "160", "platelets": "15000",
         "spo2": "80", "mental_status": "coma", "ast": "900", "alt": "900", "bicarbonate": "9"}
with transaction.atomic(), poke.quiet():
    while len(cast.beds) < WANTED:
        cast.beds.append(Bed.objects.create(ward=cast.ward, label=f"{len(cast.beds) + 1:03d}"))
    for bed in range(WANTED):
        patient = admit(cast, mrn=f"bed-{bed}", bed=bed, family=f"Family{bed}")
        full_round(cast, patient)
        running_cycle(cast, patient)
        round_(cast, patient, **GRAVE)
from alerts.queries import cycles_to_review, situations_of
from tracker import clock
print(json.dumps(len(situations_of(cycles_to_review(patient.pk), clock.now())[0].causes(clock.now()))))
"""


def test_very_many_alerts_at_once(ward, report):
    each = ward.tell(MANY.replace("WANTED", "1"))
    wanted = -(-FAULT_ALERTS // each)
    more = MANY.replace("WANTED", str(wanted - 1)).replace("bed-{bed}", "more-{bed}")
    ward.tell(f"cast.beds = cast.beds[1:]\n{more}")
    begun = time.monotonic()
    ward.start("worker", "beat")
    expected = wanted * each
    total = "SELECT count(*), count(DISTINCT (patient_id, cause)) FROM alerts_alert WHERE kind <> 'system'"
    if not ward.is_postgres:
        total = "SELECT count(*), count(DISTINCT patient_id || cause) FROM alerts_alert WHERE kind <> 'system'"
    wait_until(lambda: ward.rows(total)[0][0] >= expected, seconds=120, what=f"{expected}, but {ward.rows(total)}")
    assert ward.rows(total) == [(expected, expected)]
    told = "SELECT count(*) FROM alerts_alertevent e JOIN alerts_alert a ON a.id = e.alert_id"
    assert ward.rows(f"{told} WHERE e.kind = 'raised' AND a.kind <> 'system'") == [(expected,)]
    report.append(f"{expected} alerts at once: {expected} there, each once; after {time.monotonic() - begun:.1f} s")
