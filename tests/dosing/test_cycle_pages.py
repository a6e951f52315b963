"""One cycle's page: every dose with what was decided and why, what to decide now, and its start, end and going on."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dosing.actions.end_infusion import end_infusion
from dosing.actions.give_dose import give_dose
from dosing.actions.hold_dose import hold_dose
from dosing.actions.omit_dose import omit_dose
from dosing.actions.override_hold import override_hold
from dosing.actions.prescribe_cycle import prescribe_cycle
from dosing.actions.strike_entry import strike_entry
from dosing.close_calls import close_calls
from dosing.gather import assess_slot, facts_for
from dosing.models import Cycle, DoseEvent, Slot
from dosing.permissions import cycle_for
from tests.conftest import SECRET
from tests.dosing.pages import browser, text_of, value_of
from tests.people import admit, as_, full_round, running_cycle, sign_site, signed, urine
from tracker import clock
from tracker.actions.correct_round import correct_round
from tracker.errors import Conflict

MONDAY = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


@pytest.fixture
def at():
    with time_machine.travel(MONDAY, tick=False) as traveller:
        yield traveller


@pytest.fixture
def patient(at, cast):
    return admit(cast)


@pytest.fixture
def cycle(cast, patient):
    return running_cycle(cast, patient, weight="68.4")


def slot_of(cycle, number):
    return Slot.objects.get(cycle=cycle, number=number)


def give(cast, cycle, number=1):
    slot = slot_of(cycle, number)
    return give_dose(by=as_(cast.nina), slot_id=slot.pk, giver=signed(cast.nina), witness=signed(cast.noah))


def refused_give(cast, cycle, number=1):
    with pytest.raises(Conflict):
        give(cast, cycle, number)


def page_of(cast, cycle, who="olga"):
    return browser(getattr(cast, who)).get(f"/cycles/{cycle.pk}/")


def words_of(cast, cycle, who="olga"):
    return text_of(page_of(cast, cycle, who))


def row_of(cast, cycle, number, who="olga"):
    """The words of one dose's row."""
    html = page_of(cast, cycle, who).content.decode()
    found = re.search(rf'<tr class="slot[^>]*id="dose-{number}">(.*?)</tr>', html, flags=re.S)
    return text_of(SimpleNamespace(content=found[1].encode()))


# --- identity, verdict, prescription ------------------------------------------------------------------------------


def test_the_page_says_who_which_cycle_and_how_much(cast, patient, cycle):
    words = words_of(cast, cycle)
    for part in (
        "Almeida, Teresa", "14 Sep 1968", "4471-882", "penicillin (rash)", "course 1, cycle 1",
        "41.04 million IU (68.4 kg)", "0 of 14 given", "Label 9/2023, version 1; Consensus 2014, version 1",
        "68.4 kg × 600,000 IU/kg = 41,040,000 IU", "2.28 mL", "50.2 mcg/mL", "48.0 mcg/mL",
    ):  # fmt: skip
        assert part in words, part


def test_all_fourteen_doses_stand_with_their_planned_times(cast, patient, cycle):
    html = page_of(cast, cycle).content.decode()
    assert html.count('class="slot slot-') == 14
    assert "09:00" in row_of(cast, cycle, 1)
    assert "Tue 01:00" in row_of(cast, cycle, 3)


def test_a_deviation_is_shown_with_its_reason(cast, patient):
    cycle = prescribe_cycle(
        by=as_(cast.olga), patient_id=patient.pk, dosing_weight_kg="70", first_dose_at=clock.now(),
        iu_per_kg="540000", reason="fatigue in cycle 1",
    )  # fmt: skip
    words = words_of(cast, cycle)
    assert "Deviation: 10.0 % below the regimen's dose." in words
    assert "fatigue in cycle 1" in words


# --- what happened to a dose --------------------------------------------------------------------------------------


def test_a_given_dose_says_when_by_whom_and_how_long(at, cast, patient, cycle):
    at.shift(12 * MINUTE)
    full_round(cast, patient)
    give(cast, cycle)
    at.shift(15 * MINUTE)
    end_infusion(by=as_(cast.nina), slot_id=slot_of(cycle, 1).pk)
    words = row_of(cast, cycle, 1)
    for part in ("09:12", "15 min", "Nina Nurse", "Noah Nurse", "PROCEED", "No finding."):
        assert part in words, part


def test_an_infusion_beyond_the_allowed_deviation_says_so(at, cast, patient, cycle):
    full_round(cast, patient)
    give(cast, cycle)
    at.shift(26 * MINUTE)
    end_infusion(by=as_(cast.nina), slot_id=slot_of(cycle, 1).pk, interrupted=True, reason="line occluded")
    assert "26 min, interrupted, beyond 15 min ± 10" in row_of(cast, cycle, 1)


def test_a_refused_give_an_override_and_the_dose_on_it_stand_in_their_order(at, cast, patient, cycle):
    full_round(cast, patient, systolic_bp="84")
    refused_give(cast, cycle)
    at.shift(5 * MINUTE)
    slot = slot_of(cycle, 1)
    override_hold(by=as_(cast.olga), slot_id=slot.pk, reason="warm, well perfused", signature=signed(cast.olga))
    give(cast, cycle)
    words = row_of(cast, cycle, 1)
    refused, signed_, given = (words.index(part) for part in ("Not given 09:00", "Override signed 09:05", "Given on"))
    assert refused < signed_ < given
    assert "under HOLD" in words and "“warm, well perfused”" in words
    assert "Systolic 84 mmHg at 09:00" in words and "L-CV-SBP" in words
    assert "No finding" not in words
    assert "Override signed, dose 1, 09:05, Olga Oncologist" in words_of(cast, cycle)


def test_holds_and_omissions_say_why(cast, patient, cycle):
    hold_dose(by=as_(cast.nina), slot_id=slot_of(cycle, 1).pk, reason="bolus running")
    omit_dose(by=as_(cast.nina), slot_id=slot_of(cycle, 2).pk, reason_code="procedure", reason="CT of the chest")
    held, omitted = row_of(cast, cycle, 1), row_of(cast, cycle, 2)
    assert "Held 09:00, Nina Nurse under INCOMPLETE. “bolus running”" in held
    assert "Omitted 09:00, Nina Nurse" in omitted and "“Procedure or imaging: CT of the chest”" in omitted


def test_what_was_decided_keeps_its_words_when_the_chart_is_corrected_later(at, cast, patient, cycle):
    wrong = full_round(cast, patient, systolic_bp="84")
    refused_give(cast, cycle)
    at.shift(2 * MINUTE)
    correct_round(
        by=as_(cast.nina), round_id=wrong.pk, values={"systolic_bp": "124"}, reason="typing error",
        observed_at=MONDAY, confirmed=frozenset(),
    )  # fmt: skip
    assert "Systolic 84 mmHg at 09:00" in row_of(cast, cycle, 1)
    words = words_of(cast, cycle)
    assert "systolic 84 struck, is 124" in words
    assert "typing error, Nina Nurse" in words


def test_a_struck_entry_stays_visible_with_who_struck_it_and_why(at, cast, patient, cycle):
    full_round(cast, patient)
    event = give(cast, cycle)
    at.shift(10 * MINUTE)
    strike_entry(
        by=as_(cast.nina),
        event_id=event.pk,
        reason="never connected",
        signer=signed(cast.nina),
        witness=signed(cast.noah),
    )
    words = row_of(cast, cycle, 1)
    assert "Struck 09:10 by Nina Nurse, witness Noah Nurse: never connected" in words
    assert "is-struck" in page_of(cast, cycle).content.decode()
    assert "0 of 14 given" in words_of(cast, cycle)


def test_a_late_start_moves_the_rest_and_the_page_says_from_where(at, cast, patient):
    sign_site(cast, late_dose_policy="shift")
    cycle = running_cycle(cast, patient)
    at.shift(HOUR)
    full_round(cast, patient)
    give(cast, cycle)
    words = row_of(cast, cycle, 2)
    assert "18:00" in words and "ordered for 17:00" in words


def test_stored_decisions_of_every_kind_of_value_can_be_read_again(at, cast, patient, cycle):
    at.shift(MINUTE)
    full_round(
        cast, patient, creatinine="2.75", temperature="37.2", somnolence_grade="2", rhythm="atrial_fibrillation",
        phenylephrine_rate="0.6", stool_blood="frank", alt="412", hepatic_failure="yes", seizure="single",
        hallucinations_grade="1", weight="80", rales="half_or_more", mood="mild_anxiety", infection="suspected",
    )  # fmt: skip
    refused_give(cast, cycle)
    refused_give(cast, cycle)
    words = row_of(cast, cycle, 1)
    event = DoseEvent.objects.filter(kind="refused").latest("id")
    assert len(event.decision["findings"]) >= 12
    for finding in event.decision["findings"]:
        assert finding["id"] in words
    assert "X-STOPPED" in words


# --- what to decide -----------------------------------------------------------------------------------------------


DECIDE = [
    # who, charted, the filled button or sentence, what else is offered, what is not
    ("olga", {}, "No decision waits", ["Hold dose 1…", "End cycle…"], ["Override…", "Go on…"]),
    ("olga", {"systolic_bp": "84"}, "Hold dose 1, look again 17:00", ["Override…", "End cycle…"], ["Go on…"]),
    ("olga", {"creatinine": "3.1"}, "End cycle…", ["Override…", "Hold dose 1…"], ["Go on…"]),
    ("olga", {"hepatic_failure": "yes"}, "End cycle…", [], ["Override…", "Go on…"]),
    ("nina", {"systolic_bp": "84"}, "Hold dose 1, look again 17:00", [], ["Override…", "End cycle…"]),
    ("paul", {"systolic_bp": "84"}, "", [], ["Override…", "End cycle…", "Hold dose 1"]),
]


@pytest.mark.parametrize(("who", "values", "first", "others", "never"), DECIDE)
def test_the_rules_own_answer_comes_first_and_the_rest_by_role(cast, patient, cycle, who, values, first, others, never):
    full_round(cast, patient, **values)
    words = words_of(cast, cycle, who)
    decide = words[words.index("Decide") :]
    assert first in decide
    assert all(each in decide for each in others)
    assert not any(each in decide for each in never)


def test_an_unfinished_picture_says_what_cannot_be_told(cast, patient, cycle):
    words = words_of(cast, cycle)
    assert "INCOMPLETE" in words and "Cannot tell:" in words
    assert "Record what is missing" in words


def test_findings_show_rule_source_release_and_link(cast, patient, cycle):
    full_round(cast, patient, systolic_bp="84")
    page = page_of(cast, cycle)
    words = text_of(page)
    assert "Systolic 84 mmHg at 09:00, below 90" in words
    assert "Released by all three" in words
    assert "/rules/label-2023@1/#L-CV-SBP" in page.content.decode()


def test_what_is_close_to_a_limit_is_asked_of_the_rules(at, cast, patient, cycle):
    at.shift(MINUTE)
    full_round(cast, patient, systolic_bp="96", creatinine="2.2", platelets="60000", heart_rate="90", spo2="92")
    reached = cycle_for(cast.olga, cycle.pk).cycle
    facts = facts_for(reached)
    assessment = assess_slot(reached, slot=1, at=clock.now())
    close = {call.code: call.would.id for call in close_calls(facts, assessment)}
    assert close == {
        "systolic_bp": "L-CV-SBP",
        "creatinine": "C-REN-CREATININE",
        "platelets": "C-BLEED-PLATELETS",
        "heart_rate": "C-CV-TACHYCARDIA",
        "spo2": "L-RESP-SPO2",
    }
    words = words_of(cast, cycle)
    assert "Close to a limit" in words and "hold below 90" in words


def test_nothing_is_close_when_everything_is_far(at, cast, patient, cycle):
    at.shift(MINUTE)
    full_round(cast, patient)
    assert "Nothing that is charted." in words_of(cast, cycle)


def test_urine_that_falls_is_close_before_it_counts(at, cast, patient, cycle):
    at.shift(HOUR)
    full_round(cast, patient, **urine(200, clock.now() - 8 * HOUR))
    assert "Urine, last 8 h 200 mL" in words_of(cast, cycle)


# --- start, end, go on --------------------------------------------------------------------------------------------


def prescribed(cast, patient):
    return prescribe_cycle(by=as_(cast.olga), patient_id=patient.pk, dosing_weight_kg="70", first_dose_at=clock.now())


def test_started_from_the_cycle_or_from_the_bedside_and_back_to_it(cast, patient):
    cycle = prescribed(cast, patient)
    assert "Start cycle" in words_of(cast, cycle)
    page = browser(cast.olga).post(f"/cycles/{cycle.pk}/start/", {"back": "cycle"})
    assert (page.status_code, page.url) == (302, f"/cycles/{cycle.pk}/")
    cycle.refresh_from_db()
    assert cycle.state == "active"
    again = browser(cast.nina).post(f"/cycles/{cycle.pk}/start/")
    assert again.status_code == 409


def test_a_nurse_is_led_back_to_the_bedside(cast, patient):
    cycle = prescribed(cast, patient)
    page = browser(cast.nina).post(f"/cycles/{cycle.pk}/start/")
    assert page.url == f"/patients/{patient.pk}/"


def test_a_start_is_never_a_link(cast, patient):
    cycle = prescribed(cast, patient)
    assert browser(cast.olga).get(f"/cycles/{cycle.pk}/start/").status_code == 405


def test_before_the_end_what_follows_is_said_and_then_it_is_for_good(cast, patient, cycle):
    olga = browser(cast.olga)
    assert "Every dose that is left is lost." in text_of(olga.get(f"/cycles/{cycle.pk}/end/"))
    page = olga.post(f"/cycles/{cycle.pk}/end/", {"reason": " "})
    assert page.status_code == 422
    assert "Ending a cycle needs a reason." in text_of(page)
    page = olga.post(f"/cycles/{cycle.pk}/end/", {"reason": "enough toxicity"})
    assert (page.status_code, page.url) == (302, f"/cycles/{cycle.pk}/")
    words = text_of(olga.get(page.url))
    assert "ENDED" in words and "Olga Oncologist: enough toxicity" in words
    assert "Prescribe the next cycle" in words
    assert "Close to a limit" not in words
    assert olga.post(f"/cycles/{cycle.pk}/end/", {"reason": "again"}).status_code == 409


def test_a_reason_that_is_too_long_comes_back_whole(cast, patient, cycle):
    page = browser(cast.olga).post(f"/cycles/{cycle.pk}/end/", {"reason": "x" * 301})
    assert page.status_code == 422
    assert "x" * 301 in page.content.decode()


def test_going_on_after_a_stop_is_signed_and_lifts_the_mark_only(at, cast, patient, cycle):
    at.shift(MINUTE)
    full_round(cast, patient, creatinine="3.1")
    refused_give(cast, cycle)
    at.shift(MINUTE)
    olga = browser(cast.olga)
    assert "Go on…" in text_of(olga.get(f"/cycles/{cycle.pk}/"))
    asked = text_of(olga.get(f"/cycles/{cycle.pk}/go-on/"))
    assert "Still stands: Creatinine 3.1 mg/dL" in asked
    wrong = olga.post(f"/cycles/{cycle.pk}/go-on/", {"reason": "board decision", "secret": "no"})
    assert wrong.status_code == 403
    assert "board decision" in wrong.content.decode() and value_of(wrong, "secret") == ""
    page = olga.post(f"/cycles/{cycle.pk}/go-on/", {"reason": "board decision", "secret": SECRET})
    assert (page.status_code, page.url) == (302, f"/cycles/{cycle.pk}/")
    words = text_of(olga.get(page.url))
    assert "To go on, signed" in words and "“board decision”" in words
    assert "Go on…" not in words and "STOP CYCLE" in words
    again = olga.post(f"/cycles/{cycle.pk}/go-on/", {"reason": "board decision", "secret": SECRET})
    assert again.status_code == 409


# --- reach, roles, cost -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", ["", "live/", "end/", "go-on/"])
def test_out_of_reach_is_not_found(cast, patient, cycle, page):
    cast.olga.wards.set([cast.other_ward])
    assert browser(cast.olga).get(f"/cycles/{cycle.pk}/{page}").status_code == 404
    assert browser(cast.nina).get("/cycles/99999/").status_code == 404


@pytest.mark.parametrize("page", ["start/", "end/", "go-on/"])
def test_writing_out_of_reach_is_not_found_and_changes_nothing(cast, patient, cycle, page):
    cast.olga.wards.set([cast.other_ward])
    reply = browser(cast.olga).post(f"/cycles/{cycle.pk}/{page}", {"reason": "test", "secret": SECRET})
    assert reply.status_code == 404
    assert Cycle.objects.get().state == "active"


ROLES = [
    ("nina", {"": 200, "live/": 200, "end/": 403, "go-on/": 403}),
    ("paul", {"": 200, "live/": 200, "end/": 403, "go-on/": 403}),
    ("ada", {"": 403, "live/": 403, "end/": 403, "go-on/": 403}),
    ("max", {"": 403, "live/": 403, "end/": 403, "go-on/": 403}),
    ("zoe", {"": 404, "live/": 404, "end/": 403, "go-on/": 403}),
]


@pytest.mark.parametrize(("who", "answers"), ROLES)
def test_each_role_opens_what_it_may(cast, patient, cycle, who, answers):
    client = browser(getattr(cast, who))
    assert {page: client.get(f"/cycles/{cycle.pk}/{page}").status_code for page in answers} == answers


def test_the_refresh_renews_band_and_body(cast, patient, cycle):
    full_round(cast, patient, systolic_bp="84")
    html = browser(cast.olga).get(f"/cycles/{cycle.pk}/live/").content.decode()
    for part in ("data-heard=", 'data-part="cycle-band"', 'data-part="cycle-doses"', 'data-part="cycle-decide"'):
        assert part in html
    assert "<html" not in html


def test_a_permanent_stop_is_said_wherever_the_patient_is(cast, patient, cycle):
    full_round(cast, patient, hepatic_failure="yes")
    words = words_of(cast, cycle)
    assert "DISCONTINUE" in words
    assert "Interleukin-2 is permanently stopped for this patient." in words
    assert "Hold dose" not in words
    assert "barred" in row_of(cast, cycle, 2)
    browser(cast.olga).post(f"/cycles/{cycle.pk}/end/", {"reason": "permanent stop"})
    assert "No interleukin-2 in this or any later course." in words_of(cast, cycle)


def test_the_number_of_queries_does_not_grow_with_the_doses(at, cast, patient, cycle):
    def cost():
        client = browser(cast.olga)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"/cycles/{cycle.pk}/").status_code == 200
        return len(queries)

    few = cost()
    for number in (1, 2, 3, 4):
        since = clock.now() - 8 * HOUR
        full_round(cast, patient, **(urine(600, since)))
        give(cast, cycle, number)
        at.shift(8 * HOUR)
    assert cost() <= few + 1 <= 18
