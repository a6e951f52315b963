"""Where the recorded journeys lie, a small valid journey to build on, and the command run as a person would."""

from __future__ import annotations

import json
from copy import deepcopy
from io import StringIO
from pathlib import Path
from typing import NamedTuple

from django.core.management import call_command

JOURNEYS = Path(__file__).parent / "journeys"
EXAMPLES = Path(__file__).parent / "examples"
KEYS = ["at", "event", "slot", "verdict", "refusals", "findings", "missing", "given"]

SMALL: dict = {
    "regimen": "hd-il2",
    "rules": ["label-2023"],
    "settings": {"late_window_min": 120, "interval_tolerance_min": 30, "late_dose_policy": "grid"},
    "patient": {"sex": "female", "birth_date": "1968-03-02"},
    "dosing_weight_kg": "70",
    "first_dose_at": "2026-03-02T08:00:00+01:00",
    "timezone": "Europe/Berlin",
    "baseline": {
        "at": "2026-03-02T06:00:00+01:00",
        "values": {
            "weight": 70, "creatinine": 0.9, "bilirubin": 0.6, "ast": 22, "alt": 19, "platelets": 240000,
            "bicarbonate": 24,
        },
    },
    "events": [
        {
            "at": "2026-03-02T07:40:00+01:00",
            "id": "first",
            "observe": {
                "systolic_bp": 118, "heart_rate": 84, "respiratory_rate": 16, "temperature": 36.8, "spo2": 97,
                "oxygen_flow": 0, "mental_status": "normal", "serial_sevens": "able", "spell_world_backward": "able",
                "rhythm": "sinus",
                "urine_output": {"value": 300, "from": "2026-03-02T06:00:00+01:00"},
            },
        },
        {"at": "2026-03-02T08:00:00+01:00", "give": 1},
    ],
}  # fmt: skip


class Answer(NamedTuple):
    """What a run of the command left behind."""

    status: int
    out: str
    err: str

    @property
    def lines(self) -> list[dict]:
        return [json.loads(line) for line in self.out.splitlines()]


def replay(*args: object) -> Answer:
    """Run the command in this process."""
    out, err = StringIO(), StringIO()
    try:
        call_command("replay", *map(str, args), stdout=out, stderr=err)
        status = 0
    except SystemExit as left:
        status = int(left.code or 0)
    return Answer(status, out.getvalue(), err.getvalue())


def small() -> dict:
    """A copy of the small journey, to be changed freely."""
    return deepcopy(SMALL)


def put(journey: dict, place: str, value: object) -> dict:
    """Set the member at a JSON pointer; a list is appended to at its length."""
    *way, last = place.lstrip("/").split("/")
    part: dict | list = journey
    for key in way:
        part = part[int(key)] if isinstance(part, list) else part[key]
    if isinstance(part, list):
        part[int(last) : int(last) + 1] = [value]
    else:
        part[last] = value
    return journey


def written(folder: Path, journey: object, name: str = "journey.json") -> Path:
    """The journey as a file."""
    path = folder / name
    path.write_text(journey if isinstance(journey, str) else json.dumps(journey), encoding="utf-8")
    return path
