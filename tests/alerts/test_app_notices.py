"""Whoever is told has it inside the product too: a row for each person and step, shown once by the first page."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import call_command
from django.test import Client

from alerts.actions.acknowledge_alert import acknowledge_alert
from alerts.actions.keep_contacts import add_contact
from alerts.actions.keep_rota import plan_turn
from alerts.actions.review_chart import review_chart
from alerts.channels import SENDERS
from alerts.delivery_sweeps import deliver, due_deliveries
from alerts.dwell import TOLD_TO_SHOWN, dwells
from alerts.escalation_sweeps import sweep_steps
from alerts.models import Alert, AppNotice, Delivery
from alerts.outbox import MOST_TRIES, Channel, wait_after
from tests.people import admit, as_, full_round, round_, running_cycle
from tracker import clock
from tracker.audit.record import SYSTEM

EIGHT = datetime(2026, 3, 2, 8, tzinfo=UTC)


@pytest.fixture
def at():
    with time_machine.travel(EIGHT, tick=False) as machine:
        yield machine


@pytest.fixture
def hold(cast, at):
    patient = admit(cast)
    full_round(cast, patient)
    running_cycle(cast, patient)
    round_(cast, patient, systolic_bp="84")
    review_chart(by=SYSTEM, patient_id=patient.pk)
    sweep_steps()
    return Alert.objects.get(cause="L-CV-SBP")


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def shown() -> dict[str, float | None]:
    rows = AppNotice.objects.order_by("id").values_list("user__username", "due_at", "shown_at")
    return {who: (then - due).total_seconds() if then else None for who, due, then in rows}


def proven() -> tuple[int, str]:
    out = StringIO()
    try:
        call_command("prove_alerts", "--from", "2026-03-02T07:00:00Z", "--to", clock.now().isoformat(), stdout=out)
    except SystemExit as ended:
        return ended.code, out.getvalue()
    return 0, out.getvalue()


PAGES = {
    "the board": "/board/",
    "the board's own refresh": "/board/cards/",
    "the list": "/alerts/",
    "the list's own refresh": "/alerts/rows/",
    "the bedside": "/alerts/patient/{patient}/",
}


@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES)
def test_the_first_page_that_draws_it_shows_it_to_that_person_alone(cast, hold, at, path):
    assert shown() == {"nina": None, "noah": None}
    at.shift(timedelta(seconds=7))
    nina, address = signed_in(cast.nina), path.format(patient=hold.patient_id)
    assert nina.get(address).status_code == 200
    assert shown() == {"nina": 7.0, "noah": None}
    at.shift(timedelta(seconds=7))
    nina.get("/alerts/")
    nina.get("/board/")
    assert shown() == {"nina": 7.0, "noah": None}  # once, however often it is drawn


def test_a_page_that_stays_as_it_was_shows_nothing_and_costs_no_write(cast, hold, at):
    nina = signed_in(cast.nina)
    version = nina.get("/board/cards/").headers["X-Version"]
    AppNotice.objects.update(shown_at=None)
    assert nina.get("/board/cards/", headers={"X-Version": version}).status_code == 204
    assert shown() == {"nina": None, "noah": None}


def test_every_step_is_a_notice_of_its_own(cast, hold, at):
    signed_in(cast.nina).get("/board/")
    at.shift(timedelta(minutes=5))
    sweep_steps()
    assert AppNotice.objects.filter(user=cast.nina).count() == 2
    version_changed = signed_in(cast.nina).get("/board/cards/")
    assert version_changed.status_code == 200
    assert not AppNotice.objects.filter(user=cast.nina, shown_at=None).exists()
    at.shift(timedelta(minutes=5))
    sweep_steps()
    assert AppNotice.objects.filter(user=cast.olga, shown_at=None).count() == 1


def test_who_was_not_told_has_nothing_to_be_shown(cast, hold):
    signed_in(cast.olga).get("/alerts/")
    signed_in(cast.zoe).get("/board/")
    assert shown() == {"nina": None, "noah": None}


def test_how_long_it_took_is_measured(cast, hold, at):
    at.shift(timedelta(seconds=12))
    signed_in(cast.noah).get("/board/")
    measured = {each.step: each.seconds for each in dwells(EIGHT, clock.now())}
    assert measured[TOLD_TO_SHOWN] == (12.0,)
    page = signed_in(cast.noah).get("/status/waiting-times/").content.decode()
    assert "From a person being told to the first page that showed it" in page and "12.0 s" in page


def test_the_proof_counts_them_and_finds_one_that_was_never_written(cast, hold, at):
    signed_in(cast.nina).get("/board/")
    at.shift(timedelta(minutes=1))
    status, said = proven()
    assert status == 0 and "2 notices inside the product: 1 shown, 1 not shown" in said
    at.shift(timedelta(minutes=4))
    sweep_steps()
    AppNotice.objects.filter(step__number=1)._raw_delete("default")
    status, said = proven()
    assert status == 1 and "1 step told people of whom no notice was written" in said


# --- a notice that does not get out -----------------------------------------------------------------------------------


def test_what_cannot_be_delivered_goes_to_the_stand_in_the_next_in_line_and_the_administrator(cast, at, monkeypatch):
    plan_turn(
        by=as_(cast.max), ward_id=cast.ward.pk, duty="nurse", user_id=cast.nina.pk, stand_in_id=cast.noah.pk,
        begins_at=EIGHT - timedelta(hours=1), ends_at=EIGHT + timedelta(hours=8),
    )  # fmt: skip
    for user in (cast.nina, cast.noah):
        address = f"{user.username}@hospital.example"
        add_contact(by=as_(cast.max), channel="email", address=address, user_id=user.pk)
    patient = admit(cast)
    full_round(cast, patient)
    running_cycle(cast, patient)
    round_(cast, patient, systolic_bp="84")
    review_chart(by=SYSTEM, patient_id=patient.pk)
    sweep_steps()
    hold = Alert.objects.get(cause="L-CV-SBP")
    assert [notice.user.username for notice in AppNotice.objects.all()] == ["nina"]
    with monkeypatch.context() as patch:
        patch.setitem(SENDERS, Channel.EMAIL, lambda notice: 1 / 0)
        for attempt in range(1, MOST_TRIES + 1):
            deliver(due_deliveries()[0])
            if attempt < MOST_TRIES:
                at.shift(wait_after(attempt))
    told = [(notice.user.username, notice.step.duty) for notice in AppNotice.objects.order_by("id")]
    assert told == [("nina", "nurse"), ("noah", "nurse")]
    assert hold.events.last().words == "email to Nina Nurse: not delivered after 6 tries. Told instead: Noah Nurse"
    second = Delivery.objects.get(contact__user=cast.noah)
    assert (second.state, second.step.duty) == ("to_deliver", "nurse")
    assert deliver(second.pk) is True  # the stand-in's address works
    sweep_steps()
    hold.refresh_from_db()
    assert hold.state == "escalated"  # the charge nurse was not waited for
    assert Alert.objects.filter(kind="system", cause="delivery-email").exists()
    for attempt in range(3):
        deliver(second.pk)
        assert AppNotice.objects.filter(step=second.step).count() == 2, attempt


def test_an_answered_alert_tells_no_stand_in(cast, at, hold, monkeypatch):
    add_contact(by=as_(cast.max), channel="email", address="olga@hospital.example", user_id=cast.olga.pk)
    at.shift(timedelta(minutes=10))
    sweep_steps()
    acknowledge_alert(by=as_(cast.olga), alert_id=hold.pk)
    before = AppNotice.objects.count()
    monkeypatch.setitem(SENDERS, Channel.EMAIL, lambda notice: 1 / 0)
    Delivery.objects.update(attempts=MOST_TRIES - 1)
    for pk in due_deliveries():
        deliver(pk)
    assert AppNotice.objects.count() == before
