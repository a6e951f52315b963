"""Template tags and filters of every page: icons, verdict marks, slot strips, clock, ages and countdowns."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, tzinfo
from zoneinfo import ZoneInfo

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from tracker import clock as wall
from tracker.look import icons, marks, strip, times
from tracker.times import OFFSET, offsets_of

register = template.Library()

# SafeString is right for the drawings below: they are made of our own constants and of integers, never of typed text.


@register.simple_tag
def icon(name: str, size: int = 20) -> SafeString:
    """`{% icon "bell" %}`: a line icon in the colour of the text beside it."""
    return SafeString(icons.icon(name, size))


@register.simple_tag
def verdict_mark(verdict: str, size: int = 24) -> SafeString:
    """`{% verdict_mark card.state 32 %}`: the silhouette that says the verdict without colour."""
    return SafeString(marks.verdict_mark(str(verdict), size))


@register.simple_tag
def verdict_word(verdict: str) -> str:
    """`{% verdict_word card.state %}`: the verdict as the ward says it."""
    return marks.verdict_word(verdict)


@register.filter
def is_verdict(name: str) -> bool:
    """`{% if action.style|is_verdict %}`: whether a style or an icon names a verdict."""
    return str(name) in marks.WORDS


@register.simple_tag(name="strip")
def slot_strip(cells: Iterable[strip.SlotLike], size: str = "board") -> SafeString:
    """`{% strip card.cells "board" %}`: the doses of the cycle as cells, with their text twin."""
    return SafeString(strip.strip(cells, size))


@register.filter(name="clock")
def clock(at: datetime | None, ward_tz: tzinfo | str | None = None) -> str:
    """`{{ row.at|clock:ward_tz }}`: ward-local time; the weekday is added when it is not today."""
    return "" if at is None else times.clock_text(at, wall.now(), _zone(ward_tz))


@register.filter
def hour(at: datetime | None, ward_tz: tzinfo | str | None = None) -> str:
    """`{{ now|hour:ward_tz }}`: the bare local hour and minute, for the top bar, where the day stands beside it."""
    return "" if at is None else f"{at.astimezone(_zone(ward_tz)):%H:%M}"


@register.filter
def offset_near_change(at: datetime | None, ward_tz: tzinfo | str | None = None) -> str:
    """`{{ now|offset_near_change:ward_tz }}`: "+01:00" within 24 h of a clock change, when an hour may exist twice."""
    if at is None or not times.clock_change_near(at, _zone(ward_tz)):
        return ""
    return times.offset_text(at.astimezone(_zone(ward_tz)))


@register.filter
def weekday(at: datetime | None, ward_tz: tzinfo | str | None = None) -> str:
    """`{{ now|weekday:ward_tz }}`: "Wed 4 Mar"."""
    return "" if at is None else times.weekday_text(at.astimezone(_zone(ward_tz)).date())


@register.filter
def day(on: date | None) -> str:
    """`{{ patient.born|day }}`: "14 Sep 1968"."""
    return "" if on is None else times.day_text(on)


@register.filter
def age(at: datetime | None) -> str:
    """`{{ row.at|age }}`: "14 min", "2 h 20"."""
    return "" if at is None else times.age_text(at, wall.now())


@register.filter
def countdown(at: datetime | None) -> str:
    """`{{ slot.planned_at|countdown }}`: "18 min", "12 min late"."""
    return "" if at is None else times.countdown_text(at, wall.now())


@register.filter
def iso(at: datetime | None) -> str:
    """`{{ at|iso }}`: the instant for `datetime` and `data-at` attributes, with its offset."""
    return at.isoformat(timespec="seconds") if at else ""


@register.simple_tag
def ticking_age(at: datetime | None, text: str = "") -> str:
    """`{% ticking_age row.at %}`: an age that the page keeps true by itself, minute by minute."""
    if at is None:
        return text
    return format_html('<span data-tick="age" data-at="{}">{}</span>', iso(at), text or age(at))


@register.simple_tag
def count(text: str, at: datetime | None = None, infusing: bool = False) -> str:
    """`{% count text at %}`: a large number with small words, which ticks when the instant is known."""
    number, rest = times.count_parts(text)
    small = format_html(" <small>{}</small>", rest) if rest else ""
    if at is None:
        return format_html('<span class="count"><b>{}</b>{}</span>', number, small)
    kind = "run" if infusing else "until"
    return format_html(
        '<span class="count" data-tick="{}" data-at="{}" data-rest="{}"><b>{}</b>{}</span>',
        kind,
        iso(at),
        rest,
        number,
        small,
    )


@register.inclusion_tag("components/which_hour.html", takes_context=True)
def which_hour(context: template.Context, field: str, typed: str | None, meant: datetime | str = "") -> dict:
    """`{% which_hour "started_at" asked.started_at %}`: asks which one, when the typed hour exists twice.

    Nothing is chosen beforehand, unless we filled the time in ourselves: then `meant` is its instant or offset.
    """
    zone = _zone(context.get("ward_tz"))
    offsets = offsets_of(typed or "", zone)
    request = context.get("request")
    said = request.POST.get(f"{field}{OFFSET}", "") if request is not None else ""
    if not said and isinstance(meant, str):
        said = meant
    elif not said and f"{meant.astimezone(zone):%Y-%m-%dT%H:%M}" == typed:
        said = meant.astimezone(zone).isoformat()[-6:]
    named = zip(("first", "second"), offsets, strict=False) if len(offsets) > 1 else ()
    choices = [(each, f"{name} {typed[-5:]} ({each})", each == said) for name, each in named]
    return {"field": field, "name": f"{field}{OFFSET}", "choices": choices}


@register.filter
def less(total: int, part: int) -> int:
    """`{{ total|less:entered }}`: how many are left."""
    return max(total - part, 0)


@register.filter
def joins(rest: str) -> str:
    """`{{ strong }}{{ rest|joins }}`: the rest of a sentence, with a space before it unless it begins with a stop."""
    return rest if not rest or rest[0] in ",.;: " else f" {rest}"


def _zone(ward_tz: tzinfo | str | None) -> tzinfo:
    """The ward's own zone, or Django's current one on pages that belong to no ward."""
    if isinstance(ward_tz, tzinfo):
        return ward_tz
    return ZoneInfo(ward_tz) if ward_tz else timezone.get_current_timezone()
