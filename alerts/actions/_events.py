"""The only writer of an alert's history."""

from __future__ import annotations

from datetime import datetime

from tracker.models import User

from ..causes import shortened
from ..models import Alert, AlertEvent
from ..states import AlertHappened

WORDS_LENGTH = 400


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
