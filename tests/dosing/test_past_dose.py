"""A dose given in a downtime: entered afterwards as a fact by two people, judged as of then and now, given once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from alerts.further_causes import further_causes
from alerts.states import AlertKind
from dosing.actions.enter_past_dose import enter_past_dose
from dosing.actions.give_dose import give_dose
from dosing.actions.lapse_slot import lapse_slot
from dosing.actions.strike_entry import strike_entry
from dosing.gather import facts_for
from dosing.models import DoseEvent, Slot
from dosing.permissions import cycles_with_facts
from tests.conftest import SECRET
from tests.dosing.pages import browser, prepared, text_of
from tests.people import admit, as_, full_round, round_, running_cycle, signed
from tracker import clock
from tracker.audit.record import SYSTEM
from tracker.errors import BadInput, Conflict, NotAllowed
from tracker.models import AuditEntry

START = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)  # 08:00 in Berlin


@pytest.fixture
def time():
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


@pytest.fixture
def patient(time, cast):
    patient = admit(cast)
    full_round(cast, patient)
    return patient


@pytest.fixture
def slot(cast, patient):
    return Slot.objects.get(cycle=running_cycle(cast, patient), number=1)


def enter(cast, slot, *, start=START + timedelta(minutes=5), witness=None, **more):
    arguments = {
        "started_at": start,
        "ended_at": start + timedelta(minutes=15),
        "reason": "network was down",
        "giver": signed(cast.nina),
        "witness": signed(witness or cast.noah),
        **more,
    }
    return enter_past_dose(by=as_(cast.nina), slot_id=slot.pk, **arguments)


def test_a_past_dose_is_given_from_its_start_on(cast, slot, time):
    time.shift(timedelta(hours=5))
    event = enter(cast, slot)
    slot.refresh_from_db()
    assert (slot.state, event.at, event.reason_code) == ("given", START + timedelta(minutes=5), "downtime")
    assert event.recorded_at == clock.now()
    assert event.checks["would_have_been_refused"] == "" and event.verdict == "proceed"
    assert DoseEvent.objects.get(kind="infusion_ended").at == event.at + timedelta(minutes=15)


def test_it_is_given_once_whatever_came_first(cast, slot, time):
    time.shift(timedelta(hours=1))
    enter(cast, slot)
    for again in (
        lambda: enter(cast, slot),
        lambda: give_dose(by=as_(cast.nina), slot_id=slot.pk, giver=signed(cast.nina), witness=signed(cast.noah)),
    ):
        with pytest.raises(Conflict) as refusal:
            again()
        assert refusal.value.code == "already_given"
    assert DoseEvent.objects.filter(kind="given").count() == 1


def test_a_dose_that_lapsed_meanwhile_was_given_all_the_same(cast, slot, time):
    time.shift(timedelta(hours=5))
    lapse_slot(by=SYSTEM, slot_id=slot.pk)
    event = enter(cast, slot)
    slot.refresh_from_db()
    assert slot.state == "given"
    strike_entry(by=as_(cast.nina), event_id=event.pk, reason="was dose 2", signer=signed(cast.nina),
                 witness=signed(cast.noah))  # fmt: skip
    slot.refresh_from_db()
    assert slot.state == "lapsed"


def test_what_is_charted_afterwards_counts_for_what_is_known_now(cast, patient, slot, time):
    time.shift(timedelta(hours=5))
    round_(cast, patient, at=START + timedelta(minutes=2), systolic_bp="82")
    event = enter(cast, slot)
    assert event.checks["as_known_then"]["verdict"] == "proceed"
    assert event.verdict == "hold"
    assert event.checks["would_have_been_refused"] == "held"
    entry = AuditEntry.objects.get(action="enter_past_dose", outcome="done")
    assert (entry.after["verdict_as_known_then"], entry.after["verdict_as_known_now"]) == ("proceed", "hold")
    assert entry.after["would_have_been_refused"] == "held"


def test_an_alert_tells_of_a_dose_that_would_have_been_held(cast, patient, slot, time):
    time.shift(timedelta(minutes=3))
    round_(cast, patient, systolic_bp="82")  # on record before the downtime
    time.shift(timedelta(hours=5))
    enter(cast, slot)
    cycle = cycles_with_facts().get(pk=slot.cycle_id)
    found = [cause for cause in further_causes(facts_for(cycle), clock.now(), UTC) if "downtime" in cause.headline]
    assert [cause.headline for cause in found] == [
        "Dose 1 was given at 07:05 in a downtime. By the rules it would have been: hold."
    ]
    assert found[0].kind is AlertKind.DECISION_CHANGED


def test_a_dose_too_early_is_said_to_be(cast, slot, time):
    time.shift(timedelta(hours=9))
    enter(cast, slot)
    second = Slot.objects.get(cycle=slot.cycle, number=2)
    event = enter(cast, second, start=START + timedelta(hours=4))
    assert event.checks["would_have_been_refused"] in ("schedule", "held")
    assert "too_early" in event.decision["refusals"]


@pytest.mark.parametrize(
    ("start", "end", "code"),
    [
        (timedelta(hours=2), timedelta(hours=2), "time_in_future"),
        (timedelta(minutes=30), timedelta(minutes=20), "end_before_start"),
        (timedelta(hours=-3), timedelta(hours=-2), "outside_cycle"),
        (None, timedelta(minutes=20), "missing_time"),
    ],
)
def test_impossible_times_are_refused(cast, slot, time, start, end, code):
    time.shift(timedelta(hours=1))
    with pytest.raises(BadInput) as refusal:
        enter(cast, slot, start=START, started_at=None if start is None else START + start, ended_at=START + end)
    assert refusal.value.code == code
    assert not DoseEvent.objects.filter(kind="given").exists()


def test_doses_are_entered_in_their_order(cast, slot, time):
    time.shift(timedelta(hours=10))
    enter(cast, slot, start=START + timedelta(hours=8))
    with pytest.raises(BadInput) as refusal:
        enter(cast, Slot.objects.get(cycle=slot.cycle, number=2), start=START + timedelta(hours=1))
    assert refusal.value.code == "wrong_order"


def test_two_people_and_a_reason(cast, slot, time):
    time.shift(timedelta(hours=1))
    with pytest.raises(NotAllowed):
        enter(cast, slot, witness=cast.nina)
    with pytest.raises(BadInput):
        enter(cast, slot, reason=" ")


def test_on_the_page_it_is_told_at_once(cast, patient, slot, time):
    time.shift(timedelta(hours=5))
    round_(cast, patient, at=START + timedelta(minutes=2), systolic_bp="82")
    nina = browser(cast.nina)
    form = {
        "number": "1", "started_at": "2026-03-02T08:05", "ended_at": "2026-03-02T08:20", "reason": "network was down",
        "secret": SECRET, "witness": "noah", "witness_secret": SECRET,
    }  # fmt: skip
    address = f"/cycles/{slot.cycle_id}/past-dose/"
    assert "Dose 1, ordered for" in text_of(nina.get(address))
    wrong = nina.post(address, {**form, "reason": "", "secret": "wrong"})
    assert wrong.status_code in (403, 422) and 'value="2026-03-02T08:05"' in wrong.content.decode()
    words = text_of(nina.post(address, form, follow=True))
    assert "Dose 1 is entered as given in a downtime." in words
    assert "By the rules it would have been held: tell the prescriber now." in words
    chart = text_of(nina.get(f"/patients/{patient.pk}/chart/"))
    assert "Dose 1 given in a downtime, entered afterwards" in chart and "It would have been held." in chart
    assert browser(cast.zoe).get(address).status_code == 404


@pytest.mark.parametrize(
    ("prepared_at", "start", "problem"),
    [
        (timedelta(minutes=-5), timedelta(minutes=5), ""),
        (timedelta(minutes=-47 * 60 - 40), timedelta(minutes=5), ""),  # its 48 h end with the infusion
        (timedelta(minutes=-47 * 60 - 40), timedelta(minutes=6), "bag_expired"),
        (timedelta(minutes=20), timedelta(minutes=5), "not_yet_prepared"),
        (None, timedelta(minutes=5), "no_bag"),
    ],
)
def test_the_bag_on_record_is_compared_with_the_start_and_refuses_nothing(
    cast, slot, time, prepared_at, start, problem
):
    if prepared_at is not None:
        with time_machine.travel(max(START, START + prepared_at), tick=False):
            prepared(slot, prepared_at=(START + prepared_at).isoformat())
    with time_machine.travel(START + timedelta(hours=5), tick=False):
        event = enter(cast, slot, start=START + start)
    assert event.checks["bag_problem"] == problem
    assert event.checks["bag"] == (slot.bags.get().pk if prepared_at is not None else None)
    assert AuditEntry.objects.get(action="enter_past_dose", outcome="done").after["bag_problem"] == problem


def test_an_expired_bag_is_told_on_the_page_and_stays_in_the_chart(cast, patient, slot, time):
    prepared(slot, prepared_at=(START - timedelta(hours=47, minutes=40)).isoformat())
    time.shift(timedelta(hours=5))
    nina = browser(cast.nina)
    form = {
        "number": "1", "started_at": "2026-03-02T08:30", "ended_at": "2026-03-02T08:45", "reason": "network was down",
        "secret": SECRET, "witness": "noah", "witness_secret": SECRET,
    }  # fmt: skip
    words = text_of(nina.post(f"/cycles/{slot.cycle_id}/past-dose/", form, follow=True))
    assert "Dose 1: The bag on record had expired" in words
    assert "Its bag had expired. network was down" in text_of(nina.get(f"/patients/{patient.pk}/chart/"))
