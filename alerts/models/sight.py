"""When an alert was first on the screen of a person who may answer it."""

from __future__ import annotations

from django.db import models

from tracker.models import User

from .alert import Alert


class AlertSight(models.Model):
    """Once for each raising: the first person who had it on a page. Not an answer, and it quiets nothing."""

    alert = models.ForeignKey(Alert, on_delete=models.PROTECT, related_name="sights")
    raising = models.PositiveIntegerField()
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["alert", "raising"], name="alerts_first_sight_once")]

    def __str__(self) -> str:
        return f"alert {self.alert_id} seen at {self.at.isoformat()}"
