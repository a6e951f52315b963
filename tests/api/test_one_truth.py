"""T12: after a correction the chart, the alert, the export, the API and the replay agree. T31: a dose is exact, and
shown with its inputs. Every decision is told in sentences, in the answer and in the export."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
import time_machine
from django.core.management import call_command

from alerts.actions.review_chart import review_chart
from dosing.models import Slot
from tests.api.caller import Caller, of_problem, signature
from tests.conftest import SECRET
from tests.dosing.pages import browser, text_of
from tests.people import LABS, VITALS, admit, as_, running_cycle
from tracker.audit.record import SYSTEM

MONDAY = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
FULL = {**VITALS, **LABS}


@pytest.fixture
def time():
    with time_machine.travel(MONDAY, tick=False) as traveller:
        yield traveller


@pytest.fixture
def ward(time, cast):
    """A patient whose cycle is due, and the callers of the API."""
    patient = admit(cast)
    cycle = running_cycle(cast, patient)
    return {
        "patient": patient,
        "slot": Slot.objects.get(cycle=cycle, number=1).pk,
        "nina": Caller(cast.nina),
        "ada": Caller(cast.ada),
        "page": browser(cast.nina),
    }


def charted(ward, **changes):
    body = {"observed_at": MONDAY.isoformat(), "values": {**FULL, **changes}}
    answer = ward["nina"].post(f"patients/{ward['patient'].pk}/rounds/", body)
    assert answer.status == 201, answer
    return answer["id"]


def exported(ward):
    answer = ward["ada"].get("audit/export/", format="jsonl")
    lines = b"".join(answer.response.streaming_content).decode().splitlines()
    return [json.loads(line) for line in lines]


def reviewed(ward):
    """What the worker does as soon as the chart has changed."""
    review_chart(by=SYSTEM, patient_id=ward["patient"].pk)


def holds(ward):
    """Open alerts of a hold, as the API lists them."""
    found = ward["nina"].get("alerts/", patient=ward["patient"].pk)["results"]
    return [each["state"] for each in found if each["kind"] == "hold"]


def test_t12_everything_agrees_before_and_after_a_correction(time, cast, ward):
    nina, page, patient = ward["nina"], ward["page"], ward["patient"]
    wrong = charted(ward, systolic_bp="84")
    reviewed(ward)

    assert nina.get(f"slots/{ward['slot']}/assessment/")["verdict"] == "hold"
    assert holds(ward) == ["raised"]
    assert "Systolic 84 mmHg" in text_of(page.get(f"/patients/{patient.pk}/")).replace("\u2009", " ")
    refused = of_problem(nina.post(f"slots/{ward['slot']}/give/", signature()), 409, "hold")
    assert refused["assessment"]["findings"][0]["because"] == {"systolic_bp": 84}

    time.shift(timedelta(minutes=3))
    right = nina.post(f"rounds/{wrong}/correct/", {"reason": "104, typed 84", "values": {**FULL, "systolic_bp": "104"}})
    assert right.status == 201
    reviewed(ward)

    # the API: the wrong round is marked, the right one stands, the verdict follows
    assert nina.get(f"rounds/{wrong}/")["corrected_by"] == right["id"]
    assert nina.get(f"rounds/{wrong}/")["values"]["systolic_bp"]["value"] == 84
    now = nina.get(f"slots/{ward['slot']}/assessment/")
    assert (now["verdict"], now["findings"]) == ("proceed", [])
    # the alert: its cause is gone
    assert holds(ward) == ["resolved"]
    # the pages: the readiness says the same; the chart shows both, the wrong one struck
    assert "PROCEED" in text_of(page.get(f"/patients/{patient.pk}/"))
    chart = page.get(f"/patients/{patient.pk}/chart/").content.decode()
    assert "104" in chart and "84" in chart and "104, typed 84" in chart
    # the export: what was refused stays as it was told, and the correction tells both values
    rows = exported(ward)
    given = next(row for row in rows if row["action"] == "give_dose")
    assert (given["outcome"], given["after"]["code"]) == ("refused", "hold")
    corrected = next(row for row in rows if row["action"] == "correct_round")
    assert "84" in json.dumps(corrected["before"]) and "104" in json.dumps(corrected["after"])
    # the dose is given, and both decisions replay as they were made
    assert nina.post(f"slots/{ward['slot']}/give/", signature()).status == 201
    call_command("why", str(ward["slot"]))


def test_t12_a_retracted_round_is_gone_everywhere(time, cast, ward):
    nina, page, patient = ward["nina"], ward["page"], ward["patient"]
    charted(ward)
    time.shift(timedelta(minutes=1))
    wrong = nina.post(
        f"patients/{patient.pk}/rounds/",
        {"observed_at": (MONDAY + timedelta(minutes=1)).isoformat(), "values": {"spo2": "71"}, "confirmed": ["spo2"]},
    )
    reviewed(ward)
    assert nina.get(f"slots/{ward['slot']}/assessment/")["verdict"] == "hold"
    time.shift(timedelta(minutes=1))
    nina.post(f"rounds/{wrong['id']}/retract/", {"reason": "probe had fallen off"})
    reviewed(ward)
    assert nina.get(f"slots/{ward['slot']}/assessment/")["verdict"] == "proceed"
    assert holds(ward) == ["resolved"]
    assert "PROCEED" in text_of(page.get(f"/patients/{patient.pk}/"))
    assert "probe had fallen off" in text_of(page.get(f"/patients/{patient.pk}/chart/"))
    entry = next(row for row in exported(ward) if row["action"] == "retract_round")
    assert entry["reason"] == "probe had fallen off"


# --- explain: in the answer, in the export ----------------------------------------------------------------------------

HOLD = (
    "Hold: systolic 84 mmHg at 09:00, below 90. Release: Systolic 90 or more, in sinus rhythm recorded since, and no "
    "cardiac symptom."
)


def plain(sentences):
    return [each.replace("\u2009", " ") for each in sentences]


def test_a_decision_is_told_in_sentences_in_every_answer(ward, cast):
    nina = ward["nina"]
    charted(ward, systolic_bp="84")
    asked = nina.get(f"slots/{ward['slot']}/assessment/")
    assert plain(asked["explain"])[0] == "Do not give dose 1."
    assert HOLD in plain(asked["explain"])
    refused = nina.post(f"slots/{ward['slot']}/give/", signature())
    assert plain(refused["explain"]) == plain(asked["explain"])
    override = Caller(cast.olga).post(
        f"slots/{ward['slot']}/override/", {"reason": "baseline is low", "secret": SECRET}
    )
    assert HOLD in plain(override["assessment"]["explain"])
    given = nina.post(f"slots/{ward['slot']}/give/", signature())
    assert HOLD in plain(given["assessment"]["explain"])


def test_and_in_the_export(ward, cast):
    charted(ward, systolic_bp="84")
    ward["nina"].post(f"slots/{ward['slot']}/give/", signature())
    ward["nina"].post(f"slots/{ward['slot']}/hold/", {"reason": "low pressure"})
    rows = {(row["action"], row["outcome"]): row for row in exported(ward)}
    for kind in (("give_dose", "refused"), ("hold_dose", "done")):
        assert HOLD in plain(rows[kind]["after"]["explain"]), kind
    assert plain(rows[("hold_dose", "done")]["after"]["explain"])[0] == "Do not give dose 1."


# --- T31 --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kg", "iu", "ml", "vials", "bag"),
    [
        ("70", 42_000_000, "2.33", 2, 50),
        ("35", 21_000_000, "1.17", 1, 25),
        ("42.3", 25_380_000, "1.41", 2, 25),
        ("42.4", 25_440_000, "1.41", 2, 50),
        ("68.35", 41_010_000, "2.28", 2, 50),
        ("72.5", 43_500_000, "2.42", 2, 50),
        ("100", 60_000_000, "3.33", 3, 50),
        ("100.5", 60_300_000, "3.35", 3, 100),
        ("63.617", 38_170_200, "2.12", 2, 50),
    ],
)
def test_t31_a_dose_by_weight_is_exact_everywhere_and_shown_with_its_inputs(time, cast, kg, iu, ml, vials, bag):
    assert Fraction(kg) * 600_000 == iu  # the arithmetic of the test itself
    patient = admit(cast)
    olga = Caller(cast.olga)
    body = {"patient": patient.pk, "dosing_weight_kg": Decimal(kg), "first_dose_at": MONDAY.isoformat()}
    made = olga.post("cycles/", body)
    assert made.status == 201, made
    assert f'"dosing_weight_kg": {kg}' in made.text  # a number, not a float's idea of it
    preparation = made["preparation"]
    assert (preparation["dose_iu"], preparation["vials"], preparation["bag_ml"]) == (iu, vials, bag)
    assert f'"draw_ml": {ml}' in made.text
    step = f"{kg} kg × 600,000 IU/kg = {iu:,} IU"
    assert preparation["steps"][0] == step
    page = text_of(browser(cast.olga).get(f"/cycles/{made['id']}/"))
    assert step in page and f"{iu:,} IU" in page
    trail = next(row for row in exported({"ada": Caller(cast.ada)}) if row["action"] == "prescribe_cycle")
    assert trail["after"]["preparation"][0] == step
    assert trail["after"]["dosing_weight_kg"] == kg


def test_t31_the_dose_given_is_the_dose_prescribed(ward, cast):
    charted(ward)
    assert ward["nina"].post(f"slots/{ward['slot']}/give/", signature()).status == 201
    entry = next(row for row in exported(ward) if row["action"] == "give_dose")
    assert entry["after"]["dose_iu"] == "42000000"
    assert "70 kg" in text_of(ward["page"].get(f"/cycles/{Slot.objects.get(pk=ward['slot']).cycle_id}/"))


def test_t31_a_weight_charted_later_does_not_change_the_dose(ward, cast):
    charted(ward, weight="77")
    cycle = ward["nina"].get(f"cycles/{Slot.objects.get(pk=ward['slot']).cycle_id}/")
    assert cycle["preparation"]["dose_iu"] == 42_000_000
    assert as_(cast.nina).label in [each["actor"] for each in exported(ward)]
