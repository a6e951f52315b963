"""Reads cycles, slots and what happened to doses for the screens: what runs, what is next, and the strip of doses."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta, tzinfo
from typing import NamedTuple

from django.db.models import Prefetch

from tracker import clock
from tracker.models import NotDone, Patient, Round, User, Ward
from tracker.roles import ROLES, Perm, may

from .gather import facts_for
from .models import Cycle, DoseEvent, Slot
from .permissions import cycles_with_facts
from .rules.facts import EventKind, Facts
from .schedule import SlotState, last_slot, planned_at, slot_state
from .states import CycleState, Happened

# An infusion takes 15 minutes. When nobody records its end the screen goes back to the next dose after this time.
INFUSING_AT_MOST = timedelta(minutes=60)
GIVING = (Happened.GIVEN, Happened.INFUSION_ENDED, Happened.VOIDED)


class Cell(NamedTuple):
    """One dose in the strip; hashable, so that equal strips are drawn once."""

    number: int
    state: str
    midnight_before: bool = False


def open_cycle_of(patient: Patient) -> Cycle | None:
    """The patient's cycle that is prescribed or active, with all that its facts need."""
    return cycles_with_facts().filter(patient=patient).exclude(state=CycleState.ENDED).first()


def latest_cycle_of(patient: Patient) -> Cycle | None:
    """The open cycle or, without one, the last that ended, with all that its facts need."""
    return cycles_with_facts().filter(patient=patient).order_by("-id").first()


def next_number(facts: Facts, at: datetime) -> int | None:
    """The number of the first dose that nobody has answered and that has not lapsed."""
    numbers = range(1, last_slot(facts.plan) + 1)
    return next((n for n in numbers if slot_state(facts.plan, facts.events, n, at) is SlotState.OPEN), None)


def next_slot(cycle: Cycle, at: datetime) -> Slot | None:
    """The next dose of a cycle that has not ended; no query beyond the facts when its slots were prefetched."""
    if cycle.state == CycleState.ENDED:
        return None
    number = next_number(facts_for(cycle), at)
    return next((slot for slot in cycle.slots.all() if slot.number == number), None)


def slots_prefetched() -> Prefetch:
    """For `prefetch_related` on cycles: their slots in order, one query whatever the number of cycles."""
    return Prefetch("slots", queryset=Slot.objects.order_by("number"))


def events_of(cycles: Iterable[Cycle], kinds: Sequence[Happened] = GIVING) -> dict[int, list[DoseEvent]]:
    """What happened in each cycle by its id, oldest first, in one query; struck entries are among it."""
    found: dict[int, list[DoseEvent]] = {cycle.pk: [] for cycle in cycles}
    rows = DoseEvent.objects.filter(cycle__in=list(found), kind__in=kinds).select_related("slot", "by", "witness")
    for event in rows.order_by("id"):
        found[event.cycle_id].append(event)
    return found


def standing_gives(events: Iterable[DoseEvent]) -> dict[int, DoseEvent]:
    """The giving of each dose by its number, without the entries struck as entered in error."""
    known = list(events)
    struck = {event.refers_to_id for event in known if event.kind == Happened.VOIDED}
    return {event.slot.number: event for event in known if event.kind == Happened.GIVEN and event.pk not in struck}


def unended_give(events: Iterable[DoseEvent]) -> DoseEvent | None:
    """The newest giving when the end of its infusion is not recorded, however long ago it began."""
    known = list(events)
    gives = standing_gives(known).values()
    newest = max(gives, key=lambda event: event.at, default=None)
    ended = {event.refers_to_id for event in known if event.kind == Happened.INFUSION_ENDED}
    return newest if newest is not None and newest.pk not in ended else None


def paused_since(give: DoseEvent) -> datetime | None:
    """Since when the infusion of this giving is paused, None while it runs."""
    known = DoseEvent.objects.filter(refers_to=give, kind__in=[Happened.PAUSED, Happened.RESUMED])
    last = known.order_by("-id").first()
    return last.at if last is not None and last.kind == Happened.PAUSED else None


def infusing(
    cycle: Cycle, events: Iterable[DoseEvent] | None = None, *, at: datetime | None = None
) -> DoseEvent | None:
    """The giving whose infusion runs now. Pass `events` (see `events_of`) where many cycles are shown."""
    give = unended_give(events_of([cycle])[cycle.pk] if events is None else events)
    return give if give is not None and (at or clock.now()) - give.at < INFUSING_AT_MOST else None


def given_count(facts: Facts) -> int:
    """How many doses of the cycle were given."""
    return sum(1 for event in facts.events if event.kind is EventKind.GIVEN)


def cells_of(
    cycle: Cycle, slots: Iterable[Slot], events: Iterable[DoseEvent], at: datetime, tz: tzinfo, *, barred: bool = False
) -> tuple[Cell, ...]:
    """The strip: what became of each dose by now. `barred` when no further dose of this cycle may be given for good."""
    facts = facts_for(cycle)
    known = list(events)
    gives = standing_gives(known)
    runs = infusing(cycle, known, at=at)
    over = barred or cycle.state == CycleState.ENDED
    upcoming = None if over else next_number(facts, at)
    cells: list[Cell] = []
    last_day = None
    for slot in sorted(slots, key=lambda each: each.number):
        planned = planned_at(facts.plan, facts.events, slot.number)
        give = gives.get(slot.number)
        day = (give.at if give else planned).astimezone(tz).date()
        state = slot_state(facts.plan, facts.events, slot.number, at)
        if give is not None:
            shown = _given(facts, give, planned, runs)
        elif state is SlotState.OPEN:
            shown = "barred" if over else "next" if slot.number == upcoming else "to_come"
        else:
            shown = state.value
        cells.append(Cell(slot.number, shown, last_day is not None and day > last_day))
        last_day = day
    return tuple(cells)


def _given(facts: Facts, give: DoseEvent, planned: datetime, runs: DoseEvent | None) -> str:
    """A giving is late when it started later than planned by more than the hospital's tolerance."""
    if runs is not None and give.pk == runs.pk:
        return "infusing"
    if give.overridden:
        return "override"
    return "given_late" if give.at > planned + facts.plan.settings.tolerance else "given"


def newest_override(slot: Slot) -> DoseEvent | None:
    """The newest override that a prescriber signed for the dose."""
    overrides = DoseEvent.objects.filter(slot=slot, kind=Happened.OVERRIDE).select_related("by")
    return overrides.order_by("-id").first()


def chart_page(patient: Patient, offset: int, size: int) -> tuple[list[Round], bool]:
    """Rounds of the chart, newest by observed time first, struck ones included; and whether older ones follow."""
    rounds = (
        Round.objects.filter(patient=patient)
        .select_related("recorded_by", "retraction__by", "corrects", "corrected_by")
        .prefetch_related("values", "not_done")
        .order_by("-observed_at", "-seq")
    )
    found = list(rounds[offset : offset + size + 1])
    return found[:size], len(found) > size


def not_done_since(patient: Patient, since: datetime) -> dict[str, NotDone]:
    """The newest reason for each observation that a standing round left out, by its code; the round is loaded."""
    rows = NotDone.objects.filter(round__patient=patient, round__observed_at__gte=since, round__retraction=None)
    return {row.code: row for row in rows.select_related("round").order_by("round__observed_at", "round__seq")}


def one_round(round_id: int) -> Round | None:
    """A round with all that the chart shows of it."""
    rounds = Round.objects.select_related("recorded_by", "retraction__by", "corrects", "corrected_by")
    return rounds.prefetch_related("values", "not_done").filter(pk=round_id).first()


def witnesses_for(ward: Ward, giver: User) -> list[User]:
    """Who may sign beside the giver: staff of the ward whose role may witness a dose, and not the giver."""
    roles = [name for name in ROLES if may(name, Perm.WITNESS_DOSE)]
    staff = User.objects.filter(wards=ward, is_active=True, role__in=roles)
    return list(staff.exclude(pk=giver.pk).order_by("full_name"))
