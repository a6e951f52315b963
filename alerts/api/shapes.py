"""The shapes of alerts in JSON."""

from __future__ import annotations

from rest_framework import serializers

from tracker.api.fields import Word
from tracker.api.shapes import PersonSerializer

from ..states import AlertHappened, AlertKind, AlertState


class AlertEventSerializer(serializers.Serializer):
    """One step in the life of an alert."""

    kind = Word("AlertEventKind", AlertHappened)
    at = serializers.DateTimeField()
    by = PersonSerializer(allow_null=True)
    words = serializers.CharField()


class AlertSerializer(serializers.Serializer):
    """One thing that needs a person, with its history."""

    id = serializers.IntegerField()
    patient = serializers.IntegerField(
        source="patient_id", allow_null=True, help_text="Null for an alert of the system."
    )
    cycle = serializers.IntegerField(source="cycle_id", allow_null=True)
    slot = serializers.IntegerField(source="slot_id", allow_null=True)
    kind = Word("AlertKind", AlertKind)
    cause = serializers.CharField(help_text="What it is about within the cycle: a rule's id, or `overdue-9`.")
    state = Word("AlertState", AlertState)
    headline = serializers.CharField()
    release = serializers.CharField(help_text="What would end the cause.")
    source = serializers.CharField(help_text="Where the rule is printed.")
    finding = serializers.DictField(
        allow_null=True, help_text="The newest evidence, as a decision words it, with how grave it is."
    )
    cause_at = serializers.DateTimeField(allow_null=True)
    raised_at = serializers.DateTimeField()
    raising = serializers.IntegerField(
        help_text="Grows each time everybody is asked anew; an answer names the one it saw."
    )
    acknowledged_at = serializers.DateTimeField(allow_null=True)
    acknowledged_until = serializers.DateTimeField(allow_null=True, help_text="When the answer lapses.")
    acknowledged_by = PersonSerializer(allow_null=True)
    resolved_at = serializers.DateTimeField(allow_null=True)
    events = AlertEventSerializer(many=True)


class AcknowledgementSerializer(serializers.Serializer):
    """That a person has seen the alert and takes it from here."""

    note = serializers.CharField(required=False, help_text="At most 300 characters.")
    raising = serializers.IntegerField(
        required=False, help_text="The raising that the person saw; one raised anew since is refused as `raised_anew`."
    )
