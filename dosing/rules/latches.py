"""Judging latched rules: the latest round that met the trigger, whether a release was observed since, and runs.

Only what follows the latest trigger can release, so the walk goes backwards to that round and then forwards once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from dosing.rules.criteria import Test, Want, When
from dosing.rules.facts import Measured
from dosing.rules.history import History, Point
from dosing.rules.picture import Picture
from dosing.rules.rule import Hit, Judge, Term
from dosing.rules.verdict import Verdict
from dosing.rules.wording import shown


@dataclass(frozen=True, slots=True)
class Trigger:
    """The latest round that met a rule's trigger, and the values by which it did."""

    at: datetime
    because: Mapping[str, Measured]
    limit: str


def latest_trigger(history: History, whens: Sequence[When]) -> Trigger | None:
    """The newest round in which one of the codes passes its test; alternatives met by the same round stand together."""
    met: list[tuple[Point, When]] = []
    for when in whens:
        holds = when.test.holds
        for point in reversed(history.of(when.code)):
            if holds(point.value):
                met.append((point, when))
                break
    if not met:
        return None
    newest = max(point.place for point, _ in met)
    there = [(point, when) for point, when in met if point.place == newest]
    words = dict.fromkeys(when.test.words for _, when in there if when.test.words)
    because = {when.code: point.value for point, when in there}
    return Trigger(there[0][0].at, because, ", ".join(words))


def permanent(effect: Verdict, *whens: When) -> Judge:
    """A rule that nothing releases: one round that met the trigger is enough."""

    def judge(picture: Picture) -> Hit | None:
        trigger = latest_trigger(picture.history, whens)
        return trigger and Hit(effect, trigger.because, trigger.at, trigger.limit, latched=True)

    return judge


def latched(effect: Verdict, *whens: When, release: Sequence[Want]) -> Judge:
    """A rule that stays from its trigger until, at one instant since, every wanted value stood as wanted."""

    def judge(picture: Picture) -> Hit | None:
        trigger = latest_trigger(picture.history, whens)
        if trigger is None or was_released(picture.history, release, trigger.at):
            return None
        return still_latched(picture, effect, trigger, release)

    return judge


def still_latched(picture: Picture, effect: Verdict, trigger: Trigger, release: Sequence[Want]) -> Hit:
    """The hit of a latch that holds, with each condition of its release ticked off or not."""
    terms = tuple(_term(picture.history, want, trigger.at) for want in release)
    return Hit(effect, trigger.because, trigger.at, trigger.limit, latched=True, terms=terms)


def was_released(history: History, wants: Sequence[Want], trigger_at: datetime) -> bool:
    """Did all wanted values stand together at some instant after the trigger?

    Rounds of one instant are taken together: what counts at that instant is what was known last about it.
    """
    instants = history.instants_after((want.code for want in wants), trigger_at)
    return any(all(_met(history, want, trigger_at, instant) for want in wants) for instant in instants)


def _met(history: History, want: Want, trigger_at: datetime, instant: datetime) -> bool:
    newest = history.newest_by(want.code, instant)
    if want.if_any:
        return newest is None or want.test.holds(newest.value)
    return newest is not None and newest.at > trigger_at and want.test.holds(newest.value)


def _term(history: History, want: Want, trigger_at: datetime) -> Term:
    newest = history.newest(want.code)
    if want.if_any and newest is None:
        return Term(want.text, True, "none recorded")
    if newest is None or (newest.at <= trigger_at and not want.if_any):
        return Term(want.text, False)
    met = want.test.holds(newest.value)
    return Term(want.text, met, shown(want.code, newest.value), newest.at)


@dataclass(frozen=True, slots=True)
class Run:
    """An unbroken stretch of a state: its first value, its last one, and the contrary value or instant that ends it."""

    began_at: datetime
    newest: Point
    until: datetime
    ongoing: bool

    @property
    def length(self) -> timedelta:
        return self.until - self.began_at


def runs(history: History, code: str, state: Test, at: datetime) -> list[Run]:
    """Every unbroken run of the state up to `at`, oldest first. A run lasts until a contrary value is observed."""
    found: list[Run] = []
    first: Point | None = None
    last: Point | None = None
    for point in history.of(code):
        if state.holds(point.value):
            first, last = first or point, point
        elif first is not None and last is not None:
            found.append(Run(first.at, last, point.at, False))
            first = None
    if first is not None and last is not None:
        found.append(Run(first.at, last, at, True))
    return found


def held_then_permanent(
    code: str, state: Test, longest: timedelta, *, words: str, ends: str, over: str
) -> Callable[[Picture], Hit | None]:
    """A state that holds while it lasts and, once a run was longer than `longest`, discontinues for good."""

    def judge(picture: Picture) -> Hit | None:
        found = runs(picture.history, code, state, picture.at)
        if not found:
            return None
        newest = found[-1]
        because = {code: newest.newest.value}
        if any(run.length > longest for run in found):
            return Hit(Verdict.DISCONTINUE, because, newest.newest.at, over, latched=True, release="")
        if not newest.ongoing:
            return None
        now = shown(code, newest.newest.value)
        term = Term(ends, False, now, newest.newest.at)
        return Hit(Verdict.HOLD, because, newest.newest.at, words, latched=True, terms=(term,))

    return judge
