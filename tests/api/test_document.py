"""The OpenAPI document and its page: complete, valid, and independent of the internet."""

from __future__ import annotations

import re
from io import StringIO

import pytest
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.urls import get_resolver

from tests.api.caller import Caller
from tracker.api.docs import document
from tracker.catalogue import CODES
from tracker.closed_world import routes
from tracker.not_done import REASONS, REST


def test_the_document_is_valid_and_written_without_a_warning():
    call_command("spectacular", "--validate", "--fail-on-warn", stdout=StringIO())


def test_every_address_is_in_it():
    described = {(path, method.upper()) for path, each in document()["paths"].items() for method in each}
    real = set()
    for path, view in routes(get_resolver("tracker.api.urls")):
        endpoint = getattr(view, "cls", None)
        if endpoint is not None and path != "schema/":
            full = "/api/v1/" + re.sub(r"<int:(\w+)>", r"{\1}", path)
            real |= {(full, method) for method in endpoint.permissions}
    assert described == real


def test_every_code_of_the_catalogue_is_described():
    properties = document()["components"]["schemas"]["RoundValues"]["properties"]
    assert set(properties) == set(CODES)


def test_everybody_who_is_signed_in_reads_it(cast):
    for person in (cast.nina, cast.ada):
        assert Caller(person).get("schema/")["openapi"].startswith("3.0")
    assert Caller().get("schema/").status == 401


def test_the_page_needs_no_other_host_and_no_script_of_its_own(cast, client):
    assert client.get("/api/v1/docs/").status_code == 302
    client.force_login(cast.nina)
    page = client.get("/api/v1/docs/")
    assert page.status_code == 200
    html = page.content.decode()
    assert "//" not in re.sub(r"<!.*?>", "", html).replace("https://", "")
    assert not re.findall(r"<script(?![^>]*src=)", html)
    assert "<style" not in html
    for address in re.findall(r'(?:src|href)="(/static/[^"]+)"', html):
        assert finders.find(address.removeprefix("/static/")), address


@pytest.mark.parametrize("path", ["schema/", "docs/"])
def test_the_session_is_enough(cast, client, path):
    client.force_login(cast.paul)
    assert client.get(f"/api/v1/{path}").status_code == 200


def test_the_reasons_why_something_was_not_recorded_are_described():
    schema = document()["components"]["schemas"]
    described = schema["RoundReasons"]["properties"]
    assert set(described) == {*CODES, REST}
    assert described["weight"]["oneOf"][0]["enum"] == list(REASONS)
    assert "not_done" in schema["Round"]["properties"]
