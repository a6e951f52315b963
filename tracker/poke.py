"""A best-effort nudge to the workers after a commit. If it is lost, a sweep finds the row that made the work due."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

log = logging.getLogger(__name__)

CHART_CHANGED = "alerts.review_chart"
EXPIRES_S = 60  # later a sweep has long done it
_quiet: ContextVar[bool] = ContextVar("quiet", default=False)


def nudge(task: str, *ids: int) -> None:
    """Ask for the task by name once the transaction is committed. Never raises: the row is what counts."""
    if _quiet.get():
        return
    transaction.on_commit(lambda: _send(task, ids), robust=True)


@contextmanager
def quiet() -> Iterator[None]:
    """Inside the block nobody is nudged. For loading the demo ward only: one sweep replaces a thousand nudges."""
    token = _quiet.set(True)
    try:
        yield
    finally:
        _quiet.reset(token)


def _send(task: str, ids: tuple[int, ...]) -> None:
    try:
        current_app.send_task(task, args=ids, retry=False, ignore_result=True, expires=EXPIRES_S)
    except (OperationalError, OSError) as problem:
        log.warning("nudge %s %s not sent, the next sweep will do it: %s", task, ids, problem)
