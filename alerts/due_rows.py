"""The due list as its page shows it: one row for each thing, with one tap to record it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse

from tracker.look.marks import WORDS
from tracker.look.times import clock_text, countdown_text
from tracker.models import User
from tracker.roles import Perm, may

from .due import Due, DueKind
from .due_queries import DueWard

ICONS = {
    DueKind.DOSE: "drop",
    DueKind.INFUSION: "drop",
    DueKind.BACK: "swap",
    DueKind.ROUND: "pulse",
    DueKind.URINE: "list",
    DueKind.WEIGHT: "chart",
    DueKind.LABS: "search",
}
TABS = (
    ("all", "Everything", frozenset(DueKind)),
    ("doses", "Doses", frozenset({DueKind.DOSE, DueKind.INFUSION})),
    ("rounds", "Rounds and urine", frozenset({DueKind.ROUND, DueKind.URINE, DueKind.BACK})),
    ("daily", "Weight and labs", frozenset({DueKind.WEIGHT, DueKind.LABS})),
)


@dataclass(frozen=True)
class DueRow:
    """One line, ready to be read."""

    key: str
    kind: str
    icon: str
    time: str
    count: str
    at: datetime
    late: bool
    ward: str
    bed: str
    name: str
    born: date
    mrn: str
    patient_url: str
    title: str
    detail: str
    verdict: str
    verdict_words: str
    tag: str
    url: str
    label: str
    post: bool
    pause_url: str


@dataclass(frozen=True)
class DuePage:
    """The list, how much of it is late, and the filters."""

    rows: tuple[DueRow, ...]
    late: int
    tabs: tuple[tuple[str, str, int, bool], ...]


def due_page(wards: Iterable[DueWard], user: User, now: datetime, *, tab: str) -> DuePage:
    """Rows of all wards by time. A filter that does not exist shows everything."""
    known = tuple(wards)
    items = sorted(((item, each) for each in known for item in each.items), key=lambda pair: pair[0].at)
    chosen = next((kinds for name, _, kinds in TABS if name == tab), frozenset(DueKind))
    tabs = tuple(
        (name, label, sum(1 for item, _ in items if item.kind in kinds), kinds == chosen) for name, label, kinds in TABS
    )
    shown = [pair for pair in items if pair[0].kind in chosen]
    return DuePage(
        rows=tuple(due_row(item, ward, user, now, several=len(known) > 1) for item, ward in shown),
        late=sum(1 for item, _ in shown if item.late(now)),
        tabs=tabs,
    )


def due_row(item: Due, of: DueWard, user: User, now: datetime, *, several: bool) -> DueRow:
    """One thing in words. What a tap does follows from what the person may do."""
    who = item.seen.who
    patient_id = of.patients[who.key]
    url, label, post = _tap(item, patient_id, user)
    pause = of.pauses.get(patient_id)
    away = pause is not None and pause.open
    pauses = item.kind is DueKind.ROUND and item.seen.started and not away and may(user.role, Perm.RECORD_ROUND)
    return DueRow(
        key=item.key,
        kind=item.kind.value,
        icon=ICONS[item.kind],
        time=clock_text(item.at, now, of.zone),
        count=countdown_text(item.at, now),
        at=item.at,
        late=item.late(now),
        ward=of.ward.name if several else "",
        bed=who.bed,
        name=who.name,
        born=who.born,
        mrn=who.mrn,
        patient_url=who.url,
        title=item.title,
        detail=item.detail,
        verdict=item.verdict,
        verdict_words=WORDS.get(item.verdict, ""),
        tag=_tag(item, away=away),
        url=url,
        label=label,
        post=post,
        pause_url=reverse("pause", args=[patient_id]) if pauses else "",
    )


def _tag(item: Due, *, away: bool) -> str:
    """Where the patient is, beside a dose too: it is not softened, and somebody has to fetch the patient."""
    if away and item.kind is not DueKind.BACK:
        return "Off the ward"
    return "Fell due while off the ward" if item.while_away else ""


def _tap(item: Due, patient_id: int, user: User) -> tuple[str, str, bool]:
    """Where one tap leads, what the button says, and whether it acts at once."""
    records = may(user.role, Perm.RECORD_ROUND)
    if item.kind is DueKind.BACK:
        return (reverse("pause-end", args=[patient_id]), "Back on the ward", True) if records else ("", "", False)
    if item.kind in (DueKind.DOSE, DueKind.INFUSION):
        return item.seen.who.url, "Open", False
    if not records:
        return item.seen.who.url, "Open", False
    return f"{reverse('round', args=[patient_id])}?code={','.join(item.codes)}", "Record", False
