"""What a program sends of the checks at the bedside, and the bag that was prepared."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from django.conf import settings
from drf_spectacular.utils import extend_schema_view
from rest_framework import serializers

from tracker.api.documentation import writes
from tracker.api.fields import ExactNumber, Word
from tracker.api.idempotency import Answer
from tracker.api.writing import Write
from tracker.audit.record import Actor
from tracker.errors import BadInput
from tracker.roles import Perm

from ..actions._bedside import use_before
from ..actions.record_bag import record_bag
from ..bedside_checks import CHECKS, UNABLE_TO_SCAN, BedsideChecks
from ..second_result import UNITS
from .shapes import GiveSerializer

FIELDS = (
    "wristband", "unable_to_scan", "record_number", "birth_date", "checks_done", "checks_not_done", "witness_result",
    "witness_result_unit",
)  # fmt: skip


class CheckedGiveSerializer(GiveSerializer):
    """The start of an infusion, signed by two people, with what they checked. The checks go together: all or none."""

    wristband = serializers.CharField(required=False, help_text="The code as it was scanned, `IL2.<number>.<check>`.")
    unable_to_scan = Word("UnableToScan", UNABLE_TO_SCAN, required=False)
    record_number = serializers.CharField(required=False, help_text="Typed, when the wristband cannot be scanned.")
    birth_date = serializers.DateField(required=False, help_text="Likewise.")
    checks_done = serializers.ListField(
        child=serializers.CharField(), required=False, help_text=f"Of {', '.join(CHECKS)}."
    )
    checks_not_done = serializers.DictField(
        child=serializers.CharField(), required=False, help_text="The reason for each other one, by its name."
    )
    witness_result = ExactNumber(required=False, help_text="The dose as the witness worked it out.")
    witness_result_unit = Word("ResultUnit", UNITS, required=False)


def checks_of_body(body: Mapping[str, object]) -> BedsideChecks | None:
    """None when none were sent.

    Raises: BadInput missing_checks where this site wants them from programs too; wrong_type.
    """
    if all(body[name] is None for name in FIELDS):
        if settings.API_NEEDS_BEDSIDE_CHECKS:
            raise BadInput(
                "missing_checks", "The checks at the bedside are missing.", field="wristband",
                remedy="Send them with the giving: this site wants them from programs too.",
            )  # fmt: skip
        return None
    why_not = body["checks_not_done"] or {}
    if not all(isinstance(why, str) for why in why_not.values()):
        raise BadInput("wrong_type", "Each reason must be text.", field="checks_not_done", remedy="Send text.")
    result = body["witness_result"]
    return BedsideChecks(
        wristband=body["wristband"] or "",
        unable_to_scan=body["unable_to_scan"] or "",
        record_number=body["record_number"] or "",
        birth_date=body["birth_date"] or "",
        done=frozenset(body["checks_done"] or ()),
        why_not=why_not,
        result="" if result is None else str(result),
        unit=body["witness_result_unit"] or "",
        result_by=(body["witness"] or "").strip().lower(),
    )


class BagSerializer(serializers.Serializer):
    """A bag that was prepared for one dose."""

    expires_on = serializers.DateField(help_text="Printed on the product.")
    prepared_at = serializers.DateTimeField(required=False, help_text="Now when left out.")
    lot = serializers.CharField(required=False)


class PreparedBagSerializer(serializers.Serializer):
    """The bag on record. The newest of a dose counts."""

    id = serializers.IntegerField()
    slot = serializers.IntegerField(source="slot_id")
    prepared_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()
    use_before = serializers.DateTimeField(help_text="The infusion must have ended by then.")
    lot = serializers.CharField()


@extend_schema_view(
    post=writes("slots_bag", "Record the bag that was prepared for a dose", BagSerializer, PreparedBagSerializer)
)
class RecordBag(Write):
    """Record a prepared bag."""

    permissions: ClassVar[dict[str, Perm]] = {"POST": Perm.WITNESS_DOSE}
    takes = BagSerializer

    def act(self, by: Actor, body: dict, slot_id: int) -> Answer:
        """Record."""
        bag = record_bag(
            by=by,
            slot_id=slot_id,
            prepared_at=body["prepared_at"],
            expires_on=body["expires_on"] or "",
            lot=body["lot"] or "",
        )
        bag.use_before = use_before(bag)
        return 201, PreparedBagSerializer(bag).data
