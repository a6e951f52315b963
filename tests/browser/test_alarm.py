"""The sound of an unanswered hold in a real Chromium: heard, heard again, silenced with a reason; if not, it says so.

What is heard is measured where it leaves for the loudspeaker: how often a tone began, and how loud it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import CHROMIUM
from tests.browser.own_ward import OwnWard
from tests.conftest import SECRET
from tests.live import LiveWard, wait_until

pytestmark = pytest.mark.browser

LISTEN = """
window.heard = { tones: 0, loudest: 0 };
const start = OscillatorNode.prototype.start;
OscillatorNode.prototype.start = function (...at) {
  heard.tones += this.context.state === "running";
  return start.apply(this, at);
};
const connect = AudioNode.prototype.connect;
AudioNode.prototype.connect = function (to, ...more) {
  if (to === this.context.destination && !(this instanceof ScriptProcessorNode)) {
    const ear = this.context.createScriptProcessor(1024, 1, 1);
    ear.onaudioprocess = (each) => {
      const wave = each.inputBuffer.getChannelData(0);
      heard.loudest = wave.reduce((loudest, strength) => Math.max(loudest, Math.abs(strength)), heard.loudest);
    };
    connect.call(this, ear);
    connect.call(ear, this.context.destination);
    window.ears = [...(window.ears || []), ear];
  }
  return connect.call(this, to, ...more);
};
"""
REFUSE = 'AudioContext.prototype.resume = () => Promise.reject(new Error("refused"));'
# As if half a minute had gone by since the last sound.
LATER = """() => {
  const sounded = JSON.parse(sessionStorage.getItem("ward-alarm"));
  for (const key of Object.keys(sounded)) sounded[key] -= 31000;
  sessionStorage.setItem("ward-alarm", JSON.stringify(sounded));
}"""
HOLD = """
patient = new_patient({family!r})
full_round(cast, patient)
cycle = running_cycle(cast, patient)
round_(cast, patient, systolic_bp="84")
answer(patient.pk)
"""
ANSWER = """
from alerts.actions.acknowledge_alert import acknowledge_alert
from alerts.models import Alert
for alert in Alert.objects.filter(patient={patient}).exclude(state__in=["acknowledged", "resolved"]):
    acknowledge_alert(by=as_(cast.noah), alert_id=alert.pk)
answer(1)
"""
STANDS = """
from alerts.models import Alert, SoundSilence
found = Alert.objects.get(patient={patient}, cause="L-CV-SBP")
silences = SoundSilence.objects.filter(user=cast.nina).order_by("id")
trail = AuditEntry.objects.filter(action="silence_sound", object_id__in=[each.pk for each in silences]).order_by("id")
answer([found.state, list(silences.values_list("reason", flat=True)), list(trail.values_list("reason", flat=True))])
"""


@pytest.fixture(scope="module")
def strict(browser: Browser) -> Iterator[Browser]:
    """A browser that plays nothing before a page was touched, as those on tablets."""
    policy = "--autoplay-policy=document-user-activation-required"
    launched = browser.browser_type.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", policy])
    yield launched
    launched.close()


@pytest.fixture
def own(ward: LiveWard, request: pytest.FixtureRequest) -> OwnWard:
    """A ward for each test: what another left unanswered would sound here too."""
    number = sum(ord(letter) * (place + 1) for place, letter in enumerate(request.node.name)) % 10_000
    return OwnWard(ward, f"AL{number}", "Alarm")


@pytest.fixture
def tablet(strict: Browser, own: OwnWard) -> Iterator[Callable[..., Page]]:
    """A page of somebody who has signed in, in a tab that nobody has touched yet."""
    context = strict.new_context(viewport={"width": 1024, "height": 768}, base_url=own.live.url, has_touch=True)
    context.set_default_timeout(30_000)

    def open_at(path: str, *, script: str = "") -> Page:
        first = context.new_page()
        first.goto("/sign-in/")
        first.get_by_label("Sign-in name").fill(own.one)
        first.get_by_label("Password").fill(SECRET)
        first.get_by_role("button", name="Sign in").click()
        first.wait_for_url(lambda url: "/sign-in/" not in url)
        first.close()
        page = context.new_page()
        page.add_init_script(LISTEN + script)
        page.goto(path)
        return page

    yield open_at
    context.close()


NO_SOUND = "document.querySelector('#alarm [data-alarm-off]')?.checkVisibility() === true"


def await_untouched(page: Page, condition: str = NO_SOUND) -> None:
    """Asked past the driver, whose own questions the browser takes for touches of the page."""
    session = page.context.new_cdp_session(page)
    asked = {"expression": condition, "returnByValue": True, "userGesture": False}
    wait_until(lambda: session.send("Runtime.evaluate", asked)["result"].get("value"), what=condition, every_s=0.1)
    session.detach()


def touch(page: Page) -> None:
    """Anywhere on the page."""
    page.touchscreen.tap(8, 700)


def asked(page: Page) -> None:
    """The page has asked once more what sounds, and has drawn the answer."""
    with page.expect_response("**/alerts/alarm/"):
        pass
    with page.expect_response("**/alerts/alarm/"):
        pass


def await_heard(page: Page, number: int) -> None:
    """So many tones began, and left for the loudspeaker."""
    wait_until(lambda: page.evaluate(f"heard.tones === {number} && heard.loudest > 0.1"), what="the tones", every_s=0.1)


def tones(page: Page) -> int:
    return page.evaluate("heard.tones")


@pytest.mark.parametrize("where", ["the board", pytest.param("the bedside", marks=pytest.mark.long)])
def test_an_unanswered_hold_is_heard_again_and_again_until_somebody_answers(own, tablet, where):
    patient = own.run(HOLD.format(family="Sonne"))
    page = tablet("/board/" if where == "the board" else f"/patients/{patient}/")
    bar = page.locator("#alarm")
    await_untouched(page, f"{NO_SOUND} && heard.tones === 0")
    touch(page)
    expect(bar).to_be_visible()
    await_heard(page, 3)
    for words in ("No sound: touch the page", "No sound here"):
        expect(bar.get_by_text(words)).to_be_hidden()
    asked(page)
    assert tones(page) == 3  # not with every question
    page.evaluate("heard.loudest = 0")
    page.evaluate(LATER)
    await_heard(page, 6)
    bar.locator("summary").tap()
    expect(bar).to_contain_text("systolic 84")
    own.run(ANSWER.format(patient=patient))
    expect(bar).to_be_hidden()
    page.evaluate(LATER)
    asked(page)
    assert tones(page) == 6


@pytest.mark.long
def test_the_sound_is_silenced_with_a_reason_that_is_on_record_and_the_alert_stands(own, tablet):
    patient = own.run(HOLD.format(family="Ruhe"))
    page = tablet("/board/")
    bar = page.locator("#alarm")
    await_untouched(page)
    touch(page)
    await_heard(page, 3)
    bar.locator("summary").tap()
    page.get_by_role("button", name="Silence 10 min").tap()  # without a reason it does not go
    assert own.run(STANDS.format(patient=patient))[1] == []
    page.locator("#alarm-reason").fill("I am at the bedside")
    page.get_by_role("button", name="Silence 10 min").tap()
    expect(page.locator("body")).to_contain_text("Silent for 10 minutes")
    touch(page)
    asked(page)
    expect(bar).to_be_hidden()
    assert tones(page) == 0  # of this page, which is a new one
    state, silences, audited = own.run(STANDS.format(patient=patient))
    assert state in ("raised", "notified", "escalated")
    assert silences == audited == ["I am at the bedside"]
    own.run(HOLD.format(family="Laut"))  # what comes afterwards sounds
    await_heard(page, 3)


def test_a_browser_that_plays_nothing_says_so(own, tablet):
    own.run(HOLD.format(family="Still"))
    page = tablet("/board/", script=REFUSE)
    bar = page.locator("#alarm")
    await_untouched(page)
    touch(page)
    expect(bar.get_by_text("No sound here")).to_be_visible()
    expect(bar.get_by_text("No sound: touch the page")).to_be_hidden()
    bar.locator("summary").tap()
    expect(bar.get_by_text("This browser plays no sound")).to_be_visible()
    assert tones(page) == 0 and bar.get_attribute("data-played") is None


@pytest.mark.long
def test_a_browser_without_any_sound_says_so(own, tablet):
    own.run(HOLD.format(family="Stumm"))
    page = tablet("/board/", script="delete window.AudioContext; delete window.webkitAudioContext;")
    await_untouched(page)
    touch(page)
    expect(page.locator("#alarm").get_by_text("No sound here")).to_be_visible()
