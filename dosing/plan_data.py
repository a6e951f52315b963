"""A plan as plain data and back: what each decision keeps, so that it can be judged again for ever. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from decimal import Decimal

from .binding import amendments_of, thresholds_as_text
from .rules.facts import Counting, MaxAge, Plan, Prior, Settings

MINUTE = timedelta(minutes=1)


def plan_as_data(plan: Plan) -> dict:
    """Everything of the plan, exact numbers and instants as text. The settings are the ones in force for the cycle."""
    settings, prior = plan.settings, plan.prior
    return {
        "regimen": plan.regimen,
        "rule_sets": list(plan.rule_sets),
        "amendments": [
            {"rule_set": each.key, "thresholds": thresholds_as_text(each.thresholds)} for each in plan.amendments
        ],
        "settings": {
            "late_window_min": settings.late_window_min,
            "interval_tolerance_min": settings.interval_tolerance_min,
            "late_dose_policy": str(settings.late_dose_policy),
            "counting": asdict(settings.counting),
            "max_age_min": asdict(settings.max_age_min),
        },
        "interval_min": plan.interval // MINUTE,
        "dosing_weight_kg": format(plan.dosing_weight_kg, "f"),
        "first_dose_at": plan.first_dose_at.isoformat(),
        "ast_uln": format(plan.ast_uln, "f"),
        "alt_uln": format(plan.alt_uln, "f"),
        "cells_at": _text(plan.cells_at),
        "prior": {**asdict(prior), "cycle_1_first_dose_at": _text(prior.cycle_1_first_dose_at)},
    }


def plan_from_data(data: Mapping) -> Plan:
    """The plan that the data came from."""
    settings, prior = data["settings"], data["prior"]
    return Plan(
        regimen=data["regimen"],
        rule_sets=tuple(data["rule_sets"]),
        settings=Settings(
            late_window_min=settings["late_window_min"],
            interval_tolerance_min=settings["interval_tolerance_min"],
            late_dose_policy=settings["late_dose_policy"],
            counting=Counting(**settings["counting"]),
            max_age_min=MaxAge(**settings["max_age_min"]),
        ),
        interval=data["interval_min"] * MINUTE,
        dosing_weight_kg=Decimal(data["dosing_weight_kg"]),
        first_dose_at=datetime.fromisoformat(data["first_dose_at"]),
        ast_uln=Decimal(data["ast_uln"]),
        alt_uln=Decimal(data["alt_uln"]),
        prior=Prior(**{**prior, "cycle_1_first_dose_at": _instant(prior["cycle_1_first_dose_at"])}),
        amendments=amendments_of(data["amendments"]),
        cells_at=_instant(data["cells_at"]),
    )


def _text(instant: datetime | None) -> str | None:
    return None if instant is None else instant.isoformat()


def _instant(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
