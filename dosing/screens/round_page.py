"""The round page as a whole: which fields it shows, how many are due, and what it says."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import uuid4

from django.urls import reverse

from tracker.catalogue import CODES
from tracker.errors import BadInput
from tracker.look.times import clock_text
from tracker.not_done import REASONS, SHORT_REASONS
from tracker.times import offsets_of

from ..bedside import Bedside
from ..chart_rounds import rounds_of
from ..round_input import Typed, local_text
from ..rules.history import History
from ..rules.required import InputState, required_inputs
from .round_fields import BASE, Page, all_groups, due_groups, history_of, named_groups
from .round_meaning import meaning_of
from .round_shapes import Group, Meaning, Reason, RoundForm, SeenOffset

UNFIT = (InputState.MISSING, InputState.STALE)
MODES = ("due", "all")


def chart_history(bedside: Bedside) -> History:
    """All that stands in the patient's chart, whatever the cycle."""
    chart = bedside.stay.patient.chart
    return history_of(rounds_of([chart])[chart.patient_id])


def round_form(
    bedside: Bedside,
    user_id: int,
    *,
    mode: str,
    only: tuple[str, ...] = (),
    typed: Typed | None = None,
    problems: Mapping[str, BadInput] | None = None,
) -> RoundForm:
    """The form. `only` is what somebody came to record; without it all that the next dose needs is due."""
    patient_id = bedside.stay.patient_id
    history = chart_history(bedside)
    extra = extra_due(bedside)
    due = frozenset(only) if only else frozenset({*BASE, *extra})
    page = Page(history, bedside.now, bedside.tz, due, _rule_sets(bedside), typed, problems or {})
    groups = _groups(page, bedside, mode, [*(only or extra), *(typed.codes if typed else ())])
    fields = [each for group in groups for each in group.fields]
    seen_local = typed.text("observed_at") if typed else local_text(bedside.now, bedside.tz)
    url = reverse("round", args=[patient_id])
    code = f"code={','.join(only)}&" if only else ""
    return RoundForm(
        action_url=f"{url}?{code}mode={mode}",
        preview_url=reverse("round-preview", args=[patient_id]),
        key=(typed.text("key") if typed else "") or uuid4().hex,
        keep_key=keep_key(user_id, patient_id),
        seen_at=_seen_at(bedside, typed),
        seen_local=seen_local,
        seen_offsets=_offsets(seen_local, bedside, typed),
        mode=mode,
        due_url=f"{url}?{code}mode=due",
        all_url=f"{url}?{code}mode=all",
        due_count=len(due),
        all_count=len(CODES),
        entered=sum(1 for each in fields if each.due and each.entered),
        total=sum(1 for each in fields if each.due),
        due_codes=",".join(each.code for each in fields if each.due),
        reasons=tuple(Reason(each, words, SHORT_REASONS[each]) for each, words in REASONS.items()),
        groups=groups,
        meaning=_meaning(bedside, typed, history, only[0] if only else ""),
        left_reason=typed.text("left_reason") if typed else "",
        left_note=typed.text("left_note") if typed else "",
    )


def _groups(page: Page, bedside: Bedside, mode: str, codes: list[str]) -> tuple[Group, ...]:
    if mode == "all":
        return all_groups(page)
    if page.due.isdisjoint(BASE):
        return named_groups(page, codes)
    return due_groups(page, codes, _dose_note(bedside))


def keep_key(user_id: int, patient_id: int) -> str:
    """Under which a tablet keeps what was typed: one person, one patient."""
    return f"round:{user_id}:{patient_id}"


def extra_due(bedside: Bedside) -> tuple[str, ...]:
    """What the next dose needs beside the vitals: values too old by then, and those on which a hold rests."""
    if bedside.slot is None:
        return ("weight",) if bedside.cycle is None else ()
    assessment = bedside.assessment
    at = max(bedside.now, assessment.planned_at)
    inputs = required_inputs(bedside.facts, slot=bedside.slot.number, at=at)
    codes = [each.code for each in inputs if each.state in UNFIT]
    codes += [code for finding in assessment.findings for code in finding.because if code in CODES]
    return tuple(dict.fromkeys(codes))


def _rule_sets(bedside: Bedside) -> tuple[str, ...]:
    return bedside.facts.plan.rule_sets if bedside.facts else ()


def _dose_note(bedside: Bedside) -> str:
    if bedside.slot is None:
        return ""
    at = clock_text(bedside.assessment.planned_at, bedside.now, bedside.tz)
    return f"before dose {bedside.slot.number}, {at}"


def _seen_at(bedside: Bedside, typed: Typed | None) -> datetime:
    try:
        return typed.seen_at(bedside.now) if typed else bedside.now
    except BadInput:
        return bedside.now


def _offsets(local: str, bedside: Bedside, typed: Typed | None) -> tuple[SeenOffset, ...]:
    """Asked only when the clock shows the chosen time twice."""
    offsets = offsets_of(local, bedside.tz)
    if len(offsets) < 2:
        return ()
    hour = local[-5:]
    chosen = typed.text("observed_at_offset") if typed else offsets[_which_now(bedside, offsets)]
    named = zip(("first", "second"), offsets, strict=True)
    return tuple(SeenOffset(each, f"{name} {hour} ({each})", each == chosen) for name, each in named)


def _which_now(bedside: Bedside, offsets: tuple[str, ...]) -> int:
    here = bedside.now.astimezone(bedside.tz).isoformat()[-6:]
    return offsets.index(here) if here in offsets else 0


def _meaning(bedside: Bedside, typed: Typed | None, history: History, first: str) -> Meaning:
    if typed is not None:
        return meaning_of(bedside, typed, history, _seen_at(bedside, typed))
    start = Typed({"speaks_of": first}, bedside.tz)
    return meaning_of(bedside, start, history, bedside.now)
