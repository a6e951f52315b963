"""The hospital's settings: read by everybody, signed by a prescriber and a pharmacist, and kept by running cycles."""

from __future__ import annotations

import pytest

from dosing.actions.sign_settings import sign_settings
from dosing.models import Cycle, SiteSettings
from dosing.screens.settings_form import LABELS
from dosing.site_values import SPANS
from tests.conftest import SECRET
from tests.dosing.pages import browser, text_of, value_of
from tests.people import admit, as_, running_cycle, sign_site, signed
from tracker.errors import BadInput, NotAllowed, Several
from tracker.models import AuditEntry

NUMBERS = {
    "late_window_min": "90",
    "interval_tolerance_min": "15",
    "late_dose_policy": "shift",
    "max_infusion_deviation_min": "5",
    "override_by": "any_prescriber",
    "hold_at": "1",
    "stop_at": "3",
    "max_age_vitals": "60",
    "max_age_neuro": "120",
    "max_age_urine": "480",
    "max_age_weight": "1440",
    "max_age_labs": "1440",
}


@pytest.fixture
def olga(cast):
    return browser(cast.olga)


def sign(client, second="paul", **changes):
    """The form as it is sent by the prescriber, signed by the pharmacist."""
    values = {
        **NUMBERS,
        "reason": "tighter since the audit",
        "secret": SECRET,
        "second": second,
        "second_secret": SECRET,
        **changes,
    }
    return client.post("/settings/sign/", values)


def test_everybody_reads_what_is_in_force(cast):
    for who in ("nina", "olga", "paul", "ada", "max", "zoe"):
        page = browser(getattr(cast, who)).get("/settings/")
        words = text_of(page)
        assert page.status_code == 200
        assert "How late a dose may still start 120 min" in words
        assert "The remaining doses keep their clock times" in words
        assert "Filled in by Olga Oncologist, signed by Paul Pharmacist" in words


def test_a_site_without_settings_says_that_it_is_not_ready(monkeypatch, olga):
    monkeypatch.setattr(SiteSettings.objects, "select_related", lambda *_: SiteSettings.objects.none())
    words = text_of(olga.get("/settings/"))
    assert "This site is not ready" in words
    assert "Set and sign" in words


def test_signed_by_both_it_is_in_force_and_the_history_says_what_changed(olga):
    page = sign(olga)
    assert (page.status_code, page.url) == (302, "/settings/")
    new = SiteSettings.objects.order_by("-id").first()
    assert (new.late_window_min, new.late_dose_policy, new.max_age_min["vitals"]) == (90, "shift", 60)
    assert (new.drafted_by.username, new.signed_by.username) == ("olga", "paul")
    words = text_of(olga.get("/settings/"))
    assert "How late a dose may still start: 90 min, was 120 min" in words
    assert "Vitals, no older than: 60 min, was 120 min" in words
    assert "tighter since the audit" in words
    assert "The first version" in words


def test_the_pharmacist_may_fill_in_and_the_prescriber_sign(cast):
    page = sign(browser(cast.paul), second="olga")
    assert page.status_code == 302
    assert SiteSettings.objects.order_by("-id").first().drafted_by == cast.paul


def test_a_running_cycle_keeps_its_version(cast, olga):
    cycle = running_cycle(cast, admit(cast))
    sign(olga)
    assert Cycle.objects.get(pk=cycle.pk).settings_id != SiteSettings.objects.order_by("-id").first().pk


BOUNDS = {span.name: (span.low, span.high) for span in SPANS}


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("late_window_min", ""),
        ("late_window_min", "-5"),
        ("late_window_min", "90.5"),
        ("interval_tolerance_min", "²"),
        ("interval_tolerance_min", "٣"),
        ("max_infusion_deviation_min", "9" * 5000),
        ("late_dose_policy", "sometimes"),
        ("override_by", ""),
        ("override_by", "nurse"),
        *((name, str(low - 1)) for name, (low, _) in BOUNDS.items()),
        *((name, str(high + 1)) for name, (_, high) in BOUNDS.items()),
    ],
)
def test_a_number_that_cannot_be_is_named_before_any_password_is_checked(olga, field, typed):
    page = sign(olga, **{field: typed})
    assert page.status_code == 422
    assert LABELS[field] in text_of(page)
    assert f'href="#{field}"' in page.content.decode()
    assert value_of(page, "late_window_min") == (typed if field == "late_window_min" else "90")
    assert SiteSettings.objects.count() == 1
    assert not AuditEntry.objects.filter(action="check_secret").exists()


def test_all_mistakes_are_named_at_once(olga):
    words = text_of(sign(olga, late_window_min="x", hold_at="0", late_dose_policy=""))
    assert "How late a dose may still start: " in words
    assert "Relative criteria that hold a dose: " in words
    assert "Choose what a late start does" in words


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"secret": "wrong"}, "The name or the password is wrong."),
        ({"second_secret": "wrong"}, "The name or the password is wrong."),
        ({"second": ""}, "The name or the password is wrong."),
        ({"second": "olga"}, "signed by a prescriber and a pharmacist"),
        ({"second": "nina"}, "signed by a prescriber and a pharmacist"),
    ],
)
def test_both_signatures_are_needed_and_no_password_comes_back(olga, changes, sentence):
    page = sign(olga, **changes)
    assert page.status_code == 403
    assert sentence in text_of(page)
    assert value_of(page, "late_window_min") == "90"
    assert value_of(page, "reason") == "tighter since the audit"
    assert value_of(page, "secret") == value_of(page, "second_secret") == ""
    assert SiteSettings.objects.count() == 1


def test_a_change_needs_a_reason(olga):
    page = sign(olga, reason=" ")
    assert page.status_code == 422
    assert "Changing the settings needs a reason." in text_of(page)


@pytest.mark.parametrize("who", ["nina", "ada", "max"])
def test_who_may_not_sign_sees_no_form(cast, who):
    client = browser(getattr(cast, who))
    assert client.get("/settings/sign/").status_code == 403
    assert sign(client).status_code == 403
    assert SiteSettings.objects.count() == 1


def test_the_form_begins_with_what_is_in_force(olga):
    page = olga.get("/settings/sign/")
    assert value_of(page, "late_window_min") == "120"
    assert "Paul Pharmacist" in text_of(page) and "Nina Nurse" not in text_of(page).replace("Nina Nurse ", "")


# --- the action itself --------------------------------------------------------------------------------------------


def test_a_stale_or_borrowed_signature_is_refused(cast):
    values = dict(NUMBERS)
    with pytest.raises(NotAllowed) as refusal:
        sign_settings(
            by=as_(cast.olga), values=values, reason="test", signer=signed(cast.paul), second=signed(cast.olga)
        )
    assert refusal.value.code == "not_own_signature"


@pytest.mark.parametrize("raw", [True, 90.0, None, [], {}])
def test_only_whole_numbers_are_numbers(cast, raw):
    with pytest.raises(BadInput):
        sign_site(cast, late_window_min=raw)


def test_several_mistakes_travel_together(cast):
    with pytest.raises(Several) as refusal:
        sign_site(cast, late_window_min="", late_dose_policy="")
    assert {each.field for each in refusal.value.refusals} == {"late_window_min", "late_dose_policy"}
