"""Notices go out at least once and are shown once; one that fails for good is told to the next in line."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
import time_machine
from django.core import mail

from alerts.actions.acknowledge_alert import acknowledge_alert
from alerts.actions.keep_contacts import add_contact, end_contact
from alerts.actions.review_chart import review_chart
from alerts.actions.settle_delivery import claim_delivery, delivery_went
from alerts.channels import SENDERS, Notice, NotSent
from alerts.channels.webhook import signature
from alerts.delivery_sweeps import deliver, due_deliveries
from alerts.escalation_sweeps import sweep_steps
from alerts.models import Alert, AppNotice, Delivery
from alerts.outbox import LEASE, MOST_TRIES, Channel, wait_after
from tests.people import admit, as_, full_round, round_, running_cycle
from tracker import clock
from tracker.audit.record import SYSTEM
from tracker.errors import BadInput, Conflict, NotAllowed
from tracker.models import AuditEntry

# Apprise looks for a module of Python that 3.13 drops, and does without it there.
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")


@pytest.fixture
def at():
    with time_machine.travel("2026-03-02T08:00:00Z", tick=False) as machine:
        yield machine


def hold(cast) -> Alert:
    patient = admit(cast)
    full_round(cast, patient)
    running_cycle(cast, patient)
    round_(cast, patient, systolic_bp="84")
    review_chart(by=SYSTEM, patient_id=patient.pk)
    sweep_steps()
    return Alert.objects.get(cause="L-CV-SBP")


def send_all() -> list[bool]:
    return [deliver(each) for each in due_deliveries()]


def contact(cast, channel="email", address="nina@hospital.example", **more):
    more = more or {"user_id": cast.nina.pk}
    return add_contact(by=as_(cast.max), channel=channel, address=address, **more)


@pytest.fixture
def receiver():
    """A hospital's gateway on the loopback; `answers` are the statuses that it gives, the last one for ever."""
    got: list[tuple[dict, bytes]] = []
    answers = [200]

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            got.append((dict(self.headers), self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(answers.pop(0) if len(answers) > 1 else answers[0])
            self.end_headers()

        def log_message(self, *args: object) -> None:
            """Quiet."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    server.got, server.answers = got, answers
    server.url = f"http://127.0.0.1:{server.server_port}/pager"
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def test_who_is_told_gets_a_mail_without_the_patients_name(cast, at):
    contact(cast)
    alert = hold(cast)
    assert send_all() == [True]
    (message,) = mail.outbox
    assert message.to == ["nina@hospital.example"]
    assert "systolic 84" in message.subject and "4 West" in message.subject
    said = message.subject + message.body
    assert not any(name in said for name in ("Almeida", "Teresa", "4471-882", "1968"))
    delivery = Delivery.objects.get()
    assert message.extra_headers["Message-ID"] == f"<{delivery.key}@il2-ward>"
    assert (delivery.state, delivery.alert, delivery.attempts) == ("delivered", alert, 1)
    assert AuditEntry.objects.filter(action="notice_delivered").count() == 1


def test_t26_the_outbox_is_written_with_the_state(cast, at, monkeypatch):
    """T26: either both are there, or neither."""
    contact(cast)
    monkeypatch.setattr("alerts.actions.take_step.hurry", lambda *a: None)
    monkeypatch.setattr("alerts.actions.take_step._move", lambda alert: 1 / 0)
    alert = hold(cast)
    assert (alert.state, Delivery.objects.count(), AppNotice.objects.count()) == ("raised", 0, 0)
    monkeypatch.undo()
    sweep_steps()
    alert.refresh_from_db()
    assert (alert.state, Delivery.objects.count(), AppNotice.objects.count()) == ("notified", 1, 2)


def test_t26_a_worker_killed_between_sending_and_saying_so_sends_again_with_the_same_key(cast, at):
    contact(cast)
    hold(cast)
    (pk,) = due_deliveries()
    taken = claim_delivery(by=SYSTEM, delivery_id=pk)
    assert taken is not None and due_deliveries() == []  # nobody else takes it meanwhile
    assert claim_delivery(by=SYSTEM, delivery_id=pk) is None
    at.shift(LEASE)
    assert send_all() == [True]
    assert mail.outbox[0].extra_headers["X-Ward-Notice"] == str(taken.key)
    assert delivery_went(by=SYSTEM, delivery_id=pk) is False  # the first worker comes back: it is settled once
    assert AuditEntry.objects.filter(action="notice_delivered").count() == 1


def test_a_notice_nobody_needs_any_more_is_not_sent_again(cast, at):
    contact(cast)
    alert = hold(cast)
    claim_delivery(by=SYSTEM, delivery_id=due_deliveries()[0])
    acknowledge_alert(by=as_(cast.nina), alert_id=alert.pk)
    at.shift(LEASE)
    assert send_all() == [False]
    assert (Delivery.objects.get().state, mail.outbox) == ("not_needed", [])


def test_a_webhook_is_signed_and_tried_again_until_it_is_taken(cast, at, receiver):
    receiver.answers[:] = [503, 200]
    contact(cast, "webhook", receiver.url, secret="0123456789abcdef", ward_id=cast.ward.pk)
    alert = hold(cast)
    assert send_all() == [False]
    assert send_all() == []  # not before its time
    at.shift(wait_after(1))
    assert send_all() == [True]
    (first, body), (second, again) = receiver.got
    expected = hmac.new(
        b"0123456789abcdef", second["X-Ward-Timestamp"].encode() + b"." + again, hashlib.sha256
    ).hexdigest()
    assert second["X-Ward-Signature"] == f"sha256={expected}"
    assert first["X-Ward-Notice"] == second["X-Ward-Notice"] == str(Delivery.objects.get().key)
    assert json.loads(body)["alert"] == alert.pk
    assert signature("0123456789abcdef", "1", again) != second["X-Ward-Signature"]


def test_a_pager_gateway_gets_it_through_apprise(cast, at, receiver):
    contact(cast, "apprise", receiver.url.replace("http://", "json://"), ward_id=cast.ward.pk)
    hold(cast)
    assert send_all() == [True]
    assert "systolic 84" in receiver.got[0][1].decode()


def test_failed_for_good_tells_the_next_in_line_at_once_and_the_administrator(cast, at, receiver):
    receiver.answers[:] = [500]
    contact(cast, "webhook", receiver.url, secret="0123456789abcdef", user_id=cast.nina.pk)
    alert = hold(cast)
    raised_at = clock.now()
    for attempt in range(1, MOST_TRIES + 1):
        assert send_all() == [False]
        if attempt < MOST_TRIES:
            at.shift(wait_after(attempt))
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.attempts, delivery.problem) == ("failed", MOST_TRIES, "the webhook answered 500")
    assert clock.now() - raised_at < timedelta(minutes=5)  # earlier than the next step was planned
    assert alert.events.last().kind == "undelivered"
    assert sweep_steps().caught_up == 2
    alert.refresh_from_db()
    assert alert.state == "escalated"
    system = Alert.objects.get(kind="system")
    assert (system.cause, system.state) == ("delivery-webhook", "notified")
    assert AuditEntry.objects.filter(action="notice_not_delivered").count() == 1


def test_a_channel_that_works_again_resolves_its_alert(cast, at, receiver):
    test_failed_for_good_tells_the_next_in_line_at_once_and_the_administrator(cast, at, receiver)
    receiver.answers[:] = [200]
    assert True in send_all()
    assert Alert.objects.get(kind="system").state == "resolved"


def test_a_sender_that_breaks_is_a_failure_like_any_other(cast, at, monkeypatch):
    contact(cast)
    hold(cast)
    monkeypatch.setitem(SENDERS, Channel.EMAIL, lambda notice: 1 / 0)
    assert send_all() == [False]
    assert Delivery.objects.get().problem == "ZeroDivisionError"


def test_the_same_address_gets_one_notice_for_a_step(cast, at):
    contact(cast)
    hold(cast)
    sweep_steps()
    assert Delivery.objects.count() == 1


def test_an_address_is_not_shown_by_a_fault():
    notice = Notice("k", "s", "w", "hold", 1, clock.now(), "smtp://user:secret@host", "secret")
    assert "secret" not in repr(notice)
    with pytest.raises(NotSent) as problem:
        SENDERS[Channel.APPRISE](notice)
    assert "secret" not in str(problem.value)


# --- addresses --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("channel", "address", "secret", "field"),
    [
        ("email", "nobody", "", "address"),
        ("webhook", "ftp://host/", "0123456789abcdef", "address"),
        ("webhook", "https://host/", "short", "secret"),
        ("apprise", "nonsense", "", "address"),
        ("pigeon", "coop", "", "channel"),
    ],
)
def test_an_address_that_cannot_work_is_refused(cast, channel, address, secret, field):
    with pytest.raises(BadInput) as refusal:
        contact(cast, channel, address, secret=secret, user_id=cast.nina.pk)
    assert refusal.value.field == field


def test_only_an_administrator_keeps_addresses_and_the_trail_has_none(cast):
    with pytest.raises(NotAllowed):
        add_contact(by=as_(cast.nina), channel="email", address="a@b.example", user_id=cast.nina.pk)
    made = contact(cast, "webhook", "https://user:pass@host.example/", secret="0123456789abcdef", ward_id=cast.ward.pk)
    entry = AuditEntry.objects.get(action="add_contact", outcome="done")
    assert entry.after == {"channel": "webhook", "person": "", "ward": "4W"}
    end_contact(by=as_(cast.max), contact_id=made.pk)
    with pytest.raises(Conflict):
        end_contact(by=as_(cast.max), contact_id=made.pk)
