"""A made-up patient's body on high-dose interleukin-2: what one would measure, given the doses so far (pure).

Seeded, and the same answer for the same question. Chills come 1 to 2 h after a dose, fever peaks at 3 h, the pressure
is lowest at about 5 h and recovers, and with each dose fluid leaks, kidney, liver and marrow give way; two to three
days after the last dose most of it is gone. The sizes are chosen to look right on a ward; nothing here is a prediction.
Inside it reckons with floats, because no rule reads this: what leaves is Decimal, rounded as a ward writes it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from math import exp
from random import Random

HOUR = timedelta(hours=1)
FLUID, MARROW = 60.0, 96.0  # hours in which two thirds of an effect are gone: fluid and pressure, kidney and blood
OXYGEN_BELOW = 94.5  # oxygen is given when the saturation on room air would be below this


@dataclass(frozen=True)
class Body:
    """One patient before treatment, and how strongly each organ answers (1 is ordinary).

    Units: kg, mmHg, /min, mg/dL, /mm3, U/L. `born` is the instant from which the body's own noise is counted.
    """

    key: str
    seed: int
    born: datetime
    weight: float = 72.0
    systolic: float = 126.0
    heart_rate: float = 74.0
    creatinine: float = 0.9
    platelets: float = 245_000.0
    alt: float = 22.0
    fever: float = 1.0
    drop: float = 1.0
    leak: float = 1.0
    kidney: float = 1.0
    marrow: float = 1.0
    skin: float = 1.0

    def noise(self, at: datetime, of: str) -> Random:
        """Chance that belongs to this body, this minute and this measurement."""
        return Random(f"{self.seed}/{self.key}/{(at - self.born) // timedelta(minutes=1)}/{of}")  # noqa: S311 - no secret


# --- what the doses have done so far ------------------------------------------------------------------------------


def wave(doses: Sequence[datetime], at: datetime, *, peak: float, width: float) -> float:
    """The sum of one wave per dose: 0 at the dose, 1 at `peak` hours after it, and gone again."""
    total = 0.0
    for dose in doses:
        hours = (at - dose) / HOUR
        if 0 < hours < 24:
            total += ((hours / peak) * exp(1 - hours / peak)) ** width
    return total


def burden(doses: Sequence[datetime], at: datetime, fading: float) -> float:
    """How much has gathered: each dose adds one within a few hours, and what is there fades."""
    hours = [(at - dose) / HOUR for dose in doses if dose < at]
    return sum((1 - exp(-each / 2.5)) * exp(-each / fading) for each in hours)


# --- what is measured ---------------------------------------------------------------------------------------------


def vitals(body: Body, doses: Sequence[datetime], at: datetime) -> dict[str, object]:
    """Pressure, heart rate, breathing, temperature, saturation and oxygen."""
    noise = body.noise(at, "vitals")
    fluid = body.leak * burden(doses, at, FLUID)
    temperature = 36.7 + 2.1 * body.fever * min(wave(doses, at, peak=3, width=3), 1.15) + noise.gauss(0, 0.12)
    fall = 15 * wave(doses, at, peak=5, width=5) + 1.3 * burden(doses, at, FLUID)
    systolic = body.systolic - body.drop * fall + noise.gauss(0, 2.2)
    heart = body.heart_rate + 12 * (temperature - 36.7) + 0.22 * (body.systolic - systolic) + noise.gauss(0, 2)
    saturation = 97.6 - 0.42 * max(0.0, fluid - 1.5) + noise.gauss(0, 0.4)
    oxygen = 2 if saturation < OXYGEN_BELOW else 0
    return {
        "systolic_bp": _whole(systolic),
        "diastolic_bp": _whole(systolic * 0.56 + noise.gauss(4, 2)),
        "heart_rate": _whole(heart if temperature >= 38 else min(heart, 97)),
        "respiratory_rate": _whole(15 + 1.6 * (temperature - 36.7) + 0.6 * fluid + noise.gauss(0, 0.8)),
        "temperature": _rounded(temperature, "0.1"),
        "spo2": _whole(min(99, saturation + 1.5 * oxygen)),
        "oxygen_flow": Decimal(oxygen),
    }


def mind(body: Body, doses: Sequence[datetime], at: datetime) -> dict[str, object]:
    """Head and rhythm: unremarkable, a little drowsy late in the cycle."""
    fast = vitals(body, doses, at)["heart_rate"] > 100
    return {
        "mental_status": "normal",
        "serial_sevens": "able",
        "spell_world_backward": "able",
        "rhythm": "sinus_tachycardia" if fast else "sinus",
        "somnolence_grade": 1 if burden(doses, at, FLUID) > 4.4 else 0,
        "mood": "normal",
    }


def complaints(body: Body, doses: Sequence[datetime], at: datetime) -> dict[str, object]:
    """What the patient feels and the skin shows, as CTCAE grades, and whether anything speaks for an infection."""
    noise = body.noise(at, "complaints")
    chills = wave(doses, at, peak=1.5, width=5)
    sick = burden(doses, at, FLUID) + 1.5 * wave(doses, at, peak=4, width=2) + noise.gauss(0, 0.4)
    red = body.skin * burden(doses, at, MARROW)
    swollen = body.leak * burden(doses, at, FLUID)
    return {
        "chills_grade": 2 if chills > 0.85 and body.fever > 0.9 else 1 if chills > 0.3 else 0,
        "nausea_grade": _steps(sick, 1.2, 4.2),
        "vomiting_grade": _steps(sick, 4.8),
        "rash_grade": _steps(red, 2.0, 5.0),
        "pruritus_grade": _steps(red, 2.6, 6.4),
        "mucositis_grade": _steps(red, 4.5),
        "edema_grade": _steps(swollen, 2.2, 5.2),
        "edema_site": ("none", "ankles", "legs")[_steps(swollen, 2.2, 5.2)],
        "resting_dyspnea": "no",
        "infection": "none",
    }


def urine_ml(body: Body, doses: Sequence[datetime], at: datetime, over: timedelta) -> Decimal:
    """Urine made over the time up to an instant: falls to about a third, and never below 26 mL/h by itself."""
    rate = max(26.0, 78.0 * exp(-0.14 * body.kidney * burden(doses, at, FLUID)))
    return _whole(max(0.0, rate * (over / HOUR) * body.noise(at, "urine").uniform(0.88, 1.12)))


def intake_ml(body: Body, at: datetime, over: timedelta) -> Decimal | None:
    """Drunk and infused over the time up to an instant; about one round in seven nobody wrote it down."""
    noise = body.noise(at, "intake")
    return None if noise.random() < 0.14 else _whole(noise.uniform(62, 118) * (over / HOUR))


def weight_kg(body: Body, doses: Sequence[datetime], at: datetime) -> Decimal:
    """Body weight: the leaked fluid stays in the tissues, about a tenth of the weight by the end of a full cycle."""
    gained = body.weight * 0.0145 * body.leak * burden(doses, at, FLUID)
    return _rounded(body.weight + gained + body.noise(at, "weight").gauss(0, 0.1), "0.1")


def labs(body: Body, doses: Sequence[datetime], at: datetime) -> dict[str, object]:
    """The morning bloods."""
    noise = body.noise(at, "labs")
    gathered = burden(doses, at, MARROW)
    thinned = burden(doses, at, FLUID) * body.leak
    return {
        "creatinine": _rounded(body.creatinine + 0.075 * body.kidney * gathered + noise.gauss(0, 0.02), "0.1"),
        "bilirubin": _rounded(0.6 + 0.33 * gathered + noise.gauss(0, 0.05), "0.1"),
        "ast": _whole(body.alt * 1.1 + 7.5 * gathered + noise.gauss(0, 2)),
        "alt": _whole(body.alt + 8.5 * gathered + noise.gauss(0, 2)),
        "platelets": _rounded(body.platelets * exp(-0.13 * body.marrow * gathered) * noise.uniform(0.97, 1.03), "1E3"),
        "bicarbonate": _whole(max(20.0, 25.5 - 0.7 * gathered + noise.gauss(0, 0.5))),
        "hemoglobin": _rounded(13.6 - 0.42 * thinned + noise.gauss(0, 0.1), "0.1"),
        "white_cells": _rounded(6200 - 380 * gathered + noise.gauss(0, 200), "1E2"),
        "neutrophils": _rounded(3900 - 200 * gathered + noise.gauss(0, 120), "1E2"),
        "albumin": _rounded(4.0 - 0.22 * thinned + noise.gauss(0, 0.05), "0.1"),
        "sodium": _whole(139 - 0.6 * thinned + noise.gauss(0, 0.8)),
        "potassium": _rounded(4.1 - 0.06 * thinned + noise.gauss(0, 0.1), "0.1"),
        "magnesium": _rounded(1.9 - 0.06 * thinned + noise.gauss(0, 0.04), "0.1"),
        "phosphate": _rounded(3.4 - 0.15 * thinned + noise.gauss(0, 0.1), "0.1"),
    }


def _steps(amount: float, *thresholds: float) -> int:
    return sum(1 for each in thresholds if amount >= each)


def _whole(number: float) -> Decimal:
    return Decimal(round(number))


def _rounded(number: float, step: str) -> Decimal:
    """To the nearest step, written without an exponent."""
    return Decimal(format(Decimal(repr(number)).quantize(Decimal(step)), "f"))
