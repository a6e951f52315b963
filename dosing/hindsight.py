"""Facts as they are known by now about an instant that is over: for what is entered after a downtime. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from .rules.assess import Assessment
from .rules.facts import Facts
from .rules.verdict import Verdict

AGAINST = ("", "held", "schedule", "missing")  # what can have stood against a dose that was given


def in_hindsight(facts: Facts, now: datetime) -> Facts:
    """Each round counts from when it was observed, not from when it was entered; a struck one never existed."""
    rounds = tuple(
        replace(each, known_at=min(each.known_at, each.observed_at))
        for each in facts.rounds
        if each.known_at <= now and each.retracted_at is None
    )
    return replace(facts, rounds=rounds)


def would_have_been_refused(*judged: Assessment) -> str:
    """Why a dose that was given would not have been: "held", "schedule", "missing", or nothing. The gravest first."""
    if any(each.verdict.rank >= Verdict.HOLD.rank for each in judged):
        return "held"
    if any(each.refusals for each in judged):
        return "schedule"
    return "missing" if judged[-1].missing else ""
