"""The frame of a page about one patient: the clock and the name of the patient's own ward."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from tracker import clock
from tracker.models import Stay


def frame(stay: Stay) -> dict:
    """What replaces the frame that belongs to the person signed in."""
    return {"now": clock.now(), "ward_tz": ZoneInfo(stay.ward.timezone), "ward_name": stay.ward.name}
