"""Reads the parts of a journey's JSON, and says where and what when a part is not as it must be."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction

from tracker.errors import BadInput, Refusal
from tracker.times import read_instant
from tracker.units import exact

from .journey import NotValid

MAX_BYTES = 10_000_000
CENTURY_MIN = 100 * 366 * 24 * 60


def parse(raw: bytes) -> dict:
    """The JSON object of a file. Numbers keep every digit.

    Raises: NotValid for a file that is too large, not UTF-8, not JSON or not an object.
    """
    if len(raw) >= MAX_BYTES:
        raise NotValid("/", f"the file has {len(raw):,} bytes; at most {MAX_BYTES:,} are read.")
    try:
        found = json.loads(raw.decode("utf-8"), parse_float=Decimal, parse_constant=_refuse_constant)
    except UnicodeDecodeError:
        raise NotValid("/", "the file is not UTF-8 text.") from None
    except RecursionError:
        raise NotValid("/", "the JSON is nested too deeply.") from None
    except ValueError as problem:
        raise NotValid("/", f"the file is not JSON: {str(problem)[:120]}.") from None
    if not isinstance(found, dict):
        raise NotValid("/", "the file is not a JSON object.")
    return found


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not a number")


def below(pointer: str, key: object) -> str:
    """The JSON pointer of a member, escaped as RFC 6901 says."""
    return f"{pointer.rstrip('/')}/{str(key).replace('~', '~0').replace('/', '~1')}"


def required(part: Mapping, pointer: str, keys: Iterable[str]) -> None:
    """Raises: NotValid naming the first key that is missing."""
    for key in keys:
        if key not in part:
            raise NotValid(below(pointer, key), "this key is required and missing.")


def as_object(raw: object, pointer: str) -> dict:
    """Raises: NotValid when it is not an object."""
    if not isinstance(raw, dict):
        raise NotValid(pointer, "an object is expected here.")
    return raw


def as_list(raw: object, pointer: str) -> list:
    """Raises: NotValid when it is not a list."""
    if not isinstance(raw, list):
        raise NotValid(pointer, "a list is expected here.")
    return raw


def as_text(raw: object, pointer: str) -> str:
    """A text that says something. Raises: NotValid."""
    if not isinstance(raw, str) or not raw.strip():
        raise NotValid(pointer, "a text that is not empty is expected here.")
    return raw


def as_flag(raw: object, pointer: str) -> bool:
    """Raises: NotValid when it is neither true nor false."""
    if not isinstance(raw, bool):
        raise NotValid(pointer, "true or false is expected here.")
    return raw


def as_instant(raw: object, pointer: str) -> datetime:
    """An instant with its offset, in UTC. Raises: NotValid."""
    if not isinstance(raw, str):
        raise NotValid(pointer, "an instant is expected here, like 2026-03-02T08:00:00+01:00.")
    try:
        return read_instant(raw, field=pointer, what="instant").astimezone(UTC)
    except BadInput as problem:
        raise NotValid(pointer, problem.sentence) from None


def as_number(raw: object, pointer: str) -> Fraction:
    """An exact number, from a JSON number or a decimal text. Raises: NotValid."""
    if isinstance(raw, bool) or not isinstance(raw, int | str | Decimal):
        raise NotValid(pointer, "a number is expected here.")
    try:
        return exact(raw)
    except (Refusal, ValueError, ArithmeticError, TypeError):
        raise NotValid(pointer, f"{str(raw)[:40]!r} is not a number.") from None


def as_whole(raw: object, pointer: str, *, least: int) -> int:
    """A whole number of at least `least`. Raises: NotValid."""
    number = as_number(raw, pointer)
    if number.denominator != 1 or number < least:
        raise NotValid(pointer, f"a whole number of {least} or more is expected here.")
    return int(number)


def as_minutes(raw: object, pointer: str, *, least: int) -> int:
    """A length in whole minutes; past a century it makes no difference but to the calendar's end. Raises: NotValid."""
    return min(as_whole(raw, pointer, least=least), CENTURY_MIN)
