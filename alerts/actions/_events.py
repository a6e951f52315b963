"""The only writer of an alert's history."""

from __future__ import annotations

from datetime import datetime

from tracker.models import User

from ..causes import shortened
from ..models import Alert, AlertEvent
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


def stood_lately(alert: Alert, since: datetime) -> list[object]:
    """The findings that the alert rested on at any time since then, each until another took its place."""
    found: list[object] = []
    until: datetime | None = None  # when the one that is read was replaced; None while it stands
    rows = AlertEvent.objects.filter(alert=alert, kind__in=[*CARRY_A_FINDING, AlertHappened.RESOLVED])
    for kind, at, data in rows.order_by("-at", "-id").values_list("kind", "at", "data"):
        if until is not None and until < since:
            break
        if kind in CARRY_A_FINDING and data:
            found.append(data.get("finding"))
        until = at
    return found
