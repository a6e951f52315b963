"""Reads what a person typed into the round form. Pure: nothing is decided here, bad values are left to the action."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from tracker.catalogue import CODES, Kind, Reading, read_value
from tracker.errors import BadInput
from tracker.not_done import REST
from tracker.times import OFFSET, read_ward_time

# As forms said it that may still wait in a tablet's queue.
FORMERLY = {"no_device": "equipment"}


@dataclass(frozen=True)
class Typed:
    """The form as it was sent, in the ward's zone. `post` is Django's dictionary of the last value of each field."""

    post: Mapping[str, str]
    zone: ZoneInfo

    def text(self, name: str) -> str:
        """One field, without the spaces around it."""
        return (self.post.get(name) or "").strip()

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes that were filled in."""
        return tuple(code for code in CODES if self.text(code))

    def seen_at(self, now: datetime) -> datetime:
        """When the values were seen; the present minute means now, so that two looks in one minute keep their order.

        Raises: BadInput missing_time, bad_time, naive_time, no_such_time or ambiguous_time.
        """
        text = self.text("observed_at")
        if not text:
            raise BadInput(
                "missing_time", "The time is missing.", field="observed_at", remedy="Choose when it was seen."
            )
        offset = self.text(f"observed_at{OFFSET}")
        return instant_typed(text, zone=self.zone, now=now, field="observed_at", offset=offset)

    def values(self) -> dict[str, object]:
        """Code to value, as the action takes them.

        Raises: BadInput for the beginning of an interval that the ward's clock does not have, or has twice.
        """
        return {code: self._value(code) for code in self.codes}

    def _value(self, code: str) -> object:
        kind = CODES[code].kind
        if kind in (Kind.CHOICE, Kind.GRADE):
            return self.text(code)
        value: dict[str, object] = {"value": self.text(code)}
        if self.text(f"{code}_unit"):
            value["unit"] = self.text(f"{code}_unit")
        if kind is Kind.VOLUME and self.text(f"{code}_from"):
            value["from"] = read_ward_time(
                self.text(f"{code}_from"),
                zone=self.zone,
                field=f"values.{code}.from",
                what="beginning",
                offset=self.text(f"{code}_from{OFFSET}"),
            )
        return value

    @property
    def confirmed(self) -> frozenset[str]:
        """The codes whose value, as it stands now, the person confirmed; another value needs its own word."""
        return frozenset(code for code in self.codes if self.text(f"{code}_confirmed") == self.text(code))

    def readable(self, seen_at: datetime) -> dict[str, Reading]:
        """The values that can already be read; the others are still being typed."""
        found = {}
        for code in self.codes:
            try:
                found[code] = read_value(code, self._value(code), observed_at=seen_at)
            except BadInput:
                continue
        return found

    def problem_of(self, code: str, seen_at: datetime) -> BadInput | None:
        """What is wrong with one typed value, None when it can be read or is empty."""
        if not self.text(code):
            return None
        try:
            read_value(code, self._value(code), observed_at=seen_at)
        except BadInput as problem:
            return problem
        return None

    def not_done(self) -> dict[str, dict[str, str]]:
        """Why something was not recorded, as the action takes it: what was said of one, then of all that was left."""
        found = {
            code: _reason(self.text(f"{code}_not_done"), self.text(f"{code}_not_done_words"))
            for code in CODES
            if not self.text(code) and self.text(f"{code}_not_done")
        }
        if self.text("left_reason"):
            due = [code for code in self.text("due_codes").split(",") if code in CODES] or [REST]
            left = [code for code in due if not self.text(code) and code not in found]
            found |= dict.fromkeys(left, _reason(self.text("left_reason"), self.text("left_note")))
        return found


def _reason(code: str, words: str) -> dict[str, str]:
    return {"reason": FORMERLY.get(code, code), "words": words}


def local_text(instant: datetime, zone: ZoneInfo) -> str:
    """For a datetime-local input: ward time to the minute."""
    return f"{instant.astimezone(zone):%Y-%m-%dT%H:%M}"


def offset_at(instant: datetime, zone: ZoneInfo) -> str:
    """Beside `local_text`: which of two equal hours is meant, "+01:00"."""
    return instant.astimezone(zone).isoformat()[-6:]


def instant_typed(text: str, *, zone: ZoneInfo, now: datetime, field: str, offset: str = "") -> datetime:
    """A time chosen on the ward's clock; the present minute means now, because a form knows no seconds.

    Raises: BadInput bad_time, naive_time, no_such_time or ambiguous_time.
    """
    instant = read_ward_time(text, zone=zone, field=field, offset=offset)
    return now if timedelta(0) <= now - instant < timedelta(minutes=1) else instant
