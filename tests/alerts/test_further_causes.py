"""Critical values, doses lost or given past a finding, corrections, weight and labs: tables to be read aloud."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine

from alerts.actions.acknowledge_alert import acknowledge_alert
from alerts.actions.review_chart import review_chart
from alerts.causes import causes_at
from alerts.further_causes import further_causes
from alerts.models import Alert
from alerts.states import AlertKind
from alerts.sweeps import catch_up
from dosing.rules.facts import DoseEvent, EventKind
from tests.people import admit, as_, full_round, running_cycle
from tests.rules.journey import Journey, hour
from tracker.audit.record import SYSTEM

BERLIN = ZoneInfo("Europe/Berlin")
BOTH = ("label-2023", "consensus-2014")


def further(journey: Journey, at: object) -> dict:
    found = causes_at(journey.facts, hour(at), BERLIN)
    return {cause.key: cause for cause in further_causes(journey.facts, hour(at), BERLIN, causes=found)}


def well() -> Journey:
    return Journey(*BOTH).well("-0:30")


CRITICAL = {
    # the value at the limit is still no call; the value beyond it is one
    "temperature": (("40.0", {}), ("40.1", {})),
    "respiratory_rate": ((30, {}), (31, {})),
    "spo2": ((90, {"oxygen_flow": 5}), (89, {"oxygen_flow": 5})),
    "heart_rate": ((140, {}), (141, {})),
    "bicarbonate": ((20, {}), (19, {})),
    "magnesium": (("1.4", {}), ("1.39", {})),
    "phosphate": (("1.5", {}), ("1.49", {})),
    "potassium": ((3, {}), ("2.9", {})),
    "calcium": ((7, {}), ("6.9", {})),
    "platelets": ((20_000, {}), (19_999, {})),
    "hemoglobin": ((8, {}), ("7.9", {})),
}


def said(journey: Journey, at: object, code: str) -> bool:
    """A person is called about the value: by an alert of its own, or by the hold that rests on it."""
    holds = causes_at(journey.facts, hour(at), BERLIN)
    named = any(code in cause.finding.get("because", {}) for cause in holds)
    return named or f"critical-{code}" in further(journey, at)


@pytest.mark.parametrize("code", list(CRITICAL))
def test_a_value_beyond_the_list_calls_the_doctor(code):
    value, more = CRITICAL[code][1]
    assert said(well().chart("-0:10", **{code: value}, **more), 0, code)


@pytest.mark.parametrize("code", ["temperature", "respiratory_rate", "magnesium", "phosphate", "potassium", "calcium"])
def test_the_value_at_the_limit_does_not(code):
    value, more = CRITICAL[code][0]
    assert f"critical-{code}" not in further(well().chart("-0:10", **{code: value}, **more), 0)


def test_potassium_has_two_limits_and_the_sentence_says_which():
    found = further(well().chart("-0:10", potassium="5.6"), 0)["critical-potassium"]
    assert "Potassium 5.6\N{THIN SPACE}mmol/L" in found.headline and "above 5.5" in found.headline
    assert "order set" in found.source


def test_a_saturation_of_89_on_little_oxygen_is_not_on_the_list():
    assert "critical-spo2" not in further(well().chart("-0:10", spo2=89, oxygen_flow=4), 0)


def test_a_fast_pulse_with_fever_is_not_on_the_list():
    assert "critical-heart_rate" not in further(well().chart("-0:10", heart_rate=145, temperature="39.0"), 0)


def test_the_next_value_within_the_limit_ends_it():
    journey = well().chart("-0:10", potassium="2.8").chart("1:00", potassium="3.4")
    assert "critical-potassium" not in further(journey, 2)


def test_a_dose_about_to_lapse_is_graver_than_one_overdue():
    journey = well()
    kinds = {
        at: {cause.key: cause.kind.value for cause in causes_at(journey.facts, hour(at), BERLIN)}.get("overdue-1")
        for at in ("0:15", "0:16", "1:29", "1:30", "2:00")
    }
    assert kinds == {"0:15": None, "0:16": "dose_overdue", "1:29": "dose_overdue", "1:30": "dose_lapsing",
                     "2:00": "dose_lapsing"}  # fmt: skip


def test_a_lapsed_dose_is_told_for_a_day():
    assert "lapsed-1" not in further(well(), "2:00")
    assert further(well(), "2:01")["lapsed-1"].headline == (
        "Dose 1 lapsed at 11:00: it was not given, held or omitted."
    )
    assert "lapsed-1" not in further(well(), "26:01")


def test_an_override_that_was_used_is_told():
    journey = well().given(1, 0)
    facts = journey.facts
    signed = tuple(replace(each, overridden=each.kind is EventKind.GIVEN) for each in facts.events)
    found = further_causes(replace(facts, events=signed), hour("0:05"), BERLIN)
    assert [cause.key for cause in found] == ["override-1"]


def test_a_correction_after_which_a_dose_would_have_been_held():
    journey = well().given(1, 0)
    rounds = journey.facts.rounds
    wrong = replace(rounds[-1], retracted_at=hour("1:00"))
    right = replace(
        rounds[-1],
        id="corrected",
        known_at=hour("1:00"),
        order=99,
        values={**rounds[-1].values, "systolic_bp": replace(rounds[-1].values["systolic_bp"], value=84)},
    )
    facts = replace(journey.facts, rounds=(*rounds[:-1], wrong, right))
    keys = [cause.key for cause in further_causes(facts, hour("1:01"), BERLIN)]
    assert keys == ["changed-1"]
    assert [cause.key for cause in further_causes(facts, hour("0:59"), BERLIN)] == []


def test_a_correction_that_changes_nothing_is_no_cause():
    journey = well().given(1, 0)
    rounds = journey.facts.rounds
    again = replace(rounds[-1], id="again", known_at=hour("1:00"), order=99)
    facts = replace(journey.facts, rounds=(*rounds[:-1], replace(rounds[-1], retracted_at=hour("1:00")), again))
    assert further_causes(facts, hour("1:01"), BERLIN) == ()


# --- a dose that was kept from the patient, and the record was corrected since ----------------------------------------


def withheld(kind: EventKind, *, verdict: str = "hold", struck: bool = True, pressure: int = 84, event_at="0:05"):
    """Dose 1 was answered on a pressure of 84 of 08:50, which was struck at 10:00; a normal one stands beside it."""
    journey = well().chart("-0:10", systolic_bp=pressure)
    facts = journey.facts
    low = max(facts.rounds, key=lambda taken: taken.observed_at)
    rounds = tuple(
        replace(taken, retracted_at=hour("1:00")) if struck and taken is low else taken for taken in facts.rounds
    )
    event = DoseEvent(kind, hour(event_at), 1, verdict=verdict)
    return replace(facts, rounds=rounds, events=(*facts.events, event))


def noted(facts, at) -> dict[str, str]:
    found = further_causes(facts, hour(at), BERLIN)
    return {cause.key: cause.headline for cause in found if cause.kind is AlertKind.DECISION_CHANGED}


@pytest.mark.parametrize(("kind", "word"), [(EventKind.HELD, "held"), (EventKind.OMITTED, "omitted")])
def test_a_dose_held_on_a_value_that_was_struck(kind, word):
    facts = withheld(kind)
    assert noted(facts, "0:59") == {}
    assert noted(facts, "1:00") == {
        "withheld-1": f"Dose 1 was {word} at 09:05 on a value that has been struck since. By the record as it stands "
        "now it would have been: proceed."
    }
    assert noted(facts, "24:06") == {}  # what happened longer ago is read in the record


NOT_TOLD = {
    "nothing was struck": withheld(EventKind.HELD, struck=False),
    "a person omitted it for another reason": withheld(EventKind.OMITTED, verdict="proceed"),
    "held although the rules said proceed": withheld(EventKind.HELD, verdict="proceed", pressure=120),
    "refused, and the dose can still be given": withheld(EventKind.REFUSED),
}


@pytest.mark.parametrize("facts", NOT_TOLD.values(), ids=NOT_TOLD)
def test_what_is_no_changed_decision(facts):
    assert noted(facts, "1:30") == {}


def test_a_refused_dose_is_told_once_it_is_lost():
    facts = withheld(EventKind.REFUSED)
    (words,) = noted(facts, "2:01").values()
    assert words.startswith("Dose 1 was refused, and has lapsed since, at 09:05 on a value that has been struck since.")


def test_a_dose_that_another_finding_would_have_held_too_is_no_changed_decision():
    facts = withheld(EventKind.HELD)
    journey = well().chart("-0:12", creatinine="5.0")
    beside = tuple(replace(taken, id=f"beside-{taken.id}") for taken in journey.facts.rounds)
    assert noted(replace(facts, rounds=(*facts.rounds, *beside)), "1:30") == {}


def test_a_value_of_that_time_that_was_entered_later_is_told_in_its_own_words():
    """The pressure had been back to 120 in sinus rhythm before the hold, but was written down an hour after it."""
    facts = withheld(EventKind.HELD, struck=False)
    newest = max(facts.rounds, key=lambda taken: taken.observed_at)
    back = {"systolic_bp": 120, "rhythm": "sinus"}
    values = {**newest.values, **{code: replace(facts.rounds[0].values[code], value=back[code]) for code in back}}
    late = replace(newest, id="late", observed_at=hour("0:02"), known_at=hour("1:00"), order=99, values=values)
    (words,) = noted(replace(facts, rounds=(*facts.rounds, late)), "1:01").values()
    assert "was held at 09:05 before all values of that time were entered" in words


@pytest.mark.parametrize(("weight", "told"), [("76.9", False), (77, True), (80, True)])
def test_weight_from_ten_percent_over_the_dosing_weight(weight, told):
    assert ("weight-gain" in further(well().given(1, 0).chart("1:00", weight=weight), 2)) is told


def test_labs_are_due_once_a_day_from_the_first_dose_on():
    journey = Journey(*BOTH).well("-0:30").given(1, 0)
    assert "labs" not in further(journey, "23:29")
    late = {cause.key: cause for cause in further_causes(journey.facts, hour("23:31"), BERLIN)}
    assert "creatinine" in late["labs"].headline and late["labs"].cause_at == hour("23:30")


# --- with rows --------------------------------------------------------------------------------------------------------


def test_what_only_has_to_be_noted_is_over_with_the_answer_and_does_not_come_back(cast):
    with time_machine.travel("2026-03-02T08:00:00Z", tick=False) as at:
        patient = admit(cast)
        full_round(cast, patient)
        running_cycle(cast, patient)
        at.shift(timedelta(hours=2, minutes=1))
        catch_up(patient.pk)
        lapsed = Alert.objects.get(cause="lapsed-1")
        assert (lapsed.kind, lapsed.state) == ("dose_lapsed", "raised")
        acknowledge_alert(by=as_(cast.nina), alert_id=lapsed.pk)
        review_chart(by=SYSTEM, patient_id=patient.pk)
        lapsed.refresh_from_db()
        assert lapsed.state == "resolved"
        assert lapsed.events.last().words == "A person has taken note of it."
        for hours in (1, 5, 10):
            at.shift(timedelta(hours=hours))
            review_chart(by=SYSTEM, patient_id=patient.pk)
        assert Alert.objects.filter(cause="lapsed-1").count() == 1
