"""The hospital's alert settings: validated, signed by two, in force from an instant, never moving what was promised."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
import time_machine
from django.db import DatabaseError, transaction

from alerts import tasks
from alerts.actions.acknowledge_alert import acknowledge_alert
from alerts.actions.keep_policy import draft_policy, sign_policy, withdraw_policy
from alerts.escalation import ANSWER_LASTS_MIN, ROUTES, SOUNDS
from alerts.escalation_sweeps import sweep_answers, sweep_steps
from alerts.models import Alert, PolicyVersion, PolicyVersionEvent
from alerts.policy import BOUNDS, FRESH_MIN, SHIFT_MIN, SHIPPED_POLICY, policy_of
from alerts.policy_queries import policy_in_force
from alerts.policy_values import read_policy
from alerts.proof_queries import proofs
from tests.conftest import SECRET
from tests.dosing.pages import browser, text_of
from tests.people import admit, as_, full_round, round_, running_cycle, signed
from tests.proof.ward_day import go
from tracker import clock
from tracker.ctcae import numeric_grade
from tracker.errors import BadInput, Conflict, NotAllowed, NotFound, Several
from tracker.models import AuditEntry

EIGHT = datetime(2026, 3, 2, 8, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def at():
    with time_machine.travel(EIGHT, tick=False) as machine:
        yield machine


@pytest.fixture
def patient(cast, at):
    patient = admit(cast)
    full_round(cast, patient)
    running_cycle(cast, patient)
    return patient


def draft(cast, effective_from=None, by=None, **values):
    named = {name.replace("__", "."): value for name, value in values.items()}
    return draft_policy(
        by=as_(by or cast.olga), values=named, reason="our own ward's numbers", effective_from=effective_from
    )


def sign(cast, row, by=None):
    by = by or cast.paul
    return sign_policy(by=as_(by), version=row.pk, signature=signed(by))


def in_force(cast, effective_from=None, **values):
    row = draft(cast, effective_from, **values)
    sign(cast, row)
    return row


def sweep() -> None:
    tasks.sweep_reviews()
    tasks.sweep_time()


def standing() -> set[str]:
    return set(Alert.objects.exclude(state="resolved").values_list("cause", flat=True))


# --- the numbers ------------------------------------------------------------------------------------------------------


def test_a_draft_that_sets_nothing_is_what_ships():
    shipped = policy_of(1, read_policy({}))
    assert (dict(shipped.routes), dict(shipped.answers)) == (dict(ROUTES), dict(ANSWER_LASTS_MIN))
    assert set(shipped.limits) == set(SHIPPED_POLICY.limits)


@pytest.mark.parametrize("bound", BOUNDS.values(), ids=BOUNDS)
def test_every_number_takes_its_bounds_and_nothing_beyond(bound):
    unit = Fraction(1, 10**bound.decimals)
    assert bound.takes(bound.low) and bound.takes(bound.high)
    assert not bound.takes(bound.low - unit) and not bound.takes(bound.high + unit)
    assert not bound.takes((bound.low + bound.high) / 2 + unit / 3)
    assert bound.usual is None or bound.takes(bound.usual)


TERMS = {"potassium.high": "hyperkalemia", "potassium.low": "hypokalemia", "magnesium.low": "hypomagnesemia",
         "hemoglobin.low": "anemia", "temperature.high": "fever"}  # fmt: skip


@pytest.mark.parametrize(("name", "term"), TERMS.items(), ids=TERMS)
def test_no_limit_can_be_so_loose_that_a_severe_value_calls_nobody(name, term):
    """CTCAE 5.0 grade 3 begins no earlier than the loosest limit that a hospital may sign."""
    loosest = BOUNDS[name].high if name.endswith(".high") else BOUNDS[name].low
    step = Fraction(1, 100) if name.endswith(".high") else -Fraction(1, 100)
    assert numeric_grade(term, loosest) < 3 <= numeric_grade(term, loosest + step)


@pytest.mark.parametrize("kind", list(ROUTES))
def test_no_time_can_be_so_late_that_it_is_of_no_use(kind):
    latest = [BOUNDS[f"{kind.value}.{stage.duty.value}"].high for stage in ROUTES[kind][1:]]
    assert latest == [2 * stage.after_min for stage in ROUTES[kind][1:]]
    longest = BOUNDS[f"{kind.value}.answer"].high
    assert longest <= SHIFT_MIN and (kind not in SOUNDS or ANSWER_LASTS_MIN[kind] > FRESH_MIN or longest <= FRESH_MIN)


WRONG = [
    ("beyond where potassium is severe", {"potassium.high": "6.1"}, "potassium.high"),
    ("looser than the source where none begins later", {"spo2.low": "89"}, "spo2.low"),
    ("more decimals than a ward writes", {"potassium.high": "5.55"}, "potassium.high"),
    ("no number", {"potassium.high": "high"}, "potassium.high"),
    ("a comma for a point", {"potassium.high": "5,5"}, "potassium.high"),
    ("the oncologist before the charge nurse", {"hold.charge_nurse": "9", "hold.oncologist": "9"}, "hold.oncologist"),
    ("later than twice", {"hold.charge_nurse": "11"}, "hold.charge_nurse"),
    ("half a minute", {"hold.charge_nurse": "2.5"}, "hold.charge_nurse"),
    ("no time at all", {"hold.charge_nurse": "0"}, "hold.charge_nurse"),
    ("an answer that outlives the values", {"hold.answer": "121"}, "hold.answer"),
    ("a number that does not exist", {"hold.nurse": "3"}, "hold.nurse"),
]


@pytest.mark.parametrize(("typed", "field"), [row[1:] for row in WRONG], ids=[row[0] for row in WRONG])
def test_what_cannot_be_is_refused_by_its_name(typed, field):
    with pytest.raises(BadInput) as refusal:
        read_policy(typed)
    assert refusal.value.field == field and refusal.value.sentence


def test_all_that_is_wrong_is_said_at_once():
    with pytest.raises(Several) as refusal:
        read_policy({"potassium.high": "9", "hold.answer": "1"})
    assert {each.field for each in refusal.value.refusals} == {"potassium.high", "hold.answer"}


# --- drafted, signed, withdrawn ---------------------------------------------------------------------------------------


def test_a_draft_binds_nothing_until_the_second_person_has_signed(cast, at):
    row = draft(cast, potassium__high="5.8")
    assert policy_in_force(clock.now()) == SHIPPED_POLICY
    sign(cast, row)
    policy = policy_in_force(clock.now())
    assert policy.version == row.pk
    assert next(limit.high for limit in policy.limits if limit.code == "potassium") == Fraction("5.8")


def test_it_is_in_force_from_its_instant_and_never_before_its_signature(cast, at):
    later = in_force(cast, EIGHT + 30 * MINUTE, hold__answer="30")
    slow = draft(cast, EIGHT + MINUTE, hold__answer="45")
    at.shift(10 * MINUTE)
    sign(cast, slow)
    versions = {minutes: policy_in_force(EIGHT + minutes * MINUTE).version for minutes in (5, 9, 10, 29, 30, 99)}
    assert versions == {5: 0, 9: 0, 10: slow.pk, 29: slow.pk, 30: later.pk, 99: later.pk}


@pytest.mark.parametrize("who", ["olga", "nina", "max", "ada"])
def test_only_the_other_kind_signs(cast, at, who):
    row = draft(cast, potassium__high="5.8")
    with pytest.raises(NotAllowed):
        sign(cast, row, getattr(cast, who))
    assert policy_in_force(clock.now()) == SHIPPED_POLICY


def test_a_pharmacist_drafts_too_and_a_prescriber_signs(cast, at):
    row = draft(cast, by=cast.paul, potassium__high="5.8")
    with pytest.raises(NotAllowed):
        sign(cast, row, cast.paul)
    sign(cast, row, cast.olga)
    assert policy_in_force(clock.now()).version == row.pk


def test_what_is_signed_or_withdrawn_is_over(cast, at):
    one, two = draft(cast, potassium__high="5.8"), draft(cast, potassium__high="5.7")
    sign(cast, one)
    withdraw_policy(by=as_(cast.paul), version=two.pk, reason="not agreed")
    for row in (one, two):
        with pytest.raises(Conflict):
            sign(cast, row)
        with pytest.raises(Conflict):
            withdraw_policy(by=as_(cast.olga), version=row.pk, reason="too late")
    with pytest.raises(NotFound):
        sign_policy(by=as_(cast.paul), version=two.pk + 9, signature=signed(cast.paul))


def test_somebody_elses_signature_is_none(cast, at):
    row = draft(cast, potassium__high="5.8")
    with pytest.raises(NotAllowed) as refusal:
        sign_policy(by=as_(cast.olga), version=row.pk, signature=signed(cast.paul))
    assert refusal.value.code == "not_own_signature"


@pytest.mark.parametrize("start", ["2026-03-02T07:59:00Z", "2027-03-04T08:00:00Z"])
def test_it_begins_now_or_within_a_year(cast, at, start):
    with pytest.raises(BadInput) as refusal:
        draft(cast, start, potassium__high="5.8")
    assert refusal.value.field == "effective_from"


def test_a_draft_needs_a_reason_and_a_change(cast, at):
    with pytest.raises(BadInput):
        draft_policy(by=as_(cast.olga), values={"potassium.high": "5.8"}, reason=" ")
    with pytest.raises(Conflict) as refusal:
        draft(cast)
    assert refusal.value.code == "nothing_changed"
    assert PolicyVersion.objects.count() == 0


def test_the_auditor_reads_what_changed_and_who_signed(cast, at):
    row = in_force(cast, potassium__high="5.8", hold__answer="30")
    drafted = AuditEntry.objects.get(action="draft_alert_settings")
    assert (drafted.before["potassium.high"], drafted.after["potassium.high"]) == ("5.5", "5.8")
    assert (drafted.before["hold.answer"], drafted.after["hold.answer"]) == ("60", "30")
    assert "potassium.low" not in drafted.after and drafted.reason == "our own ward's numbers"
    entry = AuditEntry.objects.get(action="sign_alert_settings")
    assert (entry.actor, entry.object_id, entry.after["drafted_by"]) == ("Paul Pharmacist", row.pk, "Olga Oncologist")


@pytest.mark.parametrize("model", [PolicyVersion, PolicyVersionEvent])
def test_the_database_itself_keeps_every_version(cast, at, model):
    in_force(cast, potassium__high="5.8")
    with pytest.raises(DatabaseError, match="insert-only"), transaction.atomic():
        model.objects.update(reason="another")
    with pytest.raises(DatabaseError, match="insert-only"), transaction.atomic():
        model.objects.all()._raw_delete("default")


# --- what it does to alerts -------------------------------------------------------------------------------------------


def test_a_stricter_limit_raises_what_is_charted_already_and_a_looser_one_ends_it(cast, patient, at):
    round_(cast, patient, potassium="5.4")
    sweep()
    assert standing() == set()
    in_force(cast, potassium__high="5.3")
    sweep()
    assert standing() == {"critical-potassium"}
    alert = Alert.objects.get()
    assert "above 5.3" in alert.headline and alert.source == "This hospital's list of critical values"
    at.shift(MINUTE)
    in_force(cast, potassium__high="5.9")
    sweep()
    assert standing() == set()


def test_a_limit_that_begins_later_is_looked_at_in_its_minute(cast, patient, at):
    """Also when other looks came in between: the next look never passes the instant."""
    round_(cast, patient, potassium="5.4")
    in_force(cast, EIGHT + 7 * MINUTE, potassium__high="5.3")
    for minutes in (0, 2, 5, 6):
        at.move_to(EIGHT + minutes * MINUTE)
        sweep()
        assert standing() == set()
    at.move_to(EIGHT + 7 * MINUTE)
    sweep()
    assert standing() == {"critical-potassium"}


def test_a_value_that_ships_on_no_list_is_called_for_when_the_hospital_says_so(cast, patient, at):
    round_(cast, patient, sodium="124")
    in_force(cast, sodium__low="125")
    sweep()
    assert standing() == {"critical-sodium"}
    assert "Sodium 124\N{THIN SPACE}mmol/L" in Alert.objects.get().headline


def test_raised_alerts_keep_their_steps_and_new_ones_have_the_new(cast, patient, at):
    round_(cast, patient, systolic_bp="84")
    sweep()
    in_force(cast, hold__charge_nurse="2", hold__oncologist="3", critical_value__charge_nurse="1")
    round_(cast, patient, potassium="2.8")
    sweep()
    planned = {
        alert.cause: [(step.due_at - EIGHT) // MINUTE for step in alert.steps.order_by("number")]
        for alert in Alert.objects.all()
    }
    assert planned == {"L-CV-SBP": [0, 5, 10], "critical-potassium": [0, 1, 10]}


def test_the_repetition_is_frozen_too(cast, patient, at):
    in_force(cast, labs_overdue__charge_nurse="2", labs_overdue__oncologist="60", hold__charge_nurse="4")
    round_(cast, patient, systolic_bp="84")
    sweep()
    for _ in range(3):
        sweep_steps()
        at.shift(10 * MINUTE)
    sweep_steps()
    dues = [(step.due_at - EIGHT) // MINUTE for step in Alert.objects.get(cause="L-CV-SBP").steps.order_by("number")]
    assert dues == [0, 4, 10, 20, 30, 40]


def test_an_answer_counts_as_long_as_the_settings_of_its_moment_say(cast, patient, at):
    in_force(cast, hold__answer="20")
    round_(cast, patient, systolic_bp="84")
    sweep()
    alert = Alert.objects.get()
    acknowledge_alert(by=as_(cast.nina), alert_id=alert.pk)
    in_force(cast, hold__answer="90")
    at.shift(19 * MINUTE)
    assert sweep_answers().caught_up == 0
    at.shift(MINUTE)
    assert sweep_answers().caught_up == 1


def test_the_proof_judges_each_moment_by_the_settings_of_that_moment(cast, patient, at):
    round_(cast, patient, potassium="5.4")
    go(at, 10)
    in_force(cast, EIGHT + 20 * MINUTE, potassium__high="5.3")
    go(at, 20)
    in_force(cast, potassium__high="5.9")
    go(at, 20)

    def found() -> list[tuple[str, str]]:
        (proof,) = proofs(EIGHT - MINUTE, clock.now(), step=5 * MINUTE, within=MINUTE)
        assert proof.demanded == 2  # and dose 1 is overdue all the while
        return [(each.what, each.cause) for each in proof.discrepancies]

    assert found() == []
    Alert.objects.update(cause="critical-calcium")  # as if the right one had never been raised
    assert ("missing", "critical-potassium") in found()


def test_a_sweep_without_changes_is_as_cheap_with_many_versions(cast, patient, at, django_assert_num_queries):
    for number in range(5):
        in_force(cast, hold__answer=str(30 + number))
    sweep()
    with django_assert_num_queries(2):
        sweep()


# --- the pages --------------------------------------------------------------------------------------------------------


def typed(**changes) -> dict:
    values = {**read_policy({}), "reason": "our own ward's numbers"}
    return {**values, **{name.replace("__", "."): value for name, value in changes.items()}}


def test_everybody_reads_what_is_in_force_and_what_was_before(cast, at):
    first = in_force(cast, potassium__high="5.8")
    at.shift(MINUTE)
    in_force(cast, potassium__high="5.7")
    for who in ("nina", "olga", "paul", "ada", "max", "zoe"):
        page = browser(getattr(cast, who)).get("/alerts/settings/")
        words = text_of(page)
        assert page.status_code == 200 and "Potassium above: 5.7 mmol/L, was 5.8" in words
        assert "Draft a new version" in words or who not in ("olga", "paul")
    old = text_of(browser(cast.nina).get(f"/alerts/settings/?version={first.pk}"))
    assert f"Version {first.pk} Was in force" in old and "5.8 shipped 5.5" in old
    assert browser(cast.nina).get("/alerts/settings/?version=999").status_code == 404


def test_drafted_on_the_page_and_signed_there_by_the_second_person(cast, at):
    page = browser(cast.olga).post("/alerts/settings/draft/", typed(potassium__high="5.8"))
    row = PolicyVersion.objects.get()
    assert page.status_code == 302 and page["Location"] == f"/alerts/settings/?version={row.pk}"
    assert "waits for a second signature" in text_of(browser(cast.paul).get(page["Location"]))
    wrong = browser(cast.paul).post("/alerts/settings/sign/", {"version": row.pk, "secret": "wrong"})
    assert wrong.status_code == 403 and not PolicyVersionEvent.objects.exists()
    done = browser(cast.paul).post("/alerts/settings/sign/", {"version": row.pk, "secret": SECRET})
    assert done.status_code == 302 and policy_in_force(clock.now()).version == row.pk


def test_a_draft_that_cannot_be_keeps_what_was_typed(cast, at):
    page = browser(cast.olga).post("/alerts/settings/draft/", typed(potassium__high="9", hold__answer="20"))
    words = page.content.decode()
    assert page.status_code == 422 and 'href="#potassium.high"' in words
    assert 'name="hold.answer" value="20"' in words and 'name="potassium.high" value="9"' in words


def test_a_draft_is_withdrawn_on_the_page(cast, at):
    row = draft(cast, potassium__high="5.8")
    answer = browser(cast.paul).post("/alerts/settings/withdraw/", {"version": row.pk, "reason": "not agreed"})
    assert answer.status_code == 302
    assert "Withdrawn" in text_of(browser(cast.olga).get("/alerts/settings/"))


@pytest.mark.parametrize("path", ["draft/", "sign/", "withdraw/"])
def test_who_may_not_sign_changes_nothing(cast, at, path):
    row = draft(cast, potassium__high="5.8")
    for who in ("nina", "ada", "max"):
        answer = browser(getattr(cast, who)).post(f"/alerts/settings/{path}", typed(version=row.pk, secret=SECRET))
        assert answer.status_code == 403
    assert PolicyVersion.objects.count() == 1 and not PolicyVersionEvent.objects.exists()


def test_the_form_names_every_number_once(cast, at):
    page = browser(cast.olga).get("/alerts/settings/draft/").content.decode()
    assert {name: page.count(f'name="{name}"') for name in BOUNDS} == dict.fromkeys(BOUNDS, 1)
