"""Which bed needs a person first, in which section its card stands, and what is counted on top of the board. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta, tzinfo
from enum import IntEnum
from typing import NamedTuple

from dosing.rules.verdict import Verdict
from tracker.look.times import clock_text, minutes_between

from .seen import INFUSING, Seen
from .states import AlertKind

SOON = timedelta(hours=1)
HOUR = timedelta(hours=1)
HOLD_OR_WORSE = frozenset({AlertKind.HOLD, AlertKind.STOP_CYCLE, AlertKind.STOP_COURSE, AlertKind.DISCONTINUE})


class Rank(IntEnum):
    """The order of the board, most urgent first."""

    UNANSWERED = 0
    DUE = 1
    CANNOT_TELL_SOON = 2
    INFUSING = 3
    SOON = 4
    LATER = 5
    NONE_LEFT = 6
    BARRED = 7

    @property
    def needs_you(self) -> bool:
        """Belongs to the first section."""
        return self <= Rank.SOON


def rank_of(seen: Seen, now: datetime) -> Rank:
    """How urgent a bed is now."""
    if any(alert.kind in HOLD_OR_WORSE for alert in seen.unanswered):
        return Rank.UNANSWERED
    if seen.barred:
        return Rank.BARRED
    if not seen.left:
        return Rank.INFUSING if seen.runs(now) else Rank.NONE_LEFT
    planned = seen.assessment.planned_at
    if is_due(seen, now):
        return Rank.DUE
    if seen.verdict is Verdict.INCOMPLETE and planned - now <= SOON:
        return Rank.CANNOT_TELL_SOON
    if seen.state(now) == INFUSING:
        return Rank.INFUSING
    return Rank.SOON if planned <= horizon(now) else Rank.LATER


def is_due(seen: Seen, now: datetime) -> bool:
    """The planned time has come, or everything is there to start within the hospital's tolerance before it."""
    return seen.left and (minutes_between(seen.assessment.planned_at, now) >= 0 or seen.can_be_given)


def is_late(seen: Seen, now: datetime) -> bool:
    """A minute or more past the planned time, by true instants, so that midnight means nothing."""
    return seen.left and minutes_between(seen.assessment.planned_at, now) > 0


def horizon(now: datetime) -> datetime:
    """Up to here the first section looks: the first full hour at least an hour ahead."""
    return full_hour(now + SOON)


def full_hour(instant: datetime) -> datetime:
    """The instant itself when it is a full hour, else the next one."""
    down = instant.replace(minute=0, second=0, microsecond=0)
    return down if down == instant else down + HOUR


def in_order(beds: Iterable[Seen], now: datetime) -> list[tuple[bool, Seen]]:
    """The beds by rank, then next dose, then the graver verdict, then bed; each with whether it needs somebody soon."""
    ranked = sorted(((rank_of(seen, now), seen) for seen in beds), key=lambda pair: (pair[0], *_within_rank(pair[1])))
    return [(rank.needs_you, seen) for rank, seen in ranked]


def _within_rank(seen: Seen) -> tuple:
    return not seen.left, seen.assessment.planned_at, -seen.verdict.rank, seen.who.bed, seen.who.key


class Count(NamedTuple):
    """A number of the board's first line."""

    number: int
    words: str


def counts(beds: Iterable[Seen], now: datetime, tz: tzinfo) -> tuple[Count, ...]:
    """How many are treated, how many doses are due by the next full hour, how many alerts nobody has answered."""
    known = list(beds)
    until = full_hour(now + timedelta(microseconds=1))
    due = sum(1 for seen in known if seen.left and seen.assessment.planned_at <= until)
    unanswered = sum(len(seen.unanswered) for seen in known)
    return (
        Count(len(known), "on IL-2"),
        Count(due, f"{_doses(due)} due by {clock_text(until, now, tz)}"),
        Count(unanswered, f"{'alert' if unanswered == 1 else 'alerts'} without an answer"),
    )


def _doses(number: int) -> str:
    return "dose" if number == 1 else "doses"
