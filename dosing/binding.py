"""What the hospital's own versions change for a cycle that is bound to them, read from the plain data it carries. Pure.

One entry of the data is `{"rule_set": key, "thresholds": {name: number}, "counting": {...} or null,
"max_age_min": {...} or null}`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace

from tracker.catalogue import number_text
from tracker.units import exact

from .rules.amendment import Amendment
from .rules.facts import Counting, MaxAge, Settings, exactly
from .rules.limit import Number

Data = Mapping[str, object]
GROW = frozenset({"urine"})  # the length over which urine must be known: more is stricter


def amendments_of(data: Iterable[Data]) -> tuple[Amendment, ...]:
    """The numbers that the bound versions set, exact."""
    return tuple(
        Amendment.of(each["rule_set"], {name: exactly(exact(text)) for name, text in each["thresholds"].items()})
        for each in data
    )


def settings_under(settings: Settings, data: Sequence[Data]) -> Settings:
    """The hospital's settings as the bound versions change them.

    A version that sets the counting replaces the settings' own; where two set it the stricter number of each holds.
    Ages are the strictest of all.
    """
    counts = [Counting(**each["counting"]) for each in data if each.get("counting")]
    ages = [MaxAge(**each["max_age_min"]) for each in data if each.get("max_age_min")]
    if counts:
        hold_at = min(each.hold_at for each in counts)
        settings = replace(settings, counting=Counting(hold_at, min(each.stop_at for each in counts)))
    return replace(settings, max_age_min=strictest([settings.max_age_min, *ages])) if ages else settings


def strictest(ages: Sequence[MaxAge]) -> MaxAge:
    """For each group the shortest age; for urine the longest length."""
    plain = [asdict(each) for each in ages]
    return MaxAge(**{name: (max if name in GROW else min)(each[name] for each in plain) for name in plain[0]})


def thresholds_as_text(thresholds: Iterable[tuple[str, Number]]) -> dict[str, str]:
    """Exact numbers as the text that is stored."""
    return {name: number_text(number) for name, number in thresholds}
