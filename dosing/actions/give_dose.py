"""Give a dose: the bedside guard. It asks the rules, never the alerts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from tracker import clock
from tracker.audit.gate import Trail, action
from tracker.audit.record import Actor
from tracker.errors import BadInput, Conflict
from tracker.look.times import minutes_between
from tracker.permissions import remember_wards
from tracker.roles import Perm
from tracker.signatures import Signature
from tracker.times import not_after, read_instant

from ..bedside_checks import BedsideChecks
from ..gather import assess_slot, events_for, facts_for, not_before_the_record
from ..models import DoseEvent, Slot
from ..overrides import SignedOverride, newest_override
from ..permissions import Reached, slot_for
from ..rules.assess import Assessment, may_give
from ..schedule import SlotState
from ..states import Happened
from ..wording import refusal_of
from ._bedside import check_bag, newest_bag, verify
from ._cycle import check_admitted, given_as_audit, insert_event, move_slot, touch
from ._signed import check_pair

# The start is typed at the bedside: an older one is a dose given in a downtime, which two people enter afterwards.
BACKDATED_AT_MOST = timedelta(minutes=10)


@action("give_dose", Perm.GIVE_DOSE)
def give_dose(
    *,
    by: Actor,
    trail: Trail,
    slot_id: int,
    giver: Signature,
    witness: Signature,
    started_at: str | datetime | None = None,
    checks: BedsideChecks | None = None,
) -> DoseEvent:
    """Start the infusion of one dose, signed by the giver and by a different witness.

    `checks` are what the two checked at the bedside; a program that has checked by its own means sends none. A bag that
    is on record must be usable in any case.

    Given only with the verdict `proceed`, or a prescriber's override that covers every finding, and no refusal of the
    schedule. A refused attempt is charted with its verdict, because a stop must be answered.
    Raises: NotFound, NotAllowed, BadInput, Conflict wrong_patient, bag_expired, witness_disagrees, or one with the
    verdict, findings and refusals.
    Audit: the decision, given or refused.
    """
    remember_wards(by.user, witness.user)
    reached = slot_for(by.user, slot_id, lock=True)
    cycle, slot = reached.cycle, reached.slot
    trail.about(patient=cycle.patient, object_type="slot", object_id=slot.pk)
    check_admitted(reached.stay)
    check_pair(by, giver, witness, reached.stay)
    if slot.state == SlotState.GIVEN:
        raise already_given(slot)
    now = clock.now()
    start = _read_start(started_at, now)
    kept = _checked(by, reached, checks, witness, start)
    events = events_for(cycle)
    override = newest_override(events, slot)
    judged = _judge(by, reached, override, start, now)
    assessment = judged[-1]
    overridden = any(each.findings and each.verdict.may_be_overridden for each in judged)
    kept["minutes_late"] = minutes_between(judged[0].planned_at, start)
    event = _insert(by, reached, witness, start, assessment, overridden, _attempts(events, slot), kept)
    used = override.event_id if overridden and override else None
    trail.done(before={"state": SlotState.OPEN.value}, after={**_as_audit(event, witness, kept), "override": used})
    return event


def _as_audit(event: DoseEvent, witness: Signature, kept: dict[str, object]) -> dict[str, object]:
    return {
        **given_as_audit(event, witness.user),
        "verdict": event.verdict,
        "overridden": event.overridden,
        "checks": kept,
    }


def _judge(
    by: Actor, reached: Reached, override: SignedOverride | None, start: datetime, now: datetime
) -> list[Assessment]:
    """What the rules say at the start that was typed and now, if the dose may be given at both.

    Raises: Conflict with the verdict, findings and refusals.
    """
    latest = not_before_the_record(facts_for(reached.cycle), now)
    judged = [assess_slot(reached.cycle, slot=reached.slot.number, at=at) for at in sorted({start, latest})]
    for assessment in judged:
        covered = override is not None and override.covers(assessment)
        if not may_give(assessment, overridden=covered):
            raise _refuse(by, reached, assessment, override is not None)
    return judged


def _checked(
    by: Actor, reached: Reached, checks: BedsideChecks | None, witness: Signature, start: datetime
) -> dict[str, object]:
    """What the record keeps of the checks at the bedside.

    Raises: as `verify`; Conflict bag_expired; BadInput other_witness.
    """
    bag = newest_bag(reached.slot)
    if checks is None:
        if bag is not None:
            check_bag(bag, reached.slot.number, start)
        return {"bag": bag.pk if bag else None}
    kept = verify(by, reached, checks, bag=bag, start=start)
    if checks.result_by != witness.user.username:
        raise BadInput(
            "other_witness",
            f"{witness.user.full_name} has not worked the dose out.",
            field="witness",
            remedy="Whoever witnesses types an own result first.",
        )
    return kept


def already_given(slot: Slot) -> Conflict:
    """The clear answer to a second tap: the first giving, which stands."""
    first = (
        DoseEvent.objects.filter(slot=slot, kind=Happened.GIVEN)
        .select_related("by", "witness")
        .order_by("-attempt")
        .first()
    )
    return Conflict(
        "already_given",
        f"Dose {slot.number} was already given.",
        remedy="Nothing was given twice. Look at the dose: it shows who gave it and when.",
        extra={
            "refusals": ["already_given"],
            "given_at": first.at.isoformat(),
            "given_by": first.by.full_name,
            "witness": first.witness.full_name,
        }
        if first
        else {"refusals": ["already_given"]},
    )


def _attempts(events: Iterable[DoseEvent], slot: Slot) -> int:
    """How often a giving of this slot was entered and struck. The database takes each number once."""
    return sum(1 for event in events if event.kind == Happened.GIVEN and event.slot_id == slot.pk)


def _read_start(raw: str | datetime | None, now: datetime) -> datetime:
    if raw in (None, ""):
        return now
    start = not_after(read_instant(raw, field="started_at", what="start"), now=now, field="started_at", what="start")
    if now - start > BACKDATED_AT_MOST:
        raise BadInput(
            "start_too_old",
            "The start is more than 10 minutes ago.",
            field="started_at",
            remedy="Enter the time at which the infusion starts now.",
        )
    return start


def _refuse(by: Actor, reached: Reached, assessment: Assessment, has_override: bool) -> Conflict:
    """Chart the refused attempt and make the sentence; the event stays although the dose is not given."""
    closed = "slot_lapsed" in assessment.refusals
    event = insert_event(
        Happened.REFUSED,
        cycle=reached.cycle,
        slot=reached.slot,
        by=by.user,
        assessment=assessment,
        stay=reached.stay,
        reason_code="closed" if closed else "",
    )
    touch(reached.cycle)
    refusal = refusal_of(assessment, has_override=has_override)
    refusal.extra["explain"] = event.decision["explain"]
    return refusal


def _insert(
    by: Actor,
    reached: Reached,
    witness: Signature,
    start: datetime,
    assessment: Assessment,
    overridden: bool,
    attempts: int,
    kept: dict[str, object],
) -> DoseEvent:
    event = insert_event(
        Happened.GIVEN,
        cycle=reached.cycle,
        slot=reached.slot,
        by=by.user,
        at=start,
        stay=reached.stay,
        witness=witness.user,
        attempt=attempts + 1,
        overridden=overridden,
        assessment=assessment,
        checks=kept,
    )
    move_slot(reached.slot, SlotState.GIVEN)
    touch(reached.cycle)
    return event
