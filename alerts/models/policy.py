"""The hospital's own alert settings: each version as it was drafted, and who signed or withdrew it. Insert-only."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from tracker.models import User


class PolicyVersion(models.Model):
    """One draft: every number by its name, exact, as text (`alerts.policy.BOUNDS`).

    It is in force from `effective_from`, or from its signature if that came later, until another takes its place.
    """

    values = models.JSONField()
    effective_from = models.DateTimeField()
    drafted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    drafted_at = models.DateTimeField()
    reason = models.CharField(max_length=300)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"alert settings {self.pk}"


class PolicyVersionEvent(models.Model):
    """The second person's signature under a draft, or its withdrawal."""

    class Kind(models.TextChoices):
        SIGNED = "signed", "Signed"
        WITHDRAWN = "withdrawn", "Withdrawn"

    version = models.ForeignKey(PolicyVersion, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["version"], name="alerts_policy_signed_or_withdrawn_once"),
            models.CheckConstraint(
                condition=Q(kind__in=["signed", "withdrawn"]), name="alerts_policy_event_kind_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of alert settings {self.version_id}"
