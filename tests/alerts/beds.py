"""Makes what the board sees of a bed from a cycle that a test tells step by step; no database."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from alerts.cards import WardCard, sections_of
from alerts.seen import Infusion, Raised, Seen, Who
from alerts.states import AlertKind
from alerts.unknowns import urine_gap
from dosing.rules.assess import assess
from dosing.rules.facts import EventKind
from dosing.rules.picture import picture_at
from dosing.rules.required import required_inputs
from dosing.schedule import SlotState, last_slot, slot_state
from tests.rules.journey import Journey, hour

BERLIN = ZoneInfo("Europe/Berlin")  # dose 1 of a journey is planned at 09:00 there
UTC = ZoneInfo("UTC")


def bed(
    journey: Journey,
    at: object,
    *,
    label: str = "07",
    started: bool = True,
    infusing: int | None = None,
    override_by: str = "",
    alerts: tuple[Raised, ...] = (),
) -> Seen:
    """The bed at that hour. `infusing` is the dose whose end is not recorded."""
    now, facts = hour(at), journey.facts
    last = last_slot(facts.plan)
    slot = next((n for n in range(1, last + 1) if slot_state(facts.plan, facts.events, n, now) is SlotState.OPEN), None)
    assessment = assess(facts, slot=slot or last, at=now)
    if not started:
        assessment = replace(assessment, refusals=tuple(sorted({*assessment.refusals, "not_active"})))
    then = max(now, assessment.planned_at)
    return Seen(
        who=Who(label, label, "Almeida, Teresa", date(1968, 9, 14), "4471-882", "/patients/1/"),
        started=started,
        slot=slot,
        assessment=assessment,
        inputs=required_inputs(facts, slot=slot or last, at=now),
        inputs_then=required_inputs(facts, slot=slot or last, at=then),
        gap=urine_gap(picture_at(facts, now)),
        cells=(),
        given=sum(event.kind is EventKind.GIVEN for event in facts.events),
        planned=last,
        infusion=_infusion(journey, infusing) if infusing else None,
        override_by=override_by,
        alerts=alerts,
    )


def card(journey: Journey, at: object, *, tz: ZoneInfo = UTC, **more: object) -> WardCard:
    """The bed's card at that hour."""
    (section,) = (each for each in sections_of([bed(journey, at, **more)], hour(at), tz) if each.cards)
    return section.cards[0]


def raised(kind: AlertKind, at: object, answered_by: str = "") -> Raised:
    """An alert raised at that hour."""
    return Raised(kind, hour(at), answered_by)


def running(doses: int, **settings: object) -> Journey:
    """A cycle whose first doses were given on time to a patient who is well."""
    journey = Journey(**settings)
    for number in range(1, doses + 1):
        journey.well(8 * (number - 1)).given(number, 8 * (number - 1))
    return journey


def _infusion(journey: Journey, number: int) -> Infusion:
    start: datetime = next(event.at for event in journey.events if event.slot == number)
    return Infusion(number, start, "42 million IU", "50 mL D5W", timedelta(minutes=10))
