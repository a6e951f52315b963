"""Move an open cycle to the versions in force of its rule sets, or to the newest settings, signed by a prescriber."""

from __future__ import annotations

from tracker import clock
from tracker.audit.gate import Trail, action
from tracker.audit.record import SYSTEM, Actor
from tracker.errors import Conflict
from tracker.reasons import check_reason
from tracker.roles import Perm
from tracker.signatures import Signature, check_fresh, check_own

from ..courses import signed_settings
from ..gather import assess_slot, facts_for, lost_of
from ..models import Cycle, CycleMove, SiteSettings, Slot
from ..permissions import cycle_for
from ..published import Binding, binding_of, keys_in_force
from ..queries import next_number
from ..rules.amendment import read_key
from ..schedule import SlotState, slot_state
from ..states import CycleState
from ._cycle import touch
from .lapse_slot import lapse_slot


@action("move_cycle", Perm.PRESCRIBE)
def move_cycle(
    *, by: Actor, trail: Trail, cycle_id: int, reason: str, signature: Signature, with_settings: bool = False
) -> CycleMove:
    """Bind the cycle to the versions in force of its own rule sets and, on request, to the newest signed settings.

    It changes only what has not happened: doses given, held, omitted or lost stay so, and stored decisions too.
    Raises: NotFound, BadInput missing_reason, NotAllowed, Conflict ended or nothing_to_move.
    Audit: what bound it before and after, and the verdict on the next dose under both.
    """
    cycle = cycle_for(by.user, cycle_id, lock=True).cycle
    trail.about(patient=cycle.patient, object_type="cycle", object_id=cycle.pk)
    reason = check_reason(reason, what="Moving a cycle")
    check_own(by, signature)
    check_fresh(signature, field="secret")
    if cycle.state == CycleState.ENDED:
        raise Conflict("ended", "The cycle has ended.", remedy="An ended cycle keeps what bound it.")
    binding = binding_in_force(cycle)
    settings = signed_settings() if with_settings else cycle.settings
    if list(binding.rule_sets) == cycle.rule_sets and settings.pk == cycle.settings_id:
        raise Conflict(
            "nothing_to_move",
            "The cycle is already bound to the versions in force.",
            remedy="Publish a version or sign settings first.",
        )
    if settings.pk != cycle.settings_id and cycle.state == CycleState.ACTIVE:
        cycle = _lapse_what_is_lost(by, cycle)
    before = {**bound_as_data(cycle), "next_dose": _verdict_words(cycle)}
    _bind(cycle, binding, settings)
    after = {**bound_as_data(cycle), "next_dose": _verdict_words(cycle)}
    move = CycleMove.objects.create(cycle=cycle, at=clock.now(), by=by.user, reason=reason, before=before, after=after)
    trail.done(before=before, after=after, reason=reason)
    return move


def binding_in_force(cycle: Cycle) -> Binding:
    """The cycle's own rule sets, each at the version in force now."""
    newest = keys_in_force(clock.now())
    return binding_of([newest[read_key(key).rule_set] for key in cycle.rule_sets])


def bound_as_data(cycle: Cycle) -> dict:
    """What binds the cycle, as plain data."""
    return {"rule_sets": list(cycle.rule_sets), "amendments": list(cycle.amendments), "settings": cycle.settings_id}


def _bind(cycle: Cycle, binding: Binding, settings: SiteSettings) -> None:
    changes: dict = {"rule_sets": list(binding.rule_sets), "amendments": list(binding.amendments)}
    if settings.pk != cycle.settings_id:
        now = clock.now().isoformat()
        lost = Slot.objects.filter(cycle=cycle, state=SlotState.LAPSED).order_by("number")
        numbers = {number for number, _ in lost_of(cycle)}
        fresh = [[number, now] for number in lost.values_list("number", flat=True) if number not in numbers]
        changes |= {"settings": settings, "prior": {**cycle.prior, "lost": [*lost_of(cycle), *fresh]}}
    touch(cycle, **changes)


def _lapse_what_is_lost(by: Actor, cycle: Cycle) -> Cycle:
    """Put on record what was lost under the old settings, so that the new ones do not open it again."""
    facts, now = facts_for(cycle), clock.now()
    lost = [
        slot.pk
        for slot in Slot.objects.filter(cycle=cycle, state=SlotState.OPEN)
        if slot_state(facts.plan, facts.events, slot.number, now) is SlotState.LAPSED
    ]
    for slot_id in lost:
        lapse_slot(by=SYSTEM, slot_id=slot_id)
    return cycle_for(by.user, cycle.pk, lock=True).cycle if lost else cycle


def _verdict_words(cycle: Cycle) -> dict:
    """The next dose with its verdict and findings under what binds the cycle now."""
    number = next_number(facts_for(cycle), clock.now())
    if number is None:
        return {}
    assessment = assess_slot(cycle, slot=number, at=clock.now())
    return {
        "dose": number,
        "verdict": assessment.verdict.value,
        "findings": [finding.id for finding in assessment.findings],
    }
