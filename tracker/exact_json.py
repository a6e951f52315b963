"""JSON without floats: 37.2 is read as the decimal 37.2 and written as 37.2 again. Pure."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from enum import Enum
from json.encoder import encode_basestring

from .errors import BadInput

LONGEST_NUMBER = 300  # digits; beyond it the number is kept only as "not finite": no field has such a size
DEEPEST = 20


class NotJSON(BadInput):
    """What arrived cannot be read at all (HTTP 400)."""

    status = 400


# --- reading ----------------------------------------------------------------------------------------------------------


def read_object(raw: bytes) -> dict:
    """The JSON object in these bytes; decimals as Decimal, a number beyond any size as an infinite Decimal.

    Raises: NotJSON not_json, not_an_object, duplicate_key, too_deep; BadInput bad_text, naming the field.
    """
    remedy = 'Send a JSON object in UTF-8, such as {"reason": "typed twice"}.'
    try:
        read = json.loads(
            raw.decode("utf-8-sig"),
            parse_float=_decimal,
            parse_int=_whole,
            parse_constant=Decimal,  # NaN and Infinity are no JSON; as decimals they are refused where they stand
            object_pairs_hook=_object,
        )
    except UnicodeDecodeError:
        raise NotJSON("not_json", "The body is not UTF-8 text.", remedy=remedy) from None
    except json.JSONDecodeError as problem:
        where = f"line {problem.lineno}, column {problem.colno}"
        raise NotJSON("not_json", f"The body is not JSON: {problem.msg} at {where}.", remedy=remedy) from None
    except RecursionError:
        raise _too_deep() from None
    if not isinstance(read, dict):
        raise NotJSON("not_an_object", "The body is not a JSON object.", remedy=remedy)
    _check(read, "", 0)
    return read


def _whole(text: str) -> int | Decimal:
    return int(text) if len(text) <= LONGEST_NUMBER else Decimal("Infinity")


def _decimal(text: str) -> Decimal:
    try:
        return Decimal(text) if len(text) <= LONGEST_NUMBER else Decimal("Infinity")
    except InvalidOperation:  # an exponent beyond what a Decimal holds
        return Decimal("Infinity")


def _object(pairs: list[tuple[str, object]]) -> dict:
    found = dict(pairs)
    if len(found) != len(pairs):
        times = Counter(key for key, _ in pairs)  # one walk: a body of many keys must not cost their square
        twice = next(key for key, number in times.items() if number > 1)
        raise NotJSON(
            "duplicate_key", f"The key {twice[:60]!r} occurs twice.", field=twice[:60], remedy="Send each key once."
        )
    return found


def _check(item: object, path: str, depth: int) -> None:
    """Text that no database and no other program could keep is refused where it stands."""
    if depth > DEEPEST:
        raise _too_deep()
    if isinstance(item, str):
        _check_text(item, path)
    elif isinstance(item, dict):
        for key, inner in item.items():
            _check_text(key, path)
            _check(inner, f"{path}.{key}" if path else key, depth + 1)
    elif isinstance(item, list):
        for place, inner in enumerate(item):
            _check(inner, f"{path}[{place}]", depth + 1)


def _check_text(text: str, path: str) -> None:
    if "\0" in text or any("\ud800" <= sign <= "\udfff" for sign in text):
        raise BadInput(
            "bad_text", "The text has characters that are no characters.", field=path, remedy="Type the text again."
        )


def _too_deep() -> NotJSON:
    return NotJSON("too_deep", "The body is nested too deeply.", remedy="No field needs more than three levels.")


# --- writing ----------------------------------------------------------------------------------------------------------


def dumps(value: object) -> str:
    """JSON text with decimals as exact numbers and instants in UTC with Z.

    Raises: TypeError for a float and for anything that is not plain data.
    """
    if isinstance(value, Enum):
        value = value.value
    if value is None or value is True or value is False:
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, str):
        return encode_basestring(value)
    if isinstance(value, int):
        return int.__repr__(value)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{encode_basestring(str(key))}: {dumps(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(dumps, value)) + "]"
    return _dump_scalar(value)


def _dump_scalar(value: object) -> str:
    if isinstance(value, Decimal) and value.is_finite():
        return f"{value:f}"
    if isinstance(value, datetime) and value.utcoffset() is not None:
        return encode_basestring(instant(value))
    if isinstance(value, date) and not isinstance(value, datetime):
        return encode_basestring(value.isoformat())
    raise TypeError(f"{type(value).__name__} {value!r} has no exact place in JSON")


def instant(at: datetime) -> str:
    """An instant as ISO 8601 in UTC with Z, with its fraction where it has one."""
    return at.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"
