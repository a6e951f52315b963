"""Rounds without network: queued, through a reload and a dead battery, sent once; the count is true at each step."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.tablet import Tablet, rounds, tablet
from tests.live import LiveWard, wait_until

pytestmark = pytest.mark.browser

ADMIT = """
from tests.people import *
from tests.conftest import Cast
from tracker.models import Bed, Stay, User, Ward
cast = cast_of_site()
taken = set(Stay.objects.values_list("bed_id", flat=True))
free = [n for n, bed in enumerate(cast.beds) if bed.pk not in taken]
bed = max(free, default=len(cast.beds))
if not free:
    cast.beds.append(Bed.objects.create(ward=cast.ward, label=f"{{bed + 1:02d}}"))
patient = admit(cast, mrn=f"9000-{{bed:03d}}", bed=bed, family="Offline{{}}".format(bed))
full_round(cast, patient, at=clock.now() - timedelta(minutes=40))
{more}
print(patient.pk)
"""


@pytest.fixture
def new_patient(ward: LiveWard) -> Callable[..., int]:
    """A patient of this test alone."""
    return lambda more="": int(ward.run_python(ADMIT.format(more=more)).splitlines()[-1])


@pytest.fixture
def new_tablet(browser: Browser, ward: LiveWard, tmp_path: Path) -> Iterator[Callable[..., Tablet]]:
    """Tablets with a memory of their own."""
    with ExitStack() as stack:
        made = []

        def make(ahead_ms: int = 0) -> Tablet:
            folder = tmp_path / f"tablet-{len(made)}"
            made.append(stack.enter_context(tablet(browser.browser_type, ward, folder, ahead_ms=ahead_ms)))
            return made[-1]

        yield make


def test_a_round_without_network_survives_reload_and_dead_battery_and_is_sent_once(ward, new_patient, new_tablet):
    patient = new_patient()
    nina = new_tablet()
    nina.sign_in("nina")
    nina.ready()
    before = len(rounds(ward, patient))

    nina.offline()
    nina.record(patient, heart_rate="97", spo2="93")
    nina.unsent(1)
    expect(nina.page.locator("main")).to_contain_text("kept on this tablet and not sent yet")
    expect(nina.page.locator("[data-lost-words]")).to_contain_text(re.compile(r"as of \d\d:\d\d, \d+ min old"))

    nina.page.reload()
    nina.unsent(1)
    nina.record(patient, heart_rate="99")
    nina.unsent(2)
    assert len(rounds(ward, patient)) == before

    nina.die()
    page = nina.start_again()
    nina.offline()
    page.goto(f"/patients/{patient}/")
    nina.unsent(2)

    nina.online()
    nina.sign_in("nina")  # a browser that was killed forgets a session that is a few seconds old
    nina.unsent(0)
    page.reload()
    nina.unsent(0)
    sent = [each["values"] for each in rounds(ward, patient)][before:]
    assert sorted(each["heart_rate"] for each in sent) == ["97", "99"]
    assert {"heart_rate": "97", "spo2": "93"} in sent


POISON = """async ([patient, user]) => {
  const id = crypto.randomUUID();
  const observed_at = new Date(Date.now() - 7200000).toISOString().slice(0, 16);
  const fields = { key: id, observed_at, heart_rate: "900", left_reason: "asleep" };
  const round = { id, user, patient: String(patient), fields };
  await window.wardQueue.add({ ...round, state: "waiting", problems: [], tries: 0, at: Date.now() });
}"""
FILL = """async ([patient, user]) => {
  const observed_at = document.querySelector("[data-seen]").value;
  for (let n = 0; n < 200; n += 1) {
    const id = crypto.randomUUID();
    const heart_rate = n % 40 === 7 ? "900" : String(60 + (n % 50));
    const fields = { key: id, observed_at, heart_rate, left_reason: "asleep" };
    const round = { id, user, patient: String(patient), fields };
    await window.wardQueue.add({ ...round, state: "waiting", problems: [], tries: 0, at: Date.now() });
  }
}"""


@pytest.mark.long
def test_t19_two_hundred_rounds_with_five_that_are_refused(ward, new_patient, new_tablet):
    patient = new_patient()
    nina = new_tablet()
    page = nina.sign_in("nina")
    nina.ready()
    before = len(rounds(ward, patient))
    nina.offline()
    page.goto(f"/patients/{patient}/round/")
    page.evaluate(FILL, [patient, page.locator("html").get_attribute("data-user")])
    page.goto("/unsent/")
    nina.unsent(200)

    nina.online()
    expect(page.locator("html")).to_have_attribute("data-unsent", "5", timeout=120_000)
    nina.unsent(5)
    assert {each["state"] for each in nina.queue()} == {"refused"}
    assert len(rounds(ward, patient)) == before + 195
    page.goto("/unsent/")
    expect(page.locator("[data-round]")).to_have_count(5)
    first = page.locator("[data-round]").first
    expect(first).to_contain_text("900")
    expect(first.locator("[data-problems] li")).not_to_have_count(0)

    first.get_by_role("button", name="Mend it").tap()
    page.wait_for_url("**/round/?mode=all")
    nina.unsent(4)
    expect(page.locator("#heart_rate")).to_have_value("900")
    page.locator("#heart_rate").fill("90")
    page.get_by_role("button", name="Save round").tap()
    page.wait_for_url(f"**/patients/{patient}/")
    nina.unsent(4)
    assert len(rounds(ward, patient)) == before + 196

    page.goto("/unsent/")
    first = page.locator("[data-round]").first
    first.get_by_role("button", name="Give it up").tap()
    expect(first).to_contain_text("Choose why")
    first.locator("[data-reason]").select_option("Values were wrong")
    first.get_by_role("button", name="Give it up").tap()
    nina.unsent(3)
    found = ward.run_python(
        "from tracker.models import AuditEntry; "
        "e = AuditEntry.objects.get(action='discard_unsent_round', outcome='done'); "
        "print(e.reason, '|', e.after['typed'])"
    )
    assert "Values were wrong" in found and "heart_rate=900" in found


@pytest.mark.long
def test_t20_the_same_queue_sent_twice_and_backwards_ends_the_same(ward, new_patient, new_tablet):
    patient = new_patient()
    nina = new_tablet()
    page = nina.sign_in("nina")
    nina.ready()
    before = len(rounds(ward, patient))
    nina.offline()
    for rate in ("71", "72", "73"):
        nina.record(patient, heart_rate=rate)
    nina.unsent(3)
    queued = nina.queue()
    nina.online()
    nina.go("/unsent/")
    nina.unsent(0)
    # As if no answer had come: all of it stands in the queue again, the last one first.
    page.evaluate("async (all) => { for (const each of all.reverse()) await window.wardQueue.change(each); }", queued)
    page.reload()
    nina.unsent(0)
    sent = [each["values"]["heart_rate"] for each in rounds(ward, patient)[before:]]
    assert sorted(sent) == ["71", "72", "73"]


def test_t16_a_clock_ten_minutes_ahead_is_said_and_corrected(ward, new_patient, new_tablet):
    patient = new_patient()
    nina = new_tablet(ahead_ms=600_000)
    page = nina.sign_in("nina")
    expect(page.locator(".skew")).to_contain_text("10 min ahead")
    nina.ready()
    before = len(rounds(ward, patient))
    nina.offline()
    nina.record(patient, heart_rate="88")
    expect(page.locator(".skew")).to_contain_text("10 min ahead")
    nina.unsent(1)
    nina.online()
    nina.go("/board/")
    nina.unsent(0)
    (sent,) = rounds(ward, patient)[before:]
    assert abs(datetime.fromisoformat(sent["at"]) - datetime.now(UTC)) < timedelta(minutes=3)
    told = ward.run_python(
        "from tracker.models import AuditEntry; "
        f"e = AuditEntry.objects.filter(action='record_round', patient_id={patient}).last(); "
        "print(e.after['tablet_ahead_s'], e.after['sent_later'], e.after['tablet_said'])"
    ).split()
    assert 590 <= int(told[0]) <= 610 and told[1] == "True"
    assert datetime.fromisoformat(told[2]) - datetime.now(UTC) > timedelta(minutes=7)


@pytest.mark.long
def test_the_network_is_cut_in_each_step_of_a_round_and_each_arrives_once(ward, new_patient, new_tablet):
    patient = new_patient()
    nina = new_tablet()
    page = nina.sign_in("nina")
    nina.ready()
    before = len(rounds(ward, patient))

    nina.offline()  # before typing
    nina.record(patient, heart_rate="71")
    nina.unsent(1)
    page.reload()
    nina.unsent(1)
    nina.online()
    nina.unsent(0)

    nina.go(f"/patients/{patient}/round/")
    page.locator("#heart_rate").fill("72")
    nina.offline()  # while typing
    page.locator("#spo2").fill("95")
    nina.save(patient)
    nina.unsent(1)
    nina.online()
    nina.unsent(0)

    nina.go(f"/patients/{patient}/round/")
    page.locator("#heart_rate").fill("73")
    nina.line.cut()  # at saving, and the browser does not know
    nina.save(patient)
    nina.unsent(1)
    nina.line.mend()
    nina.unsent(0)

    nina.go(f"/patients/{patient}/round/")
    page.locator("#heart_rate").fill("74")
    nina.line.deafen()  # it is saved, and the answer is lost
    nina.save(patient)
    nina.unsent(1)
    wait_until(lambda: len(rounds(ward, patient)) == before + 4, seconds=60, what="the round whose answer was lost")
    nina.line.mend()
    nina.unsent(0)

    nina.go(f"/patients/{patient}/round/")
    page.locator("#heart_rate").fill("75")
    nina.line.deafen()
    nina.save(patient)
    nina.unsent(1)
    nina.die()  # and the battery ends before it is sent again
    nina.start_again()
    nina.line.mend()
    nina.sign_in("nina")
    nina.unsent(0)
    sent = [each["values"]["heart_rate"] for each in rounds(ward, patient)[before:]]
    assert sorted(sent) == ["71", "72", "73", "74", "75"]


@pytest.mark.long
def test_t18_the_unsent_count_is_true_in_every_state(ward, new_patient, new_tablet):
    patient = new_patient()
    nina = new_tablet()
    page = nina.sign_in("nina")
    nina.ready()
    nina.unsent(0)
    expect(page.locator(".live-ok")).to_have_text("Live, all sent")
    before = len(rounds(ward, patient))

    nina.offline()
    nina.record(patient, heart_rate="81")
    nina.unsent(1)  # it waits
    nina.line.deafen()
    nina.context.set_offline(False)
    wait_until(lambda: len(rounds(ward, patient)) == before + 1, seconds=60, what="a round that arrives")
    nina.unsent(1)  # it arrived, and the tablet cannot know
    page.evaluate(POISON, [patient, page.locator("html").get_attribute("data-user")])
    page.reload()
    nina.unsent(2)
    nina.line.mend()
    nina.unsent(1)  # one was refused: it is not in the chart, so it counts
    assert nina.queue()[0]["state"] == "refused"

    nina.go("/board/")
    expect(page.locator(".live-ok")).to_have_text("Live, 1 not sent")
    page.locator("[data-menu] summary").last.tap()
    page.get_by_role("button", name="Sign out").tap()
    page.wait_for_url("**/sign-in/")
    expect(page.locator("html")).to_have_attribute("data-unsent", "1")  # nobody is signed in
    nina.sign_in("noah")
    nina.unsent(1)  # a colleague sees that it waits, and cannot send it
    page.goto("/unsent/")
    expect(page.locator("[data-round]")).to_contain_text("when its author signs in")
    nina.sign_in("nina")
    page.goto("/unsent/")
    page.locator("[data-reason]").select_option("Values were wrong")
    page.get_by_role("button", name="Give it up").tap()
    nina.unsent(0)
    assert len(rounds(ward, patient)) == before + 1


def test_giving_is_off_in_its_place_without_network(ward, new_patient, new_tablet):
    patient = new_patient("running_cycle(cast, patient)")
    slot = int(
        ward.run_python(
            f"from dosing.models import Slot; print(Slot.objects.get(cycle__patient={patient}, number=1).pk)"
        )
    )
    nina = new_tablet()
    page = nina.sign_in("nina")
    nina.ready()
    page.goto(f"/patients/{patient}/")
    give = page.locator(".give")
    expect(give.locator("a")).to_be_visible()
    nina.offline()
    expect(give.locator("a")).to_be_hidden()
    expect(give).to_contain_text("Giving is off: no contact.")
    page.reload()
    expect(give.locator("a")).to_be_hidden()
    expect(give).to_contain_text("Giving is off: no contact.")
    page.goto(f"/doses/{slot}/give/")
    expect(page.locator("h1")).to_have_text("No dose without network")


def test_the_next_person_cannot_open_the_pages_of_the_one_before(ward, new_patient, new_tablet):
    patient = new_patient()
    nina = new_tablet()
    page = nina.sign_in("nina")
    nina.ready()
    name = f"Offline{patient}"
    nina.offline()
    page.goto(f"/patients/{patient}/")
    name = page.locator("h1").first.inner_text()
    page.goto("/board/")
    page.locator("[data-menu] summary").last.tap()
    page.get_by_role("button", name="Sign out").tap()
    expect(page.locator("h1")).to_have_text("Signed out on this tablet")
    for path in (f"/patients/{patient}/", "/board/"):
        page.goto(path)
        expect(page.locator("body")).not_to_contain_text(name)
    nina.online()
    nina.go("/board/")
    page.wait_for_url("**/sign-in/**")  # the session was ended as soon as there was contact
    nina.sign_in("zoe")
    nina.ready()
    nina.offline()
    page.goto(f"/patients/{patient}/")
    expect(page.locator("body")).not_to_contain_text(name)
