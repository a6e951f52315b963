"""The newest vital signs in one line, each with its time where the times differ. Pure."""

from __future__ import annotations

from datetime import datetime, tzinfo

from tracker.catalogue import CODES, show
from tracker.look.times import clock_text

from ..rules.history import History

SHORT = {
    "heart_rate": "heart rate",
    "respiratory_rate": "breathing",
    "temperature": "temperature",
    "spo2": "saturation",
    "oxygen_flow": "oxygen",
}


def vitals_line(history: History, now: datetime, tz: tzinfo) -> str:
    """ "05:28: blood pressure 96/58 mmHg, heart rate 104 /min; 03:30: temperature 38.1 °C"; what is missing is said."""
    by_time: dict[datetime, list[str]] = {}
    missing = []
    pressure = history.newest("systolic_bp")
    if pressure is None:
        missing.append("blood pressure")
    else:
        low = history.at_instant("diastolic_bp", pressure.at)
        under = f"/{show('diastolic_bp', low.value)}" if low else ""
        by_time[pressure.at] = [f"blood pressure {show('systolic_bp', pressure.value)}{under} mmHg"]
    for code, name in SHORT.items():
        point = history.newest(code)
        if point is None:
            missing.append(name)
        else:
            by_time.setdefault(point.at, []).append(f"{name} {show(code, point.value)} {CODES[code].unit_label}")
    said = [f"{clock_text(at, now, tz)}: {', '.join(words)}" for at, words in sorted(by_time.items(), reverse=True)]
    said += [f"not recorded: {', '.join(missing)}"] if missing else []
    return f"{'; '.join(said)}."
