"""Alerts: read by those who may answer them, and acknowledged once."""

from __future__ import annotations

import pytest

from alerts.models import Alert
from alerts.states import AlertKind
from tests.api.caller import Caller, of_problem
from tests.people import full_round


@pytest.fixture
def alert(cast, patient, cycle):
    """What the review of the chart raises for a low pressure."""
    from alerts.actions.review_chart import review_chart
    from tracker.audit.record import SYSTEM

    full_round(cast, patient, systolic_bp="84")
    review_chart(by=SYSTEM, patient_id=patient.pk)
    return Alert.objects.get(kind=AlertKind.HOLD)


def test_an_alert_is_read_with_its_evidence(cast, nina, patient, alert):
    answer = nina.get(f"alerts/{alert.pk}/")
    assert (answer["kind"], answer["state"], answer["patient"]) == ("hold", "raised", patient.pk)
    assert answer["finding"]["id"] == "L-CV-SBP"
    assert answer["events"][0]["kind"] == "raised"
    assert nina.get("alerts/", state="raised", patient=patient.pk)["results"][0] == answer.body
    assert nina.get("alerts/", state="open", cycle=alert.cycle_id)["results"]
    assert nina.get("alerts/", state="resolved")["results"] == []


def test_an_alert_is_acknowledged_once(cast, nina, olga, alert):
    answer = nina.post(f"alerts/{alert.pk}/acknowledge/", {"note": "with the patient"})
    assert (answer.status, answer["state"], answer["acknowledged_by"]["username"]) == (200, "acknowledged", "nina")
    assert answer["events"][-1]["words"] == "with the patient"
    of_problem(olga.post(f"alerts/{alert.pk}/acknowledge/"), 409, "already_acknowledged")


@pytest.mark.parametrize(
    ("query", "code"),
    [({"state": "loud"}, "bad_choice"), ({"patient": "x"}, "bad_id"), ({"stat": "open"}, "unknown_filter")],
)
def test_a_filter_that_means_nothing_is_refused(cast, nina, query, code):
    of_problem(nina.get("alerts/", **query), 422, code)


def test_what_cannot_be_acknowledged(cast, nina, alert):
    of_problem(nina.post(f"alerts/{alert.pk}/acknowledge/", {"note": "x" * 301}), 422, "long_note", "note")
    of_problem(nina.post(f"alerts/{alert.pk}/acknowledge/", {"note": ["x"]}), 422, "wrong_type", "note")
    of_problem(nina.post("alerts/999999/acknowledge/"), 404, "no_such_alert")


def test_a_nurse_of_another_ward_sees_no_alert(cast, zoe, alert):
    assert zoe.get("alerts/")["results"] == []
    of_problem(zoe.get(f"alerts/{alert.pk}/"), 404, "no_such_alert")
    of_problem(zoe.post(f"alerts/{alert.pk}/acknowledge/"), 404, "no_such_alert")


def test_a_pharmacist_may_not(cast, alert):
    of_problem(Caller(cast.paul).get("alerts/"), 403, "not_allowed")
