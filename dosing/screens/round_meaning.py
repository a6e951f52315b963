"""What the typed values would mean for the next dose, said before saving. Pure: it judges a round that nobody saved."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from tracker.catalogue import CODES, Reading, surprising
from tracker.look.marks import verdict_word
from tracker.look.times import clock_text

from ..bedside import Bedside
from ..hypothetical import with_typed
from ..round_input import Typed
from ..rules.assess import Assessment, assess
from ..rules.explain import missing_words, what
from ..rules.history import History
from ..rules.rule import Finding
from ..rules.verdict import Verdict
from ..rules.wording import shown
from .inputs import marks_of
from .round_shapes import Mark, Meaning


def meaning_of(bedside: Bedside, typed: Typed, history: History, seen_at: datetime) -> Meaning:
    """The meaning of all that can be read so far, speaking of the field in hand."""
    code = typed.text("speaks_of")
    problem = typed.problem_of(code, seen_at) if code in CODES else None
    if problem is not None:
        return Meaning("", "", problem.sentence, code=code, note=problem.remedy)
    readings = typed.readable(seen_at)
    asked = _surprise(readings.get(code), history, seen_at)
    if bedside.slot is None or not readings:
        sentence = asked or _nothing_typed(bedside, readings)
        return Meaning("", "", sentence, code=code, **_confirm(code, typed, bool(asked)))
    return _judged(bedside, typed, readings, history, seen_at, asked)


def _judged(
    bedside: Bedside, typed: Typed, readings: Mapping[str, Reading], history: History, seen_at: datetime, asked: str
) -> Meaning:
    cycle, slot = bedside.cycle, bedside.slot
    facts = with_typed(bedside.facts, readings.values(), seen_at=seen_at, now=bedside.now, started_at=cycle.started_at)
    after = assess(facts, slot=slot.number, at=bedside.now)
    touched = [each for each in after.findings if each.observed_at == seen_at and readings.keys() & each.because.keys()]
    effects = marks_of(after)
    rules = {code: [each.id for each in touched if code in each.because] for code in readings}
    marks = tuple(Mark(code, effects[code], ids[0]) for code, ids in rules.items() if ids)
    code = typed.text("speaks_of")
    spoken = next((each for each in touched if code in each.because), touched[0] if touched else None)
    confirm = _confirm(code, typed, bool(asked) or any(mark.code == code for mark in marks))
    if spoken is not None:
        return _finding(bedside, after, spoken, history, code, marks, confirm)
    return _calm(bedside, after, asked, code, marks, confirm)


def _finding(
    bedside: Bedside,
    after: Assessment,
    spoken: Finding,
    history: History,
    code: str,
    marks: tuple[Mark, ...],
    confirm: dict,
) -> Meaning:
    """The verdict as it would be, and the finding that the field in hand makes."""
    graver = after.verdict.rank >= Verdict.HOLD.rank
    said = what(spoken, bedside.tz, at=bedside.now)
    return Meaning(
        verdict=(after.verdict if graver else spoken.effect).value,
        title=f"{verdict_word(after.verdict)} dose {after.slot}" if graver else "A criterion that counts",
        sentence=f"{said[:1].upper()}{said[1:]}.",
        rule=f"Rule {spoken.id}.{_was(spoken, history, bedside)}",
        code=code,
        marks=marks,
        **confirm,
    )


def _was(spoken: Finding, history: History, bedside: Bedside) -> str:
    if len(spoken.because) != 1:
        return ""
    (code,) = spoken.because
    newest = history.newest(code)
    return f" Was {shown(code, newest.value)} at {clock_text(newest.at, bedside.now, bedside.tz)}." if newest else ""


def _calm(
    bedside: Bedside, after: Assessment, asked: str, code: str, marks: tuple[Mark, ...], confirm: dict
) -> Meaning:
    """Nothing typed makes a finding: what ends, what still stands, what is still unknown."""
    ended = [each.id for each in bedside.assessment.findings if each.id not in {now.id for now in after.findings}]
    ends = f"This ends {', '.join(ended)}. " if ended else ""
    if asked:
        return Meaning("", "", asked, code=code, **confirm)
    if after.verdict.rank >= Verdict.HOLD.rank:
        first = what(after.findings[0], bedside.tz, at=bedside.now)
        return Meaning(
            after.verdict.value,
            f"{verdict_word(after.verdict)} dose {after.slot}",
            f"{ends}Still in force: {first}.",
            f"Rule {after.findings[0].id}.",
            code,
            marks=marks,
            **confirm,
        )
    if after.missing:
        note = f"For dose {after.slot}, cannot tell yet: {missing_words(after.missing)}."
        return Meaning("", "", f"{ends}No finding in what is typed so far.", code=code, note=note, **confirm)
    return Meaning("", "", f"{ends}No finding, and nothing missing for dose {after.slot}.", code=code, **confirm)


def _surprise(reading: Reading | None, history: History, seen_at: datetime) -> str:
    """The question about a rare value; it is asked again when the round is saved."""
    if reading is None:
        return ""
    before = history.newest_by(reading.code, seen_at)
    interval = seen_at - reading.since if reading.since else None
    return surprising(reading.code, reading.value, before.value if before else None, interval=interval) or ""


def _confirm(code: str, typed: Typed, needed: bool) -> dict:
    """ "84 is right": for a number that surprises or touches a rule."""
    if not needed or code not in CODES or not CODES[code].numeric:
        return {}
    return {"confirm_label": f"{typed.text(code)} is right", "confirm_value": typed.text(code)}


def _nothing_typed(bedside: Bedside, readings: Mapping[str, Reading]) -> str:
    if readings:
        return "No dose is open: the values are charted."
    if bedside.slot is None:
        return "Nothing typed yet."
    return f"Nothing typed yet. Here stands what it means for dose {bedside.slot.number}."
