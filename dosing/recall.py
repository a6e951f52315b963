"""Judges a stored decision again, from what is stored: its plan, the chart as known then, the events before it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.core.serializers.json import DjangoJSONEncoder

from tracker import clock
from tracker.models import Retraction

from .chart_rounds import rounds_of
from .gather import events_as_facts, facts_for
from .hindsight import in_hindsight
from .lines import as_line
from .models import Cycle, DoseEvent
from .plan_data import plan_from_data
from .rules.assess import Assessment, assess
from .rules.facts import Facts, Round
from .states import Happened

LINE = ("at", "event", "slot", "verdict", "refusals", "findings", "missing", "given")


@dataclass(frozen=True)
class Recalled:
    """A stored decision, and the same judged again.

    `plan_kept`: the decision carries the plan it was judged under. `facts_today`: the same with what is known by now
    about that moment, each round from when it was observed and without those that were struck.
    """

    event: DoseEvent
    assessment: Assessment
    again: dict
    facts: Facts
    facts_today: Facts
    plan_kept: bool

    @property
    def stored(self) -> dict:
        return self.event.decision

    @property
    def differs(self) -> tuple[str, ...]:
        """The keys in which the two differ; empty when the decision comes out as it was stored."""
        return tuple(name for name in LINE if self.stored.get(name) != self.again.get(name))


def decisions_of(cycle: Cycle, slot_number: int) -> tuple[DoseEvent, ...]:
    """The entries of one dose that carry a decision, in the order in which they were made."""
    rows = DoseEvent.objects.filter(cycle=cycle, slot__number=slot_number, decision__isnull=False)
    return tuple(rows.select_related("by", "slot").order_by("id"))


def recall(cycle: Cycle, event: DoseEvent) -> Recalled:
    """The decision judged again. The cycle needs its settings, course and chart (see `cycles_with_facts`)."""
    decision = event.decision
    before = _rows_before(cycle, event)
    kept = decision.get("plan")
    plan = plan_from_data(kept) if kept else facts_for(cycle).plan
    started = _started_then(cycle, before)
    facts = Facts(plan, _rounds_then(cycle, decision["chart_seq"], started), events_as_facts(cycle, before))
    today = replace(facts, rounds=_rounds_then(cycle, cycle.patient.chart.seq, started))
    if event.checks and event.checks.get("entered_afterwards"):
        facts = in_hindsight(facts, event.recorded_at)
    assessment = assess(facts, slot=decision["slot"], at=_judged_at(event))
    if not any(row.kind == Happened.STARTED for row in before):
        assessment = replace(assessment, refusals=tuple(sorted({*assessment.refusals, "not_active"})))
    line = as_line(assessment, event=decision["event"], given=decision["given"])
    again = json.loads(json.dumps(line, cls=DjangoJSONEncoder))
    return Recalled(event, assessment, again, facts, in_hindsight(today, clock.now()), bool(kept))


def _rows_before(cycle: Cycle, event: DoseEvent) -> tuple[DoseEvent, ...]:
    """What had happened in the cycle. A giving entered again with another start carries the first one's decision."""
    rows = tuple(DoseEvent.objects.filter(cycle=cycle, pk__lt=event.pk).select_related("slot").order_by("id"))
    first = next((row for row in rows if row.slot_id == event.slot_id and row.decision == event.decision), event)
    return tuple(row for row in rows if row.pk < first.pk)


def _judged_at(event: DoseEvent) -> datetime:
    """The exact instant; the line itself shows it without fractions."""
    kept = event.decision.get("judged_at")
    return datetime.fromisoformat(kept) if kept else event.recorded_at


def _started_then(cycle: Cycle, before: Sequence[DoseEvent]) -> datetime | None:
    return cycle.started_at if any(row.kind == Happened.STARTED for row in before) else None


def _rounds_then(cycle: Cycle, chart_seq: int, started_at: datetime | None) -> tuple[Round, ...]:
    """The rounds of this cycle that were known by that place of the chart, without the retractions that came later."""
    struck = Retraction.objects.filter(patient_id=cycle.patient_id, seq__lte=chart_seq)
    retracted = {str(round_id) for round_id in struck.values_list("round_id", flat=True)}
    previous = Cycle.objects.filter(patient_id=cycle.patient_id, pk__lt=cycle.pk).order_by("-pk").first()
    since = previous.ended_at if previous else None
    return tuple(
        replace(
            each,
            baseline=started_at is None or each.observed_at <= started_at,
            retracted_at=each.retracted_at if each.id in retracted else None,
        )
        for each in rounds_of([cycle.patient.chart])[cycle.patient_id]
        if each.order <= chart_seq and (since is None or each.observed_at > since)
    )
