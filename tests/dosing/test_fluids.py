"""Sums of fluids: what is recorded, how much of the time is known, and that not measured is never zero."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest

from dosing.fluids import charted, gaps, period, shift_bounds, summed, unbroken, urine_rate
from dosing.rules.history import Point
from tests.rules.journey import Journey, hour

BERLIN = ZoneInfo("Europe/Berlin")
H = timedelta(hours=1)


def entry(until: float, hours: float, volume: int, place: int = 0) -> Point:
    return Point(place, hour(Fraction(str(until))), volume, hour(Fraction(str(until)) - Fraction(str(hours))))


def history(journey: Journey, at: object):
    return charted(journey.rounds, hour(at))


# --- not measured is not zero -----------------------------------------------------------------------------------------


def test_t14_no_entry_is_no_volume_and_a_recorded_zero_is_one():
    nothing = summed([], hour(0), hour(8))
    assert nothing.volume is None and nothing.known == 0 * H and not nothing.complete
    zero = summed([entry(8, 8, 0)], hour(0), hour(8))
    assert zero.volume == 0 and zero.complete


def test_t14_without_intake_there_is_no_balance():
    shown = period(history(Journey().chart(8, urine_output=(400, 8)), 8), hour(0), hour(8), hour(8))
    assert shown.intake.volume is None and shown.urine.volume == 400
    assert shown.balance is None and not shown.complete


def test_t14_a_sum_says_how_much_of_its_time_is_known():
    found = summed([entry(3, 3, 200), entry("7.3333333333333333", "3.3333333333333333", 220)], hour(0), hour(8))
    assert found.volume == 420 and not found.complete
    assert timedelta(hours=6, minutes=19) <= found.known <= timedelta(hours=6, minutes=20)


def test_a_balance_of_recorded_volumes_counts_stool():
    journey = Journey().chart(8, fluid_intake=(900, 8), urine_output=(400, 8), diarrhea_volume=(150, 2))
    shown = period(history(journey, 8), hour(0), hour(8), hour(8))
    assert shown.balance == 350 and shown.complete


@pytest.mark.parametrize(
    ("entries", "volume", "known"),
    [
        ([(8, 8, 800)], 800, 8),  # exactly the shift
        ([(10, 4, 400)], 200, 2),  # half of it lies after the shift
        ([(2, 4, 400)], 200, 2),  # half before
        ([(12, 24, 2400)], 800, 8),  # longer than the shift
        ([(0, 2, 100), (10, 2, 100)], None, 0),  # only touch it
    ],
)
def test_an_entry_counts_by_the_share_that_lies_inside(entries, volume, known):
    found = summed([entry(*each) for each in entries], hour(0), hour(8))
    assert found.volume == volume and found.known == known * H


def test_entries_that_overlap_are_said_to():
    found = summed([entry(4, 4, 100), entry(6, 4, 100)], hour(0), hour(8))
    assert (found.known, found.twice) == (6 * H, 2 * H)


def test_a_struck_round_counts_nowhere():
    journey = Journey().chart(8, fluid_intake=(900, 8)).retract(-1, 9)
    assert summed(history(journey, 10).of("fluid_intake"), hour(0), hour(8)).volume is None


# --- gaps -------------------------------------------------------------------------------------------------------------


def test_t15_gaps_are_gaps():
    found = gaps([entry(2, 1, 10), entry(6, 2, 10)], hour(0), hour(8))
    assert found == ((hour(0), hour(1)), (hour(2), hour(4)), (hour(6), hour(8)))


def test_t15_values_far_apart_are_never_joined_and_order_is_by_observed_time():
    late_typed = [Point(2, hour(1), 2, None), Point(0, hour(0), 1, None), Point(1, hour(5), 3, None)]
    runs = unbroken(late_typed, 2 * H)
    assert [[point.value for point in run] for run in runs] == [[1, 2], [3]]


def test_t15_a_round_entered_late_takes_its_observed_place():
    journey = Journey().chart(6, weight=72).chart(2, known=7, weight=71)
    assert [point.value for point in history(journey, 8).of("weight")] == [71, 72]


# --- urine per kg and hour --------------------------------------------------------------------------------------------


def test_urine_per_kg_and_hour_over_8_hours():
    rate = urine_rate(history(Journey().chart(8, urine_output=(280, 8)), 9), Fraction(70), hour(9))
    assert rate.value == Fraction(1, 2) and rate.window.complete and rate.end == hour(8)


def test_a_part_of_the_8_hours_gives_the_rate_of_that_part_and_says_so():
    rate = urine_rate(history(Journey().chart(8, urine_output=(140, 4)), 8), Fraction(70), hour(8))
    assert rate.value == Fraction(1, 2) and not rate.window.complete and rate.window.known == 4 * H


def test_without_an_entry_or_a_weight_there_is_no_rate():
    assert urine_rate(history(Journey(), 8), Fraction(70), hour(8)).value is None
    assert urine_rate(history(Journey().chart(1, urine_output=(100, 1)), 9), Fraction(70), hour(9)).value is None
    assert urine_rate(history(Journey().chart(8, urine_output=(100, 1)), 8), None, hour(8)).value is None


def test_the_rate_is_that_of_the_rules():
    from dosing.rules.picture import picture_at

    journey = Journey().chart(4, urine_output=(100, 4)).chart(8, urine_output=(150, 4))
    window = picture_at(journey.facts, hour(9)).urine_shift
    rate = urine_rate(history(journey, 9), journey.plan.weight_kg, hour(9))
    assert rate.value == Fraction(window.volume) / 8 / 70


# --- shifts -----------------------------------------------------------------------------------------------------------


def test_shifts_follow_the_wards_clock():
    now = datetime(2026, 3, 4, 4, 42, tzinfo=UTC)  # 05:42 on the ward
    local = [
        f"{start.astimezone(BERLIN):%d %H}-{end.astimezone(BERLIN):%H}" for start, end in shift_bounds(now, BERLIN, 3)
    ]
    assert local == ["03 22-06", "03 14-22", "03 06-14"]


def test_a_shift_that_begins_now_is_the_running_one():
    now = datetime(2026, 3, 4, 13, 0, tzinfo=UTC)  # 14:00
    assert shift_bounds(now, BERLIN, 1)[0][0] == now


@pytest.mark.parametrize(
    ("day", "hours"),
    [(datetime(2026, 3, 29, 3, 30, tzinfo=UTC), 7), (datetime(2026, 10, 25, 3, 30, tzinfo=UTC), 9)],
)
def test_t34_the_night_of_a_clock_change_is_as_long_as_it_is(day, hours):
    start, end = shift_bounds(day, BERLIN, 1)[0]
    assert end - start == hours * H
