"""The drawings and words of every page: shapes that survive greyscale, strips with a text twin, times as read aloud."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from django.template import Context, Engine

from tracker import clock
from tracker.look import icons, marks, strip, times

NEW_YORK = ZoneInfo("America/New_York")
ZURICH = ZoneInfo("Europe/Zurich")
NOW = datetime(2026, 3, 4, 10, 42, tzinfo=UTC)  # Wednesday, 05:42 in New York


def slots(*states: str, midnights: tuple[int, ...] = ()) -> list[SimpleNamespace]:
    return [SimpleNamespace(number=n, state=s, midnight_before=n in midnights) for n, s in enumerate(states, 1)]


def page(source: str, **context: object) -> str:
    engine = Engine(libraries={"ward": "tracker.templatetags.ward"}, builtins=["tracker.templatetags.ward"])
    with clock.telling(NOW):
        return engine.from_string(source).render(Context(context))


# ---- shape, word, colour ----


def test_every_verdict_has_its_own_silhouette_and_word() -> None:
    shapes = {re.sub(r'class="[^"]*"', "", marks.verdict_mark(verdict)) for verdict in marks.WORDS}
    assert len(shapes) == len(set(marks.WORDS.values())) == 7


@pytest.mark.parametrize("drawing", [*map(icons.icon, icons.ICON_NAMES), *map(marks.verdict_mark, marks.WORDS)])
def test_a_drawing_needs_no_colour_of_its_own_and_is_hidden_from_screen_readers(drawing: str) -> None:
    assert "#" not in drawing
    assert "style" not in drawing
    assert 'aria-hidden="true"' in drawing
    assert "currentColor" in drawing


def test_an_unknown_verdict_is_never_shown_as_a_calm_one() -> None:
    with pytest.raises(KeyError):
        marks.verdict_word("fine")
    with pytest.raises(KeyError):
        marks.verdict_mark("fine")


# ---- the strip ----


def test_every_slot_state_has_its_own_cell() -> None:
    cells = {re.sub(r'class="c-[^"]*"', "", strip.strip(slots(state))).split("<span")[0] for state in strip.SPOKEN}
    assert len(cells) == len(strip.SPOKEN) == 10


@pytest.mark.parametrize(
    ("states", "words"),
    [
        (("given",) * 4 + ("held", "next", "to_come"), "Doses 1 to 4 given, 5 held, 6 next, 7 to come."),
        (
            ("given", "override", "given_late", "infusing"),
            "Doses 1 given, 2 given on override, 3 given late, 4 infusing.",
        ),
        (("lapsed", "omitted", "barred", "barred"), "Doses 1 lapsed, 2 not given, 3 to 4 barred."),
        (("next",), "Dose 1 next."),
        ((), "No doses planned."),
    ],
)
def test_the_strip_has_a_text_twin(states: tuple[str, ...], words: str) -> None:
    assert strip.strip_text(slots(*states)) == words
    assert f'<span class="sr">{words}</span>' in strip.strip(slots(*states))


def test_the_gap_at_midnight_is_wider() -> None:
    plain = strip.strip(slots("given", "given", "to_come"))
    over_midnight = strip.strip(slots("given", "given", "to_come", midnights=(3,)))
    assert 'width="57"' in plain
    assert 'width="61"' in over_midnight
    assert "translate(44)" in over_midnight


@pytest.mark.parametrize(("size", "width", "height"), [("board", 17, 22), ("table", 14, 19), ("picture", 22, 24)])
def test_cells_have_the_sizes_of_the_design(size: str, width: int, height: int) -> None:
    assert f'width="{width}" height="{height}"' in strip.strip(slots("next"), size)


def test_equal_strips_are_drawn_once() -> None:
    strip._drawn.cache_clear()
    for _ in range(40):
        strip.strip(slots(*["given"] * 7, "next", *["to_come"] * 6))
    assert strip._drawn.cache_info().misses == 1


# ---- times ----


@pytest.mark.parametrize(
    ("at", "text"),
    [
        (NOW - timedelta(minutes=14), "05:28"),
        (NOW - timedelta(hours=24, minutes=22), "Tue 05:20"),
        (NOW + timedelta(hours=20), "Thu 01:42"),
        (NOW - timedelta(days=6), "Thu 05:42"),
        (NOW - timedelta(days=7), "25 Feb 05:42"),
        (datetime(2025, 12, 1, 12, 0, tzinfo=UTC), "01 Dec 2025 07:00"),
        (datetime(2026, 3, 5, 4, 59, 59, tzinfo=UTC), "23:59"),
        (datetime(2026, 3, 5, 5, 0, tzinfo=UTC), "Thu 00:00"),
    ],
)
def test_clock_time_is_local_and_names_the_day_when_it_is_not_today(at: datetime, text: str) -> None:
    assert times.clock_text(at, NOW, NEW_YORK) == text


def test_both_hours_of_the_clock_change_are_told_apart() -> None:
    first, second = datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    assert times.clock_text(first, first, ZURICH) == "02:30 +02:00"
    assert times.clock_text(second, first, ZURICH) == "02:30 +01:00"


@pytest.mark.parametrize(
    ("hours", "near"), [(-25, False), (-24, True), (0, True), (23, True), (24, False), (25, False)]
)
def test_the_offset_is_shown_within_a_day_of_the_change(hours: int, near: bool) -> None:
    change = datetime(2026, 3, 8, 7, 0, tzinfo=UTC)
    assert times.clock_change_near(change + timedelta(hours=hours), NEW_YORK) is near


def test_west_of_greenwich_the_offset_has_a_true_minus_sign() -> None:
    at = datetime(2026, 3, 8, 7, 30, tzinfo=UTC)
    assert times.clock_text(at, at, NEW_YORK) == "03:30 \u221204:00"


@pytest.mark.parametrize(
    ("minutes", "text"),
    [
        (0, "0 min"),
        (14, "14 min"),
        (59, "59 min"),
        (60, "1 h 00"),
        (140, "2 h 20"),
        (1462, "24 h 22"),
        (4320, "3 days 0 h"),
    ],
)
def test_ages(minutes: int, text: str) -> None:
    assert times.age_text(NOW - timedelta(minutes=minutes), NOW) == text


def test_an_instant_still_to_come_has_no_age_of_zero() -> None:
    assert times.age_text(NOW + timedelta(minutes=3), NOW) == "in 3 min"


@pytest.mark.parametrize(
    ("minutes", "text"), [(18, "18 min"), (138, "2 h 18"), (0, "0 min"), (-12, "12 min late"), (-65, "1 h 05 late")]
)
def test_countdowns(minutes: int, text: str) -> None:
    assert times.countdown_text(NOW + timedelta(minutes=minutes), NOW) == text


def test_an_age_agrees_with_the_two_times_printed_beside_it() -> None:
    seen, now = NOW.replace(minute=28, second=50), NOW.replace(minute=42, second=10)
    assert times.age_text(seen, now) == "14 min"


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("18 min", ("18", "min")),
        ("12 min late", ("12", "min late")),
        ("6 of 15 min", ("6", "of 15 min")),
        ("2 h 18", ("2 h 18", "")),
        ("1 h 05 late", ("1 h 05", "late")),
        ("Barred", ("Barred", "")),
        ("", ("", "")),
    ],
)
def test_a_countdown_has_a_large_number_and_small_words(text: str, parts: tuple[str, str]) -> None:
    assert times.count_parts(text) == parts


# ---- in templates ----


def test_filters_use_the_wards_zone_from_the_context() -> None:
    seen = NOW - timedelta(minutes=14)
    assert page("{{ at|clock:ward_tz }}, {{ at|age }}", at=seen, ward_tz=NEW_YORK) == "05:28, 14 min"
    assert page("{{ at|clock }}", at=seen) == "10:28"  # Django's current zone, UTC
    assert page("{{ now|weekday:ward_tz }} {{ now|hour:ward_tz }}", now=NOW, ward_tz=NEW_YORK) == "Wed 4 Mar 05:42"
    assert page("{{ born|day }}", born=date(1968, 9, 14)) == "14 Sep 1968"


def test_nothing_measured_shows_nothing_instead_of_a_zero() -> None:
    assert page("[{{ at|clock }}{{ at|age }}{{ at|countdown }}{{ at|iso }}{{ missing|iso }}]", at=None) == "[]"


def test_a_count_ticks_only_when_its_instant_is_known() -> None:
    ticking = page("{% count '18 min' at %}", at=NOW + timedelta(minutes=18))
    assert 'data-tick="until"' in ticking
    assert 'data-at="2026-03-04T11:00:00+00:00"' in ticking
    assert "data-tick" not in page("{% count 'Barred' %}")
    assert 'data-tick="run"' in page("{% count '6 of 15 min' at True %}", at=NOW)


def test_text_from_people_is_escaped_in_a_count() -> None:
    assert "<script>" not in page("{% count text at %}{% ticking_age at text %}", text="<script>", at=NOW)


@pytest.mark.parametrize(("rest", "joined"), [("at 05:28.", " at 05:28."), (", below 90.", ", below 90."), ("", "")])
def test_the_rest_of_a_sentence_joins_its_strong_beginning(rest: str, joined: str) -> None:
    assert page("{{ rest|joins }}", rest=rest) == joined
