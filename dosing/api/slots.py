"""Slots: reading them, and asking whether a dose may start now."""

from __future__ import annotations

from typing import ClassVar
from zoneinfo import ZoneInfo

from drf_spectacular.utils import extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response

from tracker import clock
from tracker.api.bodies import read_query
from tracker.api.documentation import page_of, reads
from tracker.api.endpoint import Endpoint
from tracker.errors import NotFound
from tracker.roles import Perm

from ..gather import assess_slot
from ..models import Slot
from ..permissions import Reached, cycle_for, slot_for
from ..wording import REFUSALS
from .answers import assessment_answer, slot_shown, slots_shown
from .shapes import AssessmentSerializer, SlotSerializer


@extend_schema_view(
    get=reads(
        "slots_list",
        "The slots of a cycle, in order",
        page_of(SlotSerializer),
        more="All of them on one page, in the envelope of all lists.",
    )
)
class Slots(Endpoint):
    """Every planned dose of a cycle."""

    permissions: ClassVar[dict[str, Perm]] = {"GET": Perm.VIEW_CYCLES}

    def get(self, request: Request, cycle_id: int) -> Response:
        """The slots."""
        cycle = cycle_for(request.user, cycle_id).cycle
        return self.whole(slots_shown(cycle, cycle.slots.order_by("number")), SlotSerializer)


@extend_schema_view(get=reads("slots_read_by_number", "One slot of a cycle by its number", SlotSerializer))
class SlotByNumber(Endpoint):
    """Dose 9 of this cycle."""

    permissions: ClassVar[dict[str, Perm]] = {"GET": Perm.VIEW_CYCLES}

    def get(self, request: Request, cycle_id: int, number: int) -> Response:
        """The slot, or 404 with the reason."""
        reached = cycle_for(request.user, cycle_id)
        slot = Slot.objects.filter(cycle=reached.cycle, number=number).first() if number < 1000 else None
        if slot is None:
            last = f"Its doses are 1 to {reached.cycle.doses}."
            raise NotFound("no_such_slot", REFUSALS["cycle_cap"][0], field="number", remedy=last)
        return self.one(slot_shown(Reached(reached.cycle, reached.stay, slot)), SlotSerializer)


@extend_schema_view(get=reads("slots_read", "One slot", SlotSerializer))
class OneSlot(Endpoint):
    """A planned dose with its times and entries."""

    permissions: ClassVar[dict[str, Perm]] = {"GET": Perm.VIEW_CYCLES}

    def get(self, request: Request, slot_id: int) -> Response:
        """The slot, or 404."""
        return self.one(slot_shown(slot_for(request.user, slot_id)), SlotSerializer)


@extend_schema_view(
    get=reads(
        "slots_assess",
        "May this dose start now?",
        AssessmentSerializer,
        more="Asks the same rules as the bedside guard and changes nothing.",
    )
)
class Assess(Endpoint):
    """The decision on one dose at this instant."""

    permissions: ClassVar[dict[str, Perm]] = {"GET": Perm.VIEW_CYCLES}

    def get(self, request: Request, slot_id: int) -> Response:
        """The eight keys of the decision, and `explain`."""
        read_query(request.query_params)
        reached = slot_for(request.user, slot_id)
        assessment = assess_slot(reached.cycle, slot=reached.slot.number, at=clock.now())
        return Response(assessment_answer(assessment, ZoneInfo(reached.stay.ward.timezone)))
