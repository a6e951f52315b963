"""What a patient's story can say: who it is, when the next dose is due, and what goes wrong on the way (pure)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from ..regimen import HD_IL2, REGIMENS, Regimen
from .physiology import Body

ADMITTED_BEFORE = timedelta(hours=6)
BLOODS = frozenset({"creatinine", "bilirubin", "ast", "alt", "platelets", "bicarbonate"})


@dataclass(frozen=True)
class Turn:
    """Findings that the story wants: values in place of the body's, from some hours around a dose on.

    `values` None means that the code is not measured.
    """

    dose: int
    since_h: float
    until_h: float | None
    values: Mapping[str, str | int | None]


@dataclass(frozen=True)
class Slip:
    """A round charted wrong: `values` is what was typed. It is corrected, or struck when `struck`."""

    dose: int
    minutes: int
    values: Mapping[str, str]
    reason: str
    struck: bool = False


@dataclass(frozen=True)
class Earlier:
    """Cycle 1 of the same course, some days ago."""

    days_ago: int
    doses: int
    end_reason: str


@dataclass(frozen=True)
class Story:
    """One patient. `next_dose` is due `due_min` minutes from now; whatever lies before it has been lived through.

    `unanswered` doses are neither given nor held by anybody; `unseen` are rounds that nobody made, as (dose, minutes).
    """

    record_number: str
    family_name: str
    given_name: str
    birth_date: date
    sex: str
    ward: str
    bed: str
    next_dose: int
    due_min: int
    body: Mapping[str, float] = field(default_factory=dict)
    allergies: str = ""
    regimen_id: str = HD_IL2.id
    interval_h: int = 8
    labs_with: int = 0  # bloods are taken before the doses whose number leaves this remainder divided by three
    turns: tuple[Turn, ...] = ()
    slips: tuple[Slip, ...] = ()
    overrides: Mapping[int, str] = field(default_factory=dict)
    omitted: Mapping[int, tuple[str, str]] = field(default_factory=dict)
    unanswered: frozenset[int] = frozenset()
    unseen: frozenset[tuple[int, int]] = frozenset()
    earlier: Earlier | None = None
    started: bool = True

    @property
    def regimen(self) -> Regimen:
        return REGIMENS[self.regimen_id]

    @property
    def interval(self) -> timedelta:
        return timedelta(hours=self.interval_h)


@dataclass(frozen=True)
class Course:
    """A story placed in time: the instant of its first dose, from which everything else follows."""

    story: Story
    first: datetime
    seed: int

    def planned(self, dose: int) -> datetime:
        """When a dose is planned."""
        return self.first + (dose - 1) * self.story.interval

    @property
    def admitted_at(self) -> datetime:
        return self.first - ADMITTED_BEFORE

    @property
    def body(self) -> Body:
        return Body(key=self.story.record_number, seed=self.seed, born=self.admitted_at, **self.story.body)

    def turned(self, values: Mapping[str, object], at: datetime, *, bloods: bool) -> dict[str, object]:
        """What is measured at an instant, with what the story wants in its place.

        The story's word on bloods changes what the laboratory finds; no nurse reports it from the bedside.
        """
        turned = dict(values)
        for turn in self._turns_at(at):
            turned |= {code: value for code, value in turn.values.items() if (code in BLOODS) is bloods}
        return {code: value for code, value in turned.items() if value is not None}

    def _turns_at(self, at: datetime) -> Iterable[Turn]:
        for turn in self.story.turns:
            hours = (at - self.planned(turn.dose)) / timedelta(hours=1)
            if turn.since_h <= hours and (turn.until_h is None or hours < turn.until_h):
                yield turn


def placed(story: Story, *, now: datetime, seed: int) -> Course:
    """The story with its next dose due as many minutes from now as it says, on a round five minutes of the clock."""
    due = now + timedelta(minutes=story.due_min)
    due -= timedelta(minutes=due.minute % 5, seconds=due.second, microseconds=due.microsecond)
    return Course(story, due - (story.next_dose - 1) * story.interval, seed)
