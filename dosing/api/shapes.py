"""The shapes of cycles, doses and decisions in JSON: what a body takes and what an answer gives."""

from __future__ import annotations

from rest_framework import serializers

from tracker.api.fields import ExactNumber, Word
from tracker.api.shapes import PersonSerializer

from ..regimen import REGIMENS
from ..rules.verdict import Verdict
from ..states import OMISSION_REASONS, CycleState, Happened, SlotState

SIGNED = "The password of the person whose token this is."

# --- decisions --------------------------------------------------------------------------------------------------------


class FindingSerializer(serializers.Serializer):
    """One finding."""

    id = serializers.CharField(help_text="The rule's public id.")
    effect = Word("Verdict", Verdict)
    klass = Word("CriterionClass", ("relative", "absolute"), allow_null=True)
    because = serializers.DictField(help_text="The values that matter, by code.")
    observed_at = serializers.DateTimeField(allow_null=True)
    release = serializers.CharField()

    def get_fields(self) -> dict:
        """`class` is no name in Python."""
        fields = super().get_fields()
        return {("class" if name == "klass" else name): field for name, field in fields.items()}


class DecisionSerializer(serializers.Serializer):
    """The line of a decision, with the same eight keys everywhere. Times in it are UTC to the second."""

    at = serializers.DateTimeField()
    event = serializers.CharField(help_text="`ask` for an assessment.")
    slot = serializers.IntegerField()
    verdict = Word("Verdict", Verdict)
    refusals = serializers.ListField(child=serializers.CharField(), help_text="Of time and count, sorted.")
    findings = FindingSerializer(many=True, help_text="Gravest first.")
    missing = serializers.ListField(
        child=serializers.CharField(), help_text="Codes that are absent or too old, sorted."
    )
    given = serializers.BooleanField()


class AssessmentSerializer(DecisionSerializer):
    """A decision on whether the dose may start now, and the same in sentences."""

    explain = serializers.ListField(
        child=serializers.CharField(), help_text="For people, on the ward's clock: the order, its reason, each finding."
    )


# --- cycles -----------------------------------------------------------------------------------------------------------


class PreparationSerializer(serializers.Serializer):
    """One dose as the pharmacy makes it."""

    dose_iu = ExactNumber()
    draw_ml = ExactNumber(source="draw_text", help_text="To 0.01 mL.")
    vials = serializers.IntegerField()
    bag_ml = serializers.IntegerField()
    mg_display = ExactNumber(help_text="For display only: never converted back.")
    pharmacy_flag = serializers.BooleanField(help_text="The draw is more than the volume put into the vials.")
    steps = serializers.ListField(child=serializers.CharField(), help_text="The arithmetic in words.")


class CycleSerializer(serializers.Serializer):
    """A prescribed cycle, bound for life to its rule sets and settings."""

    id = serializers.IntegerField()
    patient = serializers.IntegerField(source="patient_id")
    course = serializers.IntegerField(source="course.number")
    number = serializers.IntegerField()
    state = Word("CycleState", CycleState)
    regimen = Word("Regimen", REGIMENS)
    rule_sets = serializers.ListField(child=serializers.CharField())
    settings = serializers.IntegerField(source="settings_id", help_text="The version of the hospital's settings.")
    dosing_weight_kg = ExactNumber()
    iu_per_kg = serializers.IntegerField()
    interval_min = serializers.IntegerField()
    doses = serializers.IntegerField()
    first_dose_at = serializers.DateTimeField()
    cells_at = serializers.DateTimeField(allow_null=True, help_text="The end of the cell infusion; null without cells.")
    ast_uln = ExactNumber()
    alt_uln = ExactNumber()
    prescribed_by = PersonSerializer()
    prescribed_at = serializers.DateTimeField()
    reason = serializers.CharField()
    started_at = serializers.DateTimeField(allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True)
    end_reason = serializers.CharField()
    preparation = PreparationSerializer()


class PrescriptionSerializer(serializers.Serializer):
    """An order for one cycle."""

    patient = serializers.IntegerField()
    dosing_weight_kg = ExactNumber()
    first_dose_at = serializers.DateTimeField(help_text="With an offset or Z.")
    regimen = Word("Regimen", REGIMENS, required=False, help_text="`hd-il2` when left out.")
    rule_sets = serializers.ListField(
        child=serializers.CharField(), required=False, help_text="The regimen's own when left out."
    )
    interval_h = ExactNumber(required=False, help_text="The regimen's shortest when left out.")
    iu_per_kg = serializers.IntegerField(required=False, help_text="Another than the regimen's needs a reason.")
    cells_at = serializers.DateTimeField(
        required=False, help_text="The end of the cell infusion, with an offset or Z. `til-il2` needs it."
    )
    ast_uln = ExactNumber(required=False, help_text="The laboratory's upper limit of normal; 40 when left out.")
    alt_uln = ExactNumber(required=False, help_text="The laboratory's upper limit of normal; 40 when left out.")
    new_course = serializers.BooleanField(required=False)
    signs_resolved_at = serializers.DateTimeField(
        required=False, help_text="After a stopped course: since when its signs are gone."
    )
    reason = serializers.CharField(required=False)


class SignedReasonSerializer(serializers.Serializer):
    """Why, signed."""

    reason = serializers.CharField(help_text="3 to 300 characters.")
    secret = serializers.CharField(help_text=SIGNED)


# --- doses ------------------------------------------------------------------------------------------------------------


class EntrySerializer(serializers.Serializer):
    """One thing that happened to a dose. `at` is when it happened, `recorded_at` when it was entered."""

    id = serializers.IntegerField()
    kind = Word("EntryKind", Happened)
    slot = serializers.IntegerField(source="slot_id", allow_null=True)
    at = serializers.DateTimeField()
    recorded_at = serializers.DateTimeField()
    by = PersonSerializer(allow_null=True)
    witness = PersonSerializer(allow_null=True)
    overridden = serializers.BooleanField()
    reason_code = serializers.CharField()
    reason = serializers.CharField()
    verdict = serializers.CharField(help_text="At that moment; empty where nothing was judged.")
    refers_to = serializers.IntegerField(source="refers_to_id", allow_null=True)
    struck = serializers.BooleanField(help_text="It was marked as entered in error.")


class DecidedEntrySerializer(EntrySerializer):
    """An entry with the decision that stood behind it."""

    assessment = AssessmentSerializer()


class SlotSerializer(serializers.Serializer):
    """One planned dose."""

    id = serializers.IntegerField()
    cycle = serializers.IntegerField(source="cycle_id")
    number = serializers.IntegerField()
    state = Word("SlotState", SlotState, help_text="By now; a dose whose window has passed is `lapsed`.")
    planned_at = serializers.DateTimeField(help_text="As moved by late starts.")
    opens_at = serializers.DateTimeField(help_text="The first instant at which it may start.")
    lapses_at = serializers.DateTimeField(help_text="The last instant at which it may start.")
    entries = EntrySerializer(many=True, help_text="What happened to it, oldest first, struck entries included.")


class GiveSerializer(serializers.Serializer):
    """The start of an infusion, signed by two people."""

    secret = serializers.CharField(help_text=SIGNED)
    witness = serializers.CharField(help_text="The sign-in name of a different person who checked the dose.")
    witness_secret = serializers.CharField(help_text="The witness's own password.")
    started_at = serializers.DateTimeField(required=False, help_text="Now when left out; at most 10 minutes ago.")


class InfusionEndSerializer(serializers.Serializer):
    """The end of an infusion."""

    ended_at = serializers.DateTimeField(required=False, help_text="Now when left out.")
    interrupted = serializers.BooleanField(required=False)
    reason = serializers.CharField(required=False, help_text="Needed when it was interrupted.")


class OmissionSerializer(serializers.Serializer):
    """Why a dose is not given although nothing forbids it."""

    reason_code = Word("OmissionReason", OMISSION_REASONS)
    reason = serializers.CharField(required=False, help_text="Needed for `other`.")


class StrikeSerializer(serializers.Serializer):
    """That an entry was made in error, signed by two people."""

    reason = serializers.CharField(help_text="3 to 300 characters.")
    secret = serializers.CharField(help_text=SIGNED)
    witness = serializers.CharField(help_text="The sign-in name of a different person.")
    witness_secret = serializers.CharField(help_text="The witness's own password.")
    started_at = serializers.DateTimeField(
        required=False, help_text="The dose was given, but at this time. Without it, it was not given at all."
    )
