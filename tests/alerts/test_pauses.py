"""A patient off the ward: nobody is asked for rounds meanwhile, the alert says why, and no dose is softened by it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from alerts.actions.end_pause import end_pause
from alerts.actions.pause_rounds import pause_rounds
from alerts.causes import OBSERVATIONS, causes_at
from alerts.models import Alert, CycleWatch, RoundPause
from alerts.pause_queries import newest_pause
from alerts.pauses import Pause
from alerts.sweeps import sweep_reviews, sweep_time
from dosing.gather import assess_slot
from tests.alerts.beds import UTC as ZONE
from tests.alerts.beds import running
from tests.people import admit, as_, full_round, round_, running_cycle
from tests.rules.journey import hour
from tracker import clock
from tracker.actions.move_patient import discharge_patient
from tracker.errors import BadInput, Conflict, NotAllowed, NotFound
from tracker.models import AuditEntry

START = datetime(2026, 3, 4, 4, 0, tzinfo=UTC)  # 05:00 on the ward
MIN = timedelta(minutes=1)


def away(since: object, back_by: object, ended: object = None) -> Pause:
    return Pause(1, hour(since), hour(back_by), "CT", "Nina Nurse", None if ended is None else hour(ended))


def overdue(at: object, pause: Pause | None):
    found = causes_at(running(1).facts, hour(at), ZONE, pause=pause)
    return next((cause for cause in found if cause.key == OBSERVATIONS), None)


# --- the words --------------------------------------------------------------------------------------------------------


def test_the_overdue_alert_says_why_nobody_measured():
    said = overdue("2:30", away("1:50", "3:20"))
    assert said.headline == (
        "Off the ward since 09:50, CT. No blood pressure since 08:00: vital signs are due every 2 h."
    )
    assert said.asks_anew_from is None


def test_once_the_patient_should_be_back_an_older_answer_no_longer_counts():
    assert overdue("3:30", away("1:50", "3:20")).asks_anew_from == hour("3:20")
    assert overdue("3:30", away("1:50", "3:20", ended="3")).asks_anew_from == hour("3:15")


def test_a_pause_of_yesterday_explains_nothing_today():
    assert overdue("2:30", away("-30", "-29", ended="-29")).headline.startswith("No blood pressure")


def test_no_other_cause_knows_of_the_pause():
    facts, pause = running(1).facts, away("7", "9")
    without = [cause for cause in causes_at(facts, hour("8:20"), ZONE) if cause.key != OBSERVATIONS]
    paused = [cause for cause in causes_at(facts, hour("8:20"), ZONE, pause=pause) if cause.key != OBSERVATIONS]
    assert paused == without and {cause.kind.value for cause in paused} == {"dose_overdue", "data_missing"}


# --- what happens on the ward -----------------------------------------------------------------------------------------


class Day:
    """A ward whose clock a test moves on, with the sweeps that the beat would run."""

    def __init__(self, told: object) -> None:
        self.told, self.now = told, START

    def at(self, minutes: int) -> None:
        self.now = START + minutes * MIN
        self.told.setattr(clock, "now", lambda: self.now)
        sweep_reviews()
        sweep_time()

    def alert(self) -> Alert | None:
        return Alert.objects.filter(cause=OBSERVATIONS).exclude(state="resolved").first()


@pytest.fixture
def day(monkeypatch):
    made = Day(monkeypatch)
    monkeypatch.setattr(clock, "now", lambda: made.now)
    return made


@pytest.fixture
def patient(cast, day):
    patient = admit(cast)
    full_round(cast, patient)
    running_cycle(cast, patient, first=START + timedelta(hours=1))
    return patient


def pause(cast, patient, minutes: int = 60, **more):
    return pause_rounds(by=as_(cast.nina), patient_id=patient.pk, reason_code="ct", minutes=minutes, **more)


def test_while_away_no_alert_is_raised_and_after_the_expected_return_one_is(cast, day, patient):
    day.at(100)
    pause(cast, patient)
    day.at(125)  # the vital signs were due at 120
    assert day.alert() is None
    day.at(161)  # expected at 160
    assert day.alert().state == "raised" and day.alert().headline.startswith("Off the ward since 06:40, CT.")


def test_an_alert_that_stands_is_answered_by_the_pause_and_asks_anew_after_it(cast, day, patient):
    day.at(125)
    assert day.alert().state == "raised"
    pause(cast, patient)
    assert day.alert().state == "acknowledged"
    day.at(130)
    assert day.alert().state == "acknowledged" and day.alert().headline.startswith("Off the ward since 07:05, CT.")
    day.at(186)
    assert day.alert().state == "raised"


def test_after_the_return_there_is_a_quarter_of_an_hour_to_catch_up(cast, day, patient):
    day.at(100)
    pause(cast, patient)
    day.at(130)
    end_pause(by=as_(cast.noah), patient_id=patient.pk)
    day.at(140)
    assert day.alert() is None
    day.at(146)
    assert day.alert().state == "raised"


def test_a_round_after_the_return_needs_nobody(cast, day, patient):
    day.at(100)
    pause(cast, patient)
    day.at(130)
    end_pause(by=as_(cast.noah), patient_id=patient.pk)
    round_(cast, patient, systolic_bp="118")
    day.at(150)
    assert day.alert() is None


def test_the_verdict_on_a_dose_is_never_softened(cast, day, patient):
    from dosing.models import Cycle
    from dosing.permissions import cycles_with_facts

    day.at(100)
    cycle = cycles_with_facts().get(pk=Cycle.objects.get().pk)
    later = START + timedelta(hours=3)
    before = assess_slot(cycle, slot=1, at=later)
    pause(cast, patient, minutes=120)
    after = assess_slot(cycles_with_facts().get(pk=cycle.pk), slot=1, at=later)
    assert after == before and after.verdict.value == "incomplete"


# --- who, when, once --------------------------------------------------------------------------------------------------


def test_a_pause_is_audited_and_makes_the_cycle_due_to_be_looked_at(cast, day, patient):
    day.at(10)
    pause(cast, patient, note="abdomen")
    assert CycleWatch.objects.get().look_at <= day.now
    entry = AuditEntry.objects.get(action="pause_rounds")
    assert (entry.outcome, entry.after["reason_code"], entry.reason) == ("done", "ct", "abdomen")
    assert newest_pause(patient.pk).reason == "CT: abdomen"


def test_one_pause_at_a_time_and_only_who_is_away_comes_back(cast, day, patient):
    with pytest.raises(Conflict, match="not noted"):
        end_pause(by=as_(cast.nina), patient_id=patient.pk)
    pause(cast, patient)
    with pytest.raises(Conflict, match="already"):
        pause(cast, patient)
    end_pause(by=as_(cast.nina), patient_id=patient.pk)
    pause(cast, patient)
    assert list(RoundPause.objects.values_list("number", flat=True)) == [1, 2]


def test_a_discharge_ends_the_pause_and_the_next_stay_begins_without_one(cast, day):
    waiting = admit(cast, mrn="5000-001", bed=3, family="Bauer")
    pause(cast, waiting)
    day.now = START + timedelta(minutes=20)
    discharge_patient(by=as_(cast.nina), patient_id=waiting.pk)
    assert not newest_pause(waiting.pk).open
    with pytest.raises(Conflict, match="not noted"):
        end_pause(by=as_(cast.nina), patient_id=waiting.pk)
    with pytest.raises(Conflict, match="discharged"):
        pause(cast, waiting)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"reason_code": "bored"}, "unknown_reason"),
        ({"reason_code": "other"}, "missing_note"),
        ({"minutes": 600}, "bad_length"),
        ({"since": START - timedelta(hours=3)}, "already_over"),
        ({"since": START + timedelta(hours=1)}, "time_in_future"),
        ({"since": START - timedelta(days=3)}, "before_admission"),
        ({"note": "x" * 201}, "long_note"),
    ],
)
def test_what_is_refused(cast, day, patient, changes, code):
    values = {"reason_code": "ct", "minutes": 60, **changes}
    with pytest.raises(BadInput) as refused:
        pause_rounds(by=as_(cast.nina), patient_id=patient.pk, **values)
    assert refused.value.code == code and not RoundPause.objects.exists()


def test_only_who_charts_this_patient_may(cast, day, patient):
    for person, refusal in ((cast.paul, NotAllowed), (cast.zoe, NotFound)):
        with pytest.raises(refusal):
            pause_rounds(by=as_(person), patient_id=patient.pk, reason_code="ct", minutes=60)


@pytest.mark.parametrize("table", ["alerts_roundpause", "alerts_roundpauseend"])
def test_the_database_refuses_to_change_a_pause(cast, day, patient, table):
    pause(cast, patient)
    end_pause(by=as_(cast.nina), patient_id=patient.pk)
    for statement in (f"UPDATE {table} SET recorded_at = recorded_at", f"DELETE FROM {table}"):  # noqa: S608
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
