"""Fluids in and out over a time: what was recorded, how much of the time it covers, and what cannot be told. Pure.

Not measured is not zero: a sum without an entry has no volume, and every sum carries how much of its time is known.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo
from fractions import Fraction
from itertools import pairwise

from .rules.facts import Measured, Round, in_utc
from .rules.history import History, Point
from .rules.windows import SHIFT, volume_between

INTAKE, URINE, STOOL, BOLUS = "fluid_intake", "urine_output", "diarrhea_volume", "fluid_bolus"
DAY = timedelta(hours=24)
# The ward's three shifts begin at these hours of its own clock; at a clock change one of them is an hour off 8.
SHIFTS_BEGIN = (6, 14, 22)


@dataclass(frozen=True)
class Sum:
    """What was recorded of one volume between two instants. `volume` is None when there is no entry at all.

    Units: mL. `known` is how much of the time the entries cover, `twice` how much of it more than one covers.
    """

    volume: Measured | None
    known: timedelta
    length: timedelta
    twice: timedelta

    @property
    def complete(self) -> bool:
        """Every minute is covered by an entry."""
        return self.volume is not None and self.known >= self.length


@dataclass(frozen=True)
class Period:
    """A shift or a day, up to now at most. Boluses count where they ended; the charted intake may contain them."""

    start: datetime
    end: datetime
    ends: datetime
    intake: Sum
    urine: Sum
    stool: Sum
    boluses: tuple[Point, ...]

    @property
    def runs(self) -> bool:
        """The period is not over yet."""
        return self.end < self.ends

    @property
    def balance(self) -> Measured | None:
        """Intake less urine and what was recorded of stool; None without any intake or any urine. Units: mL.

        Missing: liquid stool is charted only when there is some; whoever shows the balance says that it was not.
        """
        if self.intake.volume is None or self.urine.volume is None:
            return None
        return self.intake.volume - self.urine.volume - (self.stool.volume or 0)

    @property
    def complete(self) -> bool:
        """Intake and urine are known for every minute of it so far. Stool is charted only when there is some."""
        return self.intake.complete and self.urine.complete


@dataclass(frozen=True)
class Rate:
    """Urine per kg of dosing weight and hour. `value` is None when no part of the 8 h is known, or no weight is.

    Units: mL/kg/h over the part that is known, which is all of it only when `window.complete`.
    """

    value: Fraction | None
    window: Sum
    end: datetime | None


def charted(rounds: Iterable[Round], now: datetime) -> History:
    """All that stands in a chart now, struck rounds left out, in the order of observed time."""
    standing = [each for each in rounds if each.retracted_at is None and each.observed_at <= now]
    return History(sorted(standing, key=lambda each: (each.observed_at, each.known_at, each.order)))


def summed(entries: Sequence[Point], start: datetime, end: datetime) -> Sum:
    """Add up what the entries put between two instants, each by the share of its interval, and what they cover.

    Missing: without an entry the volume is None, never 0. A recorded 0 mL is a value like any other.
    """
    parts = sorted(
        (max(entry.since, start), min(entry.at, end))
        for entry in entries
        if entry.since is not None and entry.since < end and entry.at > start
    )
    total = sum((stop - begin for begin, stop in parts), timedelta(0))
    known = _covered(parts)
    volume = volume_between(entries, start, end).volume if parts else None
    return Sum(volume, known, end - start, total - known)


def _covered(parts: Sequence[tuple[datetime, datetime]]) -> timedelta:
    known, frontier = timedelta(0), None
    for begin, stop in parts:
        begin = begin if frontier is None else max(begin, frontier)
        known += max(stop - begin, timedelta(0))
        frontier = stop if frontier is None else max(frontier, stop)
    return known


def gaps(entries: Sequence[Point], start: datetime, end: datetime) -> tuple[tuple[datetime, datetime], ...]:
    """The stretches between two instants that no entry covers, oldest first."""
    found, frontier = [], start
    for since, at in sorted((each.since or each.at, each.at) for each in entries if each.at > start):
        if since > frontier and frontier < end:
            found.append((frontier, min(since, end)))
        frontier = max(frontier, at)
    return (*found, (frontier, end)) if frontier < end else tuple(found)


def period(history: History, start: datetime, ends: datetime, now: datetime) -> Period:
    """Everything in and out between two instants, up to now."""
    start, end = in_utc(start), min(in_utc(ends), in_utc(now))
    return Period(
        start=start,
        end=end,
        ends=in_utc(ends),
        intake=summed(history.of(INTAKE), start, end),
        urine=summed(history.of(URINE), start, end),
        stool=summed(history.of(STOOL), start, end),
        boluses=tuple(history.span(BOLUS, start, end)),
    )


def shift_bounds(now: datetime, tz: tzinfo, count: int) -> tuple[tuple[datetime, datetime], ...]:
    """The shift that runs now and those before it, newest first, as instants in UTC."""
    today = now.astimezone(tz).date()
    days = (today + timedelta(days=offset) for offset in range(-(count // 3) - 2, 3))
    begins = [in_utc(datetime.combine(day, time(hour), tzinfo=tz)) for day in days for hour in SHIFTS_BEGIN]
    bounds = [pair for pair in pairwise(begins) if pair[0] <= now]
    return tuple(reversed(bounds[-count:]))


def urine_rate(history: History, weight_kg: Fraction | None, now: datetime) -> Rate:
    """Urine of the 8 h that end with its newest entry, as the rules look at it.

    Missing: no entry within the last 8 h, or no dosing weight: no rate. A part of the 8 h: the rate of that part.
    """
    newest = history.newest(URINE)
    if newest is None or now - newest.at >= SHIFT:
        return Rate(None, summed((), now - SHIFT, now), None if newest is None else newest.at)
    window = summed(history.of(URINE), newest.at - SHIFT, newest.at)
    hours = Fraction(window.known // timedelta(seconds=1), 3600)
    if weight_kg is None or not hours or window.volume is None:
        return Rate(None, window, newest.at)
    return Rate(Fraction(window.volume) / hours / weight_kg, window, newest.at)


def unbroken(points: Sequence[Point], longest: timedelta) -> tuple[tuple[Point, ...], ...]:
    """The values in runs without a gap: two values further apart than `longest` are never joined."""
    runs: list[list[Point]] = []
    for point in sorted(points, key=lambda each: (each.at, each.place)):
        if runs and point.at - runs[-1][-1].at <= longest:
            runs[-1].append(point)
        else:
            runs.append([point])
    return tuple(tuple(run) for run in runs)
