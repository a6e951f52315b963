"""The oncologist's overview as plain data: what waits for a decision first, then by next dose. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.urls import reverse

from tracker.ctcae import Organ
from tracker.models import User
from tracker.roles import Perm, may

from ..overview import Running
from ..queries import cells_of, given_count
from ..rules.verdict import Verdict
from ..states import CycleState
from ..toxicity import organ_grades
from ..trends import LIMITS, QUANTITIES, changes
from .overview_shapes import Chip, CycleRow, Head, OrganCell, Overview, RowGroup, Trend
from .overview_words import cycle_day, next_dose, why
from .shapes import Link

DECIDE_BEFORE = timedelta(minutes=60)
ORGANS = tuple(organ.value.capitalize() for organ in Organ)
STOPPED = (Verdict.STOP_CYCLE, Verdict.STOP_COURSE, Verdict.DISCONTINUE)
FILTERS: dict[str, tuple[str, tuple[Verdict, ...]]] = {
    "stopped": ("Stopped", STOPPED),
    "hold": ("Hold", (Verdict.HOLD,)),
    "incomplete": ("Incomplete", (Verdict.INCOMPLETE,)),
    "proceed": ("Proceed", (Verdict.PROCEED,)),
}
MARKS = {
    "stopped": Verdict.STOP_CYCLE,
    "hold": Verdict.HOLD,
    "incomplete": Verdict.INCOMPLETE,
    "proceed": Verdict.PROCEED,
}


def overview_of(found: Sequence[Running], user: User, now: datetime, *, show: str, ward: str) -> Overview:
    """Rows, filters and counts. `show` and `ward` are the filters in force, empty for all."""
    here = [each for each in found if not ward or each.stay.ward.code == ward]
    rows = sorted((row_of(each, user, now) for each in here), key=lambda row: row.order)
    organs = tuple(Head(short, short) for short in ORGANS)
    trends = tuple(Head(each.short, each.full, each.unit) for each in QUANTITIES)
    return Overview(
        title="Running cycles",
        chips=_chips(rows, show, ward),
        views=_views(found, show, ward),
        organs=organs,
        trends=trends,
        groups=_groups([row for row in rows if _fits(row, show)]),
        columns=6 + len(organs) + len(trends) + 1,
        legend_limit=LIMITS,
        refresh_url=reverse("overview-rows") + _query(show, ward),
    )


def _fits(row: CycleRow, show: str) -> bool:
    if show == "waits":
        return row.wait is not None
    return show not in FILTERS or row.verdict in FILTERS[show][1]


def _query(show: str, ward: str) -> str:
    parts = [f"{name}={value}" for name, value in (("show", show), ("ward", ward)) if value]
    return f"?{'&'.join(parts)}" if parts else ""


def _chips(rows: Sequence[CycleRow], show: str, ward: str) -> tuple[Chip, ...]:
    url = reverse("overview")
    waits = sum(1 for row in rows if row.wait)
    chips = [
        Chip("All", len(rows), url + _query("", ward), show not in (*FILTERS, "waits")),
        Chip("Wait for me", waits, url + _query("waits", ward), show == "waits"),
    ]
    for name, (label, verdicts) in FILTERS.items():
        count = sum(1 for row in rows if row.verdict in verdicts)
        chips.append(Chip(label, count, url + _query(name, ward), show == name, verdicts[0].value))
    return tuple(chips)


def _views(found: Sequence[Running], show: str, ward: str) -> tuple[Link, ...]:
    """The wards, when there is more than one to choose from."""
    wards = sorted({(each.stay.ward.code, each.stay.ward.name) for each in found})
    if len(wards) < 2 and not ward:
        return ()
    url = reverse("overview")
    every = [Link("All wards", url + _query(show, ""))] if ward else []
    return (*every, *(Link(name, url + _query(show, code)) for code, name in wards if code != ward))


def _groups(rows: Sequence[CycleRow]) -> tuple[RowGroup, ...]:
    waits = tuple(row for row in rows if row.wait)
    others = tuple(row for row in rows if not row.wait)
    return (
        RowGroup("waits", "Wait for me", f"{_cycles(len(waits))}, gravest first" if waits else "", waits),
        RowGroup("running", "Running", f"{_cycles(len(others))}, by next dose" if others else "", others),
    )


def _cycles(count: int) -> str:
    return "1 cycle" if count == 1 else f"{count} cycles"


# --- one row ----------------------------------------------------------------------------------------------------------


def row_of(each: Running, user: User, now: datetime) -> CycleRow:
    """One cycle; its place among the others is `order`."""
    patient, cycle, assessment = each.stay.patient, each.cycle, each.assessment
    wait, wait_text = _wait(each, user, now)
    next_text, next_note = next_dose(each, now)
    since_text, reason = why(each, now)
    dated = assessment.planned_at if each.slot and not each.barred else datetime.max.replace(tzinfo=now.tzinfo)
    return CycleRow(
        id=str(cycle.pk),
        bed=each.stay.bed.label if each.stay.bed and each.stay.discharged_at is None else "–",
        name=str(patient),
        born=patient.birth_date,
        mrn=patient.record_number,
        url=reverse("cycle", args=[cycle.pk]),
        given=given_count(each.facts),
        planned=cycle.doses,
        cycle_day=cycle_day(each, now),
        cells=cells_of(cycle, each.slots, each.events, now, each.zone, barred=each.barred),
        next_text=next_text,
        next_note=next_note,
        verdict=assessment.verdict.value,
        since_text=since_text,
        reason=reason,
        organs=tuple(OrganCell(organ.grade, organ.rose) for organ in organ_grades(each.facts, now)),
        trends=tuple(Trend(change.arrow, change.text, change.worse) for change in changes(each.facts, now)),
        wait=wait,
        wait_text=wait_text,
        order=(wait is None, -assessment.verdict.rank if wait else 0, dated, each.stay.ward.code, cycle.pk),
    )


def _wait(each: Running, user: User, now: datetime) -> tuple[Link | None, str]:
    """What this person must do, and otherwise what is known about it."""
    url = reverse("cycle", args=[each.cycle.pk])
    if each.stay.discharged_at is not None:
        return (Link("End cycle", url), "") if may(user.role, Perm.END_CYCLE) else (None, "Discharged")
    if each.cycle.state == CycleState.PRESCRIBED and not each.barred:
        return (Link("Start cycle", url), "") if may(user.role, Perm.START_CYCLE) else (None, "Not started")
    prescriber = may(user.role, Perm.OVERRIDE_HOLD)
    if each.overridden:
        return None, "Override signed"
    asked = _asked(each, now)
    if not asked:
        return None, ""
    return (Link(asked, url), "") if prescriber else (None, "Prescriber decides")


def _asked(each: Running, now: datetime) -> str:
    """What a prescriber has to decide now, empty when nothing waits."""
    verdict = each.assessment.verdict
    if each.barred or each.slot is None:
        return "End cycle"
    if verdict is Verdict.STOP_CYCLE:
        return "Decide cycle"
    if verdict is Verdict.HOLD and each.assessment.planned_at - now <= DECIDE_BEFORE:
        return f"Decide dose {each.slot.number}"
    return ""
