"""Makes the cards of the ward board from what is seen of each bed. Pure: the clock and the zone are arguments."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import NamedTuple

from dosing.preparation import INFUSION
from dosing.rules.verdict import Verdict
from tracker.look.times import age_text, clock_text, countdown_text, minutes_between

from .board_order import horizon, in_order, is_late
from .card_words import round_from, why
from .escalation import DUTY_WORDS
from .seen import INFUSING, Raised, Seen
from .unknowns import due_names, unfit_codes

DUE_NAMED_AT_MOST = 3
LARGE, SMALL = "large", "small"


@dataclass(frozen=True, slots=True)
class WardCard:
    """One card, ready to show. Equal cards look equal: their drawing is remembered by this very value."""

    id: str
    size: str
    bed: str
    name: str
    born: date
    mrn: str
    url: str
    state: str
    countdown_text: str
    countdown_note: str
    countdown_at: datetime | None
    late: bool
    reason_strong: str
    reason_rest: str
    second: str
    cells: tuple[Hashable, ...]
    given: int
    planned: int
    vitals_age_text: str
    vitals_at: datetime | None
    vitals_stale: bool
    alert_text: str
    alert_level: str
    alert_next: str
    due: str
    infusing_percent: int | None
    away: str = ""


class Section(NamedTuple):
    """A part of the board: what needs somebody now, and the rest."""

    id: str
    title: str
    note: str
    cards: tuple[WardCard, ...]


def sections_of(beds: Iterable[Seen], now: datetime, tz: tzinfo) -> tuple[Section, ...]:
    """Both sections, always, each in the order of the board; empty ones are hidden by the page."""
    cards = [card_of(seen, now, tz, soon=soon) for soon, seen in in_order(beds, now)]
    if not cards:
        return ()
    needs = tuple(card for card in cards if card.size == LARGE)
    later = tuple(card for card in cards if card.size == SMALL)
    note = f"next dose after {clock_text(horizon(now), now, tz)}, or none"
    return Section("needs", "Needs you", "", needs), Section("later", "Later", note, later)


def card_of(seen: Seen, now: datetime, tz: tzinfo, *, soon: bool) -> WardCard:
    """One bed as its card; larger when it needs somebody soon."""
    count = _countdown(seen, now, tz, soon=soon)
    said = why(seen, now, tz)
    vitals_at = seen.vitals_at
    level, alert_text = _alerts(seen.alerts, now)
    return WardCard(
        id=seen.who.key,
        size=LARGE if soon else SMALL,
        bed=seen.who.bed,
        name=seen.who.name,
        born=seen.who.born,
        mrn=seen.who.mrn,
        url=seen.who.url,
        state=seen.state(now),
        countdown_text=count.text,
        countdown_note=count.note,
        countdown_at=count.at,
        late=count.late,
        reason_strong=said.strong,
        reason_rest=said.rest,
        second=said.second,
        cells=seen.cells,
        given=seen.given,
        planned=seen.planned,
        vitals_age_text=age_text(vitals_at, now) if vitals_at else "",
        vitals_at=vitals_at,
        vitals_stale=_vitals_stale(seen, vitals_at, now),
        alert_text=alert_text,
        alert_level=level,
        alert_next=_next_in_line(seen.alerts, now, tz),
        due=due_words(seen, now, tz),
        infusing_percent=_percent(seen, now),
        away=f"{seen.away.words(now, tz)}." if seen.away else "",
    )


# --- countdown --------------------------------------------------------------------------------------------------------


class Countdown(NamedTuple):
    """A large number, the small words under it, and the instant it counts to (or from, while infusing)."""

    text: str
    note: str
    at: datetime | None = None
    late: bool = False


def _countdown(seen: Seen, now: datetime, tz: tzinfo, *, soon: bool) -> Countdown:
    if seen.barred:
        return Countdown("Barred", "for good" if seen.verdict is Verdict.DISCONTINUE else "in this course")
    if seen.state(now) == INFUSING and seen.infusion is not None:
        started = seen.infusion.started_at
        minutes = max(minutes_between(started, now), 0)
        words = f"dose {seen.infusion.slot}, since {clock_text(started, now, tz)}"
        return Countdown(f"{minutes} of {INFUSION // timedelta(minutes=1)} min", words, started)
    if not seen.left:
        return Countdown("None left", f"{seen.given} of {seen.planned} given")
    planned = seen.assessment.planned_at
    time, late = clock_text(planned, now, tz), is_late(seen, now)
    note = f"dose {seen.slot} was {time}" if late else f"{'to ' if soon else ''}dose {seen.slot}, {time}"
    return Countdown(countdown_text(planned, now), note, planned, late)


def _percent(seen: Seen, now: datetime) -> int | None:
    if seen.infusion is None or not seen.runs(now):
        return None
    return max(0, min(100, 100 * (now - seen.infusion.started_at) // INFUSION))


# --- foot -------------------------------------------------------------------------------------------------------------


def _vitals_stale(seen: Seen, vitals_at: datetime | None, now: datetime) -> bool:
    longest = next((each.max_age for each in seen.inputs if each.code == "systolic_bp"), None)
    return vitals_at is None or longest is None or now - vitals_at > longest


def _next_in_line(alerts: tuple[Raised, ...], now: datetime, tz: tzinfo) -> str:
    """ "Next: charge nurse, 05:45": the earliest of the steps that wait for an answer."""
    waiting = [alert for alert in alerts if not alert.answered and alert.next_at is not None]
    if not waiting:
        return ""
    first = min(waiting, key=lambda alert: alert.next_at)
    return f"Next: {DUTY_WORDS[first.next_duty]}, {clock_text(first.next_at, now, tz)}"


def _alerts(alerts: tuple[Raised, ...], now: datetime) -> tuple[str, str]:
    if not alerts:
        return "none", ""
    open_ones = [alert for alert in alerts if not alert.answered]
    if open_ones:
        waits = age_text(min(alert.raised_at for alert in open_ones), now)
        return "unanswered", f"No answer {waits}" if len(open_ones) == 1 else f"{len(open_ones)}, no answer {waits}"
    first = f"Seen by {alerts[-1].answered_by}"
    return "seen", first if len(alerts) == 1 else f"{len(alerts)}, seen"


def due_words(seen: Seen, now: datetime, tz: tzinfo) -> str:
    """What somebody has to do here next."""
    if seen.infusion is not None and (seen.state(now) == INFUSING or not seen.runs(now)):
        ends = seen.infusion.ends_at
        return f"Due: end {clock_text(ends, now, tz)}" if now <= ends else f"Due: end of dose {seen.infusion.slot}"
    if not seen.left:
        return "Due: end the cycle"
    if not seen.started:
        return "Due: start the cycle"
    if seen.can_be_given:
        return f"Due: give dose {seen.slot}"
    if seen.verdict is Verdict.STOP_CYCLE and not seen.override_by:
        return "Waits for prescriber"
    return _due_values(seen, now, tz)


def _due_values(seen: Seen, now: datetime, tz: tzinfo) -> str:
    """Values to record: those of a finding first, then what is missing now, else what will be too old at the dose."""
    again = [code for finding in seen.assessment.findings for code in finding.because if not seen.override_by]
    measured = {each.code for each in seen.inputs}
    names = due_names([code for code in again if code in measured] + list(unfit_codes(seen.inputs)))
    if names:
        return f"Due: {', '.join(names[:DUE_NAMED_AT_MOST])}"
    later = due_names(unfit_codes(seen.inputs_then))
    if not later:
        return f"Next: dose {seen.slot}"
    since = round_from(seen)
    at = "" if since <= now else f" {clock_text(since, now, tz)}"
    return f"Due: {', '.join(later[:DUE_NAMED_AT_MOST])}{at}"
