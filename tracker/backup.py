"""A copy of the embedded database, whole and of one instant, and how old the last backup is, whoever made it."""

from __future__ import annotations

import os
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings

STAMP = "stamp"
KEPT = 14


class NotCopied(Exception):
    """The copy was not made, or it cannot be read; the text says why."""


def backup_folder() -> Path:
    """Where copies of the embedded database lie when no other folder is named. Only its owner reads them."""
    return Path(settings.VAR_DIR) / "backup"


def stamp_path() -> Path:
    """The file whose time says when the last backup was made: BACKUP_STAMP, or that of our own command."""
    return Path(settings.BACKUP_STAMP) if settings.BACKUP_STAMP else backup_folder() / STAMP


def last_backup_at() -> datetime | None:
    """When that file was last touched, None when there is none."""
    try:
        return datetime.fromtimestamp(stamp_path().stat().st_mtime, tz=UTC)
    except OSError:
        return None


def copy_database(source: Path, folder: Path, now: datetime) -> Path:
    """A consistent copy while the ward goes on writing, read through once, and then given its name.

    Raises: NotCopied. The oldest copies beyond two weeks of daily ones are removed.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / f"ward-{now:%Y%m%dT%H%M%SZ}.sqlite3"
    part = path.with_suffix(".part")
    part.unlink(missing_ok=True)
    try:
        _copy(source, part)
        _check(part)
        part.replace(path)
    except (sqlite3.Error, OSError) as problem:
        part.unlink(missing_ok=True)
        raise NotCopied(str(problem)) from problem
    for old in sorted(folder.glob("ward-*.sqlite3"))[:-KEPT]:
        old.unlink()
    return path


def touch_stamp(now: datetime) -> None:
    """The last backup is of this instant."""
    path = stamp_path()
    path.touch(mode=0o600)
    os.utime(path, (now.timestamp(), now.timestamp()))


def _copy(source: Path, part: Path) -> None:
    """VACUUM INTO reads one snapshot: nobody who writes has to wait for it."""
    os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    connection = sqlite3.connect(f"{source.resolve().as_uri()}?mode=ro", uri=True, isolation_level=None, timeout=20)
    try:
        connection.execute("VACUUM INTO ?", [str(part)])
    finally:
        connection.close()
    with part.open("rb") as written:
        os.fsync(written.fileno())


def _check(part: Path) -> None:
    connection = sqlite3.connect(f"{part.resolve().as_uri()}?mode=ro", uri=True)
    try:
        (said,) = connection.execute("PRAGMA integrity_check").fetchone()
    finally:
        connection.close()
    if said != "ok":
        raise NotCopied(f"the copy is damaged: {said}")
