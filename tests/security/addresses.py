"""Every address of the product, walked as Django resolves it: a new one is attacked the day it is added."""

from __future__ import annotations

import re

from django.test import Client
from django.urls import get_resolver

from tests.api.caller import Caller
from tracker.closed_world import routes
from tracker.models import User
from tracker.roles import Perm

Address = tuple[str, str, str, Perm]


def addresses() -> list[Address]:
    """(pattern, method, kind, permission) of every page and endpoint; kind is "page" or "api"."""
    found = []
    for pattern, view in routes():
        endpoint = getattr(view, "cls", None)
        if endpoint is not None:
            found += [(f"/{pattern}", method, "api", named) for method, named in endpoint.permissions.items()]
        elif getattr(view, "permission", None) is not None:
            found += [(f"/{pattern}", method, "page", view.permission) for method in ("GET", "POST")]
    return sorted(found)


def with_numbers(found: list[Address]) -> list[Address]:
    """Those that name a row."""
    return [each for each in found if "<int:" in each[0]]


def names(found: list[Address]) -> list[str]:
    """For the ids of parametrized tests."""
    return [f"{method} {pattern}" for pattern, method, *_ in found]


def real(pattern: str, number: object) -> str:
    """The address with one number in every place, or with the number of each kind of row."""
    if isinstance(number, dict):
        return re.sub(r"<int:(\w+)>", lambda match: str(number[match[1]]), pattern).replace("<str:name>", "label-2023")
    return re.sub(r"<int:\w+>", str(number), pattern).replace("<str:name>", "label-2023")


def answer(user: User, method: str, path: str, kind: str, body: dict | None = None) -> object:
    """What this person is answered; a fault is an answer too."""
    if kind == "api":
        caller = Caller(user, raise_request_exception=False)
        if method == "GET":
            return caller.client.get(path, headers=caller.headers)
        return caller.client.post(path, body or {}, content_type="application/json", headers=caller.headers)
    client = Client(raise_request_exception=False)
    client.force_login(user)
    return client.get(path) if method == "GET" else client.post(path, body or {})


def takes(pattern: str) -> dict:
    """The fields of the body that an address of the API takes."""
    for known, view in routes(get_resolver()):
        if f"/{known}" == pattern:
            return getattr(getattr(view.cls, "takes", None), "_declared_fields", {})
    return {}
