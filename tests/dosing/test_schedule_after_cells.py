"""The first dose after the cells: not before 3 h whatever the tolerance, not after 24 h whichever slot it is."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from dosing.schedule import refusals, slot_times
from tests.rules.journey import Journey, hour


def after(hours: float, **more: object) -> Journey:
    """Slot 1 is planned that many hours after the cells; an hour of tolerance, eight of lateness."""
    journey = Journey("label-2023", regimen="til-il2", tolerance=60, late=480, **more)
    journey.plan = replace(journey.plan, cells_at=hour(0) - timedelta(hours=hours))
    return journey


def said(journey: Journey, slot: int, at: object) -> tuple[str, ...]:
    return refusals(journey.plan, journey.events, slot, hour(at))


@pytest.mark.parametrize(
    ("hours", "opens"), [(3, "0"), (3.5, "-0:30"), (4, "-1"), (10, "-1")], ids=["at 3", "3.5", "4", "10"]
)
def test_it_opens_by_the_tolerance_but_not_before_3_h(hours: float, opens: str) -> None:
    journey = after(hours)
    assert slot_times(journey.plan, (), 1).opens_at == hour(opens)
    assert said(journey, 1, opens) == ()
    before = hour(opens) - timedelta(seconds=1)
    assert refusals(journey.plan, (), 1, before) == ("too_early",)


@pytest.mark.parametrize(
    ("at", "expected"), [("3:59", ()), ("4", ()), ("4:01", ("cell_window",)), ("7", ("cell_window",))]
)
def test_it_closes_24_h_after_the_cells(at: str, expected: tuple[str, ...]) -> None:
    assert said(after(20), 1, at) == expected


def test_a_later_slot_may_be_the_first_dose_within_the_window_only() -> None:
    journey = after(6).held(1, 0)
    assert said(journey, 2, 8) == ()
    late = after(20).held(1, 0)
    assert said(late, 2, 8) == ("cell_window",)


def test_after_the_first_dose_only_the_interval_counts() -> None:
    journey = after(20).given(1, 0)
    assert said(journey, 2, 8) == ()
    assert said(journey, 3, 16) == ()
    assert slot_times(journey.plan, journey.events, 2).opens_at == hour(7)


def test_without_cells_there_is_no_such_window() -> None:
    journey = Journey("label-2023", regimen="til-il2", late=480)
    assert said(journey, 1, 8) == ()
    plain = Journey("label-2023", late=480)
    plain.plan = replace(plain.plan, cells_at=hour(-100))  # a regimen without cells asks for none
    assert said(plain, 1, 8) == ()
