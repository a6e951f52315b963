"""Makes the cast, patients and cycles of the tests, only by doing what people do."""

from __future__ import annotations

from dataclasses import fields
from datetime import date, datetime, timedelta

from django.contrib.auth.hashers import Argon2PasswordHasher

from dosing.actions.prescribe_cycle import prescribe_cycle
from dosing.actions.start_cycle import start_cycle
from dosing.models import Cycle, SiteSettings
from tests.conftest import SECRET, Cast
from tracker import clock
from tracker.actions.admit_patient import admit_patient
from tracker.actions.keep_staff import create_user
from tracker.actions.record_round import record_round
from tracker.audit.record import Actor
from tracker.models import Bed, Patient, Round, Site, User, Ward
from tracker.signatures import Signature


class CheapArgon2(Argon2PasswordHasher):
    """The product's hasher with parameters for tests."""

    time_cost, memory_cost, parallelism = 1, 64, 1


# The first people of a site come from its set-up, before anybody could sign in: the tests make them the same way.
def make_cast() -> Cast:
    """Seven people on two wards of a signed site."""
    Site.objects.get_or_create(id=1, defaults={"name": "Test hospital", "demo": True})
    ward = Ward.objects.create(code="4W", name="4 West", timezone="Europe/Berlin")
    other = Ward.objects.create(code="5N", name="5 North", timezone="Europe/Berlin")
    beds = Bed.objects.bulk_create([Bed(ward=ward, label=f"{n:02d}") for n in range(1, 13)])
    Bed.objects.bulk_create([Bed(ward=other, label=f"{n:02d}") for n in range(1, 5)])
    people = {
        name: _person(name, full, role, [] if name in ("ada", "max") else [other if name == "zoe" else ward])
        for name, full, role in (
            ("nina", "Nina Nurse", "nurse"),
            ("noah", "Noah Nurse", "nurse"),
            ("olga", "Olga Oncologist", "oncologist"),
            ("paul", "Paul Pharmacist", "pharmacist"),
            ("ada", "Ada Auditor", "auditor"),
            ("max", "Max Administrator", "administrator"),
            ("zoe", "Zoe Elsewhere", "nurse"),
        )
    }
    cast = Cast(**people, ward=ward, other_ward=other, beds=beds)
    sign_site(cast)
    return cast


def cast_of_site() -> Cast:
    """The cast of a site that make_cast() set up earlier, among whoever else works there by now."""
    wards = {ward.code: ward for ward in Ward.objects.all()}
    names = [field.name for field in fields(Cast)]
    people = {user.username: user for user in User.objects.filter(username__in=names)}
    return Cast(**people, ward=wards["4W"], other_ward=wards["5N"], beds=list(wards["4W"].beds.order_by("id")))


def _person(username: str, full_name: str, role: str, wards: list[Ward]) -> User:
    user = User(username=username, full_name=full_name, role=role)
    user.set_password(SECRET)
    user.save()
    user.wards.set(wards)
    return user


def hire(cast: Cast, username: str, full_name: str, role: str, ward: Ward | None = None) -> User:
    """One more person, who has chosen an own password."""
    user = create_user(
        by=as_(cast.max),
        username=username,
        full_name=full_name,
        role=role,
        ward_ids=[(ward or cast.ward).pk],
        password=SECRET,
    )
    User.objects.filter(pk=user.pk).update(password_is_given=False)
    user.password_is_given = False
    return user


def as_(user: User) -> Actor:
    """This person at the bedside."""
    return Actor(user=user, origin="tests")


def signed(user: User) -> Signature:
    """A signature of this person now, as checking the secret gives it."""
    return Signature(user=user, at=clock.now())


def sign_site(cast: Cast, **changes: object) -> SiteSettings:
    """Settings signed by the prescriber and the pharmacist."""
    from dosing.actions.sign_settings import sign_settings

    values = {
        "late_window_min": 120,
        "interval_tolerance_min": 30,
        "late_dose_policy": "grid",
        "max_infusion_deviation_min": 10,
        "override_by": "any_prescriber",
        **changes,
    }
    return sign_settings(
        by=as_(cast.olga), values=values, reason="site set-up", signer=signed(cast.olga), second=signed(cast.paul)
    )


def admit(
    cast: Cast, *, mrn: str = "4471-882", bed: int = 0, family: str = "Almeida", given: str = "Teresa"
) -> Patient:
    """A patient in a bed of the ward, admitted a day ago."""
    return admit_patient(
        by=as_(cast.nina),
        bed_id=cast.beds[bed].pk,
        record_number=mrn,
        family_name=family,
        given_name=given,
        birth_date=date(1968, 9, 14),
        sex="female",
        allergies="penicillin (rash)",
        admitted_at=clock.now() - timedelta(days=1),
    ).patient


VITALS = {
    "systolic_bp": "118",
    "diastolic_bp": "70",
    "heart_rate": "84",
    "respiratory_rate": "16",
    "temperature": "36.8",
    "spo2": "97",
    "oxygen_flow": "0",
    "mental_status": "normal",
    "serial_sevens": "able",
    "spell_world_backward": "able",
    "rhythm": "sinus",
}
LABS = {
    "weight": "70",
    "creatinine": "0.9",
    "bilirubin": "0.6",
    "ast": "22",
    "alt": "19",
    "platelets": "240000",
    "bicarbonate": "24",
}


def urine(volume: object, since: datetime) -> dict:
    """Urine collected since then, until the round."""
    return {"urine_output": {"value": str(volume), "from": since.isoformat()}}


def round_(
    cast: Cast, patient: Patient, *, at: datetime | None = None, by: User | None = None, **values: object
) -> Round:
    """A round of exactly these values."""
    return record_round(
        by=as_(by or cast.nina),
        patient_id=patient.pk,
        observed_at=at or clock.now(),
        values=values,
        confirmed=frozenset(values),
    )


def full_round(cast: Cast, patient: Patient, *, at: datetime | None = None, **changes: object) -> Round:
    """Everything that is required before dose 1, with these changes."""
    return round_(cast, patient, at=at, **{**VITALS, **LABS, **changes})


def running_cycle(
    cast: Cast, patient: Patient, *, first: datetime | None = None, weight: str = "70", **more: object
) -> Cycle:
    """A prescribed and started cycle whose first dose is due now."""
    cycle = prescribe_cycle(
        by=as_(cast.olga),
        patient_id=patient.pk,
        dosing_weight_kg=weight,
        first_dose_at=first or clock.now(),
        **more,
    )
    return start_cycle(by=as_(cast.nina), cycle_id=cycle.pk)
