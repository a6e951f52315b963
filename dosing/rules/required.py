"""What must be known before each dose and how fresh: absent or too old is `incomplete`, never safety."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from dosing.rules.facts import Facts, Measured
from dosing.rules.picture import Picture, picture_at
from dosing.rules.windows import SHIFT, Window

# The groups carry the names of the settings that say how old their values may be.
GROUPS: dict[str, tuple[str, ...]] = {
    "vitals": ("systolic_bp", "heart_rate", "respiratory_rate", "temperature", "spo2", "oxygen_flow"),
    "neuro": ("mental_status", "serial_sevens", "spell_world_backward", "rhythm"),
    "weight": ("weight",),
    "labs": ("creatinine", "bilirubin", "ast", "alt", "platelets", "bicarbonate"),
}
URINE = "urine_output"
REQUIRED = tuple(sorted((*(code for codes in GROUPS.values() for code in codes), URINE)))


class InputState(StrEnum):
    """How a required value stands."""

    FRESH = "fresh"
    STALE = "stale"
    MISSING = "missing"
    NOT_REQUIRED = "not_required"


@dataclass(frozen=True, slots=True)
class Input:
    """One required value as the readiness screen shows it. For urine `value` is the sum of the required length."""

    code: str
    value: Measured | None
    observed_at: datetime | None
    age: timedelta | None
    max_age: timedelta
    state: InputState


def required_inputs(facts: Facts, *, slot: int, at: datetime) -> tuple[Input, ...]:
    """Every required value with its age and state. The slot changes nothing: all is judged at the instant.

    Missing: a value never recorded is `missing`, one older than its maximum age `stale`; as old as it is still fresh.
    """
    return inputs_of(picture_at(facts, at))


def inputs_of(picture: Picture) -> tuple[Input, ...]:
    """The required values of one picture, in the order of the groups, urine after the vitals."""
    ages = picture.max_age
    found: list[Input] = []
    for group, codes in GROUPS.items():
        longest = timedelta(minutes=getattr(ages, group))
        found.extend(_newest(picture, code, longest) for code in codes)
        if group == "vitals":
            found.append(_urine(picture))
    return tuple(found)


def missing_codes(picture: Picture) -> tuple[str, ...]:
    """The required codes that are absent or too old, sorted."""
    unfit = (InputState.MISSING, InputState.STALE)
    return tuple(sorted(each.code for each in inputs_of(picture) if each.state in unfit))


def _newest(picture: Picture, code: str, longest: timedelta) -> Input:
    newest = picture.history.newest(code)
    if newest is None:
        return Input(code, None, None, None, longest, InputState.MISSING)
    age = picture.at - newest.at
    state = InputState.FRESH if age <= longest else InputState.STALE
    return Input(code, newest.value, newest.at, age, longest, state)


def _urine(picture: Picture) -> Input:
    """Urine must cover its required length up to the newest entry, once the cycle is 8 h old."""
    length = timedelta(minutes=picture.max_age.urine)
    window: Window | None = picture.urine(length, picture.at)
    if window is not None:
        return Input(URINE, window.volume, window.end, picture.at - window.end, picture.urine_max_age, InputState.FRESH)
    newest = picture.history.newest(URINE)
    ended = None if newest is None else newest.at
    age = None if newest is None else picture.at - newest.at
    if not picture.starts or picture.at < picture.starts[0] + SHIFT:
        state = InputState.NOT_REQUIRED
    else:
        state = InputState.STALE if age is not None and age > picture.urine_max_age else InputState.MISSING
    return Input(URINE, None, ended, age, picture.urine_max_age, state)
