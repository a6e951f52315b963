"""Cycles: prescribing, reading, starting, going on and ending them."""

from __future__ import annotations

from typing import ClassVar

from drf_spectacular.utils import extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response

from tracker.api.bodies import read_choice, read_id
from tracker.api.documentation import lists, narrows, reads, writes
from tracker.api.endpoint import Endpoint
from tracker.api.idempotency import Answer
from tracker.api.shapes import NothingSerializer, ReasonSerializer
from tracker.api.writing import OWN, Write
from tracker.audit.record import Actor
from tracker.errors import NotFound
from tracker.models import User
from tracker.roles import Perm

from ..actions.end_cycle import end_cycle, go_on
from ..actions.prescribe_cycle import prescribe_cycle
from ..actions.start_cycle import start_cycle
from ..models import Cycle
from ..states import CycleState
from .answers import CycleAnswer, cycles_shown, entry_answer
from .shapes import CycleSerializer, DecidedEntrySerializer, PrescriptionSerializer, SignedReasonSerializer

DEFAULTS = ("regimen", "ast_uln", "alt_uln", "new_course", "reason")  # what the action fills in when it is left out


@extend_schema_view(
    get=lists(
        "cycles_list",
        "Cycles of one's wards, the latest prescribed first",
        CycleSerializer,
        filters=(
            narrows("patient", "The patient's id.", int),
            narrows("state", "Where the cycle stands.", enum=[state.value for state in CycleState]),
        ),
    ),
    post=writes(
        "cycles_prescribe",
        "Prescribe a cycle",
        PrescriptionSerializer,
        CycleSerializer,
        more="Works out the preparation exactly and plans the slots. The cycle must be started before a dose is given.",
    ),
)
class Cycles(Write):
    """All cycles within reach."""

    permissions: ClassVar[dict[str, Perm]] = {"GET": Perm.VIEW_CYCLES, "POST": Perm.PRESCRIBE}
    takes = PrescriptionSerializer

    def get(self, request: Request) -> Response:
        """One page of cycles."""
        wanted = self.filters("patient", "state")
        cycles = cycles_shown(request.user)
        if "patient" in wanted:
            cycles = cycles.filter(patient_id=read_id(wanted["patient"], "patient"))
        if "state" in wanted:
            cycles = cycles.filter(state=read_choice(wanted["state"], "state", [state.value for state in CycleState]))
        return self.page(cycles, CycleAnswer)

    def act(self, by: Actor, body: dict) -> Answer:
        """Prescribe."""
        order = {name: value for name, value in body.items() if value is not None or name not in DEFAULTS}
        cycle = prescribe_cycle(by=by, patient_id=order.pop("patient") or 0, **order)
        return 201, cycle_answer(by.user, cycle.pk)


@extend_schema_view(get=reads("cycles_read", "One cycle", CycleSerializer))
class OneCycle(Endpoint):
    """A cycle with its preparation."""

    permissions: ClassVar[dict[str, Perm]] = {"GET": Perm.VIEW_CYCLES}

    def get(self, request: Request, cycle_id: int) -> Response:
        """The cycle, or 404."""
        return self.one(cycle_shown(request.user, cycle_id), CycleAnswer)


@extend_schema_view(
    post=writes(
        "cycles_start",
        "Start a prescribed cycle",
        NothingSerializer,
        CycleSerializer,
        status=200,
        more="From now on its doses can be given; what was observed up to now is its baseline.",
    )
)
class StartCycle(Write):
    """Start a cycle."""

    permissions: ClassVar[dict[str, Perm]] = {"POST": Perm.START_CYCLE}
    takes = NothingSerializer

    def act(self, by: Actor, body: dict, cycle_id: int) -> Answer:
        """Start."""
        start_cycle(by=by, cycle_id=cycle_id)
        return 200, cycle_answer(by.user, cycle_id)


@extend_schema_view(
    post=writes(
        "cycles_end",
        "End a cycle for good",
        ReasonSerializer,
        CycleSerializer,
        status=200,
        more="Every dose that was left is lost.",
    )
)
class EndCycle(Write):
    """End a cycle."""

    permissions: ClassVar[dict[str, Perm]] = {"POST": Perm.END_CYCLE}
    takes = ReasonSerializer

    def act(self, by: Actor, body: dict, cycle_id: int) -> Answer:
        """End."""
        end_cycle(by=by, cycle_id=cycle_id, reason=body["reason"])
        return 200, cycle_answer(by.user, cycle_id)


@extend_schema_view(
    post=writes(
        "cycles_go_on",
        "Let a stopped cycle go on, signed by a prescriber",
        SignedReasonSerializer,
        DecidedEntrySerializer,
        more="Lifts the mark that a stop left, and nothing else.",
    )
)
class GoOn(Write):
    """Answer a stop."""

    permissions: ClassVar[dict[str, Perm]] = {"POST": Perm.OVERRIDE_HOLD}
    takes = SignedReasonSerializer
    signed_for = "go on"

    def act(self, by: Actor, body: dict, cycle_id: int) -> Answer:
        """Go on."""
        return 201, entry_answer(go_on(by=by, cycle_id=cycle_id, reason=body["reason"], signature=body[OWN]))


def cycle_shown(user: User, cycle_id: int) -> Cycle:
    """Raises: NotFound no_such_cycle."""
    cycle = cycles_shown(user).filter(pk=cycle_id).first()
    if cycle is None:
        raise NotFound("no_such_cycle", "There is no such cycle on your wards.", remedy="Look at the list of cycles.")
    return cycle


def cycle_answer(user: User, cycle_id: int) -> dict:
    """The cycle as the API answers it."""
    return CycleAnswer(cycle_shown(user, cycle_id)).data
