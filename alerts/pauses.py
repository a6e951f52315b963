"""A pause of the rounds of a patient who is off the ward: how long it keeps quiet, and what it never touches. Pure.

A pause is about being asked for observations. The verdict on a dose does not know of it: what was not measured is
missing or too old, and the dose is `incomplete`, wherever the patient is.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from tracker.look.times import clock_text

PAUSE_REASONS: dict[str, str] = {
    "ct": "CT",
    "mri": "MRI",
    "xray": "X-ray",
    "ultrasound": "Ultrasound or echo",
    "procedure": "Procedure",
    "icu": "Intensive care, for now",
    "walk": "Out of the room with leave",
    "other": "Other, see the note",
}
# No longer than a vital sign may be old at a dose: nobody is forgotten behind a pause.
LENGTHS_MIN = (30, 60, 90, 120)
# After the return there is this long to catch up before anybody is asked.
CATCH_UP = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Pause:
    """The newest pause of one patient. `ended_at` is None while the patient is away."""

    id: int
    since: datetime
    back_by: datetime
    reason: str
    by: str = ""
    ended_at: datetime | None = None

    @property
    def open(self) -> bool:
        """Nobody has said that the patient is back."""
        return self.ended_at is None

    @property
    def quiet_until(self) -> datetime:
        """Overdue observations are not asked for before this."""
        return self.back_by if self.ended_at is None else self.ended_at + CATCH_UP

    def quiet(self, at: datetime) -> bool:
        """Whether a missing round is explained by it and nobody is asked."""
        return self.since <= at <= self.quiet_until

    def words(self, at: datetime, tz: tzinfo) -> str:
        """ "Off the ward since 05:10, CT"; once back, until when."""
        since = clock_text(self.since, at, tz)
        if self.ended_at is None:
            return f"Off the ward since {since}, {self.reason}"
        return f"Off the ward {since} to {clock_text(self.ended_at, at, tz)}, {self.reason}"


def reason_words(code: str, note: str) -> str:
    """The coded reason in words, the note with it; the note alone where the code says only "other"."""
    if code == "other":
        return note or "no reason given"
    return f"{PAUSE_REASONS[code]}: {note}" if note else PAUSE_REASONS[code]
