"""Rule set `til-2024`: when the 2024 consensus on TIL therapy withholds or stops the interleukin-2 after the cells."""

from __future__ import annotations

from fractions import Fraction

from dosing.rules.adjustable import adjustable
from dosing.rules.criteria import When, above, at_least, from_to_below, one_of
from dosing.rules.limit import Limit, Number, Stricter, number_words, tenths_words
from dosing.rules.momentary import plain, urine_per_kg
from dosing.rules.rule import Organ, Rule, Source
from dosing.rules.rule_set import RuleSet
from dosing.rules.verdict import Verdict

HOLD, STOP_CYCLE = Verdict.HOLD, Verdict.STOP_CYCLE
HIGHER, LOWER = Stricter.HIGHER, Stricter.LOWER
DOCUMENT = "Betof Warner et al., expert consensus on TIL cell therapy, 2024"


def _table_2(row: str) -> Source:
    return Source(DOCUMENT, "Table 2", row)


REFRACTORY = Rule(
    id="T-BP-REFRACTORY",
    organ=Organ.CARDIOVASCULAR,
    sentence="Stop interleukin-2 for hypotension that persists after the fluid boluses.",
    trigger="Hypotension persists after the fluid boluses",
    release="Hypotension no longer persists after boluses.",
    effect=STOP_CYCLE,
    source=_table_2("Hypotension"),
    judge=plain((STOP_CYCLE, When("hypotension_after_boluses", one_of("yes")))),
)


@adjustable(Limit("hold_above", "phenylephrine, hold above", "mcg/kg/min", Fraction("0.5"), 0, 1, LOWER, 2))
def pressor(hold_above: Number) -> Rule:
    limit = f"{number_words(hold_above)} mcg/kg/min"
    return Rule(
        id="T-BP-PRESSOR",
        organ=Organ.CARDIOVASCULAR,
        sentence=f"Withhold while phenylephrine runs above {limit}.",
        trigger=f"Phenylephrine above {limit}",
        release=f"Phenylephrine {limit} or less.",
        effect=HOLD,
        source=_table_2("Hypotension"),
        reading="Printed as the practice of some centres that go on with low-dose pressors.",
        judge=plain((HOLD, When("phenylephrine_rate", above(hold_above)))),
    )


@adjustable(Limit("hold_below", "urine over 8 h, hold below", "mL/kg", 4, 2, 8, HIGHER, 1))
def urine(hold_below: Number) -> Rule:
    limit = number_words(hold_below)
    return Rule(
        id="T-REN-URINE",
        organ=Organ.RENAL,
        sentence=f"Withhold when urine is below {limit} mL/kg over 8 hours.",
        trigger=f"Urine below {limit} mL per kg of dosing weight in the last 8 h",
        release=f"Urine {limit} mL/kg or more in 8 h.",
        effect=HOLD,
        source=_table_2("Urine output"),
        reading="Per kg of dosing weight.",
        judge=urine_per_kg(hold_below),
    )


@adjustable(
    Limit("hold_from", "creatinine, hold from", "mg/dL", Fraction("2.5"), Fraction("1.5"), 3, LOWER, 1),
    Limit("stop_from", "creatinine, stop the cycle from", "mg/dL", 3, 2, 4, LOWER, 1),
    ascending=(("hold_from", "stop_from"),),
)
def creatinine(hold_from: Number, stop_from: Number) -> Rule:
    low, high = tenths_words(hold_from), tenths_words(stop_from)
    return Rule(
        id="T-REN-CREATININE",
        organ=Organ.RENAL,
        sentence=f"Withhold when creatinine is {low} to below {high} mg/dL; stop at {high} or more.",
        trigger=f"Creatinine {low} to below {high} mg/dL: hold. {high} mg/dL or more: stop the cycle",
        release=f"Creatinine below {low} mg/dL.",
        effect=STOP_CYCLE,
        source=_table_2("Renal"),
        reading="The source prints the hold from 2.5 to 2.9; stopping at 3.0 or more is our reading.",
        judge=plain(
            (STOP_CYCLE, When("creatinine", at_least(stop_from))),
            (HOLD, When("creatinine", from_to_below(hold_from, stop_from))),
        ),
    )


TIL_2024 = RuleSet(
    id="til-2024",
    version=1,
    title="TIL consensus 2024",
    document=DOCUMENT,
    rules=(REFRACTORY, pressor, urine, creatinine),
)
