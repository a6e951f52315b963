"""The rule pages: whoever signs a rule set can read every rule, its source, our readings and what is odd about it."""

from __future__ import annotations

import pytest

from dosing.rules.oddities import ODDITIES
from dosing.rules.registry import RULE_SETS, newest_sets
from dosing.rules.standing import STANDING
from tests.dosing.pages import browser, text_of

SETS = [*newest_sets(), STANDING]


@pytest.fixture
def ada(cast):
    return browser(cast.ada)


def squeezed(text):
    return " ".join(text.replace("\u2009", " ").split())


def test_all_sets_are_listed(ada):
    words = text_of(ada.get("/rules/"))
    for each in SETS:
        assert each.title in words and each.key in words


@pytest.mark.parametrize("rule_set", SETS, ids=lambda each: each.key)
def test_every_rule_has_its_place_with_words_source_and_reading(ada, rule_set):
    page = ada.get(f"/rules/{rule_set.key}/")
    html, words = page.content.decode(), text_of(page)
    for rule in rule_set.rules:
        assert html.count(f'id="{rule.id}"') == 1
        for part in (rule.sentence, rule.release, rule.reading, str(rule.source)):
            assert squeezed(part) in words, (rule.id, part)
        for part in (rule.relative, rule.absolute) if rule.klass else (rule.trigger,):
            assert squeezed(part).lower() in words.lower(), (rule.id, part)


@pytest.mark.parametrize("rule_set", newest_sets(), ids=lambda each: each.key)
def test_what_is_odd_about_a_set_stands_beside_it(ada, rule_set):
    words = text_of(ada.get(f"/rules/{rule_set.id}/"))
    for oddity in ODDITIES:
        assert (squeezed(oddity.text) in words) is (rule_set.id in oddity.sets)


def test_the_number_of_readings_is_said(ada):
    label = RULE_SETS["label-2023@1"]
    readings = sum(1 for rule in label.rules if rule.reading)
    assert f"{readings} rules are marked" in text_of(ada.get("/rules/label-2023/"))


@pytest.mark.parametrize("name", ["label-1998", "label-2023@99", "x", "label-2023@", "%F0%9F%98%80"])
def test_an_unknown_set_is_not_found(ada, name):
    assert ada.get(f"/rules/{name}/").status_code == 404


def test_every_member_of_staff_may_read_the_rules(cast):
    for who in ("nina", "olga", "paul", "ada", "max", "zoe"):
        assert browser(getattr(cast, who)).get("/rules/label-2023/").status_code == 200


def test_nobody_else_may(client, db):
    assert client.get("/rules/label-2023/").status_code == 302
