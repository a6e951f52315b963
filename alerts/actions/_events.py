"""The only writer of an alert's history."""

from __future__ import annotations

from datetime import datetime

from tracker.models import User

from ..causes import shortened
from ..models import Alert, AlertEvent
from ..severity import Told
from ..states import AlertHappened

WORDS_LENGTH = 400
CARRY_A_FINDING = (AlertHappened.RAISED, AlertHappened.EVIDENCE, AlertHappened.GRAVER)


def insert_event(
    alert: Alert,
    kind: AlertHappened,
    at: datetime,
    *,
    by: User | None = None,
    words: str = "",
    data: dict | None = None,
) -> AlertEvent:
    """One step of the alert's history."""
    return AlertEvent.objects.create(
        alert=alert, kind=kind, at=at, by=by, words=shortened(words, WORDS_LENGTH), data=data
    )


def told_so_far(alert: Alert) -> list[Told]:
    """What the alert rested on, first to last."""
    rows = AlertEvent.objects.filter(alert=alert, kind__in=[*CARRY_A_FINDING, AlertHappened.RESOLVED])
    return [told(at, data) for at, data in rows.order_by("id").values_list("at", "data")]


def told(at: datetime, data: dict | None) -> Told:
    """One row of the history as it is compared."""
    cause_at = (data or {}).get("cause_at")
    return Told(at, (data or {}).get("finding"), datetime.fromisoformat(cause_at) if cause_at else None)
