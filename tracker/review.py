"""Makes the review of a patient's alerts due: the row that counts, and a nudge that may be lost."""

from __future__ import annotations

from django.db.models import F

from . import clock, poke
from .models import ChartState


def make_review_due(patient_id: int) -> None:
    """Something else than a round changed what the patient's alerts mean. In the caller's transaction."""
    ChartState.objects.filter(patient_id=patient_id).update(seq=F("seq") + 1, changed_at=clock.now())
    poke.nudge(poke.CHART_CHANGED, patient_id)
