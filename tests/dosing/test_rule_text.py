"""The rule sets as text in the repository: every rule with its source and reading, and never stale."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from dosing.management.commands.rule_pages import FOLDER, expected, stale
from dosing.rules.limit import Limit, Stricter
from dosing.rules.oddities import oddities_of
from dosing.rules.page_text import limit_words, page_text
from dosing.rules.registry import RULE_SETS
from dosing.rules.standing import STANDING

SETS = [*RULE_SETS.values(), STANDING]


def run(*arguments):
    out, err = StringIO(), StringIO()
    status = 0
    try:
        call_command("rule_pages", *arguments, stdout=out, stderr=err)
    except SystemExit as left:
        status = left.code
    return status, out.getvalue() + err.getvalue()


def test_what_is_in_the_repository_says_what_the_rules_say():
    assert run("--check") == (0, "The pages say what the rules say.\n")
    assert {path.stem for path in FOLDER.glob("*.md")} == {each.key for each in SETS}


@pytest.mark.parametrize("rule_set", SETS, ids=lambda each: each.key)
def test_every_rule_is_on_its_page_with_source_release_and_reading(rule_set):
    text = page_text(rule_set)
    assert text.startswith(f"# {rule_set.title}, version 1\n\n`{rule_set.key}`. Source: {rule_set.document}.\n")
    for rule in rule_set.rules:
        (part,) = (each for each in text.split("\n### ") if each.startswith(f"{rule.id}\n"))
        assert rule.sentence in part
        assert f"- Source: {rule.source}\n" in part
        assert f"- Release: {rule.release or 'nothing releases it.'}\n" in part
        assert (f"- Our reading: {rule.reading}\n" in part) is bool(rule.reading)
        for words in (rule.relative, rule.absolute) if rule.klass else (rule.trigger,):
            assert words in part
        assert part.count("- A hospital may set: ") == len(rule.limits)
    for oddity in oddities_of(rule_set.id):
        assert f"- {oddity.text}\n" in text


def test_organs_come_in_the_order_of_the_page():
    text = page_text(RULE_SETS["label-2023@1"])
    order = [line[3:] for line in text.splitlines() if line.startswith("## ")]
    assert order[:3] == ["Cardiovascular", "Respiratory", "Neurologic"]
    assert order[-1] == "Faithful to the source, and yet odd"


def test_a_page_that_was_edited_by_hand_is_found_and_mended(tmp_path):
    assert run("--write", f"--folder={tmp_path}") == (0, f"{len(SETS)} pages written.\n")
    assert stale(tmp_path) == []
    (tmp_path / "label-2023@1.md").write_text("something else", encoding="utf-8")
    (tmp_path / "til-2024@1.md").unlink()
    (tmp_path / "label-1998@1.md").write_text("a set that is gone", encoding="utf-8")
    status, said = run("--check", f"--folder={tmp_path}")
    assert (status, "label-1998@1.md, label-2023@1.md, til-2024@1.md" in said) == (1, True)
    run("--write", f"--folder={tmp_path}")
    assert {path.name for path in tmp_path.glob("*")} == set(expected())


def test_one_of_both_must_be_asked_for():
    with pytest.raises(CommandError):
        call_command("rule_pages")


@pytest.mark.parametrize(
    ("low", "high", "stricter", "words"),
    [
        (3, 10, Stricter.LOWER, "bilirubin above (printed 7 mg/dL; 3 to 10; lower is stricter)"),
        (3, 7, Stricter.LOWER, "bilirubin above (printed 7 mg/dL; 3 to 7; only stricter, which is lower)"),
        (7, 9, Stricter.HIGHER, "bilirubin above (printed 7 mg/dL; 7 to 9; only stricter, which is higher)"),
        (3, 10, Stricter.HIGHER, "bilirubin above (printed 7 mg/dL; 3 to 10; higher is stricter)"),
        (7, 9, Stricter.LOWER, "bilirubin above (printed 7 mg/dL; 7 to 9; lower is stricter)"),
    ],
)
def test_a_number_and_its_bounds_in_words(low, high, stricter, words):
    assert limit_words(Limit("above", "bilirubin above", "mg/dL", 7, low, high, stricter)) == words
