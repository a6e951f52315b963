"""Makes the review of a patient's alerts due: the row that counts, and a nudge that may be lost."""

from __future__ import annotations

from datetime import datetime

from django.db.models import F, QuerySet

from . import clock, poke
from .models import ChartState
from .prepared import prepared_update


def make_review_due(patient_id: int) -> None:
    """Something else than a round changed what the patient's alerts mean. In the caller's transaction."""
    _advanced(patient_id=patient_id, now=clock.now())
    poke.nudge(poke.CHART_CHANGED, patient_id)


@prepared_update
def _advanced(patient_id: int, now: datetime) -> tuple[QuerySet, dict]:
    return ChartState.objects.filter(patient_id=patient_id), {"seq": F("seq") + 1, "changed_at": now}
