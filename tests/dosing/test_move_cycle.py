"""T09: a change of what binds a cycle moves only what has not happened. A prescriber signs it, with a reason."""

from __future__ import annotations

import ast
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from django.db import DatabaseError, transaction

import dosing
from dosing.actions.draft_version import draft_version
from dosing.actions.end_cycle import end_cycle
from dosing.actions.give_dose import give_dose
from dosing.actions.hold_dose import hold_dose
from dosing.actions.move_cycle import move_cycle
from dosing.actions.sign_version import sign_version
from dosing.gather import assess_slot, facts_for
from dosing.models import CycleMove, DoseEvent, Slot
from dosing.permissions import cycles_with_facts
from dosing.recall import recall
from dosing.schedule import planned_times, slot_state
from tests.conftest import SECRET
from tests.dosing.pages import browser, text_of
from tests.people import admit, as_, full_round, hire, running_cycle, sign_site, signed
from tracker import clock
from tracker.errors import BadInput, Conflict, NotAllowed, NotFound
from tracker.models import AuditEntry

MONDAY = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
BILIRUBIN = "C-GI-BILIRUBIN.relative_above"
HOUR = timedelta(hours=1)


@pytest.fixture
def time():
    with time_machine.travel(MONDAY, tick=False) as traveller:
        yield traveller


@pytest.fixture
def omar(time, cast):
    return hire(cast, "omar", "Omar Oncologist", "oncologist")


@pytest.fixture
def cycle(time, cast):
    return running_cycle(cast, admit(cast))


def publish(cast, omar, **values):
    row = draft_version(by=as_(cast.olga), rule_set="consensus-2014", values=values, reason="our laboratory")
    for signer in (omar, cast.paul):
        sign_version(by=as_(signer), key=str(row), signature=signed(signer))
    return str(row)


def move(cast, cycle, *, by=None, reason="the committee asked for it", **more):
    who = by or cast.olga
    return move_cycle(by=as_(who), cycle_id=cycle.pk, reason=reason, signature=signed(who), **more)


def fresh(cycle):
    return cycles_with_facts().get(pk=cycle.pk)


def give(cast, cycle, number):
    slot = Slot.objects.get(cycle=cycle, number=number)
    return give_dose(by=as_(cast.nina), slot_id=slot.pk, giver=signed(cast.nina), witness=signed(cast.noah))


def whole_round(cast, cycle, **changes):
    since = (clock.now() - 8 * HOUR).isoformat()
    full_round(cast, cycle.patient, urine_output={"value": "600", "from": since}, **changes)


def states(cycle):
    facts = facts_for(fresh(cycle))
    return [slot_state(facts.plan, facts.events, number, clock.now()).value for number in range(1, 15)]


# --- rules ------------------------------------------------------------------------------------------------------------


def test_a_moved_cycle_is_judged_by_the_new_version_from_then_on(cast, omar, cycle):
    whole_round(cast, cycle, bilirubin="6")
    assert assess_slot(fresh(cycle), slot=1, at=clock.now()).verdict == "proceed"
    key = publish(cast, omar, **{BILIRUBIN: "5"})
    assert assess_slot(fresh(cycle), slot=1, at=clock.now()).verdict == "proceed"  # running cycles keep theirs
    made = move(cast, cycle)
    moved = fresh(cycle)
    assert moved.rule_sets == ["label-2023@1", key]
    assert assess_slot(moved, slot=1, at=clock.now()).verdict == "hold"
    assert (made.before["rule_sets"], made.after["rule_sets"]) == (
        ["label-2023@1", "consensus-2014@1"],
        moved.rule_sets,
    )
    assert made.before["next_dose"] == {"dose": 1, "verdict": "proceed", "findings": []}
    assert made.after["next_dose"] == {"dose": 1, "verdict": "hold", "findings": ["C-GI-BILIRUBIN"]}


def test_decisions_before_the_move_stay_and_replay_as_they_were(time, cast, omar, cycle):
    whole_round(cast, cycle, bilirubin="6")
    give(cast, cycle, 1)
    publish(cast, omar, **{BILIRUBIN: "5"})
    move(cast, cycle)
    time.shift(8 * HOUR)
    whole_round(cast, cycle, bilirubin="6")
    with pytest.raises(Conflict):
        give(cast, cycle, 2)
    decided = DoseEvent.objects.filter(cycle=cycle, decision__isnull=False).select_related("slot", "by")
    assert [(each.verdict, each.decision["rule_sets"][1]) for each in decided] == [
        ("proceed", "consensus-2014@1"),
        ("hold", "consensus-2014@1.1"),
    ]
    assert [recall(fresh(cycle), each).differs for each in decided] == [(), ()]


def test_only_a_prescriber_of_the_ward_moves_a_cycle(cast, omar, cycle):
    publish(cast, omar, **{BILIRUBIN: "5"})
    for who in (cast.nina, cast.paul, cast.ada, cast.max):
        with pytest.raises(NotAllowed):
            move(cast, cycle, by=who)
    elsewhere = hire(cast, "edna", "Edna Elsewhere", "oncologist", cast.other_ward)
    with pytest.raises(NotFound):
        move(cast, cycle, by=elsewhere)
    with pytest.raises(NotAllowed):
        move_cycle(by=as_(cast.olga), cycle_id=cycle.pk, reason="because", signature=signed(omar))


def test_a_move_needs_a_reason_and_something_to_move(cast, omar, cycle):
    with pytest.raises(Conflict) as refusal:
        move(cast, cycle)
    assert refusal.value.code == "nothing_to_move"
    publish(cast, omar, **{BILIRUBIN: "5"})
    with pytest.raises(BadInput) as refusal:
        move(cast, cycle, reason="")
    assert refusal.value.code == "missing_reason"
    move(cast, cycle)
    with pytest.raises(Conflict):
        move(cast, cycle)


def test_an_ended_cycle_keeps_what_bound_it(cast, omar, cycle):
    end_cycle(by=as_(cast.olga), cycle_id=cycle.pk, reason="planned end")
    publish(cast, omar, **{BILIRUBIN: "5"})
    with pytest.raises(Conflict) as refusal:
        move(cast, cycle)
    assert refusal.value.code == "ended"


def test_the_move_is_on_the_trail_and_cannot_be_rewritten(cast, omar, cycle):
    publish(cast, omar, **{BILIRUBIN: "5"})
    made = move(cast, cycle)
    entry = AuditEntry.objects.get(action="move_cycle")
    assert entry.after["amendments"][0]["thresholds"] == {BILIRUBIN: "5"}
    assert entry.reason == "the committee asked for it"
    with pytest.raises(DatabaseError, match="insert-only"), transaction.atomic():
        CycleMove.objects.filter(pk=made.pk).update(reason="another")


# --- settings: T09 ----------------------------------------------------------------------------------------------------


def test_t09_new_settings_move_only_what_has_not_happened(time, cast, cycle):
    """Dose 1 given an hour late, dose 2 held, dose 3 lapsed; then the hospital goes from grid to shift, with a longer
    window. Nothing of the three changes, no dose becomes missed, and the doses to come keep their order."""
    time.shift(HOUR)
    whole_round(cast, cycle)
    give(cast, cycle, 1)
    time.move_to(MONDAY + 8 * HOUR)
    whole_round(cast, cycle)
    hold_dose(by=as_(cast.nina), slot_id=Slot.objects.get(cycle=cycle, number=2).pk, reason="chills")
    time.move_to(MONDAY + 18.5 * HOUR)
    assert states(cycle)[:4] == ["given", "held", "lapsed", "open"]
    sign_site(cast, late_dose_policy="shift", late_window_min=240)
    before = planned_times(facts_for(fresh(cycle)).plan, facts_for(fresh(cycle)).events)
    move(cast, cycle, with_settings=True)
    facts = facts_for(fresh(cycle))
    assert states(cycle)[:4] == ["given", "held", "lapsed", "open"]
    assert "lapsed" not in states(cycle)[3:]
    after = planned_times(facts.plan, facts.events)
    assert after[1] == before[1]
    assert [after[n] - before[n] for n in range(4, 15)] == [HOUR] * 11
    assert Slot.objects.get(cycle=cycle, number=3).state == "lapsed"


def test_t09_a_lost_dose_is_not_opened_again_by_a_longer_window(time, cast, cycle):
    time.shift(3 * HOUR)  # slot 1 was open for two hours
    assert states(cycle)[0] == "lapsed"
    sign_site(cast, late_window_min=300)
    move(cast, cycle, with_settings=True)
    assert states(cycle)[0] == "lapsed"
    assert "slot_lapsed" in assess_slot(fresh(cycle), slot=1, at=clock.now()).refusals
    assert DoseEvent.objects.get(slot__cycle=cycle, kind="lapsed").by is None


def test_t09_a_shorter_window_closes_only_what_is_open(time, cast, cycle):
    whole_round(cast, cycle)
    give(cast, cycle, 1)
    time.shift(9.5 * HOUR)
    assert states(cycle)[:3] == ["given", "open", "open"]
    sign_site(cast, late_window_min=60)
    move(cast, cycle, with_settings=True)
    assert states(cycle)[:3] == ["given", "lapsed", "open"]


def test_a_cycle_can_be_moved_without_its_settings(cast, omar, cycle):
    kept = cycle.settings_id
    sign_site(cast, late_window_min=60)
    publish(cast, omar, **{BILIRUBIN: "5"})
    move(cast, cycle)
    assert fresh(cycle).settings_id == kept


def test_two_moves_remember_every_lost_dose_once(time, cast, cycle):
    time.shift(3 * HOUR)
    sign_site(cast, late_window_min=300)
    move(cast, cycle, with_settings=True)
    time.shift(10.5 * HOUR)
    sign_site(cast, late_window_min=480)
    move(cast, cycle, with_settings=True)
    assert [number for number, _ in fresh(cycle).prior["lost"]] == [1, 2]
    assert states(cycle)[:3] == ["lapsed", "lapsed", "open"]


# --- pages ------------------------------------------------------------------------------------------------------------


def test_the_page_shows_what_follows_before_it_is_signed(cast, omar, cycle):
    whole_round(cast, cycle, bilirubin="6")
    key = publish(cast, omar, **{BILIRUBIN: "5", "stop_at": "4"})
    sign_site(cast, late_window_min=60)
    olga = browser(cast.olga)
    page = text_of(olga.get(f"/cycles/{cycle.pk}/move/"))
    assert "Consensus 2014, version 1 becomes Consensus 2014, version 1.1." in page
    assert "C-GI-BILIRUBIN: bilirubin, relative above 5 mg/dL, printed 7: stricter than printed" in page
    assert "Relative criteria that stop the cycle: 4, published 3: looser" in page
    assert "Label 9/2023, version 1 stays." in page
    assert "Dose 1 now: proceed. After the move: hold (C-GI-BILIRUBIN)." in page
    assert "How late a dose may still start: 60 min, was 120 min" in page
    wrong = olga.post(f"/cycles/{cycle.pk}/move/", {"reason": "committee", "secret": "no"})
    assert wrong.status_code == 403 and "committee" in wrong.content.decode()
    done = olga.post(
        f"/cycles/{cycle.pk}/move/", {"reason": "committee", "secret": SECRET, "with_settings": "on"}, follow=True
    )
    words = text_of(done)
    assert "Moved. What had happened stays as it was." in words
    assert f"became label-2023@1, {key} with settings" in words and "Reason: committee" in words
    assert "Consensus 2014, version 1.1" in words


def test_nobody_else_reaches_the_page(cast, cycle):
    assert browser(cast.nina).get(f"/cycles/{cycle.pk}/move/").status_code == 403
    assert browser(cast.zoe).get(f"/cycles/{cycle.pk}/move/").status_code == 403


# --- nothing else writes it -------------------------------------------------------------------------------------------

BINDING = {"rule_sets", "amendments", "settings", "settings_id"}
WRITERS = {"touch", "update", "bulk_update", "update_or_create"}


def writes(path):
    """Calls in this file that could change what binds a cycle."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            named = {keyword.arg for keyword in node.keywords}
            if name in WRITERS and (named & BINDING or (name == "touch" and None in named)):
                yield f"{path.name}:{node.lineno}"


def test_only_a_move_changes_what_binds_a_cycle():
    root = Path(dosing.__file__).parent
    found = {each for path in root.rglob("*.py") if "migrations" not in path.parts for each in writes(path)}
    assert {each.partition(":")[0] for each in found} == {"move_cycle.py"}
