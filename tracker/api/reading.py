"""The OpenAPI document as a person reads it: what can be asked for, what is sent, what comes back. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

REF = "#/components/schemas/"
JSON = "application/json"


@dataclass(frozen=True)
class Shape:
    """What a value is, in words, with the names of the things that are described further down."""

    words: str
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Line:
    """One named value: a parameter, or a field of a thing."""

    name: str
    shape: Shape
    must: bool
    says: str
    where: str = ""


@dataclass(frozen=True)
class Operation:
    """One address with one method."""

    key: str
    method: str
    path: str
    summary: str
    says: str
    parameters: tuple[Line, ...]
    takes: Shape | None
    answers: tuple[tuple[str, str, Shape], ...]


@dataclass(frozen=True)
class Thing:
    """Something with fields, or with a closed list of values."""

    name: str
    says: str
    fields: tuple[Line, ...] = ()
    values: tuple[str, ...] = field(default=())


def operations(document: Mapping) -> tuple[Operation, ...]:
    """Everything that can be asked for, in the order of the addresses."""
    return tuple(
        _operation(path, method, each)
        for path, methods in document["paths"].items()
        for method, each in methods.items()
    )


def things(document: Mapping) -> tuple[Thing, ...]:
    """Everything that is sent or comes back, by name."""
    return tuple(
        Thing(
            name,
            each.get("description", ""),
            tuple(_fields(each)),
            tuple("null" if value is None else str(value) for value in each.get("enum", ())),
        )
        for name, each in sorted(document["components"]["schemas"].items())
    )


def _operation(path: str, method: str, each: Mapping) -> Operation:
    body = each.get("requestBody", {}).get("content", {}).get(JSON)
    summary, says = each.get("summary", ""), each.get("description", "")
    return Operation(
        key=each["operationId"],
        method=method.upper(),
        path=path,
        summary=summary,
        says="" if says.rstrip(".") == summary.rstrip(".") else says,
        parameters=tuple(
            Line(one["name"], _shape(one["schema"]), one.get("required", False), one.get("description", ""), one["in"])
            for one in each.get("parameters", ())
        ),
        takes=_shape(body["schema"]) if body else None,
        answers=tuple(
            (status, answer.get("description", ""), _answer(answer)) for status, answer in each["responses"].items()
        ),
    )


def _answer(answer: Mapping) -> Shape:
    return next((_shape(each.get("schema", {})) for each in answer.get("content", {}).values()), Shape("nothing"))


def _fields(schema: Mapping) -> Iterator[Line]:
    for name, each in schema.get("properties", {}).items():
        yield Line(name, _shape(each), name in schema.get("required", ()), each.get("description", ""))


def _shape(schema: Mapping) -> Shape:
    if "$ref" in schema:
        name = schema["$ref"].removeprefix(REF)
        return Shape("", (name,))
    several = schema.get("oneOf") or schema.get("anyOf") or schema.get("allOf")
    if several:
        shapes = [_shape(each) for each in several]
        words = " or ".join(each.words for each in shapes if each.words)
        return Shape(words, tuple(name for each in shapes for name in each.names))
    if schema.get("type") == "array":
        inner = _shape(schema["items"])
        return Shape(f"list of {inner.words}".strip(), inner.names)
    words = schema.get("format") or schema.get("type") or "anything"
    if "enum" in schema:
        words = ", ".join(str(each) for each in schema["enum"])
    return Shape(f"{words} or null" if schema.get("nullable") else words)
