"""Why something was not recorded: a code for programs, words for people, and neither is ever changed."""

from __future__ import annotations

import pytest

from tests.people import admit, as_
from tracker import clock
from tracker.actions.correct_round import correct_round
from tracker.actions.record_round import record_round
from tracker.errors import BadInput, Several
from tracker.models import AuditEntry, Round
from tracker.not_done import REASONS, SHORT_REASONS, read_not_done, reason_words


def record(cast, patient, not_done, **values):
    return record_round(
        by=as_(cast.nina),
        patient_id=patient.pk,
        observed_at=clock.now(),
        values=values or {"heart_rate": 90},
        not_done=not_done,
    )


def kept(round_):
    return {row.code: (row.reason, row.words) for row in round_.not_done.all()}


def test_the_reasons_that_the_ward_asked_for_are_there():
    assert {"asleep", "refused", "off_ward", "equipment"} <= set(REASONS)
    assert set(SHORT_REASONS) == set(REASONS)


@pytest.mark.parametrize("reason", [each for each in REASONS if each != "other"])
def test_each_reason_is_kept_as_its_code(cast, reason):
    round_ = record(cast, admit(cast), {"weight": reason, "rest": {"reason": "other", "words": " fire alarm "}})
    assert kept(round_) == {"weight": (reason, ""), "rest": ("other", "fire alarm")}
    said = AuditEntry.objects.get(action="record_round").after["not_done"]
    assert said == {"weight": {"reason": reason}, "rest": {"reason": "other", "words": "fire alarm"}}


def test_a_correction_keeps_the_reasons_save_where_there_is_a_value_now(cast):
    wrong = record(cast, admit(cast), {"weight": "refused", "spo2": "equipment"}, heart_rate=120, systolic_bp=110)
    right = correct_round(
        by=as_(cast.nina), round_id=wrong.pk, reason="typing error", values={"heart_rate": 90, "weight": "70"}
    )
    assert kept(right) == {"spo2": ("equipment", "")} and kept(wrong).keys() == {"weight", "spo2"}
    assert AuditEntry.objects.get(action="correct_round").after["not_done"] == {"spo2": {"reason": "equipment"}}


@pytest.mark.parametrize(
    ("said", "code", "field"),
    [
        ({"wait": "asleep"}, "unknown_code", "not_done.wait"),
        ({"weight": "tired"}, "bad_reason", "not_done.weight"),
        ({"weight": 3}, "bad_reason", "not_done.weight"),
        ({"weight": {"words": "asleep"}}, "bad_reason", "not_done.weight"),
        ({"weight": {"reason": "asleep", "note": "x"}}, "bad_reason", "not_done.weight"),
        ({"weight": {"reason": "other", "words": "x"}}, "missing_words", "not_done.weight.words"),
        ({"weight": {"reason": "asleep", "words": "x" * 301}}, "long_words", "not_done.weight.words"),
        ({"heart_rate": "asleep"}, "also_recorded", "not_done.heart_rate"),
    ],
)
def test_a_bad_reason_is_named_and_nothing_is_saved(cast, said, code, field):
    with pytest.raises(Several) as refused:
        record(cast, admit(cast), said)
    assert [(each.code, each.field) for each in refused.value.refusals] == [(code, field)]
    assert not Round.objects.exists()


def test_reasons_are_an_object():
    with pytest.raises(BadInput, match="must be reasons by code"):
        read_not_done(["asleep"], recorded=())


@pytest.mark.parametrize(
    ("reason", "words", "said"),
    [
        ("asleep", "", "patient asleep"),
        ("refused", "nauseous", "patient refused (nauseous)"),
        ("other", "fire alarm", "fire alarm"),
        ("gone_since", "", "gone_since"),  # a code that a later version no longer knows is shown as it is
    ],
)
def test_how_a_reason_reads(reason, words, said):
    assert reason_words(reason, words) == said
