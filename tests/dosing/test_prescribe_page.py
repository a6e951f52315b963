"""The prescription page: exact arithmetic before the order, every mistake beside the form, what earlier cycles bar."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine

from dosing.actions.end_cycle import end_cycle
from dosing.actions.give_dose import give_dose
from dosing.models import Cycle, SiteSettings, Slot
from tests.dosing.pages import browser, text_of, value_of
from tests.people import admit, as_, full_round, round_, running_cycle, signed
from tracker import clock
from tracker.actions.move_patient import discharge_patient
from tracker.models import AuditEntry

BERLIN = ZoneInfo("Europe/Berlin")
MONDAY = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


@pytest.fixture
def at():
    with time_machine.travel(MONDAY, tick=False) as traveller:
        yield traveller


@pytest.fixture
def patient(at, cast):
    return admit(cast)


@pytest.fixture
def olga(patient, cast):
    return browser(cast.olga)


def days_later(at, cast, instant):
    """At that instant, signed in anew: a session lasts one shift."""
    at.move_to(instant)
    return browser(cast.olga)


def local(instant):
    """What a person chooses in the input: the ward's clock."""
    return instant.astimezone(BERLIN).strftime("%Y-%m-%dT%H:%M")


def typed(**changes):
    """The form filled in for 68.4 kg and a first dose in one hour."""
    values = {
        "regimen": "hd-il2",
        "dosing_weight_kg": "68.4",
        "first_dose_at": local(clock.now() + timedelta(hours=1)),
        "ast_uln": "40",
        "alt_uln": "40",
        **changes,
    }
    return {name: value for name, value in values.items() if value is not None}


def preview(client, patient, **changes):
    return text_of(client.post(f"/patients/{patient.pk}/prescribe/preview/", typed(**changes)))


def prescribe(client, patient, **changes):
    return client.post(f"/patients/{patient.pk}/prescribe/", typed(**changes))


def one_dose_then_ended(cast, patient):
    cycle = running_cycle(cast, patient)
    full_round(cast, patient)
    slot = Slot.objects.get(cycle=cycle, number=1)
    give_dose(by=as_(cast.nina), slot_id=slot.pk, giver=signed(cast.nina), witness=signed(cast.noah))
    end_cycle(by=as_(cast.olga), cycle_id=cycle.pk, reason="planned end")
    return cycle


# --- the arithmetic -----------------------------------------------------------------------------------------------


def test_the_form_begins_without_a_weight_and_without_a_time(olga, patient):
    page = olga.get(f"/patients/{patient.pk}/prescribe/")
    assert value_of(page, "dosing_weight_kg") == value_of(page, "first_dose_at") == ""
    assert value_of(page, "ast_uln") == "40"
    words = text_of(page)
    assert "Almeida, Teresa" in words and "4471-882" in words
    assert "The arithmetic appears here when these are typed" in words
    assert "stands in the way" not in words.lower()


def test_the_whole_arithmetic_is_shown_before_anything_is_saved(olga, patient):
    words = preview(olga, patient)
    for part in (
        "41,040,000 IU",
        "68.4 kg × 600,000 IU/kg = 41,040,000 IU",
        "41,040,000 IU ÷ 18,000,000 IU/mL = 2.28 mL to draw",
        "2 vials",
        "bag of 50 mL dextrose 5 %",
        "50.2 mcg/mL",
        "48.0 mcg/mL",
        "Course 1, cycle 1",
        "Label 9/2023, version 1",
        "Consensus 2014, version 1",
    ):
        assert part in words, part
    assert not Cycle.objects.exists()


def test_fourteen_times_at_the_wards_clock(olga, patient):
    words = preview(olga, patient, first_dose_at="2026-03-02T10:00")
    assert "Mon 2 Mar 1 10:00 2 18:00 Tue 3 Mar 3 02:00 4 10:00" in words
    assert "Fri 6 Mar 12 02:00 13 10:00 14 18:00" in words


def test_across_the_clock_change_eight_hours_stay_eight_hours(at, cast, patient):
    olga = days_later(at, cast, datetime(2026, 3, 28, 12, 0, tzinfo=UTC))
    words = preview(olga, patient, first_dose_at="2026-03-28T18:00")
    # Between 18:00 and 03:00 of that night lie nine hours on the clock and eight on the watch.
    assert "1 18:00 +01:00 Sun 29 Mar 2 03:00 +02:00 3 11:00 +02:00" in words


def test_a_time_that_the_clock_change_skips_is_refused(at, cast, patient):
    olga = days_later(at, cast, datetime(2026, 3, 28, 12, 0, tzinfo=UTC))
    page = prescribe(olga, patient, first_dose_at="2026-03-29T02:30")
    assert page.status_code == 422
    assert "02:30 does not exist on that day" in text_of(page)


@pytest.mark.parametrize(
    ("weight", "vials", "bag"),
    [("36.666", "so 1 vial", "25 mL"), ("36.667", "so 2 vials", "25 mL"), ("42.333", "so 2 vials", "25 mL"),
     ("42.334", "so 2 vials", "50 mL"), ("100", "so 3 vials", "50 mL"), ("100.1", "so 3 vials", "100 mL")],
)  # fmt: skip
def test_vials_and_bag_at_their_printed_limits(olga, patient, weight, vials, bag):
    words = preview(olga, patient, dosing_weight_kg=weight)
    assert vials in words
    assert f"bag of {bag} dextrose 5 %" in words


def test_a_draw_of_more_than_the_vials_were_filled_with_is_flagged(olga, patient):
    words = preview(olga, patient, dosing_weight_kg="36.6")
    assert "Pharmacy: 1.22 mL is more than the 1.2 mL put into 1 vial. Check the overfill." in words


def test_a_weight_far_from_the_charted_one_is_asked_about(cast, olga, patient):
    full_round(cast, patient, weight="70")
    assert "is it right?" not in preview(olga, patient, dosing_weight_kg="76.9")
    assert "This is 24 % above the newest charted weight of 70 kg: is it right?" in preview(
        olga, patient, dosing_weight_kg="86.8"
    )
    assert "Newest charted weight 70 kg" in preview(olga, patient)


def test_another_dose_is_shown_as_a_deviation_before_its_reason_is_typed(olga, patient):
    words = preview(olga, patient, iu_per_kg="540,000")
    assert "Deviation: 10.0 % below the regimen's dose." in words
    assert "36,936,000 IU" in words
    assert "The reason for another dose is missing." in words


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("dosing_weight_kg", "0", "0 kg is outside 25 to 300 kg"),
        ("dosing_weight_kg", "7", "7 kg is outside 25 to 300 kg"),
        ("dosing_weight_kg", "700", "700 kg is outside 25 to 300 kg"),
        ("dosing_weight_kg", "sixty", "is not a number"),
        ("ast_uln", "4000", "upper limit of normal"),
        ("iu_per_kg", "6", "whole number from 60,000 to 1,200,000"),
        ("first_dose_at", "2026-02-01T10:00", "planned in the past"),
        ("interval_h", "12", "interval of High-dose interleukin-2 is 8 h"),
    ],
)
def test_what_cannot_be_ordered_is_said_while_typing_and_on_sending(olga, patient, field, value, sentence):
    assert sentence in preview(olga, patient, **{field: value})
    page = prescribe(olga, patient, **{field: value})
    assert page.status_code == 422
    assert sentence in text_of(page)
    assert f'href="#{field}"' in page.content.decode()
    assert value_of(page, "dosing_weight_kg") == typed(**{field: value})["dosing_weight_kg"]
    assert not Cycle.objects.exists()


def test_without_scripts_the_arithmetic_is_a_button(olga, patient):
    page = prescribe(olga, patient, show="1")
    assert page.status_code == 200
    assert "41,040,000 IU" in text_of(page)
    assert value_of(page, "dosing_weight_kg") == "68.4"
    assert not Cycle.objects.exists()


# --- the order ----------------------------------------------------------------------------------------------------


def test_the_order_leads_to_the_cycle_which_shows_the_same_arithmetic(olga, patient):
    page = prescribe(olga, patient)
    cycle = Cycle.objects.get()
    assert (page.status_code, page.url) == (302, f"/cycles/{cycle.pk}/")
    assert cycle.first_dose_at == MONDAY + timedelta(hours=1)
    words = text_of(olga.get(page.url))
    assert "Cycle 1 is prescribed. It can be started." in words
    assert "68.4 kg × 600,000 IU/kg = 41,040,000 IU" in words
    assert "Start cycle" in words


def test_other_rule_sets_stand_beside_the_label(olga, patient):
    prescribe(olga, patient, rule_sets=["institution-2015"])
    assert Cycle.objects.get().rule_sets == ["label-2023@1", "institution-2015@1"]


def test_the_cells_regimen_asks_for_the_time_of_the_cells(olga, patient):
    page = prescribe(olga, patient, regimen="til-il2")
    assert page.status_code == 422
    assert "The end of the cell infusion is missing. Choose day and time." in text_of(page)
    cells = local(clock.now() - timedelta(hours=5))
    assert prescribe(olga, patient, regimen="til-il2", cells_at=cells, interval_h="12").status_code == 302
    assert Cycle.objects.get().doses == 6


def test_a_second_order_while_one_runs_is_refused_and_said_at_once(cast, olga, patient):
    running_cycle(cast, patient)
    assert "already has a cycle that has not ended" in text_of(olga.get(f"/patients/{patient.pk}/prescribe/"))
    page = prescribe(olga, patient)
    assert page.status_code == 409
    assert value_of(page, "dosing_weight_kg") == "68.4"


def test_cycle_2_on_day_10_is_refused_with_the_earliest_time(at, cast, patient):
    one_dose_then_ended(cast, patient)
    olga = days_later(at, cast, MONDAY + timedelta(days=9))
    page = prescribe(olga, patient)
    words = text_of(page)
    assert page.status_code == 409
    assert "Cycle 2 starts on day 15 at the earliest: 16 Mar 2026, 09:00." in words
    assert "Course 1, cycle 1: 1 of 14 doses given" in words
    assert "16 Mar 2026, 09:00" in preview(olga, patient)


def test_a_new_course_is_the_prescribers_own_word(at, cast, olga, patient):
    one_dose_then_ended(cast, patient)
    assert "The tumour answered the last one" in text_of(olga.get(f"/patients/{patient.pk}/prescribe/"))
    olga = days_later(at, cast, MONDAY + timedelta(days=20))
    page = prescribe(olga, patient, new_course="on")
    assert page.status_code == 409
    assert "A new course starts at least 7 weeks after the discharge" in text_of(page)
    assert 'name="new_course" checked' in page.content.decode()


def test_a_stopped_course_is_said_and_bars_its_second_cycle(at, cast, patient):
    cycle = running_cycle(cast, patient)
    full_round(cast, patient)
    slot = Slot.objects.get(cycle=cycle, number=1)
    give_dose(by=as_(cast.nina), slot_id=slot.pk, giver=signed(cast.nina), witness=signed(cast.noah))
    at.move_to(MONDAY + timedelta(hours=2))
    round_(cast, patient, alt="412")
    end_cycle(by=as_(cast.olga), cycle_id=cycle.pk, reason="liver")
    olga = days_later(at, cast, MONDAY + timedelta(days=15))
    page = prescribe(olga, patient)
    words = text_of(page)
    assert "This course was stopped: no further dose in it." in words
    assert "No further dose in this course." in words


def test_a_discontinued_patient_gets_no_order_at_all(at, cast, patient):
    cycle = one_dose_then_ended(cast, patient)
    at.move_to(MONDAY + timedelta(hours=3))
    round_(cast, patient, rhythm="ventricular_tachycardia_sustained")
    olga = days_later(at, cast, MONDAY + timedelta(days=15))
    words = text_of(olga.get(f"/patients/{patient.pk}/prescribe/"))
    assert "Interleukin-2 is permanently discontinued for this patient." in words
    assert prescribe(olga, patient).status_code == 409
    assert Cycle.objects.count() == 1 and Cycle.objects.get() == cycle


def test_a_site_that_is_not_ready_says_so_before_and_after(monkeypatch, olga, patient):
    monkeypatch.setattr(SiteSettings.objects, "order_by", lambda *_: SiteSettings.objects.none())
    assert "dosing settings have not been signed" in preview(olga, patient)
    page = prescribe(olga, patient)
    assert page.status_code == 409
    assert "dosing settings have not been signed" in text_of(page)


def test_a_discharged_patient_gets_no_order(cast, olga, patient):
    discharge_patient(by=as_(cast.nina), patient_id=patient.pk)
    page = prescribe(olga, patient)
    assert page.status_code == 409
    assert "was discharged" in text_of(page)


@pytest.mark.parametrize("who", ["nina", "paul", "ada", "max"])
def test_only_a_prescriber_sees_the_page(cast, patient, who):
    client = browser(getattr(cast, who))
    assert client.get(f"/patients/{patient.pk}/prescribe/").status_code == 403
    assert prescribe(client, patient).status_code == 403
    assert client.post(f"/patients/{patient.pk}/prescribe/preview/", typed()).status_code == 403
    assert not Cycle.objects.exists()


def test_out_of_reach_is_not_found(cast, olga, patient):
    cast.olga.wards.set([cast.other_ward])
    assert olga.get(f"/patients/{patient.pk}/prescribe/").status_code == 404
    assert prescribe(olga, patient).status_code == 404


def test_a_refused_order_is_in_the_audit_trail(olga, patient):
    prescribe(olga, patient, dosing_weight_kg="700")
    entry = AuditEntry.objects.get(action="prescribe_cycle")
    assert (entry.outcome, entry.after["code"]) == ("refused", "implausible")
