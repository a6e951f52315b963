"""Days on which anything is charted, struck, given, held and answered in any order: the record proves every alert."""

from __future__ import annotations

import os
import random
from collections import Counter
from contextlib import suppress
from datetime import timedelta

import pytest
import time_machine

from alerts.actions.acknowledge_alert import acknowledge_alert
from alerts.actions.end_pause import end_pause
from alerts.actions.pause_rounds import pause_rounds
from alerts.models import Alert, AlertEvent
from dosing.actions.end_infusion import end_infusion
from dosing.actions.give_dose import give_dose
from dosing.actions.hold_dose import hold_dose
from dosing.actions.omit_dose import omit_dose
from dosing.actions.override_hold import override_hold
from dosing.actions.strike_entry import strike_entry
from dosing.models import DoseEvent, Slot
from tests.people import admit, as_, full_round, round_, running_cycle, signed, urine
from tests.proof.ward_day import EIGHT, MINUTE, found, go, sweep
from tracker import clock
from tracker.actions.retract_round import retract_round
from tracker.errors import Refusal
from tracker.models import Round

SEEDS = [int(seed) for seed in os.environ.get("RANDOM_DAYS", "1 2").split()]
STEPS = 60
VALUES = {
    "systolic_bp": ["118", "118", "91", "89", "84", "79", "66", "55"],
    "heart_rate": ["84", "112", "124", "145"],
    "temperature": ["37.0", "38.4", "40.2"],
    "spo2": ["97", "93", "89", "85"],
    "oxygen_flow": ["0", "2", "5"],
    "rhythm": ["sinus", "sinus", "atrial_fibrillation"],
    "creatinine": ["1.0", "2.4", "2.7", "3.2", "7.5"],
    "platelets": ["180000", "45000", "24000", "19000"],
    "potassium": ["4.0", "5.6", "6.3"],
    "bicarbonate": ["24", "19", "17"],
    "weight": ["70", "76", "78", "81"],
}


class Day:
    """One patient, and people who do whatever comes next."""

    def __init__(self, cast, at, chance: random.Random) -> None:
        self.cast, self.at, self.chance = cast, at, chance
        self.patient = admit(cast)
        full_round(cast, self.patient)
        self.cycle = running_cycle(cast, self.patient)
        self.done: Counter[str] = Counter()

    def step(self) -> None:
        """Something, or nothing; then time goes by."""
        ways = [self.chart] * 5 + [self.well] * 2 + [self.answer] * 3 + [self.dose] * 3
        ways += [self.strike_round, self.strike_dose, self.pause, self.back, self.end]
        way = self.chance.choice(ways)
        with suppress(Refusal):
            way()
            self.done[way.__name__] += 1
        sweep()
        go(self.at, self.chance.choice([1, 1, 3, 10, 25]))

    def chart(self) -> None:
        codes = self.chance.sample(sorted(VALUES), self.chance.randint(1, 3))
        before = self.chance.choice([0, 0, 0, 12, 40])
        observed = max(EIGHT + MINUTE, clock.now() - before * MINUTE)
        round_(self.cast, self.patient, at=observed, **{code: self.chance.choice(VALUES[code]) for code in codes})

    def well(self) -> None:
        full_round(self.cast, self.patient, **urine(400, clock.now() - timedelta(hours=8)))

    def answer(self) -> None:
        alerts = list(Alert.objects.exclude(state__in=["resolved", "acknowledged"]).order_by("id"))
        acknowledge_alert(by=as_(self.cast.nina), alert_id=self.chance.choice(alerts or [None]).pk if alerts else 0)

    def dose(self) -> None:
        slot = Slot.objects.filter(cycle=self.cycle, state="open").order_by("number").first()
        how = self.chance.choice(["give", "give", "give", "hold", "omit", "override"])
        if how == "hold":
            hold_dose(by=as_(self.cast.nina), slot_id=slot.pk, reason="pressure")
        elif how == "omit":
            omit_dose(by=as_(self.cast.olga), slot_id=slot.pk, reason_code="other", reason="the patient asked")
        else:
            if how == "override":
                who = self.cast.olga
                override_hold(by=as_(who), slot_id=slot.pk, reason="warm, well perfused", signature=signed(who))
            nina, noah = signed(self.cast.nina), signed(self.cast.noah)
            give_dose(by=as_(self.cast.nina), slot_id=slot.pk, giver=nina, witness=noah)

    def strike_round(self) -> None:
        taken = list(Round.objects.filter(patient=self.patient).order_by("id"))[1:]
        if taken:
            wrong = self.chance.choice(taken[-4:])
            retract_round(by=as_(self.cast.nina), round_id=wrong.pk, reason="typed for another patient")

    def strike_dose(self) -> None:
        given = DoseEvent.objects.filter(cycle=self.cycle, kind="given").order_by("-id").first()
        if given:
            nina, noah = signed(self.cast.nina), signed(self.cast.noah)
            words = "typed for another patient"
            strike_entry(by=as_(self.cast.nina), event_id=given.pk, reason=words, signer=nina, witness=noah)

    def pause(self) -> None:
        pause_rounds(by=as_(self.cast.nina), patient_id=self.patient.pk, reason_code="ct", minutes=60)

    def back(self) -> None:
        end_pause(by=as_(self.cast.nina), patient_id=self.patient.pk)

    def end(self) -> None:
        given = DoseEvent.objects.filter(cycle=self.cycle, kind="given").order_by("-id").first()
        if given:
            end_infusion(by=as_(self.cast.nina), slot_id=given.slot_id)


@pytest.mark.parametrize("seed", SEEDS)
def test_whatever_happens_every_alert_stands_once_and_is_told(cast, seed):
    with time_machine.travel(EIGHT, tick=False) as at:
        day = Day(cast, at, random.Random(seed))
        for _ in range(STEPS):
            day.step()
        assert found() == [], day.done
        kinds = set(AlertEvent.objects.exclude(data=None).values_list("alert__kind", flat=True))
        assert len(kinds) > 3 and day.done["chart"] > 5, (kinds, day.done)
