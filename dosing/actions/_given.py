"""Finds the giving of a slot that stands, which is the newest that was not struck."""

from __future__ import annotations

from tracker.errors import Conflict

from ..models import DoseEvent, Slot
from ..states import Happened


def standing_give(slot: Slot) -> DoseEvent:
    """Raises: Conflict not_given."""
    given = (
        DoseEvent.objects.filter(slot=slot, kind=Happened.GIVEN)
        .exclude(later__kind=Happened.VOIDED)
        .select_related("by", "witness")
        .order_by("-attempt")
        .first()
    )
    if given is None:
        raise Conflict("not_given", f"Dose {slot.number} was not given.", remedy="Reload the page.")
    return given
