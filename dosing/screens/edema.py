"""Where the edema is and how much, for the picture of the body: not assessed is neither none nor zero. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, tzinfo

from tracker.catalogue import show
from tracker.ctcae_words import GRADE_WORDS
from tracker.look.times import age_text, clock_text

from ..rules.history import History

SITE, GRADE = "edema_site", "edema_grade"
ROWS_SHOWN = 6
# The parts of the picture that each answer fills.
PARTS = {
    "ankles": ("ankles",),
    "legs": ("legs", "ankles"),
    "sacral": ("sacral",),
    "facial": ("face",),
    "generalised": ("face", "trunk", "arms", "sacral", "legs", "ankles"),
}


@dataclass(frozen=True)
class EdemaRow:
    """One assessment."""

    at: str
    site: str
    grade: str


@dataclass(frozen=True)
class Edema:
    """The picture: `state` is unknown, none or there; `parts` are filled in the hue of `grade` ("" when not graded)."""

    state: str
    parts: tuple[str, ...]
    grade: str
    site_text: str
    grade_text: str
    seen_text: str
    rows: tuple[EdemaRow, ...]


def edema_of(history: History, now: datetime, tz: tzinfo) -> Edema:
    """The newest answers for where and how much, each with its own time, and those before."""
    site, grade = history.newest(SITE), history.newest(GRADE)
    newest = max((point.at for point in (site, grade) if point is not None), default=None)
    there = site is not None and site.value != "none"
    return Edema(
        state="unknown" if site is None else "there" if there else "none",
        parts=PARTS[site.value] if there else (),
        grade=str(grade.value) if grade is not None and there else "",
        site_text="Where: not assessed" if site is None else f"Where: {_site(site.value)}",
        grade_text="Grade: not assessed" if grade is None else f"Grade {grade.value}: {_words(grade.value)}",
        seen_text="" if newest is None else f"at {clock_text(newest, now, tz)}, {age_text(newest, now)} old",
        rows=_rows(history, now, tz),
    )


def _rows(history: History, now: datetime, tz: tzinfo) -> tuple[EdemaRow, ...]:
    instants = sorted({at for _, at in history.places((SITE, GRADE)) if at <= now}, reverse=True)[:ROWS_SHOWN]
    found = []
    for at in instants:
        site, grade = history.at_instant(SITE, at), history.at_instant(GRADE, at)
        found.append(
            EdemaRow(
                clock_text(at, now, tz),
                "not assessed" if site is None else _site(site.value),
                "not assessed" if grade is None else f"Grade {grade.value}",
            )
        )
    return tuple(found)


def _site(value: object) -> str:
    text = show(SITE, value)
    return f"{text[:1].lower()}{text[1:]}"


def _words(grade: object) -> str:
    text = GRADE_WORDS[GRADE].get(int(grade), "")
    return f"{text[:1].lower()}{text[1:]}".rstrip(".")
