"""Near a clock change every time of the round, of the giving and on paper carries its offset; paper has its day."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine

from dosing.models import DoseEvent, Slot
from dosing.states import Happened
from tests.dosing.pages import browser, checked, give, prepared, round_page, signatures, text_of
from tests.people import admit, full_round, running_cycle
from tracker.look.times import printed_text
from tracker.models import Round

SECOND_0230 = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)  # 02:30 in Berlin, for the second time that night
A_TIME = re.compile(r"(?<![+\u2212\d])(?<!Tue )(?:[01]\d|2[0-3]):[0-5]\d\b(?! [+\u2212]\d\d:\d\d)")


@pytest.fixture
def slot(cast):
    with time_machine.travel(SECOND_0230, tick=False) as time:
        patient = admit(cast)
        full_round(cast, patient, at=SECOND_0230 - timedelta(minutes=70))
        cycle = running_cycle(cast, patient)
        slot = Slot.objects.select_related("cycle__patient").get(cycle=cycle, number=1)
        slot.time = time
        prepared(slot)
        yield slot


def without_offset(response):
    """Where a time of these days has no offset; two days later none is needed. The bar's clock can only mean now."""
    bar = re.compile(r'<p class="now">.*?</p>', re.S)
    page = response.content.decode()
    response.content = bar.sub("", page).encode()
    words = text_of(response)
    return [words[max(found.start() - 40, 0) : found.end() + 10] for found in A_TIME.finditer(words)]


def test_t34_the_round_and_the_giving(cast, slot):
    nina = browser(cast.nina)
    round_page = nina.get(f"/patients/{slot.cycle.patient_id}/round/")
    assert "118 at 02:20 +02:00" in text_of(round_page)
    assert "first 02:30 (+02:00)" in text_of(round_page) and "second 02:30 (+01:00)" in text_of(round_page)
    assert all("02:30 (+0" in each for each in without_offset(round_page))  # the two answers, with theirs in brackets
    address = f"/doses/{slot.pk}/give/"
    assert without_offset(nina.get(address)) == []
    signing = nina.post(address, checked(slot, cast.noah, step="check"))
    assert "02:30 +01:00" in text_of(signing)
    assert without_offset(signing) == []
    assert without_offset(nina.get(f"/doses/{slot.pk}/bag/")) == []
    bedside = give(nina, slot.pk, cast.noah)
    assert "Dose 1 started at 02:30 +01:00, on time." in text_of(bedside)
    assert without_offset(nina.get(f"/doses/{slot.pk}/infusion-end/")) == []
    assert "Dose 2, ordered for 10:30 +01:00" in text_of(nina.get(f"/cycles/{slot.cycle_id}/past-dose/"))


def offered(response, field):
    """The choices of the page for this field, and which of them is made."""
    found = re.findall(rf'name="{field}_offset" value="([^"]+)"( checked)?', response.content.decode())
    return {offset: bool(made) for offset, made in found}


def test_t34_a_typed_start_in_the_hour_that_comes_twice_is_asked_for(cast, slot):
    nina, address = browser(cast.nina), f"/doses/{slot.pk}/give/"
    said = checked(slot, cast.noah, **signatures(cast.noah), started_at="2026-10-25T02:30")
    page = nina.post(address, said)
    assert page.status_code == 422 and offered(page, "started_at") == {"+02:00": False, "+01:00": False}
    words = text_of(page)
    assert "02:30 comes twice on that day" in words and "at +02:00 and again at +01:00" in words
    assert not DoseEvent.objects.filter(kind=Happened.GIVEN).exists()
    earlier = nina.post(address, {**said, "started_at_offset": "+02:00"})
    assert earlier.status_code == 422 and offered(earlier, "started_at") == {"+02:00": True, "+01:00": False}
    assert nina.post(address, {**said, "started_at_offset": "+01:00"}).status_code == 302
    assert DoseEvent.objects.get(kind=Happened.GIVEN).at == SECOND_0230


def test_t34_a_round_seen_in_that_hour_is_asked_for(cast, slot):
    nina = browser(cast.nina)
    said = round_page(nina, slot.cycle.patient_id, heart_rate="90", left_reason="asleep")
    page = nina.post(f"/patients/{slot.cycle.patient_id}/round/", said)
    assert page.status_code == 422 and offered(page, "observed_at") == {"+02:00": False, "+01:00": False}
    assert "02:30 comes twice" in text_of(page) and re.search(r"<details[^>]*data-menu open", page.content.decode())
    sent = nina.post(f"/patients/{slot.cycle.patient_id}/round/", {**said, "observed_at_offset": "+02:00"})
    assert sent.status_code == 302
    newest = Round.objects.order_by("-seq").first()
    assert newest.observed_at == SECOND_0230 - timedelta(hours=1)
    # Corrected: the time that was filled in is known, and stays what it was.
    address = f"/rounds/{newest.pk}/correct/"
    form = nina.get(address)
    assert offered(form, "observed_at") == {"+02:00": True, "+01:00": False}
    right = {
        "observed_at": "2026-10-25T02:30",
        "observed_at_offset": "+02:00",
        "heart_rate": "91",
        "reason": "mistyped",
    }
    assert nina.post(address, right).status_code == 302
    assert Round.objects.order_by("-seq").first().observed_at == SECOND_0230 - timedelta(hours=1)


def test_t34_what_the_page_filled_in_is_not_asked_again(cast, slot):
    page = browser(cast.nina).get(f"/patients/{slot.cycle.patient_id}/pause/")
    assert offered(page, "since") == {"+02:00": False, "+01:00": True}


def test_t34_the_oncologists_page_has_its_offsets(cast, slot):
    page = browser(cast.olga).get(f"/cycles/{slot.cycle_id}/")
    assert "first dose planned Sun 25 Oct 02:30 +01:00" in text_of(page)


def test_t34_a_label_is_read_on_another_day(cast, slot):
    words = text_of(browser(cast.nina).get(f"/doses/{slot.pk}/label/"))
    assert "planned Sun 25 Oct 2026, 02:30 +01:00" in words
    assert "Prepared Sun 25 Oct 2026, 02:30 +01:00" in words
    assert "Must have run in by Tue 27 Oct 2026, 02:30" in words


def test_far_from_a_clock_change_paper_has_its_day_without_an_offset():
    at = datetime(2026, 11, 24, 16, 49, tzinfo=UTC)
    assert printed_text(at, ZoneInfo("Europe/Berlin")) == "Tue 24 Nov 2026, 17:49"
