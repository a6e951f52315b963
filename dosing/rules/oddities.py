"""Faithful to the sources, and yet odd: what the person who signs a rule set must be shown beside its rules."""

from __future__ import annotations

from dataclasses import dataclass

LABEL = "label-2023"
CONSENSUS = "consensus-2014"
INSTITUTION = "institution-2015"
TIL = "til-2024"
ALL = (LABEL, CONSENSUS, INSTITUTION, TIL)
COUNTED = (CONSENSUS, INSTITUTION)


@dataclass(frozen=True, slots=True)
class Oddity:
    """One consequence of the printed rules that a careful reader would not expect, and the sets it concerns."""

    sets: tuple[str, ...]
    text: str


ODDITIES = (
    Oddity(
        COUNTED,
        "consensus-2014 and institution-2015 have no row for blood pressure, oxygen saturation or sepsis; that is why "
        "label-2023 is always bound with them.",
    ),
    Oddity(
        (LABEL,),
        "label-2023 has no row for ectopy, a single seizure (our reading adds it), hyperkalaemia, acidosis, haemoglobin"
        " or neutrophils alone, mild hypersensitivity, or hallucinations.",
    ),
    Oddity((CONSENSUS,), "consensus-2014 takes one premature beat as an absolute criterion."),
    Oddity(COUNTED, "Norepinephrine and dopamine count in institution-2015 only."),
    Oddity((LABEL,), "Creatinine is released at or below the baseline even where the baseline was high."),
    Oddity((LABEL,), "An AST or ALT that was raised at baseline raises its own threshold."),
    Oddity((LABEL,), "An oxygen saturation of 91 % releases on any amount of oxygen."),
    Oddity((*COUNTED, TIL), "The newest momentary value counts however old it is."),
    Oddity(ALL, "Unknown urine output is incomplete, whatever the hours before showed."),
    Oddity((LABEL,), "A single seizure charted with a normal mental status may hold for minutes only."),
    Oddity(
        ALL,
        "The rest period counts from the first dose, so a cycle with long delays leaves fewer than 9 days of rest.",
    ),
    Oddity(
        ALL,
        "The counting rule, the lateness limit and the column of four consensus rows are not printed in any source "
        "seen.",
    ),
)


def oddities_of(rule_set_id: str) -> tuple[Oddity, ...]:
    """The oddities that concern one rule set."""
    return tuple(oddity for oddity in ODDITIES if rule_set_id in oddity.sets)
