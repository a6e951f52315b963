"""A live ward that a test can look into and get in the way of, on the embedded database and broker or on servers."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import redis

from tests.live import LiveWard, wait_until

DATABASE = os.environ.get("DATABASE_URL", "")
BROKER = os.environ.get("CELERY_BROKER_URL", "")
SOONEST_SWEEP_S = 25  # the beat asks every 15 s

CAST = """
import json, time
from alerts.models import Alert, AlertEvent
from alerts.queries import is_review_due
from dosing.actions.give_dose import give_dose
from dosing.models import Cycle, DoseEvent, Slot
from tests.conftest import Cast
from tests.people import admit, as_, full_round, round_, running_cycle, signed
from tracker import poke
from tracker.errors import Conflict
from tracker.models import AuditEntry, ChartState, User, Ward
wards = {ward.code: ward for ward in Ward.objects.all()}
people = {user.username: user for user in User.objects.all()}
cast = Cast(**people, ward=wards["4W"], other_ward=wards["5N"], beds=list(wards["4W"].beds.order_by("label")))
def patient_in(bed):
    patient = admit(cast, mrn=f"bed-{bed}", bed=bed, family=f"Family{bed}")
    full_round(cast, patient)
    running_cycle(cast, patient)
    return patient
"""


class WatchedWard(LiveWard):
    """A live ward whose database and broker a test can look into and get in the way of."""

    def __init__(self, folder: Path, **environment: str) -> None:
        super().__init__(folder, **environment)
        # The servers themselves, also when a test leads the product's own processes through a door that it can shut.
        self.database = self.environment.get("DATABASE_URL", "")

    def tell(self, code: str) -> object:
        """Let people do something; what the last line prints, read as JSON."""
        return json.loads(self.run_python(CAST + code).splitlines()[-1])

    def holds(self) -> list[str]:
        """The causes of the holds that stand, asked of the database alone."""
        return [
            row[0] for row in self.rows("SELECT cause FROM alerts_alert WHERE kind = 'hold' AND state <> 'resolved'")
        ]

    def rows(self, query: str) -> list[tuple]:
        """What the query finds, committed by whichever process."""
        if self.is_postgres:
            with psycopg.connect(self.database, autocommit=True) as connection:
                return connection.execute(query).fetchall()
        connection = sqlite3.connect(self.folder / "var" / "ward.sqlite3", timeout=20)
        try:
            return connection.execute(query).fetchall()
        finally:
            connection.close()

    @contextmanager
    def nobody_else_writes(self) -> Iterator[None]:
        """Whoever wants to review a chart waits at its door."""
        if self.is_postgres:
            with psycopg.connect(self.database) as connection:
                connection.execute("LOCK TABLE tracker_chartstate IN SHARE ROW EXCLUSIVE MODE")
                yield
                connection.rollback()
            return
        connection = sqlite3.connect(self.folder / "var" / "ward.sqlite3", timeout=20, isolation_level=None)
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        finally:
            connection.execute("ROLLBACK")
            connection.close()

    def somebody_waits(self) -> bool:
        """PostgreSQL tells who stands at a lock; Redis may hand a message to a worker before it is counted."""
        if not self.is_postgres:
            return False
        with psycopg.connect(self.database) as connection:
            return connection.execute("SELECT count(*) FROM pg_locks WHERE NOT granted").fetchone()[0] > 0

    def messages(self) -> int:
        """How many messages wait in the broker."""
        if BROKER:
            return redis.Redis.from_url(BROKER).llen("celery")
        return len(list(self.queue.glob("*.msg")))

    def lose_messages(self) -> None:
        """As when the broker's data is wiped."""
        if BROKER:
            redis.Redis.from_url(BROKER).flushdb()
        for file in self.queue.glob("*.msg"):
            file.unlink(missing_ok=True)

    def signal(self, name: str, which: signal.Signals) -> None:
        os.killpg(self.processes[name].pid, which)

    @property
    def is_postgres(self) -> bool:
        return self.database.startswith("postgres")

    @property
    def queue(self) -> Path:
        return self.folder / "var" / "broker" / "queue"


def copy_of(ward: WatchedWard, folder: Path, environment: dict[str, str]) -> WatchedWard:
    shutil.copytree(ward.folder / "var", folder / "var")
    copied = WatchedWard(folder, **environment)
    copied._commands = {
        name: [
            part.replace(str(ward.folder), str(folder)).replace(f":{ward.port}", f":{copied.port}") for part in command
        ]
        for name, command in ward.commands().items()
    }
    return copied


@contextmanager
def new_database(*, like: str = "") -> Iterator[dict[str, str]]:
    """On the server that DATABASE_URL names; without one the database lies in the ward's own folder."""
    if not DATABASE.startswith("postgres"):
        yield {}
        return
    name = f"ward_live_{uuid.uuid4().hex[:10]}"
    template = f' TEMPLATE "{urlsplit(like).path[1:]}"' if like else ""
    with psycopg.connect(DATABASE, autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}"{template}')
        try:
            yield {"DATABASE_URL": urlunsplit(urlsplit(DATABASE)._replace(path=f"/{name}"))}
        finally:
            admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def soon(ward: WatchedWard, *causes: str, seconds: float = 10) -> None:
    """These holds stand, and no other, before the time is up."""
    wait_until(lambda: sorted(ward.holds()) == sorted(causes), seconds=seconds, what=f"{causes}: {ward.log('worker')}")
