"""The export: streamed in constant memory, inert in a spreadsheet, exact in JSON, and itself audited."""

from __future__ import annotations

import csv
import io
import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.api.caller import Caller, of_problem
from tests.people import admit, as_, round_
from tracker import clock
from tracker.actions.retract_round import retract_round
from tracker.audit.export import inert
from tracker.audit.record import Actor, Entry, write
from tracker.models import AuditEntry, Ward

FORMULA = '=HYPERLINK("http://evil","x")'


def text_of(answer):
    return b"".join(answer.response.streaming_content).decode()


def rows_of(answer):
    if answer.type.startswith("text/csv"):
        return list(csv.DictReader(io.StringIO(text_of(answer))))
    return [json.loads(line) for line in text_of(answer).splitlines()]


def test_the_csv_tells_what_happened_and_ends_with_its_own_entry(cast, ada, patient):
    answer = ada.get("audit/export/", format="csv")
    assert answer.response.streaming
    assert answer.type == "text/csv; charset=utf-8"
    assert answer.response["Content-Disposition"].endswith('.csv"')
    rows = rows_of(answer)
    assert [row["action"] for row in rows][-2:] == ["admit_patient", "export_audit"]
    assert any(row["action"] == "admit_patient" and row["patient"].startswith("4471-882") for row in rows)


def test_csv_is_what_one_gets_when_no_format_is_named(cast, ada):
    assert ada.get("audit/export/").type.startswith("text/csv")


def test_json_lines_have_everything_as_it_was_written(cast, ada, patient):
    struck = round_(cast, patient, temperature="37.2")
    retract_round(by=as_(cast.nina), round_id=struck.pk, reason=FORMULA)
    rows = rows_of(ada.get("audit/export/", format="jsonl"))
    assert len(rows) == AuditEntry.objects.count()
    row = next(each for each in rows if each["action"] == "retract_round")
    assert row["reason"] == FORMULA
    assert row["before"]["values"]["temperature"]["value"] == "37.2"


def test_no_cell_of_the_csv_runs_in_a_spreadsheet(cast, ada, patient):
    """T30."""
    struck = round_(cast, patient, heart_rate="80")
    retract_round(by=as_(cast.nina), round_id=struck.pk, reason=FORMULA)
    write(by=Actor(user=None, origin="@SUM(1)", name="-2+3"), entry=Entry(action="+cmd", reason="\t=1"))
    rows = rows_of(ada.get("audit/export/", format="csv"))
    assert next(row for row in rows if row["action"] == "retract_round")["reason"] == f"'{FORMULA}"
    for row in rows:
        for cell in row.values():
            assert not cell.lstrip(" ").startswith(tuple("=+-@\t\r\n")), cell


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@x", "\tx", "\rx", "\nx", "  =1", "＝1"])
def test_what_begins_like_a_formula_gets_an_apostrophe(cell):
    assert inert(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["a=1", "84", "", "Müller"])
def test_what_does_not_stays(cell):
    assert inert(cell) == cell


def test_both_times_are_in_the_file_and_named(cast, ada, zoe, patient):
    """T35."""
    Ward.objects.filter(pk=cast.ward.pk).update(timezone="America/New_York")
    row = next(each for each in rows_of(ada.get("audit/export/", format="jsonl")) if each["action"] == "admit_patient")
    assert row["at_utc"].endswith("Z")
    assert row["timezone"] == "America/New_York"
    assert row["at_local"][-6:] in ("-05:00", "-04:00")
    assert row["at_local"][:19] != row["at_utc"][:19]


def test_the_export_is_audited_with_its_filter_before_the_first_byte(cast, ada, patient):
    ada.get("audit/export/", format="jsonl", user="nina", patient="4471-882")
    entry = AuditEntry.objects.order_by("-id").first()
    assert (entry.action, entry.actor, entry.outcome) == ("export_audit", "Ada Auditor", "done")
    assert entry.after["format"] == "jsonl"
    assert entry.after["filter"] == {"patient_id": patient.pk, "user": "nina"}


def test_filters_narrow_to_exactly_this_patient_and_this_person(cast, ada, patient):
    other = admit(cast, mrn=f"{patient.pk}0", bed=4, given="Nina")
    round_(cast, patient, heart_rate="80", by=cast.noah)
    mine = rows_of(ada.get("audit/export/", format="jsonl", patient="4471-882"))
    assert {row["patient_id"] for row in mine} == {patient.pk}
    assert {row["patient_id"] for row in rows_of(ada.get("audit/export/", format="jsonl", patient=other.pk))} == {
        other.pk
    }
    assert {row["actor"] for row in rows_of(ada.get("audit/export/", format="jsonl", user="noah"))} == {"Noah Nurse"}
    later = (clock.now() + timedelta(hours=1)).isoformat()
    assert rows_of(ada.get("audit/export/", format="jsonl", **{"from": later})) == []


def test_failed_sign_ins_count_as_the_persons(cast, ada):
    Caller().post("auth/token/", {"username": "noah", "password": "guess"})
    rows = rows_of(ada.get("audit/export/", format="jsonl", user="noah"))
    assert [(row["action"], row["outcome"]) for row in rows] == [("check_secret", "refused")]


@pytest.mark.parametrize(
    ("query", "code", "field"),
    [
        ({"format": "xlsx"}, "bad_format", "format"),
        ({"from": "yesterday"}, "bad_time", "from"),
        ({"from": "2026-03-02T08:00:00"}, "naive_time", "from"),
        ({"to": "2026-13-02"}, "bad_date", "to"),
        ({"from": "2026-03-02", "to": "2026-03-01"}, "empty_period", "to"),
        ({"patient": "0000"}, "no_such_patient", "patient"),
        ({"patient": "9" * 30}, "no_such_patient", "patient"),
        ({"user": "nobody"}, "no_such_user", "user"),
        ({"outcome": "perhaps"}, "bad_outcome", "outcome"),
        ({"form": "csv"}, "unknown_filter", "form"),
    ],
)
def test_a_filter_that_means_nothing_is_refused(cast, ada, query, code, field):
    of_problem(ada.get("audit/export/", **query), 422, code, field)


def test_a_plus_that_an_address_turned_into_a_space_is_understood(cast, ada, patient):
    assert rows_of(ada.get("audit/export/", **{"from": "2026-01-01T00:00:00 01:00"}))


def test_memory_does_not_grow_with_the_trail(cast, ada, monkeypatch):
    """Pages of a few rows by the last id seen, each fetched only when the one before has gone out."""
    monkeypatch.setattr("tracker.audit.export.CHUNK", 10)
    for number in range(55):
        write(by=as_(cast.nina), entry=Entry(action="test", reason=str(number)))
    answer = ada.get("audit/export/", format="jsonl")
    with CaptureQueriesContext(connection) as captured:
        lines = iter(answer.response.streaming_content)
        for _ in range(10):
            next(lines)
    pages = [each["sql"] for each in captured if "LIMIT 10" in each["sql"]]
    assert len(pages) == 1
    assert "OFFSET" not in pages[0]
    write(by=as_(cast.nina), entry=Entry(action="too late"))
    rest = [json.loads(line) for line in lines]
    assert rest[-1]["action"] == "export_audit"


def test_who_may_not_export(cast, nina, olga):
    of_problem(nina.get("audit/export/"), 403, "not_allowed")
    of_problem(olga.get("audit/export/"), 403, "not_allowed")
