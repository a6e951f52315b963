"""The demo hospital: two wards, the people who work there, one password for all of them, and signed settings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.contrib.auth.hashers import make_password

from tracker.actions.keep_staff import as_plain, create_ward
from tracker.audit.record import SYSTEM, Actor, Entry, write
from tracker.models import Site, User, Ward
from tracker.roles import ROLES
from tracker.signatures import Signature, check_secret

from ..actions.sign_settings import sign_settings

# Printed at every start and in the README: it protects made-up patients only.
DEMO_PASSWORD = "ward-demo-2026"  # noqa: S105
SITE_NAME = "Demo hospital"
TIMEZONE = "Europe/Berlin"
ORIGIN = "demo ward simulator"


@dataclass(frozen=True)
class DemoWard:
    """A ward and the labels of its beds."""

    code: str
    name: str
    beds: tuple[str, ...]


@dataclass(frozen=True)
class Person:
    """A member of the demo staff and the codes of their wards."""

    username: str
    full_name: str
    role: str
    wards: tuple[str, ...] = ()


WARDS = (
    DemoWard("4W", "4 West", tuple(f"{n:02d}" for n in range(1, 13))),
    DemoWard("5N", "5 North", tuple(str(n) for n in range(21, 27))),
)
STAFF = (
    Person("tomas", "Tomas Lind", "administrator"),
    Person("nadia", "Nadia Kaya", "nurse", ("4W",)),
    Person("jonas", "Jonas Weber", "nurse", ("4W",)),
    Person("farouk", "Dr Omar Farouk", "oncologist", ("4W", "5N")),
    Person("ines", "Ines Moreau", "pharmacist", ("4W", "5N")),
    Person("greta", "Greta Holm", "auditor"),
    Person("mei", "Mei Tanaka", "nurse", ("5N",)),
)
# What this hospital chose where no source prints a number.
SETTINGS = {
    "late_window_min": 120,
    "interval_tolerance_min": 30,
    "late_dose_policy": "grid",
    "max_infusion_deviation_min": 10,
    "override_by": "any_prescriber",
}
ORDER_SHOWN = ("nadia", "jonas", "farouk", "ines", "greta", "tomas", "mei")


class Crew:
    """The staff at work: who is on duty, and the signature of each, their secret having been checked once."""

    def __init__(self, people: dict[str, User], beds: dict[tuple[str, str], int]) -> None:
        self.people = people
        self.beds = beds
        self.oncologist = people["farouk"]
        self.pharmacist = people["ines"]
        self._signatures: dict[str, Signature] = {}

    def on_duty(self, ward: str, at: datetime) -> tuple[User, User]:
        """The nurse who cares for the ward's patients at that hour, and who witnesses for them."""
        nurses = [self.people[each.username] for each in STAFF if each.role == "nurse" and ward in each.wards]
        if len(nurses) < 2:
            return nurses[0], self.pharmacist
        night = not 7 <= at.astimezone(ZoneInfo(TIMEZONE)).hour < 19
        return (nurses[1], nurses[0]) if night else (nurses[0], nurses[1])

    def signature(self, user: User) -> Signature:
        """The person's signature now. Hashing is slow on purpose, so each secret is checked once and then renewed."""
        if user.username not in self._signatures:
            self._signatures[user.username] = check_secret(
                by=acting(user), username=user.username, secret=DEMO_PASSWORD, field="secret", purpose="demo ward"
            )
        return self._signatures[user.username].renewed()


def acting(user: User) -> Actor:
    """The person, acting from the simulator: an auditor can tell."""
    return Actor(user=user, origin=ORIGIN)


def found_site() -> Crew:
    """The site with its wards, staff and signed settings. The first people have nobody who could enter them."""
    site = Site.objects.create(id=1, name=SITE_NAME, demo=True)
    write(by=SYSTEM, entry=Entry(action="found_site", object_type="site", object_id=site.pk, after={"name": site.name}))
    secret = make_password(DEMO_PASSWORD)
    people = {each.username: _enter(each, secret) for each in STAFF}
    administrator = people["tomas"]
    for ward in WARDS:
        create_ward(by=acting(administrator), code=ward.code, name=ward.name, timezone=TIMEZONE, beds=ward.beds)
    crew = Crew(people, beds_by_label())
    for each in STAFF:
        people[each.username].wards.set(Ward.objects.filter(code__in=each.wards))
        _audit("assign_wards", people[each.username])
    _sign_settings(crew)
    return crew


def crew_at_work() -> Crew:
    """The staff of a demo ward that is already there."""
    names = [each.username for each in STAFF]
    return Crew({user.username: user for user in User.objects.filter(username__in=names)}, beds_by_label())


def beds_by_label() -> dict[tuple[str, str], int]:
    """The id of each bed by ward code and label."""
    return {(ward.code, bed.label): bed.pk for ward in Ward.objects.prefetch_related("beds") for bed in ward.beds.all()}


def demo_sign_ins() -> list[tuple[str, str, str, str]]:
    """Name, sign-in name, role and wards of everybody in the demo; the password is DEMO_PASSWORD."""
    people = {each.username: each for each in STAFF}
    names = {ward.code: ward.name for ward in WARDS}
    return [
        (each.full_name, each.username, ROLES[each.role].display_name, ", ".join(names[code] for code in each.wards))
        for each in (people[username] for username in ORDER_SHOWN)
    ]


def sign_in_lines() -> list[str]:
    """The same as lines of text, for whoever starts the demo."""
    rows = [f"{username:<8} {name:<16} {role:<25} {wards}".rstrip() for name, username, role, wards in demo_sign_ins()]
    return [f"Sign in with the password {DEMO_PASSWORD} as", *rows]


def _enter(person: Person, secret: str) -> User:
    """The same password is hashed once for all, because everybody may know it."""
    user = User.objects.create(username=person.username, full_name=person.full_name, role=person.role, password=secret)
    _audit("create_user", user)
    return user


def _audit(action: str, user: User) -> None:
    write(by=SYSTEM, entry=Entry(action=action, object_type="staff", object_id=user.pk, after=as_plain(user)))


def _sign_settings(crew: Crew) -> None:
    sign_settings(
        by=acting(crew.oncologist),
        values=SETTINGS,
        reason="Demo ward: settings chosen openly",
        signer=crew.signature(crew.oncologist),
        second=crew.signature(crew.pharmacist),
    )
