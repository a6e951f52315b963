"""Proves that no alert was lost: recomputes from the record what should have stood and who was told, and compares."""

from __future__ import annotations

import argparse
import sys
from datetime import datetime, timedelta

from django.core.management import BaseCommand

from tracker import clock

from ...proof_queries import Proof, Told, proofs, told


class Command(BaseCommand):
    """Exit status 1 when an alert or notice is missing, doubled or told to nobody, or a record unreadable.

    Reads only; may run beside the ward.
    """

    help = (
        "Recompute which alerts about patients should have existed, of every kind, by the alert settings of each "
        "moment, and compare them with the rows and with who was told. "
        "What was moved to other settings or left behind by an earlier cycle is judged as it stands today; what stood "
        "while a clock was set back may be called too much."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        now = clock.now()
        parser.add_argument("--from", dest="begin", type=_instant, default=now - timedelta(days=1))
        parser.add_argument("--to", dest="until", type=_instant, default=now)
        parser.add_argument("--step-min", type=int, default=5, help="also look every so many minutes (5)")
        parser.add_argument("--within-s", type=int, default=60, help="an alert that came later is late (60)")

    def handle(
        self, *args: object, begin: datetime, until: datetime, step_min: int, within_s: int, **options: object
    ) -> None:
        step, within = timedelta(minutes=max(step_min, 1)), timedelta(seconds=within_s)
        counted = {"missing": 0, "late": 0, "extra": 0, "doubled": 0, "untold": 0}
        cycles = instants = demanded = unread = 0
        for proof in proofs(begin, min(until, clock.now()), step=step, within=within):
            cycles, instants, demanded = cycles + 1, instants + proof.instants, demanded + proof.demanded
            for each in proof.discrepancies:
                counted[each.what] += 1
            unread += bool(proof.unread)
            self._tell(proof)
        self.stdout.write(
            f"{cycles} cycles at {instants} instants: {demanded} alerts should have stood; "
            + ", ".join(f"{number} {what}" for what, number in counted.items())
            + (f"; {unread} cycles cannot be read" if unread else "")
        )
        lost = self._tell_notices(told(begin, until))
        if counted["missing"] or counted["doubled"] or counted["untold"] or unread or lost:
            sys.exit(1)

    def _tell_notices(self, found: Told) -> int:
        self.stdout.write(
            f"{found.shown + found.not_shown} notices inside the product: {found.shown} shown, "
            f"{found.not_shown} not shown; outside: {found.delivered} delivered, {found.failed} failed and told to the "
            f"next, {found.waiting} waiting, {found.not_needed} not needed any more"
        )
        if found.unwritten:
            steps = "step" if found.unwritten == 1 else "steps"
            self.stdout.write(f"UNWRITTEN: {found.unwritten} {steps} told people of whom no notice was written")
        for alert, raising in found.lost:
            self.stdout.write(
                f"NEVER DELIVERED: alert {alert}, raising {raising}: no notice arrived, no page showed it"
            )
        return found.unwritten + len(found.lost)

    def _tell(self, proof: Proof) -> None:
        if proof.unread:
            self.stdout.write(f"CANNOT BE READ: cycle {proof.cycle.pk}: {proof.unread}")
        for each in proof.discrepancies:
            delay = "" if each.delay is None else f" by {each.delay.total_seconds():.0f} s"
            self.stdout.write(
                f"{each.what.upper()}{delay}: {each.kind.value} {each.cause} of cycle {proof.cycle.pk}, "
                f"patient {proof.cycle.patient_id}, at {each.at.isoformat()}"
            )


def _instant(text: str) -> datetime:
    """An ISO 8601 instant with its zone."""
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no instant. Expected 2026-03-02T08:00:00+01:00.") from None
    if instant.tzinfo is None:
        raise argparse.ArgumentTypeError(f"{text!r} has no time zone. Expected 2026-03-02T08:00:00+01:00.")
    return instant
