"""Answers already given, so that a repeated request gets the first answer and does nothing twice."""

from __future__ import annotations

from django.db import models

from .staff import User


class IdempotencyKey(models.Model):
    """One write of other software by its own key; stored in the transaction of the write itself."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=200)
    request_digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    body = models.TextField()
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="tracker_idempotency_key_once")]

    def __str__(self) -> str:
        return self.key
