"""Fills an empty database with the demo ward, and keeps it moving with --live."""

from __future__ import annotations

import signal
import time
from argparse import ArgumentParser, RawDescriptionHelpFormatter

from django.core.management import BaseCommand, CommandError
from django.db import OperationalError

from dosing.demo.live import LiveWard
from dosing.demo.play import fill
from dosing.demo.site import crew_at_work
from tracker import clock
from tracker.models import Patient, Site, User

FASTEST = 3600


class Command(BaseCommand):
    """The demo ward: made-up patients, lived through by the same actions that people use."""

    help = """\
Fills an empty database with a demo hospital: two wards, their staff, and patients at every stage of a
cycle, up to this moment. A database that has the demo ward already is left as it is. A database of a
real hospital is refused.

--live keeps the ward moving from where it stands, until Ctrl-C: rounds, doses, ends of infusions and
holds, each through the same action that a person uses, so that alerts and boards follow.

--speed N with --live: everything is recorded at the real time, because the product refuses what lies in
the future. What runs N times as fast is the patients' bodies and how soon a nurse comes back: at speed
60 each patient has a round about every two minutes, and two hours of fever and recovery pass between
two rounds. Doses stay due every eight real hours, an infusion takes its real quarter of an hour, and
between two doses a body hurries on to where the next dose would find it, and waits there. At speed 1
the bodies keep real time, too.
"""
    requires_system_checks: list[str] = []  # it is started by the command that runs the ward, which has checked

    def create_parser(self, *args: object, **options: object) -> ArgumentParser:
        return super().create_parser(*args, formatter_class=RawDescriptionHelpFormatter, **options)

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--seed", type=int, default=7, help="another number gives other small differences (7)")
        parser.add_argument("--live", action="store_true", help="keep the ward moving until Ctrl-C")
        speeds = f"how fast bodies run with --live, 1 to {FASTEST} (60)"
        parser.add_argument("--speed", type=float, default=60.0, help=speeds)

    def handle(self, *, seed: int, live: bool, speed: float, verbosity: int, **options: object) -> None:
        if not 1 <= speed <= FASTEST:
            raise CommandError(f"The speed is {speed:g}. Expected 1 to {FASTEST}.")
        if not self._is_there():
            patients = fill(now=clock.now(), seed=seed)
            if verbosity:
                self.stdout.write(f"The demo ward is there, with {len(patients)} patients.")
        elif not live:
            self.stdout.write("The demo ward is already there, so nothing was done. --live keeps it moving.")
        if live:
            self._live(LiveWard(crew_at_work(), seed=seed, speed=speed, say=self._say))

    def _is_there(self) -> bool:
        """Raises: CommandError when the database belongs to a real hospital, or to nobody can say whom."""
        site = Site.objects.first()
        if site is not None and not site.demo:
            raise CommandError(
                f"This database belongs to {site.name}, which is not a demo site. "
                "Made-up patients are never mixed with real ones: use an empty database."
            )
        if site is None and (User.objects.exists() or Patient.objects.exists()):
            raise CommandError(
                "This database has people in it but no demo site: it may be a real hospital's. Use an empty database."
            )
        return site is not None

    def _live(self, ward: LiveWard) -> None:
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        self.stdout.write(f"The ward moves at speed {ward.speed:g}. Ctrl-C lets it stand still again.")
        try:
            while True:
                self._tick(ward)
                time.sleep(ward.pause().total_seconds())
        except KeyboardInterrupt:
            self.stdout.write("\nThe ward stands still. What was charted stays.")

    def _tick(self, ward: LiveWard) -> None:
        try:
            ward.tick()
        except OperationalError as problem:  # somebody else is writing for long, or the database is being restarted
            self.stderr.write(f"The database did not answer: {problem}. Trying again.")

    def _say(self, line: str) -> None:
        self.stdout.write(f"{clock.now().astimezone():%H:%M:%S}  {line}")
        self.stdout.flush()
