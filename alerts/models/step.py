"""The steps of an alert: who is told, and when if nobody answers. Due times in rows, which a sweep carries out."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from ..escalation import DUTIES, DUTY_CHOICES
from .alert import Alert


class AlertStep(models.Model):
    """One step, frozen when the alert was raised. It counts while its alert is at the same raising and unanswered.

    `due_at` only ever moves earlier: when those before could not be reached. `told` names the people in words. The last
    of the line has `again_min`: after so long it is followed by one like itself, until somebody answers.
    """

    alert = models.ForeignKey(Alert, on_delete=models.PROTECT, related_name="steps")
    raising = models.PositiveIntegerField()
    number = models.PositiveSmallIntegerField()
    duty = models.CharField(max_length=14, choices=DUTY_CHOICES)
    due_at = models.DateTimeField()
    again_min = models.PositiveSmallIntegerField(null=True)
    done_at = models.DateTimeField(null=True)
    told = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["alert", "raising", "number"], name="alerts_step_once"),
            models.CheckConstraint(condition=Q(duty__in=DUTIES), name="alerts_step_duty_is_known"),
        ]
        indexes = [models.Index(fields=["due_at"], condition=Q(done_at__isnull=True), name="alerts_steps_to_do")]

    def __str__(self) -> str:
        return f"step {self.number} of alert {self.alert_id}"
