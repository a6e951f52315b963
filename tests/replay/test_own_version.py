"""A committee runs a hospital's own version over past cycles before anybody signs it."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from dosing.actions.draft_version import draft_version
from tests.people import as_
from tests.replay.journey_files import put, replay, small, written

BILIRUBIN = "C-GI-BILIRUBIN.relative_above"
OWN = {"rule_set": "consensus-2014@1.1", "thresholds": {BILIRUBIN: "5"}, "counting": None, "max_age_min": None}


@pytest.fixture
def journey(tmp_path: Path) -> Path:
    """Bilirubin 6 before dose 1."""
    return written(tmp_path, put(small(), "/baseline/values/bilirubin", 6))


def own(tmp_path: Path, **changes: object) -> Path:
    file = tmp_path / "own.version"
    file.write_text(json.dumps({**OWN, **changes}), encoding="utf-8")
    return file


def rules(*names: str) -> list[str]:
    return [f"--rules={name}" for name in names]


def test_the_hospitals_number_decides(tmp_path: Path, journey: Path) -> None:
    printed = replay(journey, *rules("label-2023", "consensus-2014"))
    assert printed.lines[0]["verdict"] == "proceed"
    ours = replay(journey, *rules("label-2023", "consensus-2014@1.1"), "--own", own(tmp_path))
    assert (ours.status, ours.lines[0]["verdict"]) == (0, "hold")
    assert [each["id"] for each in ours.lines[0]["findings"]] == ["C-GI-BILIRUBIN"]


def test_the_printed_and_the_hospitals_version_are_compared(tmp_path: Path, journey: Path) -> None:
    sets = ["--compare", "label-2023,consensus-2014", "label-2023,consensus-2014@1.1"]
    answer = replay(journey, *sets, "--own", own(tmp_path))
    assert answer.status == 0
    assert "proceed" in answer.out and "hold" in answer.out


def test_counting_and_freshness_go_with_it(tmp_path: Path, journey: Path) -> None:
    file = own(tmp_path, counting={"hold_at": 2, "stop_at": 4}, max_age_min={"vitals": 15})
    answer = replay(journey, *rules("label-2023", "consensus-2014@1.1"), "--own", file)
    assert answer.lines[0]["verdict"] == "incomplete"
    assert "systolic_bp" in answer.lines[0]["missing"]


def test_without_its_file_it_is_unknown(journey: Path) -> None:
    answer = replay(journey, *rules("label-2023", "consensus-2014@1.1"))
    assert (answer.status, answer.out) == (2, "")


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"rule_set": "consensus-2014@1"}, "/rule_set"),
        ({"rule_set": "consensus-2014@9.1"}, "/rule_set"),
        ({"rule_set": 7}, "/rule_set"),
        ({"thresholds": {BILIRUBIN: "99"}}, f"/thresholds/{BILIRUBIN}"),
        ({"thresholds": {"L-CV-SBP.hold_below": "80"}}, "/thresholds/L-CV-SBP.hold_below"),
        ({"thresholds": ["x"]}, "/thresholds"),
        ({"counting": {"hold_at": 9}}, "/counting/hold_at"),
        ({"max_age_min": {"vitals": 9999}}, "/max_age_min/vitals"),
    ],
)
def test_a_version_that_cannot_be_ends_the_run_with_its_place(
    tmp_path: Path, journey: Path, changes: dict, place: str
) -> None:
    answer = replay(journey, "--own", own(tmp_path, **changes))
    assert (answer.status, answer.out) == (2, "")
    assert len(answer.err.splitlines()) == 1 and f": {place}: " in answer.err


@pytest.mark.parametrize("text", ["", "[]", "{", '{"rule_set": "consensus-2014@1.1"}'])
def test_a_file_that_is_no_version(tmp_path: Path, journey: Path, text: str) -> None:
    file = tmp_path / "own.version"
    file.write_text(text, encoding="utf-8")
    assert replay(journey, "--own", file).status == 2
    assert replay(journey, "--own", tmp_path / "nowhere").status == 2


def test_a_draft_is_printed_as_the_file_that_replay_reads(tmp_path: Path, journey: Path, cast: object) -> None:
    draft_version(by=as_(cast.olga), rule_set="consensus-2014", values={BILIRUBIN: "5"}, reason="our laboratory")
    out = StringIO()
    call_command("rule_version", "consensus-2014@1.1", stdout=out)
    assert json.loads(out.getvalue()) == OWN
    file = tmp_path / "own.version"
    file.write_text(out.getvalue(), encoding="utf-8")
    answer = replay(journey, *rules("label-2023", "consensus-2014@1.1"), "--own", file)
    assert answer.lines[0]["verdict"] == "hold"
    with pytest.raises(CommandError, match=r"consensus-2014@1\.7"):
        call_command("rule_version", "consensus-2014@1.7")
