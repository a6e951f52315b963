"""The broker and the database are gone for a while: every alert that should exist does, once, and was told outside.

FAULT_SECONDS is how long the database is gone (30; CI makes it shorter).
"""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.live import wait_until

from . import servers
from .faults import CHARTED, TAKEN, Nurse, await_sign, hold
from .left import SECONDS, proven
from .watched import WatchedWard

pytestmark = [pytest.mark.processes, pytest.mark.services, pytest.mark.faults, pytest.mark.server_faults]

FAULT_SECONDS = float(os.environ.get("FAULT_SECONDS", "30"))
PATIENTS = 8


@pytest.fixture
def broker(ward) -> Iterator[servers.OwnRedis | servers.ShutRedis | Folder]:
    """One of the test's own, to which the ward is moved."""
    made = servers.broker(ward.broker) if ward.broker else Folder(ward)
    if ward.broker:
        ward.broker = made.url
        ward.environment["CELERY_BROKER_URL"] = made.url
    yield made
    ward.stop()
    made.end()


@pytest.fixture
def database(ward) -> Iterator[servers.OwnPostgres | servers.ShutPostgres | None]:
    """One of the test's own, with a copy of what the ward's has; None for the embedded one."""
    made = servers.postgres(ward.database) if ward.is_postgres else None
    if made:
        ward.environment["DATABASE_URL"] = made.url
        if isinstance(made, servers.OwnPostgres):
            ward.database = made.url
    yield made
    ward.stop()
    if made:
        made.end()


class Folder:
    """The embedded broker: its folder is removed, and made again empty."""

    how = "its folder removed"

    def __init__(self, ward: WatchedWard) -> None:
        self.folder = ward.queue.parent

    def stop(self) -> None:
        shutil.rmtree(self.folder)

    def start(self) -> None:
        for name in ("queue", "control"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)

    def end(self) -> None:
        """Nothing is left to end."""


def test_a_broker_that_was_stopped_wiped_and_started_again(ward, broker, world, report):
    ward.sweep_faster()
    ward.start("worker", "beat")
    await_sign(ward, "worker")
    hold(ward)
    broker.stop()
    hold(ward, 2)
    broker.start()
    expected = hold(ward)
    proven(ward, world, expected, report, f"broker stopped ({broker.how}), wiped and started again")


def test_a_database_that_is_gone_under_load(ward, database, world, report):
    """Sixteen tablets send a round each while it is gone, each again until it was accepted."""
    ward.sweep_faster()
    ward.start("worker", "beat", "web")
    patients = ward.tell(f"print(json.dumps([patient_in(bed).pk for bed in range({PATIENTS})]))")
    nurse = Nurse(ward)
    answers: list[int] = []
    tablets = [
        threading.Thread(target=lambda who=patient: answers.append(nurse.insist(who, seconds=FAULT_SECONDS + SECONDS)))
        for patient in [*patients, *patients]
    ]
    with gone(ward, database):
        for tablet in tablets:
            tablet.start()
        over = time.monotonic() + FAULT_SECONDS
        wait_until(lambda: time.monotonic() > over, seconds=FAULT_SECONDS + 5)
        assert answers == []
    for tablet in tablets:
        tablet.join(timeout=FAULT_SECONDS + SECONDS)
    assert len(answers) == len(tablets) and set(answers) <= set(TAKEN)
    assert ward.rows(CHARTED) == [(len(tablets),)]
    how = database.how if database else "nobody may write to it"
    proven(ward, world, PATIENTS, report, f"database gone for {FAULT_SECONDS:.0f} s under load ({how})")


@contextmanager
def gone(ward: WatchedWard, database: servers.OwnPostgres | servers.ShutPostgres | None) -> Iterator[None]:
    """A server that is not there; of the embedded database, nobody may write to it."""
    if database is None:
        with ward.nobody_else_writes():
            yield
        return
    database.stop()
    try:
        yield
    finally:
        database.start()
