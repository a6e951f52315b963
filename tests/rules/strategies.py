"""Random charts for the properties of the rules: plausible values that lie around the limits."""

from __future__ import annotations

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from tests.rules.journey import Journey
from tracker.catalogue_codes import CODES, Kind

# Values around the limits of the rules; choices and grades come from the catalogue.
NUMBERS: dict[str, tuple] = {
    "systolic_bp": (70, 89, 90, 91, 120),
    "heart_rate": (80, 99, 100, 119, 120, 130, 131, 150),
    "respiratory_rate": (14, 30),
    "temperature": ("36.5", "37.9", "38.0", "39.5"),
    "spo2": (85, 89, 90, 91, 97),
    "oxygen_flow": (0, 2, 3, 4, 5),
    "oxygen_fio2": (21, 39, 40, 60),
    "weight": (70, 80, "80.5", 81, 90),
    "phenylephrine_rate": (0, "0.5", "0.6", "0.8", "0.9", 1, "1.5", "1.6"),
    "dopamine_rate": (0, 2),
    "norepinephrine_rate": (0, "0.1"),
    "creatinine": ("0.9", "1.4", "1.5", "2.4", "2.5", "2.9", "3.0", "4.0", "4.5", "4.6"),
    "bilirubin": (1, 7, "7.1"),
    "ast": (20, 200, 201),
    "alt": (20, 200, 201),
    "platelets": (20_000, 29_999, 30_000, 50_000, 50_001, 200_000),
    "bicarbonate": (17, 18, 19, 24),
    "potassium": (4, "5.5", "5.6"),
    "arterial_ph": ("7.34", "7.35", "7.4"),
}
VOLUMES = {"urine_output": (0, 5, 20, 40, 80, 200, 640), "diarrhea_volume": (0, 100, 500, 1000, 1500)}
PERMANENT_CODES = {"tamponade", "hepatic_failure", "liver_pain", "bowel_catastrophe", "ischemia", "hypersensitivity"}


def examples(count: int) -> settings:
    """That many examples, however busy the machine is: time is no property of the rules."""
    return settings(max_examples=count, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def values_of(code: str) -> st.SearchStrategy:
    """A value of the code as a journey writes it."""
    row = CODES[code]
    if code in NUMBERS:
        return st.sampled_from(NUMBERS[code])
    if row.kind is Kind.VOLUME:
        return st.tuples(st.sampled_from(VOLUMES[code]), st.sampled_from((1, 2, 4, 8)))
    return st.sampled_from([int(grade) for grade in row.choices] if row.kind is Kind.GRADE else list(row.choices))


def shown(codes: list[str]) -> st.SearchStrategy[dict]:
    """What one round shows: some of the codes."""
    return st.dictionaries(st.sampled_from(codes), st.none(), min_size=1, max_size=6).flatmap(
        lambda picked: st.fixed_dictionaries({code: values_of(code) for code in picked})
    )


CHARTED = [*NUMBERS, *VOLUMES, *(row.code for row in CODES.values() if row.kind in (Kind.CHOICE, Kind.GRADE))]


@st.composite
def charts(draw: st.DrawFn, codes: list[str] | None = None, *, most: int = 12) -> list[tuple[int, dict]]:
    """Rounds as (hour, values), each at an hour of its own, oldest first."""
    hours = draw(st.lists(st.integers(-6, 60), min_size=1, max_size=most, unique=True))
    return [(hour, draw(shown(codes or CHARTED))) for hour in sorted(hours)]


def told(journey: Journey, chart: list[tuple[int, dict]]) -> Journey:
    """The journey with the chart written into it."""
    for hour, values in chart:
        journey.chart(hour, **values)
    return journey
