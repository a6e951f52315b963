"""Everything charted in a cycle as one decision saw it: by code, in the order of observed time, index built once."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from functools import partial
from operator import attrgetter
from typing import NamedTuple

from dosing.rules.facts import Facts, Measured, Round


class Point(NamedTuple):
    """One value of one code. `place` is its round's place in the order of newness; `since` starts a volume."""

    place: int
    at: datetime
    value: Measured
    since: datetime | None


class History:
    """The rounds that stood at one instant. Of two values at one observed instant the one known later is newer."""

    def __init__(self, rounds: Sequence[Round]) -> None:
        self._points: dict[str, list[Point]] = defaultdict(list)
        self._baseline: dict[str, Measured] = {}
        # Past the constructor, whose extra call was a quarter of a whole verdict's cost.
        points, new_point = self._points, partial(tuple.__new__, Point)
        for place, taken in enumerate(rounds):
            at = taken.observed_at
            for code, value in taken.values.items():
                points[code].append(new_point((place, at, value.value, value.since)))
            if taken.baseline:
                self._baseline.update((code, value.value) for code, value in taken.values.items())

    def of(self, code: str) -> Sequence[Point]:
        """All values of the code, oldest first; empty when it was never recorded."""
        return self._points.get(code, ())

    def newest(self, code: str) -> Point | None:
        """The newest value of the code, however old."""
        points = self._points.get(code)
        return points[-1] if points else None

    def newest_by(self, code: str, at: datetime) -> Point | None:
        """The value of the code that was the newest at that instant."""
        points = self.of(code)
        upto = bisect_right(points, at, key=_at)
        return points[upto - 1] if upto else None

    def newest_at_place(self, code: str, place: int) -> Point | None:
        """The newest value of the code once the round at that place was in; orders rounds of one instant too."""
        points = self.of(code)
        upto = bisect_right(points, place, key=_place)
        return points[upto - 1] if upto else None

    def as_round_saw(self, code: str, place: int, at: datetime) -> Point | None:
        """The round's own value of the code, or else the newest by its instant: each of two values may trigger."""
        own = self.newest_at_place(code, place)
        return own if own is not None and own.place == place else self.newest_by(code, at)

    def after(self, code: str, at: datetime) -> Sequence[Point]:
        """The values observed later than that instant, oldest first."""
        points = self.of(code)
        return points[bisect_right(points, at, key=_at) :]

    def span(self, code: str, after: datetime | None, upto: datetime) -> Sequence[Point]:
        """The values observed later than `after` (None: from the first) and not later than `upto`, oldest first."""
        points = self.of(code)
        low = 0 if after is None else bisect_right(points, after, key=_at)
        return points[low : bisect_right(points, upto, key=_at)]

    def at_instant(self, code: str, at: datetime) -> Point | None:
        """The newest of the values observed at exactly that instant."""
        newest = self.newest_by(code, at)
        return newest if newest is not None and newest.at == at else None

    def instants_after(self, codes: Iterable[str], at: datetime) -> Iterator[datetime]:
        """The distinct instants later than `at` at which one of the codes was observed, in order."""
        yield from sorted({point.at for code in codes for point in self.after(code, at)})

    def places(self, codes: Iterable[str]) -> list[tuple[int, datetime]]:
        """The rounds that carry one of the codes, newest first."""
        return sorted({(point.place, point.at) for code in codes for point in self.of(code)}, reverse=True)

    def baseline(self, code: str) -> Measured | None:
        """The signed pre-cycle value of the code, None when it has none."""
        return self._baseline.get(code)


# Decisions about one instant repeat; decisions about many past instants (a replay) need not all be remembered.
KEPT_HISTORIES = 4

_at = attrgetter("at")
_place = attrgetter("place")


def history_at(facts: Facts, at: datetime) -> History:
    """The history a decision at that instant sees: rounds known by then and not retracted by then.

    Kept beside the facts, so that later questions about the same rounds cost nothing.
    """
    ordered = facts.memory.get("ordered")
    if ordered is None:
        ordered = sorted(facts.rounds, key=attrgetter("observed_at", "known_at", "order"))
        facts.memory["ordered"] = ordered
    seen = [taken for taken in ordered if _stands(taken, at)]
    kept = facts.memory.setdefault("histories", {})
    key = tuple(map(id, seen))
    history = kept.get(key)
    if history is None:
        if len(kept) >= KEPT_HISTORIES:
            kept.clear()
        history = kept[key] = History(seen)
    return history


def _stands(taken: Round, at: datetime) -> bool:
    if taken.known_at > at or taken.observed_at > at:
        return False
    return taken.retracted_at is None or taken.retracted_at > at
