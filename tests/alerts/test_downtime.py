"""The downtime pack: complete on paper, whole on the disk, renewed by itself, and its age always said."""

from __future__ import annotations

import os
import re
import stat
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from alerts import downtime_pack
from alerts.downtime_pack import folder_of, write_packs
from alerts.tasks import write_downtime_packs
from tests.alerts.test_board import forget
from tests.dosing.pages import browser, text_of
from tests.people import admit, as_, full_round, running_cycle
from tracker import clock
from tracker.actions.move_patient import discharge_patient
from tracker.models import Bed, Ward

MORNING = datetime(2026, 3, 4, 4, 42, tzinfo=UTC)  # 05:42 on the ward


@pytest.fixture
def frozen():
    with clock.telling(MORNING):
        yield MORNING


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    return tmp_path


def in_bed(cast, bed: int = 0, **values: str):
    patient = admit(cast, mrn=f"4471-{bed:03d}", bed=bed, family=f"Family{bed:02d}")
    full_round(cast, patient, **values)
    return patient, running_cycle(cast, patient, first=clock.now() + timedelta(hours=1))


def pack(cast) -> dict[str, str]:
    return {path.name: path.read_text() for path in folder_of(cast.ward).glob("*.html")}


# --- the sheet --------------------------------------------------------------------------------------------------------


def test_a_sheet_says_who_what_until_when_and_as_of_when(cast, frozen):
    in_bed(cast)
    said = text_of(browser(cast.nina).get("/downtime/"))
    for words in (
        "Family00, Teresa", "Born 1968-09-14", "MRN 4471-000", "Allergy: penicillin (rash)", "Dosing weight 70 kg",
        "Made 2026-03-04 05:42 +01:00", "PROCEED as of 05:42", "Dose 42,000,000 IU", "Draw 2.33 mL from 2 vials",
        "Systolic BP 118 mmHg 05:42, 0 min old", "Fluid intake not recorded",
        "Systolic blood pressure below 90 mmHg", "L-CV-SBP",
    ):  # fmt: skip
        assert words in said, words


def test_the_doses_of_the_next_24_h_have_their_limits(cast, frozen):
    in_bed(cast)
    said = text_of(browser(cast.nina).get("/downtime/"))
    assert "1 06:42 06:12 08:42" in said and "3 22:42 22:12 Thu 00:42" in said
    assert "4 Thu 06:42" not in said  # 25 h ahead


def test_a_patient_who_is_barred_has_no_dose_to_give_on_paper(cast, frozen):
    in_bed(cast, ischemia="chest_pain")
    said = text_of(browser(cast.nina).get("/downtime/"))
    assert "DISCONTINUE as of 05:42" in said and "No further dose of this cycle may be given." in said
    assert "1 06:42" not in said


def test_t14_a_value_never_measured_is_not_zero(cast, frozen):
    admit(cast)
    said = text_of(browser(cast.nina).get("/downtime/"))
    assert "Systolic BP not recorded" in said and "No interleukin-2 cycle is open." in said


def test_one_sheet_alone_can_be_printed(cast, frozen):
    patient, _ = in_bed(cast, 0)
    in_bed(cast, 1)
    page = browser(cast.nina).get(f"/downtime/?patient={patient.pk}").content.decode()
    assert page.count('class="sheet"') == 1 and "data-print" in page


def test_t34_near_a_clock_change_every_printed_time_has_its_offset(cast):
    with clock.telling(datetime(2026, 10, 24, 22, 40, tzinfo=UTC)):  # 00:40 summer time
        in_bed(cast)
        write_packs()
    sheet = pack(cast)["ward.html"]
    assert "01:40 +02:00" in sheet and "08:40 +01:00" in sheet and "2026-10-25 00:40 +02:00" in sheet
    assert not re.findall(r">(?:Sun |Sat )?\d\d:\d\d<", sheet)


def test_other_wards_and_other_roles(cast, frozen):
    in_bed(cast)
    assert "Family00" not in text_of(browser(cast.zoe).get("/downtime/"))
    assert browser(cast.zoe).get("/downtime/?ward=4W").status_code == 404
    assert browser(cast.ada).get("/downtime/").status_code == 403


def test_a_whole_ward_is_less_than_100_kb_on_the_wire(cast, frozen):
    for bed in range(12):
        in_bed(cast, bed)
    page = browser(cast.nina).get("/downtime/", headers={"Accept-Encoding": "gzip"})
    assert page["Content-Encoding"] == "gzip" and len(page.content) < 100_000


# --- the folder -------------------------------------------------------------------------------------------------------


def test_the_task_writes_a_file_a_patient_and_one_for_the_ward(cast, frozen):
    patient, _ = in_bed(cast)
    write_downtime_packs()
    assert set(pack(cast)) == {"ward.html", f"bed-01-{patient.pk}.html"}
    assert all("Family00" in text for text in pack(cast).values())


def test_a_file_needs_nothing_else(cast, frozen):
    in_bed(cast)
    write_packs()
    for text in pack(cast).values():
        assert "<style>" in text and not re.search(r"(src|href|url)\s*[=(]|<script|@import", text)


def test_a_sheet_of_somebody_who_left_is_removed(cast, frozen):
    patient, _ = in_bed(cast)
    other, _ = in_bed(cast, 1)
    write_packs()
    with clock.telling(MORNING + timedelta(minutes=15)):
        from dosing.actions.end_cycle import end_cycle
        from dosing.models import Cycle

        end_cycle(by=as_(cast.olga), cycle_id=Cycle.objects.get(patient=patient).pk, reason="home")
        discharge_patient(by=as_(cast.nina), patient_id=patient.pk)
        write_packs()
    assert set(pack(cast)) == {"ward.html", f"bed-02-{other.pk}.html"}


def test_a_write_that_fails_half_way_leaves_the_old_file_whole(cast, frozen, monkeypatch):
    in_bed(cast)
    write_packs()
    before = pack(cast)

    def power_cut(handle: int) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr(os, "fsync", power_cut)
    with clock.telling(MORNING + timedelta(minutes=15)):
        assert write_packs().failed == 2
    assert pack(cast) == before
    assert not list(folder_of(cast.ward).glob("*.part")) and not list(folder_of(cast.ward).glob(".*"))


def test_what_a_killed_worker_left_half_written_does_not_stay(cast, frozen):
    write_packs()
    old, other = (folder_of(cast.ward) / f".ward.html.{name}.part" for name in ("old", "other"))
    for half, minutes in ((old, 60), (other, 1)):  # another worker may be at work on the second
        half.write_text("half a sheet")
        touched = (MORNING - timedelta(minutes=minutes)).timestamp()
        os.utime(half, (touched, touched))
    write_packs()
    assert not old.exists() and other.exists()


def test_a_ward_that_fails_does_not_keep_the_others_from_theirs(cast, frozen, monkeypatch):
    whole = downtime_pack.ward_record
    monkeypatch.setattr(
        downtime_pack, "ward_record", lambda ward, *more: 1 / 0 if ward.code == "4W" else whole(ward, *more)
    )
    done = write_packs()
    assert (done.wards, done.failed) == (1, 1) and (folder_of(cast.other_ward) / "ward.html").exists()
    with pytest.raises(CommandError, match="1 wards"):
        call_command("downtime_pack")


def test_the_command_says_what_it_wrote(cast, frozen, capsys):
    in_bed(cast)
    call_command("downtime_pack")
    assert "1 sheets of 2 wards written." in capsys.readouterr().out


def test_only_the_owner_reads_the_folder_and_its_names_tell_nothing(cast, frozen):
    in_bed(cast)
    write_packs()
    folder = folder_of(cast.ward)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in folder.glob("*.html"))
    assert not any("Family" in path.name or "4471" in path.name for path in folder.iterdir())


def test_two_wards_never_share_a_folder_and_none_leaves_the_data_folder(db, own_folder):
    codes = ["4W", "4 W", "4/W", "../etc", "..", "Ä"]
    wards = [Ward.objects.create(code=code, name=code) for code in codes]
    folders = [folder_of(ward) for ward in wards]
    assert len(set(folders)) == len(codes)
    assert all(folder.resolve().parent == own_folder.resolve() / "downtime" for folder in folders)


# --- its age ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("minutes", "words", "old"), [(12, "12 min ago", False), (30, "30 min ago", False), (31, "31 min ago", True)]
)
def test_the_age_of_the_pack_is_always_said(cast, frozen, minutes, words, old):
    write_packs()
    with clock.telling(MORNING + timedelta(minutes=minutes)):
        said = text_of(browser(cast.nina).get("/downtime/"))
    assert f"The pack was written at 05:42, {words}." in said and ("tell who looks after" in said) == old


def test_a_pack_that_was_never_written_is_said_so(cast, frozen):
    assert "The pack was not written yet." in text_of(browser(cast.nina).get("/downtime/"))


def test_the_beat_writes_it_every_15_minutes():
    from tracker.celery import app

    entry = app.conf.beat_schedule["downtime"]
    assert (entry["task"], entry["schedule"]) == ("alerts.write_downtime_packs", 900.0)
    assert entry["task"] in app.tasks


@pytest.mark.parametrize("beds", [2, 20])
def test_it_needs_few_queries_however_many_patients(cast, frozen, beds):
    have = len(cast.beds)
    cast.beds += Bed.objects.bulk_create([Bed(ward=cast.ward, label=f"{n}") for n in range(100, 100 + beds - have)])
    for bed in range(beds):
        in_bed(cast, bed)
    forget()
    with CaptureQueriesContext(connection) as queries:
        write_packs()
    assert len(queries) <= 22  # both wards
