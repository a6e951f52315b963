"""A live ward that a test can look into and get in the way of, on the embedded database and broker or on servers."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import redis

from tests.live import ROOT, LiveWard

DATABASE = os.environ.get("DATABASE_URL", "")
BROKER = os.environ.get("CELERY_BROKER_URL", "")
SOONEST_SWEEP_S = 25  # the beat asks every 15 s

CAST = """
import json, time
from alerts.models import Alert, AlertEvent, CycleWatch
from alerts.queries import is_review_due
from dosing.actions.give_dose import give_dose
from dosing.models import Cycle, DoseEvent, Slot
from tests.conftest import Cast
from tests.people import admit, as_, cast_of_site, full_round, round_, running_cycle, signed
from tracker import poke
from tracker.errors import Conflict
from tracker.models import AuditEntry, Bed, ChartState, User, Ward
cast = cast_of_site()
def patient_in(bed):
    while len(cast.beds) <= bed:
        cast.beds.append(Bed.objects.create(ward=cast.ward, label=f"{len(cast.beds) + 1:03d}"))
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
        self.broker = self.environment.get("CELERY_BROKER_URL", "")
        self.held = 0  # beds in which a test made a hold
        self._people: subprocess.Popen | None = None

    def tell(self, code: str) -> object:
        """Let people do something, in a process of their own; what the last line prints, read as JSON."""
        return json.loads(self.tell_nobody(CAST + code).splitlines()[-1])

    def tell_nobody(self, code: str) -> str:
        """The same before there are people; what it prints.

        The process lives on until the next telling: it has the environment that the ward had at the first one.
        """
        if self._people is None:
            with (self.folder / "people.log").open("a") as log:
                self._people = subprocess.Popen(
                    [sys.executable, "-m", "tests.processes.teller"],
                    cwd=ROOT, env=self.environment, text=True,
                    stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log,
                )  # fmt: skip
        self._people.stdin.write(json.dumps(code) + "\n")
        self._people.stdin.flush()
        answer = self._people.stdout.readline()
        assert answer, self.log("people")
        told = json.loads(answer)
        assert "failed" not in told, told["failed"]
        return told["said"]

    def run_python(self, code: str) -> str:
        """The same by its other name: the commands are asked for by it."""
        return self.tell_nobody(code)

    def stop(self) -> None:
        """End everything that was started here, the people's process too."""
        super().stop()
        if self._people is not None:
            with self._people as people:
                people.kill()  # it has answered everything, and an interpreter under load takes long to end
            self._people = None

    def end(self, name: str) -> None:
        """Let one process end by itself, as at a shutdown."""
        process = self.processes.pop(name)
        process.terminate()
        process.wait(timeout=60)

    def alive(self) -> list[str]:
        """The names of the processes that run."""
        return [name for name, process in self.processes.items() if process.poll() is None]

    def sweep_faster(self) -> None:
        """The beat asks for everything five times as often: a test waits for a sweep, not for its period."""
        beat = self.commands()["beat"]
        beat[beat.index("-A") + 1] = "tests.processes.quick_beat"

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
        if self.broker:
            with redis.Redis.from_url(self.broker) as broker:
                return broker.llen("celery")
        return len(list(self.queue.glob("*.msg")))

    def lose_messages(self) -> None:
        """As when the broker's data is wiped."""
        if self.broker:
            with redis.Redis.from_url(self.broker) as broker:
                broker.flushdb()
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


def beside(broker: str) -> dict[str, str]:
    """The next database of the same Redis: two wards that live at the same time take no messages from each other."""
    if not broker:
        return {}
    parts = urlsplit(broker)
    number = (int(parts.path.strip("/") or 0) + 1) % 16
    return {"CELERY_BROKER_URL": urlunsplit(parts._replace(path=f"/{number}"))}


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
