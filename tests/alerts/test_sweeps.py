"""What time alone changes, what was lost on the way, and that one bad row stops nobody else's alerts."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext

from alerts import sweeps, tasks
from alerts.models import Alert, AlertEvent, CycleWatch
from dosing import chart_rounds, gather
from dosing.actions.end_cycle import end_cycle
from dosing.actions.give_dose import give_dose
from dosing.actions.omit_dose import omit_dose
from dosing.actions.prescribe_cycle import prescribe_cycle
from dosing.models import Cycle, DoseEvent, Slot
from tests.people import VITALS, admit, as_, full_round, round_, running_cycle, sign_site, signed
from tracker import clock
from tracker.actions.move_patient import discharge_patient
from tracker.models import AuditEntry, ChartState

EIGHT = datetime(2026, 3, 2, 8, tzinfo=UTC)


@pytest.fixture
def at():
    with time_machine.travel(EIGHT, tick=False) as machine:
        yield machine


@pytest.fixture
def patient(cast, at):
    return admit(cast)


@pytest.fixture
def cycle(cast, patient):
    """Running; everything fresh; dose 1 is due now, at 08:00."""
    full_round(cast, patient)
    return running_cycle(cast, patient)


def sweep() -> None:
    """Both sweeps, as the beat asks for them."""
    tasks.sweep_reviews()
    tasks.sweep_time()


def sweep_at(at, **later: int) -> None:
    at.move_to(EIGHT + timedelta(**later))
    sweep()


def standing() -> set[str]:
    return set(Alert.objects.exclude(state="resolved").values_list("cause", flat=True))


def give(cast, cycle, number: int) -> DoseEvent:
    slot = Slot.objects.get(cycle=cycle, number=number)
    return give_dose(by=as_(cast.nina), slot_id=slot.pk, giver=signed(cast.nina), witness=signed(cast.noah))


def states(cycle) -> list[str]:
    return list(Slot.objects.filter(cycle=cycle).order_by("number").values_list("state", flat=True))


def everything_counted() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (Alert, AlertEvent, AuditEntry, DoseEvent))


# --- lost messages ----------------------------------------------------------------------------------------------------


def test_a_lost_nudge_is_found_by_the_sweep(cast, patient, cycle):
    round_(cast, patient, systolic_bp="84")
    tasks.sweep_reviews()
    assert standing() == {"L-CV-SBP"}


def test_the_nudge_and_the_sweep_together_raise_once(cast, patient, cycle):
    round_(cast, patient, systolic_bp="84")
    for _ in range(2):
        tasks.review_chart(patient.pk)
        sweep()
    assert AlertEvent.objects.filter(kind="raised").count() == 1


def test_everything_delivered_twice_ends_the_same(cast, patient, cycle, at):
    sweep()
    sweep_at(at, hours=5)
    once = everything_counted()
    sweep()
    sweep()
    assert everything_counted() == once


def test_charts_are_reviewed_oldest_change_first(cast, patient, cycle, at, monkeypatch):
    second = admit(cast, mrn="2", bed=1, family="Brandt")
    tasks.sweep_reviews()
    for who in (second, patient):
        at.shift(timedelta(minutes=1))
        round_(cast, who, systolic_bp="100")
    order = []
    monkeypatch.setattr(sweeps, "catch_up", order.append)
    tasks.sweep_reviews()
    assert order == [second.pk, patient.pk]


def test_a_nudge_is_sent_only_after_the_commit(cast, patient, cycle, monkeypatch, django_capture_on_commit_callbacks):
    sent = []
    monkeypatch.setattr("tracker.poke._send", lambda task, ids: sent.append((task, ids)))
    with django_capture_on_commit_callbacks(execute=True):
        round_(cast, patient, systolic_bp="84")
        assert sent == []
    assert ("alerts.review_chart", (patient.pk,)) in sent


# --- doses overdue and lapsed -----------------------------------------------------------------------------------------


def test_a_dose_is_overdue_until_it_lapses(cast, cycle, at):
    sweep()
    assert standing() == set()
    sweep_at(at, minutes=15, seconds=5)
    assert standing() == {"overdue-1"}
    sweep_at(at, hours=2, seconds=5)
    assert "overdue-1" not in standing()
    gone = Alert.objects.get(cause="overdue-1").events.get(kind="resolved")
    assert gone.words == "Dose 1 has lapsed."
    assert states(cycle)[:2] == ["lapsed", "open"]


def test_an_answered_dose_is_not_overdue_any_more(cast, cycle, at):
    sweep()
    sweep_at(at, minutes=20)
    omit_dose(by=as_(cast.nina), slot_id=Slot.objects.get(cycle=cycle, number=1).pk, reason_code="procedure")
    sweep()
    assert standing() == set()
    assert Alert.objects.get(cause="overdue-1").events.last().words == "Dose 1 was omitted."


def test_late_is_counted_past_midnight(cast, patient, at):
    """T06: due 23:50 in Berlin, at 00:10 it is 20 minutes late."""
    at.move_to(datetime(2026, 3, 2, 22, 50, tzinfo=UTC))
    full_round(cast, patient)
    running_cycle(cast, patient)
    sweep()
    at.shift(timedelta(minutes=14))
    sweep()
    assert standing() == set()
    at.shift(timedelta(minutes=6))
    sweep()
    assert standing() == {"overdue-1"}
    assert "was due at Mon 23:50" in Alert.objects.get().headline


def test_a_dose_given_20_minutes_late_past_midnight_is_given(cast, patient, at):
    """T06: the window is counted in elapsed minutes."""
    at.move_to(datetime(2026, 3, 2, 22, 50, tzinfo=UTC))
    full_round(cast, patient)
    cycle = running_cycle(cast, patient)
    at.shift(timedelta(minutes=20))
    sweep()
    give(cast, cycle, 1)
    sweep()
    assert states(cycle)[:2] == ["given", "open"]
    assert standing() == set()


def test_t05_the_last_dose_lapses_like_any_other(cast, cycle, at):
    """T05."""
    sweep_at(at, hours=13 * 8 + 2)
    assert states(cycle)[-2:] == ["lapsed", "open"]
    sweep_at(at, hours=13 * 8 + 2, seconds=5)
    assert states(cycle) == ["lapsed"] * 14


def start_a_worker(monkeypatch) -> None:
    """What a worker does before its first message; the test keeps its connection."""
    monkeypatch.setattr(tasks.connections, "close_all", lambda: None)
    tasks.catch_up_on_start()


def test_t08_after_days_without_a_worker_doses_lapse_in_order_each_at_its_own_time(cast, cycle, at, monkeypatch):
    """T08."""
    at.move_to(EIGHT + timedelta(days=3))
    start_a_worker(monkeypatch)
    lapsed = list(DoseEvent.objects.filter(kind="lapsed").order_by("id").values_list("slot__number", "at"))
    assert lapsed == [(n, EIGHT + timedelta(hours=8 * (n - 1) + 2)) for n in range(1, 10)]
    assert states(cycle)[9:] == ["open"] * 5
    told = AuditEntry.objects.filter(action="lapse_slot", outcome="done").order_by("id")
    assert [entry.after["dose"] for entry in told] == list(range(1, 10))


def test_a_later_dose_that_was_given_ends_the_ones_before_it(cast, at):
    patient = admit(cast, mrn="late", bed=2)
    sign_site(cast, late_window_min=480)
    full_round(cast, patient)
    cycle = running_cycle(cast, patient)
    at.shift(timedelta(hours=8))
    round_(cast, patient, **VITALS)
    give(cast, cycle, 2)
    sweep()
    assert states(cycle)[:3] == ["lapsed", "given", "open"]


def test_what_was_left_when_the_cycle_ended_does_not_lapse_afterwards(cast, cycle, at):
    sweep()
    at.shift(timedelta(hours=3))
    end_cycle(by=as_(cast.olga), cycle_id=cycle.pk, reason="enough")
    sweep_at(at, days=2)
    assert states(cycle) == ["lapsed"] + ["open"] * 13
    assert standing() == set()


def test_the_first_dose_of_a_cycle_that_nobody_started_lapses_too(cast, patient, at):
    cycle = prescribe_cycle(by=as_(cast.olga), patient_id=patient.pk, dosing_weight_kg="70", first_dose_at=clock.now())
    sweep()
    sweep_at(at, hours=2, seconds=5)
    assert states(cycle)[:2] == ["lapsed", "open"]
    assert standing() == set()


# --- data missing, observations overdue -------------------------------------------------------------------------------


def test_missing_data_are_asked_for_an_hour_before_the_dose_and_no_earlier(cast, patient, cycle, at):
    give(cast, cycle, 1)
    sweep()
    at.move_to(EIGHT + timedelta(hours=6, minutes=50))
    round_(cast, patient, **VITALS)
    sweep()
    assert "missing-2" not in standing()
    sweep_at(at, hours=7)
    assert "missing-2" in standing()
    assert "urine" in Alert.objects.get(cause="missing-2").headline
    begun = (EIGHT - timedelta(hours=1)).isoformat()
    round_(cast, patient, **VITALS, urine_output={"value": "300", "from": begun})
    sweep()
    assert "missing-2" not in standing()
    assert Alert.objects.get(cause="missing-2").events.last().words == "All of it is there."


def test_missing_data_shrink_as_they_are_recorded(cast, patient, at):
    running_cycle(cast, patient)
    sweep()
    one = Alert.objects.get(cause="missing-1")
    round_(cast, patient, **VITALS)
    sweep()
    one.refresh_from_db()
    assert "systolic_bp" not in one.finding["missing"]
    assert list(one.events.values_list("kind", flat=True)) == ["raised", "evidence"]


def test_observations_are_overdue_two_hours_after_the_last_pressure(cast, patient, cycle, at):
    give(cast, cycle, 1)
    sweep_at(at, hours=2)
    assert standing() == set()
    sweep_at(at, hours=2, seconds=5)
    assert standing() == {"observations"}
    round_(cast, patient, systolic_bp="110")
    sweep()
    assert standing() == set()


def test_a_discharged_patient_needs_no_observations(cast, patient, cycle, at):
    give(cast, cycle, 1)
    sweep_at(at, hours=3)
    assert "observations" in standing()
    discharge_patient(by=as_(cast.nina), patient_id=patient.pk)
    sweep_at(at, hours=3, minutes=6)
    assert standing() == set()


# --- what a sweep costs -----------------------------------------------------------------------------------------------


def some_cycles(cast, beds: range) -> list[Cycle]:
    """Running cycles in these beds, everything fresh, already reviewed."""
    cycles = []
    for bed in beds:
        patient = admit(cast, mrn=f"bed-{bed}", bed=bed, family=f"Family{bed}")
        full_round(cast, patient)
        cycles.append(running_cycle(cast, patient))
    tasks.sweep_reviews()
    return cycles


def forget() -> None:
    """As in a worker that has just been started."""
    gather._gathered._kept.clear()
    chart_rounds._rounds._kept.clear()


def test_a_sweep_with_nothing_due_is_one_query_each(cast, at, django_assert_num_queries):
    some_cycles(cast, range(3))
    with django_assert_num_queries(2):
        sweep()


def test_cycles_in_which_nothing_changed_cost_no_query_of_their_own(cast, at):
    """Due to be looked at, and all is as it was: as many queries for ten cycles as for two."""
    counted = []
    for beds in (range(2), range(2, 10)):
        some_cycles(cast, beds)
        at.shift(timedelta(minutes=5))
        forget()
        assert CycleWatch.objects.filter(look_at__lte=clock.now()).count() == beds.stop
        with CaptureQueriesContext(connection) as captured:
            tasks.sweep_time()
        counted.append(len(captured))
        assert not CycleWatch.objects.filter(look_at__lte=clock.now()).exists()
    assert counted[0] == counted[1] <= 12
    assert Alert.objects.count() == 0


# --- bad rows ---------------------------------------------------------------------------------------------------------


def spoil(cycle: Cycle) -> None:
    """A cycle that no rule can judge any more, as after a restore gone wrong."""
    Cycle.objects.filter(pk=cycle.pk).update(rule_sets=["nobody@1"], stamp="spoilt")


def test_a_bad_row_stops_no_review_and_stays_due(cast, at, caplog):
    first, second, third = some_cycles(cast, range(3))
    spoil(second)
    for cycle in (first, second, third):
        round_(cast, cycle.patient, systolic_bp="84")
    with caplog.at_level(logging.ERROR, logger="alerts.sweeps"):
        tasks.sweep_reviews()
    raised = set(Alert.objects.filter(kind="hold").values_list("cycle_id", flat=True))
    assert raised == {first.pk, third.pk}
    assert [row.pk for row in ChartState.objects.all() if row.seq > row.reviewed_seq] == [second.patient_id]
    assert f"patient {second.patient_id} could not be reviewed" in caplog.text


def test_a_bad_row_stops_no_look_and_stays_due(cast, at, caplog):
    first, second, third = some_cycles(cast, range(3))
    spoil(second)
    at.shift(timedelta(minutes=16))
    with caplog.at_level(logging.ERROR, logger="alerts.sweeps"):
        tasks.sweep_time()
    assert set(Alert.objects.values_list("cycle_id", flat=True)) == {first.pk, third.pk}
    assert list(CycleWatch.objects.filter(look_at__lte=clock.now()).values_list("pk", flat=True)) == [second.pk]


def test_a_bad_row_is_no_refusal_and_leaves_no_audit_entry(cast, at):
    """It is tried again every 15 seconds: the auditor would drown in it."""
    (cycle,) = some_cycles(cast, range(1))
    spoil(cycle)
    round_(cast, cycle.patient, systolic_bp="84")
    before = AuditEntry.objects.count()
    sweep()
    assert AuditEntry.objects.count() == before


def test_a_database_that_fails_at_the_start_does_not_stop_the_worker(at, db, monkeypatch, caplog):
    def fail() -> None:
        raise OperationalError("no such server")

    monkeypatch.setattr(sweeps, "sweep_reviews", fail)
    start_a_worker(monkeypatch)
    assert "catching up at the start failed" in caplog.text


def test_a_clock_that_was_set_back_takes_no_alert_away(cast, patient, cycle, at):
    at.shift(timedelta(hours=1))
    round_(cast, patient, systolic_bp="84")
    sweep()
    assert "L-CV-SBP" in standing()
    at.shift(timedelta(hours=-1, minutes=-5))
    CycleWatch.objects.update(look_at=clock.now())
    tasks.sweep_time()
    other = admit(cast, mrn="2", bed=1, family="Brandt")
    full_round(cast, other)
    round_(cast, patient, heart_rate="88")
    sweep()
    assert "L-CV-SBP" in standing()
