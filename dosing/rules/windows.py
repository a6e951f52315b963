"""Volumes over a window: what was collected between two instants, each entry pro rata, and whether it is covered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction

from dosing.rules.facts import Measured, exactly
from dosing.rules.history import Point

SHIFT = timedelta(hours=8)
TWO_SHIFTS = timedelta(hours=16)


@dataclass(frozen=True, slots=True)
class Window:
    """The sum of a window and whether entries cover all of it. Units: mL."""

    end: datetime
    volume: Measured
    covered: bool


def volume_between(entries: Sequence[Point], start: datetime, end: datetime) -> Window:
    """Add up what the entries put between two instants; entries that overlap each other all count.

    `entries` are in the order of their ends. An entry counts by the share of its interval that lies in the window.
    """
    total: Measured = 0
    frontier = end
    unbroken = True
    for entry in reversed(entries):
        if entry.at <= start:
            break
        since = entry.since or entry.at
        total += _share(entry, since, start, end)
        if entry.at < frontier:
            # Ends only get earlier from here, so nothing can fill the gap between this end and the frontier.
            unbroken = False
        frontier = min(frontier, since)
    return Window(end, exactly(total), unbroken and frontier <= start)


def _share(entry: Point, since: datetime, start: datetime, end: datetime) -> Fraction | int:
    if since >= start and entry.at <= end:
        return entry.value
    inside = min(entry.at, end) - max(since, start)
    if inside <= timedelta(0):
        return 0
    microsecond = timedelta(microseconds=1)
    return entry.value * Fraction(inside // microsecond, (entry.at - since) // microsecond)


def newest_window(entries: Sequence[Point], *, length: timedelta, at: datetime, max_age: timedelta) -> Window | None:
    """The window that ends with the newest of the entries, which are those observed by `at`.

    Missing: None when the newest entry is older than `max_age` or any part of the window is not covered: unknown is
    neither zero nor safe.
    """
    if not entries or at - entries[-1].at > max_age:
        return None
    end = entries[-1].at
    window = volume_between(entries, end - length, end)
    return window if window.covered else None
