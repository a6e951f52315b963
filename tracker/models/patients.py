"""Patients and their stays on a ward."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from .staff import Bed, User, Ward


class Patient(models.Model):
    """A person treated here, by the hospital's record number."""

    SEXES = [("female", "Female"), ("male", "Male"), ("other", "Other or not recorded")]

    record_number = models.CharField(max_length=30, unique=True)
    family_name = models.CharField(max_length=80)
    given_name = models.CharField(max_length=80)
    birth_date = models.DateField()
    sex = models.CharField(max_length=10, choices=SEXES)
    allergies = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["family_name", "given_name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(sex__in=["female", "male", "other"]), name="tracker_patient_sex_is_known"
            )
        ]

    def __str__(self) -> str:
        return f"{self.family_name}, {self.given_name}"


class Stay(models.Model):
    """One stay in the hospital, with where the patient lies now. History is in StayMove."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="stays")
    ward = models.ForeignKey(Ward, on_delete=models.PROTECT, related_name="stays")
    bed = models.ForeignKey(Bed, on_delete=models.PROTECT, related_name="stays", null=True, blank=True)
    admitted_at = models.DateTimeField()
    discharged_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["patient"], condition=Q(discharged_at__isnull=True), name="tracker_one_open_stay_per_patient"
            ),
            models.UniqueConstraint(
                fields=["bed"], condition=Q(discharged_at__isnull=True), name="tracker_one_patient_per_bed"
            ),
            models.CheckConstraint(
                condition=Q(discharged_at__isnull=True) | Q(discharged_at__gte=models.F("admitted_at")),
                name="tracker_discharge_not_before_admission",
            ),
        ]

    def __str__(self) -> str:
        return f"stay {self.pk} of patient {self.patient_id}"


class StayMove(models.Model):
    """Admitted, transferred or discharged: insert-only."""

    KINDS = [("admitted", "Admitted"), ("transferred", "Transferred"), ("discharged", "Discharged")]

    stay = models.ForeignKey(Stay, on_delete=models.PROTECT, related_name="moves")
    kind = models.CharField(max_length=12, choices=KINDS)
    ward = models.ForeignKey(Ward, on_delete=models.PROTECT, related_name="+")
    bed = models.ForeignKey(Bed, on_delete=models.PROTECT, related_name="+", null=True)
    at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.kind} at {self.at.isoformat()}"
