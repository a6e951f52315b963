"""Finds whose row it is at which a sweep fails: the patient's latest stay, or the ward alone."""

from __future__ import annotations

from typing import NamedTuple

from dosing.models import Cycle, Slot
from tracker.models import Stay, Ward

from .models import Alert, AlertStep, Delivery


class Whose(NamedTuple):
    """Of whom the row is; nothing is known of a row that cannot be found."""

    ward: Ward | None = None
    patient_id: int | None = None


_PATIENT_OF = {
    "patient": lambda number: number,
    "cycle": lambda number: Cycle.objects.values_list("patient_id", flat=True).get(pk=number),
    "slot": lambda number: Slot.objects.values_list("cycle__patient_id", flat=True).get(pk=number),
    "step": lambda number: AlertStep.objects.values_list("alert__patient_id", flat=True).get(pk=number),
    "the answer to alert": lambda number: Alert.objects.values_list("patient_id", flat=True).get(pk=number),
    "delivery": lambda number: Delivery.objects.values_list("alert__patient_id", flat=True).get(pk=number),
}


def whose(what: str) -> Whose:
    """ "slot 12" is of the patient of its cycle, who lies on a ward."""
    kind, _, number = what.rpartition(" ")
    if kind not in _PATIENT_OF or not number.isdecimal():
        return Whose()
    patient_id = _PATIENT_OF[kind](int(number))
    stay = Stay.objects.filter(patient_id=patient_id).select_related("ward").order_by("-admitted_at", "-id").first()
    return Whose(stay.ward if stay else None, patient_id)
