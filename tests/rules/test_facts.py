"""The facts refuse what would make a verdict wrong without a word: times without a zone, floats, weights of nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest

from dosing.rules.facts import Counting, DoseEvent, Value, exactly, in_utc
from dosing.rules.verdict import Verdict
from tests.rules.journey import START, Journey


def test_an_instant_is_kept_in_utc() -> None:
    there = datetime(2026, 3, 2, 9, tzinfo=ZoneInfo("Europe/Berlin"))
    assert in_utc(there) == START
    assert in_utc(there).tzinfo is UTC
    assert in_utc(START) is START


def test_an_instant_without_a_zone_is_none() -> None:
    with pytest.raises(ValueError, match="^an instant needs a time zone$"):
        in_utc(datetime(2026, 3, 2, 9))  # noqa: DTZ001  that it has no zone is what is tested


def test_values_are_exact() -> None:
    assert exactly(Decimal("37.2")) == Fraction("37.2")
    assert (exactly(Decimal("38.0")), type(exactly(Decimal("38.0")))) == (38, int)
    assert exactly("sinus") == "sinus"
    with pytest.raises(TypeError, match="^a measured value must be exact, not float$"):
        exactly(37.2)


def test_a_volume_knows_its_beginning_in_utc() -> None:
    began = datetime(2026, 3, 2, 9, tzinfo=ZoneInfo("Europe/Berlin"))
    assert Value(300, began).since.tzinfo is UTC
    assert Value(300).since is None


@pytest.mark.parametrize(("hold_at", "stop_at"), [(0, 3), (3, 2), (-1, 1)])
def test_counting_that_cannot_be_is_refused(hold_at: int, stop_at: int) -> None:
    with pytest.raises(ValueError, match="^counting needs 1 <= hold_at <= stop_at$"):
        Counting(hold_at, stop_at)


def test_counting_may_stop_where_it_holds() -> None:
    assert (Counting(2, 2).hold_at, Counting().hold_at, Counting().stop_at) == (2, 1, 3)


def test_a_dosing_weight_is_more_than_zero() -> None:
    plan = Journey().plan
    assert replace(plan, dosing_weight_kg=Decimal("0.5")).weight_kg == Fraction(1, 2)
    for weight in ("0", "-1"):
        with pytest.raises(ValueError, match="^a dosing weight is more than zero$"):
            replace(plan, dosing_weight_kg=Decimal(weight))


def test_settings_are_lengths_of_time() -> None:
    settings = Journey(late=90, tolerance=15).plan.settings
    assert (settings.late_window, settings.tolerance) == (timedelta(minutes=90), timedelta(minutes=15))


@pytest.mark.parametrize(
    ("verdict", "least", "under"),
    [("hold", "hold", True), ("stop_cycle", "hold", True), ("incomplete", "hold", False), ("", "hold", False)],
)
def test_under_which_verdict_an_event_happened(verdict: str, least: str, under: bool) -> None:
    assert DoseEvent("refused", START, 1, verdict=verdict).under(Verdict(least)) is under
