"""T07: every eight hours means eight elapsed hours, across the clock changes of every zone of the world."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest

from dosing.replay.read_journey import read_journey
from dosing.replay.run import run
from tests.replay.journey_files import small

FROM, UNTIL, STEP = datetime(1971, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC), timedelta(days=10)
EIGHT = timedelta(hours=8)


def changes(zone: ZoneInfo) -> dict[str, datetime]:
    """The newest instant at which the zone's clocks went forward, and the newest at which they went back."""
    found: dict[str, datetime] = {}
    later = UNTIL
    while later > FROM and len(found) < 2:
        earlier = later - STEP
        moved = offset(zone, later) - offset(zone, earlier)
        if moved:
            found.setdefault("forward" if moved > timedelta(0) else "back", bisect(zone, earlier, later))
        later = earlier
    return found


def offset(zone: ZoneInfo, at: datetime) -> timedelta:
    return at.astimezone(zone).utcoffset()


def bisect(zone: ZoneInfo, low: datetime, high: datetime) -> datetime:
    """The first second with the later offset."""
    after = offset(zone, high)
    while high - low > timedelta(seconds=1):
        middle = (low + (high - low) / 2).replace(microsecond=0)
        low, high = (low, middle) if offset(zone, middle) == after else (middle, high)
    return high


def every_change() -> Iterator[tuple[str, str, datetime]]:
    for name in sorted(available_timezones()):
        for direction, at in changes(ZoneInfo(name)).items():
            yield name, direction, at


@pytest.fixture(scope="module")
def found() -> list[tuple[str, str, datetime]]:
    return list(every_change())


def journey(zone: ZoneInfo, first: datetime, policy: str) -> bytes:
    """Four doses on local wall times; each is asked for one second too early, given on the second, and the next
    round is eight hours of urine later."""

    def local(at: datetime) -> str:
        return at.astimezone(zone).isoformat()

    told = small()
    told["settings"] = {"late_window_min": 0, "interval_tolerance_min": 0, "late_dose_policy": policy}
    told["timezone"], told["first_dose_at"] = zone.key, local(first)
    told["baseline"]["at"] = local(first)  # dose 4 finds it exactly as old as it may be
    values = told["events"][0]["observe"]
    told["events"] = []
    for slot in range(1, 5):
        due = first + (slot - 1) * EIGHT
        seen = due - timedelta(minutes=20)
        urine = {"value": 300, "from": local(seen - EIGHT)}
        told["events"] += [
            {"at": local(seen), "observe": {**values, "urine_output": urine}},
            {"at": local(due - timedelta(seconds=1)), "ask": slot},
            {"at": local(due), "give": slot},
            {"at": local(due + timedelta(seconds=1)), "ask": slot + 1},
        ]
    return json.dumps(told).encode()


@pytest.mark.parametrize("policy", ["grid", "shift"])
def test_eight_hours_are_eight_elapsed_hours_in_every_zone(policy: str, found: list) -> None:
    assert {direction for _, direction, _ in found} == {"forward", "back"}
    assert len({name for name, _, _ in found}) > 400
    for name, direction, change in found:
        # The change lies between dose 2 and dose 3.
        first = (change - timedelta(hours=12)).replace(microsecond=0)
        steps = run(read_journey(journey(ZoneInfo(name), first, policy))).steps
        where = f"{name} {direction} {change}"
        given = [step.assessment.at for step in steps if step.line["given"]]
        assert given == [first + number * EIGHT for number in range(4)], where
        early = [step for step in steps if step.line["event"] == "ask"]
        assert all(step.line["refusals"] == ["too_early"] for step in early), where


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca"])
def test_both_changes_of_well_known_zones_are_among_them(zone: str) -> None:
    assert set(changes(ZoneInfo(zone))) == {"forward", "back"}
