"""The live demo ward goes on from where it stands, at real time and through the actions; only the bodies hurry."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import call_command

from dosing.demo.live import LiveWard, body_time, episode
from dosing.demo.play import fill
from dosing.demo.site import crew_at_work
from dosing.demo.stories import ALMEIDA, BRANDT, KIMURA, LINDQVIST, NASSER, OBRIEN
from dosing.demo.story import placed
from dosing.gather import assess_slot
from dosing.models import Cycle, DoseEvent, Slot
from dosing.permissions import cycles_with_facts
from tracker import clock
from tracker.models import AuditEntry, Bed, Round, User

NOW = datetime(2026, 3, 4, 4, 42, 17, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


class Stage:
    """A small demo ward with a clock that stands still between steps."""

    def __init__(self, *stories, speed: float) -> None:
        fill(now=NOW, seed=7, stories=stories)
        self.said: list[str] = []
        self.now = NOW
        with clock.telling(NOW):
            self.ward = LiveWard(crew_at_work(), seed=7, speed=speed, say=self.said.append)

    def step(self, after: timedelta = timedelta(0), times: int = 1) -> None:
        for _ in range(times):
            self.now += after
            with clock.telling(self.now):
                self.ward.tick()

    def slot(self, family_name: str, number: int) -> Slot:
        return Slot.objects.exclude(cycle__state="ended").get(cycle__patient__family_name=family_name, number=number)


def rounds_since(instant: datetime) -> int:
    """Rounds at the bedside, without the bloods."""
    return Round.objects.filter(recorded_at__gt=instant, values__code="systolic_bp").count()


def test_a_late_dose_is_given_and_its_infusion_ended_after_a_real_quarter_of_an_hour(db):
    stage = Stage(LINDQVIST, speed=60)
    stage.step()
    given = DoseEvent.objects.get(slot=stage.slot("Lindqvist", 6), kind="given")
    assert given.at == NOW
    stage.step(14 * MINUTE)
    assert not given.later.exists()
    stage.step(MINUTE)
    assert given.later.get().kind == "infusion_ended"


def test_an_infusion_that_was_running_is_ended(db):
    stage = Stage(NASSER, speed=1)
    stage.step(12 * MINUTE)
    assert DoseEvent.objects.filter(slot=stage.slot("Nasser", 4), kind="infusion_ended").exists()


def test_a_dose_is_held_when_its_time_has_come_and_the_pressure_is_still_low(db):
    stage = Stage(ALMEIDA, speed=60)
    stage.step(2 * MINUTE, times=20)
    assert stage.slot("Almeida", 9).state == "open"
    stage.step(2 * MINUTE, times=3)
    held = DoseEvent.objects.get(slot=stage.slot("Almeida", 9), kind="held")
    assert held.verdict == "hold" and held.reason.startswith("Systolic 84")


def test_missing_values_are_measured_and_the_dose_is_given(db):
    stage = Stage(OBRIEN, speed=60)
    stage.step(MINUTE, times=50)
    assert stage.slot("O'Brien", 7).state == "given"


def test_a_prescribed_cycle_gets_its_baseline_and_is_started_an_hour_before(db):
    stage = Stage(KIMURA, speed=600)
    stage.step(10 * MINUTE, times=22)
    cycle = Cycle.objects.get()
    assert cycle.state == "active"
    assert cycle.first_dose_at - cycle.started_at <= 60 * MINUTE
    assert not assess_slot(cycles_with_facts().get(), slot=1, at=stage.now).missing


def test_at_speed_60_a_patient_is_seen_about_every_two_minutes_and_at_speed_1_every_two_hours(db):
    stage = Stage(BRANDT, speed=60)
    stage.step(timedelta(seconds=30), times=40)
    assert 9 <= rounds_since(NOW) <= 12


def test_at_speed_1_a_patient_is_seen_every_two_hours(db):
    stage = Stage(BRANDT, speed=1)
    stage.step(10 * MINUTE, times=12)
    assert rounds_since(NOW) == 1


def test_everything_is_recorded_at_the_real_time_and_audited(db):
    stage = Stage(ALMEIDA, BRANDT, LINDQVIST, speed=600)
    before = AuditEntry.objects.count()
    stage.step(timedelta(seconds=15), times=12)
    written = Round.objects.filter(recorded_at__gt=NOW)
    assert written.count() >= 6
    assert all(each.observed_at == each.recorded_at <= stage.now for each in written)
    assert AuditEntry.objects.count() - before >= written.count()
    assert len(stage.said) >= written.count() - 1


def test_a_refusal_is_told_and_the_ward_goes_on(db):
    stage = Stage(LINDQVIST, BRANDT, speed=60)
    User.objects.filter(username__in=("jonas", "nadia")).update(is_active=False)
    stage.ward.crew = crew_at_work()
    stage.step(times=2)
    assert any("refused: " in line for line in stage.said)
    assert stage.slot("Lindqvist", 6).state == "open"


def test_a_patient_whom_people_admitted_is_cared_for_like_the_others(db):
    stage = Stage(BRANDT, speed=60)
    with clock.telling(NOW):
        _admit_and_prescribe(stage)
    stage.step(MINUTE, times=14)
    assert any(line.startswith("Visitor, Vera: dose 1 given") for line in stage.said)


def _admit_and_prescribe(stage: Stage) -> None:
    from datetime import date

    from dosing.actions.prescribe_cycle import prescribe_cycle
    from dosing.actions.start_cycle import start_cycle
    from dosing.demo.site import acting
    from tracker.actions.admit_patient import admit_patient

    crew = stage.ward.crew
    stay = admit_patient(
        by=acting(crew.people["nadia"]), bed_id=Bed.objects.get(label="01").pk, record_number="V-1",
        family_name="Visitor", given_name="Vera", birth_date=date(1970, 1, 1), sex="female",
    )  # fmt: skip
    cycle = prescribe_cycle(
        by=acting(crew.oncologist), patient_id=stay.patient_id, dosing_weight_kg="70", first_dose_at=NOW + 5 * MINUTE
    )
    start_cycle(by=acting(crew.oncologist), cycle_id=cycle.pk)


def test_the_body_hurries_to_the_next_dose_and_waits_there():
    due = NOW + timedelta(hours=3)
    assert body_time(NOW + MINUTE, since=NOW, speed=60, waits_at=due) == NOW + timedelta(hours=1)
    assert body_time(NOW + 30 * MINUTE, since=NOW, speed=60, waits_at=due) == due
    assert body_time(due + MINUTE, since=NOW, speed=60, waits_at=due) == due + MINUTE
    assert body_time(NOW + 30 * MINUTE, since=NOW, speed=60, waits_at=None) == NOW + timedelta(hours=30)
    assert body_time(NOW + 30 * MINUTE, since=NOW, speed=1, waits_at=due) == NOW + 30 * MINUTE


def test_now_and_then_something_goes_wrong_and_goes_right_again():
    course = placed(BRANDT, now=NOW, seed=7)
    wrong = [bool(episode(course, NOW + timedelta(hours=hour))) for hour in range(400)]
    assert 0.05 < sum(wrong) / len(wrong) < 0.25
    assert max(len(run) for run in "".join("x" if each else " " for each in wrong).split()) <= 6


def test_control_c_ends_it_cleanly(db, monkeypatch):
    fill(now=clock.now(), seed=7, stories=(BRANDT,))
    monkeypatch.setattr("dosing.management.commands.simulate.time.sleep", _control_c)
    monkeypatch.setattr("dosing.management.commands.simulate.signal.signal", lambda *_: None)
    out = StringIO()
    call_command("simulate", "--live", stdout=out)
    assert "The ward moves at speed 60" in out.getvalue()
    assert "The ward stands still" in out.getvalue()


def _control_c(seconds: float) -> None:
    assert 0 < seconds <= 20
    raise KeyboardInterrupt


@pytest.mark.parametrize(("speed", "seconds"), [(1, 20), (60, 20), (3600, 1.83)])
def test_the_pause_lets_everybody_be_seen_in_time(db, speed, seconds):
    stage = Stage(BRANDT, speed=speed)
    assert abs(stage.ward.pause().total_seconds() - seconds) < 0.01
