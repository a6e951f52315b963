"""`manage.py replay`: what it prints, its exit statuses, a folder, and its options."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.replay.journey_files import EXAMPLES, JOURNEYS, KEYS, put, replay, small, written

ROOT = Path(__file__).parents[2]
EXAMPLE = EXAMPLES / "sbp-hold-and-release.json"
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


# --- the lines --------------------------------------------------------------------------------------------------------


def test_each_decision_is_one_line_with_eight_keys_and_the_summary_is_the_last(tmp_path: Path) -> None:
    answer = replay(EXAMPLE)
    assert (answer.status, answer.err) == (0, "")
    *lines, last = answer.lines
    assert [list(line) for line in lines] == [KEYS] * 3
    assert lines[0] == {
        "at": "2026-03-02T07:00:00Z", "event": "give", "slot": 1, "verdict": "proceed", "refusals": [], "findings": [],
        "missing": [], "given": True,
    }  # fmt: skip
    (finding,) = lines[1]["findings"]
    assert finding.pop("release")
    assert finding == {
        "id": "L-CV-SBP", "effect": "hold", "class": None, "because": {"systolic_bp": 86},
        "observed_at": "2026-03-02T14:30:00Z",
    }  # fmt: skip
    assert last == {
        "summary": {
            "slots_planned": 14, "given": 2, "held": 0, "lapsed": 0, "cumulative_iu": "84000000",
            "verdicts": {"proceed": 2, "hold": 1},
        }
    }  # fmt: skip


def test_only_ask_give_override_and_hold_print_a_line(tmp_path: Path) -> None:
    journey = small()
    journey["events"] += [
        {"at": "2026-03-02T09:00:00Z", "retract": "first"},
        {"at": "2026-03-02T10:00:00Z", "ask": 2},
        {"at": "2026-03-02T10:01:00Z", "hold": {"slot": 3, "reason": "scan"}},
        {"at": "2026-03-02T10:02:00Z", "override": {"slot": 2, "reason": "benefit"}},
        {"at": "2026-03-02T10:03:00Z", "end_cycle": {"reason": "done"}},
    ]
    *lines, _ = replay(written(tmp_path, journey)).lines
    assert [line["event"] for line in lines] == ["give", "ask", "hold", "override"]


def test_instants_are_printed_in_utc_to_the_second_with_fractions_cut_off(tmp_path: Path) -> None:
    journey = put(small(), "/events/1/at", "2026-03-02T08:00:01.999999+01:00")
    put(journey, "/events/0/at", "2026-03-02T07:40:00.9+01:00")
    put(journey, "/events/0/observe/spo2", 80)
    line = replay(written(tmp_path, journey)).lines[0]
    assert line["at"] == "2026-03-02T07:00:01Z"
    assert line["findings"][0]["observed_at"] == "2026-03-02T06:40:00Z"
    assert all(INSTANT.fullmatch(each["at"]) for each in replay(EXAMPLE).lines[:-1])


def test_findings_come_gravest_first_and_then_by_id(tmp_path: Path) -> None:
    journey = small()
    journey["rules"] = ["til-2024", "institution-2015", "consensus-2014", "label-2023"]
    journey["prior"] = {"discontinued": True, "course_stopped": True}
    journey["events"][0]["observe"] |= {
        "systolic_bp": 80, "platelets": 20000, "liver_pain": "yes", "tamponade": "yes", "resting_dyspnea": "yes",
        "hypotension_after_boluses": "yes",
    }  # fmt: skip
    found = [(each["effect"], each["id"]) for each in replay(written(tmp_path, journey)).lines[0]["findings"]]
    assert found == [
        ("discontinue", "L-CV-TAMPONADE"),
        ("discontinue", "P-DISCONTINUED"),
        ("stop_course", "L-HEP-TOX"),
        ("stop_course", "P-COURSE-STOPPED"),
        ("stop_cycle", "C-BLEED-PLATELETS"),
        ("stop_cycle", "I-BLEED-PLATELETS"),
        ("stop_cycle", "T-BP-REFRACTORY"),
        ("hold", "C-PULM-DYSPNEA"),
        ("hold", "I-PULM-DYSPNEA"),
        ("hold", "L-CV-SBP"),
    ]


def test_missing_is_filled_and_sorted_also_under_a_higher_verdict(tmp_path: Path) -> None:
    journey = small()
    for code in ("temperature", "rhythm", "oxygen_flow"):
        del journey["events"][0]["observe"][code]
    put(journey, "/events/0/observe/systolic_bp", 70)
    line = replay(written(tmp_path, journey)).lines[0]
    assert (line["verdict"], line["missing"]) == ("hold", ["oxygen_flow", "rhythm", "temperature"])


def test_all_refusals_are_listed_sorted(tmp_path: Path) -> None:
    journey = small()
    journey["prior"] = {
        "cycle_number": 2, "doses_given_in_course": 28, "cycle_1_first_dose_at": "2026-02-20T08:00:00Z",
    }  # fmt: skip
    journey["events"] += [
        {"at": "2026-03-02T08:01:00+01:00", "end_cycle": {"reason": "no"}},
        {"at": "2026-03-02T08:02:00+01:00", "ask": 15},
    ]
    line = replay(written(tmp_path, journey)).lines[1]
    assert line["refusals"] == ["course_cap", "cycle_cap", "not_active", "rest_period", "too_early"]


def test_numbers_are_printed_as_they_were_measured(tmp_path: Path) -> None:
    journey = put(small(), "/events/0/observe/temperature", 37.2)
    journey["rules"] = ["consensus-2014"]
    journey["events"][0]["observe"] |= {"creatinine": "2.50", "weight": 80.51, "oxygen_flow": "3.0"}
    answer = replay(written(tmp_path, journey))
    because = {key: value for each in answer.lines[0]["findings"] for key, value in each["because"].items()}
    assert because == {"creatinine": 2.5, "weight": 80.51, "oxygen_flow": 3}
    assert '"creatinine": 2.5,' in answer.out or '"creatinine": 2.5}' in answer.out


def test_the_sum_of_iu_is_a_plain_decimal(tmp_path: Path) -> None:
    for weight, iu in (("70.35", "42210000"), (69.9, "41940000"), ("70.0000001", "42000000.06"), ("7e1", "42000000")):
        journey = put(small(), "/dosing_weight_kg", weight)
        assert replay(written(tmp_path, journey)).lines[-1]["summary"]["cumulative_iu"] == iu


def test_a_journey_without_events_has_a_summary(tmp_path: Path) -> None:
    journey = small()
    del journey["events"], journey["baseline"], journey["rules"], journey["timezone"]
    answer = replay(written(tmp_path, journey))
    assert answer.status == 0
    assert answer.lines == [
        {"summary": {"slots_planned": 14, "given": 0, "held": 0, "lapsed": 0, "cumulative_iu": "0", "verdicts": {}}}
    ]


def test_unknown_keys_are_ignored_and_numbers_may_be_text(tmp_path: Path) -> None:
    journey = small() | {"note": "for people", "ward": {"deep": [1, 2]}}
    journey["settings"] |= {"late_window_min": "120", "colour": "red", "interval_h": 77}
    journey["events"][0] |= {"author": "nina"}
    journey["events"][0]["observe"] |= {"systolic_bp": "118", "somnolence_grade": "0", "rash_grade": 1}
    journey["events"][1] = {"at": "2026-03-02T08:00:00+01:00", "give": "1", "entered_at": "2026-03-02T09:00:00+01:00"}
    plain = replay(written(tmp_path, small()))
    answer = replay(written(tmp_path, journey))
    assert (answer.status, answer.out) == (0, plain.out)


def test_a_retraction_counts_from_the_moment_it_was_typed(tmp_path: Path) -> None:
    journey = small()
    journey["events"] += [
        {"at": "2026-03-02T08:10:00+01:00", "retract": "first", "entered_at": "2026-03-02T08:30:00+01:00"},
        {"at": "2026-03-02T08:29:00+01:00", "ask": 2},
        {"at": "2026-03-02T08:30:00+01:00", "retract": "first"},
        {"at": "2026-03-02T08:31:00+01:00", "ask": 2},
    ]
    _, before, after, _ = replay(written(tmp_path, journey)).lines
    assert (before["verdict"], after["verdict"]) == ("proceed", "incomplete")


@pytest.mark.parametrize("slot", [15, 10_000, 10_001, 10**9, 10**30])
def test_a_slot_beyond_any_cycle_is_answered(tmp_path: Path, slot: int) -> None:
    line = replay(written(tmp_path, put(small(), "/events/1/give", slot))).lines[0]
    assert (line["refusals"], line["given"]) == (["cycle_cap", "too_early"], False)


def test_lengths_beyond_the_calendar_are_no_problem(tmp_path: Path) -> None:
    journey = small()
    journey["settings"] |= {
        "late_window_min": 10**18, "interval_tolerance_min": 10**18, "max_age_min": {"vitals": 10**18, "labs": 10**30},
    }  # fmt: skip
    assert replay(written(tmp_path, journey)).lines[0]["given"] is True


# --- options ----------------------------------------------------------------------------------------------------------


def test_rules_on_the_command_line_win(tmp_path: Path) -> None:
    told = [[each["id"] for each in line["findings"]] for line in replay(EXAMPLE).lines[:-1]]
    assert told == [[], ["L-CV-SBP"], []]
    other = replay(EXAMPLE, "--rules", "consensus-2014", "--rules", "institution-2015@1")
    assert [[each["id"] for each in line["findings"]] for line in other.lines[:-1]] == [[], [], ["C-CV-TACHYCARDIA"]]


def test_default_rules_are_those_of_the_regimen(tmp_path: Path) -> None:
    journey = put(small(), "/events/0/observe/phenylephrine_rate", 0.6)
    del journey["rules"]
    for regimen, rule_id in (("hd-il2", "C-HEM-PRESSOR"), ("til-il2", "T-BP-PRESSOR")):
        found = replay(written(tmp_path, put(journey, "/regimen", regimen))).lines[0]["findings"]
        assert [each["id"] for each in found] == [rule_id]


def test_an_unknown_rule_set_on_the_command_line_is_refused(tmp_path: Path) -> None:
    for name in ("label-2099", "label-2023@2", ""):
        answer = replay(EXAMPLE, "--rules", name)
        assert (answer.status, answer.out, len(answer.err.splitlines())) == (2, "", 1)
        assert answer.err.startswith(f"{EXAMPLE}: --rules: There is no rule set '{name}'. Use one of label-2023@1,")


def test_an_unknown_rule_set_to_compare_is_refused_where_it_was_typed() -> None:
    answer = replay(EXAMPLE, "--compare", "label-2023", "label-2023,label-2099")
    assert (answer.status, answer.out, len(answer.err.splitlines())) == (2, "", 1)
    assert answer.err.startswith(f"{EXAMPLE}: --compare: There is no rule set 'label-2099'.")


def test_the_table_names_the_day_of_a_finding_that_is_older() -> None:
    said = replay(JOURNEYS / "edges-of-oliguria.json", "--format", "table").out.splitlines()
    late = next(number for number, line in enumerate(said) if line.startswith("04 Mar 00:00"))
    assert "at Tue 07:40, below 10 mL/h" in said[late + 1].replace("\N{THIN SPACE}", " ")
    assert "at 07:40, below 10 mL/h" in said[late - 1].replace("\N{THIN SPACE}", " ")


def test_the_table_is_for_people_in_the_wards_time() -> None:
    answer = replay(EXAMPLE, "--format", "table")
    assert answer.status == 0
    assert "02 Mar 08:00 +0100" in answer.out
    assert "L-CV-SBP" in answer.out
    assert "2 of 14 given" in answer.out


def test_the_table_of_every_journey_can_be_printed() -> None:
    for path in sorted(JOURNEYS.glob("*.json")):
        answer = replay(path, "--format", "table")
        assert (answer.status, answer.err) == (0, ""), path.name


@pytest.mark.parametrize("zone", ["Mars/Olympus", 5, None, "", "../../etc/passwd", "Europe"])
def test_a_time_zone_that_does_not_exist_is_only_a_matter_of_display(tmp_path: Path, zone: object) -> None:
    path = written(tmp_path, put(small(), "/timezone", zone))
    assert replay(path).status == 0
    assert "02 Mar 07:00 +0000" in replay(path, "--format", "table").out


def test_compare_shows_the_decisions_that_differ() -> None:
    answer = replay(EXAMPLE, "--compare", "label-2023", "label-2023,consensus-2014")
    (line,) = answer.out.splitlines()
    assert answer.status == 0
    assert line.startswith("sbp-hold-and-release.json: 2026-03-02T16:00:00Z give dose 2: proceed, given | hold")
    assert replay(EXAMPLE, "--compare", "label-2023", "label-2023@1").out == ""


# --- folders and exit statuses ----------------------------------------------------------------------------------------


def test_a_folder_prints_one_line_for_each_journey_and_runs_on_past_a_bad_one(tmp_path: Path) -> None:
    written(tmp_path, small(), "a.json")
    written(tmp_path, "{", "b.json")
    written(tmp_path, put(small(), "/events/1/give", 0), "c.json")
    written(tmp_path, small(), "d.json")
    written(tmp_path, "not a journey", "readme.txt")
    answer = replay(tmp_path, "--summary")
    assert answer.status == 2
    assert [line.split(":")[0] for line in answer.out.splitlines()] == ["a.json", "d.json"]
    bad = answer.err.splitlines()
    assert [line.split(":")[0] for line in bad] == [str(tmp_path / "b.json"), str(tmp_path / "c.json")]
    assert "/events/1/give" in bad[1]


def test_a_folder_of_valid_journeys_is_status_0(tmp_path: Path) -> None:
    answer = replay(JOURNEYS, "--summary")
    assert (answer.status, answer.err) == (0, "")
    assert len(answer.out.splitlines()) == len(list(JOURNEYS.glob("*.json")))
    empty = replay(tmp_path, "--summary")
    assert (empty.status, empty.err) == (0, f"{tmp_path}: no journey (*.json) is in this folder.\n")


def test_a_folder_compares_every_journey() -> None:
    answer = replay(JOURNEYS, "--compare", "label-2023", "label-2023,institution-2015")
    assert (answer.status, answer.err) == (0, "")
    assert "third-held-dose-stops-the-cycle.json: " in answer.out


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "folder.json").mkdir()
    for path in (tmp_path / "nowhere.json", tmp_path / "folder.json"):
        answer = replay(path)
        assert (answer.status, answer.out, len(answer.err.splitlines())) == (2, "", 1)
        assert str(path) in answer.err


def test_just_below_ten_megabytes_is_read_and_ten_are_not(tmp_path: Path) -> None:
    text = json.dumps(small() | {"note": ""})
    padding = 10_000_000 - len(text)
    path = written(tmp_path, text.replace('"note": ""', f'"note": "{"x" * (padding - 1)}"'))
    assert path.stat().st_size == 9_999_999
    assert replay(path).status == 0
    path = written(tmp_path, text.replace('"note": ""', f'"note": "{"x" * padding}"'))
    answer = replay(path)
    assert (answer.status, answer.out, len(answer.err.splitlines())) == (2, "", 1)
    assert len(answer.err) < 300


def test_as_a_process_standard_output_holds_the_lines_and_nothing_else(tmp_path: Path) -> None:
    bad = written(tmp_path, put(small(), "/regimen", "low-dose"))
    results = [
        subprocess.run(
            [sys.executable, "manage.py", "replay", str(path), *more],
            cwd=ROOT, capture_output=True, text=True, check=False, timeout=60,
        )
        for path, more in ((EXAMPLE, []), (bad, []), (tmp_path, ["--summary"]))
    ]  # fmt: skip
    assert [result.returncode for result in results] == [0, 2, 2]
    assert results[0].stdout == replay(EXAMPLE).out
    assert results[0].stderr == ""
    for result in results[1:]:
        assert result.stdout == ""
        (line,) = result.stderr.splitlines()
        assert line.startswith(f"{bad}: /regimen: ")


def test_a_reader_that_has_seen_enough_ends_the_run_without_a_word() -> None:
    command = [sys.executable, "manage.py", "replay", str(JOURNEYS), "--summary"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        process.stdout.close()
        assert process.stderr.read() == ""
        assert process.wait() == 0
