"""A dose of a downtime through the API: two people, judged as of then and now, an alert if it would have been held."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from alerts.actions.review_chart import review_chart
from alerts.models import Alert
from dosing.models import DoseEvent
from tests.api.caller import of_problem, signature
from tests.people import full_round, round_
from tracker import clock
from tracker.audit.record import SYSTEM
from tracker.models import AuditEntry

START = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def time(cast):
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


@pytest.fixture
def due(cast, time, patient, slot):
    """Dose 1 could be given at 07:00; the network comes back at 12:00."""
    full_round(cast, patient)
    time.shift(timedelta(hours=5))
    return slot


def told(**changes):
    said = {"started_at": "2026-03-02T07:05:00Z", "ended_at": "2026-03-02T07:20:00Z", "reason": "network was down"}
    return {**signature(), **said, **changes}


def enter(nina, slot, **changes):
    return nina.post(f"slots/{slot.pk}/past-dose/", told(**changes))


def test_it_is_given_from_its_start_on_and_nothing_stands_against_it(nina, due):
    answer = enter(nina, due)
    assert (answer.status, answer["kind"], answer["verdict"], answer["reason_code"]) == (
        201,
        "given",
        "proceed",
        "downtime",
    )
    assert (answer["at"], answer["by"]["username"], answer["witness"]["username"]) == (
        "2026-03-02T07:05:00Z", "nina", "noah",
    )  # fmt: skip
    assert (answer["would_have_been_refused"], answer["bag_problem"]) == ("", "no_bag")
    shown = nina.get(f"slots/{due.pk}/")
    assert (shown["state"], [entry["kind"] for entry in shown["entries"]]) == ("given", ["given", "infusion_ended"])


def test_it_is_judged_as_of_then_and_now_and_raises_an_alert(cast, nina, patient, due):
    round_(cast, patient, at=START + timedelta(minutes=2), systolic_bp="82")  # charted on paper, entered now
    answer = enter(nina, due)
    assert (answer["as_known_then"]["verdict"], answer["assessment"]["verdict"]) == ("proceed", "hold")
    assert answer["would_have_been_refused"] == "held"
    assert answer["assessment"]["findings"][0]["because"] == {"systolic_bp": 82}
    review_chart(by=SYSTEM, patient_id=patient.pk)
    said = "Dose 1 was given at 08:05 in a downtime. By the rules it would have been: hold."
    assert said in [alert.headline for alert in Alert.objects.filter(patient=patient)]


def test_a_repeated_call_enters_it_once(nina, due):
    first = nina.post(f"slots/{due.pk}/past-dose/", told(), key="one-and-the-same")
    again = nina.post(f"slots/{due.pk}/past-dose/", told(), key="one-and-the-same")
    assert (first.status, again.status, first.body) == (201, 201, again.body)
    of_problem(enter(nina, due), 409, "already_given")
    assert DoseEvent.objects.filter(kind="given").count() == 1


@pytest.mark.parametrize(
    ("change", "status", "code", "field"),
    [
        ({"witness": "nina"}, 403, "own_witness", "witness"),
        ({"witness": "zoe"}, 403, "not_a_witness", "witness"),
        ({"witness": ""}, 422, "missing_witness", "witness"),
        ({"witness_secret": "guess"}, 403, "wrong_secret", "witness_secret"),
        ({"secret": "guess"}, 403, "wrong_secret", "secret"),
        ({"reason": ""}, 422, "missing_reason", "reason"),
        ({"started_at": None}, 422, "missing_time", "started_at"),
        ({"started_at": "2026-03-02T07:05:00"}, 422, "naive_time", "started_at"),
        ({"started_at": "2026-03-02T13:05:00Z"}, 422, "time_in_future", "started_at"),
        ({"ended_at": "2026-03-02T07:04:00Z"}, 422, "end_before_start", "ended_at"),
        ({"started_at": "2026-03-01T07:05:00Z"}, 422, "outside_cycle", "started_at"),
    ],
)
def test_what_is_not_told_right_is_named_and_nothing_is_given(nina, due, change, status, code, field):
    of_problem(enter(nina, due, **change), status, code, field)
    assert not DoseEvent.objects.filter(kind="given").exists()


def test_who_does_not_give_enters_none(olga, zoe, nina, due):
    of_problem(enter(olga, due), 403, "not_allowed")
    of_problem(enter(zoe, due), 404, "no_such_slot")
    assert clock.now() == START + timedelta(hours=5)
    assert enter(nina, due).status == 201
    assert AuditEntry.objects.filter(action="enter_past_dose", outcome="done").count() == 1
