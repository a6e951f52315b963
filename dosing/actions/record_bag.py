"""Record a bag that was prepared for one dose."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from tracker import clock
from tracker.audit.gate import Trail, action
from tracker.audit.record import Actor
from tracker.errors import BadInput, Conflict, Refusal, Several
from tracker.roles import Perm
from tracker.times import check_year, not_after, read_instant
from tracker.typed import short_text

from ..models import PreparedBag
from ..permissions import slot_for
from ..preparation import latest_start
from ..schedule import SlotState
from ..states import CLOSED_WORDS
from ._bedside import use_before
from ._cycle import check_admitted


@action("record_bag", Perm.WITNESS_DOSE)
def record_bag(
    *,
    by: Actor,
    trail: Trail,
    slot_id: int,
    prepared_at: str | datetime | None,
    expires_on: str,
    lot: str = "",
) -> PreparedBag:
    """When the bag was prepared and until which day the product may be used; the newest entry of a dose counts.

    Raises: NotFound, BadInput, Conflict closed_dose, bag_expired, product_expired. Audit: the times and the lot.
    """
    reached = slot_for(by.user, slot_id)
    cycle, slot = reached.cycle, reached.slot
    trail.about(patient=cycle.patient, object_type="slot", object_id=slot.pk)
    check_admitted(reached.stay)
    state = SlotState(slot.state)
    if state is not SlotState.OPEN:
        raise Conflict("closed_dose", f"Dose {slot.number} {CLOSED_WORDS[state]}.", remedy="Look at the next dose.")
    now = clock.now()
    made, expires, batch = _read(prepared_at, expires_on, lot, now, ZoneInfo(reached.stay.ward.timezone))
    if expires <= now:
        raise Conflict("product_expired", "The product has expired.", field="expires_on", remedy="Discard it.")
    if now > latest_start(made):
        raise Conflict(
            "bag_expired", "An infusion of this bag can no longer end within 48 h of its preparation.",
            field="prepared_at", remedy="Discard it. Have a new bag prepared.",
        )  # fmt: skip
    bag = PreparedBag.objects.create(
        slot=slot, prepared_at=made, expires_at=expires, lot=batch, recorded_at=now, recorded_by=by.user
    )
    trail.done(
        after={
            "dose": slot.number,
            "dose_iu": cycle.dose_iu,
            "prepared_at": made,
            "expires_at": expires,
            "use_before": use_before(bag),
            "lot": batch,
        }
    )
    return bag


def _read(
    prepared_at: str | datetime | None, expires_on: str, lot: str, now: datetime, zone: ZoneInfo
) -> tuple[datetime, datetime, str]:
    """Raises: BadInput, or Several with all of them."""
    refused: list[Refusal] = []
    made, expires, batch = now, now, ""
    try:
        if prepared_at:
            said = read_instant(prepared_at, field="prepared_at", what="preparation")
            made = not_after(said, now=now, field="prepared_at", what="preparation")
    except Refusal as refusal:
        refused.append(refusal)
    try:
        expires = _end_of_day(expires_on, zone)
    except Refusal as refusal:
        refused.append(refusal)
    try:
        batch = short_text(lot, field="lot", longest=40)
    except Refusal as refusal:
        refused.append(refusal)
    if len(refused) > 1:
        raise Several(refused)
    if refused:
        raise refused[0]
    return made, expires, batch


def _end_of_day(text: str, zone: ZoneInfo) -> datetime:
    """A product may be used up to the end of the day that is printed on it.

    Raises: BadInput missing_expiry, bad_expiry.
    """
    if not (text or "").strip():
        raise BadInput("missing_expiry", "The expiry of the product is missing.", field="expires_on",
                       remedy="Read it from the vial or from the label of the pharmacy.")  # fmt: skip
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        raise BadInput("bad_expiry", "The expiry is not a date.", field="expires_on",
                       remedy="Choose the day.") from None  # fmt: skip
    check_year(day, field="expires_on", what="expiry")
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=zone)
