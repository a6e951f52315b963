"""The beat: Celery's, with a sign of life, and with a clock that may be set back without silencing the sweeps."""

from __future__ import annotations

import logging
from datetime import timedelta

from celery.beat import PersistentScheduler

from . import clock, heartbeats

log = logging.getLogger(__name__)

# Celery counts from the last run. After the clock was set back by an hour nothing would be due for an hour.
AHEAD = timedelta(seconds=2)
LONG_AGO = timedelta(days=2)


class Scheduler(PersistentScheduler):
    """Named in CELERY_BEAT_SCHEDULER."""

    def tick(self, *args: object, **kwargs: object) -> float:
        """Send what is due; how many seconds to sleep, never longer than a sign of life may take."""
        self._survive_a_clock_set_back()
        heartbeats.sign_from_thread(heartbeats.BEAT)
        return min(super().tick(*args, **kwargs), heartbeats.EVERY_S)

    def _survive_a_clock_set_back(self) -> None:
        now = clock.now()
        ahead = [each for each in self.schedule.values() if each.last_run_at and each.last_run_at > now + AHEAD]
        if not ahead:
            return
        log.warning("the clock was set back: %s entries of the beat are due at once", len(ahead))
        for entry in ahead:
            entry.last_run_at = now - LONG_AGO
        self._heap = None  # it holds the same future instants
