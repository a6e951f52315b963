"""Words that were made to break a page, a database, a screen or a spreadsheet."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.api.caller import Caller
from tests.conftest import SECRET
from tests.people import admit, as_, full_round, running_cycle
from tests.security.addresses import addresses, answer, names, real
from tracker import clock
from tracker.actions.correct_round import correct_round
from tracker.actions.move_patient import discharge_patient
from tracker.errors import BadInput
from tracker.models import AuditEntry, Patient, Round, User
from tracker.roles import may

PAGES = [each for each in addresses() if each[2] == "page"]
SCRIPT = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>{{7*7}}"
UNSHOWABLE = ["\u202egnp.exe", "a\x07b", "a\x1b[31mb", "a\u2066b", "a\x9fb"]
PERSON = {
    "record_number": "9-9", "family_name": "Vera", "given_name": "Vera", "birth_date": "1970-01-01", "sex": "female",
}  # fmt: skip
FIELDS = (
    "username", "password", "next", "reason", "reason_code", "note", "secret", "witness", "witness_secret", "bed", "q",
    "observed_at", "heart_rate", "key", "full_name", "role", "wards", "code", "name", "timezone", "label", "from",
    "patient", "user", "action", "before", "ward", "page", "show", "tab", "started_at", "discharged_at",
)  # fmt: skip


@pytest.mark.parametrize(("pattern", "method", "kind", "permission"), PAGES, ids=names(PAGES))
def test_a_nul_in_a_form_is_a_refusal_and_no_fault(cast, pattern, method, kind, permission):
    """PostgreSQL cannot even compare such a text."""
    patient = admit(cast)
    cycle = running_cycle(cast, patient)
    known = {
        "patient_id": patient.pk, "cycle_id": cycle.pk, "slot_id": cycle.slots.get(number=1).pk,
        "round_id": full_round(cast, patient).pk, "event_id": 987_654, "alert_id": 987_654, "number": 1,
        "turn_id": 987_654, "contact_id": 987_654, "device_id": 987_654,
        "user_id": cast.nina.pk, "ward_id": cast.ward.pk,
    }  # fmt: skip
    person = next(each for each in (cast.nina, cast.olga, cast.paul, cast.ada, cast.max) if may(each.role, permission))
    client = Client(raise_request_exception=False)
    if "sign-in" not in pattern:
        client.force_login(person)
    sent = dict.fromkeys(FIELDS, "a\0b")
    path = real(pattern, known)
    response = client.get(path, sent) if method == "GET" else client.post(path, sent)
    assert response.status_code in (404, 405, 422)


@pytest.mark.parametrize("words", UNSHOWABLE, ids=[each.encode("unicode_escape").decode() for each in UNSHOWABLE])
def test_signs_that_a_screen_shows_otherwise_are_refused_beside_their_field(cast, words):
    patient = admit(cast)
    charted = full_round(cast, patient)
    nina = Caller(cast.nina)
    bed = {"ward": "4W", "bed": "07"}
    for field in ("record_number", "family_name", "given_name", "allergies"):
        told = nina.post("patients/", {**bed, **PERSON, field: words})
        assert (told.status, told["code"], told["field"]) == (422, "bad_text", field)
    told = nina.post(f"rounds/{charted.pk}/retract/", {"reason": words})
    assert (told.status, told["code"], told["field"]) == (422, "bad_text", "reason")
    body = {"observed_at": clock.now().isoformat(), "values": {"heart_rate": 80}, "note": words}
    assert nina.post(f"patients/{patient.pk}/rounds/", body)["field"] == "note"
    staff = {"username": "newcomer", "full_name": words, "role": "nurse", "password": SECRET}
    assert answer(cast.max, "POST", "/staff/new/", "page", staff).status_code == 422
    assert answer(cast.max, "POST", f"/wards/{cast.ward.pk}/beds/new/", "page", {"label": words}).status_code == 422


def test_names_of_other_scripts_are_names(cast):
    nina = Caller(cast.nina)
    for number, name in enumerate(("نیم\u200cفاصله", "O\u2019Neill-Åström", "Ὀδυσσεύς", "渡邉󠄀")):
        body = {"ward": "4W", "bed": f"{number + 1:02d}", **PERSON, "record_number": str(number), "family_name": name}
        assert nina.post("patients/", body).status == 201


@pytest.mark.parametrize(
    ("field", "most"), [("allergies", 300), ("family_name", 80), ("given_name", 80), ("record_number", 30)]
)
def test_what_is_too_long_is_refused_and_never_cut(cast, field, most):
    """An allergy that was cut off at the 300th sign would be an allergy nobody knows of."""
    told = Caller(cast.nina).post("patients/", {"ward": "4W", "bed": "07", **PERSON, field: "x" * (most + 1)})
    assert (told.status, told["code"], told["field"]) == (422, "too_long", field)
    assert not Patient.objects.exists()


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/staff/new/", {"username": "x" * 61, "full_name": "New Comer", "role": "nurse", "password": SECRET}),
        ("/staff/new/", {"username": "ok", "full_name": "N" * 121, "role": "nurse", "password": SECRET}),
        ("/wards/new/", {"code": "C" * 21, "name": "N", "timezone": "UTC"}),
        ("/wards/new/", {"code": "C", "name": "N" * 81, "timezone": "UTC"}),
        ("/wards/new/", {"code": "C", "name": "N", "timezone": "UTC", "beds": "12345678901"}),
        ("/wards/new/", {"code": "C", "name": "N", "timezone": "../../etc/passwd"}),
        ("/wards/new/", {"code": "C", "name": "N", "timezone": "x" * 5000}),
        ("/wards/new/", {"code": "4&ward=5N", "name": "N", "timezone": "UTC"}),
    ],
)
def test_what_an_administrator_types_too_long_is_refused(cast, path, body):
    """PostgreSQL refuses it with a fault, SQLite keeps it: the action says it first."""
    assert answer(cast.max, "POST", path, "page", body).status_code == 422
    assert User.objects.count() == 7


def test_a_long_note_or_reason_is_refused_and_never_cut(cast):
    patient = admit(cast)
    cycle = running_cycle(cast, patient)
    nina = Caller(cast.nina)
    body = {"observed_at": clock.now().isoformat(), "values": {"heart_rate": 80}, "note": "n" * 301}
    assert nina.post(f"patients/{patient.pk}/rounds/", body)["code"] == "long_note"
    omit = {"reason_code": "off_ward", "reason": "r" * 301}
    assert nina.post(f"slots/{cycle.slots.get(number=1).pk}/omit/", omit)["code"] == "long_reason"


def test_a_script_is_shown_as_text_on_every_page(cast):
    """In a name, an allergy, a reason, a bed, a ward, a username: nothing that was typed becomes a tag."""
    nina = Caller(cast.nina)
    person = {**PERSON, "family_name": SCRIPT, "given_name": SCRIPT, "allergies": SCRIPT, "record_number": SCRIPT[:30]}
    patient_id = nina.post("patients/", {"ward": "4W", "bed": "07", **person})["id"]
    patient = Patient.objects.get(pk=patient_id)
    charted = full_round(cast, patient)
    wrong = full_round(cast, patient)
    nina.post(f"rounds/{wrong.pk}/retract/", {"reason": SCRIPT})
    cycle = running_cycle(cast, patient)
    slot = cycle.slots.get(number=1)
    nina.post(f"slots/{slot.pk}/omit/", {"reason_code": "other", "reason": SCRIPT})
    cast.ward.name = SCRIPT
    cast.ward.save(update_fields=["name"])
    User.objects.filter(pk=cast.noah.pk).update(full_name=SCRIPT)
    Client().post("/sign-in/", {"username": SCRIPT, "password": "x"}, headers={"user-agent": SCRIPT})
    known = {
        "patient_id": patient.pk, "cycle_id": cycle.pk, "slot_id": slot.pk, "round_id": charted.pk, "number": 1,
        "event_id": cycle.events.filter(kind="omitted").get().pk, "alert_id": 1, "user_id": cast.noah.pk,
        "ward_id": cast.ward.pk, "turn_id": 987_654, "contact_id": 987_654, "device_id": 987_654,
    }  # fmt: skip
    seen = 0
    for pattern, method, _, permission in PAGES:
        for reader in (cast.nina, cast.olga, cast.ada, cast.max):
            if may(reader.role, permission) and "export" not in pattern:
                response = answer(reader, method, real(pattern, known), "page", dict.fromkeys(FIELDS, SCRIPT))
                assert response.status_code != 500
                if response["Content-Type"].startswith("application/json"):
                    continue  # no browser reads it as a page: nosniff is on every answer
                assert b"<script>alert" not in response.content, pattern
                assert b"<img src=x" not in response.content, pattern
                seen += b"&lt;script&gt;alert" in response.content
    assert seen > 20


@pytest.mark.parametrize("digits", ["٨٤", "８４", "৮৪", "Ⅷ", "८४", "²", "8 4", "0x54", "8_4", "84;", "=84"])
def test_a_value_is_written_in_plain_digits(cast, digits):
    patient = admit(cast)
    body = {"observed_at": clock.now().isoformat(), "values": {"heart_rate": digits}}
    told = Caller(cast.nina).post(f"patients/{patient.pk}/rounds/", body)
    assert (told.status, told["code"]) == (422, "not_a_number")
    assert not Round.objects.exists()


TIMES = [
    "0001-01-01T00:00",
    "9999-12-31T23:59",
    "0001-01-01T00:00+14:00",
    "9999-12-31T23:59:59-14:00",
    "1800-12-31T23:00",
]


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Pacific/Kiritimati"])
@pytest.mark.parametrize("time", TIMES)
def test_a_time_at_the_end_of_the_calendar_is_refused_and_no_fault(cast, time, zone):
    """Stored, it would make every page of that patient fail on a ward to the west."""
    cast.ward.timezone = zone
    cast.ward.save(update_fields=["timezone"])
    patient = admit(cast)
    charted = full_round(cast, patient)
    slot = running_cycle(cast, patient).slots.get(number=1)
    sent = {
        "observed_at": time, "discharged_at": time, "started_at": time, "ended_at": time, "first_dose_at": time,
        "admitted_at": time, "heart_rate": "80", "urine_output": "80", "urine_output_from": time,
        "reason": "because of this", "secret": SECRET, "witness": "noah", "witness_secret": SECRET, **PERSON,
        "dosing_weight_kg": "70", "bed": cast.beds[4].pk,
    }  # fmt: skip
    paths = [f"/patients/{patient.pk}/{name}/" for name in ("round", "round/preview", "discharge")]
    paths += ["/patients/admit/", f"/rounds/{charted.pk}/correct/", f"/doses/{slot.pk}/give/"]
    for path in paths:
        assert answer(cast.nina, "POST", path, "page", sent).status_code in (200, 422), path
    order = f"/patients/{patient.pk}/prescribe/preview/"
    assert answer(cast.olga, "POST", order, "page", sent).status_code == 200
    for name in ("from", "to"):
        for path in ("/audit/", "/audit/export/", "/api/v1/audit/export/"):
            day = answer(cast.ada, "GET", f"{path}?{name}={time[:10]}", "api" if "api" in path else "page")
            assert day.status_code == 422, path
    api = Caller(cast.nina).post(
        f"patients/{patient.pk}/rounds/",
        {"observed_at": clock.now().isoformat(), "values": {"urine_output": {"value": 80, "from": f"{time[:16]}Z"}}},
    )
    assert api.status == 422
    with pytest.raises(BadInput):
        discharge_patient(by=as_(cast.nina), patient_id=patient.pk, discharged_at=f"{time[:16]}Z")
    with pytest.raises(BadInput):
        correct_round(
            by=as_(cast.nina), round_id=charted.pk, reason="wrong time", values={"heart_rate": "80"},
            observed_at=f"{time[:16]}Z",
        )  # fmt: skip
    assert Round.objects.count() == 1


def test_what_was_typed_runs_in_no_spreadsheet(cast):
    starts = ["=1+1", "+1", "-1", "@SUM(1)", "  =1", "＝1", "=cmd|' /C calc'!A0"]
    for number, start in enumerate(starts):
        User.objects.filter(pk=cast.nina.pk).update(full_name=start)  # who acts has a cell of its own
        Client().post("/sign-in/", {"username": "nina", "password": SECRET}, headers={"user-agent": f"{start}{number}"})
    client = Client()
    client.force_login(cast.ada)
    text = b"".join(client.get("/audit/export/?format=csv").streaming_content).decode()
    cells = [cell for line in text.splitlines() for cell in line.split('","')]
    assert sum("'" in cell for cell in cells) >= len(starts)
    assert not [cell for cell in cells if cell.strip('" ')[:1] in set("=+@＝")]
    assert AuditEntry.objects.filter(action="export_audit").count() == 1
