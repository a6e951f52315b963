"""What the rules may know about one cycle of one patient: its plan, its rounds and what became of its doses.

Whoever builds a `Facts` gives the rounds of this cycle (its baseline included) and the events of this cycle, both
from the record as it stands. What was known at an earlier instant is worked out from `known_at` and `retracted_at`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from functools import cached_property

from dosing.rules.amendment import Amendment
from dosing.rules.verdict import Verdict

Measured = Fraction | int | str


def in_utc(instant: datetime) -> datetime:
    """The same instant in UTC, so that differences are elapsed time on every day of the year."""
    if instant.tzinfo is UTC:
        return instant
    if instant.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return instant.astimezone(UTC)


def exactly(value: Measured | Decimal) -> Measured:
    """The value without rounding; whole numbers as `int`, because they are by far the most and compare fastest."""
    if isinstance(value, (str, int)):
        return value
    if isinstance(value, (Fraction, Decimal)):
        exact = Fraction(value)
        return exact.numerator if exact.denominator == 1 else exact
    raise TypeError(f"a measured value must be exact, not {type(value).__name__}")


@dataclass(frozen=True, slots=True)
class Value:
    """One measured value in its canonical unit; a volume also has the start of the interval it was collected over."""

    value: Measured
    since: datetime | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "value", exactly(self.value))
        if self.since is not None:
            object.__setattr__(self, "since", in_utc(self.since))


@dataclass(frozen=True, slots=True)
class Round:
    """Values observed at one instant. `known_at` is when they were entered, `order` the order of becoming known."""

    id: str
    observed_at: datetime
    known_at: datetime
    values: Mapping[str, Value]
    retracted_at: datetime | None = None
    baseline: bool = False
    order: int = 0

    def __post_init__(self) -> None:
        for name in ("observed_at", "known_at", "retracted_at"):
            instant = getattr(self, name)
            if instant is not None:
                object.__setattr__(self, name, in_utc(instant))


class LateDosePolicy(StrEnum):
    """What a late start does to the slots after it."""

    SHIFT = "shift"
    GRID = "grid"


@dataclass(frozen=True, slots=True)
class Counting:
    """How many relative criteria hold a dose and how many stop the cycle: a signed hospital setting."""

    hold_at: int = 1
    stop_at: int = 3

    def __post_init__(self) -> None:
        if not 1 <= self.hold_at <= self.stop_at:
            raise ValueError("counting needs 1 <= hold_at <= stop_at")


@dataclass(frozen=True, slots=True)
class MaxAge:
    """How old a required value may be at the dose, in minutes; for urine the length that must be covered."""

    vitals: int = 120
    neuro: int = 120
    urine: int = 480
    weight: int = 1440
    labs: int = 1440


@dataclass(frozen=True, slots=True)
class Settings:
    """The hospital's signed settings that the rules and the schedule read. The first three have no default."""

    late_window_min: int
    interval_tolerance_min: int
    late_dose_policy: LateDosePolicy | str
    counting: Counting = Counting()
    max_age_min: MaxAge = MaxAge()

    def __post_init__(self) -> None:
        object.__setattr__(self, "late_dose_policy", LateDosePolicy(self.late_dose_policy))

    @property
    def late_window(self) -> timedelta:
        return timedelta(minutes=self.late_window_min)

    @property
    def tolerance(self) -> timedelta:
        return timedelta(minutes=self.interval_tolerance_min)


@dataclass(frozen=True, slots=True)
class Prior:
    """What earlier cycles and courses left behind."""

    cycle_number: int = 1
    doses_given_in_course: int = 0
    cycle_1_first_dose_at: datetime | None = None
    discontinued: bool = False
    course_stopped: bool = False

    def __post_init__(self) -> None:
        if self.cycle_1_first_dose_at is not None:
            object.__setattr__(self, "cycle_1_first_dose_at", in_utc(self.cycle_1_first_dose_at))


@dataclass(frozen=True)
class Plan:
    """What was prescribed and bound: regimen, rule sets at a version, settings, interval and dosing weight.

    `amendments` are the hospital's own versions among the rule sets, as data: a plan needs nothing else to be judged.
    Units: dosing weight in kg, upper limits of normal in U/L.
    """

    regimen: str
    rule_sets: tuple[str, ...]
    settings: Settings
    interval: timedelta
    dosing_weight_kg: Decimal
    first_dose_at: datetime
    ast_uln: Decimal = Decimal(40)
    alt_uln: Decimal = Decimal(40)
    prior: Prior = Prior()
    amendments: tuple[Amendment, ...] = ()
    cells_at: datetime | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "first_dose_at", in_utc(self.first_dose_at))
        if self.cells_at is not None:
            object.__setattr__(self, "cells_at", in_utc(self.cells_at))
        if self.dosing_weight_kg <= 0:
            raise ValueError("a dosing weight is more than zero")

    @cached_property
    def weight_kg(self) -> Fraction:
        """The dosing weight as an exact fraction, against which gain and urine per kg are judged."""
        return Fraction(self.dosing_weight_kg)


class EventKind(StrEnum):
    """What happened to a dose or to the cycle."""

    GIVEN = "given"
    REFUSED = "refused"
    HELD = "held"
    OMITTED = "omitted"
    LAPSED = "lapsed"
    WENT_ON = "went_on"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class DoseEvent:
    """One event of the cycle, as it was when it happened; nothing learned later rewrites it.

    GIVEN: `overridden` when a prescriber's signature carried it past a finding.
    REFUSED: a give, signed or not, that was not given; `verdict` then, and whether the slot was `open` (neither given
    nor lapsed nor held). HELD: an accepted hold, with its verdict. LAPSED: the slot was lost when the schedule was
    changed, and the change does not open it again. WENT_ON: a prescriber's signed decision to go on.
    """

    kind: EventKind
    at: datetime
    slot: int = 0
    overridden: bool = False
    verdict: Verdict | str = ""
    open: bool = True

    def __post_init__(self) -> None:
        object.__setattr__(self, "kind", EventKind(self.kind))
        object.__setattr__(self, "at", in_utc(self.at))
        if self.verdict:
            object.__setattr__(self, "verdict", Verdict(self.verdict))

    def under(self, least: Verdict) -> bool:
        """True when the event happened under a verdict of at least this gravity."""
        return bool(self.verdict) and Verdict(self.verdict).rank >= least.rank


@dataclass(frozen=True)
class Facts:
    """All that a verdict rests on. Frozen; what is worked out from it is kept beside it in `memory`."""

    plan: Plan
    rounds: tuple[Round, ...] = ()
    events: tuple[DoseEvent, ...] = ()
    memory: dict = field(default_factory=dict, init=False, repr=False, compare=False)
