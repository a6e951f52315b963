"""A patient who left the ward for a while: insert-only, and so is the return."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from tracker.models import Patient, Stay, User

from ..pauses import PAUSE_REASONS


class RoundPause(models.Model):
    """Rounds wait from `began_at`; `back_by` is when the patient is expected. `number` counts the patient's pauses."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="round_pauses")
    stay = models.ForeignKey(Stay, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    reason_code = models.CharField(max_length=20, choices=list(PAUSE_REASONS.items()))
    note = models.CharField(max_length=200, blank=True)
    began_at = models.DateTimeField()
    back_by = models.DateTimeField()
    recorded_at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["patient", "number"], name="alerts_pause_number_once"),
            models.CheckConstraint(condition=Q(back_by__gt=F("began_at")), name="alerts_pause_has_a_length"),
            models.CheckConstraint(
                condition=Q(reason_code__in=list(PAUSE_REASONS)), name="alerts_pause_reason_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"pause {self.number} of patient {self.patient_id}"


class RoundPauseEnd(models.Model):
    """The patient is back."""

    pause = models.OneToOneField(RoundPause, on_delete=models.PROTECT, related_name="end")
    ended_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"end of pause {self.pause_id}"
