"""Enters a real hospital and its first administrator into an empty database; all the rest is done on pages."""

from __future__ import annotations

import argparse
import getpass
import sys

from django.core.management import BaseCommand, CommandError, call_command

from tracker.actions.found_site import found_site
from tracker.audit.record import Actor
from tracker.errors import Refusal

FOUNDER = Actor(user=None, origin="manage.py found_site", name="system")


class Command(BaseCommand):
    """Before the first start: a start with an empty database loads the demo ward instead."""

    help = "Enter a real hospital and its first administrator into an empty database. Asks for the password."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("name", help='the name of the hospital, for example "St. Anna"')
        parser.add_argument("--administrator", required=True, metavar="SIGN-IN-NAME", help="of the first administrator")
        parser.add_argument("--full-name", required=True, help='of the first administrator, for example "Tomas Lind"')
        parser.add_argument("--password-stdin", action="store_true", help="read the password from standard input")

    def handle(self, *args: object, **options: object) -> None:
        call_command("migrate", interactive=False, verbosity=0)
        password = sys.stdin.readline().rstrip("\n") if options["password_stdin"] else _asked_twice()
        try:
            user = found_site(
                by=FOUNDER,
                name=options["name"],
                username=options["administrator"],
                full_name=options["full_name"],
                password=password,
            )
        except Refusal as refusal:
            raise CommandError(f"{refusal.sentence} {refusal.remedy}") from None
        self.stdout.write(f"{options['name']} is there. Start it, and sign in as {user.username} to enter its wards")
        self.stdout.write(
            "and its people. Then a prescriber and a pharmacist sign the settings: no cycle starts before."
        )


def _asked_twice() -> str:
    password = getpass.getpass("Password: ")
    if getpass.getpass("The same again: ") != password:
        raise CommandError("The two are not the same. Nothing was entered.")
    return password
