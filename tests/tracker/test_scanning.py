"""One picture of the camera in, the text of our code out; whatever else is sent is refused and leaves no trace."""

from __future__ import annotations

import struct
from datetime import timedelta

import pytest
import segno
import time_machine
import zxingcpp
from django.core.cache import cache
from django.test import Client
from PIL import Image, ImageFile

from tests.dosing.pages import browser
from tests.pictures import drawn, jpeg, seen
from tracker import clock
from tracker.errors import BadInput, TooLarge
from tracker.look.codes import code128_svg, qr_svg
from tracker.models import AuditEntry
from tracker.scanning import LARGEST_BYTES, read_code
from tracker.views.scan import PICTURES_AT_MOST, WITHIN_S
from tracker.wristband import wristband_code

OURS = wristband_code("4471-882")


def empty():
    return jpeg(Image.new("L", (320, 240), 128))


# --- reading ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("draw", [qr_svg, code128_svg])
@pytest.mark.parametrize("turned", [0, 4, 90, 176])
def test_our_own_printed_codes_are_read(draw, turned):
    paper = drawn(draw(OURS, label="x"))
    assert read_code(jpeg(seen(paper, turned=turned, size=(960, 720)))) == OURS


def test_letters_beyond_ascii_come_back():
    assert read_code(jpeg(seen(drawn(qr_svg(wristband_code("Ä-7"), label="x"))))) == wristband_code("Ä-7")


def test_a_picture_without_a_code_has_no_text():
    assert read_code(empty()) == ""


@pytest.mark.parametrize("other", ["DataMatrix", "Aztec", "PDF417", "Code39", "EAN13"])
def test_codes_of_other_kinds_are_not_read(other):
    text = "4006381333931" if other == "EAN13" else "IL2-4471"
    code = zxingcpp.create_barcode(text, getattr(zxingcpp.BarcodeFormat, other))
    paper = Image.fromarray(zxingcpp.write_barcode_to_image(code, scale=4)).convert("L")
    picture = jpeg(seen(paper, turned=0))
    assert zxingcpp.read_barcodes(seen(paper, turned=0))  # it can be read, by somebody who wants to
    assert read_code(picture) == ""


@pytest.mark.parametrize("text", ["x" * 81, "IL2.4471\x07.42", "IL2.\u202e4471.42"])
def test_a_text_that_no_wristband_carries_is_not_answered(text):
    paper = drawn(segno.make(text, micro=False, error="l").svg_inline(scale=4, border=4))
    assert read_code(jpeg(seen(paper, turned=0))) == ""


@pytest.mark.parametrize(
    "picture",
    [b"", b"x", b"\xff\xd8\xff", b"\xff\xd8" + b"\0" * 5000, b"<svg/>", jpeg(Image.new("L", (64, 64)))[:200]],
    ids=["nothing", "one byte", "only its beginning", "zeros", "text", "cut off"],
)
def test_garbage_is_no_picture(picture):
    with pytest.raises(BadInput) as refusal:
        read_code(picture)
    assert refusal.value.code == "not_a_picture"


@pytest.mark.parametrize("kind", ["PNG", "GIF", "BMP", "TIFF", "WEBP"])
def test_only_a_jpeg_is_opened(tmp_path, kind):
    Image.new("L", (320, 240), 128).save(tmp_path / "picture", kind)
    with pytest.raises(BadInput):
        read_code((tmp_path / "picture").read_bytes())


def with_size(picture, width, height):
    """The same file whose header lies about how large it is."""
    at = picture.index(b"\xff\xc0") + 5
    return picture[:at] + struct.pack(">HH", height, width) + picture[at + 4 :]


def many_scans():
    """A progressive file in which one harmless scan is repeated: small to send, endless to unpack."""
    picture = jpeg(Image.new("L", (1100, 1100), 128), progressive=True)
    first = picture.index(b"\xff\xda")
    again = picture.index(b"\xff\xda", first + 2)
    end = picture.index(b"\xff", again + 4)
    return picture[:end] + picture[again:end] * 3000 + b"\xff\xd9"


@pytest.mark.parametrize("size", [(2000, 2000), (10_000, 10_000), (65_000, 65_000)])
def test_a_bomb_is_refused_by_its_header(size, monkeypatch):
    monkeypatch.setattr(ImageFile.ImageFile, "load", lambda _: pytest.fail("it was unpacked"))
    with pytest.raises(TooLarge) as refusal:
        read_code(with_size(empty(), *size))
    assert refusal.value.extra == {"too_large": "pixels"}


def test_a_bomb_of_many_scans_is_refused_before_it_is_unpacked(monkeypatch):
    monkeypatch.setattr(ImageFile.ImageFile, "load", lambda _: pytest.fail("it was unpacked"))
    picture = many_scans()
    assert len(picture) < LARGEST_BYTES
    with pytest.raises(TooLarge) as refusal:
        read_code(picture)
    assert refusal.value.extra == {"too_large": "scans"}


# --- the address ------------------------------------------------------------------------------------------------------


@pytest.fixture
def nina(cast):
    cache.clear()
    return browser(cast.nina)


def send(client, picture, content_type="image/jpeg"):
    return client.post("/scan/", picture, content_type=content_type)


def test_the_answer_is_the_text_and_nothing_is_kept(cast, nina, django_assert_num_queries):
    entries = AuditEntry.objects.count()
    with django_assert_num_queries(2):  # the session and its person
        answer = send(nina, jpeg(seen(drawn(qr_svg(OURS, label="x")))))
    assert (answer.status_code, answer.json()) == (200, {"text": OURS})
    assert send(nina, empty()).json() == {"text": ""}
    assert AuditEntry.objects.count() == entries
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(("size", "code"), [(LARGEST_BYTES + 1, "picture_too_large"), (5_000_000, None)])
def test_too_much_is_refused(nina, size, code):
    answer = send(nina, empty() + b"\0" * (size - len(empty())))
    assert answer.status_code == 413
    assert code is None or answer.json()["code"] == code


def test_garbage_and_forms_are_refused(nina):
    assert send(nina, b"garbage").json()["code"] == "not_a_picture"
    assert send(nina, empty(), "application/octet-stream").status_code == 422
    assert nina.post("/scan/", {"picture": "x"}).status_code == 422
    assert nina.get("/scan/").status_code == 405


def test_only_who_gives_doses_may_ask(cast, nina):
    cache.clear()
    for other in (cast.olga, cast.paul, cast.ada, cast.max):
        assert send(browser(other), empty()).status_code == 403, other
    assert send(Client(), empty()).status_code == 302
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(cast.nina)
    assert send(strict, empty()).status_code == 403


def test_a_session_may_send_so_many_and_another_is_not_hindered(cast):
    cache.clear()
    with time_machine.travel(clock.now(), tick=False) as time:
        nina, noah = browser(cast.nina), browser(cast.noah)
        answers = [send(nina, b"x").status_code for _ in range(PICTURES_AT_MOST + 3)]
        assert answers.count(429) == 3 and answers[-1] == 429
        assert send(noah, empty()).status_code == 200
        time.shift(timedelta(seconds=WITHIN_S))
        assert send(nina, empty()).status_code == 200
