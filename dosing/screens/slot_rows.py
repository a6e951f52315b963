"""The doses of one cycle as rows: planned, started, ended, who, the verdict at the decision, every entry. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from django.urls import reverse

from tracker.look.times import clock_text, minutes_between
from tracker.roles import Perm, may

from ..cycle_record import CycleRecord
from ..models import DoseEvent
from ..queries import Cell, standing_gives
from ..schedule import planned_at
from ..states import Happened
from .decisions import Entry, entry_of
from .readiness import strip_of

WORDS = {
    "given": "Given",
    "given_late": "Given late",
    "override": "Given on override",
    "infusing": "Infusing",
    "held": "Held",
    "lapsed": "Lapsed",
    "omitted": "Omitted",
    "next": "Next",
    "to_come": "To come",
    "barred": "Barred",
}
STRIKABLE = (Happened.GIVEN, Happened.OMITTED)


@dataclass(frozen=True)
class SlotRow:
    """One dose. `decided` is the verdict at the entry that settled it; `verdict_now` of the next dose."""

    number: int
    cell: Cell
    word: str
    planned: str
    moved: str
    started: str
    lasted: str
    giver: str
    witness: str
    decided: str
    verdict_now: str
    entries: tuple[Entry, ...]

    @property
    def cells(self) -> tuple[Cell, ...]:
        return (Cell(self.cell.number, self.cell.state),)


def slot_rows(record: CycleRecord, role: str) -> tuple[SlotRow, ...]:
    """Every dose of the cycle with all that happened to it, struck entries included."""
    cells = {cell.number: cell for cell in strip_of(record.bedside)}
    gives = standing_gives(record.events)
    next_number = record.bedside.slot.number if record.bedside.slot else 0
    assessment = record.bedside.assessment
    return tuple(
        _row(
            record,
            cells[slot.number],
            slot.planned_at,
            gives.get(slot.number),
            role,
            assessment.verdict.value if slot.number == next_number else "",
        )
        for slot in record.bedside.slots
    )


def _row(
    record: CycleRecord, cell: Cell, ordered: datetime, give: DoseEvent | None, role: str, verdict_now: str
) -> SlotRow:
    now, tz, facts = record.now, record.bedside.tz, record.bedside.facts
    planned = planned_at(facts.plan, facts.events, cell.number)
    entries = tuple(entries_of(record, record.of_slot(cell.number), role))
    settled = [entry for entry in entries if entry.verdict and not entry.struck and entry.kind != Happened.OVERRIDE]
    return SlotRow(
        number=cell.number,
        cell=cell,
        word=WORDS[cell.state],
        planned=clock_text(planned, now, tz),
        moved=f"ordered for {clock_text(ordered, now, tz)}" if planned != ordered else "",
        started=clock_text(give.at, now, tz) if give else "",
        lasted=_lasted(record, give) if give else "",
        giver=give.by.full_name if give else "",
        witness=give.witness.full_name if give and give.witness else "",
        decided=settled[-1].verdict if settled and not verdict_now else "",
        verdict_now=verdict_now,
        entries=entries,
    )


def _lasted(record: CycleRecord, give: DoseEvent) -> str:
    """How long the infusion ran, marked when it was longer or shorter than the hospital allows."""
    end = record.answers(give, Happened.INFUSION_ENDED)
    if end is None:
        return "end not recorded" if record.bedside.runs is None or record.bedside.runs.pk != give.pk else "running"
    minutes = minutes_between(give.at, end.at)
    words = f"{minutes} min" + (", interrupted" if end.reason_code == "interrupted" else "")
    allowed = record.cycle.settings.max_infusion_deviation_min
    return f"{words}, beyond 15 min ± {allowed}" if abs(minutes - INFUSION_MIN) > allowed else words


INFUSION_MIN = 15  # aldesleukin prescribing information, revised 9/2023, section 2.5


def entries_of(record: CycleRecord, events: Iterable[DoseEvent], role: str) -> Iterable[Entry]:
    """The entries of one dose; the end of an infusion and the striking stand beside what they answer."""
    for event in events:
        if event.kind in (Happened.INFUSION_ENDED, Happened.VOIDED):
            continue
        voided = record.answers(event, Happened.VOIDED)
        may_strike = event.kind in STRIKABLE and voided is None and may(role, Perm.GIVE_DOSE)
        url = reverse("entry-strike", args=[event.pk]) if may_strike else ""
        entry = entry_of(event, record.now, record.bedside.tz, struck_by=voided, strike_url=url)
        # What a dose on override went past stands beside it, in the entry of the override.
        yield replace(entry, found=()) if event.overridden else entry
