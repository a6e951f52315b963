"""Reads what a person typed into the round form. Pure: nothing is decided here, bad values are left to the action."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from tracker.catalogue import CODES, Kind, Reading, read_value
from tracker.errors import BadInput
from tracker.not_done import REST
from tracker.times import YEARS, read_ward_time

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

        Raises: BadInput missing_time, bad_time, naive_time or no_such_time.
        """
        text = self.text("observed_at")
        if not text:
            raise BadInput(
                "missing_time", "The time is missing.", field="observed_at", remedy="Choose when it was seen."
            )
        offset = self.text("observed_at_offset") if len(offsets_of(text, self.zone)) > 1 else ""
        return instant_typed(text + offset, zone=self.zone, now=now, field="observed_at")

    def values(self) -> dict[str, object]:
        """Code to value, as the action takes them.

        Raises: BadInput for the beginning of an interval that the ward's clock does not have.
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
            field = f"values.{code}.from"
            value["from"] = read_ward_time(self.text(f"{code}_from"), zone=self.zone, field=field, what="beginning")
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


def instant_typed(text: str, *, zone: ZoneInfo, now: datetime, field: str) -> datetime:
    """A time chosen on the ward's clock; the present minute means now, because a form knows no seconds.

    Raises: BadInput bad_time, naive_time or no_such_time.
    """
    instant = read_ward_time(text, zone=zone, field=field)
    return now if timedelta(0) <= now - instant < timedelta(minutes=1) else instant


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
