"""Compares the alerts that should have stood at each instant with those that did: missing, late, extra. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from .states import AlertKind

# The alerts that keep a dose from a patient, and those that call a doctor to one: for these the record itself says when
# they should have stood, with the hospital's list of critical values that was in force then.
PROVEN = frozenset(
    {
        AlertKind.HOLD,
        AlertKind.STOP_CYCLE,
        AlertKind.STOP_COURSE,
        AlertKind.DISCONTINUE,
        AlertKind.CRITICAL_VALUE,
    }
)

Should = Sequence[tuple[datetime, Mapping[str, AlertKind]]]  # at each instant looked at: cause to kind
Did = Mapping[str, Sequence[tuple[datetime, AlertKind | None]]]  # of each cause: from when as which kind, None resolved


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """One difference. `what` is "missing", "late" or "extra"; `delay` how late it came."""

    what: str
    cause: str
    kind: AlertKind
    at: datetime
    delay: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Demand:
    """From `start` until `end` an alert of at least this kind should have stood; without `end` it still should."""

    cause: str
    kind: AlertKind
    start: datetime
    end: datetime | None


def compared(should: Should, did: Did, *, until: datetime, within: timedelta) -> list[Discrepancy]:
    """Every difference in the period, the earliest first. What stood for less than `within` need not have been seen."""
    found = [each for demand in demands(should) for each in _unmet(demand, did, until, within)]
    return sorted([*found, *_extra(should, did, within)], key=lambda each: (each.at, each.cause))


def demands(should: Should) -> Iterator[Demand]:
    """One for each time a cause came up or grew graver."""
    before: Mapping[str, AlertKind] = {}
    for number, (at, standing) in enumerate(should):
        for cause, kind in standing.items():
            if kind.gravity > _gravity(before.get(cause)):
                later = (then for then, others in should[number:] if _gravity(others.get(cause)) < kind.gravity)
                yield Demand(cause, kind, at, next(later, None))
        before = standing


def _unmet(demand: Demand, did: Did, until: datetime, within: timedelta) -> Iterator[Discrepancy]:
    """Nothing when an alert stood in time and until the end."""
    steps, end = did.get(demand.cause, ()), demand.end or until
    came_at = _from_when(steps, demand, demand.start)
    if came_at is None or (demand.end is not None and came_at > demand.end + within):
        if end - demand.start > within:
            yield Discrepancy("missing", demand.cause, demand.kind, demand.start)
        return
    if came_at - demand.start > within:
        yield Discrepancy("late", demand.cause, demand.kind, demand.start, came_at - demand.start)
    for gone_at in [at for at, kind in steps if kind is None and came_at < at < end - within]:
        back_at = _from_when(steps, demand, gone_at)
        if back_at is None or back_at - gone_at > within:  # resolved while its cause stood
            yield Discrepancy("missing", demand.cause, demand.kind, gone_at)


def _from_when(steps: Sequence[tuple[datetime, AlertKind | None]], demand: Demand, begin: datetime) -> datetime | None:
    """When an alert as grave as demanded stood first, at that instant or after it."""
    if _gravity(_at(steps, begin)) >= demand.kind.gravity:
        return begin
    return next((at for at, kind in steps if at > begin and _gravity(kind) >= demand.kind.gravity), None)


def _extra(should: Should, did: Did, within: timedelta) -> Iterator[Discrepancy]:
    """An alert stood although its cause had not for a while: once for each stretch."""
    for cause, steps in did.items():
        stood_at: datetime | None = None
        told = False
        for at, standing in should:
            if cause in standing:
                stood_at, told = at, False
            kind = _at(steps, at)
            if kind is None:
                told = False
            elif not told and kind in PROVEN and (stood_at is None or at - stood_at > within):
                told = True
                yield Discrepancy("extra", cause, kind, at)


def _at(steps: Sequence[tuple[datetime, AlertKind | None]], at: datetime) -> AlertKind | None:
    newest = None
    for since, kind in steps:
        if since > at:
            break
        newest = kind
    return newest


def _gravity(kind: AlertKind | None) -> int:
    return 0 if kind is None else kind.gravity
