"""What a sender gets to see: no row, no patient. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


class NotSent(Exception):
    """The notice did not go out; the text says why, without the address: it may hold a password."""


@dataclass(frozen=True)
class Notice:
    """One notice. `key` is the same at every try: a receiver that keeps it shows the notice once."""

    key: str
    subject: str
    words: str
    kind: str
    alert_id: int
    made_at: datetime
    address: str = field(repr=False)
    secret: str = field(repr=False, default="")
