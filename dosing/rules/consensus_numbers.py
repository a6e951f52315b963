"""The rows of the consensus table that rest on numbers, each with the bounds within which a hospital may set them."""

from __future__ import annotations

from fractions import Fraction

from dosing.rules.adjustable import adjustable
from dosing.rules.consensus_row import criterion
from dosing.rules.criteria import When, above, at_least, at_most, below, between, from_to_below, one_of
from dosing.rules.limit import Limit, Number, Stricter, number_words, tenths_words
from dosing.rules.momentary import (
    CorrectFirst,
    diarrhea,
    graded,
    phenylephrine,
    tachycardia,
    urine_in_a_shift,
    weight_gain,
)
from dosing.rules.rule import UNCONFIRMED, Organ, Rule

HIGHER, LOWER = Stricter.HIGHER, Stricter.LOWER
RATE = "mcg/kg/min"


def tachycardia_note(absolute_above: Number) -> str:
    """When a fast heart rate counts."""
    return (
        "It counts only when the same round shows temperature below 38.0 °C, systolic 90 or more and no dopamine. "
        f"Uncorrected, a rate above {number_words(absolute_above)} is listed as relative: our reading, so that it "
        "does not pass unseen."
    )


@adjustable(
    Limit("relative_from", "heart rate, relative from", "/min", 100, 90, 130, LOWER),
    Limit("absolute_above", "heart rate, absolute above", "/min", 130, 110, 150, LOWER),
    ascending=(("relative_from", "absolute_above"),),
)
def heart_rate(relative_from: Number, absolute_above: Number) -> Rule:
    lowest, fastest = number_words(relative_from), number_words(absolute_above)
    return criterion(
        "C-CV-TACHYCARDIA",
        Organ.CARDIOVASCULAR,
        "Sinus tachycardia that persists after fever, hypotension and dopamine were corrected.",
        tachycardia(relative_from, absolute_above),
        relative=f"heart rate {lowest} to {fastest} /min",
        absolute=f"heart rate above {fastest} /min",
        release=f"Heart rate below {lowest}.",
        reading=tachycardia_note(absolute_above),
        note=CorrectFirst(relative_from),
    )


@adjustable(
    Limit("max_relative_from", "highest rate, relative from", RATE, 1, Fraction("0.5"), Fraction("1.5"), LOWER, 2),
    Limit("max_absolute_above", "highest rate, absolute above", RATE, Fraction("1.5"), 1, 2, LOWER, 2),
    Limit("min_relative_above", "rate at dosing, relative above", RATE, Fraction("0.5"), 0, Fraction("0.8"), LOWER, 2),
    Limit("min_absolute_above", "rate at dosing, absolute above", RATE, Fraction("0.8"), 0, Fraction("1.2"), LOWER, 2),
    ascending=(("max_relative_from", "max_absolute_above"), ("min_relative_above", "min_absolute_above")),
)
def pressor(
    max_relative_from: Number, max_absolute_above: Number, min_relative_above: Number, min_absolute_above: Number
) -> Rule:
    low, most = tenths_words(max_relative_from), number_words(max_absolute_above)
    least, too_much = number_words(min_relative_above), number_words(min_absolute_above)
    return criterion(
        "C-HEM-PRESSOR",
        Organ.CARDIOVASCULAR,
        "Phenylephrine needed to keep an acceptable pressure: highest rate since the last dose, and rate at dosing.",
        phenylephrine(
            highest=(max_relative_from, max_absolute_above), at_dosing=(min_relative_above, min_absolute_above)
        ),
        relative=f"maximum {low} to {most}, or minimum above {least} {RATE}",
        absolute=f"maximum above {most}, or minimum above {too_much} {RATE}",
        release=f"Phenylephrine below {low} since the last dose and {least} or less at dosing.",
        section="Hemodynamic",
        reading="Maximum is the highest rate in force since the start of the last given dose, minimum the rate now. "
        f"Exactly {most} is printed in both columns and counts as relative. Other pressors have no row.",
    )


@adjustable(Limit("shift_from", "volume in a shift of 8 h, from", "mL", 1000, 500, 1500, LOWER))
def diarrhea_volume(shift_from: Number) -> Rule:
    ml = number_words(shift_from)
    return criterion(
        "C-GI-DIARRHEA",
        Organ.GASTROINTESTINAL,
        f"Diarrhea of {ml} mL or more in a shift of 8 hours.",
        diarrhea(relative=at_least(shift_from), each_shift=shift_from),
        relative=f"{ml} mL or more in the last 8 h",
        absolute=f"{ml} mL or more in each of the last two 8 h",
        release=f"Diarrhea below {ml} mL in the last 8 h.",
        reading="A shift is 8 h, counted back from the end of the newest entry.",
    )


@adjustable(Limit("relative_above", "bilirubin, relative above", "mg/dL", 7, 3, 10, LOWER, 1))
def bilirubin(relative_above: Number) -> Rule:
    limit = number_words(relative_above)
    return criterion(
        "C-GI-BILIRUBIN",
        Organ.HEPATIC,
        f"Bilirubin above {limit} mg/dL.",
        graded(relative=(When("bilirubin", above(relative_above)),)),
        relative=f"bilirubin above {limit} mg/dL",
        release=f"Bilirubin {limit} mg/dL or less.",
        section="Gastrointestinal",
    )


@adjustable(
    Limit("absolute_below", "platelets, absolute below", "/mm³", 30_000, 10_000, 50_000, HIGHER),
    Limit("relative_to", "platelets, relative up to", "/mm³", 50_000, 30_000, 100_000, HIGHER),
    ascending=(("absolute_below", "relative_to"),),
)
def platelets(absolute_below: Number, relative_to: Number) -> Rule:
    fewest, few = number_words(absolute_below), number_words(relative_to)
    return criterion(
        "C-BLEED-PLATELETS",
        Organ.BLEEDING,
        "Low platelets.",
        graded(
            relative=(When("platelets", between(absolute_below, relative_to)),),
            absolute=(When("platelets", below(absolute_below)),),
        ),
        relative=f"platelets {fewest} to {few} /mm³",
        absolute=f"platelets below {fewest} /mm³",
        release=f"Platelets above {few}.",
        section="Hemorrhagic",
    )


@adjustable(Limit("relative_above", "gain on the dosing weight, relative above", "%", 15, 5, 20, LOWER))
def weight(relative_above: Number) -> Rule:
    gain = number_words(relative_above)
    return criterion(
        "C-MSK-WEIGHT",
        Organ.MUSCULOSKELETAL,
        f"Weight gain of more than {gain} % on the dosing weight.",
        weight_gain(above(relative_above)),
        relative=f"weight gain above {gain} %",
        release=f"Weight gain {gain} % or less.",
        section="Musculoskeletal",
    )


@adjustable(
    Limit("relative_from", "oxygen flow, relative from", "L/min", 3, 1, 4, LOWER, 1),
    Limit("absolute_above", "oxygen flow, absolute above", "L/min", 4, 2, 6, LOWER, 1),
    Limit("mask_from", "oxygen by mask, absolute from", "%", 40, 28, 50, LOWER),
    ascending=(("relative_from", "absolute_above"),),
)
def oxygen(relative_from: Number, absolute_above: Number, mask_from: Number) -> Rule:
    low, high, mask = number_words(relative_from), number_words(absolute_above), number_words(mask_from)
    return criterion(
        "C-PULM-OXYGEN",
        Organ.RESPIRATORY,
        "Oxygen needed to keep a saturation of 95 %.",
        graded(
            relative=(When("oxygen_flow", between(relative_from, absolute_above)),),
            absolute=(
                When("oxygen_flow", above(absolute_above)),
                When("oxygen_fio2", at_least(mask_from)),
                When("intubated", one_of("yes")),
            ),
        ),
        relative=f"{low} to {high} L/min nasal",
        absolute=f"above {high} L/min nasal, {mask} % or more by mask, or intubation",
        release=f"Oxygen below {low} L/min, below {mask} % by mask, not intubated.",
        section="Pulmonary",
        reading="The flow alone decides, whatever the saturation reached. Leaving the mask is recorded as 21 %.",
    )


@adjustable(
    Limit("absolute_below", "urine in the last 8 h, absolute below", "mL", 80, 40, 160, HIGHER),
    Limit("relative_to", "urine in the last 8 h, relative up to", "mL", 160, 80, 320, HIGHER),
    ascending=(("absolute_below", "relative_to"),),
)
def urine(absolute_below: Number, relative_to: Number) -> Rule:
    least, little = number_words(absolute_below), number_words(relative_to)
    return criterion(
        "C-REN-URINE",
        Organ.RENAL,
        "Little urine in a shift of 8 hours.",
        urine_in_a_shift(relative=between(absolute_below, relative_to), absolute=below(absolute_below)),
        relative=f"{least} to {little} mL in the last 8 h",
        absolute=f"below {least} mL in the last 8 h",
        release=f"Urine above {little} mL in 8 h.",
        reading="A shift is 8 h, ending with the newest urine entry and fully covered by entries.",
    )


@adjustable(
    Limit("relative_from", "creatinine, relative from", "mg/dL", Fraction("2.5"), Fraction("1.5"), 3, LOWER, 1),
    Limit("absolute_from", "creatinine, absolute from", "mg/dL", 3, 2, 4, LOWER, 1),
    ascending=(("relative_from", "absolute_from"),),
)
def creatinine(relative_from: Number, absolute_from: Number) -> Rule:
    low, high = tenths_words(relative_from), tenths_words(absolute_from)
    return criterion(
        "C-REN-CREATININE",
        Organ.RENAL,
        "Raised creatinine.",
        graded(
            relative=(When("creatinine", from_to_below(relative_from, absolute_from)),),
            absolute=(When("creatinine", at_least(absolute_from)),),
        ),
        relative=f"creatinine {low} to below {high} mg/dL",
        absolute=f"creatinine {high} mg/dL or more",
        release=f"Creatinine below {low} mg/dL.",
        reading="The table prints 2.5 to 2.9; values between 2.9 and 3.0 count as relative.",
    )


@adjustable(Limit("absolute_to", "bicarbonate, absolute up to", "meq/L", 18, 15, 22, HIGHER))
def bicarbonate(absolute_to: Number) -> Rule:
    limit = number_words(absolute_to)
    return criterion(
        "C-REN-BICARBONATE",
        Organ.RENAL,
        "Low bicarbonate.",
        graded(absolute=(When("bicarbonate", at_most(absolute_to)),)),
        absolute=f"bicarbonate {limit} meq/L or less",
        release=f"Bicarbonate above {limit} meq/L.",
        reading=UNCONFIRMED,
    )
