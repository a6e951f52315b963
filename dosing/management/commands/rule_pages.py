"""Writes the rule sets as text into the repository, or checks that what is there says what the rules say."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path

from django.core.management import BaseCommand

from dosing import rules
from dosing.rules.page_text import page_text
from dosing.rules.registry import RULE_SETS
from dosing.rules.standing import STANDING

FOLDER = Path(rules.__file__).parent / "pages"


def expected() -> dict[str, str]:
    """Every page by its file's name."""
    return {f"{each.key}.md": page_text(each) for each in (*RULE_SETS.values(), STANDING)}


def stale(folder: Path) -> list[str]:
    """The names of the pages that are missing, say something else, or belong to no rule set."""
    wanted = expected()
    there = {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.md")}
    return sorted(name for name in wanted.keys() | there.keys() if wanted.get(name) != there.get(name))


class Command(BaseCommand):
    """Keeps dosing/rules/pages true."""

    help = "Write the rule sets as text into dosing/rules/pages, or check that the text there is not stale."
    requires_system_checks = []
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("--write", action="store_true", help="write every page, and remove what belongs to no set")
        what.add_argument("--check", action="store_true", help="exit 1 and name the stale pages")
        parser.add_argument("--folder", type=Path, default=FOLDER, help="where the pages are")

    def handle(self, *args: object, **options: object) -> None:
        folder: Path = options["folder"]
        if options["check"]:
            self._check(folder)
            return
        folder.mkdir(parents=True, exist_ok=True)
        wanted = expected()
        for path in folder.glob("*.md"):
            if path.name not in wanted:
                path.unlink()
        for name, text in wanted.items():
            (folder / name).write_text(text, encoding="utf-8")
        self.stdout.write(f"{len(wanted)} pages written.")

    def _check(self, folder: Path) -> None:
        found = stale(folder)
        if found:
            self.stderr.write(f"Stale in {folder}: {', '.join(found)}. Run manage.py rule_pages --write.")
            sys.exit(1)
        self.stdout.write("The pages say what the rules say.")
