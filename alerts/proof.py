"""Compares the alerts that should have stood at each instant with those that did, and how each was told. Pure.

Missing, late, extra: what stood against what should have. Doubled: two alerts of one cause at once. Untold: an alert
that waited for an answer and of which nobody was told, or whose graver news joined without a word.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from .severity import Told, is_graver, known_lately
from .states import AlertHappened, AlertKind


class Moment(NamedTuple):
    """What should have stood at one instant, cause to kind; `may` stood or not: a pause explains it."""

    at: datetime
    standing: Mapping[str, AlertKind]
    may: frozenset[str] = frozenset()


class Happened(NamedTuple):
    """One row of an alert's history. `kind` and `finding` where it carries evidence."""

    alert: int
    at: datetime
    what: AlertHappened
    kind: AlertKind | None = None
    finding: object = None
    cause_at: datetime | None = None


Should = Sequence[Moment]
Story = Sequence[Happened]  # of one cause, in order
Stories = Mapping[str, Story]
Steps = Sequence[tuple[datetime, AlertKind | None]]  # from when as which kind, None resolved
CARRY_A_KIND = frozenset({AlertHappened.RAISED, AlertHappened.EVIDENCE, AlertHappened.GRAVER})
TELL = frozenset({AlertHappened.NOTIFIED, AlertHappened.ESCALATED})


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """One difference. `what` is "missing", "late", "extra", "doubled" or "untold"; `delay` how late it came."""

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


def compared(should: Should, did: Stories, *, begin: datetime, until: datetime, within: timedelta) -> list[Discrepancy]:
    """Every difference in the period, the earliest first. What stood for less than `within` need not have been seen."""
    steps = {cause: steps_of_story(story) for cause, story in did.items()}
    found = [each for demand in demands(should) for each in _unmet(demand, steps, until, within)]
    found += _extra(should, steps, within)
    for cause, story in did.items():
        told = [*_doubled(cause, story), *_untold(cause, story, until, within), *_unheeded(cause, story)]
        found += [each for each in told if begin <= each.at <= until]
    return sorted(found, key=lambda each: (each.at, each.cause))


def steps_of_story(story: Story) -> Steps:
    """From when the cause's alert stood as which kind."""
    changed = [(each.at, each.kind) for each in story if each.kind is not None or each.what in _ENDS]
    return sorted(changed, key=lambda each: each[0])  # the clock may have been set back between them


_ENDS = frozenset({AlertHappened.RESOLVED})


# --- what should have stood against what did --------------------------------------------------------------------------


def demands(should: Should) -> Iterator[Demand]:
    """One for each time a cause came up or grew graver."""
    before: Mapping[str, AlertKind] = {}
    for number, (at, standing, _) in enumerate(should):
        for cause, kind in standing.items():
            if kind.gravity > _gravity(before.get(cause)):
                later = (each.at for each in should[number:] if _gravity(each.standing.get(cause)) < kind.gravity)
                yield Demand(cause, kind, at, next(later, None))
        before = standing


def _unmet(demand: Demand, did: Mapping[str, Steps], until: datetime, within: timedelta) -> Iterator[Discrepancy]:
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


def _from_when(steps: Steps, demand: Demand, begin: datetime) -> datetime | None:
    """When an alert as grave as demanded stood first, at that instant or after it."""
    if _gravity(_at(steps, begin)) >= demand.kind.gravity:
        return begin
    return next((at for at, kind in steps if at > begin and _gravity(kind) >= demand.kind.gravity), None)


def _extra(should: Should, did: Mapping[str, Steps], within: timedelta) -> Iterator[Discrepancy]:
    """An alert stood although its cause had been gone for a while: once for each stretch."""
    for cause, steps in did.items():
        gone_at: datetime | None = None
        told = False
        for at, standing, may in should:
            if cause in standing or cause in may:
                gone_at, told = None, False
                continue
            gone_at = gone_at or at
            kind = _at(steps, at)
            if kind is None:
                told = False
            elif not told and at - gone_at >= within:
                told = True
                yield Discrepancy("extra", cause, kind, at)


def _at(steps: Steps, at: datetime) -> AlertKind | None:
    newest = None
    for since, kind in steps:
        if since > at:
            break
        newest = kind
    return newest


def _gravity(kind: AlertKind | None) -> int:
    return 0 if kind is None else kind.gravity


# --- how each was told ------------------------------------------------------------------------------------------------


def _doubled(cause: str, story: Story) -> Iterator[Discrepancy]:
    """An alert was raised while one of the same cause stood."""
    standing: set[int] = set()
    for each in story:
        if each.what is AlertHappened.RESOLVED:
            standing.discard(each.alert)
        elif each.what is AlertHappened.RAISED and each.kind is not None:
            # An answer that explained it no longer does: the same alert asks anew while it stands.
            if standing - {each.alert}:
                yield Discrepancy("doubled", cause, each.kind, each.at)
            standing.add(each.alert)


def _untold(cause: str, story: Story, until: datetime, within: timedelta) -> Iterator[Discrepancy]:
    """Nobody was told, or late, while the alert waited for an answer and no graver one spoke for it."""
    for alert in {each.alert for each in story}:
        waits_since: datetime | None = None
        muted = answered = False
        kind: AlertKind | None = None
        for each in (row for row in story if row.alert == alert):
            kind = each.kind or kind
            if waits_since is not None and each.what in _ANSWERS_WAIT:
                if each.at - waits_since > within and kind is not None:
                    came = each.at - waits_since if each.what in TELL else None
                    yield Discrepancy("late" if came else "untold", cause, kind, waits_since, came)
                waits_since = None
            muted, answered, asks = _after(each.what, muted, answered)
            if asks:
                waits_since = waits_since or each.at
        if waits_since is not None and until - waits_since > within and kind is not None:
            yield Discrepancy("untold", cause, kind, waits_since)


_ANSWERS_WAIT = TELL | {AlertHappened.MUTED, AlertHappened.ACKNOWLEDGED, AlertHappened.RESOLVED}
_ASKS = frozenset({AlertHappened.RAISED, AlertHappened.GRAVER, AlertHappened.LAPSED})


def _after(what: AlertHappened, muted: bool, answered: bool) -> tuple[bool, bool, bool]:
    """Whether it is muted and answered after this, and whether somebody must be told."""
    if what is AlertHappened.MUTED:
        return True, answered, False
    if what is AlertHappened.UNMUTED:
        return False, answered, not answered
    if what in (AlertHappened.ACKNOWLEDGED, AlertHappened.RESOLVED):
        return muted and what is AlertHappened.ACKNOWLEDGED, True, False
    if what is AlertHappened.LAPSED:
        return muted, False, not muted
    if what in _ASKS:  # an answered one is told whatever muted it, and muted again by a row of its own
        muted = muted and not answered
        return muted, False, not muted
    return muted, answered, False


def _unheeded(cause: str, story: Story) -> Iterator[Discrepancy]:
    """Evidence that was clearly graver than all within the hour joined quietly."""
    carried = [each for each in story if each.kind is not None or each.what in _ENDS]
    rows = [Told(each.at, each.finding, each.cause_at) for each in carried]
    for number, each in enumerate(carried):
        if each.what is not AlertHappened.EVIDENCE or each.kind is None:
            continue
        if is_graver(each.finding, known_lately(rows[:number], each.at)):
            yield Discrepancy("untold", cause, each.kind, each.at)
