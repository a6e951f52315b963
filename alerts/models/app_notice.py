"""What a person is told inside the product: due with the step that tells, shown once by the first page that drew it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from tracker.models import User

from .alert import Alert
from .step import AlertStep


class AppNotice(models.Model):
    """One person of one step, written with it. `shown_at` is set once: when board, bedside or list drew the alert."""

    alert = models.ForeignKey(Alert, on_delete=models.PROTECT, related_name="app_notices")
    step = models.ForeignKey(AlertStep, on_delete=models.PROTECT, related_name="app_notices")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="app_notices")
    due_at = models.DateTimeField()
    shown_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["step", "user"], name="alerts_app_notice_once")]
        indexes = [
            models.Index(fields=["user", "alert"], condition=Q(shown_at__isnull=True), name="alerts_app_not_shown"),
            models.Index(fields=["due_at"], name="alerts_app_due"),
        ]

    def __str__(self) -> str:
        return f"step {self.step_id} to user {self.user_id}"
