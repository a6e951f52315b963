"""How instants and durations read on a ward: local 24 h clock, ages and countdowns in minutes. Pure."""

from __future__ import annotations

from datetime import date, datetime, timedelta, tzinfo

_DAY = timedelta(hours=24)
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def clock_text(at: datetime, now: datetime, tz: tzinfo) -> str:
    """Ward-local 24 h time: "05:28"; "Tue 05:28" when not today; with the date when the weekday could mislead.

    Within 24 h of a clock change the offset is added ("02:30 +01:00"), because that hour may exist twice.
    """
    local, today = at.astimezone(tz), now.astimezone(tz).date()
    text = f"{local:%H:%M}"
    days = abs((local.date() - today).days)
    if days >= 7:
        text = f"{day_text(local.date(), today)} {text}"
    elif days:
        text = f"{_WEEKDAYS[local.weekday()]} {text}"
    return f"{text} {offset_text(local)}" if clock_change_near(at, tz) else text


def day_clock_text(at: datetime, tz: tzinfo) -> str:
    """With its day always: "Wed 4 Mar 05:28", and with the offset near a clock change."""
    local = at.astimezone(tz)
    text = f"{weekday_text(local.date())} {local:%H:%M}"
    return f"{text} {offset_text(local)}" if clock_change_near(at, tz) else text


def printed_text(at: datetime, tz: tzinfo) -> str:
    """For paper, which is read on another day: "Tue 24 Nov 2026, 17:49", with the offset near a clock change."""
    local = at.astimezone(tz)
    text = f"{_WEEKDAYS[local.weekday()]} {day_text(local.date())}, {local:%H:%M}"
    return f"{text} {offset_text(local)}" if clock_change_near(at, tz) else text


def clock_change_near(at: datetime, tz: tzinfo) -> bool:
    """Whether the ward's clocks change within 24 h before or after this instant."""
    return len({(at + shift).astimezone(tz).utcoffset() for shift in (-_DAY, timedelta(0), _DAY)}) > 1


def offset_text(local: datetime) -> str:
    """The distance from UTC of a local time: "+01:00", with a true minus sign west of Greenwich."""
    minutes = round((local.utcoffset() or timedelta(0)).total_seconds() / 60)
    hours, rest = divmod(abs(minutes), 60)
    return f"{'-' if minutes < 0 else '+'}{hours:02d}:{rest:02d}".replace("-", "\u2212")


def day_text(day: date, today: date | None = None) -> str:
    """A day as the ward writes it: "14 Sep 1968"; the year is left out when it is this year's."""
    text = f"{day.day:02d} {_MONTHS[day.month - 1]}"
    return text if today and day.year == today.year else f"{text} {day.year}"


def weekday_text(day: date) -> str:
    """The day in the top bar: "Wed 4 Mar"."""
    return f"{_WEEKDAYS[day.weekday()]} {day.day} {_MONTHS[day.month - 1]}"


def minutes_between(start: datetime, end: datetime) -> int:
    """Whole minutes by the clock on the wall, so that an age agrees with the two times printed beside it.

    05:28:50 to 05:42:10 is 14 minutes here, because a person subtracts 05:28 from 05:42.
    """
    return int(end.timestamp() // 60) - int(start.timestamp() // 60)


def span_text(minutes: int) -> str:
    """A duration: "14 min", "2 h 20", "24 h 22"; from three days on "3 days 4 h"."""
    if minutes < 60:
        return f"{minutes} min"
    hours, rest = divmod(minutes, 60)
    if hours < 72:
        return f"{hours} h {rest:02d}"
    days, hours = divmod(hours, 24)
    return f"{days} days {hours} h"


def length_text(minutes: int) -> str:
    """How long something lasts or may be old: full hours without minutes, "2 h", else as a span, "2 h 20"."""
    return f"{minutes // 60} h" if minutes and minutes % 60 == 0 else span_text(minutes)


def age_text(at: datetime, now: datetime) -> str:
    """How long ago: "14 min". An instant still to come is said as such, never as an age of zero."""
    minutes = minutes_between(at, now)
    return span_text(minutes) if minutes >= 0 else f"in {span_text(-minutes)}"


def countdown_text(at: datetime, now: datetime) -> str:
    """How long until: "18 min"; afterwards "12 min late"."""
    minutes = minutes_between(now, at)
    return span_text(minutes) if minutes >= 0 else f"{span_text(-minutes)} late"


def count_parts(text: str) -> tuple[str, str]:
    """A countdown split into its large number and its small words: "12 min late" -> ("12", "min late")."""
    number, _, rest = text.partition(" ")
    if number.isdigit() and rest.startswith(("min", "of ", "days")):
        return number, rest
    if text.endswith(" late"):
        return text.removesuffix(" late"), "late"
    return text, ""
