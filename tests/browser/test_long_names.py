"""Names of sixty letters, of patients, staff and wards: nothing is cut, nothing runs off the screen or over another."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.own_ward import OwnWard
from tests.conftest import SECRET
from tests.live import LiveWard

pytestmark = pytest.mark.browser

FAMILY = "Wolfeschlegelsteinhausenbergerdorff-Featherstonehaugh-Cholmo"
GIVEN = "Hubert Blaine Adolph Charles Zeus Quincy Xerxes Oliver Pauly"
PATIENT = f"""
patient = new_patient({FAMILY!r}, given={GIVEN!r})
full_round(cast, patient)
cycle = running_cycle(cast, patient)
round_(cast, patient, systolic_bp="84")
answer([patient.pk, cycle.pk, cycle.slots.get(number=1).pk])
"""
# What runs out of the screen, and what is cut off in its own box. A table may scroll in its own frame.
CUT = """() => {
  const wide = document.documentElement.clientWidth, high = document.documentElement.scrollWidth, found = [];
  if (high > wide) found.push(`the page is ${high} wide`);
  const seen = (each) => each.checkVisibility({ visibilityProperty: true });
  for (const each of document.querySelectorAll("body *")) {
    if (!seen(each) || each.closest("[tabindex='0'], .sr, .skip, svg")) continue;
    const name = `${each.tagName} ${each.className}`, box = each.getBoundingClientRect();
    if (box.width > 1 && (box.right > wide + 1 || box.left < -1)) found.push(`${name}: ${box.left} to ${box.right}`);
    const clips = /hidden|clip/.test(getComputedStyle(each).overflowX);
    if (clips && each.scrollWidth > each.clientWidth + 1) found.push(`${name} is cut`);
  }
  const texts = "h1:not(.sr), .card-name, .patient-ids, .card-ids, .bed-tile";
  const names = [...document.querySelectorAll(texts)].filter(seen);
  for (const [place, one] of names.entries()) {
    for (const other of names.slice(place + 1)) {
      const a = one.getBoundingClientRect(), b = other.getBoundingClientRect();
      const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      if (down > 3 && across > 3) found.push(`${one.className} lies over ${other.className}`);
    }
  }
  return found;
}"""


@pytest.fixture(scope="module")
def own(ward: LiveWard) -> OwnWard:
    return OwnWard(ward, "LN", FAMILY[:57])


def signed_in(browser: Browser, own: OwnWard, who: str) -> Page:
    context = browser.new_context(base_url=own.live.url)
    context.set_default_timeout(30_000)
    page = context.new_page()
    page.goto("/sign-in/")
    page.get_by_label("Sign-in name").fill(who)
    page.get_by_label("Password").fill(SECRET)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: "/sign-in/" not in url)
    return page


@pytest.fixture(scope="module")
def pages(browser: Browser, own: OwnWard) -> Iterator[dict[str, Page]]:
    """The nurse and the oncologist, both with sixty letters."""
    own.run("answer(1)")
    people = {"nurse": signed_in(browser, own, own.one), "oncologist": signed_in(browser, own, f"{own.tag.lower()}doc")}
    yield people
    for page in people.values():
        page.context.close()


ADDRESSES = [
    ("nurse", "/board/"),
    ("nurse", "/due/"),
    ("nurse", "/alerts/"),
    ("nurse", "/handover/"),
    ("nurse", "/patients/"),
    ("nurse", "/patients/{patient}/"),
    ("nurse", "/patients/{patient}/round/"),
    ("nurse", "/patients/{patient}/chart/"),
    ("nurse", "/patients/{patient}/fluids/"),
    ("nurse", "/patients/{patient}/wristband/"),
    ("nurse", "/doses/{slot}/give/"),
    ("nurse", "/doses/{slot}/omit/"),
    ("oncologist", "/cycles/"),
    ("oncologist", "/cycles/{cycle}/"),
    ("oncologist", "/doses/{slot}/override/"),
]


@pytest.mark.long
def test_nothing_is_cut_and_nothing_runs_over(own, pages):
    patient, cycle, slot = own.run(PATIENT)
    found = []
    for who, address in ADDRESSES:
        page = pages[who]
        path = address.format(patient=patient, cycle=cycle, slot=slot)
        for width, height in ((768, 1024), (1024, 768), (1440, 900)):
            page.set_viewport_size({"width": width, "height": height})
            assert page.goto(path).status == 200, path
            found += [f"{address} at {width}: {each}" for each in page.evaluate(CUT)]
    assert found == []
