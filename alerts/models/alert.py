"""An alert and its history."""

from __future__ import annotations

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q

from dosing.models import Cycle, Slot
from tracker.models import Patient, User, Ward

from ..states import AlertHappened, AlertKind, AlertState


class Alert(models.Model):
    """One thing that needs a person. One open alert per scope and cause; new evidence joins it as an event.

    The scope of a patient's alert is its cycle. A system alert has no patient: its scope is its ward, or the site.
    `cause` names it within its scope (a finding's id, "overdue-9"); `finding` is the newest evidence as the decision
    line words it; `cause_at` is when the cause was observed or became due. `raising` counts how often everybody was
    told from the first in line on: its steps and deliveries belong to one raising. `acknowledged_until` is when the
    answer lapses. `muted_by` is the graver alert of the same patient that says more.
    """

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="alerts", null=True)
    ward = models.ForeignKey(Ward, on_delete=models.PROTECT, related_name="alerts", null=True)
    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, related_name="alerts", null=True)
    slot = models.ForeignKey(Slot, on_delete=models.PROTECT, related_name="alerts", null=True)
    kind = models.CharField(max_length=24, choices=[(k.value, k.value) for k in AlertKind])
    cause = models.CharField(max_length=60)
    state = models.CharField(max_length=12, choices=[(s.value, s.value) for s in AlertState], default=AlertState.RAISED)
    headline = models.CharField(max_length=400)
    release = models.CharField(max_length=400, blank=True)
    source = models.CharField(max_length=300, blank=True)
    finding = models.JSONField(encoder=DjangoJSONEncoder, null=True)
    cause_at = models.DateTimeField(null=True)
    raised_at = models.DateTimeField()
    raising = models.PositiveIntegerField(default=1)
    muted_by = models.ForeignKey("self", on_delete=models.PROTECT, related_name="mutes", null=True)
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_until = models.DateTimeField(null=True)
    acknowledged_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True)
    resolved_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-raised_at", "-id"]
        indexes = [
            models.Index(fields=["ward", "state"], name="alerts_open_by_ward"),
            models.Index(
                fields=["acknowledged_until"], condition=Q(state="acknowledged"), name="alerts_answers_that_lapse"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["cycle", "cause"], condition=~Q(state="resolved"), name="alerts_one_open_per_cause"
            ),
            # A unique constraint takes two empty columns for different: a ward and the site have one of their own.
            models.UniqueConstraint(
                fields=["ward", "cause"],
                condition=Q(cycle__isnull=True, ward__isnull=False) & ~Q(state="resolved"),
                name="alerts_one_open_per_ward_cause",
            ),
            models.UniqueConstraint(
                fields=["cause"],
                condition=Q(cycle__isnull=True, ward__isnull=True) & ~Q(state="resolved"),
                name="alerts_one_open_per_site_cause",
            ),
            models.CheckConstraint(
                condition=Q(kind="system", patient__isnull=True, cycle__isnull=True)
                | (~Q(kind="system") & Q(patient__isnull=False, cycle__isnull=False, ward__isnull=False)),
                name="alerts_only_the_system_has_no_patient",
            ),
            models.CheckConstraint(condition=Q(state__in=[s.value for s in AlertState]), name="alerts_state_is_known"),
            models.CheckConstraint(
                condition=Q(state="resolved", resolved_at__isnull=False)
                | (~Q(state="resolved") & Q(resolved_at__isnull=True)),
                name="alerts_resolved_has_its_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.cause} of cycle {self.cycle_id}" if self.cycle_id else f"{self.kind} {self.cause}"


class AlertEvent(models.Model):
    """One step in the life of an alert; insert-only."""

    alert = models.ForeignKey(Alert, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(max_length=14, choices=[(k.value, k.value) for k in AlertHappened])
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True)
    words = models.CharField(max_length=400, blank=True)
    data = models.JSONField(encoder=DjangoJSONEncoder, null=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.kind} at {self.at.isoformat()}"
