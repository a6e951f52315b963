"""The audit trail as a file: streamed in constant memory, inert in a spreadsheet, itself an entry of the trail."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from django.http import StreamingHttpResponse

from .. import clock
from ..errors import BadInput
from ..models import AuditEntry, Stay, Ward
from ..roles import Perm
from .gate import Trail, action
from .record import Actor
from .search import AuditFilter

CHUNK = 500
FORMS = {"csv": "text/csv; charset=utf-8", "jsonl": "application/jsonl; charset=utf-8"}
# What makes a cell a formula to a spreadsheet; the wide signs count where it is set to Japanese.
FORMULA_STARTS = tuple("=+-@\t\r\n＝＋－＠")
COLUMNS = (
    "id", "at_utc", "at_local", "timezone", "actor_id", "actor", "role", "action", "outcome", "patient_id", "patient",
    "object_type", "object_id", "before", "after", "reason", "origin",
)  # fmt: skip


def export_response(*, by: Actor, wanted: AuditFilter, form: str) -> StreamingHttpResponse:
    """The entries that fit, as CSV or JSON Lines; audited before the first byte leaves.

    Raises: BadInput bad_format; NotAllowed.
    """
    last = record_export(by=by, wanted=wanted, form=form)
    lines = _csv(wanted, last) if form == "csv" else _jsonl(wanted, last)
    response = StreamingHttpResponse(lines, content_type=FORMS[form])
    response["Content-Disposition"] = f'attachment; filename="audit-{clock.now():%Y%m%dT%H%M%SZ}.{form}"'
    return response


@action("export_audit", Perm.EXPORT_AUDIT)
def record_export(*, by: Actor, trail: Trail, wanted: AuditFilter, form: str) -> int:
    """Audit the export with its filter; the number of the newest entry that it contains, this one."""
    trail.about(object_type="audit")
    if form not in FORMS:
        raise BadInput("bad_format", "The format is csv or jsonl.", field="format", remedy="Choose csv or jsonl.")
    trail.done(after={"format": form, "filter": wanted.as_plain()})
    return AuditEntry.objects.order_by("-id").values_list("id", flat=True)[0]


def _rows(wanted: AuditFilter, last: int) -> Iterator[dict]:
    """Row by row in chunks by number, so that no cursor stays open and memory does not grow."""
    zones, after = Zones(), 0
    while chunk := list(wanted.entries().filter(id__gt=after, id__lte=last)[:CHUNK]):
        zones.learn({entry.patient_id for entry in chunk if entry.patient_id})
        for entry in chunk:
            yield _row(entry, zones.of(entry.patient_id))
        after = chunk[-1].pk


class Zones:
    """The clock of the ward that a patient lies on; what concerns no patient is put on the site's first ward's."""

    def __init__(self) -> None:
        self.site = ZoneInfo(Ward.objects.order_by("id").values_list("timezone", flat=True).first() or "UTC")
        self._known: dict[int, ZoneInfo] = {}

    def learn(self, patients: set[int]) -> None:
        """Read the wards of these patients, in one query, and forget all others."""
        stays = Stay.objects.filter(patient_id__in=patients).order_by("admitted_at", "id")
        self._known = {patient: ZoneInfo(zone) for patient, zone in stays.values_list("patient_id", "ward__timezone")}

    def of(self, patient_id: int | None) -> ZoneInfo:
        return self._known.get(patient_id, self.site)


def _row(entry: AuditEntry, zone: ZoneInfo) -> dict:
    row = {name: getattr(entry, name, None) for name in COLUMNS}
    return {**row, "at_utc": _utc(entry.at), "at_local": entry.at.astimezone(zone).isoformat(), "timezone": zone.key}


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, text: str) -> str:
        return text


def inert(cell: object) -> object:
    """Text that a spreadsheet would run as a formula gets an apostrophe in front, which it shows as text."""
    return f"'{cell}" if isinstance(cell, str) and cell.lstrip(" ").startswith(FORMULA_STARTS) else cell


def _csv(wanted: AuditFilter, last: int) -> Iterator[str]:
    writer = csv.writer(_Echo(), quoting=csv.QUOTE_ALL)
    yield writer.writerow(COLUMNS)
    for row in _rows(wanted, last):
        cells = (json.dumps(row[n], ensure_ascii=False) if isinstance(row[n], dict) else row[n] for n in COLUMNS)
        yield writer.writerow([inert("" if cell is None else cell) for cell in cells])


def _jsonl(wanted: AuditFilter, last: int) -> Iterator[str]:
    for row in _rows(wanted, last):
        yield json.dumps(row, ensure_ascii=False) + "\n"
