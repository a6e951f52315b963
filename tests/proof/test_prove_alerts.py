"""`manage.py prove_alerts` finds an alert that was never raised and one that was removed below the product."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db.models import F

from alerts import proof_queries
from alerts.models import Alert
from dosing.actions.end_cycle import end_cycle
from tests.people import admit, as_, full_round, round_, running_cycle
from tests.proof.ward_day import EIGHT, MINUTE, found, go, proven, remove, sweep
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
def cycle(cast, patient):
    full_round(cast, patient)
    return running_cycle(cast, patient)


def pressure(cast, patient, at, minutes: int, value: str):
    at.move_to(EIGHT + minutes * MINUTE)
    made = round_(cast, patient, systolic_bp=value)
    at.shift(timedelta(seconds=2))
    return made


def test_an_ordinary_day_is_proven(cast, patient, cycle, at):
    for minutes, value in ((10, "84"), (40, "88"), (70, "118"), (100, "82")):
        pressure(cast, patient, at, minutes, value)
        sweep()
        go(at, 20)
    status, said = proven()
    assert (status, found()) == (0, [])
    assert "1 cycles" in said and "0 missing, 0 late, 0 extra, 0 doubled, 0 untold" in said


def test_an_alert_that_was_never_raised_is_found(cast, patient, cycle, at):
    sweep()
    pressure(cast, patient, at, 10, "84")
    ChartState.objects.update(reviewed_seq=F("seq"))  # a fault that counts the chart as reviewed
    at.shift(timedelta(minutes=20))
    status, said = proven()
    assert status == 1
    assert "MISSING: hold L-CV-SBP" in said and "2026-03-02T08:10:00+00:00" in said


def test_an_alert_that_was_removed_below_the_product_is_found(cast, patient, cycle, at):
    pressure(cast, patient, at, 10, "84")
    sweep()
    go(at, 20)
    assert found() == []
    remove(Alert.objects.get(cause="L-CV-SBP"))
    assert found() == [("missing", "L-CV-SBP")]


def test_a_record_that_cannot_be_read_is_told_and_the_others_are_proven(cast, patient, cycle, at, monkeypatch):
    other = admit(cast, mrn="2", bed=1, family="Brandt")
    full_round(cast, other)
    running_cycle(cast, other)
    sweep()
    pressure(cast, other, at, 10, "84")
    ChartState.objects.update(reviewed_seq=F("seq"))
    at.shift(timedelta(minutes=20))
    read = proof_queries.gathered_of

    def unreadable(cycles):
        if cycles == [cycle]:
            raise ValueError("no number")
        return read(cycles)

    monkeypatch.setattr(proof_queries, "gathered_of", unreadable)
    status, said = proven()
    assert status == 1
    assert f"CANNOT BE READ: cycle {cycle.pk}" in said and "1 cycles cannot be read" in said
    assert "MISSING: hold L-CV-SBP" in said


def test_a_late_alert_is_told_and_is_no_missing_one(cast, patient, cycle, at):
    pressure(cast, patient, at, 10, "84")
    at.shift(timedelta(minutes=7))
    sweep()
    status, said = proven()
    assert status == 0
    assert "LATE by 422 s: hold L-CV-SBP" in said and "1 late" in said


def test_an_alert_without_a_cause_is_told(cast, patient, cycle, at):
    pressure(cast, patient, at, 10, "84")
    sweep()
    alert = Alert.objects.get(cause="L-CV-SBP")
    at.shift(timedelta(minutes=5))
    Alert.objects.filter(pk=alert.pk).update(cause="L-CV-HR")
    assert ("extra", "L-CV-HR") in found()


def test_what_was_struck_later_still_should_have_stood_before(cast, patient, cycle, at):
    wrong = pressure(cast, patient, at, 10, "84")
    sweep()
    go(at, 10)
    retract_round(by=as_(cast.nina), round_id=wrong.pk, reason="typed for another patient")
    sweep()
    go(at, 10)
    assert found() == []


def test_after_the_cycle_ended_nothing_should_stand(cast, patient, cycle, at):
    pressure(cast, patient, at, 10, "84")
    sweep()
    end_cycle(by=as_(cast.olga), cycle_id=cycle.pk, reason="enough")
    sweep()
    at.shift(timedelta(hours=3))
    assert found() == []


def test_a_time_without_its_zone_is_refused(db):
    with pytest.raises(CommandError, match="has no time zone"):
        call_command("prove_alerts", "--from", "2026-03-02T07:00:00")
