"""When a running cycle must be looked at again, although nobody charted anything."""

from __future__ import annotations

from django.db import models

from dosing.models import Cycle


class CycleWatch(models.Model):
    """The next instant at which time alone may change what a person must be told about the cycle."""

    cycle = models.OneToOneField(Cycle, on_delete=models.PROTECT, primary_key=True, related_name="watch")
    look_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"cycle {self.cycle_id} from {self.look_at.isoformat()}"
