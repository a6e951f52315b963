"""Writes the downtime sheets of every ward to the data folder, whole or not at all, and says how old they are."""

from __future__ import annotations

import logging
import os
import re
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string

from tracker import clock
from tracker.models import Ward

from .downtime import Pack, Sheet, pack_of
from .handover_queries import ward_record
from .stuck import PACKS
from .sweeps import note_failure

log = logging.getLogger(__name__)

WRITTEN_EVERY = timedelta(minutes=15)
# Two packs that did not come: the page says that the pack is old.
OLD_AFTER = 2 * WRITTEN_EVERY
LAST_HOURS = timedelta(hours=24)
WHOLE_WARD = "ward.html"


@dataclass
class Written:
    """What one run did; a ward that failed keeps its last pack, whose age shows it."""

    wards: int = 0
    sheets: int = 0
    failed: int = 0


def folder_of(ward: Ward) -> Path:
    """Where the pack of a ward lies. A code that is no name for a folder gets the number of its ward."""
    name = re.sub(r"[^A-Za-z0-9-]+", "-", ward.code).strip("-") or "ward"
    return Path(settings.VAR_DIR) / "downtime" / (name if name == ward.code else f"{name}-{ward.pk}")


def written_at(ward: Ward) -> datetime | None:
    """When the pack of a ward was last written, None when it never was."""
    try:
        return datetime.fromtimestamp((folder_of(ward) / WHOLE_WARD).stat().st_mtime, tz=UTC)
    except FileNotFoundError:
        return None


def write_packs() -> Written:
    """The packs of all wards; one that fails does not keep the others from being written."""
    done = Written()
    for ward in Ward.objects.order_by("code"):
        try:
            done.sheets += write_pack(ward)
            done.wards += 1
        except Exception as problem:
            done.failed += 1
            note_failure(f"{PACKS}{ward.code}"[:50], problem)
            log.exception("the downtime pack of ward %s was not written, its last one stays", ward.code)
    return done


def write_pack(ward: Ward) -> int:
    """The sheets of one ward as they are now; returns how many. Sheets of patients who left are removed."""
    now = clock.now()
    pack = pack_of(ward_record(ward, now, LAST_HOURS))
    folder = folder_of(ward)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    css = _css()
    written = {WHOLE_WARD}
    for sheet in pack.sheets:
        written.add(_name(sheet))
        _replace(folder / _name(sheet), _html(pack, (sheet,), css), now)
    _replace(folder / WHOLE_WARD, _html(pack, pack.sheets, css), now)
    _tidy(folder, written, now)
    return len(pack.sheets)


def _tidy(folder: Path, written: set[str], now: datetime) -> None:
    """Sheets of patients who left, and halves that a killed worker left behind, do not stay."""
    for old in folder.glob("*.html"):
        if old.name not in written:
            old.unlink(missing_ok=True)
    for half in folder.glob(".*.part"):
        with suppress(FileNotFoundError):  # another worker has just finished it
            if half.stat().st_mtime < (now - OLD_AFTER).timestamp():
                half.unlink()


def _name(sheet: Sheet) -> str:
    """No name and no record number: a folder may be listed by people who may not read the sheets."""
    bed = re.sub(r"[^A-Za-z0-9]+", "-", sheet.bed).strip("-") or "none"
    return f"bed-{bed}-{sheet.patient_id}.html"


def _html(pack: Pack, sheets: tuple[Sheet, ...], css: str) -> str:
    """One file that needs nothing else: no server, no style sheet, no script."""
    return render_to_string("alerts/downtime_file.html", {"pack": pack, "sheets": sheets, "css": css})


def _css() -> str:
    return Path(finders.find("tracker/downtime.css")).read_text(encoding="utf-8")


def _replace(path: Path, text: str, now: datetime) -> None:
    """Either the whole new file or the whole old one, also when the power fails in between."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.utime(name, (now.timestamp(), now.timestamp()))
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
