"""The values that must be known before a dose, in two columns: what is missing or too old comes first. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo

from tracker.catalogue import CODES, Kind, show
from tracker.look.times import age_text, clock_text

from ..rules.assess import Assessment
from ..rules.facts import Facts, Round
from ..rules.history import History, Point, history_at
from ..rules.required import GROUPS, URINE, Input, InputState, required_inputs
from .shapes import InputRow, Inputs, Link

# The left column is what is seen at the bed, the right one what is weighed, collected and drawn.
LEFT = (*GROUPS["vitals"], *GROUPS["neuro"])
RIGHT = (*GROUPS["weight"], URINE, *GROUPS["labs"])
UNFIT = (InputState.MISSING, InputState.STALE)
# Vitals and neuro belong to the round, which has its own button; a blood sample answers for all the labs.
VERBS = {"weight": "Weigh", URINE: "Record"}
FEW = 2

# Where codes are recorded (joined by commas): given by the view, empty for people who do not chart.
RecordUrl = Callable[[str], str]


@dataclass(frozen=True)
class LeftOut:
    """When a round said why it holds no value, and in which words."""

    at: datetime
    words: str


def inputs_of(
    assessment: Assessment,
    facts: Facts,
    tz: tzinfo,
    record_url: RecordUrl,
    left_out: Mapping[str, LeftOut],
) -> Inputs:
    """Every required value as it stands now, marked by the finding it triggers; `left_out` says why one is missing."""
    found = {each.code: each for each in required_inputs(facts, slot=assessment.slot, at=assessment.at)}
    marks = marks_of(assessment)
    tags = _tags(assessment)
    buttons = _buttons([each.code for each in found.values() if each.state in UNFIT], record_url)
    columns = tuple(
        _worst_first(
            _row(
                found[code],
                _detail(found[code], facts, assessment.at, tz, left_out.get(code)),
                assessment.at,
                marks.get(code, ""),
                tags.get(code, ""),
                buttons.get(code),
            )
            for code in codes
        )
        for codes in (LEFT, RIGHT)
    )
    needed = [each for each in found.values() if each.state is not InputState.NOT_REQUIRED]
    fresh = sum(1 for each in needed if each.state is InputState.FRESH)
    return Inputs(
        title=f"Required before dose {assessment.slot}",
        note=f"{fresh} of {len(needed)} fresh at {clock_text(assessment.at, assessment.at, tz)}",
        columns=columns,
    )


def marks_of(assessment: Assessment) -> dict[str, str]:
    """The gravest effect that each code's value has."""
    marks: dict[str, str] = {}
    for finding in assessment.findings:
        for code in finding.because:
            marks.setdefault(code, finding.effect.value)
    return marks


def _tags(assessment: Assessment) -> dict[str, str]:
    """A heart rate that does not count yet says "correct first"."""
    noted = {note.id.rpartition("-")[2] for note in assessment.notes}
    return {"heart_rate": "correct first"} if "TACHYCARDIA" in noted else {}


def _buttons(unfit: list[str], record_url: RecordUrl) -> dict[str, Link]:
    """A button for each value that is recorded by itself; a whole round or a blood sample is recorded at once."""
    found = {code: (VERBS[code], code) for code in unfit if code in VERBS}
    labs = [code for code in unfit if code in GROUPS["labs"]]
    if labs:
        found[labs[0]] = ("Record labs" if len(labs) > 1 else "Record", ",".join(labs))
    at_the_bed = [code for code in unfit if code in LEFT]
    if len(at_the_bed) <= FEW:
        found.update({code: ("Record", code) for code in at_the_bed})
    return {code: Link(verb, url) for code, (verb, codes) in found.items() if (url := record_url(codes))}


def _worst_first(rows: Iterable[InputRow]) -> tuple[InputRow, ...]:
    order = {InputState.MISSING.value: 0, InputState.STALE.value: 0}
    return tuple(sorted(rows, key=lambda row: order.get(row.state, 1)))


def _row(each: Input, detail: str, now: datetime, mark: str, tag: str, button: Link | None) -> InputRow:
    code = CODES[each.code]
    value = "" if each.value is None else show(each.code, each.value)
    return InputRow(
        code=each.code,
        label="Urine, last 8 h" if each.code == URINE else code.label,
        detail=detail,
        value=value,
        unit=code.unit_label if value and code.numeric else "",
        at=each.observed_at,
        age_text=age_text(each.observed_at, now) if each.observed_at else "",
        state=each.state.value,
        mark=mark or ("note" if tag else ""),
        tag=tag,
        action=button,
    )


def _detail(each: Input, facts: Facts, now: datetime, tz: tzinfo, left_out: LeftOut | None) -> str:
    if each.state in UNFIT:
        why = left_out if left_out and (each.observed_at is None or each.observed_at < left_out.at) else None
        return "; ".join(part for part in (_when_seen(each, now, tz), _why(why, now, tz)) if part)
    if each.code == "spo2" and each.value is not None:
        return _oxygen(history_at(facts, now).newest("oxygen_flow"))
    if each.code == URINE and each.state is InputState.NOT_REQUIRED:
        return "not required yet"
    return ""


def _when_seen(each: Input, now: datetime, tz: tzinfo) -> str:
    if each.observed_at is None:
        return ""
    seen = f"{clock_text(each.observed_at, now, tz)}, {age_text(each.observed_at, now)} old"
    return f"until {seen}" if each.code == URINE else seen


def _why(left_out: LeftOut | None, now: datetime, tz: tzinfo) -> str:
    return f"not done {clock_text(left_out.at, now, tz)}: {left_out.words}" if left_out else ""


def _oxygen(flow: Point | None) -> str:
    if flow is None:
        return ""
    return "on room air" if flow.value == 0 else f"on {show('oxygen_flow', flow.value)} L/min"


def newest_values(rounds: Iterable[Round], now: datetime) -> tuple[tuple[InputRow, ...], tuple[InputRow, ...]]:
    """The newest value of each of these codes without a verdict, for a patient who has no running cycle."""
    standing = [each for each in rounds if each.retracted_at is None]
    history = History(sorted(standing, key=lambda each: (each.observed_at, each.known_at, each.order)))
    left, right = (tuple(_newest(code, history.newest(code), now) for code in codes) for codes in (LEFT, RIGHT))
    return left, right


def _newest(code: str, point: Point | None, now: datetime) -> InputRow:
    row = CODES[code]
    return InputRow(
        code=code,
        label=row.label,
        detail="" if point else "never recorded",
        value=show(code, point.value) if point else "",
        unit=row.unit_label if point and row.kind in (Kind.QUANTITY, Kind.VOLUME) else "",
        at=point.at if point else None,
        age_text=age_text(point.at, now) if point else "",
        state=InputState.NOT_REQUIRED.value,
    )
