"""The ward board as a page: what it shows of a real ward, what it costs, and who may see it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from alerts.board_queries import board_of
from dosing.actions.give_dose import give_dose
from dosing.actions.override_hold import override_hold
from dosing.models import Slot
from tests.people import admit, as_, full_round, running_cycle, signed
from tracker import clock
from tracker.models import Bed

MORNING = datetime(2026, 3, 4, 4, 42, tzinfo=UTC)  # 05:42 on the ward
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture
def frozen():
    with clock.telling(MORNING):
        yield MORNING


def fill(cast, beds: int) -> None:
    """That many beds with a running cycle; of three patients one is overridden, one has a dose, one is due."""
    have = len(cast.beds)
    cast.beds += Bed.objects.bulk_create([Bed(ward=cast.ward, label=f"{n:02d}") for n in range(have + 1, beds + 1)])
    for n in range(beds):
        patient = admit(cast, mrn=f"4471-{n:03d}", bed=n, family=f"Patient{n:02d}")
        cycle = running_cycle(cast, patient)
        full_round(cast, patient, systolic_bp="84" if n % 3 == 0 else "118")
        if n % 3 == 0:
            slot = Slot.objects.get(cycle=cycle, number=1)
            override_hold(by=as_(cast.olga), slot_id=slot.pk, reason="warm", signature=signed(cast.olga))
        if n % 3 == 1:
            give(cast, cycle, 1)


def give(cast, cycle, number: int):
    slot = Slot.objects.get(cycle=cycle, number=number)
    return give_dose(by=as_(cast.nina), slot_id=slot.pk, giver=signed(cast.nina), witness=signed(cast.noah))


def forget() -> None:
    """A worker that has just started."""
    from alerts import board_queries, judged
    from dosing import chart_rounds, gather

    for memory in (board_queries._boards, judged._kept, gather._gathered, chart_rounds._rounds):
        memory._kept.clear()
    cache.clear()


# --- what it costs ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("beds", [3, 12, 40])
def test_the_page_needs_ten_queries_at_most_however_many_beds(cast, client, frozen, beds):
    fill(cast, beds)
    client.force_login(cast.nina)
    forget()
    with CaptureQueriesContext(connection) as cold:
        page = client.get("/board/")
    assert page.content.decode().count("on the override of Olga Oncologist") == (beds + 2) // 3
    assert page.content.decode().count('data-key="card-') == beds
    assert len(cold) <= 10
    with CaptureQueriesContext(connection) as warm:
        client.get("/board/")
    assert len(warm) <= 6


def test_a_later_cycle_costs_no_more_than_ten_either(cast, client, frozen):
    from dosing.actions.end_cycle import end_cycle

    patient = admit(cast)
    first = running_cycle(cast, patient)
    full_round(cast, patient)
    give(cast, first, 1)
    end_cycle(by=as_(cast.olga), cycle_id=first.pk, reason="planned")
    with clock.telling(MORNING + timedelta(days=14)):
        running_cycle(cast, patient)
        client.force_login(cast.nina)
        forget()
        with CaptureQueriesContext(connection) as cold:
            page = client.get("/board/")
    assert "Almeida, Teresa" in page.content.decode()
    assert len(cold) <= 10


def test_nothing_new_is_answered_with_nothing_in_five_queries(cast, client, frozen):
    fill(cast, 3)
    client.force_login(cast.nina)
    first = client.get("/board/cards/")
    assert first.status_code == 200
    with CaptureQueriesContext(connection) as queries:
        again = client.get("/board/cards/", headers={"X-Version": first["X-Version"]})
    assert (again.status_code, again.content) == (204, b"")
    assert again["X-Heard"] == MORNING.isoformat()
    assert len(queries) <= 5


def test_a_new_round_shows_at_the_next_question(cast, client, frozen):
    patient = admit(cast)
    running_cycle(cast, patient)
    full_round(cast, patient)
    client.force_login(cast.nina)
    first = client.get("/board/cards/")
    assert "v-proceed" in first.content.decode()
    full_round(cast, patient, systolic_bp="84")
    second = client.get("/board/cards/", headers={"X-Version": first["X-Version"]})
    assert second.status_code == 200
    assert "v-hold" in second.content.decode()
    assert "below 90." in second.content.decode()


def test_time_alone_changes_the_verdict_within_fifteen_seconds(cast, client, frozen):
    patient = admit(cast)
    running_cycle(cast, patient, first=MORNING + timedelta(hours=6))
    full_round(cast, patient)
    client.force_login(cast.nina)
    with clock.telling(MORNING + timedelta(hours=2)):
        fresh = client.get("/board/cards/")
    assert "v-proceed" in fresh.content.decode()  # as old as the maximum is still fresh
    with clock.telling(MORNING + timedelta(hours=2, seconds=15)):
        stale = client.get("/board/cards/", headers={"X-Version": fresh["X-Version"]})
    assert "v-incomplete" in stale.content.decode()


# --- what it shows ----------------------------------------------------------------------------------------------------


def test_a_bed_shows_next_dose_count_reason_vitals_and_what_is_due(cast, client, frozen):
    patient = admit(cast, bed=6)
    cycle = running_cycle(cast, patient)
    full_round(cast, patient)
    give(cast, cycle, 1)
    with clock.telling(MORNING + timedelta(hours=7, minutes=30)):
        full_round(cast, patient, systolic_bp="84")
    with clock.telling(MORNING + timedelta(hours=7, minutes=42)):
        (needs, _) = board_of(cast.ward, [cast.ward], clock.now()).sections
    (card,) = needs.cards
    assert (card.bed, card.name, card.mrn, card.state) == ("07", "Almeida, Teresa", "4471-882", "hold")
    assert (card.countdown_text, card.countdown_note) == ("18 min", "to dose 2, 13:42")
    assert (card.given, card.planned, card.vitals_age_text) == (1, 14, "12 min")
    assert [cell.state for cell in card.cells[:3]] == ["given", "next", "to_come"]


def test_every_slot_edge_shows_its_dose_once_also_at_midnight(cast, client, frozen):
    """T03: a dose at exactly 00:00 or 24:00 falls between no two slots."""
    midnight = datetime(2026, 3, 4, 23, tzinfo=UTC)  # 24:00 of the 4th is 00:00 of the 5th on the ward
    patient = admit(cast)
    with clock.telling(midnight - timedelta(hours=16)):
        running_cycle(cast, patient)
    for instant, number in (
        (midnight - timedelta(minutes=1), 3),
        (midnight, 3),
        (midnight + timedelta(hours=2), 3),  # the last instant of its late window
        (midnight + timedelta(hours=2, seconds=15), 4),  # a board may be 15 s behind the clock
    ):
        with clock.telling(instant):
            sections = board_of(cast.ward, [cast.ward], instant).sections
        (card,) = sections[0].cards + sections[1].cards
        assert [cell.number for cell in card.cells] == list(range(1, 15))
        assert [cell.number for cell in card.cells if cell.state == "next"] == [number]
        assert [cell.number for cell in card.cells if cell.midnight_before][:2] == [3, 6]
    at_midnight = board_of(cast.ward, [cast.ward], midnight).sections[0].cards[0]
    assert (at_midnight.countdown_text, at_midnight.countdown_note) == ("0 min", "to dose 3, 00:00")


def test_an_override_that_covers_is_shown_with_its_signer(cast, client, frozen):
    patient = admit(cast)
    cycle = running_cycle(cast, patient)
    full_round(cast, patient, systolic_bp="84")
    slot = Slot.objects.get(cycle=cycle, number=1)
    override_hold(by=as_(cast.olga), slot_id=slot.pk, reason="warm", signature=signed(cast.olga))
    (card,) = board_of(cast.ward, [cast.ward], MORNING).sections[0].cards
    assert (card.state, card.due) == ("hold", "Due: give dose 1")
    assert card.reason_rest == "on the override of Olga Oncologist."
    full_round(cast, patient, systolic_bp="84", spo2="85")
    (card,) = board_of(cast.ward, [cast.ward], MORNING).sections[0].cards
    assert card.due != "Due: give dose 1"


def test_a_patient_without_a_cycle_is_listed_quietly_and_empty_beds_are_not(cast, client, frozen):
    admit(cast, bed=3, family="Quiet", given="Ann")
    client.force_login(cast.nina)
    page = client.get("/board/").content.decode()
    assert "Without a cycle" in page and "Quiet, Ann" in page
    assert "No one on IL-2 here." in page
    assert 'data-key="card-' not in page


def test_names_are_text_and_never_markup(cast, client, frozen):
    patient = admit(cast, family="<b>Bobby</b>")
    running_cycle(cast, patient)
    client.force_login(cast.nina)
    page = client.get("/board/").content.decode()
    assert "<b>Bobby" not in page and "&lt;b&gt;Bobby" in page


# --- who may see it ---------------------------------------------------------------------------------------------------


def test_a_nurse_of_another_ward_sees_nothing_of_this_one(cast, client, frozen):
    fill(cast, 2)
    client.force_login(cast.zoe)
    assert "Patient0" not in client.get("/board/").content.decode()
    assert client.get("/board/?ward=4W").status_code == 404
    assert client.get("/board/cards/?ward=4W").status_code == 404


def test_a_person_of_two_wards_chooses(cast, client, frozen):
    fill(cast, 1)
    cast.nina.wards.add(cast.other_ward)
    client.force_login(cast.nina)
    page = client.get("/board/").content.decode()
    assert "Patient00" in page and "5 North" in page
    other = client.get("/board/?ward=5N").content.decode()
    assert "Patient00" not in other
    assert 'hx-get="/board/cards/?ward=5N"' in other


@pytest.mark.parametrize(("who", "status"), [("nina", 200), ("olga", 200), ("paul", 200), ("ada", 403), ("max", 403)])
def test_who_may_open_the_board(cast, client, frozen, who, status):
    client.force_login(getattr(cast, who))
    assert client.get("/board/").status_code == status


def test_a_nurse_without_a_ward_sees_an_empty_board(cast, client, frozen):
    cast.nina.wards.clear()
    client.force_login(cast.nina)
    page = client.get("/board/").content.decode()
    assert "No one on IL-2 here." in page and 'hx-get="/board/cards/"' in page
    assert client.get("/board/cards/").status_code == 200
