"""Causes beside holds and what is overdue before a dose: what was lost, signed past, corrected; weight; labs. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta, tzinfo
from fractions import Fraction

from dosing.lines import instant_text
from dosing.rules.assess import assess
from dosing.rules.facts import DoseEvent, EventKind, Facts, Round
from dosing.rules.picture import picture_at
from dosing.rules.required import GROUPS
from dosing.rules.verdict import Verdict
from dosing.rules.wording import listed, named
from dosing.schedule import SlotState, by_then, slot_state, slot_times
from tracker.catalogue_words import show
from tracker.look.times import clock_text, length_text

from .causes import Cause, causes_at
from .critical import SHIPPED, Limit, critical_causes
from .pauses import Pause
from .severity import is_graver, with_severity
from .states import AlertKind
from .watching import lapsed_by

LABS = "labs"
WEIGHT = "weight-gain"
# What happened longer ago is read in the record: nobody is told of it anew after an upgrade or a long downtime.
TOLD_WITHIN = timedelta(hours=24)
GAIN = Fraction(10, 100)
GAIN_SOURCE = "CTCAE 5.0, weight gain grade 2: 10 to under 20% over baseline; here over the dosing weight"
FORBIDDEN = frozenset(each.value for each in Verdict if each.rank >= Verdict.HOLD.rank)
HOSPITAL = "What this hospital requires before each dose"


def all_causes(
    facts: Facts, at: datetime, tz: tzinfo, *, pause: Pause | None = None, limits: Iterable[Limit] = SHIPPED
) -> tuple[Cause, ...]:
    """Whatever rules, schedule and record ask a person for at that instant: what the alerts and their proof rest on."""
    limits = tuple(limits)
    found = causes_at(facts, at, tz, pause=pause)
    found += further_causes(facts, at, tz, causes=found, limits=limits)
    return with_severity(found, facts, at, limits=limits)


def graver_of_both(causes: Iterable[Cause], others: Iterable[Cause]) -> tuple[Cause, ...]:
    """The causes, and of the others what forbids a dose or calls a doctor: where both say it, the graver one."""
    found = {cause.key: cause for cause in causes}
    for other in others:
        known = found.get(other.key)
        if other.kind.gravity < AlertKind.CRITICAL_VALUE.gravity:
            continue
        if known is None or other.kind.gravity > known.kind.gravity or is_graver(other.finding, [known.finding]):
            found[other.key] = other
    return tuple(sorted(found.values(), key=lambda cause: (-cause.kind.gravity, cause.key)))


def further_causes(
    facts: Facts, at: datetime, tz: tzinfo, *, causes: Iterable[Cause] = (), limits: Iterable[Limit] = SHIPPED
) -> tuple[Cause, ...]:
    """Every further cause that stands, gravest first. `causes` are those of the rules, which say some of it already.

    `limits` are the critical values in force at that instant.
    """
    known = tuple(causes)
    said = said_by(known)
    found = [
        *critical_causes(facts, at, tz, said=said, limits=limits),
        *_changed_decisions(facts, at, tz),
        *_withheld(facts, at, tz),
        *_lapsed(facts, at, tz),
        *_overrides(facts, at, tz),
        *(() if "weight" in said else _weight_gain(facts, at, tz)),
        *_labs_overdue(facts, at, tz, known),
    ]
    return tuple(sorted(found, key=lambda cause: (-cause.kind.gravity, cause.key)))


def said_by(causes: Iterable[Cause]) -> frozenset[str]:
    """The codes that causes of the rules name already."""
    found = (cause.finding.get("because") for cause in causes)
    return frozenset(code for because in found if isinstance(because, dict) for code in because)


def _lapsed(facts: Facts, at: datetime, tz: tzinfo) -> Iterator[Cause]:
    events = by_then(facts.events, at)
    for slot in lapsed_by(facts, at):
        over = slot_times(facts.plan, events, slot).lapses_at
        if at - over <= TOLD_WITHIN:
            yield Cause(
                kind=AlertKind.DOSE_LAPSED,
                key=f"lapsed-{slot}",
                headline=f"Dose {slot} lapsed at {clock_text(over, at, tz)}: it was not given, held or omitted.",
                release="A person takes note of it.",
                source="The schedule of this cycle",
                finding={"lapsed_at": instant_text(over)},
                cause_at=over,
                slot=slot,
            )


def _overrides(facts: Facts, at: datetime, tz: tzinfo) -> Iterator[Cause]:
    for event in _given(facts, at):
        if event.overridden:
            yield Cause(
                kind=AlertKind.OVERRIDE_USED,
                key=f"override-{event.slot}",
                headline=f"Dose {event.slot} was given at {clock_text(event.at, at, tz)} on a prescriber's override.",
                release="A person takes note of it.",
                source="The signed override of this dose",
                finding={"given_at": instant_text(event.at)},
                cause_at=event.at,
                slot=event.slot,
            )


def _given(facts: Facts, at: datetime) -> list[DoseEvent]:
    events = by_then(facts.events, at)
    return [event for event in events if event.kind is EventKind.GIVEN and at - event.at <= TOLD_WITHIN]


# --- a correction that changes what was decided -----------------------------------------------------------------------


def _changed_decisions(facts: Facts, at: datetime, tz: tzinfo) -> Iterator[Cause]:
    """A dose that was given, and that the record as it stands now would have held or stopped.

    A signed override is left out: the prescriber had decided to go past findings. A dose that was entered after a
    downtime was judged only then: it can be on record with a verdict that forbade it.
    """
    for event in _given(facts, at):
        if event.verdict in FORBIDDEN and not event.overridden:
            yield _given_in_downtime(event, at, tz)
            continue
        if event.overridden or not _learned_later(facts.rounds, event.at, at):
            continue
        then = assess(facts, slot=event.slot, at=event.at).verdict
        now = assess(_as_it_stands(facts, event.at, at), slot=event.slot, at=event.at).verdict
        if now.rank >= Verdict.HOLD.rank and now.rank > then.rank:
            yield Cause(
                kind=AlertKind.DECISION_CHANGED,
                key=f"changed-{event.slot}",
                headline=f"Dose {event.slot} was given at {clock_text(event.at, at, tz)}. By the record as it was "
                f"corrected since, it would have been: {now.value.replace('_', ' ')}.",
                release="A person takes note of it.",
                source="The rules of this cycle, asked again with the corrected record",
                finding={"then": then.value, "now": now.value, "given_at": instant_text(event.at)},
                cause_at=event.at,
                slot=event.slot,
            )


def _given_in_downtime(event: DoseEvent, at: datetime, tz: tzinfo) -> Cause:
    return Cause(
        kind=AlertKind.DECISION_CHANGED,
        key=f"changed-{event.slot}",
        headline=f"Dose {event.slot} was given at {clock_text(event.at, at, tz)} in a downtime. By the rules it would "
        f"have been: {event.verdict.replace('_', ' ')}.",
        release="A person takes note of it.",
        source="The rules of this cycle, asked when the dose was entered",
        finding={"now": event.verdict, "given_at": instant_text(event.at)},
        cause_at=event.at,
        slot=event.slot,
    )


WITHHELD = {EventKind.HELD: "held", EventKind.OMITTED: "omitted", EventKind.REFUSED: "refused, and has lapsed since,"}


def _withheld(facts: Facts, at: datetime, tz: tzinfo) -> Iterator[Cause]:
    """A dose that was kept from the patient by the rules, and that the record as it stands now would not have held.

    A refusal is told once its dose is lost: until then the dose can still be given, and the screens say so.
    """
    told: set[int] = set()
    for event in by_then(facts.events, at):
        withheld = event.kind in WITHHELD and event.verdict in FORBIDDEN and at - event.at <= TOLD_WITHIN
        if not withheld or event.slot in told or not _learned_later(facts.rounds, event.at, at):
            continue
        state = slot_state(facts.plan, facts.events, event.slot, at)
        if event.kind is EventKind.REFUSED and state is not SlotState.LAPSED:
            continue
        others = replace(facts, events=tuple(each for each in facts.events if each is not event))
        now = assess(_as_it_stands(others, event.at, at), slot=event.slot, at=event.at).verdict
        if now.rank >= Verdict.HOLD.rank:
            continue
        told.add(event.slot)
        struck = any(_struck(taken, event.at, at) for taken in facts.rounds)
        why = "on a value that has been struck since" if struck else "before all values of that time were entered"
        yield Cause(
            kind=AlertKind.DECISION_CHANGED,
            key=f"withheld-{event.slot}",
            headline=f"Dose {event.slot} was {WITHHELD[event.kind]} at {clock_text(event.at, at, tz)} {why}. By the "
            f"record as it stands now it would have been: {now.value.replace('_', ' ')}.",
            release="A person takes note of it.",
            source="The rules of this cycle, asked again with the corrected record",
            finding={"then": str(event.verdict), "now": now.value, "withheld_at": instant_text(event.at)},
            cause_at=event.at,
            slot=event.slot,
        )


def _struck(taken: Round, then: datetime, now: datetime) -> bool:
    """It was there when the decision was made, and was struck or corrected afterwards."""
    retracted = taken.retracted_at
    return taken.known_at <= then and retracted is not None and then < retracted <= now


def _learned_later(rounds: Iterable[Round], then: datetime, now: datetime) -> bool:
    """Something observed by then was entered or struck afterwards. Without it nothing is judged twice."""
    return any(
        taken.observed_at <= then
        and (then < taken.known_at <= now or (taken.retracted_at is not None and then < taken.retracted_at <= now))
        for taken in rounds
    )


def _as_it_stands(facts: Facts, then: datetime, now: datetime) -> Facts:
    """What was observed by then, as it is known now."""
    stands = [each for each in facts.rounds if each.retracted_at is None or each.retracted_at > now]
    known = [replace(each, known_at=each.observed_at) if each.observed_at <= then else each for each in stands]
    return replace(facts, rounds=tuple(known))


# --- weight and labs --------------------------------------------------------------------------------------------------


def _weight_gain(facts: Facts, at: datetime, tz: tzinfo) -> Iterator[Cause]:
    newest, dosing = picture_at(facts, at).history.newest("weight"), Fraction(facts.plan.dosing_weight_kg)
    if newest is None or newest.at < facts.plan.first_dose_at:
        return
    gain = (Fraction(newest.value) - dosing) / dosing
    if gain >= GAIN:
        yield Cause(
            kind=AlertKind.WEIGHT_GAIN,
            key=WEIGHT,
            headline=f"Weight {show('weight', newest.value)}\N{THIN SPACE}kg at {clock_text(newest.at, at, tz)}: "
            f"{int(gain * 100)}% above the dosing weight of {show('weight', dosing)}\N{THIN SPACE}kg.",
            release="A weight less than 10% above the dosing weight.",
            source=GAIN_SOURCE,
            finding={"because": {"weight": show("weight", newest.value)}, "at": instant_text(newest.at)},
            cause_at=newest.at,
            slot=None,
        )


def _labs_overdue(facts: Facts, at: datetime, tz: tzinfo, causes: Iterable[Cause]) -> Iterator[Cause]:
    """Labs are due as often as a dose needs them; while a dose asks for them itself, that alert says it."""
    if at <= facts.plan.first_dose_at or any(cause.kind is AlertKind.DATA_MISSING for cause in causes):
        return
    history, every = picture_at(facts, at).history, timedelta(minutes=facts.plan.settings.max_age_min.labs)
    newest = {code: history.newest(code) for code in GROUPS["labs"]}
    due = {code: (point.at + every if point else facts.plan.first_dose_at) for code, point in newest.items()}
    late = [code for code, due_at in due.items() if due_at < at]
    if late:
        names = listed([named(code) for code in late])
        yield Cause(
            kind=AlertKind.LABS_OVERDUE,
            key=LABS,
            headline=f"Labs are overdue: {names}. They are due every {length_text(int(every.total_seconds()) // 60)}.",
            release="All of them are recorded.",
            source=HOSPITAL,
            finding={"late": sorted(late)},
            cause_at=min(due[code] for code in late),
            slot=None,
        )
