"""Every page of every role, found by walking the addresses: axe-core, sizes of targets, sideways scroll, no dead link.

A new address is walked on the day it is added: it must answer a page that is found without fault, or stand below with
what it answers instead.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from django.urls import Resolver404, resolve
from playwright.sync_api import APIResponse, BrowserContext, Page

from dosing.demo.site import STAFF
from tests.browser.demo import ACROSS, UPRIGHT, Demo
from tests.browser.fit import faults_for_everybody, faults_for_fingers, unfold
from tests.security.addresses import addresses, real
from tracker.devices import COOKIE
from tracker.roles import Perm, may

pytestmark = pytest.mark.browser

PAGES = [
    (pattern, permission) for pattern, method, kind, permission in addresses() if (method, kind) == ("GET", "page")
]
PEOPLE = {person.role: person.username for person in reversed(STAFF)}
NOBODY = "nobody signed in"
# What is no page, though it answers as one or leads to one. Anything else that is not answered with 200 is a fault.
OTHER_ANSWERS = {
    "/": "leads to the first page of each role",
    "/switch/": "leads to the sign-in page on what is no tablet of the ward; on a tablet it is walked below",
    "/api/v1/": "the root of the API, which lists nothing",
    "/metrics": "numbers for a machine; to people it is closed",
}
# The row that a page needs where the patient of all others has none.
RUNNING = ("Nasser", 4)
OWN_ROWS = {"/doses/<int:slot_id>/infusion-end/": RUNNING}
# Pages that only a role of the site sees about itself.
OF_SYSTEM = {"administrator": {"alert_id": "system_alert_id"}}


@pytest.fixture(scope="module")
def seen() -> set[str]:
    """Views of pages by their query, such as tabs, that were looked at for any role."""
    return set()


@pytest.fixture
def stranger(demo: Demo) -> Iterator[BrowserContext]:
    """A browser in which nobody is signed in."""
    context = demo.browser.new_context(base_url=demo.ward.url, has_touch=True, service_workers="block")
    context.set_default_timeout(30_000)
    yield context
    context.close()


def address_for(demo: Demo, pattern: str, role: str) -> str:
    """The address with real rows of the demo ward; a page that names a row of another kind is not found, and fails."""
    rows = defaultdict(int, demo.numbers(*OWN_ROWS.get(pattern, ("Almeida", 9))))
    for name, of_system in OF_SYSTEM.get(role, {}).items():
        rows[name] = getattr(demo, of_system)
    return real(pattern, rows)


def is_no_page(answer: APIResponse) -> bool:
    """It takes no GET, or answers a file, what only scripts read, or a part of a page, seen where it is used."""
    if answer.status == 405:
        return True
    if "text/html" not in answer.headers.get("content-type", ""):
        return True
    return answer.status == 200 and "<html" not in answer.text()


def dead_links(page: Page, role: str) -> list[str]:
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
        # Whoever is not signed in is led to the sign-in page, and from there on.
        if role != NOBODY and not may(role, permission):
            faults.append(f"a link leads where a {role} may not go: {link}")
    return faults


def faults_of(page: Page, path: str, role: str) -> list[str]:
    response = page.goto(path)
    faults = [] if response.status == 200 else [f"answers {response.status}"]
    faults += dead_links(page, role)
    unfold(page)
    faults += faults_for_fingers(page, UPRIGHT, ACROSS)
    faults += faults_for_everybody(page)
    return faults


def views_of(page: Page) -> list[str]:
    """Links of this page to itself with another query: its tabs and filters."""
    links = page.evaluate("[...document.querySelectorAll('main a[href]')].map((each) => each.getAttribute('href'))")
    here = urlsplit(page.url).path
    return [f"{here}?{urlsplit(each).query}" for each in links if each.startswith(("?", f"{here}?"))]


def walk(demo: Demo, page: Page, role: str, seen: set[str] | None = None) -> tuple[list[str], list[str]]:
    """(the pages that were looked at, what is wrong with them); with `seen`, with their tabs too, each once."""
    walked, faults = [], []
    for pattern, permission in PAGES:
        if not (may(role, permission) or permission is Perm.PUBLIC) or pattern in OTHER_ANSWERS:
            continue
        path = address_for(demo, pattern, role)
        if is_no_page(page.request.get(path, max_redirects=0)):
            continue
        walked.append(pattern)
        faults += [f"{path}: {fault}" for fault in faults_of(page, path, role)]
        for view in views_of(page) if seen is not None else ():
            kind = re.sub(r"\d+", "N", view)
            if kind not in seen:
                seen.add(kind)
                faults += [f"{view}: {fault}" for fault in faults_of(page, view, role)]
    return walked, faults


@pytest.mark.parametrize(
    "role", [pytest.param(role, marks=[] if role == "nurse" else pytest.mark.long) for role in PEOPLE]
)
def test_every_page_that_a_role_may_open(demo: Demo, seen, role):
    page = demo.page_of(PEOPLE[role])
    # The nurse's walk must be quick, CI waits for it; the tabs of her pages are the oncologist's too.
    walked, faults = walk(demo, page, role, None if role == "nurse" else seen)
    page.close()
    assert not faults, "\n".join(faults)
    expected = {"nurse": 25, "oncologist": 30, "pharmacist": 20, "auditor": 10, "administrator": 15}[role]
    assert len(walked) >= expected, f"the walk of the {role} found only {walked}"


def test_what_nobody_signed_in_sees(demo: Demo, stranger):
    page = stranger.new_page()
    walked, faults = walk(demo, page, NOBODY)
    assert walked == ["/sign-in/"] and not faults, f"{walked}\n" + "\n".join(faults)


def test_the_lock_screen_of_a_tablet(demo: Demo, stranger):
    stranger.add_cookies([{"name": COOKIE, "value": demo.tablet, "url": demo.ward.url, "httpOnly": True}])
    page = stranger.new_page()
    faults = faults_of(page, "/switch/", NOBODY) + faults_of(page, "/sign-in/", NOBODY)
    assert not faults, "\n".join(faults)


def test_what_is_named_as_no_page_is_none(demo: Demo):
    """The list above does not hide a page: each of its addresses still exists and still answers otherwise."""
    page = demo.page_of(PEOPLE["nurse"])
    known = {pattern for pattern, _ in PAGES}
    for pattern in OTHER_ANSWERS:
        assert pattern in known, f"{pattern} exists no more"
        assert page.request.get(real(pattern, 1), max_redirects=0).status != 200, pattern
    page.close()
