"""The prescription page: what was typed, what it comes to, and what would refuse it. Reads, writes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.urls import reverse

from tracker import clock
from tracker.errors import BadInput, Refusal, Several
from tracker.models import Stay
from tracker.times import read_instant, read_posted_time

from ..chart_rounds import rounds_of
from ..courses import Past, Place, place_of_next_cycle, read_resolved, signed_settings
from ..gather import doses_given, first_start
from ..models import Cycle
from ..orders import Order, read_order
from ..published import keys_in_force
from ..regimen import HD_IL2, REGIMENS
from ..states import CycleState
from .order import OrderView, newest_weight, order_view, weight_note, weight_words
from .patient import BARS

TIMES = ("first_dose_at", "cells_at", "signs_resolved_at")
TEXTS = ("regimen", "dosing_weight_kg", "interval_h", "iu_per_kg", "ast_uln", "alt_uln", "reason")
LABELS = {
    "regimen": "Regimen",
    "dosing_weight_kg": "Dosing weight",
    "first_dose_at": "First dose",
    "interval_h": "Interval",
    "iu_per_kg": "Dose per kg",
    "ast_uln": "AST, upper limit of normal",
    "alt_uln": "ALT, upper limit of normal",
    "cells_at": "End of the cell infusion",
    "rule_sets": "Rule sets",
    "new_course": "New course",
    "signs_resolved_at": "Signs resolved",
    "reason": "Reason",
}
# What is still to be typed is not a mistake while somebody is typing.
NOT_YET = frozenset({"missing_value", "missing_time", "missing_reason"})
# Stands for a reason that is still to be typed: the arithmetic does not wait for it, the order does.
UNSAID = "not said yet"


@dataclass(frozen=True)
class Preview:
    """What the typed order comes to so far, and what would refuse it."""

    order: OrderView | None
    place: Place | None
    weight_words: str
    problems: tuple[Refusal, ...]
    waits_for: tuple[Refusal, ...]


def typed_order(posted: Mapping[str, str], sets: list[str], zone: ZoneInfo) -> dict:
    """The arguments of the prescription as they were typed, times read on the ward's clock.

    Raises: BadInput, or Several, for times that do not exist.
    """
    asked: dict = {name: posted.get(name, "").strip() for name in TEXTS}
    asked["rule_sets"] = ["label-2023", *(name for name in sets if name != "label-2023")] if sets else None
    asked["new_course"] = posted.get("new_course") == "on"
    problems: list[BadInput] = []
    for name in TIMES:
        text = posted.get(name, "").strip()
        asked[name] = text
        if text:
            try:
                asked[name] = read_posted_time(posted, name, zone=zone)
            except BadInput as problem:
                problems.append(problem)
    if problems:
        raise problems[0] if len(problems) == 1 else Several(problems)
    return asked


def preview_of(stay: Stay, asked: Mapping[str, object]) -> Preview:
    """The order as far as it can be read, with all that stands in its way."""
    now, zone = clock.now(), ZoneInfo(stay.ward.timezone)
    charted = newest_weight(rounds_of([stay.patient.chart])[stay.patient_id], now)
    refused: list[Refusal] = []
    order = _order(asked, now, refused)
    place = _place(stay, asked, order, now, refused)
    view = None
    if order is not None:
        note = weight_note(order.weight_kg, charted)
        view = order_view(order.preparation, order.planned, order.rule_sets, zone, weight_note=note)
    return Preview(
        order=view,
        place=place,
        weight_words=weight_words(charted, now, zone),
        problems=tuple(each for each in refused if each.code not in NOT_YET),
        waits_for=tuple(each for each in refused if each.code in NOT_YET),
    )


def _order(asked: Mapping[str, object], now: datetime, refused: list[Refusal]) -> Order | None:
    wanted = {name: asked[name] for name in (*TEXTS, "first_dose_at", "cells_at", "rule_sets")}
    said = wanted.pop("reason")
    try:
        order = read_order(now=now, in_force=keys_in_force(now), **wanted, reason=said or UNSAID)
        if order.preparation.deviation_percent and not said:
            refused.append(BadInput("missing_reason", "The reason for another dose is missing.", field="reason"))
        return order
    except Several as problems:
        refused.extend(problems.refusals)
    except BadInput as problem:
        refused.append(problem)
    return None


def _place(
    stay: Stay, asked: Mapping[str, object], order: Order | None, now: datetime, refused: list[Refusal]
) -> Place | None:
    """Where the cycle would stand; judged for now while no time is typed."""
    try:
        signed_settings()
        first = order.first_dose_at if order else read_instant(asked["first_dose_at"] or now, field="first_dose_at")
        return place_of_next_cycle(
            stay,
            REGIMENS.get(str(asked["regimen"]), HD_IL2),
            first,
            new_course=bool(asked["new_course"]),
            signs_resolved_at=read_resolved(asked["signs_resolved_at"], now),
        )
    except Refusal as refusal:
        refused.append(refusal)
        return None


@dataclass(frozen=True)
class EarlierCycle:
    """One earlier cycle in a line, with what it left behind."""

    words: str
    began_at: datetime | None
    url: str
    left: str


def earlier_cycles(past: Past) -> tuple[EarlierCycle, ...]:
    """What a second cycle or a new course must know, newest first."""
    return tuple(_earlier(past, cycle) for cycle in reversed(past.cycles) if cycle.state == CycleState.ENDED)


def _earlier(past: Past, cycle: Cycle) -> EarlierCycle:
    facts = past.facts[cycle.pk]
    began = first_start(facts)
    name = (
        f"Course {cycle.course.number}, cycle {cycle.number}"
        if began
        else "An order that was ended before its first dose"
    )
    given = f": {doses_given(facts)} of {cycle.doses} doses given" if began else ""
    left = next((BARS[effect] for effect in BARS if past.leaves(cycle, effect)), "")
    return EarlierCycle(f"{name}{given}", began, reverse("cycle", args=[cycle.pk]), left)
