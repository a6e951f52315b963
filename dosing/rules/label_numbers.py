"""The label's rules that rest on numbers. A hospital may ask for more than the label, never for less."""

from __future__ import annotations

from fractions import Fraction

from dosing.rules.adjustable import adjustable
from dosing.rules.criteria import Want, When, above, at_least, below, one_of
from dosing.rules.label_judges import renal_creatinine, renal_oliguria
from dosing.rules.label_source import SINUS_AND_ASYMPTOMATIC, table_2
from dosing.rules.latches import latched
from dosing.rules.limit import Limit, Number, Stricter, number_words
from dosing.rules.rule import Organ, Rule
from dosing.rules.verdict import Verdict

HOLD = Verdict.HOLD
# The label gives acidosis and hyperkalaemia no numbers; these are our reading.
NORMAL_PH = Fraction("7.35")
HIGH_POTASSIUM = Fraction("5.5")


@adjustable(Limit("hold_below", "systolic blood pressure below", "mmHg", 90, 90, 110, Stricter.HIGHER))
def systolic(hold_below: Number) -> Rule:
    limit = number_words(hold_below)
    return Rule(
        id="L-CV-SBP",
        organ=Organ.CARDIOVASCULAR,
        sentence=f"Withhold when systolic blood pressure falls below {limit} mmHg.",
        trigger=f"Systolic blood pressure below {limit} mmHg",
        release=f"Systolic {limit} or more, in sinus rhythm recorded since, and no cardiac symptom.",
        effect=HOLD,
        source=table_2("Cardiovascular"),
        reading="The label prints no blood pressure for release, only the return to sinus rhythm without symptoms. "
        f"Asking for {limit} or more as well is our reading.",
        latched=True,
        judge=latched(
            HOLD,
            When("systolic_bp", below(hold_below)),
            release=(
                Want("systolic_bp", at_least(hold_below), f"Systolic {limit} mmHg or more"),
                *SINUS_AND_ASYMPTOMATIC,
            ),
        ),
    )


@adjustable(Limit("hold_below", "oxygen saturation below", "%", 90, 90, 95, Stricter.HIGHER))
def saturation(hold_below: Number) -> Rule:
    limit = number_words(hold_below)
    return Rule(
        id="L-RESP-SPO2",
        organ=Organ.RESPIRATORY,
        sentence=f"Withhold when oxygen saturation is below {limit} %, until it is above {limit} %.",
        trigger=f"Oxygen saturation below {limit} %",
        release=f"Oxygen saturation above {limit} % (exactly {limit} neither holds nor releases).",
        effect=HOLD,
        source=table_2("Respiratory"),
        latched=True,
        judge=latched(
            HOLD,
            When("spo2", below(hold_below)),
            release=(Want("spo2", above(hold_below), f"Oxygen saturation above {limit} %"),),
        ),
    )


@adjustable(
    Limit("aggravated_from", "creatinine beside a sign, from", "mg/dL", 4, 2, 4, Stricter.LOWER, 1),
    Limit("alone_above", "creatinine alone, above", "mg/dL", Fraction("4.5"), 2, Fraction("4.5"), Stricter.LOWER, 1),
    Limit("ph_below", "acidosis: arterial pH below", "", NORMAL_PH, NORMAL_PH, Fraction("7.40"), Stricter.HIGHER, 2),
    Limit("potassium_above", "hyperkalaemia: above", "mmol/L", HIGH_POTASSIUM, 5, HIGH_POTASSIUM, Stricter.LOWER, 1),
    ascending=(("aggravated_from", "alone_above"),),
)
def creatinine(aggravated_from: Number, alone_above: Number, ph_below: Number, potassium_above: Number) -> Rule:
    beside, alone = number_words(aggravated_from), number_words(alone_above)
    ph, potassium = number_words(ph_below), number_words(potassium_above)
    signs = (
        When("volume_overload", one_of("severe")),
        When("arterial_ph", below(ph_below)),
        When("potassium", above(potassium_above)),
    )
    return Rule(
        id="L-REN-CREATININE",
        organ=Organ.RENAL,
        sentence=f"Withhold when creatinine is above {alone} mg/dL, or {beside} or more with severe volume overload, "
        "acidosis or hyperkalaemia.",
        trigger=f"Creatinine above {alone} mg/dL; or {beside} mg/dL or more with severe volume overload, arterial pH "
        f"below {ph} or potassium above {potassium} mmol/L",
        release="Creatinine below 1.5 mg/dL or no more than the baseline, and fluids and electrolytes recorded stable.",
        effect=HOLD,
        source=table_2("Renal"),
        reading=f"The label gives no numbers for acidosis and hyperkalaemia; pH below {ph} and potassium above "
        f"{potassium} are ours.",
        latched=True,
        judge=renal_creatinine(above(alone_above), at_least(aggravated_from), signs),
    )


@adjustable(Limit("hold_below", "urine over 16 h, below", "mL/h", 10, 10, 30, Stricter.HIGHER))
def oliguria(hold_below: Number) -> Rule:
    limit = number_words(hold_below)
    return Rule(
        id="L-REN-OLIGURIA",
        organ=Organ.RENAL,
        sentence=f"Withhold for persistent oliguria of less than {limit} mL/h with rising creatinine.",
        trigger=f"Urine below {limit} mL/h over the last 16 h, fully covered, with a newest creatinine above the one "
        "before",
        release=f"Urine above {limit} mL/h over the last 8 h, and creatinine more than 1.5 mg/dL below its peak or "
        "below 1.5 mg/dL.",
        effect=HOLD,
        source=table_2("Renal"),
        reading="The label prints 16 to 24 h; 16 h is the earlier end. The 8 h for release is our reading.",
        latched=True,
        judge=renal_oliguria(hold_below),
    )
