"""The picture one judgement looks at: the history as known at that instant, the plan, and what was given by then."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from dosing.rules.facts import DoseEvent, EventKind, Facts, MaxAge, Plan, in_utc
from dosing.rules.history import History, history_at
from dosing.rules.windows import SHIFT, Window, newest_window


@dataclass(frozen=True)
class Picture:
    """Everything a rule may look at. `at` is the instant of the judgement."""

    facts: Facts
    at: datetime
    history: History

    @property
    def plan(self) -> Plan:
        return self.facts.plan

    @property
    def max_age(self) -> MaxAge:
        return self.facts.plan.settings.max_age_min

    @cached_property
    def events(self) -> tuple[DoseEvent, ...]:
        """What had happened by now, in the order of time."""
        happened = (event for event in self.facts.events if event.at <= self.at)
        return tuple(sorted(happened, key=lambda event: event.at))

    @cached_property
    def starts(self) -> tuple[datetime, ...]:
        """The actual starts of this cycle, first to last."""
        return tuple(event.at for event in self.events if event.kind is EventKind.GIVEN)

    @property
    def urine_max_age(self) -> timedelta:
        """The newest urine entry may end this long before the judgement: the vitals' maximum age."""
        return timedelta(minutes=self.max_age.vitals)

    @cached_property
    def urine_shift(self) -> Window | None:
        """Urine of the last 8 h, None when unknown."""
        return self.urine(SHIFT, self.at)

    def urine(self, length: timedelta, at: datetime, *, after: datetime | None = None) -> Window | None:
        """Urine of a window as it was known at that instant of the history, None when unknown.

        `after` leaves out entries observed at or before that instant: a release rests on later values only.
        """
        entries = self.history.span("urine_output", after, at)
        return newest_window(entries, length=length, at=at, max_age=self.urine_max_age)


def picture_at(facts: Facts, at: datetime) -> Picture:
    """What a judgement at that instant sees."""
    at = in_utc(at)
    return Picture(facts, at, history_at(facts, at))
