"""How a charted value is written for people: plain numbers, and each choice in the words of a ward (pure)."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Context, Decimal
from fractions import Fraction

from tracker.catalogue_codes import CODES, Kind

_WORDS: dict[str, dict[str, str]] = {
    "rhythm": {
        "sinus": "Sinus rhythm",
        "bradycardia_treated": "Bradycardia that needs treatment",
        "ventricular_tachycardia_sustained": "Sustained ventricular tachycardia",
    },
    "ischemia": {"ecg_change": "ECG change of ischaemia or infarction"},
    "mental_status": {"mild_change": "Mild change", "severe_change": "Severe change"},
    "seizure": {"single": "Single seizure", "repetitive_or_uncontrolled": "Repetitive or hard to control"},
    "rales": {
        "below_one_third": "Below one third",
        "one_third_to_half": "One third to below half",
        "half_or_more": "Half or more",
    },
    "stool_blood": {"heme_positive": "FIT or FOBT positive", "frank": "Visible blood"},
    "sputum_or_emesis_blood": {"heme_positive": "Heme-positive", "frank": "Visible blood"},
    "bowel_catastrophe": {
        "ischemia_or_perforation": "Ischaemia or perforation",
        "bleed_requiring_surgery": "Bleeding that needs surgery",
    },
    "sepsis": {
        "unstable": "Sepsis, clinically unstable",
        "resolved_stable_treated": "Resolved, stable, infection under treatment",
    },
}

_TERMS_OF_TEN = (2, 5)


def show(code: str, value: Fraction | int | str) -> str:
    """The value as a ward reads it: "84", "37.2", "240,000", "Sinus tachycardia", "Grade 2"; its unit stands beside."""
    kind = CODES[code].kind
    if kind is Kind.CHOICE:
        choice = str(value)
        return _WORDS.get(code, {}).get(choice) or choice.replace("_", " ").capitalize()
    if kind is Kind.GRADE:
        return f"Grade {value}"
    return show_number(Fraction(value), decimals=CODES[code].decimals)


def show_number(value: Fraction, *, decimals: int = 0) -> str:
    """A number for people, thousands separated from 10,000 on.

    It is exact as long as it is short; otherwise four digits, and more where fewer would make it look like a rounder
    number: 89.9999 must not be read as 90 beside a limit of 90.
    """
    digits = _exact_digits(value)
    if digits is None or -int(digits.as_tuple().exponent) > max(decimals + 1, 2):
        digits = _rounded(value)
    return f"{digits:,f}" if abs(value) >= 10_000 else f"{digits:f}"


def number_text(value: Fraction | int) -> str:
    """A plain decimal without separators: exact when it terminates, otherwise to twelve digits."""
    digits = _exact_digits(Fraction(value))
    return f"{_to_digits(Fraction(value), 12) if digits is None else digits:f}"


def _exact_digits(value: Fraction) -> Decimal | None:
    """The exact decimal without trailing zeros, or None when it never ends."""
    rest, places = value.denominator, 0
    for prime in _TERMS_OF_TEN:
        count = 0
        while rest % prime == 0:
            rest //= prime
            count += 1
        places = max(places, count)
    if rest != 1:
        return None
    scaled = value.numerator * 10**places // value.denominator
    return Decimal(scaled).scaleb(-places, Context(prec=len(str(abs(scaled))) + 1))


def _rounded(value: Fraction) -> Decimal:
    fewest = max(4, len(str(int(abs(value)))))
    for count in range(fewest, fewest + 45):
        digits = _to_digits(value, count)
        if len(digits.as_tuple().digits) == count:
            return digits
    return digits


def _to_digits(value: Fraction, count: int) -> Decimal:
    """Rounded to that many significant digits, trailing zeros dropped."""
    context = Context(prec=count, rounding=ROUND_HALF_EVEN)
    digits = context.divide(Decimal(value.numerator), Decimal(value.denominator))
    return _without_zeros(digits)


def _without_zeros(digits: Decimal) -> Decimal:
    stripped = digits.normalize(Context(prec=200))
    return stripped if int(stripped.as_tuple().exponent) <= 0 else stripped.quantize(Decimal(1))
