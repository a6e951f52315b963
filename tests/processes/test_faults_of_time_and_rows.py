"""The clock jumps, rows are poisoned, very many alerts come at once: each that should exist does, once, and was told.

FAULT_ALERTS is how many come at once (2000; CI makes it fewer).
"""

from __future__ import annotations

import os
import time
import uuid
from pathlib import Path

import pytest

from tests.live import wait_until

from .faults import await_sign, hold, instant, lost, misbehaving
from .left import EVERY, SECONDS, proven
from .outside import Outside
from .watched import WatchedWard

pytestmark = [pytest.mark.processes, pytest.mark.services, pytest.mark.faults]

FAULT_ALERTS = int(os.environ.get("FAULT_ALERTS", "2000"))


@pytest.fixture
def clock(ward, tmp_path) -> Clock:
    """The ward with worker and beat, and the clock of the machine on which they run."""
    made = Clock(tmp_path / "clock")
    misbehaving(ward, CLOCK_FILE=str(made.file))
    ward.sweep_faster()
    ward.start("worker", "beat")
    return made


class Clock:
    """How far off it is, in seconds."""

    def __init__(self, file: Path) -> None:
        self.file = file
        file.write_text("0")

    def jump(self, seconds: float) -> None:
        later = self.file.with_suffix(".new")
        later.write_text(str(seconds))
        later.replace(self.file)


@pytest.mark.parametrize("hours", [-1, 1])
def test_a_clock_that_jumps_an_hour(ward, clock, world, report, hours):
    """What was known before stands on, what comes afterwards is raised."""
    before = hold(ward)
    proven(ward, world, before, report, "before the clock jumped")
    clock.jump(hours * 3600)
    # People chart by the new clock alone: of two pressures the one observed "later" is the newer.
    told = "from tracker import clock\nprint(clock.now().timestamp())"
    wait_until(lambda: abs(ward.tell(told) - time.time() - hours * 3600) < 5, what="the people's clock")
    with lost(ward):
        expected = hold(ward, 2)
    fault = f"the clock jumped by {hours:+d} h and every message was lost"
    proven(ward, world, expected, report, fault, demanded=2)
    ward.tell("CycleWatch.objects.update(look_at='2020-01-01T00:00:00Z'); print(0)")  # looked at now, not within 5 min
    looked = "SELECT count(*) FROM alerts_cyclewatch WHERE look_at < '2021-01-01'"
    wait_until(lambda: ward.rows(looked) == [(0,)], seconds=SECONDS, what="a look at every cycle")
    proven(ward, world, expected, report, f"{fault}, looked at again", demanded=2)


def test_a_worker_killed_while_a_notice_is_on_its_way(ward, clock, world, report):
    """The receiver has it and the worker never learns: it comes again with the same key and is shown once."""
    world.hold.clear()
    try:
        expected = hold(ward)
        wait_until(lambda: arrived(ward, world), seconds=SECONDS, what="the notice at the receiver")
        ward.kill("worker")
    finally:
        world.hold.set()
    clock.jump(60)  # past the lease of the delivery
    ward.start("worker")
    found = proven(ward, world, expected, report, "worker killed while a notice is on its way", within_s=70)
    assert found.came_again >= 1


def arrived(ward: WatchedWard, world: Outside) -> bool:
    """The webhook's receiver has a notice of this ward."""
    return any(world.webhook[str(uuid.UUID(str(key)))] for (key,) in ward.rows("SELECT key FROM alerts_delivery"))


POISON = """
from django.db import connection
from alerts.models import Alert, AlertStep, Contact, CycleWatch, Delivery
from tracker import clock
import uuid
poisoned = patient_in(40)
with connection.cursor() as cursor:
    cursor.execute(
        "INSERT INTO tracker_roundvalue (round_id, code, entered, unit) "
        "SELECT max(id), 'no_such_code', 'no number', '' FROM tracker_round WHERE patient_id = %s", [poisoned.pk])
from tracker.review import make_review_due
ChartState.objects.filter(pk=poisoned.pk).update(stamp="poisoned")
make_review_due(poisoned.pk)
long_ago, cycle = "2020-01-01T00:00:00Z", Cycle.objects.get(patient=poisoned)
CycleWatch.objects.update_or_create(cycle=cycle, defaults={"look_at": long_ago})
def alert(**more):
    columns = {"patient": poisoned, "cycle": cycle, "ward": cast.ward, "headline": "poison", "raised_at": clock.now()}
    return Alert.objects.create(**{**columns, "kind": "hold", "state": "raised", **more})
def step(of, **more):
    columns = {"raising": 1, "number": 0, "duty": "nurse", "due_at": long_ago}
    return AlertStep.objects.create(alert=of, **{**columns, **more})
stuck = alert(cause="poison-step")
step(stuck, again_min=5)
step(stuck, number=1, done_at=clock.now())  # the step that the first would make exists already
alert(cause="poison-answer", state="acknowledged", acknowledged_at=long_ago, acknowledged_until=long_ago,
      acknowledged_by=cast.nina)
told = step(alert(cause="poison-notice", state="resolved", resolved_at=clock.now()), done_at=clock.now())
for channel, address in (("webhook", "http://[no-address"), ("webhook", "http://127.0.0.1:99999/")):
    nowhere = Contact.objects.create(ward=cast.ward, channel=channel, address=address, ended_at=clock.now())
    Delivery.objects.create(alert=told.alert, step=told, contact=nowhere, key=uuid.uuid4(), subject="poison",
                            words="poison", made_at=clock.now(), due_at=long_ago)
print(json.dumps([poisoned.pk, cycle.pk]))
"""
SWEEPS = ("reviews", "time", "steps", "answers", "deliveries")


def test_a_poison_row_in_every_sweep(ward, world, report):
    """It is looked at first, by every sweep, for ever; the others get their alerts all the same."""
    patient, cycle = ward.tell(POISON)
    ward.sweep_faster()
    ward.start("worker", "beat")
    hold(ward)
    with lost(ward):
        expected = hold(ward, 2)
    proven(ward, world, expected, report, "a poison row in front of every sweep", unread=1)
    begun = instant()
    for sweep in SWEEPS:
        await_sign(ward, f"alerts.sweep_{sweep}", begun)
    said = (ward.folder / "worker.log").read_text()
    for row in (f"patient {patient}", f"cycle {cycle}", "step ", "the answer to alert "):
        assert f"{row}" in said and "could not be reviewed and stays due" in said, row
    assert "delivery " in said and "try 1" in said
    assert (ward.folder / "var" / "downtime" / "5N" / "ward.html").exists()


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


def test_very_many_alerts_at_once(ward, world, report):
    each = ward.tell(MANY.replace("WANTED", "1"))
    wanted = -(-FAULT_ALERTS // each)
    more = MANY.replace("WANTED", str(wanted - 1)).replace("bed-{bed}", "more-{bed}")
    ward.tell(f"cast.beds = cast.beds[1:]\n{more}")
    ward.sweep_faster()
    ward.start("worker", "beat")
    expected = wanted * each
    proven(ward, world, expected, report, f"{expected} alerts at once", which=EVERY, seconds=600, within_s=600)
