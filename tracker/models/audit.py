"""The audit trail: one row for each thing that somebody did or was refused."""

from __future__ import annotations

from django.db import models


class AuditEntry(models.Model):
    """Insert-only, and without foreign keys, so that the trail never depends on live data nor the reverse."""

    OUTCOMES = [("done", "Done"), ("refused", "Refused")]

    at = models.DateTimeField(db_index=True)
    actor_id = models.BigIntegerField(null=True)
    actor = models.CharField(max_length=120)
    role = models.CharField(max_length=20, blank=True)
    action = models.CharField(max_length=60)
    outcome = models.CharField(max_length=10, choices=OUTCOMES)
    patient_id = models.BigIntegerField(null=True)
    patient = models.CharField(max_length=220, blank=True)
    object_type = models.CharField(max_length=40, blank=True)
    object_id = models.BigIntegerField(null=True)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    reason = models.TextField(blank=True)
    origin = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(fields=["patient_id", "id"], name="tracker_audit_by_patient"),
            models.Index(fields=["actor_id", "id"], name="tracker_audit_by_actor"),
        ]

    def __str__(self) -> str:
        return f"{self.action} ({self.outcome})"
