"""Write the downtime sheets of every ward now: `manage.py downtime_pack`."""

from __future__ import annotations

from django.core.management.base import BaseCommand, CommandError

from ...downtime_pack import write_packs


class Command(BaseCommand):
    help = "Writes the downtime sheets of every ward to the data folder, as the beat does every 15 minutes."

    def handle(self, *args: object, **options: object) -> None:
        """Says what was written; fails when a ward could not be."""
        done = write_packs()
        self.stdout.write(f"{done.sheets} sheets of {done.wards} wards written.")
        if done.failed:
            raise CommandError(f"{done.failed} wards could not be written: the log says why.")
