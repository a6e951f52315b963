"""Look at a patient's cycle anew: raise, continue and resolve its alerts, and note that it was looked at."""

from __future__ import annotations

import logging
from datetime import datetime

from tracker import clock, poke
from tracker.audit.gate import Trail, action
from tracker.audit.record import Actor
from tracker.errors import Refusal
from tracker.models import ChartState

from ..models import CycleWatch
from ..queries import Situation, cycles_to_review, situations_of
from ._alert import settle
from ._steps import NotSettled

log = logging.getLogger(__name__)


@action("review_chart", None, quiet=True)
def review_chart(*, by: Actor, trail: Trail, patient_id: int) -> int:
    """Bring the patient's alerts in line with what the rules say now; returns how many alerts changed.

    The chart counts as reviewed up to the number read before its facts, under the lock that its writers wait for.
    Doing it twice changes nothing the second time.
    Audit: each alert raised, raised anew, grown graver or resolved; nothing when nothing changed.
    """
    cycles = list(cycles_to_review(patient_id).select_for_update(of=("self",)))
    chart = ChartState.objects.select_for_update().get(pk=patient_id)
    now = clock.now()
    try:
        changed = sum(_review(situation, now, trail) for situation in _situations(cycles, chart, now))
    except NotSettled:
        log.warning("patient %s: somebody changed the same alert at this moment, looking again", patient_id)
        poke.nudge(poke.CHART_CHANGED, patient_id)
        return 0
    ChartState.objects.filter(pk=patient_id, reviewed_seq__lt=chart.seq).update(reviewed_seq=chart.seq)
    return changed


def _situations(cycles: list, chart: ChartState, now: datetime) -> list[Situation]:
    for cycle in cycles:
        cycle.patient.chart = chart
    try:
        return situations_of(cycles, now)
    except Refusal as problem:
        raise RuntimeError(f"the facts of patient {chart.pk} cannot be judged: {problem.sentence}") from problem


def _review(situation: Situation, now: datetime, trail: Trail) -> int:
    try:
        changes, look_at = situation.changes(now), situation.look_at(now)
    except Refusal as problem:  # a row that the rules cannot read is a fault of ours, not a refusal to a person
        raise RuntimeError(f"cycle {situation.cycle.pk} cannot be judged: {problem.sentence}") from problem
    changed = settle(situation, changes, now, trail)
    _watch(situation, look_at)
    return changed


def _watch(situation: Situation, look_at: datetime | None) -> None:
    watch = CycleWatch.objects.filter(pk=situation.cycle.pk)
    if look_at is None:
        watch.delete()
    elif watch.update(look_at=look_at) == 0:
        CycleWatch.objects.create(cycle=situation.cycle, look_at=look_at)
