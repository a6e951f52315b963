"""What somebody typed is kept or refused aloud: nothing that a person was told is saved goes missing."""

from __future__ import annotations

import pytest

from tests.dosing.pages import browser, round_page, text_of
from tests.people import admit, as_
from tracker.actions.admit_patient import admit_patient
from tracker.actions.move_patient import discharge_patient
from tracker.errors import BadInput
from tracker.models import AuditEntry, Patient, RoundValue


def entered():
    return sorted(RoundValue.objects.values_list("round__patient__record_number", "code", "entered"))


def test_a_form_that_was_changed_after_it_was_saved_is_not_taken_for_a_repetition(cast):
    """Back, a slip mended, saved again: this once said that it was saved, and kept nothing of it."""
    patient, nina = admit(cast), browser(cast.nina)
    path = f"/patients/{patient.pk}/round/"
    form = round_page(nina, patient.pk, systolic_bp="118")
    assert nina.post(path, form).status_code == 302
    changed = nina.post(path, {**form, "systolic_bp": "84"})
    assert changed.status_code == 409
    assert "These were not saved." in text_of(changed)
    assert entered() == [("4471-882", "systolic_bp", "118")]
    assert nina.post(path, form).status_code == 302  # the same again is a repetition still
    assert entered() == [("4471-882", "systolic_bp", "118")]


def test_the_refused_form_has_a_key_of_its_own(cast):
    patient, nina = admit(cast), browser(cast.nina)
    path = f"/patients/{patient.pk}/round/"
    form = round_page(nina, patient.pk, systolic_bp="118")
    nina.post(path, form)
    changed = nina.post(path, {**form, "systolic_bp": "116"})
    assert f'value="{form["key"]}"' not in changed.content.decode()
    assert 'value="116"' in changed.content.decode()


def test_the_form_of_one_patient_is_no_repetition_of_anothers(cast):
    first, second = admit(cast), admit(cast, mrn="9-9", bed=1)
    nina = browser(cast.nina)
    form = round_page(nina, first.pk, systolic_bp="118")
    nina.post(f"/patients/{first.pk}/round/", form)
    assert nina.post(f"/patients/{second.pk}/round/", form).status_code == 409
    assert entered() == [("4471-882", "systolic_bp", "118")]


def again(cast, patient, allergies):
    return admit_patient(
        by=as_(cast.nina), bed_id=cast.beds[5].pk, record_number=patient.record_number, family_name=patient.family_name,
        given_name=patient.given_name, birth_date=patient.birth_date, sex=patient.sex, allergies=allergies,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("said", "known"),
    [
        ("latex", "penicillin (rash); latex"),
        ("", "penicillin (rash)"),
        ("Penicillin", "penicillin (rash)"),
    ],
)
def test_an_allergy_is_never_lost_by_another_admission(cast, said, known):
    patient = admit(cast)
    discharge_patient(by=as_(cast.nina), patient_id=patient.pk)
    again(cast, patient, said)
    assert Patient.objects.get().allergies == known
    entry = AuditEntry.objects.filter(action="admit_patient").latest("id")
    assert (entry.after.get("allergies") == known) == (said == "latex")


def test_allergies_that_do_not_fit_beside_the_known_ones_are_refused(cast):
    patient = admit(cast)
    discharge_patient(by=as_(cast.nina), patient_id=patient.pk)
    with pytest.raises(BadInput, match="At most 300"):
        again(cast, patient, "x" * 299)
    assert Patient.objects.get().allergies == "penicillin (rash)"
