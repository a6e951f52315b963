"""CTCAE 5.0 grades of a patient's picture: every term that can be graded, and the highest grade per organ (pure).

For the overview, the toxicity table, and for how grave the values behind an alert are. No dose is held by a grade from
here: in a hospital many grade 3 words are met by being in hospital, and hypotension and tachycardia
have no numbers at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from fractions import Fraction

from tracker.ctcae_numbers import ADULT, NUMERIC_TERMS, Limits, Number, numeric_grade
from tracker.ctcae_readings import CHOICES, NEEDED, NUMBER_OF
from tracker.ctcae_words import GRADE_WORDS, PICKED, TERMS, Organ, Term

__all__ = [
    "ADULT",
    "GRADE_WORDS",
    "NUMERIC_TERMS",
    "PICKED",
    "TERMS",
    "Grade",
    "Limits",
    "Number",
    "Organ",
    "Picture",
    "Term",
    "grade_of",
    "grades_of",
    "numeric_grade",
    "term_grades",
    "worst",
]

Value = Fraction | int | str


@dataclass(frozen=True, slots=True)
class Picture:
    """What is known of a patient at one moment: canonical values by code. A code that is absent was not assessed.

    Units: canonical; `urine_8h_ml` and `urine_24h_ml` are sums over covered windows, None when not covered.
    `hot_for` is how long the temperature has been above 40.0 Cel.
    """

    values: Mapping[str, Value]
    baseline: Mapping[str, Value] = field(default_factory=dict)
    dosing_weight_kg: Number | None = None
    urine_8h_ml: Number | None = None
    urine_24h_ml: Number | None = None
    hot_for: timedelta | None = None
    limits: Limits = ADULT


@dataclass(frozen=True, slots=True)
class Grade:
    """One term and its grade; None means not assessed, which is not 0."""

    term: Term
    grade: int | None

    @property
    def words(self) -> str:
        """What the grade means, for people."""
        return "Not assessed" if self.grade is None else self.term.words.get(self.grade, "")


def grades_of(picture: Picture) -> dict[Organ, int | None]:
    """The highest grade of each organ.

    Missing: without a finding an organ is 0 only when its principal terms were assessed, otherwise None.
    """
    found = {each.term.id: each.grade for each in term_grades(picture)}
    return {organ: _organ_grade(organ, found) for organ in Organ}


def _organ_grade(organ: Organ, found: Mapping[str, int | None]) -> int | None:
    highest = max((grade for term, grade in found.items() if grade and TERMS[term].organ is organ), default=0)
    if highest == 0 and any(found[term] is None for term in NEEDED[organ]):
        return None
    return highest


def worst(pictures: Iterable[Mapping[Organ, int | None]]) -> dict[Organ, int | None]:
    """The highest grade of each organ over several moments; None where it was never assessed."""
    highest: dict[Organ, int | None] = dict.fromkeys(Organ)
    for grades in pictures:
        for organ, grade in grades.items():
            if grade is not None:
                highest[organ] = max(grade, highest[organ] or 0)
    return highest


def term_grades(picture: Picture) -> tuple[Grade, ...]:
    """Every term in the order of the organs, with its grade or None."""
    return tuple(Grade(term, grade_of(term.id, picture)) for term in TERMS.values())


def grade_of(term: str, picture: Picture) -> int | None:
    """The grade of one term, None when it cannot be told."""
    if term in NUMBER_OF:
        return _by_number(term, picture)
    if term in CHOICES:
        return _by_choice(CHOICES[term], picture.values)
    if term in _SPECIAL:
        return _SPECIAL[term](picture)
    return _picked(_CODE_OF_PICKED[term], picture.values)


_CODE_OF_PICKED = {term: code for code, term in PICKED.items()}


def _number(values: Mapping[str, Value], code: str) -> Number | None:
    value = values.get(code)
    return None if value is None or isinstance(value, str) else value


def _by_number(term: str, picture: Picture) -> int | None:
    code = NUMBER_OF[term]
    return numeric_grade(
        term,
        _number(picture.values, code),
        baseline=_number(picture.baseline, code),
        limits=picture.limits,
        albumin=_number(picture.values, "albumin"),
        lasting=picture.hot_for,
    )


def _by_choice(codes: Mapping[str, Mapping[str, int]], values: Mapping[str, Value]) -> int | None:
    """The highest grade among the codes of a term that were assessed."""
    return max((graded.get(str(values[code]), 0) for code, graded in codes.items() if code in values), default=None)


def _picked(code: str, values: Mapping[str, Value]) -> int | None:
    value = values.get(code)
    return None if value is None else int(value)


def _hypotension(picture: Picture) -> int | None:
    """No numbers in CTCAE 5.0; our reading: a pressor is grade 3, systolic below 90 without one grade 1, and 2 when it
    persists after fluid."""
    pressors = ("phenylephrine_rate", "norepinephrine_rate", "dopamine_rate")
    if any(_number(picture.values, code) for code in pressors):
        return 3
    if picture.values.get("hypotension_after_boluses") == "yes":
        return 2
    systolic = _number(picture.values, "systolic_bp")
    return None if systolic is None else int(systolic < 90)


def _hypoxia(picture: Picture) -> int | None:
    """Below 88 % at rest is grade 3, any oxygen grade 2, an intubated patient grade 4 (our reading of the words)."""
    values = picture.values
    if values.get("intubated") == "yes":
        return 4
    spo2 = _number(values, "spo2")
    if spo2 is None:
        return None
    on_oxygen = (_number(values, "oxygen_flow") or 0) > 0 or (_number(values, "oxygen_fio2") or 21) > 21
    return 3 if spo2 < 88 else 2 if on_oxygen else 0


def _weight_gain(picture: Picture) -> int | None:
    return numeric_grade("weight_gain", _number(picture.values, "weight"), baseline=picture.dosing_weight_kg)


def _urine(picture: Picture) -> int | None:
    return numeric_grade("urine_output_decreased", picture.urine_8h_ml, day=picture.urine_24h_ml)


_SPECIAL = {
    "hypotension": _hypotension,
    "hypoxia": _hypoxia,
    "weight_gain": _weight_gain,
    "urine_output_decreased": _urine,
}
