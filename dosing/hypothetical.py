"""Facts with a round that nobody has saved: what typed values would mean. Pure; nothing of it is ever stored."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import lru_cache

from tracker.catalogue import Reading, canonical

from .regimen import HD_IL2
from .rules.assess import assess
from .rules.facts import Facts, LateDosePolicy, Plan, Round, Settings, Value
from .rules.registry import shipped
from .rules.verdict import Verdict

AFTER_ALL = 10**9  # among rounds of one instant the typed one is the newest


def with_typed(
    facts: Facts, readings: Iterable[Reading], *, seen_at: datetime, now: datetime, started_at: datetime | None
) -> Facts:
    """The facts as they would be, had these values been saved now."""
    typed = Round(
        id="typed",
        observed_at=seen_at,
        known_at=now,
        values={each.code: Value(each.value, each.since) for each in readings},
        baseline=started_at is None or seen_at <= started_at,
        order=AFTER_ALL,
    )
    return replace(facts, rounds=(*facts.rounds, typed))


@lru_cache(maxsize=512)
def effect_alone(code: str, answer: str, rule_sets: tuple[str, ...]) -> str:
    """The gravest effect that this answer alone has under these rule sets; empty when it touches no rule.

    A hospital's version sets numbers only, so an answer means what it means in the shipped set.
    """
    at = datetime(2000, 1, 1, tzinfo=UTC)
    settings = Settings(late_window_min=0, interval_tolerance_min=0, late_dose_policy=LateDosePolicy.GRID)
    plan = Plan(
        regimen=HD_IL2.id,
        rule_sets=tuple(known.key for key in rule_sets if (known := shipped(key))),
        settings=settings,
        interval=timedelta(hours=8),
        dosing_weight_kg=Decimal(70),
        first_dose_at=at,
    )
    round_ = Round(id="alone", observed_at=at, known_at=at, values={code: Value(canonical(code, answer, ""))})
    found = assess(Facts(plan=plan, rounds=(round_,)), slot=1, at=at).findings
    effects = [finding.effect for finding in found if code in finding.because]
    return max(effects, key=lambda effect: effect.rank, default=Verdict.PROCEED).value if effects else ""
