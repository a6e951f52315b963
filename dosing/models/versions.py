"""The hospital's own versions of rule sets, who signed them, and the moves of cycles from one version to another."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from tracker.models import User

from .cycles import Cycle


class RuleVersion(models.Model):
    """What a hospital sets otherwise than a shipped rule set. Insert-only: it never changes once it is drafted.

    `thresholds` holds exact numbers as text by "RULE-ID.name"; `counting` and `max_age_min` are null where the version
    leaves them as they are. It is in force from `effective_from`, or from its second signature if that came later.
    """

    rule_set = models.CharField(max_length=40)
    base = models.PositiveSmallIntegerField()
    number = models.PositiveSmallIntegerField()
    thresholds = models.JSONField()
    counting = models.JSONField(null=True)
    max_age_min = models.JSONField(null=True)
    effective_from = models.DateTimeField()
    drafted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    drafted_at = models.DateTimeField()
    reason = models.CharField(max_length=300)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["rule_set", "base", "number"], name="dosing_rule_version_once"),
            models.CheckConstraint(condition=Q(base__gte=1, number__gte=1), name="dosing_rule_version_counts_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.rule_set}@{self.base}.{self.number}"


class RuleVersionEvent(models.Model):
    """One signature under a drafted version, or its withdrawal. Insert-only."""

    class Kind(models.TextChoices):
        PRESCRIBER = "prescriber", "Signed by a second prescriber"
        PHARMACIST = "pharmacist", "Signed by a pharmacist"
        WITHDRAWN = "withdrawn", "Withdrawn before it was in force"

    version = models.ForeignKey(RuleVersion, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["version", "kind"], name="dosing_rule_version_signed_once_by_kind"),
            models.CheckConstraint(
                condition=Q(kind__in=["prescriber", "pharmacist", "withdrawn"]), name="dosing_rule_event_kind_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of rule version {self.version_id}"


class CycleMove(models.Model):
    """A prescriber's signed move of an open cycle to other versions: what bound it before and after. Insert-only."""

    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, related_name="moves")
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300)
    before = models.JSONField()
    after = models.JSONField()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"move of cycle {self.cycle_id} at {self.at.isoformat()}"
