"""Findings that rest on what was decided: a stop nobody answered, the third held dose, permanent bars."""

from __future__ import annotations

import pytest

from dosing.rules.assess import may_give
from tests.rules.journey import Journey

STOP = {"platelets": 20_000}


def counted(**settings: object) -> Journey:
    return Journey("label-2023", "consensus-2014", **settings)


# --- X-STOPPED --------------------------------------------------------------------------------------------------------


def test_a_refused_give_under_a_stop_stands_from_the_next_line_on() -> None:
    journey = counted().well(0, **STOP)
    said = journey.try_to_give(1, 0)
    assert "X-STOPPED" not in [found.id for found in said.findings]
    journey.well(1)
    found = journey.finding("X-STOPPED", 1)
    assert (found.effect, found.klass) == ("stop_cycle", None)
    assert journey.ask(1).verdict == "stop_cycle"


@pytest.mark.parametrize("verdict", ["stop_cycle", "stop_course", "discontinue"])
def test_any_verdict_from_stop_cycle_up_leaves_it(verdict: str) -> None:
    assert Journey("label-2023").refused(1, 0, verdict).effect("X-STOPPED", 1) == "stop_cycle"
    assert Journey("label-2023").held(1, 0, verdict).effect("X-STOPPED", 1) == "stop_cycle"


@pytest.mark.parametrize("verdict", ["proceed", "incomplete", "hold"])
def test_a_lesser_verdict_leaves_nothing(verdict: str) -> None:
    assert Journey("label-2023").refused(1, 0, verdict).effect("X-STOPPED", 1) is None
    assert Journey("label-2023").held(1, 0, verdict).effect("X-STOPPED", 1) is None


def test_it_stands_whatever_refusals_stood_beside_the_verdict() -> None:
    journey = counted().well(-4, **STOP)
    said = journey.try_to_give(1, -4)
    assert said.refusals == ("too_early",)
    assert journey.effect("X-STOPPED", 0) == "stop_cycle"
    journey = counted().refused(1, 5, "stop_cycle", open=False)
    assert journey.effect("X-STOPPED", 6) == "stop_cycle"


def test_a_retraction_of_the_cause_does_not_lift_it() -> None:
    journey = counted().well(0, **STOP)
    journey.try_to_give(1, 0)
    journey.retract(-1, "0:30").well(1)
    assert [found.id for found in journey.ask(1).findings] == ["X-STOPPED"]


def test_an_override_that_gives_a_dose_lifts_it_and_a_plain_give_would_not() -> None:
    journey = counted().well(0, **STOP)
    journey.try_to_give(1, 0)
    journey.well(1)
    assert not may_give(journey.ask(1), overridden=False)
    journey.try_to_give(1, 1, signed=True)
    assert journey.events[-1].overridden
    assert journey.effect("X-STOPPED", 2) is None


def test_a_dose_given_without_an_override_leaves_the_stop_unanswered() -> None:
    """As when a dose of a downtime is entered afterwards: nobody signed that the cycle may go on."""
    journey = counted().refused(2, 8, "stop_cycle").given(1, 0).given(3, 16)
    assert journey.effect("X-STOPPED", 17) == "stop_cycle"
    assert journey.given(4, 24, overridden=True).effect("X-STOPPED", 25) is None


@pytest.mark.parametrize("verdict", ["stop_cycle", "discontinue"])
def test_a_hold_on_top_of_a_refused_give_moves_the_stop_to_the_hold(verdict: str) -> None:
    found = counted().refused(1, 0, "stop_cycle").held(1, 1, verdict).finding("X-STOPPED", 2)
    assert dict(found.because) == {"slot": 1, "verdict": verdict}


def test_an_override_that_gave_nothing_does_not_lift_it() -> None:
    journey = counted().well(0, **STOP)
    journey.try_to_give(1, 0)
    journey.well(1, weight=None, **STOP)
    journey.try_to_give(1, 25, signed=True)
    assert journey.events[-1].kind == "refused"
    assert journey.effect("X-STOPPED", 26) == "stop_cycle"


def test_a_signed_decision_to_go_on_lifts_it_until_the_next_stop() -> None:
    journey = Journey("til-2024").refused(1, 0, "stop_cycle").went_on(1)
    assert journey.effect("X-STOPPED", "0:59") == "stop_cycle"
    assert journey.effect("X-STOPPED", 1) is None
    journey.refused(1, 2, "discontinue")
    assert journey.effect("X-STOPPED", 3) == "stop_cycle"


def test_it_stands_whatever_sets_are_bound() -> None:
    for sets in (("label-2023",), ("consensus-2014",), ("institution-2015",), ("til-2024",)):
        assert Journey(*sets).refused(1, 0, "stop_cycle").effect("X-STOPPED", 1) == "stop_cycle"


# --- I-HELD-THRICE ----------------------------------------------------------------------------------------------------


def institution(**settings: object) -> Journey:
    return Journey("label-2023", "institution-2015", **settings)


def test_the_third_hold_stops_from_the_next_line_on() -> None:
    journey = institution().held(1, 0, "hold").held(2, 8, "proceed")
    assert journey.effect("I-HELD-THRICE", 16) is None
    journey.held(3, 16, "proceed")
    found = journey.finding("I-HELD-THRICE", 17)
    assert (found.effect, found.klass, dict(found.because)) == ("stop_cycle", None, {"held_doses": 3})
    assert journey.effect("I-HELD-THRICE", 200) == "stop_cycle"


def test_only_institution_2015_counts_held_doses() -> None:
    journey = Journey("label-2023", "consensus-2014")
    for slot in (1, 2, 3):
        journey.held(slot, 8 * (slot - 1), "hold")
    assert journey.ask(24).findings == ()


def test_a_dose_refused_under_a_hold_counts_once_it_has_lapsed() -> None:
    journey = institution().held(1, 0).held(2, 8).refused(3, 16, "hold")
    assert journey.effect("I-HELD-THRICE", 18) is None  # the slot may still be given until 18:00
    assert journey.effect("I-HELD-THRICE", "18:01") == "stop_cycle"


@pytest.mark.parametrize(
    ("verdict", "open", "counts"),
    [
        ("hold", True, True),
        ("stop_cycle", True, True),
        ("discontinue", True, True),
        ("incomplete", True, False),
        ("proceed", True, False),
        ("hold", False, False),
    ],
)
def test_which_refused_gives_count(verdict: str, open: bool, counts: bool) -> None:
    journey = institution().held(1, 0).held(2, 8).refused(3, 16, verdict, open=open)
    assert (journey.effect("I-HELD-THRICE", 20) == "stop_cycle") is counts


def test_a_dose_refused_first_and_given_later_is_not_held() -> None:
    journey = institution().held(1, 0).held(2, 8).refused(3, 16, "hold").given(3, 17)
    assert journey.effect("I-HELD-THRICE", 20) is None


def test_a_slot_that_lapsed_without_a_try_is_not_held() -> None:
    assert institution().held(1, 0).held(2, 8).effect("I-HELD-THRICE", 100) is None


def test_a_refused_dose_closed_by_a_later_one_is_held() -> None:
    journey = institution(late=600).held(1, 0).held(2, 8).refused(3, 16, "hold")
    assert journey.effect("I-HELD-THRICE", 24) is None
    assert journey.given(4, 24).effect("I-HELD-THRICE", 24) == "stop_cycle"


def test_one_slot_counts_once() -> None:
    journey = institution().held(1, 0).refused(2, 8, "hold").refused(2, 9, "hold").refused(1, 0, "hold")
    assert journey.effect("I-HELD-THRICE", 20) is None


def test_a_slot_beyond_the_cycle_is_no_dose() -> None:
    journey = institution().held(1, 0).held(2, 8).refused(15, 112, "hold")
    assert journey.effect("I-HELD-THRICE", 200) is None


def test_a_retraction_does_not_unhold() -> None:
    journey = institution().held(1, 0).held(2, 8).chart(16, systolic_bp=80).refused(3, 16, "hold").retract(-1, 17)
    assert journey.effect("I-HELD-THRICE", 20) == "stop_cycle"


def test_writing_omitted_on_a_refused_dose_does_not_make_it_less_held() -> None:
    journey = institution().held(1, 0).held(2, 8).refused(3, 16, "hold").omitted(3, 17)
    assert journey.effect("I-HELD-THRICE", 17) == "stop_cycle"
    assert institution().held(1, 0).held(2, 8).omitted(3, 17).effect("I-HELD-THRICE", 20) is None


# --- carried over -----------------------------------------------------------------------------------------------------


def test_permanent_findings_of_earlier_cycles_bar_by_their_verdict() -> None:
    said = Journey("label-2023", discontinued=True).well(0).ask(0)
    assert (said.verdict, [found.id for found in said.findings]) == ("discontinue", ["P-DISCONTINUED"])
    said = Journey("label-2023", course_stopped=True).well(0).ask(0)
    assert (said.verdict, [found.id for found in said.findings]) == ("stop_course", ["P-COURSE-STOPPED"])
    assert said.refusals == ()


# --- who may go past what ---------------------------------------------------------------------------------------------

GOING_PAST = [
    ({}, "proceed", True, True),
    ({"spo2": None}, "incomplete", False, False),
    ({"spo2": 85}, "hold", False, True),
    ({"platelets": 20_000}, "stop_cycle", False, True),
    ({"ast": 900}, "stop_course", False, False),
    ({"tamponade": "yes"}, "discontinue", False, False),
]


@pytest.mark.parametrize(("shows", "verdict", "plain", "signed"), GOING_PAST)
def test_who_may_go_past_which_verdict(shows: dict, verdict: str, plain: bool, signed: bool) -> None:
    said = counted().well(0, **shows).ask(0)
    assert said.verdict == verdict
    assert (may_give(said, overridden=False), may_give(said, overridden=True)) == (plain, signed)


def test_no_signature_goes_past_the_schedule() -> None:
    said = counted().well(3).ask(3)
    assert said.refusals == ("slot_lapsed",)
    assert not may_give(said, overridden=True)
