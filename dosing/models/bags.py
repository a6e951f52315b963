"""Bags as they were prepared for one dose: insert-only, the newest of a dose counts."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from tracker.models import User

from .cycles import Slot


class PreparedBag(models.Model):
    """One bag. `expires_at` is what the maker or the pharmacy printed; the beyond-use time follows from `prepared_at`.

    A wrong entry is answered by a newer one. What the bag holds is the dose's own arithmetic and is not typed again.
    """

    slot = models.ForeignKey(Slot, on_delete=models.PROTECT, related_name="bags")
    prepared_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    lot = models.CharField(max_length=40, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(prepared_at__lte=F("recorded_at")), name="dosing_bag_was_prepared"),
        ]

    def __str__(self) -> str:
        return f"bag {self.pk} for dose {self.slot_id}"
