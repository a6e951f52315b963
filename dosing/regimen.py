"""The regimens as data: dose, interval, caps, windows and rests, each as its source prints it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from tracker.errors import BadInput

DAY = timedelta(hours=24)
NEXT_COURSE_WAIT = timedelta(weeks=7)


@dataclass(frozen=True, slots=True)
class Regimen:
    """One published regimen. Units: IU per kg of dosing weight; intervals and windows in elapsed time."""

    id: str
    name: str
    iu_per_kg: int
    shortest_interval: timedelta
    longest_interval: timedelta
    doses_per_cycle: int
    cycle_window: timedelta | None
    cycles_per_course: int
    doses_per_course: int
    rest_between_first_starts: timedelta | None
    next_course_wait: timedelta | None
    after_cells: tuple[timedelta, timedelta] | None
    default_rule_sets: tuple[str, ...]
    source: str

    def allows_interval(self, interval: timedelta) -> bool:
        """The prescriber picks the interval within the printed range, both ends included."""
        return self.shortest_interval <= interval <= self.longest_interval

    def first_dose_window(self, cells_at: datetime) -> tuple[datetime, datetime] | None:
        """Earliest and latest start of the first dose after the cells; None when the regimen has no cells."""
        if self.after_cells is None:
            return None
        return cells_at + self.after_cells[0], cells_at + self.after_cells[1]

    def next_course_from(self, discharged_at: datetime, signs_resolved_at: datetime | None = None) -> datetime | None:
        """Earliest start of a new course: the wait counts from discharge and, after a stopped course, from resolution.

        None when the regimen prints no further course.
        """
        if self.next_course_wait is None:
            return None
        return max(discharged_at, signs_resolved_at or discharged_at) + self.next_course_wait


HD_IL2 = Regimen(
    id="hd-il2",
    name="High-dose interleukin-2",
    iu_per_kg=600_000,
    shortest_interval=timedelta(hours=8),
    longest_interval=timedelta(hours=8),
    doses_per_cycle=14,
    cycle_window=5 * DAY,
    cycles_per_course=2,
    doses_per_course=28,
    rest_between_first_starts=14 * DAY,
    next_course_wait=NEXT_COURSE_WAIT,
    after_cells=None,
    default_rule_sets=("label-2023", "consensus-2014"),
    source="Aldesleukin prescribing information, revised 9/2023, section 2.2 and Table 1",
)

TIL_IL2 = Regimen(
    id="til-il2",
    name="Interleukin-2 after lifileucel",
    iu_per_kg=600_000,
    shortest_interval=timedelta(hours=8),
    longest_interval=timedelta(hours=12),
    doses_per_cycle=6,
    cycle_window=None,
    cycles_per_course=1,
    doses_per_course=6,
    rest_between_first_starts=None,
    next_course_wait=None,
    after_cells=(timedelta(hours=3), timedelta(hours=24)),
    default_rule_sets=("label-2023", "til-2024"),
    source="Lifileucel package insert, February 2024, interleukin-2 section",
)

REGIMENS = {regimen.id: regimen for regimen in (HD_IL2, TIL_IL2)}


def regimen(regimen_id: str) -> Regimen:
    """The regimen of that id.

    Raises: BadInput `unknown_regimen`.
    """
    try:
        return REGIMENS[regimen_id]
    except KeyError:
        raise BadInput(
            "unknown_regimen",
            f"There is no regimen {regimen_id!r}.",
            field="regimen",
            remedy=f"Use one of {', '.join(REGIMENS)}.",
        ) from None
