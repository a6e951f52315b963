"""What was observed: rounds, their values and retractions, all insert-only, and the chart's running number."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from .patients import Patient, Stay
from .staff import User


class ChartState(models.Model):
    """How far a patient's chart has come (`seq`) and up to where its meaning for alerts was looked at (`reviewed_seq`).

    The row that makes the review due: a nudge may be lost, this row is not. It is also the lock that puts the
    writers of one patient's chart in order.
    """

    patient = models.OneToOneField(Patient, on_delete=models.PROTECT, primary_key=True, related_name="chart")
    seq = models.PositiveIntegerField(default=0)
    reviewed_seq = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField(null=True)
    # New with each change and never reused, not even after a rollback: what was read under it may be kept in memory.
    stamp = models.CharField(max_length=32, default="")

    class Meta:
        indexes = [
            models.Index(fields=["patient"], condition=Q(seq__gt=F("reviewed_seq")), name="tracker_chart_unreviewed")
        ]

    def __str__(self) -> str:
        return f"chart of patient {self.patient_id} at {self.seq}"


class Round(models.Model):
    """Values observed together at one instant. `seq` is its place in what became known about the patient."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="rounds")
    stay = models.ForeignKey(Stay, on_delete=models.PROTECT, related_name="rounds")
    seq = models.PositiveIntegerField()
    observed_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    corrects = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="corrected_by")
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["observed_at", "seq"]
        indexes = [models.Index(fields=["patient", "observed_at"], name="tracker_round_by_observed")]
        constraints = [
            models.UniqueConstraint(fields=["patient", "seq"], name="tracker_round_seq_once"),
            models.CheckConstraint(
                condition=Q(observed_at__lte=F("recorded_at")), name="tracker_round_observed_not_after_recorded"
            ),
        ]

    def __str__(self) -> str:
        return f"round {self.pk} of patient {self.patient_id}"


class RoundValue(models.Model):
    """One value as it was typed: text and unit. The exact canonical value is derived, never stored rounded."""

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="values")
    code = models.CharField(max_length=40)
    entered = models.CharField(max_length=40)
    unit = models.CharField(max_length=20, blank=True)
    since = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["round", "code"], name="tracker_value_once_per_round")]

    def __str__(self) -> str:
        return f"{self.code} {self.entered} {self.unit}".strip()


class NotDone(models.Model):
    """Why one observation is missing from a round: a coded reason, and words where they say more.

    `code` is the observation's, or `rest` for whatever else was due. Older rounds say it in their note only.
    """

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="not_done")
    code = models.CharField(max_length=40)
    reason = models.CharField(max_length=20)
    words = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["round", "code"], name="tracker_not_done_once_per_round")]

    def __str__(self) -> str:
        return f"{self.code} not done: {self.reason}"


class Retraction(models.Model):
    """A round marked entered in error: from here on it never existed. The round itself stays."""

    round = models.OneToOneField(Round, on_delete=models.PROTECT, related_name="retraction")
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+")
    seq = models.PositiveIntegerField()
    reason = models.CharField(max_length=300)
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"retraction of round {self.round_id}"
