"""What was known when: late entries, retractions, order of entry, ties of one instant, and both clock changes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest

from dosing.rules.assess import assess
from dosing.rules.facts import DoseEvent, Facts, Round, Value
from tests.rules.journey import HEALTHY, START, Journey, hour


def test_a_decision_sees_what_was_known_then_and_a_later_one_sees_more() -> None:
    journey = Journey("label-2023").well(0).chart(-1, known=1, systolic_bp=80)
    assert journey.ask(0).verdict == "proceed"
    # The late value is older than the round at hour 0, which releases it.
    assert journey.ask(1).verdict == "proceed"
    journey.chart("0:30", known="1:30", systolic_bp=80)
    assert journey.ask(1).verdict == "proceed"
    assert journey.ask("1:30").verdict == "hold"
    assert journey.finding("L-CV-SBP", "1:30").observed_at == hour("0:30")


def test_a_retraction_takes_effect_at_its_instant_and_not_before() -> None:
    journey = Journey("label-2023").well(0, systolic_bp=80).well("0:30").retract(0, 1)
    journey.chart("0:40", spo2=85)
    assert journey.ask("0:59").verdict == "hold"
    assert [found.id for found in journey.ask(1).findings] == ["L-RESP-SPO2"]


def test_a_value_known_and_retracted_before_the_decision_never_existed() -> None:
    journey = Journey("label-2023").well(0).chart("0:10", known="0:20", systolic_bp=60).retract(-1, "0:25")
    assert journey.ask("0:30").verdict == "proceed"


def test_the_future_is_not_seen() -> None:
    journey = Journey("label-2023").well(0).chart(5, systolic_bp=60)
    assert journey.ask(1).verdict == "proceed"


def test_of_two_values_of_one_instant_the_one_known_later_is_newer() -> None:
    journey = Journey("consensus-2014").well(0, platelets=45_000).chart(0, known="0:10", platelets=200_000)
    assert journey.ask("0:05").verdict == "hold"
    assert journey.ask("0:10").verdict == "proceed"
    journey.retract(-1, "0:20")
    assert journey.ask("0:20").verdict == "hold"


def test_of_two_values_known_at_once_the_order_of_entry_decides() -> None:
    journey = Journey("consensus-2014").well(0, platelets=45_000).chart(0, platelets=200_000)
    assert journey.ask(0).verdict == "proceed"


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York"])
def test_ages_and_runs_are_elapsed_time_across_the_clock_change(zone: str) -> None:
    """72 h of intubation in local time across the change are 71 or 73 elapsed hours; only those count."""
    tz = ZoneInfo(zone)
    changes = {"Europe/Berlin": (3, 29), "America/New_York": (3, 8)}
    month, day = changes[zone]
    began = datetime(2026, month, day - 1, 12, tzinfo=tz)
    clock_72 = datetime(2026, month, day + 2, 12, 1, tzinfo=tz)
    journey = Journey("label-2023")
    rounds = (Round("1", began, began, {"intubated": Value("yes")}),)

    def effect(at: datetime) -> str:
        return assess(Facts(journey.plan, rounds), slot=1, at=at).findings[0].effect

    assert effect(clock_72) == "hold"  # the clock says 72 h and a minute, but one hour was skipped
    assert effect(began.astimezone(UTC) + timedelta(hours=72)) == "hold"
    assert effect(began.astimezone(UTC) + timedelta(hours=72, seconds=1)) == "discontinue"


def test_instants_need_a_time_zone() -> None:
    naive = datetime(2026, 3, 2, 8)  # noqa: DTZ001  the point of the test
    with pytest.raises(ValueError, match="time zone"):
        Round("1", naive, START, {})
    with pytest.raises(ValueError, match="time zone"):
        assess(Journey("label-2023").facts, slot=1, at=naive)
    with pytest.raises(ValueError, match="time zone"):
        DoseEvent("given", naive, 1)


def test_measured_values_are_exact_or_refused() -> None:
    with pytest.raises(TypeError, match="must be exact"):
        Value(37.2)
    assert Value(Fraction(84)).value == 84
    assert Value(Fraction("37.2")).value == Fraction(372, 10)


def test_a_second_question_to_the_same_facts_gets_the_same_answer() -> None:
    facts = Journey("label-2023", "consensus-2014").well(0, systolic_bp=84, platelets=40_000).facts
    first = assess(facts, slot=1, at=hour(0))
    for at in range(1, 9):
        assess(facts, slot=1, at=hour(at))
    assert assess(facts, slot=1, at=hour(0)) == first


def test_facts_without_any_round_are_incomplete_and_never_safe() -> None:
    said = Journey("label-2023", "consensus-2014").ask(0)
    assert said.verdict == "incomplete"
    assert set(said.missing) == set(HEALTHY) - {"urine_output"}


def test_the_cost_grows_with_the_number_of_values_and_not_with_its_square() -> None:
    """Counted in looks at values, not in seconds: four times the rounds, at most about four times the looks."""

    class Counted(Fraction):
        looks = 0

        def _richcmp(self, other: object, op: object) -> bool:
            Counted.looks += 1
            return super()._richcmp(other, op)

    def looks(rounds: int) -> int:
        journey = Journey("label-2023", "consensus-2014")
        for n in range(rounds):
            journey.well(2 * n, urine_output=(60, 2), creatinine=f"1.{n:03d}")
        for taken in journey.rounds:
            for value in taken.values.values():
                if isinstance(value.value, (int, Fraction)):
                    object.__setattr__(value, "value", Counted(value.value))
        Counted.looks = 0
        journey.ask(2 * rounds)
        return Counted.looks

    assert looks(120) < 5 * looks(30)
