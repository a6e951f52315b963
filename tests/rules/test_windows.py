"""Volumes over a window: what lies in it counts by its share, and a window with a gap is not known."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

import pytest

from dosing.rules.history import Point
from dosing.rules.windows import SHIFT, newest_window, volume_between
from tests.rules.journey import Journey, hour

MICROSECOND = timedelta(microseconds=1)


def entries(*told: tuple) -> list[Point]:
    """(from, to, mL) in hours, in the order of their ends."""
    return [Point(place, hour(to), ml, hour(since)) for place, (since, to, ml) in enumerate(told)]


# entries, volume from hour 0 to hour 8, fully covered?
WINDOWS = [
    ([], 0, False),
    ([(0, 8, 400)], 400, True),
    ([(0, 4, 100), (4, 8, 300)], 400, True),
    ([(-8, 8, 400)], 200, True),
    ([(-4, 4, 100), (4, 8, 10)], 60, True),
    ([(-8, 0, 500), (0, 8, 400)], 400, True),
    ([(0, 8, 400), (4, 12, 400)], 600, True),
    ([(0, 8, 400), (8, 16, 999)], 400, True),
    ([(0, 8, 400), (12, 16, 999)], 400, True),
    ([(1, 8, 400)], 400, False),
    ([(0, 7, 400)], 400, False),
    ([(0, 3, 100), (4, 8, 300)], 400, False),
    ([(0, 8, 0)], 0, True),
]


@pytest.mark.parametrize(("told", "volume", "covered"), WINDOWS)
def test_the_sum_of_a_window(told: list, volume: int, covered: bool) -> None:
    window = volume_between(entries(*told), hour(0), hour(8))
    assert window.volume == volume
    assert window.covered is covered
    assert window.end == hour(8)


def test_shares_are_exact_to_the_microsecond() -> None:
    entry = Point(0, hour(0) + 3 * MICROSECOND, 10, hour(0))
    window = volume_between([entry], hour(0) + 2 * MICROSECOND, hour(0) + 3 * MICROSECOND)
    assert window.volume == Fraction(10, 3)


def test_a_window_as_old_as_it_may_be_is_known() -> None:
    told = entries((0, 8, 400))
    assert newest_window(told, length=SHIFT, at=hour(10), max_age=timedelta(hours=2)).volume == 400
    assert newest_window(told, length=SHIFT, at=hour(10) + MICROSECOND, max_age=timedelta(hours=2)) is None
    assert newest_window([], length=SHIFT, at=hour(10), max_age=timedelta(hours=2)) is None


def test_what_came_after_the_shift_before_adds_nothing_to_it() -> None:
    journey = Journey("consensus-2014").chart(8, diarrhea_volume=(999, 8))
    journey.chart(12, diarrhea_volume=(600, 4)).chart(16, diarrhea_volume=(600, 4))
    assert journey.effect("C-GI-DIARRHEA", 16) == "relative"
