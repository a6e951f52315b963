"""A tablet's own clock: what it said when a round was taken, and what that means for the time of the round. Pure.

A page reckons with the server's time, so a clock that was wrong all along changes nothing. Only a clock that was found
to be off by something else once the network was back moves the time of the round; the audit trail keeps both.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from tracker.errors import BadInput

AT, AHEAD = "tablet_at", "tablet_ahead"
WORTH_CORRECTING = timedelta(minutes=1)
FARTHEST_OFF = 10 * 366 * 86_400  # a tablet whose battery was empty starts in 1970 at worst


def seconds_ahead(text: str) -> int:
    """How far ahead of the server the tablet's clock is, in seconds; not said is 0.

    Raises: BadInput bad_clock.
    """
    try:
        ahead = int((text or "0").strip()[:20])
    except ValueError:
        ahead = FARTHEST_OFF * 10
    if abs(ahead) > FARTHEST_OFF * 6:
        raise BadInput("bad_clock", "The tablet's clock cannot be read.", field=AHEAD, remedy="Set the tablet's clock.")
    return ahead


def corrected(seen_at: datetime, *, then: int, now: int) -> datetime:
    """When it was really seen: the page thought the tablet `then` seconds ahead, at the sending it was `now`."""
    off = timedelta(seconds=now - then)
    return seen_at - off if abs(off) >= WORTH_CORRECTING else seen_at


def of_the_tablet(post: Mapping[str, str]) -> dict[str, object]:
    """What goes into the audit trail beside the time of the round; nothing when the form does not say it."""
    said = post.get(AT, "").strip()[:40]
    return {"tablet_said": said, "tablet_ahead_s": seconds_ahead(post.get(AHEAD, ""))} if said else {}
