"""Reads what a request says against the shape that the API's document describes, so that the two cannot drift apart."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import cache
from itertools import islice

from django.http import QueryDict
from rest_framework import serializers

from ..errors import BadInput, Several
from ..typed import LARGEST_ID, row_number
from .fields import ExactNumber

TOLD = 20  # unknown fields named in one answer: a megabyte of them must not become an answer of forty


def read_body(data: Mapping, shape: type[serializers.Serializer]) -> dict:
    """Every field of the shape, absent ones as None. What a value means is the action's business; we check JSON types.

    Raises: BadInput unknown_field, wrong_type; Several of them.
    """
    fields = _fields_of(shape)
    unknown = (name for name in data if name not in fields)
    problems = [_unknown(name, fields) for name in islice(unknown, TOLD)]
    for name, field in fields.items():
        if data.get(name) is not None and (words := _mismatch(field, data[name])):
            problems.append(
                BadInput(
                    "wrong_type", f"{name} must be {words}.", field=name, remedy="Look at /api/v1/docs/ for its form."
                )
            )
    if problems:
        raise Several(problems) if len(problems) > 1 else problems[0]
    return {name: data.get(name) for name in fields}


@cache
def _fields_of(shape: type[serializers.Serializer]) -> Mapping[str, serializers.Field]:
    """They are only looked at: one set of them serves every request."""
    return shape().fields


def read_query(query: QueryDict, *allowed: str) -> dict[str, str]:
    """The filters of an address, each at most once. A misspelt one is refused: it would silently widen the answer.

    Raises: BadInput unknown_filter, repeated_filter.
    """
    for name in query:
        if name not in allowed:
            known = ", ".join(allowed) or "none"
            raise BadInput(
                "unknown_filter", f"There is no filter {name[:40]!r}.", field=name[:40], remedy=f"Known: {known}."
            )
        if len(query.getlist(name)) > 1:
            raise BadInput(
                "repeated_filter", f"The filter {name!r} is given twice.", field=name, remedy="Give it once."
            )
        if "\0" in query[name]:
            raise BadInput("bad_text", f"The filter {name!r} is not text.", field=name, remedy="Type it again.")
    return {name: query[name].strip() for name in query}


def read_id(text: str, field: str) -> int:
    """A number of ours from an address. Raises: BadInput bad_id."""
    number = row_number(text)
    if number is not None:
        return number
    raise BadInput("bad_id", f"{field} is not a number.", field=field, remedy="Use the id that the API answers.")


def read_choice(text: str, field: str, choices: list[str]) -> str:
    """One of the words. Raises: BadInput bad_choice."""
    if text in choices:
        return text
    raise BadInput(
        "bad_choice", f"{field} cannot be {text[:40]!r}.", field=field, remedy=f"One of {', '.join(choices)}."
    )


def _unknown(name: str, fields: Mapping) -> BadInput:
    return BadInput(
        "unknown_field",
        f"There is no field {name[:40]!r} here.",
        field=name[:60],
        remedy=f"Known: {', '.join(fields) or 'none'}.",
    )


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) <= LARGEST_ID


def _is_number(value: object) -> bool:
    return isinstance(value, int | Decimal | str) and not isinstance(value, bool)


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


# In this order: a kind of field comes before the kind that it derives from.
KINDS: tuple[tuple[type[serializers.Field], Callable[[object], bool], str], ...] = (
    (serializers.BooleanField, lambda value: isinstance(value, bool), "true or false"),
    (serializers.IntegerField, _is_whole, "a whole number"),
    (ExactNumber, _is_number, "a number"),
    (serializers.ListField, _is_texts, "a list of texts"),
    (serializers.DictField, lambda value: isinstance(value, dict), "an object"),
    (serializers.DateTimeField, _is_text, "text"),
    (serializers.DateField, _is_text, "text"),
    (serializers.CharField, _is_text, "text"),
)


def _mismatch(field: serializers.Field, value: object) -> str:
    """What the value should have been; empty when it is."""
    for kind, fits, words in KINDS:
        if isinstance(field, kind):
            return "" if fits(value) else words
    raise TypeError(f"no JSON type is known for {type(field).__name__}")
