"""Reads the newest pause of each patient."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Max

from .models import RoundPause
from .pauses import Pause, reason_words


def newest_pauses(patient_ids: Iterable[int]) -> dict[int, Pause]:
    """The newest pause of each patient who ever had one, in one query. A discharge ends it too."""
    newest = RoundPause.objects.filter(patient__in=list(patient_ids)).order_by()
    newest = newest.values("patient").annotate(last=Max("id")).values("last")
    rows = RoundPause.objects.filter(pk__in=newest).values_list(
        "patient_id",
        "id",
        "began_at",
        "back_by",
        "reason_code",
        "note",
        "by__full_name",
        "end__ended_at",
        "stay__discharged_at",
    )
    return {
        patient_id: Pause(id_, since, back_by, reason_words(code, note), by, ended_at or discharged_at)
        for patient_id, id_, since, back_by, code, note, by, ended_at, discharged_at in rows
    }


def newest_pause(patient_id: int) -> Pause | None:
    """The newest pause of one patient."""
    return newest_pauses([patient_id]).get(patient_id)
