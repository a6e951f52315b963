"""Reads instants that people and programs send, and puts them on the ward's clock. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from .errors import BadInput

# What a form's field is called that says which of two equal hours is meant: the time's own name and this.
OFFSET = "_offset"

# A tablet's clock may be this far ahead of the server's; such a time is taken as now (and no later).
CLOCK_SKEW = timedelta(minutes=2)

# Nothing on a ward is before or after; at the calendar's own ends no instant can be put on another clock.
YEARS = range(1900, 9000)


def check_year(day: date, *, field: str, what: str = "time") -> None:
    """Raises: BadInput bad_time."""
    if day.year not in YEARS:
        raise BadInput(
            "bad_time", f"The {what} is outside the calendar.", field=field, remedy="Check the year that was entered."
        )


def read_instant(raw: object, *, field: str, what: str = "time") -> datetime:
    """An aware instant in UTC from ISO 8601 text with an offset or Z, or from an aware datetime.

    Raises: BadInput missing_time, bad_time or naive_time, naming the field.
    """
    example = "Write it like 2026-03-04T05:30:00+01:00."
    if raw is None or raw == "":
        raise BadInput("missing_time", f"The {what} is missing.", field=field, remedy=example)
    if isinstance(raw, str):
        try:
            raw = datetime.fromisoformat(raw.strip())
        except ValueError:
            raise BadInput("bad_time", f"The {what} {raw[:40]!r} is not a time.", field=field, remedy=example) from None
    if not isinstance(raw, datetime):
        raise BadInput("bad_time", f"The {what} is not a time.", field=field, remedy=example)
    if raw.tzinfo is None or raw.utcoffset() is None:
        raise BadInput("naive_time", f"The {what} has no offset from UTC.", field=field, remedy=example)
    check_year(raw, field=field, what=what)
    return raw.astimezone(UTC)


def read_ward_time(text: str, *, zone: ZoneInfo, field: str, what: str = "time", offset: str = "") -> datetime:
    """What a person chose on a ward's screen: an instant with an offset, or clock time in the ward's zone.

    At the repeated hour of a clock change `offset` says which of the two is meant; elsewhere it is not looked at.
    Raises: BadInput missing_time, bad_time, no_such_time for a time skipped by the change, ambiguous_time.
    """
    try:
        local = datetime.fromisoformat((text or "").strip())
    except ValueError:
        return read_instant(text, field=field, what=what)
    if local.tzinfo is not None:
        return read_instant(local, field=field, what=what)
    check_year(local, field=field, what=what)
    offsets = offsets_of(text.strip(), zone)
    if len(offsets) > 1:
        if offset not in offsets:
            raise _ambiguous(local, offsets, field)
        return datetime.fromisoformat(text.strip() + offset).astimezone(UTC)
    instant = local.replace(tzinfo=zone).astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) != local:
        raise BadInput(
            "no_such_time",
            f"{local:%H:%M} does not exist on that day: the clocks went forward.",
            field=field,
            remedy="Choose a time after the change.",
        )
    return instant


def read_posted_time(posted: Mapping[str, str], field: str, *, zone: ZoneInfo, what: str = "time") -> datetime:
    """The same out of a form, which says beside an hour that exists twice which one is meant (the tag `which_hour`)."""
    offset = posted.get(f"{field}{OFFSET}", "").strip()
    return read_ward_time(posted.get(field, ""), zone=zone, field=field, what=what, offset=offset)


def offsets_of(text: str, zone: ZoneInfo) -> tuple[str, ...]:
    """The offsets that a local time can have, first to last; two at the hour that exists twice."""
    try:
        local = datetime.fromisoformat(text)
    except ValueError:
        return ()
    if local.tzinfo is not None or local.year not in YEARS:
        return ()
    both = (local.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    real = [each for each in both if each.astimezone(UTC).astimezone(zone).replace(tzinfo=None, fold=0) == local]
    return tuple(dict.fromkeys(each.isoformat()[-6:] for each in real))


def _ambiguous(local: datetime, offsets: tuple[str, ...], field: str) -> BadInput:
    first, second = (each.replace("-", "\N{MINUS SIGN}") for each in offsets)
    return BadInput(
        "ambiguous_time",
        f"{local:%H:%M} comes twice on that day, because the clocks go back: at {first} and again at {second}.",
        field=field,
        remedy="Choose which of the two is meant.",
        extra={"offsets": list(offsets)},
    )


def not_after(instant: datetime, *, now: datetime, field: str, what: str = "time") -> datetime:
    """The instant itself, or now when it is ahead by no more than the clock skew.

    Raises: BadInput time_in_future.
    """
    if instant <= now:
        return instant
    if instant - now <= CLOCK_SKEW:
        return now
    raise BadInput(
        "time_in_future",
        f"The {what} {instant.isoformat(timespec='minutes')} is in the future.",
        field=field,
        remedy="Check the tablet's clock and the time entered.",
        extra={"server_time": now.isoformat()},
    )
