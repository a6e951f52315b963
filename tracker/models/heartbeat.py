"""When each part of the running product last gave a sign of life."""

from __future__ import annotations

from django.db import models


class Heartbeat(models.Model):
    """One row a part, overwritten each time: a status, not a record, and therefore no part of the chart.

    `name` is "worker", "beat", a task of the beat's table, or "watchdog: …"; `trouble` is what a watchdog found, empty
    when all was well, and `since` when that trouble began.
    """

    name = models.CharField(max_length=60, primary_key=True)
    at = models.DateTimeField()
    trouble = models.CharField(max_length=400, blank=True)
    since = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.name} at {self.at.isoformat()}"
