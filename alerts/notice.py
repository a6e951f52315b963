"""What a notice outside the pages says. Pure.

Mail servers and pager gateways are not the hospital's chart: a notice names the ward and what to do, no name, no
birth date and no record number. Who gets it looks at the board.
"""

from __future__ import annotations

from datetime import datetime, tzinfo
from typing import Protocol

from tracker.look.times import clock_text


class Row(Protocol):
    """What is read of an alert."""

    headline: str
    raised_at: datetime
    patient_id: int | None
    ward: object


def notice(alert: Row, duty: str, now: datetime, tz: tzinfo) -> tuple[str, str]:
    """The subject and the text."""
    where = getattr(alert.ward, "name", "") or "Whole site"
    raised = clock_text(alert.raised_at, now, tz)
    subject = f"{where}: {alert.headline}"
    words = f"{alert.headline}\n{where}, raised {raised}. You are told as {duty}."
    if alert.patient_id is not None:
        words += "\nThe patient is on the ward board. Answer there; nobody else is told while an answer counts."
    return subject, words
