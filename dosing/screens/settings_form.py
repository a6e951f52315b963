"""The hospital's settings for reading and as a form: each number with its words, unit and bounds. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..models import SiteSettings
from ..site_values import AGES, COUNTS, OVERRIDERS, POLICIES, SPANS, UNPRINTED, Span

LABELS = {
    **{span.name: span.words for span in SPANS},
    "late_dose_policy": "After a late start",
    "override_by": "Who may override a hold",
    "reason": "Reason",
    "secret": "Your password",
    "second": "Second person",
    "second_secret": "Password of the second person",
}


@dataclass(frozen=True)
class SettingField:
    """One number of the form with what was typed."""

    span: Span
    value: str


@dataclass(frozen=True)
class SettingGroup:
    """Numbers that belong together."""

    title: str
    note: str
    fields: tuple[SettingField, ...]


@dataclass(frozen=True)
class SettingLine:
    """One setting in words, for reading and for the history."""

    words: str
    value: str
    was: str = ""


def typed_of(settings: SiteSettings | None) -> dict[str, str]:
    """What the form shows first: the version in force, or the usual values where there are any."""
    if settings is None:
        return {span.name: "" if span.usual is None else str(span.usual) for span in SPANS}
    values = {
        **{span.name: getattr(settings, span.name) for span in UNPRINTED},
        **settings.counting,
        **{f"max_age_{name}": minutes for name, minutes in settings.max_age_min.items()},
        "late_dose_policy": settings.late_dose_policy,
        "override_by": settings.override_by or "",
    }
    return {name: str(value) for name, value in values.items()}


def groups_of(typed: Mapping[str, str]) -> tuple[SettingGroup, ...]:
    """The form's numbers."""

    def fields(spans: Sequence[Span]) -> tuple[SettingField, ...]:
        return tuple(SettingField(span, typed.get(span.name, "")) for span in spans)

    return (
        SettingGroup("Time", "No source prints these numbers.", fields(UNPRINTED)),
        SettingGroup("Counting of criteria", "For the sets that count relative and absolute criteria.", fields(COUNTS)),
        SettingGroup("How old a value may be at a dose", "Ages can only be tightened.", fields(AGES)),
    )


def lines_of(settings: SiteSettings, before: SiteSettings | None = None) -> tuple[SettingLine, ...]:
    """Every setting of one version; with the version before only what changed, and from what."""
    now, old = typed_of(settings), typed_of(before) if before else {}
    lines = [
        SettingLine(span.words, _with_unit(now[span.name], span), _with_unit(old.get(span.name, ""), span))
        for span in SPANS
    ]
    policy = SettingLine(
        "After a late start", POLICIES[settings.late_dose_policy], POLICIES.get(old.get("late_dose_policy", ""), "")
    )
    lines[len(UNPRINTED) : len(UNPRINTED)] = [policy, _overrider(settings.override_by, old.get("override_by", ""))]
    return tuple(line for line in lines if before is None or line.was != line.value)


def _overrider(now: str | None, before: str) -> SettingLine:
    return SettingLine(LABELS["override_by"], OVERRIDERS.get(now or "", "Not answered yet"), OVERRIDERS.get(before, ""))


def _with_unit(value: str, span: Span) -> str:
    if not value:
        return ""
    hours = f" ({int(value) // 60} h)" if span.unit == "min" and int(value) >= 240 and int(value) % 60 == 0 else ""
    return f"{value} {span.unit}{hours}".strip()
