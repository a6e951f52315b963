"""How the running product is: each part with a reason when it is not well. Reads, decides, writes nothing."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import Error, connection
from kombu.exceptions import OperationalError

from . import heartbeats
from .celery import app
from .models import Heartbeat

SILENT_AFTER = timedelta(minutes=1)
OFTEN_S = 60  # a task that runs at least this often is a sweep: the ward waits for it
AHEAD = timedelta(seconds=30)
WATCHDOG = "watchdog: "
TITLES = {
    "alerts.sweep_reviews": "Changed charts",
    "alerts.sweep_steps": "Steps of alerts",
    "alerts.sweep_answers": "Answers that end",
    "alerts.sweep_deliveries": "E-mail, pager and webhook",
    "alerts.sweep_time": "What time alone changes",
    "alerts.watchdog": "Watchdogs",
}
# Somebody must see to it, but alerts come meanwhile as ever: the product is ready.
CARE = frozenset({"trouble:disk", "trouble:backup"})


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the product. `reason` is a code that says nothing of any patient, empty when all is well."""

    name: str
    words: str
    reason: str = ""
    seen_at: datetime | None = None
    since: datetime | None = None

    @property
    def title(self) -> str:
        """What people call it."""
        return TITLES.get(self.name, self.name)

    @property
    def well(self) -> bool:
        return not self.reason


def parts(now: datetime) -> list[Part]:
    """Every part, those that others rest on first. With the database gone nothing else can be told but the broker."""
    broker = _broker()
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        rows = {row.name: row for row in Heartbeat.objects.all()}
    except Error:
        return [Part("Database", "It does not answer.", "database"), broker]
    return [Part("Database", "It answers."), broker, *_processes(rows, now), *_sweeps(rows, now), *_found(rows, now)]


def late_after(every_s: float) -> timedelta:
    """When a sweep is late: it may be missed three times."""
    return max(SILENT_AFTER, timedelta(seconds=4 * every_s))


def _broker() -> Part:
    """A broker in a folder is well when it can be written to; a server when it lets us connect."""
    folder = settings.CELERY_BROKER_TRANSPORT_OPTIONS.get("data_folder_out")
    if folder is not None:
        well = Path(folder).is_dir() and os.access(folder, os.W_OK)
        return Part("Broker", "Its folder can be written to.") if well else _no_broker("Its folder cannot be written.")
    try:
        with app.connection_for_write() as broker:
            broker.ensure_connection(max_retries=1, interval_start=0, interval_max=0, timeout=2)
    except (OperationalError, OSError):
        return _no_broker("It does not answer. Alerts come with the sweeps as soon as it is back.")
    return Part("Broker", "It answers.")


def _no_broker(words: str) -> Part:
    return Part("Broker", words, "broker")


def _processes(rows: dict[str, Heartbeat], now: datetime) -> Iterator[Part]:
    yield _of_row("Worker", rows.get(heartbeats.WORKER), now, SILENT_AFTER, "worker_silent")
    yield _of_row("Beat", rows.get(heartbeats.BEAT), now, SILENT_AFTER, "beat_silent")
    if any(row.at > now + AHEAD for row in rows.values()):
        yield Part("Clock", "A sign of life lies in the future: the clock was set back.", "clock")


def _sweeps(rows: dict[str, Heartbeat], now: datetime) -> Iterator[Part]:
    for task, every_s in sorted(sweeps().items()):
        yield _of_row(task, rows.get(task), now, late_after(every_s), f"late:{task}")


def sweeps() -> dict[str, float]:
    """The tasks of the beat's table that the ward waits for, with how often each is asked for, in seconds."""
    table = [(entry["task"], entry["schedule"]) for entry in app.conf.beat_schedule.values()]
    return {task: every for task, every in table if isinstance(every, float) and every <= OFTEN_S}


def _found(rows: dict[str, Heartbeat], now: datetime) -> Iterator[Part]:
    """What the watchdogs found in the database."""
    for name, row in sorted(rows.items()):
        if name.startswith(WATCHDOG):
            reason = f"trouble:{name.removeprefix(WATCHDOG)}" if row.trouble else ""
            yield Part(name.capitalize(), row.trouble or "Nothing is overdue.", reason, row.at, row.since)


def _of_row(name: str, row: Heartbeat | None, now: datetime, limit: timedelta, reason: str) -> Part:
    if row is None:
        return Part(name, "Not seen so far.", reason)
    if now - row.at > limit:
        return Part(name, f"Not seen for more than {limit.total_seconds():.0f} s.", reason, row.at)
    return Part(name, "Seen.", seen_at=row.at)
