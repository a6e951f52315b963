"""Entering a dose that was given while the system was down: a fact, told by two people, judged as of then and now."""

from __future__ import annotations

from typing import ClassVar

from drf_spectacular.utils import extend_schema_view
from rest_framework import serializers

from tracker.api.documentation import writes
from tracker.api.fields import Word
from tracker.api.idempotency import Answer
from tracker.api.writing import OWN, WITNESS, Write
from tracker.audit.record import Actor
from tracker.roles import Perm

from ..actions.enter_past_dose import enter_past_dose
from ..hindsight import AGAINST
from .answers import entry_answer
from .shapes import SIGNED, DecidedEntrySerializer, DecisionSerializer

BAG_PROBLEMS = ("", "no_bag", "not_yet_prepared", "bag_expired")


class PastDoseSerializer(serializers.Serializer):
    """When it was given, and why it is entered only now, signed by the two people who gave it."""

    started_at = serializers.DateTimeField(help_text="With an offset or Z.")
    ended_at = serializers.DateTimeField(help_text="With an offset or Z.")
    reason = serializers.CharField(help_text="3 to 300 characters.")
    secret = serializers.CharField(help_text=SIGNED)
    witness = serializers.CharField(help_text="The sign-in name of the other person.")
    witness_secret = serializers.CharField(help_text="The other person's own password.")


class EnteredDoseSerializer(DecidedEntrySerializer):
    """The giving. `assessment` is how its start is judged on all that is known by now."""

    as_known_then = DecisionSerializer(help_text="How its start is judged on what was on record then.")
    would_have_been_refused = Word("RefusedAfterwards", AGAINST, help_text="Empty when nothing stood against it.")
    bag_problem = Word("BagProblem", BAG_PROBLEMS, help_text="The bag on record, compared with the start.")


@extend_schema_view(
    post=writes(
        "slots_past_dose",
        "Enter a dose that was given in a downtime",
        PastDoseSerializer,
        EnteredDoseSerializer,
        more="It counts as given from its start on, whatever the rules and the schedule say; what they say is kept, "
        "answered here, and raises an alert when it would have been held. Enter the rounds of the downtime first.",
    )
)
class PastDose(Write):
    """Enter a dose of a downtime."""

    permissions: ClassVar[dict[str, Perm]] = {"POST": Perm.GIVE_DOSE}
    takes = PastDoseSerializer
    signed_for = "enter a past dose"

    def act(self, by: Actor, body: dict, slot_id: int) -> Answer:
        """Enter."""
        event = enter_past_dose(
            by=by,
            slot_id=slot_id,
            started_at=body["started_at"],
            ended_at=body["ended_at"],
            reason=body["reason"],
            giver=body[OWN],
            witness=body[WITNESS],
        )
        kept = event.checks
        told = {name: kept[name] for name in ("as_known_then", "would_have_been_refused", "bag_problem")}
        return 201, {**entry_answer(event), **told}
