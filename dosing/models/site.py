"""The hospital's own dosing settings, for which no source prints a number and which therefore have no default."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from tracker.models import User


class SiteSettings(models.Model):
    """One signed version, insert-only; the newest is in force for new cycles, running cycles keep theirs.

    Drafted by a prescriber or a pharmacist and signed by a second person of the other kind. `override_by` is null in
    versions signed before it was asked: such a site is not ready until it has been answered.
    """

    late_window_min = models.PositiveIntegerField()
    interval_tolerance_min = models.PositiveIntegerField()
    late_dose_policy = models.CharField(max_length=8, choices=[("shift", "shift"), ("grid", "grid")])
    max_infusion_deviation_min = models.PositiveIntegerField()
    override_by = models.CharField(max_length=20, null=True)
    counting = models.JSONField()
    max_age_min = models.JSONField()
    drafted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    signed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    signed_at = models.DateTimeField()
    reason = models.CharField(max_length=300)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(late_dose_policy__in=["shift", "grid"]), name="dosing_late_dose_policy_is_known"
            ),
            models.CheckConstraint(condition=~Q(drafted_by=F("signed_by")), name="dosing_settings_two_people"),
        ]

    def __str__(self) -> str:
        return f"dosing settings {self.pk}"
