"""Other software that calls the API as one person, and holds every answer against the OpenAPI document."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from functools import cache

from django.test import Client
from jsonschema import Draft7Validator

from tests.conftest import SECRET
from tests.people import as_, signed
from tracker.actions.sign_in import issue_token
from tracker.api.docs import document
from tracker.models import User

V1 = "/api/v1/"
PROBLEM = "application/problem+json"


class Caller:
    """A client with a token."""

    def __init__(self, user: User | None = None, **client: object) -> None:
        self.client = Client(**client)
        self.headers = {"User-Agent": "lab system"}
        if user is not None:
            key, _ = issue_token(by=as_(user), signature=signed(user))
            self.headers["Authorization"] = f"Bearer {key}"

    def get(self, path: str, **query: object) -> Answer:
        return self._told("get", self.client.get(V1 + path, query, headers=self.headers))

    def post(self, path: str, body: object = None, *, key: str = "", **more: object) -> Answer:
        """`body` as bytes goes out as it is; otherwise as JSON, with decimals as numbers."""
        headers = {**self.headers, **({"Idempotency-Key": key} if key else {})}
        raw = body if isinstance(body, bytes) else _written(body or {}).encode()
        more.setdefault("content_type", "application/json")
        return self._told("post", self.client.post(V1 + path, raw, headers=headers, **more))

    def _told(self, method: str, response: object) -> Answer:
        answer = Answer(response)
        if not response.streaming and response.resolver_match.url_name not in ("schema", "docs", "nowhere"):
            hold_against_document(method, response, answer)
        return answer


class Answer:
    """Status, headers and the body, read without floats."""

    def __init__(self, response: object) -> None:
        self.response = response
        self.status = response.status_code
        self.type = response.headers.get("Content-Type", "")
        self.text = "" if response.streaming else response.content.decode()
        self.body = (
            json.loads(self.text, parse_float=Decimal) if "json" in self.type and not response.streaming else None
        )

    def __getitem__(self, name: str) -> object:
        return self.body[name]

    def __repr__(self) -> str:
        return f"{self.status} {self.text[:600]}"


def _written(body: object) -> str:
    """JSON with decimals as numbers."""
    marked = json.dumps(body, default=lambda value: f"@@{value}@@" if isinstance(value, Decimal) else value.isoformat())
    return re.sub(r'"@@(.*?)@@"', r"\1", marked)


def of_problem(answer: Answer, status: int, code: str, field: str | None = None) -> Answer:
    """The answer is this problem, in full."""
    assert answer.status == status, answer
    assert answer.type == PROBLEM
    assert (answer["status"], answer["code"]) == (status, code), answer
    assert answer["type"].endswith(code)
    assert answer["title"]
    assert answer["detail"]
    assert answer["errors"]
    if field is not None:
        assert answer["field"] == field
    return answer


def signature(witness: str = "noah") -> dict:
    """The two secrets of a giving."""
    return {"secret": SECRET, "witness": witness, "witness_secret": SECRET}


# --- the document -----------------------------------------------------------------------------------------------------


def hold_against_document(method: str, response: object, answer: Answer) -> None:
    """Status, media type and every key of the answer are as the document says; what it leaves out fails."""
    path = re.sub(r"<\w+:(\w+)>", r"{\1}", "/" + response.resolver_match.route)
    if answer.status == 405:
        return
    operation = document()["paths"][path][method]
    described = operation["responses"].get(str(answer.status))
    assert described, f"{method} {path} does not describe {answer.status}: {answer}"
    media = answer.type.split(";")[0]
    assert media in described["content"], f"{method} {path} {answer.status} does not describe {media}"
    _validator(json.dumps(described["content"][media]["schema"])).validate(json.loads(answer.text))


@cache
def _validator(schema: str) -> Draft7Validator:
    components = json.loads(json.dumps(_plain(document()["components"]), default=str))
    return Draft7Validator({"components": components, "allOf": [_plain(json.loads(schema))]})


def _plain(schema: object) -> object:
    """OpenAPI 3.0 as JSON Schema: `nullable`, and objects that have no other keys than those described."""
    if isinstance(schema, list):
        return [_plain(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    found = {name: _plain(inner) for name, inner in schema.items() if name != "nullable"}
    if isinstance(found.get("properties"), dict) and "type" in found and not _open(found):
        found.setdefault("additionalProperties", False)
    return {"anyOf": [found, {"type": "null"}]} if schema.get("nullable") else found


def _open(schema: dict) -> bool:
    """A problem may say more than its described keys."""
    return "remedy" in schema["properties"]
