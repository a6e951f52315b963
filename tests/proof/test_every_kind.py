"""Each kind of alert about a patient: stands as it should, and is named when it was lost, doubled or told to nobody."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.db.models import F

from alerts.actions.acknowledge_alert import acknowledge_alert
from alerts.actions.keep_contacts import add_contact
from alerts.actions.pause_rounds import pause_rounds
from alerts.models import Alert, AlertEvent, AlertStep, AppNotice, Delivery
from alerts.states import NOTED, AlertKind
from dosing.actions.give_dose import give_dose
from dosing.actions.hold_dose import hold_dose
from dosing.actions.override_hold import override_hold
from dosing.models import Cycle, Slot
from tests.people import admit, as_, full_round, round_, running_cycle, signed
from tests.proof.ward_day import EIGHT, MINUTE, drop_index, found, go, go_until, proven, remove, sweep, unlock
from tracker.actions.retract_round import retract_round
from tracker.models import ChartState


@pytest.fixture
def at():
    with time_machine.travel(EIGHT, tick=False) as machine:
        yield machine


@pytest.fixture
def patient(cast, at):
    return admit(cast)


@pytest.fixture
def cycle(cast, patient) -> Cycle:
    full_round(cast, patient)
    return running_cycle(cast, patient)


def slot(cycle, number: int = 1) -> Slot:
    return Slot.objects.get(cycle=cycle, number=number)


def give(cast, cycle) -> None:
    give_dose(by=as_(cast.nina), slot_id=slot(cycle).pk, giver=signed(cast.nina), witness=signed(cast.noah))


# --- how each kind comes about ----------------------------------------------------------------------------------------


def hold(cast, patient, cycle, at) -> Alert:
    round_(cast, patient, systolic_bp="84")
    return go_until(at, kind="hold")


def stop_cycle(cast, patient, cycle, at) -> Alert:
    round_(cast, patient, creatinine="3.2")
    return go_until(at, kind="stop_cycle")


def critical(cast, patient, cycle, at) -> Alert:
    round_(cast, patient, potassium="5.7")
    return go_until(at, kind="critical_value")


def overdue(cast, patient, cycle, at) -> Alert:
    return go_until(at, kind="dose_overdue")


def lapsing(cast, patient, cycle, at) -> Alert:
    return go_until(at, kind="dose_lapsing")


def lapsed(cast, patient, cycle, at) -> Alert:
    return go_until(at, kind="dose_lapsed")


def data_missing(cast, patient, cycle, at) -> Alert:
    return go_until(at, kind="data_missing")


def observations(cast, patient, cycle, at) -> Alert:
    return go_until(at, kind="observations_overdue")


def labs(cast, patient, cycle, at) -> Alert:
    return go_until(at, kind="labs_overdue", minutes=48 * 60, every=10)


def weight(cast, patient, cycle, at) -> Alert:
    at.shift(MINUTE)
    round_(cast, patient, weight="77.5")
    return go_until(at, kind="weight_gain")


def override(cast, patient, cycle, at) -> Alert:
    round_(cast, patient, systolic_bp="84")
    override_hold(by=as_(cast.olga), slot_id=slot(cycle).pk, reason="warm and well", signature=signed(cast.olga))
    give(cast, cycle)
    return go_until(at, kind="override_used")


def changed(cast, patient, cycle, at) -> Alert:
    """A pressure of before the giving is entered after it."""
    at.shift(2 * MINUTE)
    give(cast, cycle)
    at.shift(2 * MINUTE)
    round_(cast, patient, at=EIGHT + MINUTE, systolic_bp="84")
    return go_until(at, cause="changed-1", every=1)


def withheld(cast, patient, cycle, at) -> Alert:
    """A dose was held on a pressure that is struck."""
    wrong = round_(cast, patient, systolic_bp="84")
    at.shift(MINUTE)
    hold_dose(by=as_(cast.nina), slot_id=slot(cycle).pk, reason="pressure")
    sweep()
    at.shift(2 * MINUTE)
    retract_round(by=as_(cast.nina), round_id=wrong.pk, reason="typed for another patient")
    return go_until(at, cause="withheld-1", every=1)


WAYS = (hold, stop_cycle, critical, overdue, lapsing, lapsed, data_missing, observations, labs, weight, override,
        changed, withheld)  # fmt: skip


@pytest.fixture(params=WAYS, ids=[way.__name__ for way in WAYS])
def alert(request, cast, patient, cycle, at) -> Alert:
    """It stands, everything is as it should be, and the grid of the proof has seen it."""
    way: Callable = request.param
    made = way(cast, patient, cycle, at)
    go(at, 7)
    made.refresh_from_db()
    assert made.state != "resolved" and wrong() == []
    return made


def wrong() -> list[tuple[str, str]]:
    """Without what was late: some of these days go by in steps of minutes."""
    return [each for each in found() if each[0] != "late"]


def test_one_that_was_removed_is_missed(alert):
    remove(alert)
    status, said = proven()
    assert status == 1 and ("missing", alert.cause) in wrong()
    assert f"MISSING: {alert.kind} {alert.cause} of cycle {alert.cycle_id}" in said


def test_one_that_stands_without_a_cause_is_too_much(alert):
    Alert.objects.filter(pk=alert.pk).update(cause="L-CV-HR")
    assert ("extra", "L-CV-HR") in wrong()


def test_one_that_was_resolved_while_its_cause_stood_is_missed(alert, at):
    AlertEvent.objects.create(alert=alert, kind="resolved", at=alert.raised_at + 30 * timedelta(seconds=1))
    assert ("missing", alert.cause) in wrong()


def test_one_of_which_nobody_was_told_is_named(alert):
    unlock()
    AlertEvent.objects.filter(alert=alert, kind__in=["notified", "escalated", "muted"])._raw_delete("default")
    status, said = proven()
    assert status == 1 and f"UNTOLD: {alert.kind} {alert.cause}" in said


def test_two_of_one_cause_are_named(alert):
    drop_index("alerts_one_open_per_cause")
    events = list(AlertEvent.objects.filter(alert=alert).order_by("id"))
    alert.pk = None
    alert.save(force_insert=True)
    for event in events:
        AlertEvent.objects.create(alert=alert, kind=event.kind, at=event.at, data=event.data)
    status, said = proven()
    assert status == 1 and "DOUBLED: " in said and ("doubled", alert.cause) in wrong()


def test_a_note_that_was_taken_ends_the_demand_and_no_other_answer_does(cast, alert, at):
    acknowledge_alert(by=as_(cast.nina), alert_id=alert.pk)
    go(at, 3)
    alert.refresh_from_db()
    assert wrong() == []
    assert (alert.state == "resolved") == (alert.kind in NOTED)


def test_every_kind_about_patients_is_made_here():
    """Those of an end for good and of a course differ from a stop in nothing but the rule."""
    made = {way.__name__ for way in WAYS}
    assert len(made) == len(WAYS)
    others = {AlertKind.STOP_COURSE, AlertKind.DISCONTINUE, AlertKind.SYSTEM}
    assert len(WAYS) == len(set(AlertKind) - others) + 1  # a changed decision comes about in two ways


# --- beside the kinds -------------------------------------------------------------------------------------------------


def test_a_lapsed_dose_that_was_never_told_of_is_found(cast, patient, cycle, at):
    """The whole worker was away, and then only pretended."""
    sweep()
    at.shift(timedelta(hours=5))
    ChartState.objects.update(reviewed_seq=F("seq"))
    missing = {cause for what, cause in found() if what == "missing"}
    assert missing == {"overdue-1", "lapsed-1", "observations"}


def test_a_pause_explains_that_nobody_was_asked(cast, patient, cycle, at):
    go(at, 60)
    pause_rounds(by=as_(cast.nina), patient_id=patient.pk, reason_code="ct", minutes=120)
    go(at, 90)
    assert not Alert.objects.filter(cause="observations").exists() and wrong() == []
    overdue = go_until(at, cause="observations")
    go(at, 3)
    assert wrong() == []
    remove(overdue)
    assert ("missing", "observations") in wrong()


def test_graver_news_that_joined_quietly_is_named(cast, patient, cycle, at):
    hold(cast, patient, cycle, at)
    round_(cast, patient, systolic_bp="60")
    go(at, 2)
    assert wrong() == []
    unlock()
    AlertEvent.objects.filter(kind="graver").update(kind="evidence")
    assert ("untold", "L-CV-SBP") in wrong()


@pytest.fixture
def with_address(cast, patient, cycle, at) -> Alert:
    """A hold of which a notice went out of the house."""
    add_contact(by=as_(cast.max), channel="email", address="nina@hospital.example", user_id=cast.nina.pk)
    made = hold(cast, patient, cycle, at)
    Delivery.objects.filter(alert=made).update(state="delivered")
    assert proven()[0] == 0
    return made


@pytest.mark.parametrize(("state", "minutes"), [("failed", 2), ("to_deliver", 30)])
def test_a_notice_that_never_arrived_is_named(with_address, at, state, minutes):
    Delivery.objects.filter(alert=with_address).update(state=state)
    AlertStep.objects.filter(alert=with_address, done_at=None).delete()
    at.shift(minutes * MINUTE)
    status, said = proven()
    assert status == 1 and f"NEVER DELIVERED: alert {with_address.pk}, raising 1" in said


def test_a_notice_that_failed_and_that_a_page_showed_was_delivered(with_address):
    Delivery.objects.filter(alert=with_address).update(state="failed")
    AppNotice.objects.filter(alert=with_address).update(shown_at=F("due_at"))
    assert proven()[0] == 0


def test_a_step_that_told_people_and_wrote_no_notice_is_named(with_address):
    AppNotice.objects.filter(alert=with_address)._raw_delete("default")
    Delivery.objects.filter(alert=with_address)._raw_delete("default")
    status, said = proven()
    assert status == 1 and "UNWRITTEN: 1 step told people" in said
