"""One bed as the board sees it at one instant: the rules' answer and what else its card is made of. Pure."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from dosing.preparation import INFUSION
from dosing.rules.assess import Assessment
from dosing.rules.required import GROUPS, Input
from dosing.rules.verdict import Verdict

from .pauses import Pause
from .states import AlertKind
from .unknowns import UrineGap

INFUSING = "infusing"
PERMANENT = frozenset({Verdict.DISCONTINUE, Verdict.STOP_COURSE})
# The schedule's refusals that no waiting ends.
FINAL_REFUSALS = frozenset({"cycle_cap", "course_cap", "cycle_window", "cell_window"})


@dataclass(frozen=True, slots=True)
class Who:
    """The patient in the bed, with two identifiers, and where a tap on the card leads."""

    key: str
    bed: str
    name: str
    born: date
    mrn: str
    url: str


@dataclass(frozen=True, slots=True)
class Infusion:
    """A dose that was started and whose end is not recorded. `allowed` is how far its length may deviate."""

    slot: int
    started_at: datetime
    words: str
    volume: str
    allowed: timedelta

    @property
    def ends_at(self) -> datetime:
        """When it should end."""
        return self.started_at + INFUSION

    def runs(self, now: datetime) -> bool:
        """Within its time and the hospital's deviation; later its end is simply not recorded."""
        return now <= self.ends_at + self.allowed


@dataclass(frozen=True, slots=True)
class Raised:
    """One alert that is not resolved. `answered_by` is empty until a person has seen it; then nobody is next."""

    kind: AlertKind
    raised_at: datetime
    answered_by: str = ""
    next_duty: str = ""
    next_at: datetime | None = None
    id: int = 0

    @property
    def answered(self) -> bool:
        return bool(self.answered_by)


@dataclass(frozen=True, slots=True)
class Seen:
    """A bed with an open cycle. `slot` is the next dose, None when none is left; the assessment is then of the last.

    `inputs` are the required values now, `inputs_then` as they will stand at the next dose if nothing more is recorded.
    `override_by` is the prescriber whose signature covers all that stands in the way of the next dose.
    `away` is the pause of a patient who is off the ward.
    """

    who: Who
    started: bool
    slot: int | None
    assessment: Assessment
    inputs: tuple[Input, ...]
    inputs_then: tuple[Input, ...]
    gap: UrineGap | None
    cells: tuple[Hashable, ...]
    given: int
    planned: int
    infusion: Infusion | None = None
    override_by: str = ""
    alerts: tuple[Raised, ...] = ()
    away: Pause | None = None

    @property
    def verdict(self) -> Verdict:
        return self.assessment.verdict

    @property
    def barred(self) -> bool:
        """No further dose of this course, or ever."""
        return self.verdict in PERMANENT

    @property
    def left(self) -> bool:
        """A dose may still be given in this cycle."""
        return self.slot is not None and not self.barred and not FINAL_REFUSALS & set(self.assessment.refusals)

    @property
    def can_be_given(self) -> bool:
        """The bedside guard would let the next dose start, as far as the board can see."""
        if not self.left or self.assessment.refusals or self.assessment.missing:
            return False
        return self.verdict is Verdict.PROCEED or bool(self.override_by)

    def runs(self, now: datetime) -> bool:
        """An infusion runs."""
        return self.infusion is not None and self.infusion.runs(now)

    def state(self, now: datetime) -> str:
        """What the flag shows: the verdict; an infusion only where nothing holds the next dose, which is graver."""
        if self.runs(now) and self.verdict.rank < Verdict.HOLD.rank:
            return INFUSING
        return self.verdict.value

    @property
    def vitals_at(self) -> datetime | None:
        """When the oldest of the required vitals was taken: all of them are at most this old. None: never any."""
        times = [each.observed_at for each in self.inputs if each.code in GROUPS["vitals"] and each.observed_at]
        return min(times, default=None)

    @property
    def unanswered(self) -> tuple[Raised, ...]:
        """The alerts that nobody has answered."""
        return tuple(alert for alert in self.alerts if not alert.answered)
