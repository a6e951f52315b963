"""Rounds: exact values in and out, every bad input named, and nothing lost."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from tests.api.caller import of_problem
from tests.people import LABS, VITALS, as_
from tracker import clock
from tracker.actions.move_patient import discharge_patient
from tracker.models import Round, RoundValue

NOW = "now"


def record(caller, patient, values, *, at=None, key="", **more):
    body = {"observed_at": (at or clock.now()).isoformat(), "values": values, **more}
    return caller.post(f"patients/{patient.pk}/rounds/", body, key=key)


def test_a_round_goes_in_and_comes_out_as_it_was_typed(cast, nina, patient):
    """T33: 37.2 stays 37.2, and T13: zero is a value."""
    values = {
        "temperature": Decimal("37.2"),
        "creatinine": {"value": Decimal("80.0"), "unit": "umol/L"},
        "oxygen_flow": 0,
        "mental_status": "normal",
        "urine_output": {"value": 0, "from": (clock.now() - timedelta(hours=8)).isoformat()},
    }
    answer = record(nina, patient, values)
    assert answer.status == 201
    assert '"temperature": {"value": 37.2, "unit": "Cel"}' in answer.text
    assert '"creatinine": {"value": 80.0, "unit": "umol/L"}' in answer.text
    assert answer["values"]["oxygen_flow"]["value"] == 0
    assert answer["values"]["urine_output"]["value"] == 0
    assert answer["values"]["urine_output"]["from"].endswith("Z")
    assert RoundValue.objects.get(code="temperature").entered == "37.2"
    read = nina.get(f"rounds/{answer['id']}/")
    assert read.text == answer.text
    assert nina.get(f"patients/{patient.pk}/rounds/")["results"] == [answer.body]


@pytest.mark.parametrize(
    ("values", "code", "field"),
    [
        ({"systolic_pressure": 120}, "unknown_code", "values.systolic_pressure"),
        ({"systolic_bp": None}, "not_a_number", "values.systolic_bp"),
        ({"systolic_bp": ""}, "missing_value", "values.systolic_bp"),
        ({"systolic_bp": "high"}, "not_a_number", "values.systolic_bp"),
        ({"systolic_bp": True}, "not_a_number", "values.systolic_bp"),
        ({"systolic_bp": [84]}, "not_a_number", "values.systolic_bp"),
        ({"systolic_bp": "NaN"}, "not_finite", "values.systolic_bp"),
        ({"systolic_bp": 900}, "implausible", "values.systolic_bp"),
        ({"systolic_bp": {"value": 84, "unit": "mg/dL"}}, "wrong_unit", "values.systolic_bp.unit"),
        ({"systolic_bp": {"unit": "mm[Hg]"}}, "missing_value", "values.systolic_bp"),
        ({"urine_output": 300}, "missing_interval", "values.urine_output.from"),
        ({"urine_output": {"value": 300, "from": "2026-03-02T00:00:00"}}, "naive_time", "values.urine_output.from"),
        ({"mental_status": "fine"}, "not_a_choice", "values.mental_status"),
        ({}, "no_values", "values"),
        (None, "no_values", "values"),
        ([84], "wrong_type", "values"),
    ],
)
def test_a_bad_value_is_named_and_nothing_is_charted(cast, nina, patient, values, code, field):
    of_problem(record(nina, patient, values), 422, code, field)
    assert not Round.objects.exists()


def test_a_null_value_is_refused_in_words(cast, nina, patient):
    answer = of_problem(record(nina, patient, {"systolic_bp": None}), 422, "not_a_number")
    assert answer["remedy"]


@pytest.mark.parametrize("number", [b"NaN", b"Infinity", b"-Infinity", b"1e400", b"9" * 5000])
def test_a_number_of_no_usable_size_is_refused_where_it_stands(cast, nina, patient, number):
    raw = b'{"observed_at": "%s", "values": {"systolic_bp": %s}}' % (clock.now().isoformat().encode(), number)
    answer = nina.post(f"patients/{patient.pk}/rounds/", raw)
    assert (answer.status, answer["field"]) == (422, "values.systolic_bp")
    assert answer["code"] in ("not_finite", "not_a_number", "implausible")


def test_all_bad_values_are_named_at_once(cast, nina, patient):
    answer = of_problem(record(nina, patient, {"systolic_bp": 900, "hart_rate": 80, "spo2": 97}), 422, "implausible")
    assert [each["code"] for each in answer["errors"]] == ["implausible", "unknown_code"]
    assert answer["errors"][1]["remedy"] == "Did you mean heart_rate?"
    assert not Round.objects.exists()


@pytest.mark.parametrize(
    ("at", "status", "code"),
    [
        (None, 422, "missing_time"),
        ("", 422, "missing_time"),
        ("yesterday", 422, "bad_time"),
        ("2026-03-02T08:00:00", 422, "naive_time"),
        (20260302, 422, "wrong_type"),
        ("2999-01-01T00:00:00Z", 422, "time_in_future"),
        ("2020-01-01T00:00:00Z", 422, "before_admission"),
        ("0001-01-01T00:00:00+14:00", 422, "bad_time"),
    ],
)
def test_a_time_that_cannot_be_is_named(cast, nina, patient, at, status, code):
    answer = nina.post(f"patients/{patient.pk}/rounds/", {"observed_at": at, "values": {"heart_rate": 80}})
    of_problem(answer, status, code, "observed_at")


def test_a_clock_slightly_ahead_is_taken_as_now(cast, nina, patient):
    assert record(nina, patient, {"heart_rate": 80}, at=clock.now() + timedelta(seconds=60)).status == 201


def test_a_surprising_value_is_asked_about_and_then_believed(cast, nina, patient):
    answer = of_problem(record(nina, patient, {"heart_rate": 25}), 422, "please_confirm", "values.heart_rate")
    assert answer["remedy"]
    assert record(nina, patient, {"heart_rate": 25}, confirmed=["heart_rate"]).status == 201


def test_nothing_is_charted_after_the_discharge(cast, nina, patient):
    discharge_patient(by=as_(cast.nina), patient_id=patient.pk)
    of_problem(record(nina, patient, {"heart_rate": 80}), 409, "discharged")


def test_a_round_is_struck_once_and_stays_visible(cast, nina, patient):
    round_id = record(nina, patient, {"heart_rate": 80})["id"]
    of_problem(nina.post(f"rounds/{round_id}/retract/", {}), 422, "missing_reason", "reason")
    of_problem(nina.post(f"rounds/{round_id}/retract/", {"reason": 7}), 422, "wrong_type", "reason")
    struck = nina.post(f"rounds/{round_id}/retract/", {"reason": "other patient"})
    assert (struck.status, struck["retraction"]["reason"]) == (200, "other patient")
    of_problem(nina.post(f"rounds/{round_id}/retract/", {"reason": "other patient"}), 409, "already_retracted")
    assert nina.get(f"rounds/{round_id}/")["values"]["heart_rate"]["value"] == 80


def test_a_correction_is_a_new_round_that_points_at_the_old(cast, nina, patient):
    old = record(nina, patient, {"heart_rate": 80, "systolic_bp": 112})
    new = nina.post(f"rounds/{old['id']}/correct/", {"reason": "typed 80 for 88", "values": {"heart_rate": 88}})
    assert (new.status, new["corrects"], new["observed_at"]) == (201, old["id"], old["observed_at"])
    assert nina.get(f"rounds/{old['id']}/")["corrected_by"] == new["id"]


def test_a_nurse_of_another_ward_reaches_no_round(cast, nina, zoe, patient):
    round_id = record(nina, patient, {"heart_rate": 80})["id"]
    of_problem(zoe.get(f"rounds/{round_id}/"), 404, "no_such_round")
    of_problem(zoe.get("rounds/99999999999999999999/"), 404, "no_such_round")
    of_problem(zoe.get(f"patients/{patient.pk}/rounds/"), 404, "no_such_patient")
    of_problem(record(zoe, patient, {"heart_rate": 80}), 404, "no_such_patient")
    of_problem(zoe.post(f"rounds/{round_id}/retract/", {"reason": "mine now"}), 404, "no_such_round")


@pytest.mark.parametrize("key", ["", "k-1"])
def test_a_round_takes_few_queries_whatever_its_size(cast, nina, patient, key, statements):
    whole = {**VITALS, **LABS, "urine_output": {"value": 300, "from": (clock.now() - timedelta(hours=8)).isoformat()}}
    counts = []
    for number, values in enumerate(({"heart_rate": 80}, whole)):
        with statements() as found:
            assert record(nina, patient, values, key=key and f"{key}-{number}").status == 201
        counts.append(len(found))
    assert counts[0] == counts[1] <= 15


def test_why_something_was_not_recorded_goes_in_and_comes_out_as_a_code(cast, nina, patient):
    said = {"weight": "refused", "spo2": {"reason": "equipment", "words": "probe broken"}, "rest": "asleep"}
    answer = record(nina, patient, {"heart_rate": 90}, not_done=said)
    assert answer.status == 201
    assert answer["not_done"] == {
        "weight": {"reason": "refused", "words": ""},
        "spo2": {"reason": "equipment", "words": "probe broken"},
        "rest": {"reason": "asleep", "words": ""},
    }
    assert nina.get(f"rounds/{answer['id']}/")["not_done"] == answer["not_done"]
    of_problem(
        record(nina, patient, {"heart_rate": 90}, not_done={"weight": "tired"}), 422, "bad_reason", "not_done.weight"
    )
    of_problem(record(nina, patient, {"heart_rate": 90}, not_done=["weight"]), 422, "wrong_type", "not_done")
