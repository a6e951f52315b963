"""A hospital publishes its own version of a rule set: three people, an instant, and running cycles that keep theirs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import DatabaseError, transaction

from dosing.actions.draft_version import draft_version
from dosing.actions.prescribe_cycle import prescribe_cycle
from dosing.actions.sign_version import sign_version, withdraw_version
from dosing.gather import assess_slot
from dosing.models import Cycle, RuleVersion, RuleVersionEvent
from dosing.permissions import cycles_with_facts
from dosing.published import in_force, keys_in_force, rule_set_named
from dosing.rules.facts import Counting
from tests.conftest import SECRET
from tests.dosing.pages import browser, text_of
from tests.people import admit, as_, full_round, hire, running_cycle, signed
from tracker import clock
from tracker.errors import BadInput, Conflict, NotAllowed, NotFound
from tracker.models import AuditEntry

MONDAY = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
BILIRUBIN = "C-GI-BILIRUBIN.relative_above"


@pytest.fixture
def time():
    with time_machine.travel(MONDAY, tick=False) as traveller:
        yield traveller


@pytest.fixture
def omar(time, cast):
    """A second prescriber."""
    return hire(cast, "omar", "Omar Oncologist", "oncologist")


def draft(cast, *, by=None, rule_set="consensus-2014", reason="our laboratory", start=None, **values):
    return draft_version(
        by=as_(by or cast.olga),
        rule_set=rule_set,
        values=values or {BILIRUBIN: "5"},
        reason=reason,
        effective_from=start,
    )


def sign(user, row):
    return sign_version(by=as_(user), key=str(row), signature=signed(user))


def publish(cast, omar, **more):
    row = draft(cast, **more)
    sign(omar, row)
    sign(cast.paul, row)
    return row


def key_of(rule_set="consensus-2014"):
    return keys_in_force(clock.now())[rule_set]


# --- who, and in which order ------------------------------------------------------------------------------------------


def test_a_draft_binds_nothing_until_a_second_prescriber_and_a_pharmacist_have_signed(cast, omar):
    row = draft(cast)
    assert (str(row), key_of()) == ("consensus-2014@1.1", "consensus-2014@1")
    sign(cast.paul, row)
    assert key_of() == "consensus-2014@1"
    sign(omar, row)
    assert key_of() == "consensus-2014@1.1"
    assert in_force(clock.now())["consensus-2014"].rule_set.thresholds == ((BILIRUBIN, 5),)


def test_nobody_signs_their_own_draft(cast, omar):
    row = draft(cast)
    with pytest.raises(NotAllowed) as refusal:
        sign(cast.olga, row)
    assert refusal.value.code == "own_draft"


def test_each_place_is_signed_once(cast, omar):
    row = draft(cast)
    sign(cast.paul, row)
    with pytest.raises(Conflict) as refusal:
        sign(cast.paul, row)
    assert refusal.value.code == "already_signed"
    sign(omar, row)
    with pytest.raises(Conflict) as refusal:
        sign(omar, row)
    assert refusal.value.code == "published"


@pytest.mark.parametrize("who", ["nina", "paul", "ada", "max"])
def test_only_a_prescriber_drafts(cast, omar, who):
    with pytest.raises(NotAllowed):
        draft(cast, by=getattr(cast, who))


@pytest.mark.parametrize("who", ["nina", "ada", "max"])
def test_only_prescribers_and_pharmacists_sign_and_withdraw(cast, omar, who):
    row = draft(cast)
    with pytest.raises(NotAllowed):
        sign(getattr(cast, who), row)
    with pytest.raises(NotAllowed):
        withdraw_version(by=as_(getattr(cast, who)), key=str(row), reason="no longer wanted")


def test_somebody_elses_signature_is_refused(cast, omar):
    row = draft(cast)
    with pytest.raises(NotAllowed) as refusal:
        sign_version(by=as_(cast.paul), key=str(row), signature=signed(omar))
    assert refusal.value.code == "not_own_signature"


def test_a_withdrawn_draft_is_never_in_force_and_stays_readable(cast, omar):
    row = draft(cast)
    sign(omar, row)
    withdraw_version(by=as_(cast.paul), key=str(row), reason="typing slip in the bilirubin")
    with pytest.raises(Conflict) as refusal:
        sign(cast.paul, row)
    assert refusal.value.code == "withdrawn"
    assert key_of() == "consensus-2014@1"
    assert rule_set_named("consensus-2014@1.1", clock.now()).thresholds == ((BILIRUBIN, 5),)


def test_what_is_published_cannot_be_withdrawn(cast, omar):
    row = publish(cast, omar)
    with pytest.raises(Conflict) as refusal:
        withdraw_version(by=as_(cast.olga), key=str(row), reason="second thoughts")
    assert refusal.value.code == "published"


# --- from when on -----------------------------------------------------------------------------------------------------


def test_it_is_in_force_from_its_instant_on(time, cast, omar):
    publish(cast, omar, start=MONDAY + timedelta(days=7))
    assert key_of() == "consensus-2014@1"
    time.move_to(MONDAY + timedelta(days=7) - timedelta(seconds=1))
    assert key_of() == "consensus-2014@1"
    time.move_to(MONDAY + timedelta(days=7))
    assert key_of() == "consensus-2014@1.1"


def test_never_before_its_last_signature(time, cast, omar):
    row = draft(cast)
    time.shift(timedelta(hours=5))
    sign(omar, row)
    time.shift(timedelta(hours=5))
    sign(cast.paul, row)
    published = in_force(clock.now())["consensus-2014"]
    assert published.from_then_on == MONDAY + timedelta(hours=10)


def test_the_newest_in_force_wins_and_the_old_one_stays_readable(time, cast, omar):
    publish(cast, omar)
    time.shift(timedelta(days=1))
    publish(cast, omar, **{BILIRUBIN: "6"})
    assert key_of() == "consensus-2014@1.2"
    assert rule_set_named("consensus-2014@1.1", clock.now()).thresholds == ((BILIRUBIN, 5),)
    assert rule_set_named("consensus-2014", clock.now()).key == "consensus-2014@1.2"
    assert rule_set_named("consensus-2014@1", clock.now()).thresholds == ()


def test_back_to_the_printed_numbers_is_a_version_too(time, cast, omar):
    publish(cast, omar)
    time.shift(timedelta(days=1))
    row = publish(cast, omar, **{BILIRUBIN: "7"})
    assert (str(row), row.thresholds, key_of()) == ("consensus-2014@1.2", {}, "consensus-2014@1.2")


@pytest.mark.parametrize("values", [{BILIRUBIN: "7"}, {BILIRUBIN: ""}])
def test_a_draft_that_changes_nothing_is_refused(cast, omar, values):
    with pytest.raises(Conflict) as refusal:
        draft(cast, **values)
    assert refusal.value.code == "nothing_changed"


@pytest.mark.parametrize(
    ("start", "code"),
    [
        ("2026-03-02T07:59:59Z", "in_the_past"),
        ("2027-06-01T08:00:00Z", "too_far_ahead"),
        ("2026-03-09T08:00:00", "naive_time"),
    ],
)
def test_an_instant_that_cannot_be(cast, omar, start, code):
    with pytest.raises(BadInput) as refusal:
        draft(cast, start=start)
    assert (refusal.value.code, refusal.value.field) == (code, "effective_from")


def test_a_draft_needs_a_reason_and_a_known_set(cast, omar):
    with pytest.raises(BadInput) as refusal:
        draft(cast, reason=" ")
    assert refusal.value.field == "reason"
    with pytest.raises(NotFound):
        draft(cast, rule_set="label-1998")


# --- what it binds ----------------------------------------------------------------------------------------------------


def test_a_new_cycle_is_bound_to_it_and_judged_by_it(cast, omar):
    publish(cast, omar)
    patient = admit(cast)
    cycle = running_cycle(cast, patient)
    assert cycle.rule_sets == ["label-2023@1", "consensus-2014@1.1"]
    full_round(cast, patient, bilirubin="6")
    found = assess_slot(cycles_with_facts().get(pk=cycle.pk), slot=1, at=clock.now())
    assert [(each.id, each.klass, each.rule_set) for each in found.findings] == [
        ("C-GI-BILIRUBIN", "relative", "consensus-2014@1.1")
    ]
    assert (found.verdict, found.findings[0].limit) == ("hold", "above 5")


def test_a_cycle_prescribed_before_keeps_its_own(cast, omar):
    patient = admit(cast)
    cycle = running_cycle(cast, patient)
    publish(cast, omar)
    full_round(cast, patient, bilirubin="6")
    kept = cycles_with_facts().get(pk=cycle.pk)
    assert kept.rule_sets == ["label-2023@1", "consensus-2014@1"]
    assert assess_slot(kept, slot=1, at=clock.now()).verdict == "proceed"


def test_the_label_made_stricter(cast, omar):
    publish(cast, omar, rule_set="label-2023", **{"L-CV-SBP.hold_below": "100"})
    patient = admit(cast)
    cycle = running_cycle(cast, patient)
    full_round(cast, patient, systolic_bp="95")
    found = assess_slot(cycles_with_facts().get(pk=cycle.pk), slot=1, at=clock.now())
    assert (found.verdict, [each.id for each in found.findings]) == ("hold", ["L-CV-SBP"])
    assert found.findings[0].release.startswith("Systolic 100 or more")


def test_counting_and_freshness_go_with_the_version(time, cast, omar):
    publish(cast, omar, hold_at="2", stop_at="4", max_age_vitals="60")
    patient = admit(cast)
    cycle = running_cycle(cast, patient)
    full_round(cast, patient, creatinine="2.6")
    now = assess_slot(cycles_with_facts().get(pk=cycle.pk), slot=1, at=clock.now())
    assert (now.verdict, [each.klass for each in now.findings]) == ("proceed", ["relative"])
    time.shift(timedelta(minutes=61))
    later = assess_slot(cycles_with_facts().get(pk=cycle.pk), slot=1, at=clock.now())
    assert (later.verdict, "systolic_bp" in later.missing) == ("incomplete", True)


def test_a_version_not_in_force_cannot_be_chosen(cast, omar):
    publish(cast, omar)
    draft(cast, **{BILIRUBIN: "6"})
    patient = admit(cast)
    for wanted in ("consensus-2014@1", "consensus-2014@1.2", "consensus-2014@1.9"):
        with pytest.raises(BadInput) as refusal:
            prescribe_cycle(
                by=as_(cast.olga),
                patient_id=patient.pk,
                dosing_weight_kg="70",
                first_dose_at=clock.now(),
                rule_sets=["label-2023", wanted],
            )
        assert (refusal.value.code, refusal.value.field) == ("not_in_force", "rule_sets")
    assert (
        running_cycle(cast, patient, rule_sets=["label-2023@1", "consensus-2014@1.1"]).amendments[0]["counting"] is None
    )


def test_what_a_cycle_carries_is_enough_to_judge_it(cast, omar):
    publish(cast, omar, **{BILIRUBIN: "5", "hold_at": "2", "stop_at": "5"})
    cycle = running_cycle(cast, admit(cast))
    assert cycle.amendments == [
        {
            "rule_set": "consensus-2014@1.1",
            "thresholds": {BILIRUBIN: "5"},
            "counting": {"hold_at": 2, "stop_at": 5},
            "max_age_min": None,
        }
    ]
    from dosing.gather import facts_for

    assert facts_for(cycles_with_facts().get(pk=cycle.pk)).plan.settings.counting == Counting(2, 5)


# --- the record -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("model", [RuleVersion, RuleVersionEvent])
def test_the_database_refuses_to_change_a_version(cast, omar, model):
    publish(cast, omar)
    row = model.objects.first()
    with pytest.raises(DatabaseError, match="insert-only"), transaction.atomic():
        model.objects.filter(pk=row.pk).update(reason="other")
    with pytest.raises(DatabaseError, match="insert-only"), transaction.atomic():
        model.objects.filter(pk=row.pk)._raw_delete("default")


def test_the_trail_tells_every_number_and_every_signature(cast, omar):
    publish(cast, omar)
    entries = AuditEntry.objects.filter(object_type="rule_version", outcome="done").order_by("id")
    assert [entry.action for entry in entries] == ["draft_version", "sign_version", "sign_version"]
    assert entries[0].after["thresholds"] == {BILIRUBIN: "5"}
    assert [entry.after["signed_as"] for entry in entries[1:]] == ["prescriber", "pharmacist"]
    assert [entry.after["published"] for entry in entries[1:]] == [False, True]


# --- the pages --------------------------------------------------------------------------------------------------------


def test_drafted_signed_and_read_on_the_pages(cast, omar):
    olga, second, paul = browser(cast.olga), browser(omar), browser(cast.paul)
    form = olga.get("/rules/consensus-2014/draft/")
    assert 'placeholder="7"' in form.content.decode() and "Printed 50,000." in text_of(form)
    drafted = olga.post("/rules/consensus-2014/draft/", {BILIRUBIN: "5", "reason": "our laboratory"}, follow=True)
    assert drafted.redirect_chain[-1][0] == "/rules/consensus-2014@1.1/"
    words = text_of(drafted)
    assert "Draft: waits for another prescriber and a pharmacist" in words
    assert "C-GI-BILIRUBIN: bilirubin, relative above 5 mg/dL, printed 7: stricter than printed" in words
    assert "Nobody signs their own draft." in words and "Sign this version" not in words
    assert "Sign this version" in text_of(second.get("/rules/consensus-2014@1.1/"))
    second.post("/rules/consensus-2014@1.1/sign/", {"secret": SECRET})
    wrong = paul.post("/rules/consensus-2014@1.1/sign/", {"secret": "no"})
    assert wrong.status_code == 403 and "The name or the password is wrong" in text_of(wrong)
    done = paul.post("/rules/consensus-2014@1.1/sign/", {"secret": SECRET}, follow=True)
    assert "in force" in text_of(done) and "Bilirubin above 5 mg/dL." in text_of(done)
    nurse = text_of(browser(cast.nina).get("/rules/consensus-2014/"))
    assert "The hospital's version consensus-2014@1.1" in nurse and "Draft a version" not in nurse
    assert "Bilirubin above 7 mg/dL." in text_of(browser(cast.nina).get("/rules/consensus-2014@1/"))
    assert "consensus-2014@1.1" in text_of(browser(cast.nina).get("/rules/"))


def test_a_looser_number_is_shown_as_looser(cast, omar):
    publish(cast, omar, **{BILIRUBIN: "9"})
    words = text_of(browser(cast.nina).get("/rules/consensus-2014/"))
    assert "relative above 9 mg/dL, printed 7: looser than printed" in words


def test_counting_and_ages_are_shown_beside_the_published_ones(cast, omar):
    publish(cast, omar, hold_at="2", stop_at="2", max_age_vitals="60")
    words = text_of(browser(cast.nina).get("/rules/consensus-2014/"))
    assert "Relative criteria that hold a dose: 2, published 1: looser" in words
    assert "Relative criteria that stop the cycle: 2, published 3: stricter" in words
    assert "60 min, usually 120: stricter" in words
    assert "printed 7" not in words
    cycle = running_cycle(cast, admit(cast), rule_sets=["label-2023"])
    assert cycle.amendments == []


def test_a_mistake_in_the_form_is_shown_beside_what_was_typed(cast, omar):
    page = browser(cast.olga).post("/rules/consensus-2014/draft/", {BILIRUBIN: "99", "reason": "our laboratory"})
    assert page.status_code == 422
    assert "a number with at most one decimal from 3 to 10 mg/dL" in text_of(page)
    assert 'value="99"' in page.content.decode()


def test_a_draft_is_withdrawn_on_its_page(cast, omar):
    row = draft(cast)
    done = browser(cast.paul).post(f"/rules/{row}/withdraw/", {"reason": "typing slip"}, follow=True)
    assert "Withdrawn before it was in force" in text_of(done)
    refused = browser(cast.paul).post(f"/rules/{row}/withdraw/", {"reason": "again"})
    assert refused.status_code == 409 and "This draft was withdrawn." in text_of(refused)


@pytest.mark.parametrize("path", ["label-1998/draft/", "standing/draft/", "consensus-2014@1.1/draft/"])
def test_only_a_shipped_set_can_be_drafted_on(cast, omar, path):
    assert browser(cast.olga).get(f"/rules/{path}").status_code == 404


def test_a_nurse_reaches_no_form(cast, omar):
    row = draft(cast)
    nina = browser(cast.nina)
    assert nina.get("/rules/consensus-2014/draft/").status_code == 403
    assert nina.post(f"/rules/{row}/sign/", {"secret": SECRET}).status_code == 403
    assert nina.post(f"/rules/{row}/withdraw/", {"reason": "no"}).status_code == 403


def test_the_prescription_and_the_cycle_name_the_version(cast, omar):
    publish(cast, omar)
    patient = admit(cast)
    olga = browser(cast.olga)
    preview = olga.post(
        f"/patients/{patient.pk}/prescribe/preview/",
        {"regimen": "hd-il2", "dosing_weight_kg": "70", "first_dose_at": "2026-03-02T09:00"},
    )
    assert "Consensus 2014, version 1.1" in text_of(preview)
    cycle = running_cycle(cast, patient)
    assert "Consensus 2014, version 1.1" in text_of(olga.get(f"/cycles/{cycle.pk}/"))
    assert Cycle.objects.get(pk=cycle.pk).rule_sets[1] == "consensus-2014@1.1"
