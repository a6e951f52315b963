"""A worker is nudged when the person has her answer, at once where nobody waits, and never before the commit."""

from __future__ import annotations

import pytest
from django.core.signals import request_finished, request_started

from tests.people import VITALS, admit
from tracker import clock, poke

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent(monkeypatch) -> list[tuple]:
    found: list[tuple] = []
    monkeypatch.setattr(poke, "_send", lambda task, ids: found.append((task, ids)))
    return found


def test_outside_a_request_it_is_sent_with_the_commit(sent, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        poke.nudge("a", 1)
        assert sent == []
    assert sent == [("a", (1,))]


def test_during_a_request_it_waits_until_the_answer_is_out(sent, django_capture_on_commit_callbacks):
    request_started.send(None)
    with django_capture_on_commit_callbacks(execute=True):
        poke.nudge("a", 1)
        poke.nudge("b", 2)
    assert sent == []
    request_finished.send(None)
    assert sent == [("a", (1,)), ("b", (2,))]
    request_finished.send(None)
    assert len(sent) == 2


def test_what_a_broken_request_left_is_sent_by_the_next(sent, django_capture_on_commit_callbacks):
    request_started.send(None)
    with django_capture_on_commit_callbacks(execute=True):
        poke.nudge("a", 1)
    request_started.send(None)
    assert sent == [("a", (1,))]
    request_finished.send(None)
    assert sent == [("a", (1,))]


def test_a_round_that_is_posted_nudges_once_it_is_answered(sent, cast, client, django_capture_on_commit_callbacks):
    patient = admit(cast)
    client.force_login(cast.nina)
    body = {"observed_at": clock.now().isoformat(), "values": VITALS}
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(f"/api/v1/patients/{patient.pk}/rounds/", body, content_type="application/json")
    assert answer.status_code == 201, answer.content
    assert (poke.CHART_CHANGED, (patient.pk,)) in sent
