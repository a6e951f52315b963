"""At night no page is a lamp: paper is dark on the screen too, and scanners still read the codes that are shown."""

from __future__ import annotations

from io import BytesIO

import pytest
import zxingcpp
from PIL import Image

pytestmark = pytest.mark.browser

BRIGHTEST = (0x5C + 0x81 + 0x99) / 3  # the look's brightest area at night; texts and marks may be brighter
MARKS_AT_MOST = 0.10


def bright_share(picture: Image.Image) -> float:
    """How much of a picture is brighter than an area may be."""
    counts = picture.convert("L").histogram()
    return sum(counts[round(BRIGHTEST) + 1 :]) / sum(counts)


@pytest.mark.parametrize("address", ["/downtime/", "/patients/{patient}/wristband/", "/patients/{patient}/", "/board/"])
def test_no_bright_area_at_night(sign_in, patient_id, address):
    page = sign_in("nina")
    page.context.add_cookies([{"name": "theme", "value": "night", "url": page.evaluate("location.origin")}])
    page.goto(address.format(patient=patient_id))
    picture = Image.open(BytesIO(page.screenshot()))
    assert bright_share(picture) < MARKS_AT_MOST
    if "wristband" in address:
        read = {each.format.name: each.text for each in zxingcpp.read_barcodes(picture.convert("L"))}
        assert set(read) == {"QRCode", "Code128"} and len(set(read.values())) == 1
