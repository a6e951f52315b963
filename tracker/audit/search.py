"""Finds audit entries by the filter that the page and the export share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from ..errors import BadInput
from ..models import AuditEntry
from ..times import check_year, read_instant
from ..typed import row_number

UTC = ZoneInfo("UTC")


@dataclass(frozen=True)
class AuditFilter:
    """Which entries are wanted; empty parts do not narrow. `start` is included, `end` is not."""

    start: datetime | None = None
    end: datetime | None = None
    patient: str = ""
    user: str = ""
    action: str = ""
    outcome: str = ""

    def entries(self) -> QuerySet[AuditEntry]:
        """The entries in the order in which they were written."""
        found = AuditEntry.objects.order_by("id")
        if self.start:
            found = found.filter(at__gte=self.start)
        if self.end:
            found = found.filter(at__lt=self.end)
        if self.patient:
            found = found.filter(_patient(self.patient))
        if self.user:
            found = found.filter(_user(self.user))
        if self.action:
            found = found.filter(action=self.action)
        if self.outcome:
            found = found.filter(outcome=self.outcome)
        return found

    def as_plain(self) -> dict:
        """The filter as the audit trail says it."""
        parts = {"from": self.start, "to": self.end, "patient": self.patient, "user": self.user}
        return {name: part for name, part in {**parts, "action": self.action, "outcome": self.outcome}.items() if part}


def read_filter(asked: Mapping[str, str], *, zone: ZoneInfo = UTC) -> AuditFilter:
    """The filter from query parameters: from, to (a date, or an instant with offset), patient, user, action, outcome.

    A date means that whole day in `zone`: `to=2026-03-04` includes the 4th.
    Raises: BadInput naming the parameter.
    """
    start = _edge(asked.get("from", ""), "from", zone, days=0)
    end = _edge(asked.get("to", ""), "to", zone, days=1)
    if start and end and end <= start:
        raise BadInput("empty_period", "The period ends before it begins.", field="to", remedy="Choose a later end.")
    outcome = asked.get("outcome", "").strip()
    if outcome not in ("", "done", "refused"):
        raise BadInput(
            "bad_outcome", "The outcome is done or refused.", field="outcome", remedy="Choose one of the two."
        )
    words = {name: asked.get(name, "").strip()[:100] for name in ("patient", "user", "action")}
    return AuditFilter(start=start, end=end, outcome=outcome, **words)


def _edge(text: str, field: str, zone: ZoneInfo, *, days: int) -> datetime | None:
    text = text.strip()
    if not text:
        return None
    if len(text) != 10:
        return read_instant(text, field=field, what="end of the period" if days else "beginning of the period")
    try:
        day = datetime.fromisoformat(text).date() + timedelta(days=days)
        check_year(day, field=field, what="day")
        return datetime.combine(day, time(0), tzinfo=zone)
    except (ValueError, OverflowError):
        raise BadInput("bad_date", f"{text} is not a date.", field=field, remedy="Write it like 2026-03-04.") from None


def _patient(text: str) -> Q:
    """By the patient's number here, or by words of record number or name."""
    by_words = Q(patient__icontains=text)
    number = row_number(text)
    return by_words if number is None else by_words | Q(patient_id=number)


def _user(text: str) -> Q:
    by_words = Q(actor__icontains=text)
    number = row_number(text)
    return by_words if number is None else by_words | Q(actor_id=number)
