"""`label-2023`: states that hold while they last and discontinue after a run. Exactly 72 h is not more than 72 h."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dosing.rules.criteria import one_of
from dosing.rules.latches import runs
from dosing.rules.picture import picture_at
from tests.rules.journey import Journey, hour

# rule, code, the state, its end, longest run in hours
RUNS = [
    ("L-RESP-INTUBATION", "intubated", "yes", "no", 72),
    ("L-REN-DIALYSIS", "dialysis", "yes", "no", 72),
    ("L-NEURO-COMA", "mental_status", "coma", "normal", 48),
    ("L-NEURO-COMA", "mental_status", "toxic_psychosis", "severe_change", 48),
]


def test_a_run_has_an_end_or_goes_on() -> None:
    journey = Journey().chart(0, intubated="yes").chart(1, intubated="yes").chart(2, intubated="no")
    journey.chart(5, intubated="yes")
    found = runs(picture_at(journey.facts, hour(9)).history, "intubated", one_of("yes"), hour(9))
    assert [(each.began_at, each.newest.at, each.until, each.ongoing) for each in found] == [
        (hour(0), hour(1), hour(2), False),
        (hour(5), hour(5), hour(9), True),
    ]


@pytest.mark.parametrize(("rule_id", "code", "state", "over", "longest"), RUNS)
class TestRun:
    def test_one_value_lasts_until_now(self, rule_id: str, code: str, state: str, over: str, longest: int) -> None:
        journey = Journey("label-2023").chart(0, **{code: state})
        assert journey.effect(rule_id, longest - 1) == "hold"
        assert journey.effect(rule_id, longest) == "hold"
        assert journey.effect(rule_id, f"{longest}:01") == "discontinue"

    def test_the_hold_ends_with_a_contrary_value(
        self, rule_id: str, code: str, state: str, over: str, longest: int
    ) -> None:
        journey = Journey("label-2023").chart(0, **{code: state}).chart(longest, **{code: over})
        assert journey.effect(rule_id, longest) is None
        assert journey.effect(rule_id, longest + 100) is None

    def test_a_run_that_was_long_enough_counts_for_good(
        self, rule_id: str, code: str, state: str, over: str, longest: int
    ) -> None:
        journey = Journey("label-2023").chart(0, **{code: state}).chart(f"{longest}:01", **{code: over})
        for at in (longest + 1, longest + 50):
            assert journey.effect(rule_id, at) == "discontinue"
        found = journey.finding(rule_id, longest + 50)
        assert found.release == ""
        assert found.observed_at == journey.rounds[0].observed_at

    def test_two_short_runs_do_not_add_up(self, rule_id: str, code: str, state: str, over: str, longest: int) -> None:
        journey = Journey("label-2023").chart(0, **{code: state}).chart(longest - 1, **{code: over})
        journey.chart(longest, **{code: state})
        assert journey.effect(rule_id, longest + 10) == "hold"
        assert journey.effect(rule_id, 2 * longest) == "hold"
        assert journey.effect(rule_id, f"{2 * longest}:01") == "discontinue"

    def test_a_late_contrary_value_breaks_the_run(
        self, rule_id: str, code: str, state: str, over: str, longest: int
    ) -> None:
        journey = Journey("label-2023").chart(0, **{code: state}).chart(longest, **{code: state})
        assert journey.effect(rule_id, longest + 1) == "discontinue"
        journey.chart(longest // 2, known=longest + 2, **{code: over})
        assert journey.effect(rule_id, longest + 1) == "discontinue"
        assert journey.effect(rule_id, longest + 2) == "hold"

    def test_retracting_the_contrary_value_mends_the_run(
        self, rule_id: str, code: str, state: str, over: str, longest: int
    ) -> None:
        journey = Journey("label-2023").chart(0, **{code: state}).chart(10, **{code: over})
        journey.chart(20, **{code: state}).retract(1, longest + 2)
        assert journey.effect(rule_id, longest + 1) == "hold"
        assert journey.effect(rule_id, longest + 2) == "discontinue"

    def test_retracting_the_first_value_starts_the_run_later(
        self, rule_id: str, code: str, state: str, over: str, longest: int
    ) -> None:
        journey = Journey("label-2023").chart(0, **{code: state}).chart(20, **{code: state}).retract(0, 25)
        assert journey.effect(rule_id, longest + 20) == "hold"
        assert journey.effect(rule_id, f"{longest + 20}:01") == "discontinue"

    def test_the_newest_round_of_the_state_is_shown(
        self, rule_id: str, code: str, state: str, over: str, longest: int
    ) -> None:
        journey = Journey("label-2023").chart(0, **{code: state}).chart(9, **{code: state}).chart(10, systolic_bp=120)
        assert journey.finding(rule_id, 11).observed_at == journey.rounds[0].observed_at + timedelta(hours=9)


def test_coma_and_toxic_psychosis_are_one_state() -> None:
    journey = Journey("label-2023").chart(0, mental_status="toxic_psychosis").chart(24, mental_status="coma")
    assert journey.effect("L-NEURO-COMA", 48) == "hold"
    assert journey.effect("L-NEURO-COMA", "48:01") == "discontinue"


def test_mental_status_stands_beside_coma_and_outlives_it() -> None:
    journey = Journey("label-2023").chart(0, mental_status="coma").chart(10, mental_status="mild_change")
    assert {found.id for found in journey.ask(1).findings} >= {"L-NEURO-COMA", "L-NEURO-STATUS"}
    assert journey.effect("L-NEURO-COMA", 11) is None
    assert journey.effect("L-NEURO-STATUS", 11) == "hold"


def test_no_value_is_no_run() -> None:
    assert Journey("label-2023").chart(0, intubated="no").effect("L-RESP-INTUBATION", 100) is None


def test_of_two_values_of_one_instant_the_later_known_decides_whether_it_lasts() -> None:
    journey = Journey("label-2023").chart(0, intubated="yes").chart(0, known="0:10", intubated="no")
    assert journey.effect("L-RESP-INTUBATION", "0:05") == "hold"
    assert journey.effect("L-RESP-INTUBATION", 1) is None
