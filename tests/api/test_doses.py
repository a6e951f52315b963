"""Doses: assessed, given once and by two people, held, omitted, overridden and struck."""

from __future__ import annotations

from decimal import Decimal

import pytest

from dosing.bedside_checks import CHECKS
from dosing.models import DoseEvent, Slot
from tests.api.caller import Caller, of_problem, signature
from tests.conftest import SECRET
from tests.people import as_, full_round
from tracker.actions.move_patient import discharge_patient
from tracker.models import AuditEntry
from tracker.wristband import wristband_code

EIGHT = ["at", "event", "slot", "verdict", "refusals", "findings", "missing", "given"]


def given(slot):
    return DoseEvent.objects.filter(slot=slot, kind="given").count()


# --- asking -----------------------------------------------------------------------------------------------------------


def test_an_assessment_is_the_line_of_replay_and_sentences(cast, nina, patient, slot):
    full_round(cast, patient, systolic_bp="84", temperature="38.7")
    answer = nina.get(f"slots/{slot.pk}/assessment/")
    assert [*answer.body] == [*EIGHT, "explain"]
    assert (answer["event"], answer["slot"], answer["verdict"], answer["given"]) == ("ask", 1, "hold", False)
    finding = next(each for each in answer["findings"] if each["id"] == "L-CV-SBP")
    assert [*finding] == ["id", "effect", "class", "because", "observed_at", "release"]
    assert (finding["effect"], finding["class"], finding["because"]) == ("hold", None, {"systolic_bp": 84})
    assert len(answer["at"]) == len("2026-03-02T08:00:00Z")
    assert answer["explain"][0] == "Do not give dose 1."
    assert answer["explain"][1].startswith("Systolic 84")
    assert "below 90" in answer["explain"][1]


def test_an_assessment_of_an_empty_chart_lists_what_is_missing(cast, nina, slot):
    answer = nina.get(f"slots/{slot.pk}/assessment/")
    assert answer["verdict"] == "incomplete"
    assert answer["missing"] == sorted(answer["missing"])
    assert "weight" in answer["missing"]


def test_a_decimal_in_a_finding_stays_as_it_was_measured(cast, nina, patient, slot):
    """T33."""
    full_round(cast, patient, creatinine="4.7")
    answer = nina.get(f"slots/{slot.pk}/assessment/")
    because = {code: value for finding in answer["findings"] for code, value in finding["because"].items()}
    assert because["creatinine"] == Decimal("4.7")
    assert '"creatinine": 4.7' in answer.text


# --- giving -----------------------------------------------------------------------------------------------------------


def test_a_dose_is_given(cast, nina, patient, slot):
    full_round(cast, patient)
    answer = nina.post(f"slots/{slot.pk}/give/", signature())
    assert (answer.status, answer["kind"], answer["verdict"]) == (201, "given", "proceed")
    assert (answer["by"]["username"], answer["witness"]["username"]) == ("nina", "noah")
    assert (answer["assessment"]["event"], answer["assessment"]["given"]) == ("given", True)
    shown = nina.get(f"slots/{slot.pk}/")
    assert (shown["state"], [entry["kind"] for entry in shown["entries"]]) == ("given", ["given"])


def test_a_second_tap_makes_no_second_dose(cast, nina, patient, slot):
    """T01."""
    full_round(cast, patient)
    nina.post(f"slots/{slot.pk}/give/", signature())
    again = of_problem(nina.post(f"slots/{slot.pk}/give/", signature()), 409, "already_given")
    assert again["given_by"] == "Nina Nurse"
    assert given(slot) == 1


def test_a_refused_dose_says_why_and_the_attempt_is_charted(cast, nina, patient, slot):
    full_round(cast, patient, systolic_bp="84")
    answer = of_problem(nina.post(f"slots/{slot.pk}/give/", signature()), 409, "hold")
    assert [*answer["assessment"]] == EIGHT
    assert answer["assessment"]["findings"][0]["because"] == {"systolic_bp": 84}
    assert [entry["kind"] for entry in nina.get(f"slots/{slot.pk}/")["entries"]] == ["refused"]
    assert AuditEntry.objects.filter(action="give_dose", outcome="refused").count() == 1


def test_without_data_nothing_is_given(cast, nina, slot):
    answer = of_problem(nina.post(f"slots/{slot.pk}/give/", signature()), 409, "incomplete")
    assert "weight" in answer["assessment"]["missing"]


def test_a_dose_that_is_not_due_yet(cast, nina, patient, cycle):
    full_round(cast, patient)
    second = Slot.objects.get(cycle=cycle, number=2)
    answer = of_problem(nina.post(f"slots/{second.pk}/give/", signature()), 409, "too_early")
    assert answer["assessment"]["refusals"] == ["too_early"]


@pytest.mark.parametrize(
    ("change", "status", "code", "field"),
    [
        ({"witness": "nina"}, 403, "own_witness", "witness"),
        ({"witness": "zoe"}, 403, "not_a_witness", "witness"),
        ({"witness": "ada"}, 403, "not_a_witness", "witness"),
        ({"witness": ""}, 422, "missing_witness", "witness"),
        ({"witness": "nobody"}, 403, "wrong_secret", "witness_secret"),
        ({"witness_secret": "guess"}, 403, "wrong_secret", "witness_secret"),
        ({"witness_secret": None}, 422, "missing_witness_secret", "witness_secret"),
        ({"secret": "guess"}, 403, "wrong_secret", "secret"),
        ({"secret": ""}, 422, "missing_secret", "secret"),
        ({"secret": 12345678}, 422, "wrong_type", "secret"),
        ({"started_at": "2026-03-02T08:00:00"}, 422, "naive_time", "started_at"),
        ({"started_at": "2999-03-02T08:00:00Z"}, 422, "time_in_future", "started_at"),
        ({"started_at": "2020-03-02T08:00:00Z"}, 422, "start_too_old", "started_at"),
    ],
)
def test_a_giving_that_is_not_signed_right_is_named(cast, nina, patient, slot, change, status, code, field):
    full_round(cast, patient)
    of_problem(nina.post(f"slots/{slot.pk}/give/", {**signature(), **change}), status, code, field)
    assert given(slot) == 0


def test_a_discharged_patient_gets_nothing(cast, nina, patient, slot):
    full_round(cast, patient)
    discharge_patient(by=as_(cast.nina), patient_id=patient.pk)
    of_problem(nina.post(f"slots/{slot.pk}/give/", signature()), 409, "discharged")


def test_an_oncologist_witnesses_but_does_not_give(cast, nina, olga, patient, slot):
    full_round(cast, patient)
    of_problem(olga.post(f"slots/{slot.pk}/give/", signature()), 403, "not_allowed")
    assert nina.post(f"slots/{slot.pk}/give/", signature(witness="olga")).status == 201


def test_a_nurse_of_another_ward_reaches_no_dose(cast, zoe, patient, slot):
    full_round(cast, patient)
    of_problem(zoe.post(f"slots/{slot.pk}/give/", signature()), 404, "no_such_slot")
    of_problem(zoe.post(f"slots/{slot.pk}/hold/", {"reason": "low pressure"}), 404, "no_such_slot")


@pytest.mark.parametrize("key", ["", "k-1"])
def test_giving_takes_few_statements(cast, nina, patient, slot, key, statements):
    full_round(cast, patient)
    with statements() as found:
        assert nina.post(f"slots/{slot.pk}/give/", signature(), key=key).status == 201
    # The check of the two secrets reads and writes for each person and stands outside the transaction.
    secrets = [sql for sql in found if "check_secret" in sql or '"username" = ' in sql]
    assert len(found) - len(secrets) <= 16 + 1 * bool(key), "\n".join(found)  # one of them reads the prepared bag


# --- everything else --------------------------------------------------------------------------------------------------


def test_the_end_of_an_infusion_is_recorded_once(cast, nina, patient, slot):
    of_problem(nina.post(f"slots/{slot.pk}/end/"), 409, "not_given")
    full_round(cast, patient)
    nina.post(f"slots/{slot.pk}/give/", signature())
    of_problem(nina.post(f"slots/{slot.pk}/end/", {"interrupted": True}), 422, "missing_reason", "reason")
    of_problem(nina.post(f"slots/{slot.pk}/end/", {"ended_at": "2020-01-01T00:00Z"}), 422, "end_before_start")
    ended = nina.post(f"slots/{slot.pk}/end/")
    assert (ended.status, ended["kind"], ended["reason_code"]) == (201, "infusion_ended", "complete")
    of_problem(nina.post(f"slots/{slot.pk}/end/"), 409, "already_ended")


def test_a_held_dose_stays_held(cast, nina, patient, slot):
    full_round(cast, patient)
    of_problem(nina.post(f"slots/{slot.pk}/hold/", {}), 422, "missing_reason", "reason")
    held = nina.post(f"slots/{slot.pk}/hold/", {"reason": "rigors"})
    assert (held.status, held["kind"], held["assessment"]["verdict"]) == (201, "held", "proceed")
    of_problem(nina.post(f"slots/{slot.pk}/hold/", {"reason": "rigors"}), 409, "already_held")
    of_problem(nina.post(f"slots/{slot.pk}/give/", signature()), 409, "slot_lapsed")


def test_a_dose_is_omitted_with_a_coded_reason(cast, nina, slot):
    of_problem(nina.post(f"slots/{slot.pk}/omit/", {"reason_code": "tired"}), 422, "bad_reason_code", "reason_code")
    of_problem(nina.post(f"slots/{slot.pk}/omit/", {"reason_code": "other"}), 422, "missing_reason", "reason")
    omitted = nina.post(f"slots/{slot.pk}/omit/", {"reason_code": "patient_refused"})
    assert (omitted.status, omitted["reason_code"]) == (201, "patient_refused")


def test_an_override_lets_the_dose_pass_what_was_seen(cast, nina, olga, patient, slot):
    full_round(cast, patient, systolic_bp="84")
    signed = {"reason": "warm, well perfused", "secret": SECRET}
    of_problem(nina.post(f"slots/{slot.pk}/override/", signed), 403, "not_allowed")
    answer = olga.post(f"slots/{slot.pk}/override/", signed)
    assert (answer.status, answer["kind"], answer["verdict"]) == (201, "override", "hold")
    assert nina.post(f"slots/{slot.pk}/give/", signature())["overridden"] is True


def test_an_override_without_a_hold_is_refused(cast, olga, patient, slot):
    full_round(cast, patient)
    signed = {"reason": "to be sure", "secret": SECRET}
    of_problem(olga.post(f"slots/{slot.pk}/override/", signed), 409, "nothing_to_override")


def test_a_giving_entered_in_error_is_struck_by_two_people(cast, nina, patient, slot):
    full_round(cast, patient)
    entry = nina.post(f"slots/{slot.pk}/give/", signature())["id"]
    alone = {**signature(witness="nina"), "reason": "wrong patient"}
    of_problem(nina.post(f"entries/{entry}/strike/", alone), 403, "own_witness")
    struck = nina.post(f"entries/{entry}/strike/", {**signature(), "reason": "wrong patient"})
    assert (struck.status, struck["kind"], struck["refers_to"]) == (201, "voided", entry)
    shown = nina.get(f"slots/{slot.pk}/")
    assert shown["state"] == "open"
    assert [(each["kind"], each["struck"]) for each in shown["entries"]] == [("given", True), ("voided", False)]
    again = {**signature(), "reason": "wrong patient"}
    of_problem(nina.post(f"entries/{entry}/strike/", again), 409, "already_struck")
    of_problem(Caller(cast.zoe).post(f"entries/{entry}/strike/", again), 404, "no_such_event")


def test_the_start_of_a_giving_is_corrected(cast, nina, patient, slot):
    full_round(cast, patient)
    entry = nina.post(f"slots/{slot.pk}/give/", signature())
    right = {**signature(), "reason": "typed late", "started_at": entry["at"].replace("Z", "+00:00")}
    assert nina.post(f"entries/{entry['id']}/strike/", right).status == 201
    kinds = [(each["kind"], each["struck"]) for each in nina.get(f"slots/{slot.pk}/")["entries"]]
    assert kinds == [("given", True), ("voided", False), ("given", False)]


def with_checks(slot, **changes) -> dict:
    body = {
        "wristband": wristband_code(slot.cycle.patient.record_number),
        "checks_done": list(CHECKS),
        "witness_result": 42000000,
        "witness_result_unit": "iu",
    }
    return {**signature(), **body, **changes}


def test_a_program_may_send_the_checks_and_then_they_count(cast, nina, patient, slot):
    full_round(cast, patient)
    of_problem(nina.post(f"slots/{slot.pk}/give/", with_checks(slot)), 409, "no_bag")
    bag = nina.post(f"slots/{slot.pk}/bag/", {"expires_on": "2099-12-31", "lot": "A1"})
    assert bag.status == 201 and bag["lot"] == "A1"
    wrong = with_checks(slot, witness_result=41)
    assert of_problem(nina.post(f"slots/{slot.pk}/give/", wrong), 409, "witness_disagrees")["ours"] == "42,000,000 IU"
    of_problem(nina.post(f"slots/{slot.pk}/give/", with_checks(slot, wristband="x")), 422, "unreadable_wristband")
    assert given(slot) == 0
    assert nina.post(f"slots/{slot.pk}/give/", with_checks(slot)).status == 201


def test_a_site_may_want_the_checks_from_programs_too(cast, nina, patient, slot, settings):
    settings.API_NEEDS_BEDSIDE_CHECKS = True
    full_round(cast, patient)
    of_problem(nina.post(f"slots/{slot.pk}/give/", signature()), 422, "missing_checks")
    assert given(slot) == 0
