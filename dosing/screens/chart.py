"""The chart as people read it: rounds newest first, struck ones visible with their reason, corrections tied to them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from fractions import Fraction

from django.urls import reverse

from tracker.catalogue import CODES, canonical, show
from tracker.look.times import clock_text, minutes_between, span_text
from tracker.models import NotDone, Round, RoundValue, User
from tracker.not_done import label_of, reason_words
from tracker.roles import Perm, may

from ..models import DoseEvent
from ..states import OMISSION_REASONS, Happened
from .shapes import Link

ENTERED_LATE = timedelta(minutes=30)
_ORDER = {code: place for place, code in enumerate(CODES)}
STRIKABLE = (Happened.GIVEN, Happened.OMITTED)
WORDS = {
    Happened.STARTED: "Cycle started",
    Happened.GIVEN: "given",
    Happened.PAUSED: "infusion paused",
    Happened.RESUMED: "infusion resumed",
    Happened.INFUSION_ENDED: "infusion ended",
    Happened.REFUSED: "not given: refused by the rules",
    Happened.HELD: "held",
    Happened.OMITTED: "omitted",
    Happened.LAPSED: "lapsed",
    Happened.OVERRIDE: "override signed",
    Happened.VOIDED: "entry struck",
    Happened.WENT_ON: "Signed to go on after a stop",
    Happened.ENDED: "Cycle ended",
}


@dataclass(frozen=True)
class ChartValue:
    """One value, in the canonical unit; `typed` is how it was entered when that was another unit."""

    label: str
    value: str
    unit: str
    typed: str = ""
    since: str = ""


@dataclass(frozen=True)
class ChartRound:
    """One round with both its times, who recorded it, and what became of it."""

    id: int
    seen_at: datetime
    recorded: str
    values: tuple[ChartValue, ...]
    note: str
    not_done: str
    struck: str
    corrects: Link | None
    corrected_by: Link | None
    strike_url: str
    correct_url: str


@dataclass(frozen=True)
class ChartEvent:
    """One thing that happened to a dose or to the cycle."""

    at: datetime
    title: str
    detail: str
    struck: bool
    strike_url: str = ""


def chart_rounds(rounds: Iterable[Round], user: User, now: datetime, tz: tzinfo) -> tuple[ChartRound, ...]:
    """Rounds with values, retraction and correction loaded."""
    return tuple(chart_round(each, now, tz, may_change=may(user.role, Perm.RECORD_ROUND)) for each in rounds)


def chart_round(each: Round, now: datetime, tz: tzinfo, *, may_change: bool = False) -> ChartRound:
    """One round as the chart shows it."""
    retraction = getattr(each, "retraction", None)
    newer = getattr(each, "corrected_by", None)
    changes = may_change and retraction is None
    return ChartRound(
        id=each.pk,
        seen_at=each.observed_at,
        recorded=_recorded(each, now, tz),
        values=chart_values(each.values.all(), now, tz),
        note=each.note,
        not_done=not_done_text(each.not_done.all()),
        struck=_struck(retraction, now, tz),
        corrects=_tie(each.corrects, "Corrects the round", now, tz),
        corrected_by=_tie(newer, "Corrected: see the round", now, tz),
        strike_url=reverse("round-strike", args=[each.pk]) if changes else "",
        correct_url=reverse("round-correct", args=[each.pk]) if changes else "",
    )


def chart_values(values: Iterable[RoundValue], now: datetime, tz: tzinfo) -> tuple[ChartValue, ...]:
    """In the order of the catalogue."""
    return tuple(_value(each, now, tz) for each in sorted(values, key=lambda value: _ORDER.get(value.code, 999)))


def not_done_text(rows: Iterable[NotDone]) -> str:
    """ "Weight: patient refused. Temperature, heart rate: patient asleep." One sentence for each reason."""
    by_reason: dict[str, list[str]] = {}
    for each in sorted(rows, key=lambda row: _ORDER.get(row.code, 999)):
        by_reason.setdefault(reason_words(each.reason, each.words), []).append(label_of(each.code))
    return " ".join(f"{', '.join(labels)}: {words}." for words, labels in by_reason.items())


def _value(each: RoundValue, now: datetime, tz: tzinfo) -> ChartValue:
    row = CODES[each.code]
    value = canonical(each.code, each.entered, each.unit)
    converted = row.numeric and isinstance(value, Fraction) and each.unit not in ("", row.unit, row.unit_label)
    return ChartValue(
        label=row.label,
        value=show(each.code, value),
        unit=row.unit_label,
        typed=f"entered as {each.entered} {each.unit}" if converted else "",
        since=f"from {clock_text(each.since, now, tz)}" if each.since else "",
    )


def _recorded(each: Round, now: datetime, tz: tzinfo) -> str:
    late = each.recorded_at - each.observed_at
    after = f", {span_text(int(late.total_seconds() // 60))} later" if late >= ENTERED_LATE else ""
    return f"Recorded {clock_text(each.recorded_at, now, tz)}{after} by {each.recorded_by.full_name}"


def _struck(retraction: object, now: datetime, tz: tzinfo) -> str:
    if retraction is None:
        return ""
    return f"Entered in error: {retraction.reason} ({retraction.by.full_name}, {clock_text(retraction.at, now, tz)})"


def _tie(other: Round | None, words: str, now: datetime, tz: tzinfo) -> Link | None:
    """The other round of a correction, by both its times: the two may have been seen at the same instant."""
    if other is None:
        return None
    recorded = clock_text(other.recorded_at, now, tz)
    return Link(f"{words} of {clock_text(other.observed_at, now, tz)}, recorded {recorded}", f"#round-{other.pk}")


def chart_events(events: Iterable[DoseEvent], user: User, now: datetime, tz: tzinfo) -> tuple[ChartEvent, ...]:
    """What happened to the doses, newest first; entries struck as entered in error stay visible."""
    known = list(events)
    struck = {event.refers_to_id for event in known if event.kind == Happened.VOIDED}
    return tuple(_event(event, event.pk in struck, user, now, tz) for event in reversed(known))


def _event(event: DoseEvent, struck: bool, user: User, now: datetime, tz: tzinfo) -> ChartEvent:
    kind = Happened(event.kind)
    title = f"Dose {event.slot.number} {WORDS[kind]}" if event.slot else WORDS[kind]
    if event.overridden:
        title += " on override"
    if (event.checks or {}).get("entered_afterwards"):
        title += " in a downtime, entered afterwards"
    changes = kind in STRIKABLE and not struck and may(user.role, Perm.GIVE_DOSE)
    return ChartEvent(
        at=event.at,
        title=title,
        detail=_detail(event, now, tz),
        struck=struck,
        strike_url=reverse("entry-strike", args=[event.pk]) if changes else "",
    )


def _detail(event: DoseEvent, now: datetime, tz: tzinfo) -> str:
    people = event.by.full_name if event.by else "by the schedule"
    if event.witness:
        people += f", witness {event.witness.full_name}"
    reason = event.reason
    if event.kind == Happened.OMITTED:
        coded = OMISSION_REASONS.get(event.reason_code, event.reason_code)
        reason = f"{coded}: {event.reason}" if event.reason and event.reason_code != "other" else event.reason or coded
    if event.kind == Happened.INFUSION_ENDED and event.reason_code == "interrupted":
        reason = f"Interrupted: {event.reason}"
    if (event.checks or {}).get("would_have_been_refused") == "held":
        reason = f"It would have been held. {reason}"
    if (event.checks or {}).get("bag_problem") == "bag_expired":
        reason = f"Its bag had expired. {reason}"
    same_minute = minutes_between(event.at, event.recorded_at) == 0
    recorded = "" if same_minute else f"; recorded {clock_text(event.recorded_at, now, tz)}"
    return f"{people}{recorded}{f'. {reason}' if reason else ''}"
