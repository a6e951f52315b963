"""Judging momentary rules: the newest value of a code, however old, decides; nothing latches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from dosing.rules.criteria import Test, When, above, at_least, between, none_of
from dosing.rules.facts import Measured
from dosing.rules.history import Point
from dosing.rules.latches import runs
from dosing.rules.limit import Number, number_words
from dosing.rules.picture import Picture
from dosing.rules.rule import ABSOLUTE, RELATIVE, Class, Hit, Judge
from dosing.rules.verdict import Verdict
from dosing.rules.windows import SHIFT, volume_between
from dosing.rules.wording import listed

EFFECT_OF_CLASS = {RELATIVE: Verdict.HOLD, ABSOLUTE: Verdict.STOP_CYCLE}
FEVER = 38
LOW_PRESSURE = 90
LAST_SHIFT = "in 8 h"


def classed(klass: Class, because: dict[str, Measured], newest: Point, limit: str, over: str = "") -> Hit:
    """A hit of a criterion with a class; what the set's count makes of it is the verdict."""
    return Hit(EFFECT_OF_CLASS[klass], because, newest.at, limit, klass=klass, over=over)


def graded(*, relative: Sequence[When] = (), absolute: Sequence[When] = ()) -> Judge:
    """Newest values against the absolute column first, then the relative one: one finding, at its highest class."""

    def judge(picture: Picture) -> Hit | None:
        for klass, whens in ((ABSOLUTE, absolute), (RELATIVE, relative)):
            met = newest_meeting(picture, whens)
            if met:
                words = dict.fromkeys(when.test.words for when, _ in met if when.test.words)
                because = {when.code: point.value for when, point in met}
                newest = max((point for _, point in met), key=lambda point: point.place)
                return classed(klass, because, newest, ", ".join(words))
        return None

    return judge


def plain(*columns: tuple[Verdict, When]) -> Judge:
    """Newest values against one effect after the other, gravest first; no class, not counted."""

    def judge(picture: Picture) -> Hit | None:
        for effect, when in columns:
            met = newest_meeting(picture, (when,))
            if met:
                point = met[0][1]
                return Hit(effect, {when.code: point.value}, point.at, when.test.words)
        return None

    return judge


def newest_meeting(picture: Picture, whens: Sequence[When]) -> list[tuple[When, Point]]:
    """The conditions that the newest values meet. A code never recorded meets none."""
    newest = ((when, picture.history.newest(when.code)) for when in whens)
    return [(when, point) for when, point in newest if point is not None and when.test.holds(point.value)]


# --- heart rate -------------------------------------------------------------------------------------------------------


def uncorrected(picture: Picture, rate: Point) -> list[str]:
    """What must be corrected before the heart rate counts; empty when it counts.

    Missing: temperature and pressure must have been observed at the same instant; dopamine never recorded is off.
    """
    history = picture.history
    temperature = history.at_instant("temperature", rate.at)
    pressure = history.at_instant("systolic_bp", rate.at)
    dopamine = history.newest_by("dopamine_rate", rate.at)
    reasons = []
    if temperature is None:
        reasons.append("temperature was not taken with it")
    elif temperature.value >= FEVER:
        reasons.append("the temperature is 38 °C or more")
    if pressure is None:
        reasons.append("blood pressure was not taken with it")
    elif pressure.value < LOW_PRESSURE:
        reasons.append("systolic pressure is below 90")
    if dopamine is not None and dopamine.value != 0:
        reasons.append("dopamine is running")
    return reasons


def tachycardia(lowest: Number, fastest: Number) -> Judge:
    """Heart rate from `lowest` to `fastest` relative, above absolute, if it persists after correction.

    Uncorrected only a rate above `fastest` is a finding, as relative: it must not pass unseen.
    """
    relative, absolute = between(lowest, fastest), above(fastest)

    def judge(picture: Picture) -> Hit | None:
        rate = picture.history.newest("heart_rate")
        if rate is None or rate.value < lowest:
            return None
        because = {"heart_rate": rate.value}
        fast = absolute.holds(rate.value)
        if uncorrected(picture, rate):
            return classed(RELATIVE, because, rate, f"{absolute.words}, to be corrected first") if fast else None
        if fast:
            return classed(ABSOLUTE, because, rate, absolute.words)
        return classed(RELATIVE, because, rate, relative.words)

    return judge


@dataclass(frozen=True, slots=True)
class CorrectFirst:
    """The note beside a fast heart rate that does not count yet."""

    lowest: Number

    def __call__(self, picture: Picture) -> str | None:
        rate = picture.history.newest("heart_rate")
        if rate is None or rate.value < self.lowest:
            return None
        reasons = uncorrected(picture, rate)
        return (
            f"Correct first: the heart rate does not count as it stands, because {listed(reasons)}."
            if reasons
            else None
        )


# --- windows, weight, pressors, mental status -------------------------------------------------------------------------


def urine_in_a_shift(*, relative: Test, absolute: Test) -> Judge:
    """Urine of the last 8 h. Missing: an unknown window is no finding; the missing value itself is reported."""

    def judge(picture: Picture) -> Hit | None:
        window = picture.urine_shift
        if window is None:
            return None
        because = {"urine_output": window.volume}
        for klass, test in ((ABSOLUTE, absolute), (RELATIVE, relative)):
            if test.holds(window.volume):
                return Hit(
                    EFFECT_OF_CLASS[klass], because, window.end, f"{test.words} mL", klass=klass, over=LAST_SHIFT
                )
        return None

    return judge


def urine_per_kg(limit_ml_per_kg: Number) -> Judge:
    """Urine of the last 8 h below so many mL per kg of dosing weight: hold."""
    limit = f"below {number_words(limit_ml_per_kg)} mL/kg"

    def judge(picture: Picture) -> Hit | None:
        window = picture.urine_shift
        if window is None or window.volume >= limit_ml_per_kg * picture.plan.weight_kg:
            return None
        return Hit(Verdict.HOLD, {"urine_output": window.volume}, window.end, limit, over=LAST_SHIFT)

    return judge


def diarrhea(*, relative: Test, each_shift: Number) -> Judge:
    """Diarrhea of the last shift, and of each of the last two.

    It is charted by event: the windows count back from the end of the newest entry, if that is within the last 8 h,
    and gaps count as nothing.
    """
    twice, words = at_least(each_shift), f"the second shift of {number_words(each_shift)} mL or more"

    def judge(picture: Picture) -> Hit | None:
        entries = picture.history.of("diarrhea_volume")
        if not entries or picture.at - entries[-1].at > SHIFT:
            return None
        end = entries[-1].at
        last = volume_between(entries, end - SHIFT, end).volume
        before = volume_between(entries, end - 2 * SHIFT, end - SHIFT).volume
        because = {"diarrhea_volume": last}
        if twice.holds(last) and twice.holds(before):
            return classed(ABSOLUTE, because, entries[-1], words, LAST_SHIFT)
        if relative.holds(last):
            return classed(RELATIVE, because, entries[-1], f"{relative.words} mL", LAST_SHIFT)
        return None

    return judge


def weight_gain(test: Test) -> Judge:
    """The newest weight against the dosing weight; the test is of the gain in per cent."""

    def judge(picture: Picture) -> Hit | None:
        newest = picture.history.newest("weight")
        if newest is None:
            return None
        gain = (newest.value - picture.plan.weight_kg) * 100 / picture.plan.weight_kg
        if not test.holds(gain):
            return None
        limit = f"a gain of {_one_decimal(gain)} % on the dosing weight, {test.words} %"
        return classed(RELATIVE, {"weight": newest.value}, newest, limit)

    return judge


def _one_decimal(number: Fraction) -> str:
    tenths = round(number * 10)
    return f"{tenths // 10}.{tenths % 10}"


def phenylephrine(*, highest: tuple[Number, Number], at_dosing: tuple[Number, Number]) -> Judge:
    """Highest rate in force since the start of the last given dose, and the rate now.

    Each pair is where the relative column begins and above what the absolute one does. Units: mcg/kg/min.
    """
    most, least = "highest since the last dose", "at dosing"
    columns = (
        (ABSOLUTE, most, above(highest[1])),
        (ABSOLUTE, least, above(at_dosing[1])),
        (RELATIVE, most, between(*highest)),
        (RELATIVE, least, above(at_dosing[0])),
    )

    def judge(picture: Picture) -> Hit | None:
        newest = picture.history.newest("phenylephrine_rate")
        if newest is None:
            return None
        rates = {most: max(_rates_since_last_dose(picture), key=lambda point: point.value), least: newest}
        for klass, words, test in columns:
            rate = rates[words]
            if test.holds(rate.value):
                return classed(klass, {"phenylephrine_rate": rate.value}, rate, f"{words}, {test.words}")
        return None

    return judge


def _rates_since_last_dose(picture: Picture) -> list[Point]:
    """The rate in force when the last dose was started, and every rate recorded since; before dose 1 all ever."""
    points = picture.history.of("phenylephrine_rate")
    if not picture.starts:
        return list(points)
    started = picture.starts[-1]
    in_force = picture.history.newest_by("phenylephrine_rate", started)
    since = [point for point in points if point.at >= started]
    return since if in_force is None else [in_force, *since]


def changed_for_two_hours(picture: Picture) -> Hit | None:
    """Mental status other than normal for 2 h or more with no normal between, and still so."""
    found = runs(picture.history, "mental_status", none_of("normal"), picture.at)
    if not found or not found[-1].ongoing or found[-1].length < SHIFT / 4:
        return None
    newest = found[-1].newest
    return classed(ABSOLUTE, {"mental_status": newest.value}, newest, "not reversed in 2 h")


RUNNING_PRESSORS = tuple(
    When(code, Test("above 0", lambda value: value > 0))
    for code in ("phenylephrine_rate", "dopamine_rate", "norepinephrine_rate")
)
