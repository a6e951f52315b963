"""A real site treats nobody before every setting without a default is signed; and it says who may override a hold."""

from __future__ import annotations

import pytest

from dosing.actions.move_cycle import move_cycle
from dosing.actions.override_hold import override_hold
from dosing.actions.prescribe_cycle import prescribe_cycle
from dosing.actions.start_cycle import start_cycle
from dosing.models import SiteSettings, Slot
from tests.dosing.pages import browser, text_of
from tests.people import admit, as_, full_round, hire, running_cycle, sign_site, signed
from tracker import clock
from tracker.errors import Conflict, NotAllowed, Several
from tracker.models import Site


@pytest.fixture
def patient(cast):
    return admit(cast)


@pytest.fixture
def real_site(cast):
    """The site's patients are no longer made up."""
    Site.objects.update(demo=False)


def signed_before_the_question(cast):
    """Settings as an earlier version of the product kept them, before it asked who may override."""
    newest = SiteSettings.objects.order_by("-id").values().first()
    return SiteSettings.objects.create(**{**newest, "id": None, "override_by": None})


def order(cast, patient):
    return prescribe_cycle(by=as_(cast.olga), patient_id=patient.pk, dosing_weight_kg="70", first_dose_at=clock.now())


def test_no_setting_without_a_default_may_be_left_out(cast):
    with pytest.raises(Several) as refusals:
        sign_site(cast, late_window_min="", interval_tolerance_min="", late_dose_policy="",
                  max_infusion_deviation_min="", override_by="")  # fmt: skip
    assert {each.field for each in refusals.value.refusals} == {
        "late_window_min", "interval_tolerance_min", "late_dose_policy", "max_infusion_deviation_min", "override_by",
    }  # fmt: skip


def test_a_real_site_cannot_prescribe_before_it_is_ready(cast, patient, real_site):
    signed_before_the_question(cast)
    with pytest.raises(Conflict) as refusal:
        order(cast, patient)
    assert refusal.value.code == "site_not_ready"
    sign_site(cast)
    assert order(cast, patient).state == "prescribed"


def test_a_real_site_cannot_start_what_was_prescribed_before(cast, patient):
    signed_before_the_question(cast)
    cycle = order(cast, patient)  # while its patients were made up
    Site.objects.update(demo=False)
    with pytest.raises(Conflict) as refusal:
        start_cycle(by=as_(cast.nina), cycle_id=cycle.pk)
    assert refusal.value.code == "site_not_ready"
    page = browser(cast.nina).post(f"/cycles/{cycle.pk}/start/")
    assert page.status_code == 409 and "who may override a hold" in text_of(page)
    sign_site(cast)
    move_cycle(
        by=as_(cast.olga), cycle_id=cycle.pk, reason="settings signed", signature=signed(cast.olga), with_settings=True
    )
    assert start_cycle(by=as_(cast.nina), cycle_id=cycle.pk).state == "active"


def test_a_demo_ward_starts_without(cast, patient):
    signed_before_the_question(cast)
    assert running_cycle(cast, patient).state == "active"


# --- who may override -------------------------------------------------------------------------------------------------


@pytest.fixture
def omar(cast):
    return hire(cast, "omar", "Omar Oncologist", "oncologist")


@pytest.mark.parametrize(
    ("policy", "orderer", "other"),
    [("any_prescriber", True, True), ("ordering_prescriber", True, False), ("nobody", False, False)],
)
def test_the_hospital_says_who_may_override(cast, patient, omar, policy, orderer, other):
    sign_site(cast, override_by=policy)
    cycle = running_cycle(cast, patient)  # ordered by Olga
    full_round(cast, patient, systolic_bp="84")
    slot = Slot.objects.get(cycle=cycle, number=1)
    for who, may in ((omar, other), (cast.olga, orderer)):
        shown = "Override" in text_of(browser(who).get(f"/cycles/{cycle.pk}/")).replace("Overrides", "")
        assert shown is may
        try:
            override_hold(by=as_(who), slot_id=slot.pk, reason="baseline is low", signature=signed(who))
        except NotAllowed as refusal:
            assert (refusal.code, may) == ("may_not_override", False)
        else:
            assert may
            break


def test_a_running_cycle_keeps_who_may_override(cast, patient):
    cycle = running_cycle(cast, patient)
    sign_site(cast, override_by="nobody")
    full_round(cast, patient, systolic_bp="84")
    slot = Slot.objects.get(cycle=cycle, number=1)
    assert override_hold(by=as_(cast.olga), slot_id=slot.pk, reason="baseline is low", signature=signed(cast.olga))


def test_settings_say_it_to_everybody(cast):
    sign_site(cast, override_by="ordering_prescriber")
    words = text_of(browser(cast.nina).get("/settings/"))
    assert "Who may override a hold Only the prescriber who ordered the cycle" in words
