"""A best-effort nudge to the workers after a commit. If it is lost, a sweep finds the row that made the work due.

A person's answer does not wait for the broker, which may be slow or gone: during a request the nudges are kept until
the answer is out.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from celery import current_app
from django.core.signals import request_finished, request_started
from django.db import transaction
from django.dispatch import receiver
from kombu.exceptions import OperationalError

log = logging.getLogger(__name__)

CHART_CHANGED = "alerts.review_chart"
EXPIRES_S = 60  # later a sweep has long done it
_quiet: ContextVar[bool] = ContextVar("quiet", default=False)
_kept: ContextVar[list[tuple[str, tuple[int, ...]]] | None] = ContextVar("kept", default=None)


def nudge(task: str, *ids: int) -> None:
    """Ask for the task by name once the transaction is committed. Never raises: the row is what counts."""
    if _quiet.get():
        return
    transaction.on_commit(lambda: _after_the_answer(task, ids), robust=True)


@contextmanager
def quiet() -> Iterator[None]:
    """Inside the block nobody is nudged. For loading the demo ward only: one sweep replaces a thousand nudges."""
    token = _quiet.set(True)
    try:
        yield
    finally:
        _quiet.reset(token)


def _after_the_answer(task: str, ids: tuple[int, ...]) -> None:
    """At once where no request is being answered: in a worker, a sweep or a command."""
    kept = _kept.get()
    if kept is None:
        _send(task, ids)
    else:
        kept.append((task, ids))


@receiver(request_started)
def _keep(**_: object) -> None:
    _send_kept()  # of a request that never came to its end
    _kept.set([])


@receiver(request_finished)
def _send_kept(**_: object) -> None:
    kept = _kept.get()
    _kept.set(None)
    for task, ids in kept or ():
        _send(task, ids)


def _send(task: str, ids: tuple[int, ...]) -> None:
    try:
        current_app.send_task(task, args=ids, retry=False, ignore_result=True, expires=EXPIRES_S)
    except (OperationalError, OSError) as problem:
        log.warning("nudge %s %s not sent, the next sweep will do it: %s", task, ids, problem)
