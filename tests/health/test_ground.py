"""The disk that fills and the backup that grows old are told before they hurt, and do not make the ward unready."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
import time_machine
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.test import Client

from alerts import system_watch, watchdog
from alerts.models import Alert
from tracker import backup, clock, environment, health, heartbeats
from tracker.models import User

EIGHT = datetime(2026, 3, 2, 8, tzinfo=UTC)


@pytest.fixture
def at():
    with time_machine.travel(EIGHT, tick=False) as machine:
        yield machine


@pytest.fixture
def var(settings, tmp_path) -> Path:
    """A data folder of its own."""
    settings.VAR_DIR = tmp_path
    settings.BACKUP_STAMP = ""
    return tmp_path


def alive() -> None:
    for name in (heartbeats.WORKER, heartbeats.BEAT, *health.sweeps()):
        heartbeats.sign(name)


def open_alerts() -> dict[str, str]:
    found = Alert.objects.filter(kind="system").exclude(state="resolved")
    return dict(found.values_list("cause", "headline"))


# --- the disk ---------------------------------------------------------------------------------------------------------


class Free:
    def __init__(self, free: int) -> None:
        self.free = free


def test_a_disk_that_fills_is_told_by_name_and_over_when_there_is_room(db, at, var, settings, monkeypatch):
    (var / "downtime").mkdir()
    left = {var: 900, var / "downtime": 499}
    monkeypatch.setattr(watchdog.shutil, "disk_usage", lambda path: Free(left.get(path, 900) * watchdog.MB + 5))
    settings.DISK_FREE_MB = 500
    alive()
    system_watch.watch()
    (words,) = open_alerts().values()
    assert "Only 499 MB are free where the downtime sheets lie" in words and "Alerts may come late" not in words
    left[var / "downtime"] = 500
    system_watch.watch()
    assert open_alerts() == {}


def test_the_ward_is_ready_while_somebody_makes_room_and_the_outside_is_told(db, at, var, settings, monkeypatch):
    monkeypatch.setattr(watchdog.shutil, "disk_usage", lambda path: Free(1))
    alive()
    assert system_watch.watch() == ["trouble:disk"]  # so nobody outside is called: all is not well
    assert Client().get("/readyz").status_code == 200
    client = Client()
    client.force_login(User.objects.create(username="tomas", full_name="Tomas", role="administrator"))
    page = client.get("/status/").content.decode()
    assert "MB are free where" in page and "Alerts come as ever." in page


# --- the backup -------------------------------------------------------------------------------------------------------


def stamped(path: Path, at: datetime) -> None:
    path.parent.mkdir(exist_ok=True)
    path.touch()
    os.utime(path, (at.timestamp(), at.timestamp()))


def test_without_any_backup_and_without_a_named_file_nothing_is_watched(at, var):
    assert watchdog.backup(clock.now()) == ""


def test_a_named_file_that_was_never_touched_is_told(at, var, settings):
    settings.BACKUP_STAMP = str(var / "nightly.stamp")
    assert "No backup was ever made" in watchdog.backup(clock.now())


def test_a_backup_is_old_after_its_hours_and_young_again_with_the_next(db, at, var, settings):
    settings.BACKUP_STAMP = str(var / "nightly.stamp")
    stamped(var / "nightly.stamp", EIGHT)
    at.shift(timedelta(hours=26))
    assert watchdog.backup(clock.now()) == ""
    at.shift(timedelta(seconds=1))
    assert watchdog.backup(clock.now()) == "The last backup is 26 h old, more than 26 h."
    alive()
    system_watch.watch()
    assert list(open_alerts()) == ["watch-trouble:backup"]
    stamped(var / "nightly.stamp", clock.now())
    system_watch.watch()
    assert open_alerts() == {}


def test_a_file_that_cannot_be_is_refused_at_the_start(monkeypatch, tmp_path):
    for text in ("nightly.stamp", str(tmp_path / "nowhere" / "stamp")):
        monkeypatch.setenv("BACKUP_STAMP", text)
        with pytest.raises(ImproperlyConfigured, match="BACKUP_STAMP"):
            environment.file("BACKUP_STAMP")


# --- the command ------------------------------------------------------------------------------------------------------


def _database(monkeypatch, vendor: str, name: str) -> None:
    named = {"default": {"ENGINE": f"django.db.backends.{vendor}", "NAME": name}}
    monkeypatch.setattr("tracker.management.commands.backup.settings", SimpleNamespace(DATABASES=named))


@pytest.fixture
def ward(var, monkeypatch) -> Iterator[Path]:
    """A small database in the state in which the ward leaves its own: with a write-ahead log that is not empty."""
    path = var / "ward.sqlite3"
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("CREATE TABLE round (id INTEGER PRIMARY KEY, value TEXT)")
    connection.executemany("INSERT INTO round (value) VALUES (?)", [(f"value {n}",) for n in range(500)])
    _database(monkeypatch, "sqlite3", str(path))
    yield path
    connection.close()


def rows(path: Path) -> int:
    with sqlite3.connect(path) as copy:
        return copy.execute("SELECT count(*) FROM round").fetchone()[0]


def test_the_command_copies_what_was_committed_also_while_somebody_writes(at, var, ward, capsys):
    writer = sqlite3.connect(ward, isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    writer.execute("INSERT INTO round (value) VALUES ('not yet committed')")
    call_command("backup")
    writer.execute("COMMIT")
    writer.close()
    (copy,) = (var / "backup").glob("ward-*.sqlite3")
    assert rows(copy) == 500 and rows(ward) == 501
    assert str(copy) in capsys.readouterr().out
    assert backup.last_backup_at() == EIGHT
    assert oct(copy.stat().st_mode & 0o777) == "0o600" and oct(copy.parent.stat().st_mode & 0o777) == "0o700"


def test_a_copy_that_cannot_be_made_is_no_backup_and_leaves_nothing(at, var, ward, monkeypatch):
    monkeypatch.setattr(backup, "_check", lambda part: (_ for _ in ()).throw(sqlite3.DatabaseError("malformed")))
    with pytest.raises(CommandError, match="No backup was made: malformed"):
        call_command("backup")
    assert list((var / "backup").iterdir()) == [] and backup.last_backup_at() is None


def test_a_damaged_copy_is_found(tmp_path):
    path = tmp_path / "damaged"
    path.write_bytes(b"SQLite format 3\x00" + b"\xff" * 4096)
    with pytest.raises((sqlite3.DatabaseError, backup.NotCopied)):
        backup._check(path)


def test_only_the_newest_copies_are_kept(at, var, ward):
    for _ in range(backup.KEPT + 2):
        at.shift(timedelta(hours=24))
        call_command("backup", str(var / "elsewhere"))
    kept = sorted(path.name for path in (var / "elsewhere").glob("ward-*.sqlite3"))
    assert len(kept) == backup.KEPT and kept[0] == "ward-20260305T080000Z.sqlite3"


def test_postgresql_is_told_to_use_its_own_tool(at, var, monkeypatch):
    _database(monkeypatch, "postgresql", "ward")
    with pytest.raises(CommandError, match="pg_dump"):
        call_command("backup")
