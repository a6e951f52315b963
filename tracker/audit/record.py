"""The only writer of the audit trail."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.serializers.json import DjangoJSONEncoder

from .. import clock
from ..models import AuditEntry, Patient, User

ORIGIN_LENGTH = 300


@dataclass(frozen=True)
class Actor:
    """Who acts and from where. `user` is None for the system's own sweeps and for a sign-in that failed."""

    user: User | None
    origin: str = ""
    name: str = ""
    device: int | None = None  # the enrolled tablet, on which a PIN is a secret too

    @property
    def label(self) -> str:
        return self.name or (self.user.full_name if self.user else "system")


SYSTEM = Actor(user=None, origin="worker", name="system")


@dataclass(frozen=True, kw_only=True)
class Entry:
    """What one entry says. `before` and `after` are plain JSON: an auditor needs no other row to read them."""

    action: str
    outcome: str = "done"
    patient: Patient | None = None
    object_type: str = ""
    object_id: int | None = None
    before: dict | None = None
    after: dict | None = None
    reason: str = ""


def patient_label(patient: Patient | None) -> str:
    """The two identifiers and the name, as they were at the time."""
    if patient is None:
        return ""
    return f"{patient.record_number} {patient.family_name}, {patient.given_name}, born {patient.birth_date.isoformat()}"


def write(*, by: Actor, entry: Entry) -> AuditEntry:
    """Append one entry, in the caller's transaction, after everything else that the action wrote."""
    return AuditEntry.objects.create(
        at=clock.now(),
        actor_id=by.user.pk if by.user else None,
        actor=by.label,
        role=by.user.role if by.user else "",
        action=entry.action,
        outcome=entry.outcome,
        patient_id=entry.patient.pk if entry.patient else None,
        patient=patient_label(entry.patient),
        object_type=entry.object_type,
        object_id=entry.object_id,
        before=_plain(entry.before),
        after=_plain(entry.after),
        reason=entry.reason,
        origin=by.origin[:ORIGIN_LENGTH],
    )


def _plain(value: dict | None) -> dict | None:
    """Instants, dates and decimals as text, so that the entry needs no code to be read."""
    if value is None:
        return None
    encode = DjangoJSONEncoder().default

    def walk(item: object) -> object:
        if isinstance(item, dict):
            return {str(key): walk(inner) for key, inner in item.items()}
        if isinstance(item, list | tuple | set):
            return [walk(inner) for inner in item]
        if item is None or isinstance(item, str | int | bool):
            return item
        return walk(encode(item))

    return walk(value)
