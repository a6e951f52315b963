"""Compares what two people checked at the bedside with the record: the patient, the bag, the line, the arithmetic."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.db.models import QuerySet

from tracker.audit.record import Actor
from tracker.errors import BadInput, Conflict, Refusal, Several
from tracker.models import Stay
from tracker.permissions import stays_within_reach
from tracker.prepared import prepared

from ..bedside_checks import (
    BedsideChecks,
    check_birth_date,
    check_ticks,
    identity_kept,
    record_seen,
    same_record,
    ticks_kept,
)
from ..models import PreparedBag, Slot
from ..permissions import Reached
from ..preparation import INFUSION, beyond_use_at, prepare
from ..second_result import check_agrees, read_result


def newest_bag(slot: Slot) -> PreparedBag | None:
    """The bag that was prepared last for this dose."""
    return _newest_bag.one(slot_id=slot.pk)


@prepared
def _newest_bag(slot_id: int) -> QuerySet[PreparedBag]:
    return PreparedBag.objects.filter(slot_id=slot_id).order_by("-id")[:1]


def use_before(bag: PreparedBag) -> datetime:
    """The infusion must have ended by then: 48 h after preparation, or the printed expiry when that is earlier."""
    limit = beyond_use_at(bag.prepared_at)
    return min(limit, bag.expires_at) if bag.expires_at else limit


def check_bag(bag: PreparedBag | None, number: int, start: datetime) -> None:
    """Raises: Conflict no_bag, not_yet_prepared, bag_expired."""
    if bag is None:
        raise Conflict(
            "no_bag", f"No prepared bag is recorded for dose {number}.", field="bag",
            remedy="Record when it was prepared and when the product expires.",
        )  # fmt: skip
    if start < bag.prepared_at:
        raise Conflict("not_yet_prepared", "The start is before the bag was prepared.", field="started_at",
                       remedy="Check both times.")  # fmt: skip
    limit = use_before(bag)
    if start + INFUSION > limit:
        over = "has expired" if start >= limit else "would expire during the 15 minutes of the infusion"
        raise Conflict(
            "bag_expired", f"The bag for dose {number} {over}.", field="bag",
            remedy="Discard it. Have a new bag prepared and record it.",
            extra={"prepared_at": bag.prepared_at.isoformat(), "use_before": limit.isoformat()},
        )  # fmt: skip


def bag_then(bag: PreparedBag | None, number: int, start: datetime) -> dict[str, object]:
    """The bag of a dose that was given whatever it was: its row, and what stood against it at the start."""
    try:
        check_bag(bag, number, start)
    except Conflict as refusal:
        return {"bag": bag.pk if bag else None, "bag_problem": refusal.code}
    return {"bag": bag.pk, "bag_problem": ""}


def verify(
    by: Actor, reached: Reached, checks: BedsideChecks, *, bag: PreparedBag | None, start: datetime
) -> dict[str, object]:
    """What the record keeps of the checks.

    Raises: Conflict wrong_patient or witness_disagrees, each alone; else all that is missing at once.
    """
    refused: list[Refusal] = []
    try:
        _identify(by, reached, checks)
    except BadInput as refusal:
        refused.append(refusal)
    for check in (
        lambda: check_bag(bag, reached.slot.number, start),
        lambda: read_result(checks.result, checks.unit),
    ):
        try:
            check()
        except Refusal as refusal:
            refused.append(refusal)
    refused += check_ticks(checks)
    if not checks.result_by:
        refused.append(BadInput("no_witness", "Choose who witnesses it.", field="witness", remedy="Ask a colleague."))
    if len(refused) > 1:
        raise Several(refused)
    if refused:
        raise refused[0]
    prepared = prepare(Decimal(reached.cycle.dosing_weight_kg), reached.cycle.iu_per_kg)
    check_agrees(prepared, read_result(checks.result, checks.unit), checks.unit)
    return {
        "identified": identity_kept(checks),
        "bag": bag.pk if bag else None,
        "checks": ticks_kept(checks),
        "witness_result": {"typed": checks.result.strip(), "unit": checks.unit, "by": checks.result_by},
    }


def _identify(by: Actor, reached: Reached, checks: BedsideChecks) -> None:
    """Raises: BadInput, Conflict wrong_patient."""
    check_patient(by, reached, *record_seen(checks))
    check_birth_date(checks, reached.cycle.patient.birth_date)


def check_patient(by: Actor, reached: Reached, seen: str, field: str) -> None:
    """Raises: Conflict wrong_patient for a record number that is not this patient's."""
    if not same_record(seen, reached.cycle.patient.record_number):
        raise _another(by, reached.stay, seen, field)


def _another(by: Actor, meant: Stay, seen: str, field: str) -> Conflict:
    """Whose it is is said only to somebody who may see that patient; the audit entry has the number that was read."""
    name = f"{meant.patient.family_name}, {meant.patient.given_name}"
    whose = stays_within_reach(by.user).filter(patient__record_number__iexact=seen).first()
    what = "wristband" if field == "wristband" else "record number"
    said = f"This {what} is not that of {name}."
    if whose is not None:
        bed = f", bed {whose.bed.label}" if whose.bed else ""
        said += f" It belongs to {whose.patient.family_name}, {whose.patient.given_name}{bed}."
    return Conflict(
        "wrong_patient", said, field=field,
        remedy="Do not give. Go to the right patient, or open the dose of the one who is here.",
        extra={"read": seen[:40], "read_from": field},
    )  # fmt: skip
