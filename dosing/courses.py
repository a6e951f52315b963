"""Where a patient's next cycle stands: its course and number, and what the earlier cycles forbid. Reads only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from tracker.errors import BadInput, Conflict
from tracker.look.times import clock_change_near, day_text, offset_text
from tracker.models import Site, Stay
from tracker.times import not_after, read_instant

from .gather import doses_given, facts_of, first_start, leaves
from .models import Cycle, SiteSettings
from .permissions import cycles_with_facts
from .regimen import Regimen
from .regimen import regimen as regimen_by_id
from .rules.facts import EventKind, Facts
from .rules.verdict import Verdict
from .states import CycleState


@dataclass(frozen=True)
class Place:
    """The course and the number of the cycle to be, and the earlier cycles that must make room for it.

    `has_earlier`: earlier cycles leave something behind (their rounds, their bars) that this one must know.
    `set_aside` are cycles that ended before their first dose: nothing was given, so they count as no cycle.
    """

    course_number: int
    cycle_number: int
    has_earlier: bool
    set_aside: tuple[Cycle, ...] = ()


@dataclass(frozen=True)
class Past:
    """The earlier cycles of one patient with their facts; `begun` are those in which a dose was given."""

    cycles: tuple[Cycle, ...]
    facts: dict[int, Facts]

    @property
    def begun(self) -> tuple[Cycle, ...]:
        return tuple(cycle for cycle in self.cycles if first_start(self.facts[cycle.pk]) is not None)

    @property
    def never_begun(self) -> tuple[Cycle, ...]:
        return tuple(cycle for cycle in self.cycles if first_start(self.facts[cycle.pk]) is None)

    @property
    def last_course(self) -> tuple[Cycle, ...]:
        """The cycles of the last course in which a dose was given, first to last."""
        begun = self.begun
        return tuple(cycle for cycle in begun if cycle.course_id == begun[-1].course_id)

    def leaves(self, cycle: Cycle, effect: Verdict) -> bool:
        return leaves(cycle, self.facts[cycle.pk], effect)


def past_of(stay: Stay) -> Past:
    """All cycles of the stay's patient, oldest first."""
    cycles = tuple(cycles_with_facts().filter(patient=stay.patient).order_by("id"))
    return Past(cycles, facts_of(cycles))


def place_of_next_cycle(
    stay: Stay, chosen: Regimen, first: datetime, *, new_course: bool, signs_resolved_at: datetime | None = None
) -> Place:
    """Cycle 1 of the first course, the next cycle of the running course, or cycle 1 of a new course.

    `new_course` is the prescriber's word that the tumour answered the last course. After a stopped course the wait
    counts from when the signs had resolved as well, which the prescriber states.
    Raises: Conflict cycle_open, discontinued, course_stopped, other_regimen, course_cap, rest_period, course_wait,
    no_further_course; BadInput for the time at which the signs resolved.
    """
    past = past_of(stay)
    if any(cycle.state != CycleState.ENDED for cycle in past.cycles):
        raise Conflict(
            "cycle_open", "The patient already has a cycle that has not ended.", remedy="End that cycle first."
        )
    _check_not_barred(past)
    if not past.begun:
        # Nothing was ever given: what was charted meanwhile belongs to this cycle, its baseline and its holds included.
        return Place(1, 1, False, past.never_begun)
    zone = ZoneInfo(stay.ward.timezone)
    last = past.begun[-1]
    if new_course:
        _check_new_course(stay, past, chosen, first, signs_resolved_at, zone)
        return Place(last.course.number + 1, 1, True, past.never_begun)
    _check_same_course(past, chosen, first, zone)
    return Place(last.course.number, len(past.last_course) + 1, True, past.never_begun)


def signed_settings() -> SiteSettings:
    """The hospital's settings in force.

    Raises: Conflict site_not_ready.
    """
    settings = SiteSettings.objects.order_by("-id").first()
    if settings is None:
        raise Conflict(
            "site_not_ready",
            "This hospital's dosing settings have not been signed.",
            remedy="A prescriber and a pharmacist set and sign them under Settings.",
        )
    check_site_ready(settings)
    return settings


def check_site_ready(settings: SiteSettings) -> None:
    """Settings without a default must all be set and signed before anybody is treated; a demo ward treats nobody.

    Raises: Conflict site_not_ready.
    """
    if settings.override_by is None and not Site.objects.filter(demo=True).exists():
        raise Conflict(
            "site_not_ready",
            "This hospital has not said and signed who may override a hold.",
            remedy="A prescriber and a pharmacist sign the settings anew; then a prescriber moves the cycle to them.",
        )


def read_resolved(raw: str | datetime | None, now: datetime) -> datetime | None:
    """When the signs of a stopped course had resolved, None when nothing was said.

    Raises: BadInput.
    """
    if raw in (None, ""):
        return None
    what = "time at which the signs resolved"
    said = read_instant(raw, field="signs_resolved_at", what=what)
    return not_after(said, now=now, field="signs_resolved_at", what=what)


def _check_not_barred(past: Past) -> None:
    if any(past.leaves(cycle, Verdict.DISCONTINUE) for cycle in past.cycles):
        raise Conflict(
            "discontinued",
            "Interleukin-2 is permanently discontinued for this patient.",
            remedy="Only a correction of the record can change this. Open the earlier cycle to see the finding.",
        )


def _check_same_course(past: Past, chosen: Regimen, first: datetime, zone: ZoneInfo) -> None:
    course = past.last_course
    if any(past.leaves(cycle, Verdict.STOP_COURSE) for cycle in course):
        raise Conflict(
            "course_stopped",
            "This course was stopped: no further dose in it.",
            remedy="A new course no sooner than 7 weeks after the signs resolved and discharge.",
        )
    if course[-1].regimen != chosen.id:
        raise Conflict(
            "other_regimen",
            f"The running course is {regimen_by_id(course[-1].regimen).name}, not {chosen.name}.",
            field="regimen",
            remedy="Choose the regimen of the course, or prescribe a new course.",
        )
    given = sum(doses_given(past.facts[cycle.pk]) for cycle in course)
    if len(course) >= chosen.cycles_per_course or given >= chosen.doses_per_course:
        cycles = "1 cycle" if len(course) == 1 else f"{len(course)} cycles"
        raise Conflict(
            "course_cap",
            f"The course has had {cycles} and {given} of {chosen.doses_per_course} doses.",
            remedy="Further treatment is a new course.",
        )
    begun = first_start(past.facts[course[0].pk])
    rest = chosen.rest_between_first_starts
    if rest is not None and begun is not None and first < begun + rest:
        raise Conflict(
            "rest_period",
            f"Cycle {len(course) + 1} starts on day {rest.days + 1} at the earliest: {_local(begun + rest, zone)}.",
            field="first_dose_at",
            remedy="Choose a first dose at or after that time.",
        )


def _check_new_course(
    stay: Stay, past: Past, chosen: Regimen, first: datetime, resolved_at: datetime | None, zone: ZoneInfo
) -> None:
    course = past.last_course
    waits = [each.next_course_wait for each in (chosen, regimen_by_id(course[-1].regimen)) if each.next_course_wait]
    if not waits:
        raise Conflict(
            "no_further_course", f"{chosen.name} has one course; no source prints another.", remedy="Choose a regimen."
        )
    ended = last_dose(past, course)
    discharge = _discharge_after(stay, ended)
    if discharge is None:
        raise Conflict(
            "course_wait",
            "A new course starts at least 7 weeks after the discharge that followed the last one; none is recorded.",
            field="first_dose_at",
            remedy="Discharge the patient first.",
        )
    stopped = any(past.leaves(cycle, Verdict.STOP_COURSE) for cycle in course)
    since = max(discharge, _resolved(resolved_at, ended, zone)) if stopped else discharge
    _check_wait(first, since + max(waits), stopped, zone)


def _check_wait(first: datetime, earliest: datetime, stopped: bool, zone: ZoneInfo) -> None:
    if first >= earliest:
        return
    counted = "discharge and after the signs of the stopped course resolved" if stopped else "discharge"
    raise Conflict(
        "course_wait",
        f"A new course starts at least 7 weeks after {counted}, which is {_local(earliest, zone)}.",
        field="first_dose_at",
        remedy="Choose a later first dose.",
    )


def _resolved(resolved_at: datetime | None, ended: datetime, zone: ZoneInfo) -> datetime:
    if resolved_at is None:
        raise BadInput(
            "signs_not_resolved",
            "The last course was stopped for a sign of toxicity.",
            field="signs_resolved_at",
            remedy="Enter when the signs had resolved: the 7 weeks count from then.",
        )
    if resolved_at < ended:
        raise BadInput(
            "resolved_too_early",
            f"The signs cannot have resolved before the last dose, {_local(ended, zone)}.",
            field="signs_resolved_at",
            remedy="Check the time.",
        )
    return resolved_at


def last_dose(past: Past, course: tuple[Cycle, ...]) -> datetime:
    """When the last dose of the course was started."""
    return max(event.at for cycle in course for event in past.facts[cycle.pk].events if event.kind is EventKind.GIVEN)


def _discharge_after(stay: Stay, instant: datetime) -> datetime | None:
    """The discharge that ended the stay of the last dose; a later stay for something else does not move it."""
    later = Stay.objects.filter(patient=stay.patient, discharged_at__gte=instant).order_by("discharged_at")
    return later.values_list("discharged_at", flat=True).first()


def _local(instant: datetime, zone: ZoneInfo) -> str:
    """The ward's time, rounded up to the minute: at the printed minute the wait is over."""
    local = (instant + timedelta(minutes=1, microseconds=-1)).astimezone(zone)
    text = f"{day_text(local.date())}, {local:%H:%M}"
    return f"{text} {offset_text(local)}" if clock_change_near(instant, zone) else text
