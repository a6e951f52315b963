"""Cycles: prescribed exactly, started, ended, and every order that cannot be is refused with its rule."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine

from dosing.models import Cycle, Slot
from tests.api.caller import Caller, of_problem, signature
from tests.conftest import SECRET
from tests.people import admit, as_, full_round, running_cycle
from tracker import clock
from tracker.actions.move_patient import discharge_patient


def order(of, *, after=timedelta(hours=1), **changes):
    first = (clock.now() + after).isoformat()
    return {"patient": of.pk, "dosing_weight_kg": Decimal("68.4"), "first_dose_at": first, **changes}


def test_a_cycle_is_prescribed_started_and_ended(cast, nina, olga, patient):
    answer = olga.post("cycles/", order(patient))
    assert answer.status == 201
    assert '"dosing_weight_kg": 68.4' in answer.text
    assert (answer["preparation"]["dose_iu"], answer["preparation"]["vials"]) == (41_040_000, 2)
    assert '"draw_ml": 2.28' in answer.text
    assert (answer["state"], answer["doses"], answer["rule_sets"][0]) == ("prescribed", 14, "label-2023@1")
    cycle = answer["id"]
    started = nina.post(f"cycles/{cycle}/start/")
    assert (started.status, started["state"]) == (200, "active")
    of_problem(nina.post(f"cycles/{cycle}/start/"), 409, "impossible_transition")
    of_problem(olga.post(f"cycles/{cycle}/end/"), 422, "missing_reason", "reason")
    ended = olga.post(f"cycles/{cycle}/end/", {"reason": "progress of the tumour"})
    assert (ended["state"], ended["end_reason"]) == ("ended", "progress of the tumour")
    assert nina.get("cycles/", state="ended")["results"] == [ended.body]
    assert nina.get("cycles/", state="active", patient=patient.pk)["results"] == []


@pytest.mark.parametrize(
    ("change", "status", "code", "field"),
    [
        ({"dosing_weight_kg": 0}, 422, "implausible", "dosing_weight_kg"),
        ({"dosing_weight_kg": 7}, 422, "implausible", "dosing_weight_kg"),
        ({"dosing_weight_kg": 700}, 422, "implausible", "dosing_weight_kg"),
        ({"dosing_weight_kg": "heavy"}, 422, "not_a_number", "dosing_weight_kg"),
        ({"dosing_weight_kg": None}, 422, "not_a_number", "dosing_weight_kg"),
        ({"dosing_weight_kg": {"value": 70}}, 422, "wrong_type", "dosing_weight_kg"),
        ({"dosing_weight_kg": Decimal("70.1234")}, 422, "too_exact", "dosing_weight_kg"),
        ({"first_dose_at": None}, 422, "missing_time", "first_dose_at"),
        ({"first_dose_at": "2026-03-02T08:00:00"}, 422, "naive_time", "first_dose_at"),
        ({"first_dose_at": "2020-03-02T08:00:00Z"}, 422, "in_the_past", "first_dose_at"),
        ({"first_dose_at": "2999-03-02T08:00:00Z"}, 422, "too_far_ahead", "first_dose_at"),
        ({"regimen": "low-dose"}, 422, "unknown_regimen", "regimen"),
        ({"rule_sets": ["label-1999"]}, 422, "unknown_rule_set", None),
        ({"rule_sets": ["consensus-2014"]}, 422, "label_required", "rule_sets"),
        ({"interval_h": 6}, 422, "bad_interval", "interval_h"),
        ({"iu_per_kg": 7_200_000}, 422, "bad_dose", "iu_per_kg"),
        ({"iu_per_kg": 720_000}, 422, "missing_reason", "reason"),
        ({"iu_per_kg": True}, 422, "wrong_type", "iu_per_kg"),
        ({"ast_uln": 4000}, 422, "bad_limit", "ast_uln"),
        ({"new_course": "yes"}, 422, "wrong_type", "new_course"),
        ({"patient": None}, 404, "no_such_patient", None),
        ({"patient": 10**19}, 422, "wrong_type", "patient"),
        ({"weight": 70}, 422, "unknown_field", "weight"),
    ],
)
def test_an_order_that_cannot_be_is_named(cast, olga, patient, change, status, code, field):
    of_problem(olga.post("cycles/", order(patient, **change)), status, code, field)
    assert not Cycle.objects.exists()


def test_a_nurse_does_not_prescribe(cast, nina, patient):
    of_problem(nina.post("cycles/", order(patient)), 403, "not_allowed")


def test_nothing_is_prescribed_for_a_discharged_patient(cast, olga, patient):
    discharge_patient(by=as_(cast.nina), patient_id=patient.pk)
    of_problem(olga.post("cycles/", order(patient)), 409, "discharged")


def test_a_second_cycle_waits_for_the_end_of_the_first(cast, olga, cycle, patient):
    of_problem(olga.post("cycles/", order(patient)), 409, "cycle_open")


def test_slots_are_listed_with_their_times(cast, nina, cycle):
    answer = nina.get(f"cycles/{cycle.pk}/slots/")
    assert [slot["number"] for slot in answer["results"]] == list(range(1, 15))
    assert {slot["state"] for slot in answer["results"]} == {"open"}
    assert answer["results"][13]["planned_at"] > answer["results"][0]["planned_at"]


def test_dose_15_does_not_exist(cast, nina, cycle):
    answer = of_problem(nina.get(f"cycles/{cycle.pk}/slots/15/"), 404, "no_such_slot", "number")
    assert answer["detail"] == "The cycle has no such dose."
    assert answer["remedy"] == "Its doses are 1 to 14."
    of_problem(nina.get(f"cycles/{cycle.pk}/slots/0/"), 404, "no_such_slot")
    assert nina.get(f"cycles/{cycle.pk}/slots/14/")["number"] == 14


def test_the_last_slot_lapses_like_any_other(cast, patient):
    """T05, and before any sweep has marked it."""
    cycle = running_cycle(cast, patient)
    with time_machine.travel(clock.now() + timedelta(hours=13 * 8, minutes=121), tick=False):
        slots = Caller(cast.nina).get(f"cycles/{cycle.pk}/slots/")["results"]
    assert {slot["state"] for slot in slots} == {"lapsed"}


def give_first(cast, patient, cycle_id):
    """Chart a round and give dose 1 of the cycle, then end it."""
    full_round(cast, patient)
    nina = Caller(cast.nina)
    slot = nina.get(f"cycles/{cycle_id}/slots/1/")["id"]
    assert nina.post(f"slots/{slot}/give/", signature()).status == 201
    assert Caller(cast.olga).post(f"cycles/{cycle_id}/end/", {"reason": "cycle complete"}).status == 200


def test_cycle_2_does_not_begin_on_day_10_and_a_third_is_another_course(cast, olga, patient, cycle):
    give_first(cast, patient, cycle.pk)
    early = olga.post("cycles/", order(patient, after=timedelta(days=9)))
    of_problem(early, 409, "rest_period", "first_dose_at")
    assert "day 15" in early["detail"]
    with time_machine.travel(clock.now() + timedelta(days=15), tick=False):
        later = Caller(cast.olga)
        second = later.post("cycles/", order(patient, after=timedelta(0)))
        assert (second.status, second["number"]) == (201, 2)
        assert Caller(cast.nina).post(f"cycles/{second['id']}/start/").status == 200
        give_first(cast, patient, second["id"])
        third = of_problem(later.post("cycles/", order(patient, after=timedelta(days=20))), 409, "course_cap")
        assert "28 doses" in third["detail"]


def test_going_on_needs_a_stop_and_a_signature(cast, olga, cycle):
    of_problem(olga.post(f"cycles/{cycle.pk}/go-on/", {"reason": "discussed"}), 422, "missing_secret", "secret")
    wrong = {"reason": "discussed", "secret": "guess"}
    of_problem(olga.post(f"cycles/{cycle.pk}/go-on/", wrong), 403, "wrong_secret", "secret")
    right = {"reason": "discussed", "secret": SECRET}
    of_problem(olga.post(f"cycles/{cycle.pk}/go-on/", right), 409, "nothing_to_answer")


def test_a_nurse_of_another_ward_reaches_no_cycle(cast, zoe, cycle, slot):
    assert zoe.get("cycles/")["results"] == []
    of_problem(zoe.get(f"cycles/{cycle.pk}/"), 404, "no_such_cycle")
    of_problem(zoe.get(f"cycles/{cycle.pk}/slots/"), 404, "no_such_cycle")
    of_problem(zoe.post(f"cycles/{cycle.pk}/start/"), 404, "no_such_cycle")
    of_problem(zoe.get(f"slots/{slot.pk}/"), 404, "no_such_slot")
    of_problem(zoe.get(f"slots/{slot.pk}/assessment/"), 404, "no_such_slot")


def test_lists_take_few_queries_whatever_their_length(cast, nina, statements):
    counts = []
    for number in range(3):
        running_cycle(cast, admit(cast, mrn=f"100-{number}", bed=number))
        with statements() as found:
            assert len(nina.get("cycles/")["results"]) == number + 1
        counts.append(len(found))
    assert counts[0] == counts[-1] <= 4
    with statements() as found:
        nina.get(f"cycles/{Slot.objects.first().cycle_id}/slots/")
    assert len(found) <= 10  # with a chart that was not read before: its rounds and its values are two
