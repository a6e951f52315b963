"""The rota of a ward: who is charge nurse, oncologist on duty or nurse of a bed, from when to when."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from tracker.models import Bed, User, Ward

from ..escalation import DUTIES, DUTY_CHOICES


class DutyTurn(models.Model):
    """One turn. A nurse's turn may name a bed: then she is the nurse of the patient in it. `ended_at`: given up early.

    The stand-in is told when the person cannot be reached. A turn with neither ward is that of the whole site.
    """

    ward = models.ForeignKey(Ward, on_delete=models.PROTECT, related_name="duty_turns", null=True)
    duty = models.CharField(max_length=14, choices=DUTY_CHOICES)
    bed = models.ForeignKey(Bed, on_delete=models.PROTECT, related_name="+", null=True)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="duty_turns")
    stand_in = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True)
    begins_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["begins_at", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("begins_at")), name="alerts_turn_has_a_length"),
            models.CheckConstraint(condition=Q(duty__in=DUTIES), name="alerts_turn_duty_is_known"),
            models.CheckConstraint(
                condition=Q(bed__isnull=True) | Q(duty="nurse"), name="alerts_only_nurses_have_a_bed"
            ),
            models.CheckConstraint(
                condition=Q(stand_in__isnull=True) | ~Q(stand_in=F("user")), name="alerts_stand_in_is_another"
            ),
        ]
        indexes = [models.Index(fields=["ward", "ends_at"], name="alerts_turns_of_ward")]

    def __str__(self) -> str:
        return f"{self.duty} of ward {self.ward_id}"
