"""The form that corrects a round: every value as it was typed, to be changed, emptied or left. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from tracker.catalogue import CODES
from tracker.catalogue_codes import UNIT_LABELS
from tracker.errors import Refusal, Several
from tracker.models import Round
from tracker.times import OFFSET, offsets_of

from ..round_input import Typed, local_text, offset_at
from ..rules.history import History
from .round_fields import Page, form_fields
from .round_shapes import Field


@dataclass(frozen=True)
class CorrectionForm:
    """The fields of the round, its time, and the reason."""

    seen_local: str
    seen_offset: str
    reason: str
    fields: tuple[Field, ...]


def typed_before(found: Round, zone: ZoneInfo) -> Typed:
    """The round as if it had just been typed."""
    post = {
        "observed_at": local_text(found.observed_at, zone),
        f"observed_at{OFFSET}": offset_at(found.observed_at, zone),
    }
    for value in found.values.all():
        post[value.code] = value.entered
        if value.unit and CODES[value.code].numeric:
            post[f"{value.code}_unit"] = UNIT_LABELS.get(value.unit, value.unit)
        if value.since:
            post[f"{value.code}_from"] = local_text(value.since, zone)
            post[f"{value.code}_from{OFFSET}"] = offset_at(value.since, zone)
    return Typed(post, zone)


def same_time(one: Typed, other: Typed) -> bool:
    """Whether both say the same time of observation; in the hour that comes twice also the same one of the two."""
    name = "observed_at"
    if one.text(name) != other.text(name):
        return False
    return len(offsets_of(one.text(name), one.zone)) < 2 or one.text(name + OFFSET) == other.text(name + OFFSET)


def correction_form(found: Round, typed: Typed, refusal: Refusal | None, zone: ZoneInfo) -> CorrectionForm:
    """The fields that the round has, each with what was typed and what is wrong with it."""
    refused = refusal.refusals if isinstance(refusal, Several) else [refusal] if refusal else []
    problems = {each.field.removeprefix("values.").partition(".")[0]: each for each in refused}
    codes = _in_order(value.code for value in found.values.all())
    page = Page(History([]), found.observed_at, zone, frozenset(codes), typed=typed, problems=problems)
    return CorrectionForm(
        typed.text("observed_at"), typed.text(f"observed_at{OFFSET}"), typed.text("reason"), form_fields(codes, page)
    )


def _in_order(codes: Iterable[str]) -> tuple[str, ...]:
    own = set(codes)
    return tuple(code for code in CODES if code in own)
