"""The demo's made-up body behaves as patients on high-dose interleukin-2 do. No database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from dosing.demo import physiology
from dosing.demo.physiology import Body, burden, complaints, labs, mind, urine_ml, vitals, weight_kg
from tracker.catalogue import read_value

HOUR = timedelta(hours=1)
ADMITTED = datetime(2026, 3, 1, 0, 0, tzinfo=UTC)
FIRST = ADMITTED + 6 * HOUR
FULL_CYCLE = [FIRST + n * 8 * HOUR for n in range(14)]
SEEDS = range(1, 9)


def body(seed: int = 7, **traits: float) -> Body:
    return Body(key="4471-882", seed=seed, born=ADMITTED, **traits)


def over(hours: range, of: str, *, doses: list[datetime], seed: int = 7) -> dict[int, Decimal]:
    """One vital sign at each hour after the first dose."""
    return {hour: vitals(body(seed), doses, FIRST + hour * HOUR)[of] for hour in hours}


@pytest.mark.parametrize("seed", SEEDS)
def test_fever_comes_within_four_hours_of_a_dose_and_goes(seed):
    temperature = over(range(-1, 13), "temperature", doses=[FIRST], seed=seed)
    hottest = max(temperature, key=temperature.get)
    assert 1 <= hottest <= 4
    assert temperature[hottest] >= Decimal("38.0")
    assert temperature[-1] < 38 and temperature[12] < 38


@pytest.mark.parametrize("seed", SEEDS)
def test_chills_come_within_two_hours_and_before_the_fever_is_over(seed):
    chills = {
        minutes: complaints(body(seed), [FIRST], FIRST + timedelta(minutes=minutes))["chills_grade"]
        for minutes in (-30, 75, 120, 480)
    }
    assert chills[75] >= 1
    assert chills[-30] == chills[480] == 0


@pytest.mark.parametrize("seed", SEEDS)
def test_pressure_falls_within_eight_hours_of_a_dose_and_recovers(seed):
    systolic = over(range(-1, 49), "systolic_bp", doses=[FIRST], seed=seed)
    lowest = min(range(12), key=systolic.__getitem__)
    assert 3 <= lowest <= 8
    assert systolic[lowest] <= systolic[-1] - 10
    assert systolic[48] >= systolic[-1] - 8


def test_pressure_is_lower_before_each_later_dose():
    before = [vitals(body(), FULL_CYCLE, dose - timedelta(minutes=35))["systolic_bp"] for dose in FULL_CYCLE]
    assert sum(before[10:]) / 4 < sum(before[1:4]) / 3 < before[0]


def test_weight_climbs_by_about_a_tenth_and_falls_after_the_last_dose():
    at_first, at_end, later = (weight_kg(body(), FULL_CYCLE, at) for at in _landmarks())
    gained = (at_end - at_first) / at_first
    assert Decimal("0.06") < gained < Decimal("0.13")
    assert later - at_first < (at_end - at_first) / 2


@pytest.mark.parametrize(
    ("code", "rises"), [("creatinine", True), ("bilirubin", True), ("alt", True), ("platelets", False)]
)
def test_the_laboratory_worsens_day_by_day_and_recovers_after_the_last_dose(code, rises):
    days = [labs(body(), FULL_CYCLE, FIRST + day * 24 * HOUR)[code] for day in range(5)]
    assert days == sorted(days, reverse=not rises)
    assert days[0] != days[-1]
    recovered = labs(body(), FULL_CYCLE, FULL_CYCLE[-1] + 9 * 24 * HOUR)[code]
    assert abs(recovered - days[0]) < abs(days[-1] - days[0]) / 3


def test_urine_falls_and_comes_back():
    first, end, later = (urine_ml(body(), FULL_CYCLE, at, 8 * HOUR) for at in _landmarks())
    assert end < first * Decimal("0.6")
    assert later > end * Decimal("1.4")


def test_a_tired_kidney_makes_less_urine_and_more_creatinine():
    at = FULL_CYCLE[-1] + 8 * HOUR
    tired = body(kidney=3.0)
    assert labs(tired, FULL_CYCLE, at)["creatinine"] > labs(body(), FULL_CYCLE, at)["creatinine"]
    assert urine_ml(tired, FULL_CYCLE, at, 8 * HOUR) < urine_ml(body(), FULL_CYCLE, at, 8 * HOUR)


def test_most_is_gone_three_days_after_the_last_dose():
    end = burden(FULL_CYCLE, FULL_CYCLE[-1] + 6 * HOUR, physiology.FLUID)
    assert burden(FULL_CYCLE, FULL_CYCLE[-1] + 78 * HOUR, physiology.FLUID) < end / 3


def test_the_same_seed_says_the_same_and_another_seed_something_else():
    def measured(seed: int) -> list:
        return [vitals(body(seed), FULL_CYCLE, FIRST + hour * HOUR) for hour in range(24)]

    assert measured(7) == measured(7)
    assert measured(7) != measured(8)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_catalogue_can_read_every_value_of_a_cycle_and_its_recovery(seed):
    someone = body(seed, drop=1.5, leak=1.4, kidney=3.5, marrow=2.3, fever=1.3, skin=2.0)
    for hour in range(-6, 14 * 8 + 96, 3):
        at = FIRST + hour * HOUR
        for part in (vitals, mind, complaints, labs):
            for code, value in part(someone, FULL_CYCLE, at).items():
                assert isinstance(value, Decimal | int | str), code
                read_value(code, value, observed_at=at)
        read_value("weight", weight_kg(someone, FULL_CYCLE, at), observed_at=at)
        volume = urine_ml(someone, FULL_CYCLE, at, 2 * HOUR)
        read_value("urine_output", {"value": str(volume), "from": (at - 2 * HOUR).isoformat()}, observed_at=at)


def test_an_ordinary_patient_meets_no_limit_before_any_dose():
    for dose in FULL_CYCLE:
        at = dose - timedelta(minutes=35)
        now = vitals(body(), FULL_CYCLE, at)
        assert now["systolic_bp"] >= 90 and now["spo2"] > 90 and now["heart_rate"] < 100 and now["oxygen_flow"] < 3
        blood = labs(body(), FULL_CYCLE, at)
        assert blood["creatinine"] < Decimal("2.5") and blood["platelets"] > 50_000 and blood["bicarbonate"] > 18


def _landmarks() -> tuple[datetime, datetime, datetime]:
    """Before the first dose, 8 h after the last one, and three days after it."""
    return FIRST - HOUR, FULL_CYCLE[-1] + 8 * HOUR, FULL_CYCLE[-1] + 72 * HOUR
