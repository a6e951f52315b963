"""Who asks for a row of another ward, or for one that cannot exist, is told that there is none, everywhere."""

from __future__ import annotations

import pytest

from alerts.models import Alert
from dosing.models import DoseEvent
from tests.conftest import SECRET
from tests.people import admit, as_, full_round, running_cycle, signed
from tests.security.addresses import addresses, answer, names, real, takes, with_numbers
from tracker import clock
from tracker.actions.move_patient import transfer_patient
from tracker.actions.retract_round import retract_round
from tracker.errors import NotFound
from tracker.models import AuditEntry, Bed, Round, Stay
from tracker.roles import Perm, may

ALL = addresses()
NUMBERED = with_numbers(ALL)
# What belongs to no patient: the administrator keeps it for the whole site.
CLINICAL = [each for each in NUMBERED if each[3] is not Perm.MANAGE_STAFF]
TOO_LARGE = (2**63 - 1, 2**63, 10**30)
WHOLE = {
    "reason": "because of this", "reason_code": "off_ward", "secret": SECRET, "witness": "noah",
    "witness_secret": SECRET, "observed_at": "2026-01-01T00:00:00Z", "values": {"heart_rate": 80}, "note": "seen",
}  # fmt: skip


def body_for(pattern, kind):
    return {name: WHOLE[name] for name in takes(pattern) if name in WHOLE} if kind == "api" else WHOLE


def somebody_who_may(cast, permission):
    people = (cast.nina, cast.olga, cast.paul, cast.ada, cast.max)
    return next(person for person in people if may(person.role, permission))


@pytest.fixture
def rows(cast):
    """One patient of 4 West with a row of every kind."""
    patient = admit(cast)
    charted = full_round(cast, patient)
    cycle = running_cycle(cast, patient)
    alert = Alert.objects.create(
        patient=patient, ward=cast.ward, cycle=cycle, kind="hold", cause="x", headline="h", raised_at=clock.now()
    )
    slot = cycle.slots.get(number=1)
    event = DoseEvent.objects.create(
        cycle=cycle, slot=slot, kind="omitted", at=clock.now(), recorded_at=clock.now(), by=cast.nina
    )
    return {
        "patient_id": patient.pk, "round_id": charted.pk, "cycle_id": cycle.pk, "slot_id": slot.pk, "number": 1,
        "event_id": event.pk, "entry_id": event.pk, "alert_id": alert.pk,
    }  # fmt: skip


@pytest.mark.parametrize(("pattern", "method", "kind", "permission"), NUMBERED, ids=names(NUMBERED))
def test_a_number_that_no_row_can_have_is_not_found(cast, pattern, method, kind, permission):
    person = somebody_who_may(cast, permission)
    for number in TOO_LARGE:
        response = answer(person, method, real(pattern, number), kind, body_for(pattern, kind))
        assert response.status_code in (404, 405), f"{number}: {response.status_code}"


@pytest.mark.parametrize(("pattern", "method", "kind", "permission"), CLINICAL, ids=names(CLINICAL))
def test_a_row_of_another_ward_is_as_absent_as_one_that_never_was(cast, rows, pattern, method, kind, permission):
    """The same answer for both, or the difference would tell that the row exists."""
    stranger = somebody_who_may(cast, permission)
    stranger.wards.set([cast.other_ward])
    body = body_for(pattern, kind)
    charted, happened = Round.objects.count(), DoseEvent.objects.count()
    theirs = answer(stranger, method, real(pattern, rows), kind, body)
    nobodys = answer(stranger, method, real(pattern, 987_654), kind, body)
    assert theirs.status_code == nobodys.status_code
    assert theirs.status_code in (404, 405)
    if kind == "api":
        assert theirs.json()["code"] == nobodys.json()["code"]
    assert b"Almeida" not in theirs.content
    assert b"4471-882" not in theirs.content
    assert (Round.objects.count(), DoseEvent.objects.count()) == (charted, happened)


@pytest.mark.parametrize(("pattern", "method", "kind", "permission"), CLINICAL, ids=names(CLINICAL))
def test_a_role_without_the_permission_learns_nothing_of_a_row_within_its_ward(
    cast, rows, pattern, method, kind, permission
):
    for person in (cast.nina, cast.olga, cast.paul, cast.ada, cast.max):
        person.wards.add(cast.ward)
        if not may(person.role, permission):
            response = answer(person, method, real(pattern, rows), kind, body_for(pattern, kind))
            assert response.status_code in (403, 405)
            assert b"Almeida" not in response.content


@pytest.mark.parametrize("text", ["²", "٨", "9" * 19, "9" * 400, "-1", "1e3", "0" * 40 + "9" * 40, " "])
def test_a_number_in_a_question_is_one_of_ours_or_none(cast, text):
    asked = {
        cast.nina: (
            "/alerts/?patient=",
            "/alerts/rows/?patient=",
            "/patients/?page=",
            "/alerts/?page=",
            "/board/?ward=",
        ),
        cast.olga: ("/api/v1/cycles/?patient=", "/api/v1/alerts/?cycle=", "/cycles/?ward="),
        cast.ada: ("/audit/?before=", "/audit/?patient=", "/audit/?user=", "/api/v1/audit/export/?patient="),
    }
    for person, paths in asked.items():
        for path in paths:
            response = answer(person, "GET", path + text, "api" if "/api/" in path else "page")
            assert response.status_code in (200, 404, 422), f"{path} {response.status_code}"


@pytest.mark.parametrize("ward", ["²", "9" * 30, str(2**63)])
def test_a_ward_of_a_new_colleague_is_one_of_ours_or_none(cast, ward):
    person = {"username": "newcomer", "full_name": "New Comer", "role": "nurse", "password": SECRET, "wards": [ward]}
    assert answer(cast.max, "POST", "/staff/new/", "page", person).status_code == 422


def test_a_write_that_the_role_does_not_allow_leaves_an_entry_wherever_it_is_tried(cast, rows):
    for kind, prefix in (("page", "/doses"), ("api", "/api/v1/slots")):
        path = f"{prefix}/{rows['slot_id']}/give/"
        assert answer(cast.paul, "POST", path, kind).status_code == 403
        entry = AuditEntry.objects.latest("id")
        assert (entry.actor, entry.outcome, entry.after["path"]) == ("Paul Pharmacist", "refused", path)
        assert entry.after["permission"] == "give_dose"


def test_striking_a_round_of_another_ward_sounds_like_striking_none(cast, rows):
    said = set()
    for number in (rows["round_id"], 987_654):
        with pytest.raises(NotFound) as refused:
            retract_round(by=as_(cast.zoe), round_id=number, reason="not mine")
        said.add((refused.value.code, refused.value.sentence))
    assert len(said) == 1


def test_a_transferred_patient_is_gone_for_one_ward_and_there_for_the_other(cast, rows):
    bed = Bed.objects.filter(ward=cast.other_ward).first()
    transfer_patient(by=as_(cast.nina), patient_id=rows["patient_id"], bed_id=bed.pk)
    path = f"/patients/{rows['patient_id']}/"
    assert answer(cast.nina, "GET", path, "page").status_code == 404
    assert answer(cast.zoe, "GET", path, "page").status_code == 200
    assert Stay.objects.filter(patient_id=rows["patient_id"], discharged_at=None).count() == 1
    assert AuditEntry.objects.filter(action="transfer_patient", outcome="done").count() == 1


def test_a_witness_of_another_ward_is_no_witness(cast, rows):
    from dosing.actions.give_dose import give_dose
    from tracker.errors import NotAllowed

    with pytest.raises(NotAllowed, match="may not witness"):
        give_dose(by=as_(cast.nina), slot_id=rows["slot_id"], giver=signed(cast.nina), witness=signed(cast.zoe))
