"""A patient who is off the ward: the board and the bedside say so, since when, why, and until when."""

from __future__ import annotations

from datetime import timedelta

from django.test import Client

from alerts.actions.end_pause import end_pause
from alerts.actions.pause_rounds import pause_rounds
from tests.people import admit, as_, full_round, running_cycle
from tracker import clock


def test_board_and_bedside_say_that_a_patient_is_away(cast):
    patient = admit(cast)
    full_round(cast, patient)
    running_cycle(cast, patient)
    browser = Client()
    browser.force_login(cast.nina)
    pages = ("/board/", f"/alerts/patient/{patient.pk}/")
    for path in pages:
        assert b"Off the ward" not in browser.get(path).content
    since = clock.now() - timedelta(minutes=2)
    pause_rounds(by=as_(cast.nina), patient_id=patient.pk, reason_code="ct", minutes=60, since=since, note="")
    for path in pages:
        assert "Off the ward since" in browser.get(path).content.decode()
        assert ", CT." in browser.get(path).content.decode()
    assert "Expected back by" in browser.get(pages[1]).content.decode()
    end_pause(by=as_(cast.nina), patient_id=patient.pk)
    for path in pages:
        assert b"Off the ward" not in browser.get(path).content
