"""Reads what people and programs typed as text: our own row numbers, and words that can be kept and shown. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from .errors import BadInput

LARGEST_ID = 2**63 - 1
# They turn the order in which the rest of a line is read, so that a screen shows another text than was written.
TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
LINE_ENDS = frozenset("\t\n\r")


def row_number(text: str) -> int | None:
    """A number of ours, None for anything else: other scripts' digits, and more than the database can hold."""
    text = text.strip()
    if not (text.isascii() and text.isdecimal() and len(text) <= len(str(LARGEST_ID))):
        return None
    number = int(text)
    return number if number <= LARGEST_ID else None


def check_storable(fields: Iterable[tuple[str, str]]) -> None:
    """Raises: BadInput bad_text for the sign that no database keeps in a text."""
    for field, text in fields:
        if "\0" in text or "\0" in field:
            raise _bad_text(field.replace("\0", ""))


def plain_text(raw: object, *, field: str) -> str:
    """Words without the spaces around them.

    Raises: BadInput bad_text for control characters and for signs that turn the order of reading.
    """
    text = raw.strip() if isinstance(raw, str) else ""
    if any(sign in TURNING or _controls(sign) for sign in text):
        raise _bad_text(field)
    return text


def short_text(raw: object, *, field: str, longest: int) -> str:
    """The same for a name: what was typed is kept whole or refused, never cut.

    Raises: BadInput bad_text, too_long.
    """
    text = plain_text(raw, field=field)
    if len(text) > longest:
        raise BadInput("too_long", f"At most {longest} characters.", field=field, remedy="Shorten it.")
    return text


def _controls(sign: str) -> bool:
    code = ord(sign)
    return (code < 0x20 and sign not in LINE_ENDS) or 0x7F <= code < 0xA0 or 0xD800 <= code < 0xE000


def _bad_text(field: str) -> BadInput:
    return BadInput(
        "bad_text", "The text has signs that cannot be shown.", field=field, remedy="Type it again instead of pasting."
    )
