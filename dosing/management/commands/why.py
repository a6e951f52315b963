"""Prints why a dose was given, refused or held: each stored decision, judged again from what is stored."""

from __future__ import annotations

import re
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.core.management import BaseCommand, CommandError

from dosing.models import Cycle, Slot
from dosing.permissions import cycles_with_facts
from dosing.recall import Recalled, decisions_of, recall
from dosing.recall_today import Today, recall_today
from dosing.rules.registry import rule_as_bound, title_of
from dosing.rules.rule import Rule
from dosing.rules.wording import THIN_SPACE

DIFFERS = 1
TESTS = Path("tests") / "rules"


class Command(BaseCommand):
    """For whoever must know which rule held this dose, where it is printed and where it is tested."""

    help = "Replay the stored decisions of one dose through the stored rule versions; exit 1 when one differs."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slot", help="the dose: its id, or CYCLE/NUMBER, for example 12/9")

    def handle(self, *args: object, **options: object) -> None:
        cycle, number = _dose(str(options["slot"]))
        self.stdout.write(f"Dose {number} of cycle {cycle.pk} (course {cycle.course.number}, cycle {cycle.number}).")
        found = [recall(cycle, event) for event in decisions_of(cycle, number)]
        if not found:
            self.stdout.write("Nothing has been decided about this dose yet.")
        for each in found:
            for line in (*lines_of(each), *_with_what_is_known_today(recall_today(cycle, each))):
                self.stdout.write(line)
        different = [each for each in found if each.differs]
        if different:
            entries = ", ".join(str(each.event.pk) for each in different)
            self.stderr.write(f"THE REPLAY DIFFERS from what was decided: entry {entries}.")
            sys.exit(DIFFERS)


def _dose(text: str) -> tuple[Cycle, int]:
    match = re.fullmatch(r"(\d{1,15})(?:/(\d{1,3}))?", text)
    if match is None:
        raise CommandError(f"{text!r} is no dose: use its id, or CYCLE/NUMBER.")
    slots = Slot.objects.filter(cycle_id=match[1], number=match[2]) if match[2] else Slot.objects.filter(pk=match[1])
    slot = slots.first()
    if slot is None:
        raise CommandError(f"There is no dose {text}.")
    return cycles_with_facts().get(pk=slot.cycle_id), slot.number


def lines_of(found: Recalled) -> Iterator[str]:
    """One decision in lines: who and when, what it rested on, each finding with its rule, and the replay."""
    event, stored = found.event, found.stored
    by = event.by.full_name if event.by else "system"
    yield ""
    yield f"Entry {event.pk}: {event.kind}, {stored['at']}, by {by}. Verdict: {stored['verdict']}."
    sets = "; ".join(title_of(key) for key in stored["rule_sets"])
    yield f"  Under: {sets}. Chart known up to {stored['chart_seq']}."
    if not found.plan_kept:
        yield "  This decision was stored without its plan: it is judged under what binds the cycle now."
    for name in ("missing", "refusals"):
        if stored[name]:
            yield f"  {name.capitalize()}: {', '.join(stored[name])}."
    sentences = stored.get("explain", ())
    for finding in stored["findings"]:
        yield from _finding(finding, found)
    # A terminal's search finds an ordinary space.
    yield from (f"  Said then: {each.replace(THIN_SPACE, ' ')}" for each in sentences)
    yield from _verdict_of_the_replay(found)


def _finding(finding: dict, found: Recalled) -> Iterator[str]:
    plan = found.facts.plan
    try:
        known = rule_as_bound(finding["id"], plan.rule_sets, plan.amendments)
    except KeyError:
        yield f"  {finding['id']}: no rule of that id is known any more."
        return
    because = ", ".join(f"{code} {value}" for code, value in finding["because"].items())
    klass = f", {finding['class']}" if finding["class"] else ""
    yield f"  {known.id}: {finding['effect']}{klass}. {because} at {finding['observed_at']}."
    yield f"    Rule: {known.trigger}. Release: {finding['release'] or 'nothing releases it'}"
    yield f"    Source: {known.source}." + (f" Our reading: {known.reading}" if known.reading else "")
    yield f"    Code: grep -rn {_part(known)} dosing/rules --include=*.py"
    yield f"    Tests: {', '.join(tests_of(known)) or 'none found'}"


def _part(known: Rule) -> str:
    """Rules that one set takes over from another are written under the part of the id that they share."""
    return known.id.partition("-")[2] if known.id.startswith("I-") else known.id


def tests_of(known: Rule) -> list[str]:
    """Where the case tables name the rule: file and line."""
    folder = settings.BASE_DIR / TESTS
    part = known.id.partition("-")[2]
    word = re.compile(rf"(?<![\w-])(?:{re.escape(known.id)}|{re.escape(part)})(?![\w-])")
    found = []
    for path in sorted(folder.glob("test_*.py")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if word.search(line):
                found.append(f"{TESTS / path.name}:{number}")
                break
    return found


def _verdict_of_the_replay(found: Recalled) -> Iterator[str]:
    if not found.differs:
        yield "  Judged again from the stored facts: the same."
        return
    yield "  JUDGED AGAIN FROM THE STORED FACTS IT COMES OUT DIFFERENTLY:"
    for name in found.differs:
        yield f"    {name}: stored {found.stored.get(name)!r}"
        yield f"    {name}: now    {found.again.get(name)!r}"


def _with_what_is_known_today(today: Today | None) -> Iterator[str]:
    """A correction or a late entry about that moment: it explains, and changes nothing of what was decided."""
    if today is None:
        return
    yield "  The chart about this moment was changed since:"
    yield from (f"    {each}." for each in today.changes)
    if today.same:
        yield "  With what is known today it would be the same."
        return
    then, now = today.verdicts
    found = ", ".join(each.id for each in today.assessment.findings) or "none"
    missing = ", ".join(today.assessment.missing)
    yield f"  WITH WHAT IS KNOWN TODAY IT WOULD BE DIFFERENT: verdict {now}, then {then}. Findings: {found}."
    if missing:
        yield f"    Missing: {missing}."
    yield "    What was decided stays as it was decided, on what was known then."
