"""Who is told about which kind of alert, and when if nobody answers; how long an answer counts. Pure.

No source prints these times: they are this product's defaults, which a hospital may set otherwise (`alerts.policy`).
They are written into the alert's steps when it is raised, so that a later change never moves a step that was promised.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from .states import AlertKind


class Duty(StrEnum):
    """The part that somebody has in a turn of the rota."""

    NURSE = "nurse"
    CHARGE_NURSE = "charge_nurse"
    ONCOLOGIST = "oncologist"
    ADMINISTRATOR = "administrator"


DUTY_WORDS: dict[str, str] = {
    Duty.NURSE: "nurse of the patient",
    Duty.CHARGE_NURSE: "charge nurse",
    Duty.ONCOLOGIST: "oncologist on duty",
    Duty.ADMINISTRATOR: "administrator",
}
NOBODY = "nobody has this duty"  # what a step says that found nobody to tell
DUTIES = [duty.value for duty in Duty]
DUTY_CHOICES = [(duty.value, DUTY_WORDS[duty]) for duty in Duty]
# Which role may have which duty: the charge nurse is a nurse with a mark in the rota.
ROLE_OF: dict[str, str] = {
    Duty.NURSE: "nurse",
    Duty.CHARGE_NURSE: "nurse",
    Duty.ONCOLOGIST: "oncologist",
    Duty.ADMINISTRATOR: "administrator",
}


class Stage(NamedTuple):
    """Those who have the duty are told this many minutes after the alert was raised, unless somebody answered."""

    duty: Duty
    after_min: int


class Due(NamedTuple):
    """A step as it is written into its row."""

    number: int
    duty: Duty
    due_at: datetime
    again_min: int | None = None


def _stages(nurse: int, charge: int, oncologist: int) -> tuple[Stage, ...]:
    return (Stage(Duty.NURSE, nurse), Stage(Duty.CHARGE_NURSE, charge), Stage(Duty.ONCOLOGIST, oncologist))


# After the last stage the last in line are told again and again, until somebody answers or the cause is gone.
AGAIN_AFTER_LEAST_MIN = 10

URGENT = _stages(0, 5, 10)
SOON = _stages(0, 10, 20)
CALM = _stages(0, 30, 60)

ROUTES: Mapping[AlertKind, tuple[Stage, ...]] = {
    AlertKind.DISCONTINUE: URGENT,
    AlertKind.STOP_COURSE: URGENT,
    AlertKind.STOP_CYCLE: URGENT,
    AlertKind.HOLD: URGENT,
    AlertKind.CRITICAL_VALUE: URGENT,
    AlertKind.DECISION_CHANGED: (Stage(Duty.ONCOLOGIST, 0), Stage(Duty.CHARGE_NURSE, 10)),
    AlertKind.DOSE_LAPSING: URGENT,
    AlertKind.DOSE_OVERDUE: SOON,
    AlertKind.DOSE_LAPSED: CALM,
    AlertKind.DATA_MISSING: SOON,
    AlertKind.OBSERVATIONS_OVERDUE: SOON,
    AlertKind.WEIGHT_GAIN: CALM,
    AlertKind.LABS_OVERDUE: CALM,
    AlertKind.OVERRIDE_USED: (Stage(Duty.ONCOLOGIST, 0), Stage(Duty.CHARGE_NURSE, 30)),
    AlertKind.SYSTEM: (Stage(Duty.ADMINISTRATOR, 0), Stage(Duty.CHARGE_NURSE, 10)),
}

# Urgent whatever a hospital's times are: these sound.
SOUNDS = frozenset(kind for kind, stages in ROUTES.items() if stages == URGENT)

# An answer counts for so long; then, if the cause still stands, everybody is asked again.
ANSWER_LASTS_MIN: Mapping[AlertKind, int] = {
    AlertKind.DISCONTINUE: 480,  # nothing ends it, and a shift hands it over
    AlertKind.STOP_COURSE: 480,
    AlertKind.STOP_CYCLE: 120,
    AlertKind.HOLD: 60,
    AlertKind.CRITICAL_VALUE: 60,
    AlertKind.DECISION_CHANGED: 480,
    AlertKind.DOSE_LAPSING: 15,
    AlertKind.DOSE_OVERDUE: 30,
    AlertKind.DOSE_LAPSED: 480,
    AlertKind.DATA_MISSING: 30,
    AlertKind.OBSERVATIONS_OVERDUE: 30,
    AlertKind.WEIGHT_GAIN: 480,
    AlertKind.LABS_OVERDUE: 120,
    AlertKind.OVERRIDE_USED: 480,
    AlertKind.SYSTEM: 240,
}


def steps_from(stages: Sequence[Stage], raised_at: datetime) -> tuple[Due, ...]:
    """The steps of an alert raised at that instant, in order. The last carries after how long it repeats itself."""
    last = len(stages) - 1
    return tuple(
        Due(
            number,
            stage.duty,
            raised_at + timedelta(minutes=stage.after_min),
            again_min(stages) if number == last else None,
        )
        for number, stage in enumerate(stages)
    )


def again_min(stages: Sequence[Stage]) -> int:
    """After how many minutes the last of the line is told again."""
    apart = stages[-1].after_min - stages[-2].after_min if len(stages) > 1 else 0
    return max(AGAIN_AFTER_LEAST_MIN, apart)
