"""The chart's own background work."""

from __future__ import annotations

import logging
from datetime import timedelta

from celery import shared_task

from . import clock, signs  # noqa: F401  the worker gives its signs of life from here on
from .api.idempotency import forget

log = logging.getLogger(__name__)

ANSWERS_KEPT = timedelta(days=7)


@shared_task(name="tracker.forget_answers")
def forget_answers() -> None:
    """Remove the stored answers that nobody will ask for again."""
    log.info("%s stored answers forgotten", forget(clock.now() - ANSWERS_KEPT))
