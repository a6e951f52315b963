"""Runs the rules over recorded journeys, and compares rule sets over them."""

from __future__ import annotations

import json
import os
import sys
from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.core.management import BaseCommand
from tqdm import tqdm

from dosing.replay.journey import NotValid
from dosing.replay.own_version import read_own
from dosing.replay.printing import differences, json_lines, summary_line, table
from dosing.replay.read_journey import read_journey
from dosing.replay.run import Run, run

NOT_VALID = 2


class Command(BaseCommand):
    """Prints what would have been decided; reads and writes nothing of the site's data."""

    help = "Run the rules over a recorded journey (one patient's cycle as JSON), or over every journey of a folder."
    requires_system_checks = []
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path, help="a journey, or a folder of journeys (*.json)")
        parser.add_argument("--rules", action="append", default=[], metavar="RULES", help="rule set, id or id@version")
        parser.add_argument("--format", choices=["jsonl", "table"], default="jsonl")
        parser.add_argument("--summary", action="store_true", help="one line for each journey, with a progress bar")
        parser.add_argument(
            "--compare", nargs=2, metavar=("RULES", "RULES"),
            help="each decision that the two decide differently; several sets are joined by a comma",
        )  # fmt: skip

        parser.add_argument(
            "--own", action="append", default=[], type=Path, metavar="FILE",
            help="a hospital's own version, as manage.py rule_version prints it; --rules and --compare may name it",
        )  # fmt: skip

    def handle(self, *args: object, **options: object) -> None:
        path: Path = options["path"]
        self.own = self._own(options["own"])
        files = sorted(path.glob("*.json")) if path.is_dir() else [path]
        if path.is_dir() and not (options["summary"] or options["compare"]):
            self.stderr.write(f"{path}: a folder needs --summary or --compare.")
            sys.exit(NOT_VALID)
        if not files:
            self.stderr.write(f"{path}: no journey (*.json) is in this folder.")
        # None: drawn on a terminal only, so that what a script reads from standard error are the problems alone.
        hidden = None if path.is_dir() else True
        bar = tqdm(files, disable=hidden, unit="journey", file=sys.stderr, leave=False)
        bad = sum(not self._one(file, options) for file in bar)
        if bad:
            sys.exit(NOT_VALID)

    def _own(self, files: Sequence[Path]) -> list[dict]:
        """The hospital's own versions. One that is not valid ends the run: every journey would be judged wrong."""
        found = []
        for file in files:
            try:
                found.append(read_own(file.read_bytes()))
            except NotValid as problem:
                self._say(f"{file}: {problem.pointer}: {problem.sentence}")
                sys.exit(NOT_VALID)
            except OSError as problem:
                self._say(f"{file}: /: the file cannot be read: {problem.strerror}.")
                sys.exit(NOT_VALID)
        return found

    def _one(self, file: Path, options: dict) -> bool:
        """Run one file and print its answer; a journey that is not valid prints nothing but its one line of error."""
        try:
            lines = list(self._lines(file, options))
        except NotValid as problem:
            self._say(f"{file}: {problem.pointer}: {problem.sentence}")
            return False
        except OSError as problem:
            self._say(f"{file}: /: the file cannot be read: {problem.strerror}.")
            return False
        try:
            for line in lines:
                tqdm.write(line, file=self.stdout._out)
            self.stdout.flush()
        except BrokenPipeError:
            # Whoever reads the answer has seen enough, as `head` has; what is left to be flushed goes nowhere.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(0)
        return True

    def _say(self, sentence: str) -> None:
        tqdm.write(" ".join(sentence.split()), file=self.stderr._out)

    def _lines(self, file: Path, options: dict) -> Iterator[str]:
        raw = file.read_bytes()
        if options["compare"]:
            first, second = (self._one_of_two(raw, each.split(",")) for each in options["compare"])
            yield from (f"{file.name}: {line}" for line in differences(first, second))
            return
        state = _run(raw, options["rules"], self.own)
        if options["summary"]:
            yield f"{file.name}: {summary_line(state)}"
        elif options["format"] == "table":
            yield from table(state, _zone(raw))
        else:
            yield from json_lines(state)

    def _one_of_two(self, raw: bytes, rules: Sequence[str]) -> Run:
        try:
            return _run(raw, rules, self.own)
        except NotValid as problem:
            # The place is what was typed, not the option that the reader knows.
            raise NotValid(problem.pointer.replace("--rules", "--compare"), problem.sentence) from None


def _run(raw: bytes, rules: Sequence[str], own: Sequence[dict]) -> Run:
    return run(read_journey(raw, rules=rules, own=own))


def _zone(raw: bytes) -> ZoneInfo:
    """The journey's time zone, for display only; UTC when it names none that exists."""
    try:
        return ZoneInfo(str(json.loads(raw).get("timezone") or "UTC"))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")
