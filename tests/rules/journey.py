"""Builds one patient's cycle for the tests of the rules. Hour 0 is the planned time of dose 1.

A value is written as a ward would say it: `systolic_bp=84`, `temperature="37.2"`, `urine_output=(300, 8)` for 300 mL
collected over the last 8 hours.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from dosing.rules.assess import Assessment, assess, may_give
from dosing.rules.facts import Counting, DoseEvent, Facts, MaxAge, Plan, Prior, Round, Settings, Value
from dosing.rules.rule import Finding
from dosing.rules.verdict import Verdict
from tracker.catalogue_codes import CODES, Kind

START = datetime(2026, 3, 2, 8, tzinfo=UTC)

VITALS = {
    "systolic_bp": 118,
    "heart_rate": 84,
    "respiratory_rate": 16,
    "temperature": "36.8",
    "spo2": 97,
    "oxygen_flow": 0,
}
NEURO = {
    "mental_status": "normal",
    "serial_sevens": "able",
    "spell_world_backward": "able",
    "rhythm": "sinus",
}
LABS = {"creatinine": "0.9", "bilirubin": "0.6", "ast": 22, "alt": 19, "platelets": 240_000, "bicarbonate": 24}
HEALTHY = {**VITALS, **NEURO, **LABS, "weight": 70, "urine_output": (640, 8)}


def hour(hours: Fraction | int | str) -> datetime:
    """That many hours after the planned time of dose 1; "2:30" is two and a half."""
    if isinstance(hours, str):
        whole, _, minutes = hours.partition(":")
        sign = -1 if whole.startswith("-") else 1
        return START + timedelta(hours=int(whole), minutes=sign * int(minutes or 0))
    return START + timedelta(seconds=int(Fraction(hours) * 3600))


class Journey:
    """One cycle that a test tells step by step."""

    def __init__(
        self,
        *sets: str,
        regimen: str = "hd-il2",
        weight: str = "70",
        policy: str = "grid",
        late: int = 120,
        tolerance: int = 30,
        interval_h: int = 8,
        counting: tuple[int, int] = (1, 3),
        max_age: dict[str, int] | None = None,
        ast_uln: int = 40,
        alt_uln: int = 40,
        **prior: object,
    ) -> None:
        self.plan = Plan(
            regimen=regimen,
            rule_sets=sets or ("label-2023",),
            settings=Settings(late, tolerance, policy, Counting(*counting), MaxAge(**(max_age or {}))),
            interval=timedelta(hours=interval_h),
            dosing_weight_kg=Decimal(weight),
            first_dose_at=START,
            ast_uln=Decimal(ast_uln),
            alt_uln=Decimal(alt_uln),
            prior=Prior(**prior),
        )
        self.rounds: list[Round] = []
        self.events: list[DoseEvent] = []

    # --- what people chart ---

    def chart(self, at: object, *, known: object = None, baseline: bool = False, **values: object) -> Journey:
        """A round observed at that hour, entered then or at `known`."""
        observed = hour(at)
        self.rounds.append(
            Round(
                id=f"round {len(self.rounds)}",
                observed_at=observed,
                known_at=observed if known is None else hour(known),
                values={code: _value(code, value, observed) for code, value in values.items()},
                baseline=baseline,
                order=len(self.rounds),
            )
        )
        return self

    def well(self, at: object, **changed: object) -> Journey:
        """A complete and unremarkable round, but for what is named; a value of None is left out."""
        values = {**HEALTHY, **changed}
        return self.chart(at, **{code: value for code, value in values.items() if value is not None})

    def retract(self, which: int, at: object) -> Journey:
        """The round of that number (from 0, negative from the end) was entered in error."""
        old = self.rounds[which]
        self.rounds[which] = Round(old.id, old.observed_at, old.known_at, old.values, hour(at), old.baseline, old.order)
        return self

    # --- what becomes of doses ---

    def given(self, slot: int, at: object, *, overridden: bool = False) -> Journey:
        self.events.append(DoseEvent("given", hour(at), slot, overridden=overridden))
        return self

    def refused(self, slot: int, at: object, verdict: str, *, open: bool = True) -> Journey:
        self.events.append(DoseEvent("refused", hour(at), slot, verdict=verdict, open=open))
        return self

    def held(self, slot: int, at: object, verdict: str = "proceed") -> Journey:
        self.events.append(DoseEvent("held", hour(at), slot, verdict=verdict))
        return self

    def omitted(self, slot: int, at: object) -> Journey:
        self.events.append(DoseEvent("omitted", hour(at), slot))
        return self

    def went_on(self, at: object) -> Journey:
        self.events.append(DoseEvent("went_on", hour(at)))
        return self

    def ended(self, at: object) -> Journey:
        self.events.append(DoseEvent("ended", hour(at)))
        return self

    # --- what the rules say ---

    @property
    def facts(self) -> Facts:
        return Facts(self.plan, tuple(self.rounds), tuple(self.events))

    def ask(self, at: object, slot: int = 1) -> Assessment:
        return assess(self.facts, slot=slot, at=hour(at))

    def finding(self, rule_id: str, at: object) -> Finding | None:
        """The finding of that rule at that hour, None when it does not stand in the way."""
        return next((found for found in self.ask(at).findings if found.id == rule_id), None)

    def effect(self, rule_id: str, at: object) -> str | None:
        """How that rule stands at that hour: its class where it has one, else its effect, else None."""
        found = self.finding(rule_id, at)
        return None if found is None else found.klass or found.effect.value

    def refusals(self, slot: int, at: object) -> list[str]:
        return list(self.ask(at, slot).refusals)

    def try_to_give(self, slot: int, at: object, *, signed: bool = False) -> Assessment:
        """Ask and, where it is allowed, give; otherwise the attempt is on record as refused."""
        said = self.ask(at, slot)
        if may_give(said, overridden=signed):
            self.given(slot, at, overridden=signed and said.verdict is not Verdict.PROCEED)
        else:
            closed = {"slot_lapsed", "already_given", "not_active", "cycle_cap"} & set(said.refusals)
            self.refused(slot, at, said.verdict, open=not closed)
        return said


def _value(code: str, value: object, observed: datetime) -> Value:
    if CODES[code].kind is Kind.VOLUME:
        volume, hours = value
        return Value(Fraction(str(volume)), observed - timedelta(seconds=int(Fraction(str(hours)) * 3600)))
    if CODES[code].kind is Kind.QUANTITY:
        return Value(Fraction(str(value)))
    return Value(value)
