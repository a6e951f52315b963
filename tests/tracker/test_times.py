"""Times typed on the ward's clock: the hour that comes twice is asked for, never guessed."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from tracker.errors import BadInput
from tracker.look.times import day_clock_text
from tracker.times import read_posted_time, read_ward_time

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(("offset", "hour"), [("+02:00", 0), ("+01:00", 1)])
def test_the_chosen_one_of_two_equal_hours(offset, hour):
    posted = {"started_at": "2026-10-25T02:30", "started_at_offset": offset}
    assert read_posted_time(posted, "started_at", zone=BERLIN) == datetime(2026, 10, 25, hour, 30, tzinfo=UTC)


@pytest.mark.parametrize("offset", ["", "+03:00", "Z"])
def test_without_a_choice_both_are_named_and_neither_is_taken(offset):
    with pytest.raises(BadInput) as refused:
        read_ward_time("2026-10-25T02:30", zone=BERLIN, field="started_at", offset=offset)
    said = refused.value
    assert (said.code, said.field) == ("ambiguous_time", "started_at")
    assert "+02:00" in said.sentence and "+01:00" in said.sentence and "which of the two" in said.remedy
    assert said.extra == {"offsets": ["+02:00", "+01:00"]}


def test_an_offset_beside_an_hour_that_comes_once_is_not_looked_at():
    at = read_ward_time("2026-10-25T03:30", zone=BERLIN, field="x", offset="+02:00")
    assert at == datetime(2026, 10, 25, 2, 30, tzinfo=UTC)


def test_west_of_greenwich_with_a_true_minus():
    with pytest.raises(BadInput, match="\N{MINUS SIGN}04:00 and again at \N{MINUS SIGN}05:00"):
        read_ward_time("2026-11-01T01:30", zone=ZoneInfo("America/New_York"), field="x")


@pytest.mark.parametrize(
    ("at", "said"),
    [
        (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), "Sun 25 Oct 02:30 +01:00"),
        (datetime(2026, 3, 4, 4, 28, tzinfo=UTC), "Wed 4 Mar 05:28"),
    ],
)
def test_a_time_with_its_day(at, said):
    assert day_clock_text(at, BERLIN) == said
