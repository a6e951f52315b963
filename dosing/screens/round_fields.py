"""The fields of the round page: which are due, what each showed last, and which grades touch a rule. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from tracker.catalogue import CODES, GROUPS, Code, Kind, number_text, show
from tracker.catalogue_codes import UNIT_LABELS
from tracker.ctcae import GRADE_WORDS
from tracker.errors import BadInput
from tracker.look.times import clock_text
from tracker.times import OFFSET
from tracker.units import accepted

from ..hypothetical import effect_alone
from ..round_input import Typed, local_text, offset_at
from ..rules.facts import Round
from ..rules.history import History
from .round_shapes import Choice, Field, Group

VITALS = (
    "respiratory_rate",
    "spo2",
    "oxygen_flow",
    "systolic_bp",
    "diastolic_bp",
    "heart_rate",
    "temperature",
)
NEURO = ("mental_status", "serial_sevens", "spell_world_backward", "rhythm", "cardiac_symptoms")
BASE = (*VITALS, *NEURO, "somnolence_grade")

# Two words would cost the row a second line; the chart has the full name.
LABELS = {"rhythm": "Rhythm"}
# Shown beside their label on a narrow card; the full words are in the chart.
SHORT = {("rhythm", "sinus"): "Sinus", ("rhythm", "sinus_tachycardia"): "Tachycardia"}
# What is shown at once where there are more answers than fit; the rest is one tap away.
SHOWN_AT_ONCE = {"rhythm": ("sinus", "sinus_tachycardia")}
FOLD_LABELS = {"mental_status": "Changed…"}
FITS = 3
IN_WORDS = {2: "two", 3: "three", 4: "four", 5: "five", 6: "six", 7: "seven", 8: "eight", 9: "nine", 10: "ten"}


@dataclass(frozen=True)
class Page:
    """What all fields of one page share."""

    history: History
    now: datetime
    zone: ZoneInfo
    due: frozenset[str]
    rule_sets: tuple[str, ...] = ()
    typed: Typed | None = None
    problems: Mapping[str, BadInput] = field(default_factory=dict)


def due_groups(page: Page, extra: Iterable[str], dose_note: str) -> tuple[Group, ...]:
    """Vitals, neuro and somnolence, and whatever else the next dose waits for."""
    more = [code for code in CODES if code in set(extra) - set(BASE)]
    groups = [
        Group("vitals", "Vitals", "", "numbers", form_fields(VITALS, page)),
        _clear(Group("neuro", "Neuro and heart", dose_note, "choices", form_fields(NEURO, page))),
    ]
    grade = _field(CODES["somnolence_grade"], page)
    groups.append(Group("somnolence", "Somnolence", grade.last_text, "grade", (grade,)))
    return (*groups, *_by_kind("also", "Also due", more, page))


def named_groups(page: Page, codes: Iterable[str]) -> tuple[Group, ...]:
    """Only what somebody came to record."""
    wanted = set(codes)
    return tuple(_by_kind("named", "To record", [code for code in CODES if code in wanted], page))


def all_groups(page: Page) -> tuple[Group, ...]:
    """Every code of the catalogue in its group."""
    groups: list[Group] = []
    for name, title in GROUPS.items():
        codes = [code for code, row in CODES.items() if row.group == name]
        if name == "vitals":
            codes = [*VITALS, *(code for code in codes if code not in VITALS)]
        groups += _by_kind(name, title, codes, page)
    return tuple(groups)


def _by_kind(name: str, title: str, codes: Iterable[str], page: Page) -> list[Group]:
    """One group for numbers, one for choices and one for grades, because each looks different."""
    kinds = {"numbers": [], "choices": [], "grade": []}
    for code in codes:
        kind = CODES[code].kind
        kinds["grade" if kind is Kind.GRADE else "choices" if kind is Kind.CHOICE else "numbers"].append(code)
    groups = [Group(f"{name}-{kind}", title, "", kind, form_fields(own, page)) for kind, own in kinds.items() if own]
    return [_clear(group) if group.kind == "choices" else group for group in groups]


def _clear(group: Group) -> Group:
    """ "All unremarkable" records several at one tap; one alone needs no such button."""
    count = len(group.fields)
    words = IN_WORDS.get(count, str(count)) if count > 1 else ""
    return Group(group.id, group.title, group.note, group.kind, group.fields, words)


def form_fields(codes: Iterable[str], page: Page) -> tuple[Field, ...]:
    """These codes as fields, in the order given."""
    return tuple(_field(CODES[code], page) for code in codes)


def _field(row: Code, page: Page) -> Field:
    newest = page.history.newest(row.code)
    typed = page.typed.text(row.code) if page.typed else ""
    problem = page.problems.get(row.code)
    asks = problem is not None and problem.code == "please_confirm"
    return Field(
        code=row.code,
        label=LABELS.get(row.code, row.label),
        kind=row.kind.value,
        due=row.code in page.due,
        last_text=_last(row, page),
        last_at=newest.at if newest else None,
        unit=(page.typed.text(f"{row.code}_unit") if page.typed else "") or row.unit_label,
        units=_units(row),
        decimal=row.decimals > 0 or row.group == "labs",
        span=_span(row),
        value=typed,
        from_local=_from(row, page),
        from_offset=_from_offset(row, page),
        choices=_choices(row, typed, page),
        fold_label=_fold_label(row),
        problem="" if problem is None else problem.sentence,
        remedy="" if problem is None else problem.remedy,
        confirm=f"{typed} is right" if asks else "",
        not_done=page.typed.text(f"{row.code}_not_done") if page.typed else "",
        not_done_words=page.typed.text(f"{row.code}_not_done_words") if page.typed else "",
    )


def _last(row: Code, page: Page) -> str:
    newest = page.history.newest(row.code)
    if newest is None:
        return ""
    at = clock_text(newest.at, page.now, page.zone)
    value = SHORT.get((row.code, newest.value)) or show(row.code, newest.value)
    if not row.numeric:
        return f"{value}, {at}"
    if newest.since is not None:
        return f"{value} from {clock_text(newest.since, page.now, page.zone)} to {at}"
    return f"{value} at {at}"


def _units(row: Code) -> tuple[str, ...]:
    """Laboratories and scales differ in their units; monitors at the bed do not."""
    if row.numeric and (row.group == "labs" or row.code == "weight"):
        return tuple(UNIT_LABELS.get(unit, unit) for unit in accepted(row.code) if UNIT_LABELS.get(unit, unit))
    return ()


def _span(row: Code) -> str:
    """Beyond it a number is a slip of the finger. Said in the canonical unit only."""
    if not row.numeric or row.low is None or row.high is None:
        return ""
    return f"{number_text(row.low)} to {number_text(row.high)}"


def _from(row: Code, page: Page) -> str:
    """A volume is counted from where the last entry ended, unless the person says otherwise."""
    if row.kind is not Kind.VOLUME:
        return ""
    if page.typed is not None and f"{row.code}_from" in page.typed.post:
        return page.typed.text(f"{row.code}_from")
    newest = page.history.newest(row.code)
    return local_text(newest.at, page.zone) if newest else ""


def _from_offset(row: Code, page: Page) -> str:
    """Which of two equal hours the beginning means; what we filled in ourselves is known."""
    if row.kind is not Kind.VOLUME:
        return ""
    if page.typed is not None and f"{row.code}_from" in page.typed.post:
        return page.typed.text(f"{row.code}_from{OFFSET}")
    newest = page.history.newest(row.code)
    return offset_at(newest.at, page.zone) if newest else ""


def _choices(row: Code, typed: str, page: Page) -> tuple[Choice, ...]:
    if row.kind not in (Kind.CHOICE, Kind.GRADE):
        return ()
    grade = row.kind is Kind.GRADE
    words = GRADE_WORDS.get(row.code, {})
    return tuple(
        Choice(
            value=value,
            label=words.get(int(value), "") if grade else SHORT.get((row.code, value)) or show(row.code, value),
            checked=value == typed,
            unremarkable=value == str(row.unremarkable),
            folded=not grade and value not in _at_once(row),
            verdict=effect_alone(row.code, value, page.rule_sets) if grade and page.rule_sets else "",
        )
        for value in row.choices
    )


def _at_once(row: Code) -> tuple[str, ...]:
    if len(row.choices) <= FITS:
        return row.choices
    return SHOWN_AT_ONCE.get(row.code, (str(row.unremarkable),))


def _fold_label(row: Code) -> str:
    if row.kind is not Kind.CHOICE or len(row.choices) <= FITS:
        return ""
    return FOLD_LABELS.get(row.code, "Other…")


def history_of(rounds: Iterable[Round]) -> History:
    """The rounds that stand, for what was seen last."""
    standing = [each for each in rounds if each.retracted_at is None]
    return History(sorted(standing, key=lambda each: (each.observed_at, each.known_at, each.order)))
