"""What is typed into a round, on the ward's clock: the hour that exists twice, the present minute, confirmations."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from dosing.hypothetical import effect_alone
from dosing.round_input import Typed, instant_typed, local_text
from tracker.errors import BadInput
from tracker.times import offsets_of

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 3, 4, 4, 28, 40, tzinfo=UTC)


@pytest.mark.parametrize(
    ("local", "offsets"),
    [
        ("2026-03-04T05:28", ("+01:00",)),
        ("2026-07-04T05:28", ("+02:00",)),
        ("2026-10-25T02:30", ("+02:00", "+01:00")),
        ("2026-03-29T02:30", ()),
        ("not a time", ()),
        ("2026-03-04T05:28+01:00", ()),
    ],
)
def test_how_often_a_clock_time_exists(local, offsets):
    assert offsets_of(local, BERLIN) == offsets


def test_the_hour_that_exists_twice_is_taken_as_chosen():
    later = datetime(2026, 10, 26, tzinfo=UTC)
    for offset, hour in (("+02:00", 0), ("+01:00", 1)):
        typed = Typed({"observed_at": "2026-10-25T02:30", "observed_at_offset": offset}, BERLIN)
        assert typed.seen_at(later) == datetime(2026, 10, 25, hour, 30, tzinfo=UTC)


def test_an_interval_that_begins_in_that_hour_says_which_one():
    said = {"urine_output": "200", "urine_output_from": "2026-10-25T02:30"}
    with pytest.raises(BadInput) as refusal:
        Typed(said, BERLIN).values()
    assert (refusal.value.code, refusal.value.field) == ("ambiguous_time", "values.urine_output.from")
    values = Typed({**said, "urine_output_from_offset": "+01:00"}, BERLIN).values()
    assert values["urine_output"]["from"] == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


def test_an_offset_left_over_from_another_time_is_not_used():
    typed = Typed({"observed_at": "2026-03-04T05:20", "observed_at_offset": "+02:00"}, BERLIN)
    assert typed.seen_at(NOW) == datetime(2026, 3, 4, 4, 20, tzinfo=UTC)


def test_a_time_that_the_clock_skips_is_refused():
    with pytest.raises(BadInput) as refusal:
        Typed({"observed_at": "2026-03-29T02:30"}, BERLIN).seen_at(NOW)
    assert refusal.value.code == "no_such_time"


def test_the_present_minute_means_now():
    assert instant_typed("2026-03-04T05:28", zone=BERLIN, now=NOW, field="observed_at") == NOW
    before = instant_typed("2026-03-04T05:27", zone=BERLIN, now=NOW, field="observed_at")
    assert before == NOW - timedelta(minutes=1, seconds=40)


def test_without_a_time_it_asks():
    with pytest.raises(BadInput) as refusal:
        Typed({}, BERLIN).seen_at(NOW)
    assert refusal.value.code == "missing_time"


def test_values_go_to_the_action_with_unit_and_interval():
    typed = Typed(
        {
            "systolic_bp": " 118 ",
            "creatinine": "177",
            "creatinine_unit": "µmol/L",
            "urine_output": "200",
            "urine_output_from": "2026-03-04T01:28",
            "somnolence_grade": "1",
            "heart_rate": "",
        },
        BERLIN,
    )
    assert typed.values() == {
        "systolic_bp": {"value": "118"},
        "creatinine": {"value": "177", "unit": "µmol/L"},
        "urine_output": {"value": "200", "from": datetime(2026, 3, 4, 0, 28, tzinfo=UTC)},
        "somnolence_grade": "1",
    }


def test_only_the_value_that_was_confirmed_is_confirmed():
    typed = Typed({"heart_rate": "190", "heart_rate_confirmed": "19", "weight": "88", "weight_confirmed": "88"}, BERLIN)
    assert typed.confirmed == frozenset({"weight"})


def test_what_was_not_done_is_a_code_with_words():
    typed = Typed(
        {
            "heart_rate": "90",
            "heart_rate_not_done": "asleep",  # it was done after all
            "weight_not_done": "refused",
            "temperature_not_done": "other",
            "temperature_not_done_words": "probe at the next bed",
            "due_codes": "weight,heart_rate,spo2,nonsense",
            "left_reason": "no_device",  # as a form said it that waited in a tablet's queue
        },
        BERLIN,
    )
    assert typed.not_done() == {
        "weight": {"reason": "refused", "words": ""},
        "temperature": {"reason": "other", "words": "probe at the next bed"},
        "spo2": {"reason": "equipment", "words": ""},
    }


def test_a_form_that_does_not_say_what_was_due_gives_a_reason_for_the_rest():
    typed = Typed({"heart_rate": "90", "left_reason": "other", "left_note": "rush"}, BERLIN)
    assert typed.not_done() == {"rest": {"reason": "other", "words": "rush"}}


def test_local_text_is_what_an_input_wants():
    assert local_text(NOW, BERLIN) == "2026-03-04T05:28"


@pytest.mark.parametrize(
    ("code", "answer", "rule_sets", "effect"),
    [
        ("somnolence_grade", "1", ("label-2023@1",), ""),
        ("somnolence_grade", "2", ("label-2023@1",), "hold"),
        ("hallucinations_grade", "1", ("label-2023@1",), ""),
        ("hallucinations_grade", "1", ("label-2023@1", "consensus-2014@1"), "stop_cycle"),
    ],
)
def test_which_grades_touch_a_rule(code, answer, rule_sets, effect):
    assert effect_alone(code, answer, rule_sets) == effect
