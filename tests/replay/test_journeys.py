"""Recorded cycles and what the rules answered at each step; the words of a release may change, nothing else may."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dosing.replay.printing import json_lines
from dosing.replay.read_journey import read_journey
from dosing.replay.run import run
from dosing.rules.registry import rule
from dosing.rules.verdict import Verdict
from tests.replay.journey_files import EXAMPLES, JOURNEYS, KEYS

FILES = sorted(JOURNEYS.glob("*.json"))


def answers(path: Path) -> list[dict]:
    """Every line of the answer."""
    return [json.loads(line) for line in json_lines(run(read_journey(path.read_bytes())))]


def pinned(path: Path) -> list[dict]:
    """The answer that was settled for this journey."""
    return [json.loads(line) for line in path.with_suffix(".expected.jsonl").read_text("utf-8").splitlines()]


def without_words(lines: list[dict]) -> list[dict]:
    """The lines without the sentences that say what would release a finding."""
    for line in lines:
        for finding in line.get("findings", ()):
            assert isinstance(finding.pop("release"), str)
    return lines


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_answer_is_as_pinned(path: Path) -> None:
    assert without_words(answers(path)) == pinned(path)


def test_every_journey_says_in_one_sentence_what_it_shows() -> None:
    assert len(FILES) >= 40
    for path in FILES:
        note = json.loads(path.read_bytes())["note"]
        assert 20 < len(note) < 160, path.name
        assert note.endswith("."), path.name


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_line_is_sorted_and_whole(path: Path) -> None:
    *lines, last = answers(path)
    assert list(last) == ["summary"]
    for line in lines:
        assert list(line) == KEYS
        assert line["refusals"] == sorted(line["refusals"])
        assert line["missing"] == sorted(line["missing"])
        order = [(-Verdict(finding["effect"]).rank, finding["id"]) for finding in line["findings"]]
        assert order == sorted(order)
        for finding in line["findings"]:
            assert list(finding) == ["id", "effect", "class", "because", "observed_at", "release"]
            assert rule(finding["id"]).id == finding["id"]


def test_a_dose_is_given_only_with_proceed_or_a_signed_override() -> None:
    for path in FILES:
        for line in answers(path)[:-1]:
            if not line["given"]:
                continue
            assert not line["refusals"], path.name
            assert not line["missing"], path.name
            past = ("proceed", "hold", "stop_cycle") if line["event"] == "override" else ("proceed",)
            assert line["verdict"] in past, path.name


def test_the_example() -> None:
    *lines, _ = answers(EXAMPLES / "sbp-hold-and-release.json")
    found = [
        {
            "slot": line["slot"],
            "verdict": line["verdict"],
            "finding_ids": [finding["id"] for finding in line["findings"]],
            "given": line["given"],
        }
        for line in lines
    ]
    assert found == pinned(EXAMPLES / "sbp-hold-and-release.json")
