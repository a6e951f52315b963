"""Where people and wards are reached: addresses are added and ended, never edited."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from tracker import clock
from tracker.audit.gate import Trail, action
from tracker.audit.record import Actor
from tracker.errors import BadInput, Conflict, NotFound
from tracker.models import User, Ward
from tracker.roles import Perm
from tracker.typed import short_text

from ..channels.pager import knows
from ..models import Contact
from ..outbox import Channel

SHORTEST_SECRET = 16


@action("add_contact", Perm.MANAGE_STAFF)
def add_contact(
    *,
    by: Actor,
    trail: Trail,
    channel: str,
    address: str,
    secret: str = "",
    user_id: int | None = None,
    ward_id: int | None = None,
) -> Contact:
    """Notices for this person, or for this ward, go there too from now on.

    Raises: BadInput naming the field. Audit: whose, and which channel; never the address, it may hold a password.
    """
    user = User.objects.filter(pk=user_id).first() if user_id else None
    ward = Ward.objects.filter(pk=ward_id).first() if ward_id else None
    if (user is None) == (ward is None):
        raise BadInput("whose", "An address belongs to one person or to one ward.", field="whose", remedy="Choose one.")
    if channel not in list(Channel):
        raise BadInput("unknown_channel", "Choose a channel.", field="channel", remedy="Choose one of the list.")
    address = short_text(address, field="address", longest=500)
    secret = short_text(secret, field="secret", longest=100)
    _check(Channel(channel), address, secret)
    contact = Contact.objects.create(user=user, ward=ward, channel=channel, address=address, secret=secret)
    trail.about(object_type="contact", object_id=contact.pk)
    trail.done(after=as_plain(contact))
    return contact


@action("end_contact", Perm.MANAGE_STAFF)
def end_contact(*, by: Actor, trail: Trail, contact_id: int) -> Contact:
    """Nothing new goes there. Raises: NotFound, Conflict contact_over. Audit: whose, and which channel."""
    contact = Contact.objects.select_related("user", "ward").filter(pk=contact_id).first()
    if contact is None:
        raise NotFound("no_such_contact", "There is no such address.", remedy="Reload the page.")
    trail.about(object_type="contact", object_id=contact.pk)
    now = clock.now()
    if Contact.objects.filter(pk=contact.pk, ended_at=None).update(ended_at=now) != 1:
        raise Conflict("contact_over", "This address has ended already.", remedy="Nothing needs to be done.")
    contact.ended_at = now
    trail.done(before=as_plain(contact), after={"ended_at": now})
    return contact


def as_plain(contact: Contact) -> dict:
    """For the audit trail."""
    return {
        "channel": contact.channel,
        "person": contact.user.full_name if contact.user else "",
        "ward": contact.ward.code if contact.ward else "",
    }


def _check(channel: Channel, address: str, secret: str) -> None:
    if channel is Channel.EMAIL:
        try:
            validate_email(address)
        except ValidationError:
            raise _bad_address("This is no e-mail address.") from None
    elif channel is Channel.WEBHOOK:
        if not address.startswith(("http://", "https://")):
            raise _bad_address("A webhook begins with https:// or http://.")
        if len(secret) < SHORTEST_SECRET:
            raise BadInput(
                "short_secret",
                f"A webhook is signed with a secret of at least {SHORTEST_SECRET} characters.",
                field="secret",
                remedy="Agree on a longer one with its receiver.",
            )
    elif not knows(address):
        raise _bad_address("Apprise does not know this kind of address.")


def _bad_address(sentence: str) -> BadInput:
    return BadInput("bad_address", sentence, field="address", remedy="Check the address.")
