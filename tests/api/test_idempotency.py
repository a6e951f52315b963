"""One Idempotency-Key, one effect: the same request gets the same answer, another one is told apart."""

from __future__ import annotations

import pytest
from django.db import IntegrityError

from dosing.models import DoseEvent
from tests.api.caller import Caller, of_problem, signature
from tests.conftest import SECRET
from tests.people import as_, full_round
from tracker import clock
from tracker.api import idempotency
from tracker.models import AuditEntry, IdempotencyKey, Round
from tracker.signatures import check_secret


def a_round(patient, caller, key, **changes):
    body = {"observed_at": "2026-01-01T00:00:00Z", "values": {"heart_rate": 80}, **changes}
    return caller.post(f"patients/{patient.pk}/rounds/", body, key=key)


@pytest.fixture
def now():
    return clock.now().isoformat()


def test_the_same_request_twice_is_charted_once_and_answered_the_same(cast, nina, patient, now):
    first = a_round(patient, nina, "k-1", observed_at=now)
    again = a_round(patient, nina, "k-1", observed_at=now)
    assert (first.status, again.status) == (201, 201)
    assert again.text == first.text
    assert "Idempotency-Replayed" not in first.response
    assert again.response["Idempotency-Replayed"] == "true"
    assert Round.objects.count() == 1
    assert AuditEntry.objects.filter(action="record_round").count() == 1


def test_a_dose_is_given_once_and_its_answer_repeated_without_checking_secrets(cast, nina, patient, slot):
    """T01: a retry after a lost answer makes no second dose, and shows the first."""
    full_round(cast, patient)
    first = nina.post(f"slots/{slot.pk}/give/", signature(), key="k-1")
    checks = AuditEntry.objects.filter(action="check_secret").count()
    again = nina.post(f"slots/{slot.pk}/give/", signature(), key="k-1")
    assert (again.status, again.text) == (201, first.text)
    assert DoseEvent.objects.filter(slot=slot, kind="given").count() == 1
    assert AuditEntry.objects.filter(action="check_secret").count() == checks


def test_a_stored_answer_tells_nothing_about_a_password(cast, nina, patient, slot):
    full_round(cast, patient)
    right = nina.post(f"slots/{slot.pk}/give/", signature(), key="k-1")
    guess = nina.post(f"slots/{slot.pk}/give/", {**signature(), "secret": "guess"}, key="k-1")
    assert guess.text == right.text
    row = IdempotencyKey.objects.get()
    assert SECRET not in row.body + row.request_digest


def test_another_request_with_the_same_key_is_refused(cast, nina, patient, now):
    a_round(patient, nina, "k-1", observed_at=now)
    other = a_round(patient, nina, "k-1", observed_at=now, values={"heart_rate": 81})
    of_problem(other, 422, "idempotency_key_reused", "Idempotency-Key")
    assert Round.objects.count() == 1


def test_the_key_is_the_persons_own(cast, nina, patient, now):
    a_round(patient, nina, "k-1", observed_at=now)
    other = a_round(patient, Caller(cast.noah), "k-1", observed_at=now)
    assert (other.status, other["recorded_by"]["username"]) == (201, "noah")


def test_a_refused_request_leaves_no_key_and_keeps_its_audit_entry(cast, nina, patient, now):
    of_problem(a_round(patient, nina, "k-1", observed_at=now, values={"heart_rate": 9000}), 422, "implausible")
    assert not IdempotencyKey.objects.exists()
    assert AuditEntry.objects.filter(action="record_round", outcome="refused").count() == 1
    assert a_round(patient, nina, "k-1", observed_at=now).status == 201


def test_a_refused_dose_stays_charted_and_may_be_tried_again_with_its_key(cast, nina, olga, patient, slot):
    full_round(cast, patient, systolic_bp="84")
    of_problem(nina.post(f"slots/{slot.pk}/give/", signature(), key="k-1"), 409, "hold")
    assert DoseEvent.objects.filter(slot=slot, kind="refused").count() == 1
    assert AuditEntry.objects.filter(action="give_dose", outcome="refused").count() == 1
    olga.post(f"slots/{slot.pk}/override/", {"reason": "warm, well perfused", "secret": SECRET}, key="k-1")
    assert nina.post(f"slots/{slot.pk}/give/", signature(), key="k-1").status == 201


def test_a_fault_leaves_neither_key_nor_effect(cast, patient, now, monkeypatch):
    caller = Caller(cast.nina, raise_request_exception=False)

    def fail(*args: object, **more: object) -> None:
        raise IntegrityError("the disk is full")

    monkeypatch.setattr("tracker.api.rounds.round_shown", fail)
    answer = caller.client.post(
        f"/api/v1/patients/{patient.pk}/rounds/",
        {"observed_at": now, "values": {"heart_rate": 80}},
        content_type="application/json",
        headers={**caller.headers, "Idempotency-Key": "k-1"},
    )
    assert (answer.status_code, answer.json()["code"]) == (500, "fault")
    assert not Round.objects.exists()
    assert not IdempotencyKey.objects.exists()


def test_of_two_at_the_same_instant_the_second_gets_the_first_ones_answer(cast, nina, patient, slot, monkeypatch):
    """The other tablet commits while this one is still hashing its secrets."""
    full_round(cast, patient)
    answers = []

    def slow(**arguments: object) -> object:
        monkeypatch.setattr("tracker.api.writing.check_secret", check_secret)
        answers.append(nina.post(f"slots/{slot.pk}/give/", signature(), key="k-1"))
        return check_secret(**arguments)

    monkeypatch.setattr("tracker.api.writing.check_secret", slow)
    answers.append(nina.post(f"slots/{slot.pk}/give/", signature(), key="k-1"))
    assert [each.status for each in answers] == [201, 201]
    assert answers[1].text == answers[0].text
    assert answers[1].response["Idempotency-Replayed"] == "true"
    assert DoseEvent.objects.filter(slot=slot, kind="given").count() == 1


@pytest.mark.parametrize("key", ["x" * 201, "schlüssel", "a\tb"])
def test_a_key_that_is_no_key(cast, nina, patient, key):
    of_problem(a_round(patient, nina, key), 422, "bad_idempotency_key", "Idempotency-Key")


def test_old_answers_are_forgotten(cast, nina, patient, now):
    a_round(patient, nina, "k-1", observed_at=now)
    assert idempotency.forget(clock.now()) == 1
    assert as_(cast.nina).user == cast.nina
