"""CTCAE 5.0 grades where a number decides (pure).

Source: CTCAE 5.0. "Above normal" and "below normal" need the laboratory's own limits; `Limits` holds common adult ones.
Missing: a value that is absent gives None, which means not assessed. None is never grade 0.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction

Number = Fraction | int
_DAY = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Limits:
    """The laboratory's limits of normal, in canonical units. The defaults are common adult ones."""

    ast_uln: Number = 40
    alt_uln: Number = 40
    bilirubin_uln: Number = Fraction("1.2")
    creatinine_uln: Number = Fraction("1.2")
    potassium_uln: Number = 5
    potassium_lln: Number = Fraction("3.5")
    calcium_lln: Number = Fraction("8.5")
    magnesium_lln: Number = Fraction("1.7")
    albumin_lln: Number = Fraction("3.5")
    hemoglobin_lln: Number = 12
    platelets_lln: Number = 150_000
    neutrophils_lln: Number = 2000
    ph_lln: Number = Fraction("7.35")


ADULT = Limits()


@dataclass(frozen=True, slots=True)
class Given:
    """Everything a grade may need beside the value itself."""

    value: Number
    baseline: Number | None
    limits: Limits
    albumin: Number | None
    day: Number | None
    lasting: timedelta | None


def numeric_grade(
    term: str,
    value: Number | None,
    *,
    baseline: Number | None = None,
    limits: Limits = ADULT,
    albumin: Number | None = None,
    day: Number | None = None,
    lasting: timedelta | None = None,
) -> int | None:
    """The grade of a term by its number, 0 for none, None when it cannot be told.

    Units: canonical. `value` is the newest value: for `urine_output_decreased` the mL of the last 8 h, with `day` those
    of the last 24 h; for `weight_gain` kg, with the dosing weight as `baseline`. `albumin` in g/dL corrects calcium.
    `lasting` is how long a fever above 40.0 Cel has lasted.
    """
    if term == "urine_output_decreased":
        return _urine(value, day)
    if value is None:
        return None
    return _GRADERS[term](Given(value, baseline, limits, albumin, day, lasting))


def _above(value: Number, *steps: tuple[Number, int]) -> int:
    """The highest grade whose bound is exceeded."""
    return max((grade for bound, grade in steps if value > bound), default=0)


def _below(value: Number, *steps: tuple[Number, int]) -> int:
    """The highest grade whose bound is undercut."""
    return max((grade for bound, grade in steps if value < bound), default=0)


def _fever(given: Given) -> int:
    """38.0 to 39.0 | >39.0 to 40.0 | >40.0 for up to 24 h | >40.0 for more than 24 h."""
    if given.value > 40:
        return 4 if given.lasting is not None and given.lasting > _DAY else 3
    return 2 if given.value > 39 else 1 if given.value >= 38 else 0


def _creatinine(given: Given) -> int:
    """>ULN | >1.5 x baseline or ULN | >3.0 x baseline or ULN | >6.0 x ULN; the higher of the two readings."""
    uln = Fraction(given.limits.creatinine_uln)
    grade = _above(given.value, (uln, 1), (uln * 3 / 2, 2), (uln * 3, 3), (uln * 6, 4))
    if given.baseline is None:
        return grade
    return max(grade, _above(given.value, (Fraction(given.baseline) * 3 / 2, 2), (Fraction(given.baseline) * 3, 3)))


def _bilirubin(given: Given) -> int:
    """>1.0 | >1.5 | >3.0 | >10.0 times ULN, or times the baseline when that was abnormal."""
    unit = _reference(given.baseline, given.limits.bilirubin_uln)
    return _above(given.value, (unit, 1), (unit * 3 / 2, 2), (unit * 3, 3), (unit * 10, 4))


def _transaminase(value: Number, baseline: Number | None, uln: Number) -> int:
    """>ULN, or from 1.5 x an abnormal baseline | >3.0 | >5.0 | >20.0 times ULN, or times that baseline."""
    unit = _reference(baseline, uln)
    first = value > unit if unit == uln else value >= unit * 3 / 2
    return max(int(first), _above(value, (unit * 3, 2), (unit * 5, 3), (unit * 20, 4)))


def _reference(baseline: Number | None, uln: Number) -> Fraction:
    """ULN when the baseline is normal or unknown, otherwise the baseline. Normal is at or below ULN."""
    return Fraction(uln if baseline is None or baseline <= uln else baseline)


def _ast(given: Given) -> int:
    return _transaminase(given.value, given.baseline, given.limits.ast_uln)


def _alt(given: Given) -> int:
    return _transaminase(given.value, given.baseline, given.limits.alt_uln)


def _platelets(given: Given) -> int:
    return _below(given.value, (given.limits.platelets_lln, 1), (75_000, 2), (50_000, 3), (25_000, 4))


def _neutrophils(given: Given) -> int:
    return _below(given.value, (given.limits.neutrophils_lln, 1), (1500, 2), (1000, 3), (500, 4))


def _anemia(given: Given) -> int:
    """Grade 4 is life-threatening by judgement, so a number gives at most 3."""
    return _below(given.value, (given.limits.hemoglobin_lln, 1), (10, 2), (8, 3))


def _urine(last_8_h: Number | None, last_24_h: Number | None) -> int | None:
    """<80 mL in 8 h is grade 3, <240 mL in 24 h grade 4. A window that is not covered is unknown, not dry."""
    if last_24_h is not None and last_24_h < 240:
        return 4
    if last_8_h is None:
        return None
    return 3 if last_8_h < 80 else 0


def _weight_gain(given: Given) -> int | None:
    """5 to <10 % | 10 to <20 % | 20 % or more of the dosing weight."""
    if given.baseline is None or given.baseline <= 0:
        return None
    percent = (Fraction(given.value) - given.baseline) * 100 / Fraction(given.baseline)
    return 3 if percent >= 20 else 2 if percent >= 10 else 1 if percent >= 5 else 0


def _calcium(given: Given) -> int | None:
    """By calcium corrected for albumin: measured + 0.8 x (4.0 - albumin).

    Missing: without albumin a low total calcium is graded as it is (a low albumin could only have made it look lower),
    and a normal one is not assessed.
    """
    corrected = Fraction(given.value)
    if given.albumin is not None:
        corrected += Fraction("0.8") * (4 - Fraction(given.albumin))
    grade = _below(corrected, (given.limits.calcium_lln, 1), (8, 2), (7, 3), (6, 4))
    return None if grade == 0 and given.albumin is None else grade


def _magnesium(given: Given) -> int:
    return _below(
        given.value, (given.limits.magnesium_lln, 1), (Fraction("1.2"), 2), (Fraction("0.9"), 3), (Fraction("0.7"), 4)
    )


def _hyperkalemia(given: Given) -> int:
    return _above(given.value, (given.limits.potassium_uln, 1), (Fraction("5.5"), 2), (6, 3), (7, 4))


def _hypokalemia(given: Given) -> int:
    """Grade 2 is grade 1 with symptoms, which a number cannot tell."""
    return _below(given.value, (given.limits.potassium_lln, 1), (3, 3), (Fraction("2.5"), 4))


def _albumin(given: Given) -> int:
    return _below(given.value, (given.limits.albumin_lln, 1), (3, 2), (2, 3))


def _acidosis(given: Given) -> int:
    """pH below normal down to 7.3 is grade 1, below 7.3 grade 3; there is no grade 2."""
    return _below(given.value, (given.limits.ph_lln, 1), (Fraction("7.3"), 3))


_GRADERS: dict[str, Callable[[Given], int | None]] = {
    "fever": _fever,
    "creatinine_increased": _creatinine,
    "bilirubin_increased": _bilirubin,
    "ast_increased": _ast,
    "alt_increased": _alt,
    "platelets_decreased": _platelets,
    "neutrophils_decreased": _neutrophils,
    "anemia": _anemia,
    "weight_gain": _weight_gain,
    "hypocalcemia": _calcium,
    "hypomagnesemia": _magnesium,
    "hyperkalemia": _hyperkalemia,
    "hypokalemia": _hypokalemia,
    "hypoalbuminemia": _albumin,
    "acidosis": _acidosis,
}

NUMERIC_TERMS: tuple[str, ...] = (*_GRADERS, "urine_output_decreased")
