"""Kinds of fields that JSON and the framework lack: exact numbers, words out of a list, the values of a round."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from drf_spectacular.extensions import OpenApiSerializerFieldExtension
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from ..catalogue import CODES, Code, Kind, number_text
from ..not_done import REASONS, REST
from ..units import accepted


@extend_schema_field({"type": "number"})
class ExactNumber(serializers.Field):
    """A decimal, exact both ways. In a body decimal text is taken as well."""

    def to_representation(self, value: str | int | Decimal) -> int | Decimal:
        number = Decimal(value)
        return int(number) if number == number.to_integral_value() else number


class Word(serializers.CharField):
    """One word out of a list, which the document shows under its own name."""

    def __init__(self, name: str, words: Iterable[str], **more: object) -> None:
        self.name = name
        self.words = [str(word) for word in words]
        super().__init__(**more)


class WordInSchema(OpenApiSerializerFieldExtension):
    """The list of words as a component."""

    target_class = "tracker.api.fields.Word"

    def get_name(self) -> str:
        return self.target.name

    def map_serializer_field(self, auto_schema: object, direction: str) -> dict:
        if self.target.allow_null:
            return {"type": "string", "enum": [*self.target.words, None], "nullable": True}
        return {"type": "string", "enum": self.target.words}


class RoundValues(serializers.DictField):
    """The values of a round by their codes. The action reads them; here they are only described."""


class RoundValuesInSchema(OpenApiSerializerFieldExtension):
    """Every code with its meaning, unit and range, from the catalogue."""

    target_class = "tracker.api.fields.RoundValues"

    def get_name(self) -> str:
        return "RoundValues"

    def map_serializer_field(self, auto_schema: object, direction: str) -> dict:
        return {
            "type": "object",
            "properties": {code.code: _code_schema(code) for code in CODES.values()},
            "additionalProperties": False,
            "minProperties": 1,
            "description": "A value alone is in the canonical unit; with `unit` it is converted. A volume has `from`, "
            "the beginning of the interval that ends at `observed_at`.",
        }


class RoundReasons(serializers.DictField):
    """Why observations are missing from a round, by code. The action reads them; here they are only described."""


class RoundReasonsInSchema(OpenApiSerializerFieldExtension):
    """Every code, and `rest`, with the reasons that there are."""

    target_class = "tracker.api.fields.RoundReasons"

    def get_name(self) -> str:
        return "RoundReasons"

    def map_serializer_field(self, auto_schema: object, direction: str) -> dict:
        reason = {"type": "string", "enum": list(REASONS)}
        words = {"type": "string", "maxLength": 300, "description": "Needed for `other`."}
        whole = {"type": "object", "properties": {"reason": reason, "words": words}, "required": ["reason"]}
        each = {"oneOf": [reason, whole]}
        return {
            "type": "object",
            "properties": dict.fromkeys((*CODES, REST), each),
            "additionalProperties": False,
            "description": "Coded reasons for what was not recorded. A code with a value takes none; "
            "`rest` is whatever else was due.",
        }


def _code_schema(code: Code) -> dict:
    words = [code.display]
    if code.unit:
        words.append(f"in {code.unit}, also taken in {', '.join(accepted(code.code)[1:]) or 'no other unit'}")
    if code.low is not None and code.high is not None:
        words.append(f"plausible from {number_text(code.low)} to {number_text(code.high)}")
    description = "; ".join(words) + "."
    alone, keys = _scalar_schema(code), {}
    if code.numeric:
        keys["unit"] = {"type": "string", "default": code.unit}
    if code.kind is Kind.VOLUME:
        keys["from"] = {"type": "string", "format": "date-time"}
    needed = ["value", "from"] if code.kind is Kind.VOLUME else ["value"]
    whole = {"type": "object", "properties": {"value": {"allOf": [alone]}, **keys}, "required": needed}
    return {"oneOf": [whole] if code.kind is Kind.VOLUME else [alone, whole], "description": description}


def _scalar_schema(code: Code) -> dict:
    if code.kind is Kind.CHOICE:
        return {"type": "string", "enum": list(code.choices)}
    if code.kind is Kind.GRADE:
        return {"type": "integer", "minimum": 0, "maximum": int(code.choices[-1])}
    return {"oneOf": [{"type": "number"}, {"type": "string", "description": "The same in decimal text."}]}


@extend_schema_field(
    {
        "type": "object",
        "additionalProperties": {
            "type": "object",
            "properties": {
                "value": {"oneOf": [{"type": "number"}, {"type": "string"}]},
                "unit": {"type": "string"},
                "from": {"type": "string", "format": "date-time"},
            },
            "required": ["value", "unit"],
        },
    }
)
class ChartedValues(serializers.Field):
    """The values of a stored round, as they were typed: number, word or grade, its unit, and a volume's beginning."""

    def to_representation(self, values: object) -> dict:
        return {
            value.code: {
                "value": value.entered if CODES[value.code].kind is Kind.CHOICE else Decimal(value.entered),
                "unit": value.unit,
                **({"from": value.since} if value.since else {}),
            }
            for value in values.all()
        }


@extend_schema_field(
    {
        "type": "object",
        "additionalProperties": {
            "type": "object",
            "properties": {
                "reason": {"type": "string", "enum": list(REASONS)},
                "words": {"type": "string"},
            },
            "required": ["reason", "words"],
        },
    }
)
class ChartedReasons(serializers.Field):
    """Why observations are missing from a stored round."""

    def to_representation(self, reasons: object) -> dict:
        return {each.code: {"reason": each.reason, "words": each.words} for each in reasons.all()}
