"""Staff, wards and beds: what an administrator keeps."""

from __future__ import annotations

from collections.abc import Iterable
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from ..audit.gate import Trail, action
from ..audit.record import Actor
from ..errors import BadInput, Conflict, NotFound
from ..models import Bed, Pin, User, Ward
from ..roles import ROLES, Perm
from ..typed import plain_text, short_text


@action("create_user", Perm.MANAGE_STAFF)
def create_user(
    *, by: Actor, trail: Trail, username: str, full_name: str, role: str, ward_ids: Iterable[int], password: str
) -> User:
    """A new member of staff.

    Raises: BadInput naming the field, Conflict username_taken. Audit: name, role and wards; never the password.
    """
    user = new_user(username=username, full_name=full_name, role=role, password=password)
    user.password_is_given = True
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError:
        raise Conflict(
            "username_taken", "This sign-in name is taken.", field="username", remedy="Choose another."
        ) from None
    user.wards.set(_wards(ward_ids))
    trail.about(object_type="staff", object_id=user.pk)
    trail.done(after=as_plain(user))
    return user


@action("change_user", Perm.MANAGE_STAFF)
def change_user(
    *,
    by: Actor,
    trail: Trail,
    user_id: int,
    full_name: str,
    role: str,
    ward_ids: Iterable[int],
    is_active: bool,
    password: str = "",
) -> User:
    """Change a person's name, role, wards, whether they may sign in, or set a new password.

    A new password and an end of access end the person's tokens, as they end the sessions. Who gets a password from
    somebody else must choose an own one before anything else, so that nobody can sign in another's name.
    Raises: NotFound, BadInput, Conflict own_account when an administrator would lock themselves out.
    Audit: before and after; a new password only as the fact.
    """
    user = User.objects.select_for_update().filter(pk=user_id).first()
    if user is None:
        raise NotFound("no_such_person", "There is no such person.")
    trail.about(object_type="staff", object_id=user.pk)
    if user.pk == by.user.pk and (not is_active or role != user.role):
        raise Conflict(
            "own_account", "Nobody takes their own rights away.", remedy="Ask another administrator to do it."
        )
    before = as_plain(user)
    user.full_name, user.role, user.is_active = _name(full_name), _role(role), bool(is_active)
    changed = ["full_name", "role", "is_active"]
    if password:
        set_password(user, password, field="password")
        user.password_is_given = True
        changed += ["password", "password_is_given"]
    user.save(update_fields=changed)
    user.wards.set(_wards(ward_ids))
    ended = user.tokens.all().delete()[0] if password or not user.is_active else 0
    if password or not user.is_active:
        Pin.objects.filter(user=user).delete()  # set with the password that no longer holds
    trail.done(before=before, after={**as_plain(user), "new_password": bool(password), "tokens_ended": ended})
    return user


@action("create_ward", Perm.MANAGE_STAFF)
def create_ward(*, by: Actor, trail: Trail, code: str, name: str, timezone: str, beds: Iterable[str]) -> Ward:
    """A new ward with its beds.

    Raises: BadInput bad_timezone, missing_name or bad_code, Conflict ward_taken. Audit: the ward and its beds.
    """
    try:
        ZoneInfo(timezone or "")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise BadInput(
            "bad_timezone",
            f"There is no time zone {timezone!r}.",
            field="timezone",
            remedy="Write it like Europe/Berlin.",
        ) from None
    code, name = short_text(code, field="code", longest=20), short_text(name, field="name", longest=80)
    if not code or not name:
        raise BadInput("missing_name", "The ward needs a short code and a name.", field="code", remedy="Enter both.")
    if not code.replace("-", "").isalnum():  # it stands in addresses and file names
        raise BadInput(
            "bad_code", "The ward's code has letters, digits and dashes only.", field="code", remedy="Like 4W."
        )
    labels = [label for label in dict.fromkeys(short_text(bed, field="beds", longest=10) for bed in beds) if label]
    try:
        with transaction.atomic():
            ward = Ward.objects.create(code=code, name=name, timezone=timezone)
    except IntegrityError:
        raise Conflict(
            "ward_taken", f"There is already a ward {code}.", field="code", remedy="Choose another code."
        ) from None
    Bed.objects.bulk_create(Bed(ward=ward, label=label) for label in labels)
    trail.about(object_type="ward", object_id=ward.pk)
    trail.done(after={"code": ward.code, "name": ward.name, "timezone": ward.timezone, "beds": labels})
    return ward


@action("create_bed", Perm.MANAGE_STAFF)
def create_bed(*, by: Actor, trail: Trail, ward_id: int, label: str) -> Bed:
    """One more bed of a ward.

    Raises: NotFound, BadInput missing_label, Conflict bed_taken. Audit: the bed.
    """
    ward = Ward.objects.filter(pk=ward_id).first()
    if ward is None:
        raise NotFound("no_such_ward", "There is no such ward.")
    label = short_text(label, field="label", longest=10)
    if not label:
        raise BadInput("missing_label", "The bed needs a name.", field="label", remedy='Enter it like "07".')
    try:
        with transaction.atomic():
            bed = Bed.objects.create(ward=ward, label=label)
    except IntegrityError:
        raise Conflict(
            "bed_taken", f"There is already a bed {label}.", field="label", remedy="Choose another."
        ) from None
    trail.about(object_type="bed", object_id=bed.pk)
    trail.done(after={"ward": ward.code, "bed": bed.label})
    return bed


def new_user(*, username: str, full_name: str, role: str, password: str) -> User:
    """A person as they are entered, not saved yet.

    Raises: BadInput naming the field.
    """
    username = short_text(username, field="username", longest=60).lower()
    user = User(username=username, full_name=_name(full_name), role=_role(role))
    if not username.replace(".", "").replace("-", "").isalnum():
        raise BadInput(
            "bad_username",
            "The sign-in name has letters, digits, dots and dashes only.",
            field="username",
            remedy="Change it.",
        )
    set_password(user, password, field="password")
    return user


def as_plain(user: User) -> dict:
    """What the audit trail says about a person."""
    return {
        "username": user.username,
        "full_name": user.full_name,
        "role": user.role,
        "active": user.is_active,
        "wards": sorted(user.wards.values_list("code", flat=True)),
    }


def _name(text: str) -> str:
    name = plain_text(text, field="full_name")
    if not 2 <= len(name) <= 120:
        raise BadInput(
            "missing_name", "The full name is missing.", field="full_name", remedy="Enter 2 to 120 characters."
        )
    return name


def _role(role: str) -> str:
    if role not in ROLES:
        raise BadInput("bad_role", "Choose a role.", field="role", remedy=f"One of {', '.join(ROLES)}.")
    return role


def set_password(user: User, password: str, *, field: str) -> None:
    """Raises: BadInput weak_password."""
    try:
        validate_password(password or "", user)
    except ValidationError as problem:
        raise BadInput("weak_password", " ".join(problem.messages), field=field, remedy="Choose another.") from None
    user.set_password(password)


def _wards(ids: Iterable[int]) -> list[Ward]:
    wanted = {int(each) for each in ids}
    wards = list(Ward.objects.filter(pk__in=wanted))
    if len(wards) != len(wanted):
        raise BadInput("no_such_ward", "There is no such ward.", field="wards", remedy="Choose wards from the list.")
    return wards
