"""Between forms and views: the ward's clock time for an input, whole numbers from an address. Pure."""

from __future__ import annotations

from datetime import datetime, tzinfo


def local_text(instant: datetime, zone: tzinfo) -> str:
    """The value of an input for local date and time: "2026-03-04T05:30"."""
    return instant.astimezone(zone).strftime("%Y-%m-%dT%H:%M")


def whole_number(text: str | int | None) -> int:
    """The number of a page or a choice, 0 for anything else: nothing has the number 0."""
    text = str(text or "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0
