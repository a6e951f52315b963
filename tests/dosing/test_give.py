"""Giving a dose: the bedside guard asks the rules, and every refusal says why."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dosing.actions.give_dose import give_dose
from dosing.actions.override_hold import override_hold
from dosing.models import DoseEvent, Slot
from tests.people import admit, as_, full_round, round_, running_cycle, signed
from tracker import clock
from tracker.errors import Conflict, NotAllowed, NotFound
from tracker.models import AuditEntry


def give(cast, slot, *, by=None, witness=None):
    by = by or cast.nina
    return give_dose(by=as_(by), slot_id=slot.pk, giver=signed(by), witness=signed(witness or cast.noah))


@pytest.fixture
def patient(cast):
    return admit(cast)


@pytest.fixture
def cycle(cast, patient):
    return running_cycle(cast, patient)


@pytest.fixture
def slot(cycle):
    return Slot.objects.get(cycle=cycle, number=1)


def test_a_dose_is_given_when_everything_is_fresh_and_unremarkable(cast, patient, slot):
    full_round(cast, patient)
    event = give(cast, slot)
    slot.refresh_from_db()
    assert (event.verdict, slot.state) == ("proceed", "given")
    assert event.decision["given"] is True


def test_without_data_nothing_is_given(cast, slot):
    with pytest.raises(Conflict) as refusal:
        give(cast, slot)
    assert refusal.value.code == "incomplete"
    assert "Cannot tell" in refusal.value.sentence
    assert AuditEntry.objects.filter(action="give_dose", outcome="refused").count() == 1


def test_a_hold_refuses_until_a_prescriber_overrides(cast, patient, slot):
    full_round(cast, patient, systolic_bp="84")
    with pytest.raises(Conflict) as refusal:
        give(cast, slot)
    assert refusal.value.code == "hold"
    assert refusal.value.extra["assessment"]["findings"][0]["id"] == "L-CV-SBP"
    override_hold(by=as_(cast.olga), slot_id=slot.pk, reason="warm, well perfused", signature=signed(cast.olga))
    assert give(cast, slot).overridden is True


def test_t01_a_second_giving_is_refused_and_shows_the_first(cast, patient, slot):
    full_round(cast, patient)
    give(cast, slot)
    with pytest.raises(Conflict) as refusal:
        give(cast, slot)
    assert refusal.value.code == "already_given"
    assert refusal.value.extra["given_by"] == "Nina Nurse"
    assert DoseEvent.objects.filter(slot=slot, kind="given").count() == 1


def test_nobody_witnesses_their_own_dose(cast, patient, slot):
    full_round(cast, patient)
    with pytest.raises(NotAllowed) as refusal:
        give(cast, slot, witness=cast.nina)
    assert refusal.value.code == "own_witness"


def test_a_nurse_of_another_ward_sees_nothing(cast, patient, slot):
    full_round(cast, patient)
    with pytest.raises(NotFound):
        give(cast, slot, by=cast.zoe)


def test_a_clock_that_was_set_back_hides_no_hold(cast, patient, slot, monkeypatch):
    """A round that now seems to lie in the future is still known."""
    full_round(cast, patient)
    round_(cast, patient, systolic_bp="84")
    newest = patient.rounds.order_by("-id").first()
    monkeypatch.setattr(clock, "now", lambda: newest.recorded_at - timedelta(microseconds=1))
    with pytest.raises(Conflict) as refusal:
        give(cast, slot)
    assert refusal.value.code == "hold"
