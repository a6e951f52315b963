"""Every page of every role, found by walking the addresses: axe-core, sizes of targets, no dead link."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from django.urls import Resolver404, resolve
from playwright.sync_api import Page

from dosing.demo.site import STAFF
from tests.browser.demo import ACROSS, UPRIGHT, Demo
from tests.browser.fit import faults_for_everybody, faults_for_fingers
from tests.security.addresses import addresses, real
from tracker.roles import Perm, may

pytestmark = pytest.mark.browser

PAGES = [
    (pattern, permission) for pattern, method, kind, permission in addresses() if (method, kind) == ("GET", "page")
]
ROLES = {person.role: person.username for person in reversed(STAFF)}
# What the page is made of, without its words: when a colleague's page is made of the same, the same would be found.
MADE_OF = """() => [...new Set([...document.querySelectorAll("*")].map((each) =>
    [each.parentElement && each.parentElement.className, each.tagName, each.getAttribute("class"),
     each.getAttribute("role"), each.getAttribute("type")].join()))]"""
PIECE, PAGE, NONE = "a piece of a page or no markup", "a page", "takes no GET"


@pytest.fixture(scope="module")
def known() -> dict:
    """By address: what it answers, and of what its page was made when axe looked at it."""
    return {}


def kind_of(page: Page, path: str) -> str:
    answer = page.request.get(path, max_redirects=0)
    if answer.status == 405:
        return NONE
    is_page = "text/html" in answer.headers.get("content-type", "") and "<html" in answer.text()
    return PAGE if is_page else PIECE


class Numbers(dict):
    """A page that names a row of a kind that nobody put here is answered with 404, and that is a fault."""

    def __missing__(self, name: str) -> int:
        return 1


def leads_nowhere(page: Page, role: str) -> list[str]:
    """Links to what is no page of ours, or to one that this role may not open."""
    faults = []
    for link in page.evaluate("[...new Set([...document.querySelectorAll('a[href]')].map((each) => each.href))]"):
        path = urlsplit(link).path
        if path.startswith("/static/"):
            continue
        try:
            view = resolve(path).func
        except Resolver404:
            faults.append(f"a link leads nowhere: {link}")
            continue
        permission = getattr(view, "permission", None) or view.cls.permissions["GET"]
        if not may(role, permission):
            faults.append(f"a link leads where a {role} may not go: {link}")
    return faults


def faults_of(page: Page, path: str, permission: Perm, role: str, seen: set[str]) -> list[str]:
    response = page.goto(path)
    # A public address may ask for more than a role, as /metrics does: then its refusal is the page.
    faults = [] if response.status == 200 or permission is Perm.PUBLIC else [f"answers {response.status}"]
    faults += leads_nowhere(page, role)
    made_of = set(page.evaluate(MADE_OF))
    if not made_of <= seen:
        seen |= made_of
        faults += faults_for_fingers(page, UPRIGHT, ACROSS)
        faults += faults_for_everybody(page)
    return faults


@pytest.mark.parametrize("role", ROLES)
def test_every_page_that_a_role_may_open(demo: Demo, known, role):
    numbers = Numbers(demo.numbers("Almeida", 9))
    page = demo.page_of(ROLES[role])
    walked, faults = 0, []
    for pattern, permission in PAGES:
        if not may(role, permission) or pattern == "/":
            continue
        path = real(pattern, numbers)
        of_whom = role if permission is Perm.PUBLIC else ""
        if (pattern, of_whom) not in known:
            known[pattern, of_whom] = (kind_of(page, path), set())
        kind, seen = known[pattern, of_whom]
        if kind == PAGE:
            walked += 1
            faults += [f"{path}: {fault}" for fault in faults_of(page, path, permission, role, seen)]
    page.close()
    assert not faults, "\n".join(faults)
    assert walked >= 5
