"""The camera reads the wristband that the product printed: the right one, another patient's, and none at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from dosing.bedside_checks import CHECKS
from tests.browser.conftest import CHROMIUM
from tests.browser.own_ward import OwnWard
from tests.conftest import SECRET
from tests.live import LiveWard
from tests.pictures import jpeg, seen

pytestmark = pytest.mark.browser

TABLET = {"width": 768, "height": 1024}
NOTHING = jpeg(Image.new("RGB", (1280, 720), "grey")) * 2
SEED = """
from tracker.wristband import wristband_code
meant, other = new_patient("Kamera", given="Klara"), new_patient("Nachbar", given="Nils")
full_round(cast, meant)
slot = running_cycle(cast, meant).slots.get(number=1)
bag_for_(slot)
answer({"patient": meant.pk, "other": other.pk, "slot": slot.pk, "number": meant.record_number,
        "code": wristband_code(meant.record_number), "other_number": other.record_number, "bed": cast.beds[0].label})
"""
LAST = """
entry = AuditEntry.objects.filter(action="check_bedside", object_id={slot}).order_by("id").last()
answer({{"outcome": entry.outcome, **entry.after}})
"""


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the camera sees; the file is read from its beginning each time somebody opens the camera."""
    path = tmp_path_factory.mktemp("camera") / "seen.mjpeg"
    path.write_bytes(NOTHING)
    return path


@pytest.fixture(scope="module")
def with_camera(browser: Browser, film: Path) -> Iterator[Browser]:
    """A browser that shows the film in place of a camera, and allows it."""
    camera = ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"]
    plain = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-quic"]
    started = browser.browser_type.launch(
        executable_path=CHROMIUM, args=[*plain, *camera, f"--use-file-for-fake-video-capture={film}"]
    )
    yield started
    started.close()


@pytest.fixture(scope="module")
def own(ward: LiveWard) -> OwnWard:
    return OwnWard(ward, "CA", "Camera")


@pytest.fixture(scope="module")
def klara(own: OwnWard) -> dict:
    """Klara Kamera, her dose 1, whose bag is ready, and her neighbour."""
    return own.run(SEED)


@pytest.fixture
def nurse(own: OwnWard) -> Iterator[Callable[..., Page]]:
    """A nurse of the ward in this browser."""
    contexts = []

    def open_in(browser: Browser, script: str = "") -> Page:
        contexts.append(browser.new_context(viewport=TABLET, base_url=own.live.url, has_touch=True))
        contexts[-1].set_default_timeout(30_000)
        contexts[-1].add_init_script(script)
        page = contexts[-1].new_page()
        page.goto("/sign-in/")
        page.get_by_label("Sign-in name").fill(own.one)
        page.get_by_label("Password").fill(SECRET)
        page.get_by_role("button", name="Sign in").tap()
        page.wait_for_url(lambda url: "/sign-in/" not in url)
        return page

    yield open_in
    for context in contexts:
        context.close()


def hold_before_camera(film: Path, page: Page, patient: int, mark: str) -> None:
    """The wristband as it comes out of the printer."""
    page.goto(f"/patients/{patient}/wristband/")
    page.emulate_media(media="print")
    paper = Image.open(BytesIO(page.locator(f".label svg{mark}").screenshot())).convert("L")
    page.emulate_media(media="screen")
    wide = 420 if paper.width == paper.height else 1000
    film.write_bytes(jpeg(seen(paper, size=(1280, 720), wide=wide).convert("RGB"), quality=85) * 2)


def scan(page: Page, slot: int) -> None:
    page.goto(f"/doses/{slot}/give/")
    page.get_by_role("button", name="Camera").tap()


def work_it_out(page: Page, own: OwnWard) -> None:
    for code in CHECKS:
        page.locator(f"#check_{code}").tap()
    page.locator("#witness").select_option(own.two)
    page.locator("#result").fill("42")
    page.locator("label.choice", has_text="million IU").tap()
    page.get_by_role("button", name="Compare and go on").tap()


def type_instead(page: Page, own: OwnWard, klara: dict) -> None:
    """Without a reason it is asked for; with one, the record says that nobody could scan."""
    expect(page.locator("#unable_to_scan")).to_be_focused()
    page.locator("#record_number").fill(klara["number"])
    page.locator("#birth_date").fill("1968-09-14")
    work_it_out(page, own)
    expect(page.get_by_role("alert")).to_contain_text("Typing instead of scanning needs a reason.")
    page.locator("#unable_to_scan").select_option("no_scanner")
    page.get_by_role("button", name="Compare and go on").tap()
    expect(page.locator("main")).to_contain_text("it agrees")
    kept = own.run(LAST.format(**klara))
    assert kept["outcome"] == "done"
    assert kept["identified"] == {"by": "record_number_and_birth_date", "unable_to_scan": "no_scanner"}


@pytest.mark.parametrize("mark", [".qr", ".code128"])
def test_the_own_wristband_identifies(with_camera, film, nurse, own, klara, mark):
    page = nurse(with_camera)
    hold_before_camera(film, page, klara["patient"], mark)
    scan(page, klara["slot"])
    expect(page.locator("#wristband-says")).to_have_text("Wristband read.")
    expect(page.locator("#wristband")).to_have_value(klara["code"])
    expect(page.locator("#wristband-view")).to_be_hidden()
    assert page.evaluate("document.getElementById('wristband-view').srcObject") is None  # the camera is off
    work_it_out(page, own)
    expect(page.locator("main")).to_contain_text("it agrees")
    kept = own.run(LAST.format(**klara))
    assert (kept["outcome"], kept["identified"]) == ("done", {"by": "wristband"})


def test_the_wristband_of_another_patient_is_refused_and_audited(with_camera, film, nurse, own, klara):
    page = nurse(with_camera)
    hold_before_camera(film, page, klara["other"], ".qr")
    scan(page, klara["slot"])
    expect(page.locator("#wristband-says")).to_have_text("Wristband read.")
    work_it_out(page, own)
    expect(page.locator("main")).to_contain_text("Stop: this is another patient")
    said = f"This wristband is not that of Kamera, Klara. It belongs to Nachbar, Nils, bed {klara['bed']}."
    expect(page.locator("main")).to_contain_text(said)
    expect(page.get_by_role("button", name="Start dose")).to_have_count(0)
    kept = own.run(LAST.format(**klara))
    assert (kept["outcome"], kept["code"], kept["read"]) == ("refused", "wrong_patient", klara["other_number"])


@pytest.mark.long
def test_the_camera_is_closed_by_hand(with_camera, film, nurse, klara):
    page = nurse(with_camera)
    film.write_bytes(NOTHING)
    scan(page, klara["slot"])
    expect(page.locator("#wristband-view")).to_be_visible()
    expect(page.locator("#wristband-says")).to_contain_text("Hold the wristband's code")
    page.get_by_role("button", name="Camera").tap()
    expect(page.locator("#wristband-view")).to_be_hidden()
    expect(page.locator("#wristband")).to_have_value("")


def test_without_a_camera_one_types_and_says_why(browser, nurse, own, klara):
    page = nurse(browser)
    scan(page, klara["slot"])
    expect(page.locator("#wristband-says")).to_have_text("This tablet has no camera. Type instead, and say why.")
    type_instead(page, own, klara)


@pytest.mark.long
def test_a_camera_that_is_refused_is_no_dead_end(with_camera, nurse, own, klara):
    refused = "navigator.mediaDevices.getUserMedia = async () => { throw new DOMException('no', 'NotAllowedError'); };"
    page = nurse(with_camera, refused)
    scan(page, klara["slot"])
    expect(page.locator("#wristband-says")).to_contain_text("This tablet does not allow the camera.")
    type_instead(page, own, klara)


@pytest.mark.long
def test_a_browser_that_reads_codes_itself_sends_no_picture(with_camera, nurse, klara):
    own_reader = """window.BarcodeDetector = class {
      static async getSupportedFormats() { return ["qr_code", "code_128"]; }
      async detect() { return [{ rawValue: "%s" }]; }
    };"""
    page = nurse(with_camera, own_reader % klara["code"])
    sent = []
    page.on("request", lambda request: sent.append(request.url) if request.url.endswith("/scan/") else None)
    scan(page, klara["slot"])
    expect(page.locator("#wristband")).to_have_value(klara["code"])
    assert sent == []


@pytest.mark.long
def test_without_network_the_picture_is_not_read_and_one_types(with_camera, film, nurse, klara):
    page = nurse(with_camera)
    film.write_bytes(NOTHING)
    page.goto(f"/doses/{klara['slot']}/give/")
    page.context.set_offline(True)
    page.get_by_role("button", name="Camera").tap()
    expect(page.locator("#wristband-says")).to_contain_text("No contact")
    expect(page.locator("#unable_to_scan")).to_be_focused()
