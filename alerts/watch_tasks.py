"""The watchdogs' own task. Not repeated when it fails: that nothing came from it is itself the alarm."""

from __future__ import annotations

import logging

from celery import shared_task

from . import system_watch

log = logging.getLogger(__name__)


@shared_task(name="alerts.watchdog", acks_late=False)
def watchdog() -> None:
    """Whether every sweep has done its work; a call to the outside only when all is well."""
    if wrong := system_watch.watch():
        log.warning("not all is well: %s", ", ".join(wrong))
