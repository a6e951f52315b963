"""The rows of institution-2015 with numbers of their own, each with the bounds within which a hospital may set them."""

from __future__ import annotations

from dataclasses import replace

from dosing.rules.adjustable import adjustable
from dosing.rules.consensus_numbers import tachycardia_note
from dosing.rules.consensus_row import criterion
from dosing.rules.criteria import above, at_least, below, between
from dosing.rules.held_doses import held_times
from dosing.rules.limit import Limit, Number, Stricter, number_words
from dosing.rules.momentary import CorrectFirst, diarrhea, tachycardia, urine_in_a_shift, weight_gain
from dosing.rules.rule import Organ, Rule, Source
from dosing.rules.verdict import Verdict

HIGHER, LOWER = Stricter.HIGHER, Stricter.LOWER
DOCUMENT = "High-dose interleukin-2 at an academic community hospital, SpringerPlus 2015;4:118"
HOURS_OF_A_SHIFT = 8


def table_1(section: str) -> Source:
    """Where a row of this set is printed."""
    return Source(DOCUMENT, "Table 1", section)


def row(rule: Rule, section: str) -> Rule:
    """A criterion with its place in this table."""
    return replace(rule, source=table_1(section))


@adjustable(
    Limit("relative_from", "heart rate, relative from", "/min", 120, 90, 130, LOWER),
    Limit("absolute_above", "heart rate, absolute above", "/min", 130, 110, 150, LOWER),
    ascending=(("relative_from", "absolute_above"),),
)
def heart_rate(relative_from: Number, absolute_above: Number) -> Rule:
    lowest, fastest = number_words(relative_from), number_words(absolute_above)
    rule = criterion(
        "I-CV-TACHYCARDIA",
        Organ.CARDIOVASCULAR,
        "Sinus tachycardia that persists after fever, hypotension and dopamine were corrected.",
        tachycardia(relative_from, absolute_above),
        relative=f"heart rate {lowest} to {fastest} /min",
        absolute=f"heart rate above {fastest} /min",
        release=f"Heart rate below {lowest}.",
        reading=f"{tachycardia_note(absolute_above)} The conditions are those of consensus-2014.",
        note=CorrectFirst(relative_from),
    )
    return row(rule, "Cardiac")


@adjustable(Limit("shift_above", "volume in a shift of 8 h, above", "mL", 1000, 500, 1500, LOWER))
def diarrhea_volume(shift_above: Number) -> Rule:
    ml = number_words(shift_above)
    rule = criterion(
        "I-GI-DIARRHEA",
        Organ.GASTROINTESTINAL,
        f"Diarrhea of more than {ml} mL in a shift of 8 hours.",
        diarrhea(relative=above(shift_above), each_shift=shift_above),
        relative=f"above {ml} mL in the last 8 h",
        absolute=f"{ml} mL or more in each of the last two 8 h",
        release=f"Diarrhea {ml} mL or less in the last 8 h.",
        reading="The absolute column is taken over from consensus-2014. A shift is 8 h, counted back from the end "
        "of the newest entry.",
    )
    return row(rule, "Gastrointestinal")


@adjustable(Limit("relative_from", "gain on the dosing weight, relative from", "%", 15, 5, 20, LOWER))
def weight(relative_from: Number) -> Rule:
    gain = number_words(relative_from)
    rule = criterion(
        "I-MSK-WEIGHT",
        Organ.MUSCULOSKELETAL,
        f"Weight gain of {gain} % or more on the dosing weight.",
        weight_gain(at_least(relative_from)),
        relative=f"weight gain {gain} % or more",
        release=f"Weight gain below {gain} %.",
    )
    return row(rule, "Weight")


@adjustable(
    Limit("absolute_below", "urine over the last 8 h, absolute below", "mL/h", 10, 5, 20, HIGHER),
    Limit("relative_to", "urine over the last 8 h, relative up to", "mL/h", 20, 10, 40, HIGHER),
    ascending=(("absolute_below", "relative_to"),),
)
def urine(absolute_below: Number, relative_to: Number) -> Rule:
    least, little = absolute_below * HOURS_OF_A_SHIFT, relative_to * HOURS_OF_A_SHIFT
    rule = criterion(
        "I-REN-URINE",
        Organ.RENAL,
        "Little urine in a shift of 8 hours, by volume or by rate.",
        urine_in_a_shift(relative=between(least, little), absolute=below(least)),
        relative=f"{number_words(least)} to {number_words(little)} mL in the last 8 h, or "
        f"{number_words(absolute_below)} to {number_words(relative_to)} mL/h",
        absolute=f"below {number_words(least)} mL in the last 8 h, or below {number_words(absolute_below)} mL/h",
        release=f"Urine above {number_words(little)} mL in 8 h.",
        reading=f"The rate is taken over the same 8 h, where {number_words(absolute_below)} and "
        f"{number_words(relative_to)} mL/h are the same limits as {number_words(least)} and {number_words(little)} mL.",
    )
    return row(rule, "Renal")


_COUNTED = {2: "second", 3: "third", 4: "fourth", 5: "fifth"}


@adjustable(Limit("doses", "doses held that stop the cycle", "", 3, 2, 5, LOWER))
def held_doses(doses: Number) -> Rule:
    many = {2: "Two", 3: "Three", 4: "Four", 5: "Five"}[int(doses)]
    return Rule(
        id="I-HELD-THRICE",
        organ=Organ.GENERAL,
        sentence=f"The {_COUNTED[int(doses)]} held dose of a cycle stops the cycle.",
        trigger=f"{many} doses held in this cycle: a hold, or a dose refused under hold or above that then lapsed",
        release="Stays until the cycle ends; every further dose needs an override.",
        effect=Verdict.STOP_CYCLE,
        source=table_1("footnote rule"),
        reading="The source does not say consecutive. Correcting the value that held a dose does not unhold it.",
        latched=True,
        judge=held_times(doses),
    )
