"""Journeys that are not valid: each prints no line, exits with 2, and says in one line the file, the place and why."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.replay.journey_files import put, replay, small, written

ROUND = "/events/0/observe"
DELETE = "(left out)"  # a text, so that every worker names its cases alike


def changed(place: str, value: object) -> dict:
    """The small journey with one member changed, or taken out."""
    if value is not DELETE:
        return put(small(), place, value)
    journey = small()
    *way, last = place.lstrip("/").split("/")
    part = journey
    for key in way:
        part = part[int(key)] if isinstance(part, list) else part[key]
    del part[last]
    return journey


# what is changed, to what, and the place that the error names
ONE_CHANGE = [
    # a missing required key
    ("/regimen", DELETE, "/regimen"),
    ("/settings", DELETE, "/settings"),
    ("/patient", DELETE, "/patient"),
    ("/dosing_weight_kg", DELETE, "/dosing_weight_kg"),
    ("/first_dose_at", DELETE, "/first_dose_at"),
    ("/settings/late_window_min", DELETE, "/settings/late_window_min"),
    ("/settings/interval_tolerance_min", DELETE, "/settings/interval_tolerance_min"),
    ("/settings/late_dose_policy", DELETE, "/settings/late_dose_policy"),
    ("/baseline/at", DELETE, "/baseline/at"),
    ("/baseline/values", DELETE, "/baseline/values"),
    ("/events/0/at", DELETE, "/events/0/at"),
    ("/prior", {"cycle_number": 2}, "/prior/cycle_1_first_dose_at"),
    # an instant without offset, or none at all
    ("/first_dose_at", "2026-03-02T08:00:00", "/first_dose_at"),
    ("/baseline/at", "2026-03-02T06:00:00", "/baseline/at"),
    ("/events/1/at", "2026-03-02T08:00:00", "/events/1/at"),
    ("/events/0/entered_at", "2026-03-02T08:00:00", "/events/0/entered_at"),
    (f"{ROUND}/urine_output/from", "2026-03-02T06:00:00", f"{ROUND}/urine_output/from"),
    ("/prior", {"cycle_number": 2, "cycle_1_first_dose_at": "2026-02-10T08:00:00"}, "/prior/cycle_1_first_dose_at"),
    ("/first_dose_at", "tomorrow", "/first_dose_at"),
    ("/first_dose_at", 1772434800, "/first_dose_at"),
    ("/first_dose_at", None, "/first_dose_at"),
    ("/first_dose_at", "0001-01-01T00:00:00Z", "/first_dose_at"),
    ("/first_dose_at", "9999-12-31T23:59:59-12:00", "/first_dose_at"),
    # an unknown code, choice, unit, regimen, rule set or policy
    (f"{ROUND}/blood_sugar", 100, f"{ROUND}/blood_sugar"),
    (f"{ROUND}/a~b", 1, f"{ROUND}/a~0b"),
    ("/baseline/values/creatinin", 1, "/baseline/values/creatinin"),
    (f"{ROUND}/rhythm", "flutter", f"{ROUND}/rhythm"),
    (f"{ROUND}/mental_status", "Normal", f"{ROUND}/mental_status"),
    (f"{ROUND}/creatinine", {"value": 1, "unit": "g/L"}, f"{ROUND}/creatinine/unit"),
    (f"{ROUND}/spo2", {"value": 97, "unit": "mm[Hg]"}, f"{ROUND}/spo2/unit"),
    (f"{ROUND}/spo2", {"value": 97, "unit": ""}, f"{ROUND}/spo2/unit"),
    (f"{ROUND}/spo2", {"value": 97, "unit": None}, f"{ROUND}/spo2/unit"),
    (f"{ROUND}/spo2", {"value": 97, "unit": 5}, f"{ROUND}/spo2/unit"),
    (f"{ROUND}/rhythm", {"value": "sinus", "unit": "mL"}, f"{ROUND}/rhythm/unit"),
    ("/regimen", "low-dose", "/regimen"),
    ("/regimen", "HD-IL2", "/regimen"),
    ("/rules", ["label-2023", "label-2099"], "/rules/1"),
    ("/rules", ["label-2023@2"], "/rules/0"),
    ("/rules", ["label-2023@01"], "/rules/0"),
    ("/rules", ["standing"], "/rules/0"),
    ("/rules", [], "/rules"),
    ("/settings/late_dose_policy", "skip", "/settings/late_dose_policy"),
    ("/settings/late_dose_policy", None, "/settings/late_dose_policy"),
    ("/settings/late_dose_policy", ["grid"], "/settings/late_dose_policy"),
    # a value of the wrong kind
    ("/rules", "label-2023", "/rules"),
    ("/rules", [5], "/rules/0"),
    ("/regimen", 5, "/regimen"),
    ("/settings", [], "/settings"),
    ("/settings/late_window_min", "soon", "/settings/late_window_min"),
    ("/settings/late_window_min", -1, "/settings/late_window_min"),
    ("/settings/late_window_min", True, "/settings/late_window_min"),
    ("/settings/interval_tolerance_min", 7.5, "/settings/interval_tolerance_min"),
    ("/settings/max_age_min", {"labs": 0}, "/settings/max_age_min/labs"),
    ("/settings/max_age_min", {"vitals": "two hours"}, "/settings/max_age_min/vitals"),
    ("/settings/max_age_min", 120, "/settings/max_age_min"),
    ("/patient", "Erika", "/patient"),
    ("/patient/limits", [40], "/patient/limits"),
    ("/patient/limits", {"ast_uln": "high"}, "/patient/limits/ast_uln"),
    ("/patient/limits", {"alt_uln": 0}, "/patient/limits/alt_uln"),
    ("/dosing_weight_kg", "seventy", "/dosing_weight_kg"),
    ("/dosing_weight_kg", None, "/dosing_weight_kg"),
    ("/dosing_weight_kg", "70,5", "/dosing_weight_kg"),
    ("/dosing_weight_kg", "NaN", "/dosing_weight_kg"),
    ("/dosing_weight_kg", "Infinity", "/dosing_weight_kg"),
    ("/prior", {"discontinued": "yes"}, "/prior/discontinued"),
    ("/prior", {"course_stopped": 1}, "/prior/course_stopped"),
    ("/prior", {"doses_given_in_course": -1}, "/prior/doses_given_in_course"),
    ("/prior", {"cycle_number": 0}, "/prior/cycle_number"),
    ("/prior", [], "/prior"),
    ("/baseline", [], "/baseline"),
    ("/baseline/values", [1], "/baseline/values"),
    ("/events", {}, "/events"),
    ("/events/0", "observe", "/events/0"),
    (ROUND, [1], ROUND),
    (f"{ROUND}/spo2", "high", f"{ROUND}/spo2"),
    (f"{ROUND}/spo2", None, f"{ROUND}/spo2"),
    (f"{ROUND}/spo2", True, f"{ROUND}/spo2"),
    (f"{ROUND}/spo2", [97], f"{ROUND}/spo2"),
    (f"{ROUND}/spo2", "", f"{ROUND}/spo2"),
    (f"{ROUND}/spo2", {"unit": "%"}, f"{ROUND}/spo2"),
    (f"{ROUND}/rhythm", 5, f"{ROUND}/rhythm"),
    (f"{ROUND}/somnolence_grade", 5, f"{ROUND}/somnolence_grade"),
    (f"{ROUND}/somnolence_grade", 1.5, f"{ROUND}/somnolence_grade"),
    (f"{ROUND}/rash_grade", 4, f"{ROUND}/rash_grade"),
    ("/events/0/id", "", "/events/0/id"),
    ("/events/0/id", 1.5, "/events/0/id"),
    # out of its plausible range, in the unit it was entered in
    (f"{ROUND}/systolic_bp", 29.9, f"{ROUND}/systolic_bp"),
    (f"{ROUND}/systolic_bp", 281, f"{ROUND}/systolic_bp"),
    (f"{ROUND}/temperature", 98.6, f"{ROUND}/temperature"),
    (f"{ROUND}/creatinine", {"value": 2211, "unit": "umol/L"}, f"{ROUND}/creatinine"),
    (f"{ROUND}/urine_output/value", 5001, f"{ROUND}/urine_output"),
    (f"{ROUND}/urine_output/value", -1, f"{ROUND}/urine_output"),
    ("/baseline/values/weight", 24.9, "/baseline/values/weight"),
    ("/dosing_weight_kg", 301, "/dosing_weight_kg"),
    ("/dosing_weight_kg", 0, "/dosing_weight_kg"),
    # a volume without `from`, or with one that is not before `at`
    (f"{ROUND}/urine_output", 300, f"{ROUND}/urine_output/from"),
    (f"{ROUND}/urine_output", {"value": 300}, f"{ROUND}/urine_output/from"),
    (f"{ROUND}/urine_output/from", "2026-03-02T07:40:00+01:00", f"{ROUND}/urine_output/from"),
    (f"{ROUND}/fluid_intake", {"value": 1, "from": "2026-03-02T07:41:00+01:00"}, f"{ROUND}/fluid_intake/from"),
    ("/baseline/values/diarrhea_volume", 100, "/baseline/values/diarrhea_volume/from"),
    # an event with no action, or two
    ("/events/1", {"at": "2026-03-02T08:00:00Z"}, "/events/1"),
    ("/events/1", {"at": "2026-03-02T08:00:00Z", "take": 1}, "/events/1"),
    ("/events/1/ask", 1, "/events/1"),
    ("/events/0/give", 1, "/events/0"),
    # a slot that is not a whole number of 1 or more
    ("/events/1/give", 0, "/events/1/give"),
    ("/events/1/give", -1, "/events/1/give"),
    ("/events/1/give", 1.5, "/events/1/give"),
    ("/events/1/give", "one", "/events/1/give"),
    ("/events/1/give", None, "/events/1/give"),
    ("/events/1/give", True, "/events/1/give"),
    ("/events/1/give", {"slot": 1}, "/events/1/give"),
    ("/events/1", {"at": "2026-03-02T08:00:00Z", "hold": {"slot": 0, "reason": "x"}}, "/events/1/hold/slot"),
    ("/events/1", {"at": "2026-03-02T08:00:00Z", "hold": {"reason": "x"}}, "/events/1/hold/slot"),
    ("/events/1", {"at": "2026-03-02T08:00:00Z", "override": 1}, "/events/1/override"),
    # an empty reason
    ("/events/1", {"at": "2026-03-02T08:00:00Z", "hold": {"slot": 1, "reason": ""}}, "/events/1/hold/reason"),
    ("/events/1", {"at": "2026-03-02T08:00:00Z", "hold": {"slot": 1}}, "/events/1/hold/reason"),
    ("/events/1", {"at": "2026-03-02T08:00:00Z", "override": {"slot": 1, "reason": " "}}, "/events/1/override/reason"),
    ("/events/1", {"at": "2026-03-02T08:00:00Z", "end_cycle": {"reason": "\n"}}, "/events/1/end_cycle/reason"),
    ("/events/1", {"at": "2026-03-02T08:00:00Z", "end_cycle": {}}, "/events/1/end_cycle/reason"),
    ("/events/1", {"at": "2026-03-02T08:00:00Z", "end_cycle": {"reason": 5}}, "/events/1/end_cycle/reason"),
    # entered before it was observed; a round's name used twice; a retraction of nothing
    ("/events/0/entered_at", "2026-03-02T07:39:59+01:00", "/events/0/entered_at"),
    ("/events/2", {"at": "2026-03-02T09:00:00Z", "observe": {"spo2": 97}, "id": "first"}, "/events/2/id"),
    ("/events/2", {"at": "2026-03-02T09:00:00Z", "retract": "second"}, "/events/2/retract"),
    ("/events/2", {"at": "2026-03-02T07:00:00Z", "retract": "baseline"}, "/events/2/retract"),
    ("/events/2", {"at": "2026-03-02T06:39:59Z", "retract": "first"}, "/events/2/retract"),
    ("/events/2", {"at": "2026-03-02T09:00:00Z", "retract": None}, "/events/2/retract"),
    (
        "/events/2",
        {"at": "2026-03-02T09:00:00Z", "retract": "first", "entered_at": "2026-03-02T08:00:00Z"},
        "/events/2/entered_at",
    ),
    # counting other than whole numbers 1 <= hold_at <= stop_at
    ("/settings/counting", {"hold_at": 0, "stop_at": 3}, "/settings/counting/hold_at"),
    ("/settings/counting", {"hold_at": 1.5, "stop_at": 3}, "/settings/counting/hold_at"),
    ("/settings/counting", {"hold_at": 3, "stop_at": 2}, "/settings/counting/stop_at"),
    ("/settings/counting", {"hold_at": 4}, "/settings/counting/stop_at"),
    ("/settings/counting", [1, 3], "/settings/counting"),
]


@pytest.mark.parametrize(("place", "value", "named"), ONE_CHANGE, ids=lambda part: str(part)[:50])
def test_the_place_is_named_in_one_line(tmp_path: Path, place: str, value: object, named: str) -> None:
    check(written(tmp_path, changed(place, value)), named)


def check(path: Path, named: str) -> None:
    """Nothing on standard output, status 2, one line: file, JSON pointer, a sentence."""
    answer = replay(path)
    assert (answer.status, answer.out) == (2, "")
    (line,) = answer.err.splitlines()
    assert line.startswith(f"{path}: {named}: "), line
    assert len(line.removeprefix(f"{path}: {named}: ")) > 10


def test_a_dose_before_the_baseline_and_what_may_come_before_it(tmp_path: Path) -> None:
    journey = small()
    start = journey["events"][1]["at"]
    journey["baseline"]["at"] = start
    assert replay(written(tmp_path, journey)).status == 0
    journey["baseline"]["at"] = start.replace(":00:00", ":00:01")
    check(written(tmp_path, journey), "/events/1/at")
    journey["events"][1] = {"at": start, "override": {"slot": 1, "reason": "benefit"}}
    check(written(tmp_path, journey), "/events/1/at")
    # To ask, to hold and to observe are no doses: an earlier observation is an ordinary one.
    journey["events"][1] = {"at": start, "ask": 1}
    journey["events"] += [{"at": start, "hold": {"slot": 1, "reason": "scan"}}]
    assert replay(written(tmp_path, journey)).status == 0


@pytest.mark.parametrize("event", ["ask", "give", "override", "hold"])
def test_a_dose_that_the_cycle_does_not_have_is_answered_and_never_given(tmp_path: Path, event: str) -> None:
    journey = small()
    at = journey["events"][1]["at"]
    slot = 15 if event in ("ask", "give") else {"slot": 15, "reason": "one more"}
    journey["events"][1] = {"at": at, event: slot}
    line, last = replay(written(tmp_path, journey)).lines
    assert "cycle_cap" in line["refusals"]
    assert (line["given"], last["summary"]["given"], last["summary"]["held"]) == (False, 0, 0)


TEXTS = {
    "empty": "",
    "cut off": json.dumps(small())[:-1],
    "a list": "[]",
    "a number": "5",
    "null": "null",
    "two documents": "{}{}",
    "NaN": json.dumps(small()).replace('"70"', "NaN"),
    "Infinity": json.dumps(small()).replace('"70"', "-Infinity"),
    "too deep": "[" * 100_000,
    "a trailing comma": '{"regimen": "hd-il2",}',
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_what_is_not_a_json_object(tmp_path: Path, text: str) -> None:
    check(written(tmp_path, text), "/")


def test_what_is_not_utf_8(tmp_path: Path) -> None:
    path = tmp_path / "journey.json"
    path.write_bytes(json.dumps(small()).encode("utf-16"))
    check(path, "/")


def test_an_interval_is_read_for_til_only(tmp_path: Path) -> None:
    for hours, valid in ((8, True), (12, True), ("10.5", True), (7.99, False), ("12.0000001", False), ("x", False)):
        journey = small() | {"regimen": "til-il2"}
        journey["settings"]["interval_h"] = hours
        path = written(tmp_path, journey)
        if valid:
            assert replay(path).status == 0
        else:
            check(path, "/settings/interval_h")
    journey = small()
    journey["settings"]["interval_h"] = 24
    assert replay(written(tmp_path, journey)).status == 0


def test_a_problem_in_the_middle_prints_no_line_for_what_came_before(tmp_path: Path) -> None:
    journey = small()
    journey["events"] += [{"at": "2026-03-02T16:00:00+01:00", "give": 2}, {"at": "2026-03-02T17:00:00", "give": 2}]
    check(written(tmp_path, journey), "/events/3/at")
