"""The shapes of the chart in JSON: what a body takes and what an answer gives."""

from __future__ import annotations

from rest_framework import serializers

from ..models import Patient
from .fields import ChartedReasons, ChartedValues, RoundReasons, RoundValues, Word


class NothingSerializer(serializers.Serializer):
    """An empty body."""


class ReasonSerializer(serializers.Serializer):
    """Why."""

    reason = serializers.CharField(help_text="3 to 300 characters.")


# --- people -----------------------------------------------------------------------------------------------------------


class SignInSerializer(serializers.Serializer):
    """A person's own name and password."""

    username = serializers.CharField()
    password = serializers.CharField()


class TokenSerializer(serializers.Serializer):
    """A token, shown once."""

    token = serializers.CharField()
    token_type = serializers.CharField()
    expires_at = serializers.DateTimeField()


class PersonSerializer(serializers.Serializer):
    """A member of staff."""

    id = serializers.IntegerField()
    username = serializers.CharField()
    full_name = serializers.CharField()


# --- patients ---------------------------------------------------------------------------------------------------------


class StaySerializer(serializers.Serializer):
    """Where the patient lies, or lay last."""

    id = serializers.IntegerField()
    ward = serializers.CharField(source="ward.code")
    ward_name = serializers.CharField(source="ward.name")
    time_zone = serializers.CharField(source="ward.timezone", help_text="The ward's own; times here are UTC.")
    bed = serializers.CharField(source="bed.label", default=None, allow_null=True)
    admitted_at = serializers.DateTimeField()
    discharged_at = serializers.DateTimeField(allow_null=True)


class PatientSerializer(serializers.Serializer):
    """A patient with the latest stay. Made from the stay."""

    id = serializers.IntegerField(source="patient.id")
    record_number = serializers.CharField(source="patient.record_number")
    family_name = serializers.CharField(source="patient.family_name")
    given_name = serializers.CharField(source="patient.given_name")
    birth_date = serializers.DateField(source="patient.birth_date")
    sex = Word("Sex", dict(Patient.SEXES), source="patient.sex")
    allergies = serializers.CharField(source="patient.allergies")
    stay = StaySerializer(source="*")


class AdmissionSerializer(serializers.Serializer):
    """An admission. A known record number must come with the same name and birth date."""

    ward = serializers.CharField(help_text="The ward's code.")
    bed = serializers.CharField(help_text="The bed's label on that ward.")
    record_number = serializers.CharField()
    family_name = serializers.CharField()
    given_name = serializers.CharField()
    birth_date = serializers.DateField()
    sex = Word("Sex", dict(Patient.SEXES))
    allergies = serializers.CharField(required=False)
    admitted_at = serializers.DateTimeField(required=False, help_text="With an offset or Z. Now, when left out.")


# --- rounds -----------------------------------------------------------------------------------------------------------


class RetractionSerializer(serializers.Serializer):
    """That the round was entered in error."""

    at = serializers.DateTimeField()
    by = PersonSerializer()
    reason = serializers.CharField()


class RoundSerializer(serializers.Serializer):
    """What was observed together. `seq` is its place in what became known about the patient."""

    id = serializers.IntegerField()
    patient = serializers.IntegerField(source="patient_id")
    seq = serializers.IntegerField()
    observed_at = serializers.DateTimeField()
    recorded_at = serializers.DateTimeField()
    recorded_by = PersonSerializer()
    note = serializers.CharField()
    values = ChartedValues(help_text="By code, as they were typed.")
    not_done = ChartedReasons(help_text="By code, why an observation is missing; `rest` is whatever else was due.")
    corrects = serializers.IntegerField(
        source="corrects_id", allow_null=True, help_text="The round that this one replaces."
    )
    corrected_by = serializers.IntegerField(source="corrected_by.id", default=None, allow_null=True)
    retraction = RetractionSerializer(default=None, allow_null=True)


class NewRoundSerializer(serializers.Serializer):
    """Any subset of the codes, observed together at one instant."""

    observed_at = serializers.DateTimeField(help_text="With an offset or Z.")
    values = RoundValues()
    confirmed = serializers.ListField(
        child=serializers.CharField(), required=False, help_text="Codes whose surprising value was checked."
    )
    note = serializers.CharField(required=False)
    not_done = RoundReasons(required=False)


class CorrectionSerializer(serializers.Serializer):
    """The whole right round, and why."""

    reason = serializers.CharField(help_text="3 to 300 characters.")
    values = RoundValues()
    observed_at = serializers.DateTimeField(required=False, help_text="As it was, when left out.")
    confirmed = serializers.ListField(child=serializers.CharField(), required=False)
