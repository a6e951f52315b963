"""The demo ward fills an empty database through the actions, and shows what a ward can show."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.contrib.auth.hashers import check_password
from django.core.management import CommandError, call_command
from django.db import transaction

from dosing.demo.play import fill
from dosing.demo.site import DEMO_PASSWORD, demo_sign_ins, sign_in_lines
from dosing.demo.stories import ALMEIDA, BRANDT, ROSSI, STORIES
from dosing.gather import assess_slot, facts_for
from dosing.models import Cycle, DoseEvent, SiteSettings, Slot
from dosing.permissions import cycles_with_facts
from dosing.queries import given_count, infusing, next_number
from tracker import clock
from tracker.models import AuditEntry, Patient, Retraction, Round, RoundValue, Site, User

NOW = datetime(2026, 3, 4, 4, 42, 17, tzinfo=UTC)

# Name, next dose, verdict on it, doses given: what the ward shows at any moment at which it is filled.
SHOWN = {
    "Almeida": (9, "hold", 7),
    "Lindqvist": (6, "proceed", 5),
    "Okafor": (12, "incomplete", 9),
    "Nasser": (5, "proceed", 4),
    "Petrov": (10, "stop_cycle", 7),
    "Brandt": (3, "proceed", 2),
    "Kimura": (1, "incomplete", 0),
    "Nowak": (9, "discontinue", 7),
    "O'Brien": (7, "incomplete", 6),
    "Yilmaz": (13, "proceed", 10),
    "Bauer": (10, "stop_course", 7),
    "Mensah": (7, "hold", 6),
    "Rossi": (6, "hold", 3),
    "Dubois": (3, "proceed", 2),
}
# Each chart or dose row and the actions that may have written it, as (rows, actions).
WRITTEN = [
    (Round, ("record_round", "correct_round")),
    (Retraction, ("retract_round", "correct_round")),
    (Cycle, ("prescribe_cycle",)),
    (Patient, ("admit_patient",)),
    (SiteSettings, ("sign_settings",)),
    (User, ("create_user",)),
]


@pytest.fixture(scope="module")
def ward(django_db_setup, django_db_blocker):
    """The whole demo ward, filled once for this file and rolled back at its end."""
    with django_db_blocker.unblock(), transaction.atomic():
        with clock.telling(NOW):
            fill(now=NOW, seed=7)
            yield
        transaction.set_rollback(True)


def open_cycle(family_name: str) -> Cycle:
    return cycles_with_facts().exclude(state="ended").get(patient__family_name=family_name)


@pytest.mark.parametrize("family_name", SHOWN)
def test_each_patient_stands_where_the_story_says(ward, family_name):
    cycle = open_cycle(family_name)
    facts = facts_for(cycle)
    number = next_number(facts, NOW)
    assert (number, assess_slot(cycle, slot=number, at=NOW).verdict, given_count(facts)) == SHOWN[family_name]


def test_every_verdict_occurs(ward):
    assert {verdict for _, verdict, _ in SHOWN.values()} == {
        "proceed", "incomplete", "hold", "stop_cycle", "stop_course", "discontinue",
    }  # fmt: skip
    assert len(SHOWN) == len(STORIES) == Cycle.objects.exclude(state="ended").count()


def test_one_infusion_runs_one_dose_is_late_and_one_is_due_soon(ward):
    running = [each.patient.family_name for each in cycles_with_facts() if infusing(each, at=NOW)]
    assert running == ["Nasser"]
    due = {name: assess_slot(open_cycle(name), slot=SHOWN[name][0], at=NOW).planned_at - NOW for name in SHOWN}
    assert timedelta(minutes=-20) < due["Lindqvist"] < timedelta(0)
    assert timedelta(minutes=12) < due["Almeida"] <= timedelta(minutes=18)


def test_whatever_can_become_of_a_dose_occurs(ward):
    assert set(Slot.objects.values_list("state", flat=True)) == {"open", "given", "held", "omitted", "lapsed"}
    kinds = set(DoseEvent.objects.values_list("kind", flat=True))
    assert {"started", "given", "infusion_ended", "held", "omitted", "lapsed", "override", "ended"} <= kinds
    assert DoseEvent.objects.filter(kind="given", overridden=True).count() == 1


def test_the_override_was_signed_by_the_oncologist_and_the_dose_by_two_others(ward):
    given = DoseEvent.objects.get(kind="given", overridden=True)
    signed = DoseEvent.objects.get(kind="override")
    assert signed.slot_id == given.slot_id
    assert signed.by.role == "oncologist"
    assert given.by.role == "nurse" and given.witness != given.by


def test_a_second_cycle_follows_its_first_after_the_rest(ward):
    first, second = Cycle.objects.filter(patient__family_name="Rossi").order_by("id")
    assert (first.state, first.number, second.number, first.course_id) == ("ended", 1, 2, second.course_id)
    assert second.first_dose_at - first.first_dose_at >= timedelta(days=14)


def test_a_mistyped_round_was_corrected_and_a_stranger_s_round_struck(ward):
    assert RoundValue.objects.filter(round__corrects__isnull=False, code="temperature").exists()
    assert {each.reason for each in Retraction.objects.all()} == {
        "Typed 33.8 for 38.8",
        "Taken from the patient in bed 06",
    }


@pytest.mark.parametrize(("rows", "actions"), WRITTEN, ids=[rows.__name__ for rows, _ in WRITTEN])
def test_every_row_has_the_audit_entry_of_its_action(ward, rows, actions):
    entries = AuditEntry.objects.filter(action__in=actions, outcome="done").count()
    again = 1 if rows is Patient else 0  # one patient was admitted for both cycles
    assert rows.objects.count() == entries - again > 0


def test_each_dose_event_has_its_own_audit_entry(ward):
    actions = {
        "started": "start_cycle", "given": "give_dose", "infusion_ended": "end_infusion", "held": "hold_dose",
        "omitted": "omit_dose", "lapsed": "lapse_slot", "override": "override_hold", "ended": "end_cycle",
    }  # fmt: skip
    for kind, action in actions.items():
        events = DoseEvent.objects.filter(kind=kind).count()
        assert events == AuditEntry.objects.filter(action=action, outcome="done").count() > 0, kind


def test_nothing_is_recorded_in_the_future_or_by_nobody(ward):
    assert not AuditEntry.objects.filter(at__gt=NOW).exists()
    by_the_system = AuditEntry.objects.filter(actor_id=None).values_list("action", flat=True)
    assert set(by_the_system) == {"found_site", "create_user", "assign_wards", "lapse_slot"}


def test_everybody_printed_can_sign_in(ward):
    assert len(demo_sign_ins()) == User.objects.count() == 7
    for name, username, _, wards in demo_sign_ins():
        user = User.objects.get(username=username)
        assert (user.full_name, ", ".join(ward.name for ward in user.wards.all())) == (name, wards)
    secrets = set(User.objects.values_list("password", flat=True))
    assert len(secrets) == 1 and check_password(DEMO_PASSWORD, secrets.pop())
    assert DEMO_PASSWORD in sign_in_lines()[0]


def _filled(seed: int) -> list[tuple]:
    """What the charts of three patients say after a load that is then undone."""
    with transaction.atomic():
        fill(now=NOW, seed=seed, stories=(ALMEIDA, BRANDT, ROSSI))
        said = list(
            RoundValue.objects.order_by("id").values_list("round__observed_at", "code", "entered", "unit", "since")
        )
        said += DoseEvent.objects.order_by("id").values_list("at", "kind", "slot__number", "verdict", "reason")
        transaction.set_rollback(True)
    return said


def test_the_same_seed_and_moment_give_the_same_ward(db):
    assert _filled(7) == _filled(7)
    assert _filled(7) != _filled(8)


def simulate(*arguments: str) -> str:
    out = StringIO()
    call_command("simulate", *arguments, stdout=out)
    return out.getvalue()


def test_a_second_run_does_nothing(db, monkeypatch):
    monkeypatch.setattr("dosing.management.commands.simulate.fill", lambda **_: pytest.fail("filled twice"))
    Site.objects.create(id=1, name="Demo hospital", demo=True)
    assert "nothing was done" in simulate()
    assert not AuditEntry.objects.exists()


def test_a_real_hospital_is_refused(db):
    Site.objects.create(id=1, name="St. Mary", demo=False)
    with pytest.raises(CommandError, match="St. Mary, which is not a demo site"):
        simulate()
    assert not User.objects.exists()


def test_people_without_a_site_are_taken_for_a_real_hospital(db):
    User.objects.create(username="somebody", full_name="Some Body", role="nurse")
    with pytest.raises(CommandError, match="people in it but no demo site"):
        simulate("--live")
    assert not Site.objects.exists()


@pytest.mark.parametrize("speed", ["0", "0.5", "4000", "nan"])
def test_an_impossible_speed_is_refused(db, speed):
    with pytest.raises(CommandError, match="Expected 1 to 3600"):
        simulate("--live", "--speed", speed)
    assert not Site.objects.exists()
