"""Reads request bodies: JSON objects of at most one megabyte, without floats."""

from __future__ import annotations

from collections.abc import Mapping
from typing import IO

from django.conf import settings
from rest_framework.parsers import BaseParser

from ..errors import Refusal, TooLarge
from ..exact_json import read_object

CHUNK = 65_536
SWALLOWED_CHUNKS = 512  # 32 MB; whoever sends more is cut off


class LengthRequired(Refusal):
    """A body in chunks, which the web server hands on as an empty one (HTTP 411)."""

    status = 411


def check_length(headers: Mapping[str, str]) -> None:
    """Raises: LengthRequired length_required."""
    if "Transfer-Encoding" in headers and not headers.get("Content-Length"):
        raise LengthRequired(
            "length_required",
            "The body came in chunks, without its length.",
            remedy="Nothing was saved. Send it with a Content-Length.",
        )


class ExactJSONParser(BaseParser):
    """JSON with decimals kept as they were typed."""

    media_type = "application/json"

    def parse(self, stream: IO[bytes], media_type: str | None = None, parser_context: Mapping | None = None) -> dict:
        """The object of the body. The declared and the actual size both count.

        Raises: TooLarge body_too_large; NotJSON and BadInput as read_object.
        """
        most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        declared = parser_context["request"].META.get("CONTENT_LENGTH", "") if parser_context else ""
        raw = b"" if declared.isdigit() and int(declared) > most else stream.read(most + 1)
        if len(raw) > most or declared.isdigit() and int(declared) > most:
            _swallow(stream)
            raise _too_large(most)
        return read_object(raw)


def _swallow(stream: IO[bytes]) -> None:
    """Take in the rest without keeping it: a sender whose connection is cut while it sends never sees the answer."""
    for _ in range(SWALLOWED_CHUNKS):
        if not stream.read(CHUNK):
            return


def _too_large(most: int) -> TooLarge:
    return TooLarge(
        "body_too_large",
        f"The body is larger than {most // 1024} kB.",
        remedy="A round is under 10 kB: send one round at a time.",
    )
