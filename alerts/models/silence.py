"""A sound that a person silenced for a while, with a reason. Insert-only."""

from __future__ import annotations

from django.db import models

from tracker.models import User


class SoundSilence(models.Model):
    """From `at` to `until` this person's pages make no sound; every alert is shown as before and goes on as before."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="sound_silences")
    at = models.DateTimeField()
    until = models.DateTimeField()
    reason = models.CharField(max_length=200)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"silence of user {self.user_id} until {self.until.isoformat()}"
