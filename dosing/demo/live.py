"""Keeps the demo ward moving from where it stands: rounds, doses and holds by the same actions, at real time.

The product refuses what lies in the future, so a faster demo cannot run its clock ahead. What runs faster is the
patients' bodies, and how soon a nurse comes back: at speed 60 two hours of fever and recovery pass in two minutes,
while doses stay due every eight real hours and an infusion takes its real quarter of an hour. Between two doses a
body hurries on to where the next dose would find it, and waits there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from random import Random

from django.db.models import Max

from tracker import clock
from tracker.errors import Refusal
from tracker.models import RoundValue, Stay

from ..models import Cycle, DoseEvent
from ..permissions import cycles_with_facts
from ..queries import GIVING, events_of, next_slot, slots_prefetched, standing_gives, unended_give
from ..rules.assess import may_give
from ..rules.verdict import Verdict
from ..states import CycleState, Happened
from .care import Care
from .site import STAFF, Crew
from .stories import STORIES
from .story import BLOODS, Course, Story

INFUSION = timedelta(minutes=15)
BETWEEN_ROUNDS = timedelta(minutes=110)
SHORTEST_PAUSE, LONGEST_PAUSE = timedelta(seconds=1), timedelta(seconds=20)
BLOODS_EVERY = timedelta(hours=20)
START_BEFORE = timedelta(minutes=60)
HOLD_AFTER, GIVE_AFTER = timedelta(minutes=25), timedelta(minutes=2)
ASK_AGAIN = timedelta(minutes=5)
ANSWERED = (Happened.HELD, Happened.OMITTED, Happened.LAPSED)
WARDS_WITH_NURSES = frozenset(code for each in STAFF if each.role == "nurse" for code in each.wards)

# What goes wrong now and then, and by itself goes right again.
EPISODES: tuple[Mapping[str, object], ...] = (
    {"systolic_bp": "86", "diastolic_bp": "48"},
    {"spo2": "88", "oxygen_flow": "0"},
    {"heart_rate": "108", "temperature": "37.4", "rhythm": "sinus_tachycardia"},
    {"mood": "mild_anxiety"},
)
EPISODE_HOURS, EVERY_HOURS, LIKELY = 2.5, 6, 0.3


def body_time(instant: datetime, *, since: datetime, speed: float, waits_at: datetime | None) -> datetime:
    """The body's own time: `speed` times as fast since an instant, but not past the next dose before that is due."""
    fast = since + (instant - since) * speed
    return fast if waits_at is None else max(instant, min(fast, waits_at))


def episode(course: Course, fast: datetime) -> Mapping[str, object]:
    """What is wrong with the patient at an instant of hurried time; mostly nothing."""
    hours = (fast - course.first) / timedelta(hours=1)
    chance = Random(f"{course.seed}/{course.story.record_number}/{hours // EVERY_HOURS}")  # noqa: S311 - no secret
    if chance.random() >= LIKELY or hours % EVERY_HOURS >= EPISODE_HOURS:
        return {}
    return EPISODES[chance.randrange(len(EPISODES))]


class LiveWard:
    """The ward and its crew. Each `tick` does what is due now, and at most one round."""

    def __init__(self, crew: Crew, *, seed: int, speed: float, say: Callable[[str], None]) -> None:
        self.crew = crew
        self.seed = seed
        self.speed = speed
        self.say = say
        self.began = clock.now()
        self._not_before: dict[tuple[int, str], datetime] = {}

    def pause(self) -> timedelta:
        """How long to wait after a tick, so that every patient is seen once in the time between two rounds."""
        patients = max(1, Cycle.objects.exclude(state=CycleState.ENDED).count())
        return min(max(BETWEEN_ROUNDS / self.speed / patients, SHORTEST_PAUSE), LONGEST_PAUSE)

    def tick(self) -> None:
        """Doses, ends of infusions and starts of cycles that are due, then a round for whoever waits longest."""
        cares = self._cares()
        for care in cares:
            self._try(care, "dose", self._dose)
        due = [care for care in cares if clock.now() - care.seen_at >= BETWEEN_ROUNDS / self.speed]
        if due:
            self._try(min(due, key=lambda care: care.seen_at), "round", self._round)

    # --- what is done ----------------------------------------------------------------------------------------------

    def _dose(self, care: LiveCare) -> str | None:
        now, slot = clock.now(), care.next_slot
        if care.infusing and now - care.infusing.at >= INFUSION:
            care.end_infusion(care.infusing.slot.number)
            return f"infusion of dose {care.infusing.slot.number} has ended"
        if care.cycle.state == CycleState.PRESCRIBED:
            return self._start(care)
        if slot is None or now < care.course.planned(slot.number):
            return None
        seen = care.look(slot.number)
        late = now - seen.planned_at
        if may_give(seen, overridden=False) and late >= GIVE_AFTER:
            care.give(slot.number)
            return f"dose {slot.number} given"
        if seen.verdict is Verdict.HOLD and late >= HOLD_AFTER and not seen.refusals:
            care.hold(slot.number, seen)
            return f"dose {slot.number} held"
        return self._round(care, missing=seen.missing) if seen.missing and not seen.refusals else None

    def _start(self, care: LiveCare) -> str | None:
        if clock.now() < care.cycle.first_dose_at - START_BEFORE:
            return None
        care.start()
        return "cycle started"

    def _round(self, care: LiveCare, *, missing: Sequence[str] = ()) -> str:
        now = clock.now()
        if now - care.bloods_at >= BLOODS_EVERY or set(missing) & BLOODS:
            care.bloods(now)
        values = care.bedside(now, thorough=True, weigh=now - care.weighed_at >= BLOODS_EVERY)
        if care.doses:
            values |= episode(care.course, self.began + (now - self.began) * self.speed)
        care.record(now, values)
        return f"round: pressure {values['systolic_bp']}, temperature {values['temperature']}, SpO2 {values['spo2']}"

    def _try(self, care: LiveCare, what: str, act: Callable[[LiveCare], str | None]) -> None:
        """Do it; a refusal is an answer like any other, and is not asked for again at once."""
        key = (care.cycle_id, what)
        if clock.now() < self._not_before.get(key, clock.now()):
            return
        try:
            done = act(care)
        except Refusal as refusal:
            self._not_before[key] = clock.now() + ASK_AGAIN
            done = f"refused: {refusal.sentence}"
        if done:
            self.say(f"{care.cycle.patient}: {done}")

    # --- where the ward stands -------------------------------------------------------------------------------------

    def _cares(self) -> list[LiveCare]:
        """Every patient with an open cycle, as the database has them now: people act on the ward as well."""
        cycles = list(
            cycles_with_facts().exclude(state=CycleState.ENDED).prefetch_related(slots_prefetched()).order_by("id")
        )
        patients = [cycle.patient_id for cycle in cycles]
        stays = {stay.patient_id: stay for stay in _open_stays(patients)}
        newest = _newest_values(patients)
        events = events_of(cycles, kinds=(*GIVING, *ANSWERED))
        return [
            LiveCare(cycle, stays[cycle.patient_id], events[cycle.pk], newest, ward=self)
            for cycle in cycles
            if cycle.patient_id in stays
        ]


class LiveCare(Care):
    """One patient's care taken up from the database."""

    def __init__(
        self, cycle: Cycle, stay: Stay, events: Sequence[DoseEvent], newest: Mapping, *, ward: LiveWard
    ) -> None:
        super().__init__(Course(_story(cycle, stay), cycle.first_dose_at, ward.seed), ward.crew, body_at=self._body_at)
        now = clock.now()
        self.ward = ward
        self.cycle, self.cycle_id, self.patient_id = cycle, cycle.pk, cycle.patient_id
        self.slots = {slot.number: slot.pk for slot in cycle.slots.all()}
        self.doses = sorted(event.at for event in standing_gives(events).values())
        self.infusing = unended_give(events)
        self.next_slot = next_slot(cycle, now)
        self.last_answer = max([event.at for event in events], default=stay.admitted_at)
        seen, never = newest.get(cycle.patient_id, {}), stay.admitted_at - BLOODS_EVERY
        self.urine_since = seen.get("urine_output", stay.admitted_at)
        self.seen_at = seen.get("systolic_bp", stay.admitted_at)
        self.bloods_at = min(seen.get(code, never) for code in BLOODS)
        self.weighed_at = seen.get("weight", never)

    def _body_at(self, instant: datetime) -> datetime:
        since = max(self.ward.began, self.last_answer)
        waits_at = self.course.planned(self.next_slot.number) if self.next_slot else None
        return body_time(instant, since=since, speed=self.ward.speed, waits_at=waits_at)


def _story(cycle: Cycle, stay: Stay) -> Story:
    """The patient's own story; somebody whom people admitted on the demo ward gets an ordinary one."""
    patient = cycle.patient
    known = next((each for each in STORIES if each.record_number == patient.record_number), None)
    return known or Story(
        patient.record_number, patient.family_name, patient.given_name, patient.birth_date, patient.sex,
        stay.ward.code, stay.bed.label if stay.bed else "", next_dose=1, due_min=0,
        body={"weight": float(cycle.dosing_weight_kg)}, regimen_id=cycle.regimen, interval_h=cycle.interval_min // 60,
    )  # fmt: skip


def _open_stays(patients: Sequence[int]) -> Sequence[Stay]:
    """Where each patient lies, as far as the demo has nurses there."""
    stays = Stay.objects.filter(patient__in=patients, discharged_at=None, ward__code__in=WARDS_WITH_NURSES)
    return list(stays.select_related("ward", "bed"))


def _newest_values(patients: Sequence[int]) -> dict[int, dict[str, datetime]]:
    """When each code that the crew keeps an eye on was last observed, by patient."""
    codes = ("systolic_bp", "urine_output", "weight", *BLOODS)
    found: dict[int, dict[str, datetime]] = {}
    rows = RoundValue.objects.filter(round__patient__in=patients, code__in=codes, round__retraction=None)
    for patient, code, at in rows.values_list("round__patient", "code").annotate(at=Max("round__observed_at")):
        found.setdefault(patient, {})[code] = at
    return found
