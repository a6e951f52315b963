"""Turns what is not well into words on the status page and into system alerts; tells the outside when all is well."""

from __future__ import annotations

import logging
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from datetime import datetime

from django.conf import settings

from tracker import clock, heartbeats
from tracker.audit.record import SYSTEM
from tracker.health import CARE, WATCHDOG, Part, parts

from .actions.note_stuck import forget_stuck
from .actions.system_alert import raise_system_alert, resolve_system_alert
from .models import Alert
from .states import AlertKind, AlertState
from .watchdog import CHECKS

log = logging.getLogger(__name__)

PING_TIMEOUT_S = 5
# A process that has just started finds everything silent: what it sees for this long is real.
SEEN_FOR_S = 60
CAUSE = "watch-"
FOUND = "trouble:"  # what a watchdog found; everything else is seen by worker and beat
_seen: dict[str, float] = {}


def watch() -> list[str]:
    """Run every check, note what it found, and ping when nothing is wrong anywhere. Returns what is wrong."""
    now = clock.now()
    for name in CHECKS:
        heartbeats.sign(WATCHDOG + name, trouble=_checked(name, now))
    forget_stuck(by=SYSTEM)
    wrong = [part for part in parts(now) if not part.well]
    _tell(wrong, standing={part.reason for part in wrong}, mine=lambda reason: reason.startswith(FOUND))
    if not wrong:
        ping()
    return [part.reason for part in wrong]


def look_around(**kwargs: object) -> None:
    """What worker and beat see of each other and of the rest: whoever lives tells of the one that does not."""
    wrong = [part for part in parts(clock.now()) if not part.well]
    at, reasons = time.monotonic(), {part.reason for part in wrong}
    for reason in _seen.keys() - reasons:
        del _seen[reason]
    lasting = [part for part in wrong if at - _seen.setdefault(part.reason, at) >= SEEN_FOR_S]
    _tell(lasting, standing=reasons, mine=lambda reason: not reason.startswith(FOUND))


def ping() -> bool:
    """One call to the outside, never repeated: that it did not come is what the outside waits for."""
    if not settings.HEARTBEAT_URL:
        return False
    try:
        with urllib.request.urlopen(settings.HEARTBEAT_URL, timeout=PING_TIMEOUT_S):  # noqa: S310  checked at start-up
            return True
    except (urllib.error.URLError, OSError, ValueError) as problem:
        log.warning("the outside was not told that all is well: %s", type(problem).__name__)
        return False


def _checked(name: str, now: datetime) -> str:
    try:
        return CHECKS[name](now)
    except Exception:
        log.exception("the watchdog of %s failed", name)
        return "It could not be checked."


def _tell(wrong: list[Part], *, standing: set[str], mine: Callable[[str], bool]) -> None:
    """A system alert for each of mine, and the end of those of mine that do not stand any more."""
    for part in wrong:
        if mine(part.reason):
            headline = f"{part.name}: {part.words}{'' if part.reason in CARE else ' Alerts may come late.'}"
            log.warning("not well: %s", headline)
            raise_system_alert(by=SYSTEM, cause=(CAUSE + part.reason)[:60], headline=headline)
    known = Alert.objects.filter(kind=AlertKind.SYSTEM, cause__startswith=CAUSE).exclude(state=AlertState.RESOLVED)
    for cause in known.values_list("cause", flat=True):
        if mine(cause.removeprefix(CAUSE)) and cause.removeprefix(CAUSE) not in standing:
            resolve_system_alert(by=SYSTEM, cause=cause)
