"""The six verdicts on one dose, in the order of their gravity."""

from __future__ import annotations

from enum import StrEnum


class Verdict(StrEnum):
    """What the rules say about giving one dose at one instant. Compare by `rank`, never by text."""

    PROCEED = "proceed"
    INCOMPLETE = "incomplete"
    HOLD = "hold"
    STOP_CYCLE = "stop_cycle"
    STOP_COURSE = "stop_course"
    DISCONTINUE = "discontinue"

    @property
    def rank(self) -> int:
        """Position in the order proceed < incomplete < hold < stop_cycle < stop_course < discontinue."""
        return _RANKS[self]

    @property
    def may_be_overridden(self) -> bool:
        """A prescriber may sign past a hold and past the end of a cycle; past nothing else."""
        return self in (Verdict.HOLD, Verdict.STOP_CYCLE)


_RANKS = {verdict: rank for rank, verdict in enumerate(Verdict)}


def gravest(*verdicts: Verdict) -> Verdict:
    """The highest of the verdicts; `proceed` when there is none."""
    return max(verdicts, key=_RANKS.__getitem__, default=Verdict.PROCEED)
