"""Prints the hospital's own version of a rule set as data, drafts included, for `manage.py replay --own`."""

from __future__ import annotations

import json
from argparse import ArgumentParser

from django.core.management import BaseCommand, CommandError

from dosing.published import version_named
from tracker.errors import NotFound


class Command(BaseCommand):
    """What a committee runs over past cycles before it signs."""

    help = "Print one version of this hospital as JSON, for example consensus-2014@1.2."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("key", help="the version, drafts included")

    def handle(self, *args: object, **options: object) -> None:
        try:
            version = version_named(str(options["key"]))
        except NotFound as unknown:
            raise CommandError(unknown.sentence) from None
        self.stdout.write(json.dumps(version.data, indent=2))
