"""Take into the audit trail what a shared tablet did while it had no contact."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from ..audit.gate import Trail, action
from ..audit.record import Actor
from ..errors import BadInput
from ..models import User
from ..roles import Perm
from ..typed import short_text

WHAT = {"opened": "open_offline", "destroyed": "destroy_offline_key"}


@action("note_opening", Perm.SIGNED_IN)
def note_opening(
    *, by: Actor, trail: Trail, what: str, username: str, wrong: int | None, said_ms: int | None, ahead_s: int
) -> None:
    """A locked tablet was opened with a person's PIN, or eight wrong ones destroyed what was kept for that person.

    The tablet says it, at the next contact, in the session of whoever is there: it is kept as what the tablet said.
    `said_ms` is the tablet's own clock in milliseconds since 1970, `ahead_s` how far ahead of ours it is now.
    Raises: BadInput bad_opening. Audit: who, when by our clock, and how many wrong PINs came before.
    """
    at = _instant(said_ms, ahead_s)
    if what not in WHAT or wrong is None or at is None:
        raise BadInput("bad_opening", "What the tablet says of its opening cannot be read.", field="what")
    name = short_text(username, field="username", longest=60)
    person = User.objects.filter(username=name).first()
    trail.about(object_type="staff", object_id=person.pk if person else None)
    said = {"username": name, "at": at, "tablet_ahead_s": ahead_s, "wrong_pins_before": wrong, "told_by": "tablet"}
    trail.done(action=WHAT[what], after=said)


def _instant(said_ms: int | None, ahead_s: int) -> datetime | None:
    """When it was by our clock, None when no calendar has such a day."""
    try:
        return datetime.fromtimestamp((said_ms or 0) // 1000, tz=UTC) - timedelta(seconds=ahead_s) if said_ms else None
    except (OverflowError, ValueError, OSError):
        return None
