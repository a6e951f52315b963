"""Reads what the reviews need: what is due, and the situation of each cycle, in few queries whatever their number."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from dosing.gather import facts_of, not_before_the_record
from dosing.models import Cycle, Slot
from dosing.permissions import cycles_with_facts
from dosing.rules.facts import Facts
from dosing.schedule import SlotState
from dosing.states import CycleState
from tracker.models import ChartState, Stay

from .causes import OBSERVATIONS, Cause
from .changes import RETURNS_WITHIN, Changes, changes_between
from .further_causes import all_causes, graver_of_both
from .models import Alert, CycleWatch
from .pause_queries import newest_pauses
from .pauses import Pause
from .policy import SHIPPED_POLICY, AlertPolicy, Timeline
from .policy_queries import timeline
from .states import NOTED, AlertState
from .watching import JUST_AFTER, lapsed_by, next_look, observations_due_at

# Two machines need not agree to the second.
SET_BACK = timedelta(minutes=1)


@dataclass(frozen=True)
class Situation:
    """A cycle with its facts, the patient's latest stay, its slots, and its alerts that are open or were lately."""

    cycle: Cycle
    facts: Facts
    stay: Stay
    slots: dict[int, Slot] = field(default_factory=dict)
    alerts: list[Alert] = field(default_factory=list)
    pause: Pause | None = None
    policies: Timeline = Timeline()
    at: datetime | None = None

    @property
    def policy(self) -> AlertPolicy:
        """The alert settings in force when the situation was read."""
        return self.policies.at(self.at) if self.at else SHIPPED_POLICY

    @property
    def is_watched(self) -> bool:
        """Only a running cycle of a patient who is here needs anybody."""
        return self.cycle.state == CycleState.ACTIVE and self.stay.discharged_at is None

    def causes(self, at: datetime) -> tuple[Cause, ...]:
        """What should stand as alerts now. While a pause keeps quiet, overdue observations raise no new one.

        After the clock was set back nothing that was known is forgotten: it is judged at the newest entry. What is
        charted since lies before that one, and is judged by itself as well: whatever forbids a dose then stands too.
        """
        if not self.is_watched:
            return ()
        by_the_clock, at = at, not_before_the_record(self.facts, at)
        found = self._all_causes(at)
        if at > by_the_clock + SET_BACK:
            found = graver_of_both(found, self._all_causes(by_the_clock))
        found = tuple(cause for cause in found if not self._is_noted(cause))
        if self.pause is None or not self.pause.quiet(at) or self._asked_for_observations:
            return found
        return tuple(cause for cause in found if cause.key != OBSERVATIONS)

    def _all_causes(self, at: datetime) -> tuple[Cause, ...]:
        zone = ZoneInfo(self.stay.ward.timezone)
        return all_causes(self.facts, at, zone, pause=self.pause, limits=self.policy.limits)

    def _is_noted(self, cause: Cause) -> bool:
        """A person has taken note of just this. Something else of the same name, after a correction, is told anew."""
        return cause.kind in NOTED and any(
            alert.cause == cause.key and alert.acknowledged_at is not None and alert.finding == cause.finding
            for alert in self.alerts
        )

    @property
    def _asked_for_observations(self) -> bool:
        return any(alert.cause == OBSERVATIONS and alert.state != AlertState.RESOLVED for alert in self.alerts)

    def changes(self, at: datetime) -> Changes:
        """What has to happen to the alerts."""
        slots = {number: slot.pk for number, slot in self.slots.items()}
        return changes_between(self.alerts, self.causes(at), at=at, slots=slots, ward_id=self.stay.ward_id)

    def lapsed(self, at: datetime) -> list[Slot]:
        """The open slots whose time is over, in order. What was left when the cycle ended stays as it was."""
        over = set(lapsed_by(self.facts, min(at, self.cycle.ended_at or at)))
        return [slot for number, slot in sorted(self.slots.items()) if number in over and slot.state == SlotState.OPEN]

    def look_at(self, at: datetime) -> datetime | None:
        """When time alone may change something, None when nothing can."""
        if self.cycle.state == CycleState.ENDED:
            return None
        look_at = next_look(self.facts, at, active=self.is_watched)
        if self.pause is not None and self.is_watched and self.pause.quiet_until >= at:
            look_at = min(look_at, self.pause.quiet_until + JUST_AFTER)
        change_at = self.policies.next_change(at)
        if change_at is not None and self.is_watched:
            look_at = min(look_at, change_at)
        return look_at


def situations_of(cycles: Iterable[Cycle], at: datetime) -> list[Situation]:
    """The situation of each cycle in the order given: eight queries at most. The cycles come with their facts' rows."""
    wanted = list(cycles)
    facts, policies = facts_of(wanted), timeline()
    stays = _latest_stays([cycle.patient_id for cycle in wanted])
    slots: dict[int, dict[int, Slot]] = {cycle.pk: {} for cycle in wanted}
    for slot in Slot.objects.filter(cycle__in=list(slots)):
        slots[slot.cycle_id][slot.number] = slot
    alerts: dict[int, list[Alert]] = {cycle.pk: [] for cycle in wanted}
    lately = Q(resolved_at__isnull=True) | Q(resolved_at__gte=at - RETURNS_WITHIN) | Q(kind__in=list(NOTED))
    for alert in Alert.objects.filter(lately, cycle__in=list(alerts)).order_by("id"):
        alerts[alert.cycle_id].append(alert)
    # A pause explains overdue observations and nothing else: where none are overdue it is not asked for.
    overdue = [cycle.patient_id for cycle in wanted if observations_due_at(facts[cycle.pk], at) < at]
    pauses = newest_pauses(overdue) if overdue else {}
    return [
        Situation(
            cycle,
            facts[cycle.pk],
            stays[cycle.patient_id],
            slots[cycle.pk],
            alerts[cycle.pk],
            pauses.get(cycle.patient_id),
            policies,
            at,
        )
        for cycle in wanted
    ]


def _latest_stays(patient_ids: Sequence[int]) -> dict[int, Stay]:
    rows = Stay.objects.filter(patient_id__in=patient_ids).select_related("ward").order_by("admitted_at", "id")
    return {stay.patient_id: stay for stay in rows}


def cycles_to_review(patient_id: int) -> QuerySet[Cycle]:
    """The patient's cycle that has not ended, and ended ones that still have an open alert or a watch."""
    unfinished = Exists(Alert.objects.filter(cycle=OuterRef("pk")).exclude(state=AlertState.RESOLVED)) | Exists(
        CycleWatch.objects.filter(cycle=OuterRef("pk"))
    )
    return cycles_with_facts().filter(~Q(state=CycleState.ENDED) | unfinished, patient_id=patient_id).order_by("id")


# --- what is due ------------------------------------------------------------------------------------------------------


def is_review_due(patient_id: int) -> bool:
    """True when the chart changed since it was last reviewed."""
    return ChartState.objects.filter(patient_id=patient_id, seq__gt=F("reviewed_seq")).exists()


def patients_to_review() -> list[int]:
    """Whose chart changed and was not reviewed, the oldest change first."""
    due = ChartState.objects.filter(seq__gt=F("reviewed_seq"))
    return list(due.order_by(F("changed_at").asc(nulls_first=True), "pk").values_list("pk", flat=True))


def cycles_to_look_at(at: datetime) -> list[int]:
    """The cycles for which time alone may have changed something, the longest due first."""
    return list(CycleWatch.objects.filter(look_at__lte=at).order_by("look_at", "pk").values_list("pk", flat=True))
