"""Reads the code of a wristband from one picture of a tablet's camera. Nothing is stored: a picture in, a text out."""

from __future__ import annotations

from io import BytesIO

from PIL import Image, UnidentifiedImageError
from zxingcpp import BarcodeFormat, TextMode, read_barcodes

from .errors import BadInput, TooLarge

LARGEST_BYTES = 200_000  # a grey picture of 960 x 720 is about 60 kB
LARGEST_PIXELS = 1_400_000  # asked of the header, before a pixel is unpacked
MOST_SCANS = (
    16  # a camera writes 1 to 10; thousands of empty ones in a small file would keep the server busy for minutes
)
LONGEST_TEXT = 80
FORMATS = (BarcodeFormat.QRCode, BarcodeFormat.Code128)  # what our wristbands carry, and nothing else

_START_OF_SCAN = b"\xff\xda"


def read_code(picture: bytes) -> str:
    """The text of the first QR code or Code 128 in a JPEG; empty when there is none.

    Raises: TooLarge picture_too_large; BadInput not_a_picture.
    """
    if len(picture) > LARGEST_BYTES:
        raise _too_large("bytes")
    image = _opened(picture)
    found = read_barcodes(image, formats=FORMATS, text_mode=TextMode.Plain)
    texts = (each.text for each in found)
    return next((text for text in texts if len(text) <= LONGEST_TEXT and text.isprintable()), "")


def _opened(picture: bytes) -> Image.Image:
    """Grey pixels, after the header was found harmless."""
    try:
        image = Image.open(BytesIO(picture), formats=("JPEG",))
        if image.width * image.height > LARGEST_PIXELS:
            raise _too_large("pixels")
        if picture.count(_START_OF_SCAN) > MOST_SCANS:
            raise _too_large("scans")
        return image.convert("L")
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as fault:
        raise _too_large("pixels") from fault
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as fault:
        raise BadInput(
            "not_a_picture", "This is no picture of the camera.", field="picture", remedy="Scan again, or type."
        ) from fault


def _too_large(what: str) -> TooLarge:
    return TooLarge(
        "picture_too_large", "The picture is too large.", field="picture", remedy="Scan again, or type.",
        extra={"too_large": what},
    )  # fmt: skip
