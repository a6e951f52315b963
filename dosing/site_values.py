"""Reads the hospital's dosing settings as they were typed, or names every number that cannot be. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tracker.errors import BadInput, Several

from .rules.facts import Counting, LateDosePolicy, MaxAge


@dataclass(frozen=True)
class Span:
    """One whole number a hospital sets: what it says, its unit and its bounds. `usual` is what the rules ship with."""

    name: str
    words: str
    unit: str
    low: int
    high: int
    usual: int | None = None
    help: str = ""


# No source prints these: the site is not ready until somebody has set and signed them.
UNPRINTED = (
    Span(
        "late_window_min",
        "How late a dose may still start",
        "min",
        0,
        480,
        help="After that it has lapsed and is lost.",
    ),
    Span(
        "interval_tolerance_min",
        "How early a dose may start",
        "min",
        0,
        60,
        help="Before its planned time, and before the interval since the last start is over.",
    ),
    Span(
        "max_infusion_deviation_min",
        "How far an infusion may be from 15 minutes",
        "min",
        0,
        60,
        help="A longer or shorter one is marked in the record.",
    ),
)
# Two people may make the only published counting stricter; a looser one is a version of a rule set, which three sign.
COUNTS = (
    Span("hold_at", "Relative criteria that hold a dose", "", 1, 1, Counting().hold_at),
    Span(
        "stop_at",
        "Relative criteria that stop the cycle",
        "",
        1,
        3,
        Counting().stop_at,
        help="1 and 3 is the only published rule; a looser one needs a signed version of the rule set. One absolute "
        "criterion always stops the cycle.",
    ),
)
# Ages may only be tightened; the length over which urine must be known may only grow.
AGES = (
    Span("max_age_vitals", "Vitals, no older than", "min", 15, 120, MaxAge().vitals),
    Span("max_age_neuro", "Mental status and rhythm, no older than", "min", 15, 120, MaxAge().neuro),
    Span("max_age_urine", "Urine must cover the last", "min", 480, 960, MaxAge().urine),
    Span("max_age_weight", "Weight, no older than", "min", 60, 1440, MaxAge().weight),
    Span("max_age_labs", "Laboratory values, no older than", "min", 60, 1440, MaxAge().labs),
)
SPANS = (*UNPRINTED, *COUNTS, *AGES)
POLICIES = {
    LateDosePolicy.SHIFT.value: "The remaining doses move: 8 h after the actual start",
    LateDosePolicy.GRID.value: "The remaining doses keep their clock times",
}
# Sources leave it open who may go past a hold: the hospital says so, within the role of the prescriber.
ANY_PRESCRIBER, ORDERING_PRESCRIBER, NOBODY = "any_prescriber", "ordering_prescriber", "nobody"
OVERRIDERS = {
    ANY_PRESCRIBER: "Any prescriber of the patient's ward, each dose with a signed reason",
    ORDERING_PRESCRIBER: "Only the prescriber who ordered the cycle, each dose with a signed reason",
    NOBODY: "Nobody: at this hospital a hold is not overridden",
}


@dataclass(frozen=True)
class SiteValues:
    """One version of the settings. Units: minutes; counts of criteria."""

    late_window_min: int
    interval_tolerance_min: int
    late_dose_policy: str
    max_infusion_deviation_min: int
    override_by: str
    counting: dict[str, int]
    max_age_min: dict[str, int]


def read_site_values(values: Mapping[str, object]) -> SiteValues:
    """The settings, or all that is wrong with them. A count or an age that is left out stays as usual.

    Raises: BadInput or Several, each with the setting's name.
    """
    problems: list[BadInput] = []
    numbers = {span.name: read_span(values.get(span.name), span, problems) for span in SPANS}
    policy = values.get("late_dose_policy")
    if policy not in POLICIES:
        problems.append(
            BadInput(
                "bad_policy",
                "Choose what a late start does to the doses after it.",
                field="late_dose_policy",
                remedy="shift moves the remaining doses, grid keeps the clock.",
            )
        )
    if values.get("override_by") not in OVERRIDERS:
        problems.append(
            BadInput(
                "bad_overrider",
                "Choose who may override a hold.",
                field="override_by",
                remedy=f"One of {', '.join(OVERRIDERS)}.",
            )
        )
    if numbers["hold_at"] is not None and numbers["stop_at"] is not None and numbers["stop_at"] < numbers["hold_at"]:
        problems.append(
            BadInput(
                "bad_counting",
                "A cycle cannot stop at fewer criteria than hold a dose.",
                field="stop_at",
                remedy="Raise it.",
            )
        )
    if problems:
        raise problems[0] if len(problems) == 1 else Several(problems)
    return SiteValues(
        **{span.name: numbers[span.name] for span in UNPRINTED},
        late_dose_policy=str(policy),
        override_by=str(values.get("override_by")),
        counting={span.name: numbers[span.name] for span in COUNTS},
        max_age_min={span.name.removeprefix("max_age_"): numbers[span.name] for span in AGES},
    )


def read_span(raw: object, span: Span, problems: list[BadInput]) -> int | None:
    """The whole number, or None and a problem on the list. What is left out is the usual one, where there is one."""
    if raw in (None, "") and span.usual is not None:
        return span.usual
    text = str(raw).strip() if isinstance(raw, str | int) and not isinstance(raw, bool) else ""
    # Four digits hold every bound; isdecimal alone would take digits of other scripts.
    if text.isascii() and text.isdecimal() and len(text) <= 4 and span.low <= int(text) <= span.high:
        return int(text)
    unit = f" {span.unit}" if span.unit else ""
    said = f"{span.low}" if span.low == span.high else f"a whole number from {span.low} to {span.high}{unit}"
    problems.append(
        BadInput(
            "bad_number",
            f"{span.words}: {said}.",
            field=span.name,
            remedy=f"Enter {span.low} to {span.high}." if span.low < span.high else f"Enter {span.low}.",
        )
    )
    return None
