"""Slots: when they are planned, open and lapse, and every reason of time or count against a start."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from dosing import schedule
from dosing.regimen import HD_IL2, TIL_IL2, regimen
from dosing.rules.facts import Plan, Settings
from dosing.schedule import SlotState, lost_slots, may_hold, planned_times, slot_state, slot_times
from tests.rules.journey import Journey, hour
from tracker.errors import BadInput


def state(journey: Journey, slot: int, at: object) -> SlotState:
    return slot_state(journey.plan, journey.events, slot, hour(at))


# --- planned times ----------------------------------------------------------------------------------------------------


def test_fourteen_doses_span_104_hours() -> None:
    """First dose Monday 08:00, the fourteenth Friday 16:00, and no fifteenth."""
    planned = planned_times(Journey().plan)
    assert list(planned) == list(range(1, 15))
    assert planned[14] == hour(104) == datetime(2026, 3, 6, 16, tzinfo=UTC)


def test_a_slot_beyond_every_cycle_is_planned_no_later_than_the_ten_thousandth() -> None:
    plan = Journey().plan
    times = [slot_times(plan, (), slot).planned_at for slot in (9_999, 10_000, 10_001, 10**12)]
    assert times == [hour(8 * 9_998), hour(8 * 9_999), hour(8 * 9_999), hour(8 * 9_999)]


def test_til_has_six_slots_at_the_prescribed_interval() -> None:
    planned = planned_times(Journey(regimen="til-il2", interval_h=12).plan)
    assert list(planned.values()) == [hour(12 * n) for n in range(6)]


# policy, starts (slot, hour), slot asked, its planned hour
MOVES = [
    ("grid", [(1, 2)], 2, 8),
    ("shift", [(1, 0)], 2, 8),
    ("shift", [(1, 1)], 2, 9),
    ("shift", [(1, 1)], 14, 105),
    ("shift", [(1, "-0:30")], 2, 8),  # an early start moves nothing
    ("shift", [(1, 1), (2, "8:45")], 3, 17),  # early against the moved time
    ("shift", [(1, 1), (2, "9:20")], 3, "17:20"),
    ("shift", [(1, 0), (3, 17)], 4, 25),
    ("shift", [(1, 0), (3, 17)], 2, 8),  # earlier slots stay
    ("shift", [(2, 9)], 1, 0),
    ("shift", [(2, 9)], 2, 8),  # its own planned time stays: it was an hour late
    ("shift", [(2, 9)], 3, 17),
]


@pytest.mark.parametrize(("policy", "starts", "slot", "planned"), MOVES)
def test_what_a_late_start_moves(policy: str, starts: list, slot: int, planned: object) -> None:
    journey = Journey(policy=policy)
    for number, at in starts:
        journey.given(number, at)
    assert planned_times(journey.plan, journey.events)[slot] == hour(planned)
    assert journey.ask(100, slot).planned_at == hour(planned)


def test_only_starts_by_then_move_a_slot() -> None:
    journey = Journey(policy="shift").given(1, 1).given(2, "9:30")
    assert journey.ask(9, 3).planned_at == hour(17)
    assert journey.ask("9:30", 3).planned_at == hour("17:30")


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York"])
@pytest.mark.parametrize("first", ["2026-03-06T08:00", "2026-03-27T08:00", "2026-10-23T08:00", "2026-10-30T08:00"])
def test_eight_hours_are_eight_elapsed_hours_across_both_clock_changes(zone: str, first: str) -> None:
    local = datetime.fromisoformat(first).replace(tzinfo=ZoneInfo(zone))
    plan = Plan("hd-il2", ("label-2023",), Settings(60, 30, "grid"), timedelta(hours=8), Decimal(70), local)
    planned = list(planned_times(plan).values())
    assert {later - earlier for earlier, later in zip(planned, planned[1:], strict=False)} == {timedelta(hours=8)}
    assert planned[0] == local.astimezone(UTC)


def test_the_opening_keeps_the_interval_to_the_last_actual_start() -> None:
    journey = Journey(policy="grid", tolerance=30, late=120).given(1, 1)
    times = slot_times(journey.plan, journey.events, 2)
    assert (times.planned_at, times.opens_at, times.lapses_at) == (hour(8), hour("8:30"), hour(10))


# --- too early, lapsed ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("slot", "at", "refused"),
    [
        (1, "-0:31", ["too_early"]),
        (1, "-0:30", []),
        (1, 0, []),
        (1, 2, []),
        (1, "2:01", ["slot_lapsed"]),
        (14, "103:29", ["too_early"]),
        (14, "103:30", []),
        (14, 106, []),
        (14, "106:01", ["slot_lapsed"]),  # the last dose lapses like any other
    ],
)
def test_both_edges_of_a_slot_are_allowed(slot: int, at: object, refused: list[str]) -> None:
    assert Journey().refusals(slot, at) == refused


@pytest.mark.parametrize(
    ("at", "refused"),
    [("8:59", ["too_early"]), ("9:00", []), ("9:30", []), (10, []), ("10:01", ["slot_lapsed"])],
)
def test_the_minimum_interval_counts_from_the_actual_start(at: str, refused: list[str]) -> None:
    assert Journey(policy="grid").given(1, "1:30").refusals(2, at) == refused


def test_a_shifted_slot_opens_and_lapses_later() -> None:
    journey = Journey(policy="shift").given(1, 2)
    assert journey.refusals(2, "9:29") == ["too_early"]
    assert journey.refusals(2, "9:30") == []
    assert journey.refusals(2, 12) == []
    assert journey.refusals(2, "12:01") == ["slot_lapsed"]


def test_a_slot_over_midnight_is_late_by_minutes() -> None:
    journey = Journey(late=20)
    due = planned_times(journey.plan)[3]
    assert due == datetime(2026, 3, 3, 0, tzinfo=UTC)
    assert journey.refusals(3, 16) == []
    assert journey.refusals(3, "16:20") == []
    assert journey.refusals(3, "16:21") == ["slot_lapsed"]


def test_a_held_slot_and_one_passed_by_a_later_dose_are_lost() -> None:
    journey = Journey(late=600).held(1, 0).given(3, 16)
    assert journey.refusals(1, 1) == ["slot_lapsed"]
    assert journey.refusals(2, 15) == []
    assert "slot_lapsed" in journey.refusals(2, 16)
    assert state(journey, 2, 16) is SlotState.LAPSED


def test_an_omitted_slot_is_lost() -> None:
    assert Journey().omitted(1, 0).refusals(1, 0) == ["slot_lapsed"]


def test_never_too_early_beside_lapsed() -> None:
    """Held in advance: lost, and not early besides."""
    assert Journey().held(5, 0).refusals(5, 1) == ["slot_lapsed"]


def test_a_refused_give_loses_nothing() -> None:
    assert Journey().refused(1, 0, "hold").refusals(1, 1) == []


# --- given ------------------------------------------------------------------------------------------------------------


def test_already_given_stands_alone_or_with_not_active() -> None:
    journey = Journey().given(1, 0)
    assert journey.refusals(1, 200) == ["already_given"]
    assert journey.ended(300).refusals(1, 300) == ["already_given", "not_active"]


# --- caps and windows -------------------------------------------------------------------------------------------------


def given_all(journey: Journey, slots: range) -> Journey:
    for slot in slots:
        journey.given(slot, 8 * (slot - 1))
    return journey


def test_fourteen_a_cycle() -> None:
    journey = given_all(Journey(), range(1, 15))
    assert journey.refusals(15, 112) == ["cycle_cap"]
    assert "cycle_cap" in Journey().refusals(15, 112)
    assert "cycle_cap" in Journey().refusals(0, -8)


def test_twenty_eight_a_course() -> None:
    second = {"cycle_number": 2, "cycle_1_first_dose_at": hour(-24 * 14)}
    journey = given_all(Journey(doses_given_in_course=14, **second), range(1, 14))
    assert journey.refusals(14, 104) == []
    journey.given(14, 104)
    assert journey.refusals(15, 112) == ["course_cap", "cycle_cap"]
    assert Journey(doses_given_in_course=28, **second).refusals(1, 0) == ["course_cap"]
    assert Journey(doses_given_in_course=27, **second).refusals(1, 0) == []


def test_til_caps_at_six() -> None:
    journey = given_all(Journey(regimen="til-il2"), range(1, 7))
    assert journey.refusals(7, 48) == ["course_cap", "cycle_cap"]


def test_a_cycle_the_course_does_not_have() -> None:
    assert Journey(cycle_number=3, doses_given_in_course=9).refusals(1, 0) == ["course_cap"]
    assert Journey(regimen="til-il2", cycle_number=2).refusals(1, 0) == ["course_cap"]


def test_the_cycle_window_is_five_days_from_the_first_actual_start() -> None:
    journey = Journey(policy="shift", late=24 * 60).given(1, 6)
    assert journey.refusals(14, "125:59") == []
    assert journey.refusals(14, 126) == ["cycle_window"]
    assert "cycle_window" not in Journey(late=24 * 60).refusals(14, 126)


def test_til_has_no_cycle_window() -> None:
    assert Journey(regimen="til-il2", interval_h=12, late=9999).given(1, 0).refusals(6, 150) == []


def test_cycle_2_starts_on_day_15_at_the_earliest() -> None:
    def second(days: int, minutes: int = 0) -> Journey:
        first = hour(0) - timedelta(days=days, minutes=minutes)
        return Journey(cycle_number=2, cycle_1_first_dose_at=first)

    assert second(14).refusals(1, 0) == []
    assert second(14).refusals(1, "-0:01") == ["rest_period"]
    assert second(13).refusals(1, 0) == ["rest_period"]
    assert second(14, 1).refusals(1, 0) == []


def test_without_the_first_start_of_cycle_1_the_rest_is_not_over() -> None:
    assert Journey(cycle_number=2).refusals(1, 0) == ["rest_period"]


def test_til_has_no_rest() -> None:
    assert TIL_IL2.rest_between_first_starts is None


def test_an_ended_cycle_lists_its_findings_as_before() -> None:
    journey = Journey("label-2023").well(0, systolic_bp=80).ended(1)
    assert journey.refusals(1, "0:59") == []
    said = journey.ask(1)
    assert (said.refusals, said.verdict) == (("not_active",), "hold")


def test_all_refusals_that_apply_are_listed_sorted() -> None:
    journey = given_all(Journey(), range(1, 15)).ended(110)
    assert journey.refusals(15, 130) == ["cycle_cap", "cycle_window", "not_active", "slot_lapsed"]
    assert journey.refusals(16, 111) == ["cycle_cap", "not_active", "too_early"]


# --- holding, losing --------------------------------------------------------------------------------------------------


def test_a_hold_marks_an_open_slot_of_an_active_cycle_also_in_advance() -> None:
    assert may_hold(Journey().plan, (), 1, hour(0))
    journey = Journey().given(1, 0).held(2, 1)
    said = {slot: may_hold(journey.plan, journey.events, slot, hour(2)) for slot in (0, 1, 2, 3, 14, 15)}
    assert said == {0: False, 1: False, 2: False, 3: True, 14: True, 15: False}
    assert not may_hold(journey.plan, journey.events, 3, hour(20))
    journey.ended(3)
    assert not may_hold(journey.plan, journey.events, 4, hour(3))


def test_six_given_and_four_held_leave_four_slots_and_ten_doses_at_most() -> None:
    journey = Journey()
    for slot in range(1, 11):
        (journey.given if slot <= 6 else journey.held)(slot, 8 * (slot - 1))
    states = [state(journey, slot, 73) for slot in range(1, 15)]
    assert (states.count(SlotState.GIVEN), states.count(SlotState.HELD), states.count(SlotState.OPEN)) == (6, 4, 4)


def test_the_first_and_the_last_slot_are_lost_like_any_other() -> None:
    journey = Journey()
    assert lost_slots(journey.plan, (), hour(2)) == ()
    assert lost_slots(journey.plan, (), hour("2:01")) == (1,)
    assert lost_slots(journey.plan, (), hour(200)) == tuple(range(1, 15))


def test_lost_slots_are_those_nobody_answered() -> None:
    journey = Journey().given(1, 0).held(2, 8).omitted(3, 16)
    assert lost_slots(journey.plan, journey.events, hour(34)) == (4,)
    assert lost_slots(journey.plan, journey.events, hour("34:01")) == (4, 5)
    journey.ended(43)
    assert lost_slots(journey.plan, journey.events, hour(43)) == tuple(range(4, 15))


# --- the regimens -----------------------------------------------------------------------------------------------------


def test_the_regimens_as_printed() -> None:
    assert (HD_IL2.iu_per_kg, HD_IL2.doses_per_cycle, HD_IL2.doses_per_course) == (600_000, 14, 28)
    assert (TIL_IL2.iu_per_kg, TIL_IL2.doses_per_cycle, TIL_IL2.doses_per_course) == (600_000, 6, 6)
    assert [HD_IL2.allows_interval(timedelta(hours=h)) for h in (7, 8, 9)] == [False, True, False]
    assert [TIL_IL2.allows_interval(timedelta(hours=h)) for h in (7, 8, 12, 13)] == [False, True, True, False]


def test_the_next_course_waits_seven_weeks_after_discharge_and_resolution() -> None:
    discharged = datetime(2025, 3, 21, tzinfo=UTC)
    assert HD_IL2.next_course_from(discharged) == datetime(2025, 5, 9, tzinfo=UTC)
    resolved = datetime(2025, 3, 30, tzinfo=UTC)
    assert HD_IL2.next_course_from(discharged, resolved) == resolved + timedelta(weeks=7)
    assert TIL_IL2.next_course_from(discharged) is None


def test_the_first_dose_after_the_cells() -> None:
    assert TIL_IL2.first_dose_window(hour(0)) == (hour(3), hour(24))
    assert HD_IL2.first_dose_window(hour(0)) is None


def test_an_unknown_regimen_is_a_named_refusal() -> None:
    with pytest.raises(BadInput) as refused:
        regimen("low-dose")
    assert refused.value.code == "unknown_regimen"


def test_naive_times_are_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        schedule.refusals(Journey().plan, (), 1, datetime(2026, 3, 2, 8))  # noqa: DTZ001  the point of the test


def test_the_states_of_a_slot_are_stored_by_these_names() -> None:
    assert [state.value for state in SlotState] == ["open", "given", "held", "omitted", "lapsed"]
