"""A row at which a sweep fails again and again, while it goes on with all the others."""

from __future__ import annotations

from django.db import models


class StuckRow(models.Model):
    """`what` names the row in words ("patient 5"). Gone as soon as it has not failed for a while."""

    what = models.CharField(max_length=50, primary_key=True)
    failures = models.PositiveIntegerField(default=1)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    problem = models.CharField(max_length=100)

    def __str__(self) -> str:
        return f"{self.what}, {self.failures} times"
