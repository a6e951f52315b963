"""Lives through the stories up to now: rounds and doses in the order of time, through the actions people use."""

from __future__ import annotations

import gc
import heapq
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count

from django.db import transaction

from tracker import clock, poke

from ..rules.assess import may_give
from ..rules.verdict import Verdict
from .care import Care
from .site import found_site
from .stories import STORIES
from .story import Course, Earlier, Slip, Story, placed

Life = Iterator[datetime]
MINUTE = timedelta(minutes=1)
INFUSION = 15 * MINUTE
AFTER_DOSE = (75, 185, 295)  # rounds, in minutes after a dose is due; on longer intervals they go on every 110 minutes
BEFORE_DOSE = (90, 35)
BLOODS_BEFORE, LABORATORY_TAKES = 100 * MINUTE, 40 * MINUTE
FOUNDED_BEFORE = timedelta(hours=12)


def fill(*, now: datetime, seed: int, stories: Sequence[Story] = STORIES) -> list[Care]:
    """Found the demo site in an empty database and let its patients live up to now. One transaction, no nudges.

    Audit: every action of the staff at its simulated time, and the first people by the system.
    """
    courses = [placed(story, now=now, seed=seed) for story in stories]
    begin = min(_begins(course) for course in courses)
    with poke.quiet(), _no_collection(), transaction.atomic():
        with clock.telling(begin - FOUNDED_BEFORE):
            crew = found_site()
        cares = [Care(course, crew) for course in courses]
        run([life for care in cares for life in lives(care)], until=now)
    return cares


@contextmanager
def _no_collection() -> Iterator[None]:
    """A tenth of the load's time is the collector looking for garbage that is not there."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def run(lives: Iterable[Life], *, until: datetime) -> None:
    """Let each life go on in the order of time; each yields the instant of what it does next."""
    order = count()
    waiting = [(next(life), next(order), life) for life in lives]
    heapq.heapify(waiting)
    while waiting and waiting[0][0] <= until:
        instant, place, life = waiting[0]
        with clock.telling(instant):
            following = next(life, None)
        if following is None:
            heapq.heappop(waiting)
        else:
            heapq.heapreplace(waiting, (max(following, instant), place, life))


def lives(care: Care) -> tuple[Life, ...]:
    """What happens to one patient: the doses, and the rounds beside them."""
    return (doses(care), rounds(care))


def _begins(course: Course) -> datetime:
    return course.admitted_at - timedelta(days=course.story.earlier.days_ago if course.story.earlier else 0)


# --- doses --------------------------------------------------------------------------------------------------------


def doses(care: Care) -> Life:
    """Admission, order and start, and then each dose in its turn."""
    course, story = care.course, care.course.story
    if story.earlier:
        yield from _earlier_cycle(care, story.earlier)
    yield course.admitted_at
    care.admit()
    yield course.first - timedelta(hours=4, minutes=30)
    care.prescribe(course.first)
    if not story.started:
        return
    yield course.first - 60 * MINUTE
    care.start()
    for dose in range(1, story.regimen.doses_per_cycle + 1):
        yield course.planned(dose) + MINUTE * care.body.noise(course.planned(dose), "start").randint(0, 5)
        yield from _answer(care, dose)


def _answer(care: Care, dose: int) -> Life:
    """What the nurse does when a dose is due: give, hold, omit, ask the oncologist, or leave a stop to others."""
    story = care.course.story
    if dose in story.unanswered:
        yield from _lapse(care, dose)
        return
    if dose in story.omitted:
        care.omit(dose, *story.omitted[dose])
        return
    seen = care.look(dose)
    if seen.verdict is Verdict.HOLD and dose not in story.overrides:
        yield clock.now() + 20 * MINUTE
        care.round(clock.now(), thorough=True)
        yield clock.now() + 2 * MINUTE
        seen = care.look(dose)
    if dose in story.overrides and seen.verdict.may_be_overridden:
        care.override(dose, story.overrides[dose])
        yield clock.now() + 3 * MINUTE
        seen = care.look(dose)
    if may_give(seen, overridden=dose in story.overrides):
        care.give(dose)
        yield clock.now() + INFUSION
        care.end_infusion(dose)
    elif seen.verdict is Verdict.HOLD:
        care.hold(dose, seen)
    else:
        yield from _lapse(care, dose)


def _lapse(care: Care, dose: int) -> Life:
    yield care.look(dose).lapses_at + MINUTE
    care.lapse(dose)


def _earlier_cycle(care: Care, earlier: Earlier) -> Life:
    """Cycle 1 in short: one round before each dose, its end, and home."""
    begun = replace(care.course, first=care.course.first - timedelta(days=earlier.days_ago))
    yield begun.admitted_at
    care.admit()
    care.round(clock.now(), thorough=True, weigh=True)
    care.bloods(clock.now())
    yield begun.first - timedelta(hours=4)
    care.prescribe(begun.first)
    care.start()
    for dose in range(1, earlier.doses + 1):
        yield begun.planned(dose) - 35 * MINUTE
        care.round(clock.now(), thorough=True, weigh=dose % 3 == 0)
        if dose % 3 == 0:
            care.bloods(clock.now())
        yield begun.planned(dose)
        care.give(dose)
        yield clock.now() + INFUSION
        care.end_infusion(dose)
    yield begun.planned(earlier.doses + 1)
    care.end(earlier.end_reason)
    yield clock.now() + timedelta(hours=44)
    care.discharge()
    care.doses.clear()


# --- rounds -------------------------------------------------------------------------------------------------------


def rounds(care: Care) -> Life:
    """The rounds and bloods of a stay: on admission, then around each dose, more often before it."""
    course, story = care.course, care.course.story
    arrived = course.admitted_at
    yield arrived + 30 * MINUTE
    care.round(arrived + 28 * MINUTE, thorough=True, weigh=True)
    yield arrived + 75 * MINUTE
    care.bloods(arrived + 45 * MINUTE)
    for dose in range(1, story.regimen.doses_per_cycle + 1):
        for minutes in _round_minutes(dose, story):
            yield from _round(care, dose, minutes)


def _round(care: Care, dose: int, minutes: int) -> Life:
    """One round at so many minutes from a dose, entered a few minutes after it was made; slips included."""
    course, story = care.course, care.course.story
    chance = care.body.noise(course.planned(dose) + minutes * MINUTE, "round")
    observed = course.planned(dose) + MINUTE * (minutes + chance.randint(-2, 2))
    bloods_due = minutes == -BEFORE_DOSE[0] and dose % 3 == story.labs_with and dose > 1
    yield observed + chance.randint(1, 3) * MINUTE
    values = care.bedside(observed, thorough=minutes == -BEFORE_DOSE[-1], weigh=bloods_due)
    slip = _slip(story, dose, minutes)
    if slip and not slip.struck:
        wrong = care.record(observed, {**values, **slip.values})
        yield clock.now() + 9 * MINUTE
        care.correct(wrong, values, slip.reason)
    else:
        care.record(observed, values)
    if slip and slip.struck:
        yield clock.now() + 4 * MINUTE
        wrong = care.record(clock.now(), slip.values)
        yield clock.now() + 3 * MINUTE
        care.strike(wrong, slip.reason)
    if bloods_due:
        taken = course.planned(dose) - BLOODS_BEFORE
        yield taken + LABORATORY_TAKES
        care.bloods(taken)


def _round_minutes(dose: int, story: Story) -> list[int]:
    """When the rounds of a dose are made, in minutes from the dose."""
    whole = int(story.interval / MINUTE)
    longest = max(AFTER_DOSE) if whole <= 480 else whole - 150
    after = range(AFTER_DOSE[0], longest + 1, AFTER_DOSE[1] - AFTER_DOSE[0])
    around = [*(-minutes for minutes in BEFORE_DOSE), *after]
    return [minutes for minutes in around if (dose, minutes) not in story.unseen]


def _slip(story: Story, dose: int, minutes: int) -> Slip | None:
    return next((slip for slip in story.slips if (slip.dose, slip.minutes) == (dose, minutes)), None)
