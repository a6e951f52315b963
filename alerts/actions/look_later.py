"""Note for many cycles at once that time has changed nothing in them, and when to look again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db.models import Case, DateTimeField, Value, When

from tracker.audit.gate import Trail, action
from tracker.audit.record import Actor

from ..models import CycleWatch


@action("look_later", None, quiet=True)
def look_later(*, by: Actor, trail: Trail, looks: Mapping[int, datetime], due_by: datetime) -> int:
    """Set the next look of each cycle that is still due; one whose review has set it meanwhile keeps that.

    One query whatever the number. Audit: nothing, because nothing about a patient changes.
    """
    if not looks:
        return 0
    cases = [When(pk=cycle_id, then=Value(look_at)) for cycle_id, look_at in looks.items()]
    due = CycleWatch.objects.filter(pk__in=list(looks), look_at__lte=due_by)
    return due.update(look_at=Case(*cases, output_field=DateTimeField()))
