"""A real hospital from an empty database to its first cycle: who enters what, and what is refused until then."""

from __future__ import annotations

import io
from dataclasses import fields

import pytest
from django.core.management import CommandError, call_command

from dosing.actions.prescribe_cycle import prescribe_cycle
from dosing.actions.start_cycle import start_cycle
from dosing.models import Cycle
from tests.conftest import SECRET, Cast
from tests.dosing.pages import browser, text_of
from tests.people import admit, as_, hire, sign_site
from tracker import clock
from tracker.actions.keep_staff import create_ward
from tracker.errors import Conflict
from tracker.models import AuditEntry, Site, User

pytestmark = pytest.mark.django_db
TYPED = ("St. Anna", "--administrator", "TLind", "--full-name", "Tomas Lind")


def found(monkeypatch, *typed: str, password: str = SECRET) -> str:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{password}\n"))
    out = io.StringIO()
    call_command("found_site", *(typed or TYPED), "--password-stdin", stdout=out)
    return out.getvalue()


def test_a_real_hospital_comes_to_its_first_cycle(client, monkeypatch):
    assert "sign in as tlind" in found(monkeypatch)
    assert Site.objects.values_list("name", "demo").get() == ("St. Anna", False)
    # The password is the person's own, so nothing stands between them and the staff page.
    assert client.post("/sign-in/", {"username": "tlind", "password": SECRET}).status_code == 302
    assert "Tomas Lind" in text_of(client.get("/staff/"))

    cast = staff_of(User.objects.get())
    patient = admit(cast)
    with pytest.raises(Conflict) as refusal:
        prescribe_cycle(by=as_(cast.olga), patient_id=patient.pk, dosing_weight_kg="70", first_dose_at=clock.now())
    assert refusal.value.code == "site_not_ready"
    page = text_of(browser(cast.olga).get(f"/patients/{patient.pk}/prescribe/"))
    assert "This hospital's dosing settings have not been signed." in page
    assert not Cycle.objects.exists()

    sign_site(cast)
    cycle = prescribe_cycle(by=as_(cast.olga), patient_id=patient.pk, dosing_weight_kg="70", first_dose_at=clock.now())
    assert start_cycle(by=as_(cast.nina), cycle_id=cycle.pk).state == "active"


def staff_of(administrator: User) -> Cast:
    """A ward and its people, as the administrator enters them."""
    ward = create_ward(
        by=as_(administrator), code="4W", name="4 West", timezone="Europe/Berlin", beds=["01", "02", "03"]
    )
    cast = Cast(**{each.name: None for each in fields(Cast)} | {"max": administrator, "ward": ward})
    cast.beds = list(ward.beds.order_by("id"))
    cast.nina = hire(cast, "nina", "Nina Nurse", "nurse")
    cast.olga = hire(cast, "olga", "Olga Oncologist", "oncologist")
    cast.paul = hire(cast, "paul", "Paul Pharmacist", "pharmacist")
    return cast


def test_the_auditor_finds_who_entered_the_first_person_and_no_password(monkeypatch):
    found(monkeypatch)
    entries = list(AuditEntry.objects.order_by("id"))
    assert [(each.action, each.outcome, each.object_type) for each in entries] == [
        ("found_site", "done", "site"),
        ("create_user", "done", "staff"),
    ]
    assert SECRET not in str([(each.before, each.after) for each in entries])


@pytest.mark.parametrize(
    "there", [Site(id=1, name="Other"), User(username="x", full_name="Max Other", role="auditor")], ids=str
)
def test_a_database_with_a_hospital_or_a_person_in_it_is_left_alone(monkeypatch, there):
    there.save()
    with pytest.raises(CommandError, match="There is already a hospital"):
        found(monkeypatch)
    assert not User.objects.filter(username="tlind").exists()


@pytest.mark.parametrize(
    ("typed", "password", "sentence"),
    [
        (("", *TYPED[1:]), SECRET, "The hospital needs a name."),
        (("x" * 121, *TYPED[1:]), SECRET, "At most 120 characters."),
        ((*TYPED[:2], "t lind", *TYPED[3:]), SECRET, "letters, digits, dots and dashes only"),
        ((*TYPED[:4], ""), SECRET, "The full name is missing."),
        (TYPED, "", "too short"),
        (TYPED, "password", "too common"),
    ],
)
def test_what_cannot_be_entered_is_named_and_nothing_stays(monkeypatch, typed, password, sentence):
    with pytest.raises(CommandError, match=sentence):
        found(monkeypatch, *typed, password=password)
    assert not Site.objects.exists() and not User.objects.exists()


def test_the_password_is_asked_for_twice(monkeypatch):
    answers = iter([SECRET, "something else"])
    monkeypatch.setattr("getpass.getpass", lambda prompt: next(answers))
    with pytest.raises(CommandError, match="not the same"):
        call_command("found_site", *TYPED)
    assert not Site.objects.exists()


def test_made_up_patients_never_come_into_a_real_hospital(monkeypatch):
    found(monkeypatch)
    with pytest.raises(CommandError, match="St. Anna"):
        call_command("simulate")
