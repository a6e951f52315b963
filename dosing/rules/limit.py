"""A printed number of a rule that a hospital may set otherwise: what it means, and between which bounds. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

Number = int | Fraction


class Stricter(StrEnum):
    """In which direction the number finds more."""

    HIGHER = "higher"
    LOWER = "lower"


class Deviation(StrEnum):
    """How a number that a hospital signed stands to the printed one."""

    AS_PRINTED = "as printed"
    STRICTER = "stricter than printed"
    LOOSER = "looser than printed"


@dataclass(frozen=True, slots=True)
class Limit:
    """One number by its name inside the rule. `words` complete "the number ..."; bounds are included.

    The bounds of a rule that a label prints end at the printed number: a hospital may ask for more than the label,
    never for less.
    """

    name: str
    words: str
    unit: str
    printed: Number
    low: Number
    high: Number
    stricter: Stricter
    decimals: int = 0

    def __post_init__(self) -> None:
        if not self.low <= self.printed <= self.high:
            raise ValueError(f"{self.name}: the printed number is outside its bounds")

    def deviation(self, number: Number) -> Deviation:
        """How this number stands to the printed one."""
        if number == self.printed:
            return Deviation.AS_PRINTED
        stricter = number > self.printed if self.stricter is Stricter.HIGHER else number < self.printed
        return Deviation.STRICTER if stricter else Deviation.LOOSER

    def takes(self, number: Number) -> bool:
        """True when the number lies within the bounds and has no more decimals than a ward would write."""
        return self.low <= number <= self.high and (Fraction(number) * 10**self.decimals).denominator == 1


def number_words(number: Number) -> str:
    """A limit as a ward writes it: thousands separated from 10,000 on, at most two decimals."""
    if Fraction(number).denominator == 1:
        return f"{int(number):,}" if number >= 10_000 else str(int(number))
    hundredths = Fraction(number) * 100
    if hundredths.denominator != 1:
        raise ValueError("a printed limit has at most two decimals")
    return f"{hundredths.numerator // 100}.{hundredths.numerator % 100:02d}".removesuffix("0")


def tenths_words(number: Number) -> str:
    """The same with one decimal at least, as laboratories print it: "3.0"."""
    text = number_words(number)
    return text if "." in text else f"{text}.0"
