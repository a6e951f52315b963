"""What is done about a dose: give, end the infusion, hold, omit, override, and strike an entry made in error."""

from __future__ import annotations

from typing import ClassVar

from drf_spectacular.utils import extend_schema_view

from tracker.api.documentation import writes
from tracker.api.idempotency import Answer
from tracker.api.shapes import ReasonSerializer
from tracker.api.writing import OWN, WITNESS, Write
from tracker.audit.record import Actor
from tracker.roles import Perm

from ..actions.end_infusion import end_infusion
from ..actions.give_dose import give_dose
from ..actions.hold_dose import hold_dose
from ..actions.omit_dose import omit_dose
from ..actions.override_hold import override_hold
from ..actions.strike_entry import strike_entry
from .answers import entry_answer
from .checks import CheckedGiveSerializer, checks_of_body
from .shapes import (
    DecidedEntrySerializer,
    EntrySerializer,
    InfusionEndSerializer,
    OmissionSerializer,
    SignedReasonSerializer,
    StrikeSerializer,
)


@extend_schema_view(
    post=writes(
        "slots_give",
        "Give a dose",
        CheckedGiveSerializer,
        DecidedEntrySerializer,
        more="Only with the verdict `proceed` or an override that covers every finding, with nothing missing and no "
        "refusal of the schedule. A refused attempt is charted; its problem carries the `assessment`. What was checked "
        "at the bedside may be sent with it, and is then compared like what is typed on the page.",
    )
)
class Give(Write):
    """Start the infusion of one dose."""

    permissions: ClassVar[dict[str, Perm]] = {"POST": Perm.GIVE_DOSE}
    takes = CheckedGiveSerializer
    signed_for = "give dose"

    def act(self, by: Actor, body: dict, slot_id: int) -> Answer:
        """Give."""
        event = give_dose(
            by=by,
            slot_id=slot_id,
            giver=body[OWN],
            witness=body[WITNESS],
            started_at=body["started_at"],
            checks=checks_of_body(body),
        )
        return 201, entry_answer(event)


@extend_schema_view(post=writes("slots_end", "Record the end of an infusion", InfusionEndSerializer, EntrySerializer))
class End(Write):
    """End an infusion."""

    permissions: ClassVar[dict[str, Perm]] = {"POST": Perm.GIVE_DOSE}
    takes = InfusionEndSerializer

    def act(self, by: Actor, body: dict, slot_id: int) -> Answer:
        """End."""
        event = end_infusion(
            by=by,
            slot_id=slot_id,
            ended_at=body["ended_at"],
            interrupted=bool(body["interrupted"]),
            reason=body["reason"] or "",
        )
        return 201, entry_answer(event)


@extend_schema_view(
    post=writes(
        "slots_hold",
        "Hold a dose, now or in advance",
        ReasonSerializer,
        DecidedEntrySerializer,
        more="A held dose is lost, never made up.",
    )
)
class Hold(Write):
    """Hold a dose."""

    permissions: ClassVar[dict[str, Perm]] = {"POST": Perm.HOLD_DOSE}
    takes = ReasonSerializer

    def act(self, by: Actor, body: dict, slot_id: int) -> Answer:
        """Hold."""
        return 201, entry_answer(hold_dose(by=by, slot_id=slot_id, reason=body["reason"]))


@extend_schema_view(
    post=writes("slots_omit", "Omit a dose for a reason that is no finding", OmissionSerializer, DecidedEntrySerializer)
)
class Omit(Write):
    """Omit a dose."""

    permissions: ClassVar[dict[str, Perm]] = {"POST": Perm.HOLD_DOSE}
    takes = OmissionSerializer

    def act(self, by: Actor, body: dict, slot_id: int) -> Answer:
        """Omit."""
        event = omit_dose(by=by, slot_id=slot_id, reason_code=body["reason_code"], reason=body["reason"] or "")
        return 201, entry_answer(event)


@extend_schema_view(
    post=writes(
        "slots_override",
        "Override a hold or a stopped cycle for one dose, signed by a prescriber",
        SignedReasonSerializer,
        DecidedEntrySerializer,
        more="Covers the findings that stand now. It never goes past missing data, nor past a stopped course.",
    )
)
class Override(Write):
    """Override a hold."""

    permissions: ClassVar[dict[str, Perm]] = {"POST": Perm.OVERRIDE_HOLD}
    takes = SignedReasonSerializer
    signed_for = "override hold"

    def act(self, by: Actor, body: dict, slot_id: int) -> Answer:
        """Override."""
        event = override_hold(by=by, slot_id=slot_id, reason=body["reason"], signature=body[OWN])
        return 201, entry_answer(event)


@extend_schema_view(
    post=writes(
        "entries_strike",
        "Strike an entry that was made in error, signed by two people",
        StrikeSerializer,
        EntrySerializer,
        more="The entry stays visible. With `started_at` the giving is entered again with the right start; without it "
        "the dose was not given and is open again until it lapses.",
    )
)
class Strike(Write):
    """Strike an entry. The answer is the mark."""

    permissions: ClassVar[dict[str, Perm]] = {"POST": Perm.GIVE_DOSE}
    takes = StrikeSerializer
    signed_for = "strike entry"

    def act(self, by: Actor, body: dict, entry_id: int) -> Answer:
        """Strike."""
        event = strike_entry(
            by=by,
            event_id=entry_id,
            reason=body["reason"],
            signer=body[OWN],
            witness=body[WITNESS],
            started_at=body["started_at"],
        )
        return 201, entry_answer(event)
