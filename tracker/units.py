"""Exact numbers and units: reading a decimal without a float, and every conversion into a code's canonical unit (pure).

Units: UCUM names; `canonical = amount * factor + shift`, exact in fractions, so that a limit is compared unrounded.
Source: NIST SP 811 for pressure, mass and temperature; molar masses from the IUPAC standard atomic weights.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from tracker.catalogue_codes import CODES
from tracker.errors import BadInput

MAX_CHARACTERS = 40  # no laboratory prints a longer number, and the chart stores the text as it was typed
MAX_UNIT_CHARACTERS = 20  # likewise stored as typed
MAX_EXPONENT = 40  # beyond this a power of ten would cost memory and time before any range could refuse it

_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:e([+-]?\d+))?", re.ASCII | re.IGNORECASE)
_NOT_FINITE = re.compile(r"[+-]?(?:s?nan\d*|inf(?:inity)?)", re.ASCII | re.IGNORECASE)
_WITH_COMMA = re.compile(r"[+-]?\d+,\d+", re.ASCII)
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?", re.ASCII)


def echo(raw: object) -> str:
    """What was typed, short and printable enough to be repeated in a sentence."""
    if isinstance(raw, int) and raw.bit_length() > 4 * MAX_CHARACTERS:
        return "a very long number"
    if not isinstance(raw, str | int | Decimal | None):
        return f"a {type(raw).__name__}"  # a nested list may be too deep to be written out
    text = "null" if raw is None else str(raw)
    printable = "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in text[:41])
    return printable if len(printable) <= 40 else f"{printable[:39]}…"


def exact(text: str | int | Decimal) -> Fraction:
    """The number that was written, exactly.

    Raises: BadInput missing_value, not_a_number or not_finite; TypeError for a float, a bool or any other type, because
    only the program can be at fault then (parse JSON with `parse_float=Decimal`).
    """
    written = _as_text(text)
    if not written:
        raise BadInput("missing_value", "The value is missing.", remedy="Enter the value.")
    if _NOT_FINITE.fullmatch(written):
        raise _not_finite(written)
    if len(written) > MAX_CHARACTERS:
        raise BadInput(
            "not_a_number", f"{echo(written)} is longer than {MAX_CHARACTERS} characters.", remedy="Write it shorter."
        )
    match = _NUMBER.fullmatch(written)
    if match is None:
        raise BadInput("not_a_number", f"{echo(written)} is not a number.", remedy=_remedy_for(written))
    if match[1] and abs(int(match[1])) > MAX_EXPONENT:
        raise _not_finite(written)
    return Fraction(written)


def _as_text(number: str | int | Decimal) -> str:
    if isinstance(number, bool) or not isinstance(number, str | int | Decimal):
        raise TypeError(f"an exact number comes from str, int or Decimal, not from {type(number).__name__}")
    if isinstance(number, int) and number.bit_length() > 4 * MAX_CHARACTERS:
        return "9" * (MAX_CHARACTERS + 1)  # str() of a huge int is slow and limited; it is too long in any case
    return str(number).strip()


def _not_finite(written: str) -> BadInput:
    return BadInput(
        "not_finite",
        f"{echo(written)} is not a finite number of a usable size.",
        remedy="Write the number in plain digits.",
    )


def _remedy_for(written: str) -> str:
    if _GROUPED.fullmatch(written):
        return f"Write {written.replace(',', '')} without a comma, or use a point if the comma was a decimal one."
    if _WITH_COMMA.fullmatch(written):
        return f"Write {written.replace(',', '.')} with a point."
    if written[:1] in "<>≤≥":
        return "Write the number alone, without < or >."
    return "Write digits, with a point for decimals."


@dataclass(frozen=True, slots=True)
class Scale:
    """One conversion: canonical = amount * factor + shift."""

    factor: Fraction
    shift: Fraction = Fraction(0)


def _scale(factor: str) -> Scale:
    return Scale(Fraction(factor))


def _per(divisor: str) -> Scale:
    return Scale(1 / Fraction(divisor))


_SAME = _scale("1")

# Conversions that hold for every code with this canonical unit.
_BY_CANONICAL: dict[str, dict[str, Scale]] = {
    # NIST SP 811: the conventional millimetre of mercury is 133.322387415 Pa (13595.1 kg/m3 x 9.80665 m/s2 x 1 mm).
    "mm[Hg]": {"kPa": Scale(1000 / Fraction("133.322387415"))},
    "/min": {},
    # NIST SP 811: t/Cel = (t/degF - 32) / 1.8.
    "Cel": {"[degF]": Scale(Fraction(5, 9), Fraction(-160, 9))},
    "%": {},
    "L/min": {"mL/min": _per("1000")},
    # NIST SP 811: the avoirdupois pound is 0.45359237 kg by definition.
    "kg": {"g": _per("1000"), "[lb_av]": _scale("0.45359237")},
    "mL": {"L": _scale("1000"), "dL": _scale("100")},
    "ug/kg/min": {"ug/kg/h": _per("60"), "mg/kg/h": Scale(Fraction(1000, 60))},
    "mg/dL": {"mg/L": _per("10")},
    "g/dL": {"g/L": _per("10")},
    # One unit of enzyme turns over 1 umol per minute; 1 ukat is 1 umol per second.
    "U/L": {"ukat/L": _scale("60"), "nkat/L": _scale("0.06")},
    # One microlitre is one cubic millimetre, so 10*9/L = 10*3/uL = 1000 /mm3.
    "/mm3": {
        "/uL": _SAME,
        "10*9/L": _scale("1000"),
        "10*3/uL": _scale("1000"),
        "10*3/mm3": _scale("1000"),
        "/nL": _scale("1000"),
    },
    "meq/L": {},
    "mmol/L": {},
    "[pH]": {},
    "m[IU]/L": {"u[IU]/mL": _SAME},
}

# Conversions that depend on the substance: its molar mass or its charge.
_BY_CODE: dict[str, dict[str, Scale]] = {
    "creatinine": {"umol/L": _per("88.42")},  # C4H7N3O, 113.12 g/mol; laboratories divide by 88.42
    "bilirubin": {"umol/L": _per("17.104")},  # C33H36N4O6, 584.66 g/mol
    "glucose": {"mmol/L": _scale("18.016")},  # C6H12O6, 180.16 g/mol
    "calcium": {"mmol/L": _scale("4.008"), "meq/L": _scale("2.004")},  # Ca 40.08 g/mol, two charges
    "magnesium": {"mmol/L": _scale("2.4305"), "meq/L": _scale("1.21525")},  # Mg 24.305 g/mol, two charges
    "phosphate": {"mmol/L": _scale("3.0974")},  # reported as phosphorus, P 30.974 g/mol
    "bicarbonate": {"mmol/L": _SAME},  # one charge
    "sodium": {"meq/L": _SAME},  # one charge
    "potassium": {"meq/L": _SAME},  # one charge
}

# Spellings seen on wards and in laboratory systems, already folded by `_fold`, and the unit that each one means.
_SPELLINGS: dict[str, str] = {
    "mm[Hg]": "mmhg",
    "/min": "bpm 1/min min-1 min*-1 permin beats/min breaths/min {beats}/min {breaths}/min",
    "Cel": "°c c degc celsius",
    "[degF]": "°f f degf fahrenheit",
    "%": "percent",
    "L/min": "lpm",
    "kg": "kgs kilogram",
    "g": "gram",
    "[lb_av]": "lb lbs pound pounds",
    "mL": "cc cm3",
    "L": "litre liter",
    "ug/kg/h": "ug/kg/hr",
    "mg/kg/h": "mg/kg/hr",
    "U/L": "iu/l [iu]/l",
    "/mm3": "cells/mm3 /cmm",
    "/uL": "cells/ul 1/ul",
    "10*3/uL": "k/ul thou/ul",
    "10*3/mm3": "k/mm3",
    "10*9/L": "giga/l",
    "meq/L": "mval/l",
    "[pH]": "ph 1",
    "m[IU]/L": "miu/l mu/l",
    "u[IU]/mL": "uiu/ml uu/ml",
}
_ALIASES = {spelling: name for name, spellings in _SPELLINGS.items() for spelling in spellings.split()}
_EXACT_CASE: dict[str, str] = {"G/L": "10*9/L"}  # giga per litre; in lower case it would be grams

_SUPERSCRIPTS = str.maketrans({"⁹": "^9", "³": "^3", "⁻": "-", "¹": "1"})


def _fold(unit: str) -> str:
    """One spelling for all: no spaces, lower case, one micro sign, one way to write a power."""
    text = unicodedata.normalize("NFKC", unit.translate(_SUPERSCRIPTS))
    text = "".join(text.split()).lower().replace("μ", "u").replace("mcg", "ug")
    text = re.sub(r"\*\*|\^", "*", text).replace("mm*3", "mm3").replace("cm*3", "cm3")
    return re.sub(r"^[x×](?=10)", "", text)


@lru_cache(maxsize=256)
def _scales(code: str) -> dict[str, Scale]:
    row = CODES[code]
    if not row.unit:
        return {}
    return {row.unit: _SAME, **_BY_CANONICAL[row.unit], **_BY_CODE.get(code, {})}


def accepted(code: str) -> tuple[str, ...]:
    """The units in which this code may be entered, the canonical one first; none for a choice or a grade."""
    return tuple(_scales(code))


@lru_cache(maxsize=4096)
def unit_name(code: str, unit: str) -> str | None:
    """The UCUM name of a unit as somebody spelled it, or None when this code cannot be entered in it."""
    names = accepted(code)
    if unit in names:
        return unit
    if len(unit.strip()) > MAX_UNIT_CHARACTERS:
        return None
    folded = _fold(unit)
    by_spelling = {_fold(name): name for name in names}
    found = _EXACT_CASE.get(unit.strip()) or by_spelling.get(folded) or _ALIASES.get(folded)
    return found if found in names else None


def to_canonical(code: str, amount: Fraction, unit: str) -> Fraction:
    """The same amount in the canonical unit of the code, exactly. Raises: BadInput unknown_unit."""
    scale = _scale_of(code, unit)
    return amount * scale.factor + scale.shift


def from_canonical(code: str, value: Fraction, unit: str) -> Fraction:
    """A canonical value in another accepted unit, exactly. Raises: BadInput unknown_unit."""
    scale = _scale_of(code, unit)
    return (value - scale.shift) / scale.factor


def _scale_of(code: str, unit: str) -> Scale:
    name = unit_name(code, unit)
    if name is None:
        raise BadInput("unknown_unit", wrong_unit_sentence(code, unit), remedy=unit_remedy(code))
    return _scales(code)[name]


def wrong_unit_sentence(code: str, unit: str) -> str:
    """Why this unit cannot be taken."""
    display = CODES[code].display
    if not accepted(code):
        return f"{display} has no unit, but {echo(unit)} was given."
    if not unit.strip():
        return f"{display} was given without a unit."
    return f"{display} cannot be entered in {echo(unit)}."


def unit_remedy(code: str) -> str:
    """Which units can be taken."""
    names = accepted(code)
    if not names:
        return "Leave the unit out."
    return f"Use {names[0]}." if len(names) == 1 else f"Use one of: {', '.join(names)}."
