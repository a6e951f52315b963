"""The chart's own background work."""

from __future__ import annotations

import logging
from datetime import timedelta

from celery import shared_task
from django.contrib.sessions.models import Session

from . import clock, signs  # noqa: F401  the worker gives its signs of life from here on
from .api.idempotency import forget
from .models import Token

log = logging.getLogger(__name__)

ANSWERS_KEPT = timedelta(days=7)


@shared_task(name="tracker.forget_answers")
def forget_answers() -> None:
    """Remove the stored answers that nobody will ask for again, and the sessions and tokens that are over."""
    now = clock.now()
    sessions = Session.objects.filter(expire_date__lt=now).delete()[0]
    tokens = Token.objects.filter(expires_at__lt=now).delete()[0]
    log.info("forgotten: %s stored answers, %s sessions, %s tokens", forget(now - ANSWERS_KEPT), sessions, tokens)
