"""Recording, striking and correcting rounds: nothing charted is edited, and every mistake gets a clear answer."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.people import admit, as_, round_
from tracker import clock
from tracker.actions.correct_round import correct_round
from tracker.actions.move_patient import discharge_patient
from tracker.actions.record_round import record_round
from tracker.actions.retract_round import retract_round
from tracker.errors import BadInput, Conflict, NotFound, Refusal, Several
from tracker.models import AuditEntry, ChartState, Round, RoundValue


@pytest.fixture
def patient(cast):
    return admit(cast)


def record(cast, patient, values, *, at=None, **more):
    return record_round(by=as_(cast.nina), patient_id=patient.pk, observed_at=at or clock.now(), values=values, **more)


def test_t33_a_value_stays_as_it_was_typed(cast, patient):
    """37.2 stays 37.2, with the unit that was typed."""
    round_ = record(cast, patient, {"temperature": "37.2", "creatinine": {"value": "180", "unit": "umol/L"}})
    kept = {value.code: (value.entered, value.unit) for value in round_.values.all()}
    assert kept == {"temperature": ("37.2", "Cel"), "creatinine": ("180", "umol/L")}


def test_t13_zero_is_a_value(cast, patient):
    """0 mL, 0 L/min and grade 0 are recorded."""
    since = (clock.now() - timedelta(hours=2)).isoformat()
    round_ = record(
        cast, patient, {"urine_output": {"value": 0, "from": since}, "oxygen_flow": 0, "somnolence_grade": 0}
    )
    assert {value.code for value in round_.values.all()} == {"urine_output", "oxygen_flow", "somnolence_grade"}


def test_t04_observed_and_recorded_times_are_kept_apart(cast, patient):
    seen = clock.now() - timedelta(hours=1)
    round_ = record(cast, patient, {"heart_rate": 90}, at=seen)
    assert round_.observed_at == seen
    assert round_.recorded_at - seen >= timedelta(hours=1)


def test_t11_a_struck_round_stays_with_its_reason(cast, patient):
    wrong = record(cast, patient, {"systolic_bp": 84})
    retract_round(by=as_(cast.noah), round_id=wrong.pk, reason="other patient's pressure")
    wrong.refresh_from_db()
    assert wrong.values.get().entered == "84"
    assert wrong.retraction.reason == "other patient's pressure"
    entry = AuditEntry.objects.get(action="retract_round")
    assert (entry.actor, entry.before["values"]["systolic_bp"]["value"]) == ("Noah Nurse", "84")


def test_a_correction_points_at_what_it_corrects(cast, patient):
    wrong = record(cast, patient, {"systolic_bp": 186, "heart_rate": 90})
    right = correct_round(
        by=as_(cast.nina), round_id=wrong.pk, reason="typing error", values={"systolic_bp": 106, "heart_rate": 90}
    )
    assert right.corrects_id == wrong.pk and right.observed_at == wrong.observed_at
    assert Round.objects.filter(retraction=None).count() == 1


def test_a_round_is_struck_once(cast, patient):
    wrong = record(cast, patient, {"systolic_bp": 84})
    retract_round(by=as_(cast.nina), round_id=wrong.pk, reason="wrong patient")
    with pytest.raises(Conflict, match="already"):
        retract_round(by=as_(cast.nina), round_id=wrong.pk, reason="wrong patient")


NOW = datetime(2026, 3, 4, 5, 30, tzinfo=UTC)

BAD = [
    ({"systolic": 84}, "unknown_code", "values.systolic"),
    ({"systolic_bp": ""}, "missing_value", "values.systolic_bp"),
    ({"systolic_bp": None}, "not_a_number", "values.systolic_bp"),
    ({"systolic_bp": "high"}, "not_a_number", "values.systolic_bp"),
    ({"systolic_bp": "NaN"}, "not_finite", "values.systolic_bp"),
    ({"systolic_bp": "Infinity"}, "not_finite", "values.systolic_bp"),
    ({"systolic_bp": 840}, "implausible", "values.systolic_bp"),
    ({"systolic_bp": {"value": 84, "unit": "kg"}}, "wrong_unit", "values.systolic_bp.unit"),
    ({"rhythm": "fine"}, "not_a_choice", "values.rhythm"),
    ({"somnolence_grade": 5}, "not_a_grade", "values.somnolence_grade"),
    ({"urine_output": 300}, "missing_interval", "values.urine_output.from"),
    ({"urine_output": {"value": 300, "from": "2026-03-04T05:00:00"}}, "naive_time", "values.urine_output.from"),
    ({"urine_output": {"value": 300, "from": "2999-03-04T05:00:00Z"}}, "bad_interval", "values.urine_output.from"),
    ({}, "no_values", "values"),
    (["systolic_bp"], "no_values", "values"),
]


@pytest.mark.parametrize(("values", "code", "field"), BAD, ids=[str(row[0])[:40] for row in BAD])
def test_bad_values_are_named_and_nothing_is_written(cast, patient, values, code, field):
    with pytest.raises(BadInput) as refusal:
        record(cast, patient, values)
    first = refusal.value.refusals[0] if isinstance(refusal.value, Several) else refusal.value
    assert (first.code, first.field) == (code, field)
    assert first.remedy
    assert not Round.objects.exists() and not RoundValue.objects.exists()
    assert AuditEntry.objects.filter(action="record_round", outcome="refused").count() == 1


def test_all_mistakes_are_told_at_once(cast, patient):
    with pytest.raises(Several) as refusal:
        record(cast, patient, {"systolic_bp": 840, "heart_rate": "x", "temperature": "37.0"})
    assert [each.field for each in refusal.value.refusals] == ["values.systolic_bp", "values.heart_rate"]


@pytest.mark.parametrize(
    ("at", "code"),
    [
        ("", "missing_time"),
        ("yesterday", "bad_time"),
        ("2026-03-04T05:30:00", "naive_time"),
        ("2099-01-01T00:00:00Z", "time_in_future"),
        ("2001-01-01T00:00:00Z", "before_admission"),
    ],
)
def test_bad_times_are_named(cast, patient, at, code):
    with pytest.raises(Refusal) as refusal:
        record_round(by=as_(cast.nina), patient_id=patient.pk, observed_at=at, values={"heart_rate": 90})
    assert (refusal.value.code, refusal.value.field) == (code, "observed_at")


def test_a_clock_a_little_ahead_is_taken_as_now_and_said_so(cast, patient):
    said = clock.now() + timedelta(seconds=90)
    round_ = record(cast, patient, {"heart_rate": 90}, at=said)
    assert round_.observed_at <= round_.recorded_at
    assert "observed_at_said" in AuditEntry.objects.get(action="record_round").after


def test_a_surprising_value_asks_and_is_taken_when_confirmed(cast, patient):
    with pytest.raises(Several) as refusal:
        record(cast, patient, {"systolic_bp": 45})
    assert refusal.value.refusals[0].code == "please_confirm"
    assert record(cast, patient, {"systolic_bp": 45}, confirmed=frozenset({"systolic_bp"})).pk


def test_a_weight_far_from_the_last_one_asks(cast, patient):
    record(cast, patient, {"weight": 70}, at=clock.now() - timedelta(hours=3))
    with pytest.raises(Several) as refusal:
        record(cast, patient, {"weight": 84})
    assert refusal.value.refusals[0].field == "values.weight"


def test_nothing_is_charted_after_discharge(cast, patient):
    discharge_patient(by=as_(cast.nina), patient_id=patient.pk)
    with pytest.raises(Conflict, match="discharged"):
        record(cast, patient, {"heart_rate": 90})


def test_a_nurse_of_another_ward_cannot_chart_or_strike(cast, patient):
    mine = record(cast, patient, {"heart_rate": 90})
    with pytest.raises(NotFound):
        round_(cast, patient, by=cast.zoe, heart_rate=91)
    with pytest.raises(NotFound):
        retract_round(by=as_(cast.zoe), round_id=mine.pk, reason="not mine")


def test_each_change_makes_the_review_due_and_gives_a_new_stamp(cast, patient):
    stamps = set()
    for rate in (90, 91, 92):
        record(cast, patient, {"heart_rate": rate})
        chart = ChartState.objects.get(patient=patient)
        stamps.add(chart.stamp)
        assert chart.seq > chart.reviewed_seq
    assert len(stamps) == 3


@pytest.mark.parametrize("size", [1, 12, 30])
def test_a_round_costs_the_same_queries_whatever_its_size(
    cast, patient, size, django_assert_max_num_queries, django_capture_on_commit_callbacks
):
    from tracker.catalogue import CODES, Kind

    codes = [code for code, row in CODES.items() if row.kind in (Kind.CHOICE, Kind.GRADE)][:size]
    values = {code: CODES[code].choices[0] for code in codes}
    with django_assert_max_num_queries(14), django_capture_on_commit_callbacks():
        record(cast, patient, values)
