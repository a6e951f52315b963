"""Answering an alert: who may, once, and what the second of two people is told."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from alerts.actions.acknowledge_alert import acknowledge_alert
from alerts.actions.review_chart import review_chart
from alerts.models import Alert, AlertEvent
from alerts.states import ALERT_MOVES, AlertState, check_alert_move
from tests.people import admit, as_, full_round, round_, running_cycle
from tracker import clock
from tracker.audit.record import SYSTEM
from tracker.errors import BadInput, Conflict, NotAllowed, NotFound
from tracker.models import AuditEntry


@pytest.fixture
def at():
    with time_machine.travel("2026-03-02T08:00:00Z", tick=False) as machine:
        yield machine


@pytest.fixture
def patient(cast, at):
    patient = admit(cast)
    full_round(cast, patient)
    running_cycle(cast, patient)
    return patient


@pytest.fixture
def alert(cast, patient):
    """A hold that nobody has answered."""
    round_(cast, patient, systolic_bp="84")
    review_chart(by=SYSTEM, patient_id=patient.pk)
    return Alert.objects.get()


def answer(user, alert, **more):
    return acknowledge_alert(by=as_(user), alert_id=alert.pk, **more)


def resolve(cast, patient, at):
    at.shift(timedelta(minutes=5))
    round_(cast, patient, systolic_bp="96", rhythm="sinus")
    review_chart(by=SYSTEM, patient_id=patient.pk)


def test_an_answer_says_who_when_and_what_they_noted(cast, alert):
    answered = answer(cast.nina, alert, note="  fluids running, doctor told ")
    alert.refresh_from_db()
    assert (alert.state, alert.acknowledged_by, alert.acknowledged_at) == ("acknowledged", cast.nina, clock.now())
    assert answered.state == alert.state
    step = alert.events.last()
    assert (step.kind, step.by, step.words) == ("acknowledged", cast.nina, "fluids running, doctor told")


def test_the_auditor_reads_it(cast, patient, alert):
    answer(cast.olga, alert, note="seen")
    entry = AuditEntry.objects.get(action="acknowledge_alert")
    assert (entry.actor, entry.role, entry.outcome, entry.patient_id) == (
        "Olga Oncologist",
        "oncologist",
        "done",
        patient.pk,
    )
    assert (entry.object_type, entry.object_id, entry.reason) == ("alert", alert.pk, "seen")
    assert (entry.before["state"], entry.after["state"]) == ("raised", "acknowledged")


def test_a_nurse_of_another_ward_finds_no_such_alert(cast, alert):
    with pytest.raises(NotFound) as refusal:
        answer(cast.zoe, alert)
    assert refusal.value.code == "no_such_alert"
    assert AuditEntry.objects.filter(action="acknowledge_alert", outcome="refused").count() == 1


def test_an_alert_that_does_not_exist_is_told_the_same_way(cast, alert):
    with pytest.raises(NotFound) as refusal:
        acknowledge_alert(by=as_(cast.nina), alert_id=alert.pk + 1)
    assert refusal.value.code == "no_such_alert"


@pytest.mark.parametrize("who", ["paul", "ada"])
def test_only_those_at_the_bedside_and_the_prescriber_answer(cast, alert, who):
    with pytest.raises(NotAllowed):
        answer(getattr(cast, who), alert)


def test_for_the_administrator_there_is_no_alert_about_a_patient_whatever_her_wards(cast, alert):
    cast.max.wards.add(cast.ward)
    with pytest.raises(NotFound) as refusal:
        answer(cast.max, alert)
    assert refusal.value.code == "no_such_alert"
    alert.refresh_from_db()
    assert alert.state == "raised"


def test_a_note_too_long_is_refused_and_changes_nothing(cast, alert):
    with pytest.raises(BadInput) as refusal:
        answer(cast.nina, alert, note="x" * 301)
    assert (refusal.value.code, refusal.value.field) == ("long_note", "note")
    alert.refresh_from_db()
    assert alert.state == "raised"


def test_the_second_person_learns_who_was_first(cast, alert):
    answer(cast.nina, alert)
    with pytest.raises(Conflict) as refusal:
        answer(cast.olga, alert)
    assert refusal.value.code == "already_acknowledged"
    assert "Nina Nurse" in refusal.value.sentence
    assert refusal.value.extra["acknowledged_by"] == "Nina Nurse"
    assert AlertEvent.objects.filter(kind="acknowledged").count() == 1


def test_t23_an_answer_that_comes_after_the_resolution_does_not_bring_it_back(cast, patient, alert, at):
    """T23."""
    resolve(cast, patient, at)
    with pytest.raises(Conflict) as refusal:
        answer(cast.nina, alert)
    assert refusal.value.code == "alert_resolved"
    alert.refresh_from_db()
    assert (alert.state, alert.acknowledged_at) == ("resolved", None)


def test_t23_an_answer_and_a_resolution_at_once_end_resolved_in_one_order(cast, patient, alert, at, monkeypatch):
    """T23: the review has read the alert as raised; the nurse answers; the review must not write over her."""
    from alerts.actions import review_chart as module

    at.shift(timedelta(minutes=5))
    round_(cast, patient, systolic_bp="96", rhythm="sinus")
    real = module.situations_of

    def and_then_nina_answers(cycles, now):
        situations = real(cycles, now)
        answer(cast.nina, alert)
        return situations

    with monkeypatch.context() as patch:
        patch.setattr(module, "situations_of", and_then_nina_answers)
        assert review_chart(by=SYSTEM, patient_id=patient.pk) == 0
    alert.refresh_from_db()
    assert (alert.state, alert.acknowledged_by) == ("acknowledged", cast.nina)
    assert review_chart(by=SYSTEM, patient_id=patient.pk) == 1
    assert list(alert.events.values_list("kind", flat=True)) == ["raised", "acknowledged", "resolved"]


# --- the table --------------------------------------------------------------------------------------------------------

POSSIBLE = {
    ("raised", "notified"),  # the first in line were told
    ("notified", "escalated"),  # nobody answered in time
    *((state, "acknowledged") for state in ("raised", "notified", "escalated")),  # a person has seen it
    *((state, "resolved") for state in ("raised", "notified", "escalated", "acknowledged")),  # its cause is gone
    *((state, "raised") for state in ("notified", "escalated", "acknowledged")),  # graver, or the answer lapsed
    ("resolved", "raised"),  # its cause is back within two rounds of vital signs
}


@pytest.mark.parametrize("before", list(AlertState))
@pytest.mark.parametrize("after", list(AlertState))
def test_t10_every_impossible_move_of_an_alert_is_refused(before, after):
    """T10, cell by cell."""
    if (before.value, after.value) in POSSIBLE:
        check_alert_move(before, after)
        return
    with pytest.raises(Conflict) as refusal:
        check_alert_move(before, after)
    assert refusal.value.code == "impossible_transition"


def test_the_table_knows_every_state():
    assert set(ALERT_MOVES) == set(AlertState)
