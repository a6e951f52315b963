"""The rota of a ward: turns are planned and given up, never edited."""

from __future__ import annotations

from datetime import datetime, timedelta

from tracker import clock
from tracker.audit.gate import Trail, action
from tracker.audit.record import Actor
from tracker.errors import BadInput, Conflict, NotFound
from tracker.models import Bed, User, Ward
from tracker.roles import ROLES, Perm

from ..escalation import DUTY_WORDS, ROLE_OF, Duty
from ..models import DutyTurn

LONGEST = timedelta(days=31)


@action("plan_turn", Perm.MANAGE_STAFF)
def plan_turn(
    *,
    by: Actor,
    trail: Trail,
    ward_id: int | None,
    duty: str,
    user_id: int | None,
    begins_at: datetime,
    ends_at: datetime,
    stand_in_id: int | None = None,
    bed_id: int | None = None,
) -> DutyTurn:
    """Somebody has this duty on the ward from then to then. Raises: BadInput, NotFound. Audit: the turn."""
    if duty not in ROLE_OF:
        raise BadInput("unknown_duty", "Choose a duty.", field="duty", remedy="Choose one of the list.")
    ward = Ward.objects.filter(pk=ward_id).first()
    if ward is None:
        raise NotFound("no_such_ward", "There is no such ward.", remedy="Choose one of the list.")
    if not timedelta(0) < ends_at - begins_at <= LONGEST:
        raise BadInput(
            "bad_length", "A turn ends after it begins, within 31 days.", field="ends_at", remedy="Check the times."
        )
    user = _person(user_id, duty, ward, "user")
    stand_in = _person(stand_in_id, duty, ward, "stand_in") if stand_in_id else None
    if stand_in == user:
        raise BadInput("same_person", "Nobody stands in for themselves.", field="stand_in", remedy="Choose another.")
    turn = DutyTurn.objects.create(
        ward=ward,
        duty=duty,
        bed=_bed(bed_id, duty, ward) if bed_id else None,
        user=user,
        stand_in=stand_in,
        begins_at=begins_at,
        ends_at=ends_at,
    )
    trail.about(object_type="turn", object_id=turn.pk)
    trail.done(after=as_plain(turn))
    return turn


@action("end_turn", Perm.MANAGE_STAFF)
def end_turn(*, by: Actor, trail: Trail, turn_id: int) -> DutyTurn:
    """The turn counts no more from now on. Raises: NotFound, Conflict turn_over. Audit: the turn."""
    turn = DutyTurn.objects.select_for_update(of=("self",)).select_related("user", "ward").filter(pk=turn_id).first()
    if turn is None:
        raise NotFound("no_such_turn", "There is no such turn.", remedy="Reload the page.")
    trail.about(object_type="turn", object_id=turn.pk)
    now = clock.now()
    if DutyTurn.objects.filter(pk=turn.pk, ended_at=None, ends_at__gt=now).update(ended_at=now) != 1:
        raise Conflict("turn_over", "This turn is over already.", remedy="Nothing needs to be done.")
    turn.ended_at = now
    trail.done(before=as_plain(turn), after={"ended_at": now})
    return turn


def as_plain(turn: DutyTurn) -> dict:
    """For the audit trail."""
    return {
        "ward": turn.ward.code if turn.ward else "",
        "duty": turn.duty,
        "bed": turn.bed.label if turn.bed else "",
        "person": turn.user.full_name,
        "stand_in": turn.stand_in.full_name if turn.stand_in else "",
        "begins_at": turn.begins_at,
        "ends_at": turn.ends_at,
    }


def _person(user_id: int | None, duty: str, ward: Ward, field: str) -> User:
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None:
        raise BadInput("no_such_person", "Choose a person.", field=field, remedy="Choose one of the list.")
    if user.role != ROLE_OF[duty]:
        raise BadInput(
            "wrong_role",
            f"{user.full_name} is {ROLES[user.role].display_name.lower()}: that is no {DUTY_WORDS[duty]}.",
            field=field,
            remedy="Choose somebody whose role fits.",
        )
    if duty != Duty.ADMINISTRATOR and not user.wards.filter(pk=ward.pk).exists():
        raise BadInput(
            "other_ward",
            f"{user.full_name} does not belong to this ward.",
            field=field,
            remedy="Add the person to the ward first, on the page Staff.",
        )
    return user


def _bed(bed_id: int, duty: str, ward: Ward) -> Bed:
    bed = Bed.objects.filter(pk=bed_id, ward=ward).first()
    if bed is None or duty != Duty.NURSE:
        raise BadInput(
            "bad_bed", "Only a nurse's turn has a bed, one of this ward.", field="bed", remedy="Leave the bed empty."
        )
    return bed
