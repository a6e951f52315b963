"""Copies the embedded database while the ward runs. A PostgreSQL database is the business of its own tools."""

from __future__ import annotations

import argparse
from pathlib import Path

from django.conf import settings
from django.core.management import BaseCommand, CommandError

from tracker import clock
from tracker.backup import NotCopied, backup_folder, copy_database, stamp_path, touch_stamp


class Command(BaseCommand):
    """Exit status 1 when there is no new, whole copy. To be asked for once a day, by cron or a timer."""

    help = "Copy the embedded database, whole and of one instant, and note when. For PostgreSQL use pg_dump."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("folder", nargs="?", help="another disk is better; by default backup/ in the data folder")

    def handle(self, *args: object, folder: str | None, **options: object) -> None:
        database, now = settings.DATABASES["default"], clock.now()
        if not database["ENGINE"].endswith("sqlite3"):
            raise CommandError(
                "This site is on PostgreSQL, which this command does not copy. Use its own tool, and note when:\n"
                f'  pg_dump --format=custom --file=ward.dump "$DATABASE_URL" && touch {stamp_path()}'
            )
        try:
            path = copy_database(Path(database["NAME"]), Path(folder) if folder else backup_folder(), now)
            stamp_path().parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            touch_stamp(now)
        except (NotCopied, OSError) as problem:
            raise CommandError(f"No backup was made: {problem}") from problem
        self.stdout.write(f"{path} ({path.stat().st_size:,} bytes), read through and whole.")
