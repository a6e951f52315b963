"""Reads a hospital's draft of a rule set as it was typed, or names every number that cannot be. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace

from tracker.errors import BadInput, Several
from tracker.units import exact

from .rules.facts import Counting, MaxAge, exactly
from .rules.limit import Deviation, Limit, Number, number_words
from .rules.rule_set import RuleSet
from .site_values import AGES, COUNTS, Span, read_span

# Wider than what two people may sign under Settings: a version is signed by three.
VERSION_COUNTS = tuple(replace(span, high=high) for span, high in zip(COUNTS, (3, 6), strict=True))


@dataclass(frozen=True)
class VersionValues:
    """What a draft sets otherwise than the shipped set; None where it leaves the hospital's settings as they are."""

    thresholds: dict[str, Number]
    counting: dict[str, int] | None
    max_age_min: dict[str, int] | None


@dataclass(frozen=True)
class Changed:
    """One number that differs from the printed one, with the words to show it plainly."""

    name: str
    rule_id: str
    limit: Limit
    number: Number

    @property
    def deviation(self) -> Deviation:
        return self.limit.deviation(self.number)

    @property
    def number_text(self) -> str:
        return number_words(self.number)

    @property
    def printed_text(self) -> str:
        return number_words(self.limit.printed)

    @property
    def words(self) -> str:
        """ "bilirubin, relative above 6 mg/dL, printed 7: stricter than printed"."""
        unit = f" {self.limit.unit}" if self.limit.unit else ""
        return f"{self.limit.words} {self.number_text}{unit}, printed {self.printed_text}: {self.deviation.value}"


def changes_of(rule_set: RuleSet) -> tuple[Changed, ...]:
    """Every number of a hospital's version that is not the printed one, in the order of the rules."""
    numbers = dict(rule_set.thresholds)
    return tuple(
        Changed(name, name.rpartition(".")[0], limit, numbers[name])
        for name, limit in rule_set.limits.items()
        if name in numbers and numbers[name] != limit.printed
    )


def read_version(base: RuleSet, typed: Mapping[str, object]) -> VersionValues:
    """The draft. What is left out stays as printed; counting and ages that are left out stay as the settings say.

    Raises: BadInput, or Several, each with the number's name as its field.
    """
    problems: list[BadInput] = []
    unknown = sorted(set(typed) - set(base.limits) - {span.name for span in (*VERSION_COUNTS, *AGES)})
    for name in unknown:
        problems.append(_unknown(name, base))
    numbers = {name: _number(typed.get(name), name, limit, problems) for name, limit in base.limits.items()}
    thresholds = {name: number for name, number in numbers.items() if number is not None}
    if not problems:
        problems.extend(_disordered(base, thresholds))
    counting = _counting(base, typed, problems)
    ages = _ages(typed, problems)
    if problems:
        raise problems[0] if len(problems) == 1 else Several(problems)
    changed = {name: number for name, number in thresholds.items() if number != base.limits[name].printed}
    return VersionValues(changed, counting, ages)


def _unknown(name: str, base: RuleSet) -> BadInput:
    return BadInput(
        "unknown_threshold",
        f"{base.title} has no number {name!r} that a hospital may set.",
        field=name,
        remedy="Choose one of the numbers that the page of the rule set lists.",
    )


def _number(raw: object, name: str, limit: Limit, problems: list[BadInput]) -> Number | None:
    if raw in (None, ""):
        return None
    try:
        number = exactly(exact(raw.replace(",", "") if isinstance(raw, str) else raw))
    except (BadInput, TypeError):
        number = None
    if number is not None and limit.takes(number):
        return number
    unit = f" {limit.unit}" if limit.unit else ""
    bounds = f"{number_words(limit.low)} to {number_words(limit.high)}{unit}"
    decimals = ("whole number", "number with at most one decimal", "number with at most two decimals")[limit.decimals]
    problems.append(
        BadInput(
            "outside_bounds",
            f"{limit.words[:1].upper()}{limit.words[1:]}: a {decimals} from {bounds}.",
            field=name,
            remedy=f"Printed: {number_words(limit.printed)}. {_why(limit)}",
        )
    )
    return None


def _why(limit: Limit) -> str:
    if limit.printed == limit.low or limit.printed == limit.high:
        return "It can be made stricter than the source, not looser."
    return "Beyond these bounds the rule would no longer be the source's."


def _disordered(base: RuleSet, thresholds: Mapping[str, Number]) -> Iterable[BadInput]:
    for rule in base.rules:
        known = {limit.name: thresholds.get(f"{rule.id}.{limit.name}", limit.printed) for limit in rule.limits}
        for lower, upper in rule.ascending:
            if known[lower] > known[upper]:
                words = {limit.name: limit.words for limit in rule.limits}
                yield BadInput(
                    "disordered",
                    f"{rule.id}: {words[lower]} {number_words(known[lower])} is more than {words[upper]} "
                    f"{number_words(known[upper])}.",
                    field=f"{rule.id}.{lower}",
                    remedy="Lower it, or raise the other.",
                )


def _counting(base: RuleSet, typed: Mapping[str, object], problems: list[BadInput]) -> dict[str, int] | None:
    raw = {span.name: typed.get(span.name) for span in VERSION_COUNTS if typed.get(span.name) not in (None, "")}
    if not raw:
        return None
    if not base.counts:
        problems.append(
            BadInput(
                "does_not_count",
                f"{base.title} does not count criteria.",
                field=next(iter(raw)),
                remedy="Set the counting in a version of a set that counts.",
            )
        )
        return None
    read = {span.name: read_span(raw.get(span.name), span, problems) for span in VERSION_COUNTS}
    if None in read.values():
        return None
    if read["stop_at"] < read["hold_at"]:
        problems.append(
            BadInput(
                "bad_counting",
                "A cycle cannot stop at fewer criteria than hold a dose.",
                field="stop_at",
                remedy="Raise it.",
            )
        )
        return None
    return asdict(Counting(**read))


def _ages(typed: Mapping[str, object], problems: list[BadInput]) -> dict[str, int] | None:
    raw = {span.name: typed.get(span.name) for span in AGES if typed.get(span.name) not in (None, "")}
    if not raw:
        return None
    read: dict[Span, int | None] = {span: read_span(raw.get(span.name), span, problems) for span in AGES}
    if None in read.values():
        return None
    return asdict(MaxAge(**{span.name.removeprefix("max_age_"): minutes for span, minutes in read.items()}))
