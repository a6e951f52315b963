"""Signs of life: who writes them, and that a database which fails meanwhile stops nobody's work."""

from __future__ import annotations

import logging
import time

from django.db import Error, close_old_connections
from django.dispatch import Signal

from . import clock
from .models import Heartbeat

log = logging.getLogger(__name__)

WORKER, BEAT = "worker", "beat"
EVERY_S = 15  # how often worker and beat give a sign
AT_MOST_EVERY_S = 5  # a burst of tasks is one sign, not a hundred writes
# Sent every few seconds in the worker and in the beat, each by its own timer: each can look whether the other lives.
looked_around = Signal()
_written: dict[str, float] = {}


def sign(name: str, *, trouble: str = "") -> None:
    """Note that this part lives now. One statement; a trouble that goes on keeps the time at which it began."""
    now = clock.now()
    before = Heartbeat.objects.filter(pk=name).first() if trouble else None
    since = (before.since if before and before.since else now) if trouble else None
    row = Heartbeat(name=name, at=now, trouble=trouble[:400], since=since)
    columns = ["at", "trouble", "since"]
    Heartbeat.objects.bulk_create([row], update_conflicts=True, unique_fields=["name"], update_fields=columns)


def try_to_sign(name: str) -> bool:
    """The same between other work: not more often than needed, and a failure is only logged. True when written."""
    if time.monotonic() - _written.get(name, float("-inf")) < AT_MOST_EVERY_S:
        return False
    try:
        sign(name)
    except Error as problem:
        log.warning("no sign of life of %s could be written: %s", name, str(problem).partition("\n")[0])
        return False
    _written[name] = time.monotonic()
    return True


def sign_from_thread(name: str) -> None:
    """The same from a process or thread that no request and no task closes connections for; then a look around."""
    close_old_connections()
    if try_to_sign(name):
        for receiver, problem in looked_around.send_robust(sender=name):
            if isinstance(problem, Exception):
                log.warning("%s looked around in vain: %s", name, receiver.__name__, exc_info=problem)
    close_old_connections()
