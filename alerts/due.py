"""What is due in the next hours for each bed: doses, rounds, urine, weight and labs, sorted by time. Pure.

Nothing here decides whether a dose may be given: the dose's item carries the rules' own verdict.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo
from enum import StrEnum

from dosing.rules.required import GROUPS, URINE, Input, InputState
from dosing.rules.wording import listed
from tracker.look.times import clock_text, countdown_text

from .card_words import why
from .pauses import Pause
from .seen import INFUSING, Seen
from .unknowns import UNFIT, due_names
from .watching import ASKED_BEFORE, PRESSURE

HORIZON = timedelta(hours=4)
# Every 2 h on treatment: one institution's order set (admission, then every 2 h with saturation); a consensus of 2016
# says every 2 to 4 h. A hospital whose vital signs may be less old at a dose is asked as often as that.
ROUND_EVERY = timedelta(hours=2)
# No source prints how often after hypotension. The TIL guideline of 2024 has the pressure measured again 30 min after
# the fluid: that is when it is due here while a finding on the pressure stands. It is asked for, never alarmed for.
PRESSURE_AGAIN = timedelta(minutes=30)
# Intake and output are closed at the end of each shift of 8 h.
URINE_EVERY = timedelta(hours=8)
# A round this close to the one before a dose is that round.
SAME_ROUND = timedelta(minutes=30)
HYPOTENSION_CODES = (PRESSURE, "diastolic_bp", "heart_rate")
BEDSIDE = (*GROUPS["vitals"], *GROUPS["neuro"])


class DueKind(StrEnum):
    """What a line of the list asks for."""

    DOSE = "dose"
    INFUSION = "infusion"
    BACK = "back"
    ROUND = "round"
    URINE = "urine"
    WEIGHT = "weight"
    LABS = "labs"


OBSERVED = frozenset({DueKind.ROUND, DueKind.URINE, DueKind.WEIGHT, DueKind.LABS})


@dataclass(frozen=True, slots=True)
class Due:
    """One thing that somebody has to do in a bed. `codes` are what a tap records; a dose carries its verdict."""

    seen: Seen
    kind: DueKind
    at: datetime
    title: str
    detail: str = ""
    codes: tuple[str, ...] = ()
    verdict: str = ""
    while_away: bool = False

    @property
    def key(self) -> str:
        return f"{self.seen.who.key}-{self.kind}-{self.title}"

    def late(self, now: datetime) -> bool:
        """Its time is over, by the minute."""
        return countdown_text(self.at, now).endswith("late")


def due_list(beds: Iterable[tuple[Seen, Pause | None]], now: datetime, tz: tzinfo) -> tuple[Due, ...]:
    """Everything that is due by the horizon, overdue first, because it is sorted by time."""
    found = [item for seen, pause in beds for item in due_of(seen, pause, now, tz)]
    return tuple(sorted(found, key=lambda item: (item.at, item.seen.who.bed, item.key)))


def due_of(seen: Seen, pause: Pause | None, now: datetime, tz: tzinfo) -> list[Due]:
    """What is due in one bed. A pause folds observations into one line and leaves doses as they are."""
    items = [item for item in _all(seen, now, tz) if item.at <= now + HORIZON]
    if pause is None:
        return items
    if pause.open:
        return _folded(seen, items, pause, now, tz)
    return [replace(item, while_away=_fell_due(item, pause)) for item in items]


def _fell_due(item: Due, pause: Pause) -> bool:
    return item.kind in OBSERVED and pause.ended_at is not None and pause.since <= item.at <= pause.ended_at


def _folded(seen: Seen, items: Sequence[Due], pause: Pause, now: datetime, tz: tzinfo) -> list[Due]:
    waits = [item for item in items if item.kind in OBSERVED and item.at <= max(pause.back_by, now)]
    on_return = listed([item.title[:1].lower() + item.title[1:] for item in waits])
    detail = f"Expected back by {clock_text(pause.back_by, now, tz)}."
    if on_return:
        detail += f" On return: {on_return}."
    away = Due(seen, DueKind.BACK, pause.back_by, pause.words(now, tz), detail)
    return [away, *(item for item in items if item not in waits)]


def _all(seen: Seen, now: datetime, tz: tzinfo) -> Iterator[Due]:
    if seen.infusion is not None:
        number = seen.infusion.slot
        yield Due(seen, DueKind.INFUSION, seen.infusion.ends_at, f"End of the infusion of dose {number}")
    before_dose = seen.assessment.planned_at - ASKED_BEFORE if seen.left else None
    if seen.left:
        yield _dose(seen, now, tz)
    if not seen.started:
        yield from _baseline(seen, before_dose)
        return
    yield from _rounds(seen, before_dose, now, tz)
    yield from _urine(seen, before_dose, now, tz)
    yield from _daily(seen, before_dose, now, tz)


def _dose(seen: Seen, now: datetime, tz: tzinfo) -> Due:
    """The dose with the rules' answer. While one is infusing the card speaks of that: then the verdict is said here."""
    said = why(seen, now, tz)
    detail = f"{said.strong} {said.rest}".strip() if seen.state(now) != INFUSING else "The dose before is infusing."
    at = max(seen.assessment.planned_at, seen.assessment.opens_at)
    return Due(seen, DueKind.DOSE, at, f"Dose {seen.slot}", detail, verdict=seen.verdict.value)


def _baseline(seen: Seen, before_dose: datetime | None) -> Iterator[Due]:
    codes = _unfit(seen.inputs_then)
    if before_dose is not None and codes:
        names = listed(due_names(codes))
        yield Due(seen, DueKind.ROUND, before_dose, "Values before dose 1", f"{names[:1].upper()}{names[1:]}.", codes)


# --- rounds -----------------------------------------------------------------------------------------------------------


def _rounds(seen: Seen, before_dose: datetime | None, now: datetime, tz: tzinfo) -> Iterator[Due]:
    """The next round of vital signs, the round before the dose, and the pressure again while it is too low."""
    vitals = [each for each in seen.inputs if each.code in GROUPS["vitals"]]
    next_at = _next_round(vitals, now)
    pressure = next(each for each in vitals if each.code == PRESSURE)
    again_at = _pressure_again(seen, pressure)
    needed = tuple(code for code in _unfit(seen.inputs_then) if code in BEDSIDE)
    if before_dose is not None and needed and next_at >= before_dose - SAME_ROUND:
        next_at = before_dose
        codes = tuple(code for code in BEDSIDE if code in needed or code in GROUPS["vitals"])
        yield Due(seen, DueKind.ROUND, next_at, f"Round before dose {seen.slot}", _parts(codes), codes)
    else:
        yield Due(seen, DueKind.ROUND, next_at, "Round", _last(vitals, now, tz), GROUPS["vitals"])
        if before_dose is not None and needed:
            codes = BEDSIDE
            yield Due(seen, DueKind.ROUND, before_dose, f"Round before dose {seen.slot}", _parts(codes), codes)
    if again_at is not None and again_at < next_at:
        detail = f"Measured every {PRESSURE_AGAIN // timedelta(minutes=1)} min while it holds the dose."
        yield Due(seen, DueKind.ROUND, again_at, "Blood pressure again", detail, HYPOTENSION_CODES)


def _next_round(vitals: Sequence[Input], now: datetime) -> datetime:
    """As often as a dose needs them, 2 h at most; what was never measured is due now."""
    due = [now if each.observed_at is None else each.observed_at + min(each.max_age, ROUND_EVERY) for each in vitals]
    return min(due)


def _pressure_again(seen: Seen, pressure: Input) -> datetime | None:
    low = any(PRESSURE in finding.because for finding in seen.assessment.findings)
    return pressure.observed_at + PRESSURE_AGAIN if low and pressure.observed_at is not None else None


def _parts(codes: Sequence[str]) -> str:
    return "Vital signs and neuro check." if any(code in GROUPS["neuro"] for code in codes) else "Vital signs."


def _last(inputs: Sequence[Input], now: datetime, tz: tzinfo) -> str:
    never = [each for each in inputs if each.observed_at is None]
    if never:
        names = listed(due_names([each.code for each in never]))
        return f"Never recorded: {names}."
    oldest = min(each.observed_at for each in inputs if each.observed_at is not None)
    return f"Last complete {clock_text(oldest, now, tz)}."


# --- urine, weight, labs ----------------------------------------------------------------------------------------------


def _urine(seen: Seen, before_dose: datetime | None, now: datetime, tz: tzinfo) -> Iterator[Due]:
    """Before each dose that needs it, otherwise once a shift. A gap that nobody can fill stays due until it is past."""
    urine = _input(seen.inputs, URINE)
    then = _input(seen.inputs_then, URINE)
    known = "Nothing recorded yet."
    if urine.observed_at is not None:
        gaps = ", with gaps before" if urine.state is InputState.MISSING else ""
        known = f"Recorded until {clock_text(urine.observed_at, now, tz)}{gaps}."
    if before_dose is not None and then.state in UNFIT:
        yield Due(seen, DueKind.URINE, before_dose, "Urine", known, (URINE,))
    elif urine.observed_at is not None:
        yield Due(seen, DueKind.URINE, urine.observed_at + URINE_EVERY, "Urine", known, (URINE,))


def _daily(seen: Seen, before_dose: datetime | None, now: datetime, tz: tzinfo) -> Iterator[Due]:
    """Weight and labs once a day, and in time for the dose that would find them too old."""
    for kind, title, codes in (
        (DueKind.WEIGHT, "Weight", GROUPS["weight"]),
        (DueKind.LABS, "Labs", GROUPS["labs"]),
    ):
        inputs = [each for each in seen.inputs if each.code in codes]
        at = min(_too_old(each, now) for each in inputs)
        due = tuple(each.code for each in inputs if _too_old(each, now) <= at)
        needed = tuple(code for code in _unfit(seen.inputs_then) if code in codes)
        if before_dose is not None and needed:
            at, due = min(at, before_dose), needed
        yield Due(seen, kind, at, title, _last(inputs, now, tz), due)


def _too_old(each: Input, now: datetime) -> datetime:
    """When the value becomes too old for a dose; now when there is none."""
    return now if each.observed_at is None else each.observed_at + each.max_age


def _input(inputs: Sequence[Input], code: str) -> Input:
    return next(each for each in inputs if each.code == code)


def _unfit(inputs: Sequence[Input]) -> tuple[str, ...]:
    return tuple(each.code for each in inputs if each.state in UNFIT)
