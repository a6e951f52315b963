"""From a journey's JSON to a checked journey."""

from __future__ import annotations

from collections.abc import Sequence, Set
from datetime import datetime, timedelta
from decimal import Decimal

from tracker.catalogue import CODES, read_value
from tracker.errors import BadInput, Refusal

from ..binding import amendments_of, settings_under
from ..regimen import Regimen, regimen
from ..rules.facts import Counting, LateDosePolicy, MaxAge, Plan, Prior, Round, Settings, Value
from ..rules.registry import resolve
from .journey import Did, Journey, JourneyEvent, NotValid
from .reading import (
    as_flag,
    as_instant,
    as_list,
    as_minutes,
    as_number,
    as_object,
    as_text,
    as_whole,
    below,
    parse,
    required,
)

BASELINE_ID = "baseline"
WITH_REASON = {Did.OVERRIDE, Did.HOLD}
WITH_SLOT = {Did.ASK, Did.GIVE}
STARTS_A_DOSE = {Did.GIVE, Did.OVERRIDE}


def read_journey(raw: bytes, *, rules: Sequence[str] = (), own: Sequence[dict] = ()) -> Journey:
    """The journey of a file; `rules` given on the command line win over the file's.

    `own` are a hospital's own versions (see `own_version`), which rules may name by their keys.

    Raises: NotValid with the place and what is wrong there.
    """
    found = parse(raw)
    required(found, "", ("regimen", "settings", "patient", "dosing_weight_kg", "first_dose_at"))
    plan = _plan(found, rules, own)
    baseline = _baseline(found["baseline"]) if found.get("baseline") is not None else None
    return Journey(plan=plan, baseline=baseline, events=_events(found.get("events", []), baseline))


def _plan(found: dict, rules: Sequence[str], own: Sequence[dict]) -> Plan:
    try:
        chosen = regimen(as_text(found["regimen"], "/regimen"))
    except BadInput as problem:
        raise NotValid("/regimen", problem.sentence) from None
    patient = as_object(found["patient"], "/patient")
    limits = as_object(patient.get("limits", {}), "/patient/limits")
    settings = as_object(found["settings"], "/settings")
    rule_sets = _rule_sets(found, rules, chosen, {each["rule_set"] for each in own})
    bound = [each for each in own if each["rule_set"] in rule_sets]
    return Plan(
        regimen=chosen.id,
        rule_sets=rule_sets,
        settings=settings_under(_settings(settings), bound),
        interval=_interval(settings, chosen),
        dosing_weight_kg=_weight(found["dosing_weight_kg"]),
        first_dose_at=as_instant(found["first_dose_at"], "/first_dose_at"),
        ast_uln=_limit(limits, "ast_uln"),
        alt_uln=_limit(limits, "alt_uln"),
        prior=_prior(found.get("prior")),
        amendments=amendments_of(bound),
    )


def _rule_sets(found: dict, rules: Sequence[str], chosen: Regimen, own: Set[str]) -> tuple[str, ...]:
    if rules:
        named = [(name, "--rules") for name in rules]
    elif found.get("rules") is not None:
        listed = as_list(found["rules"], "/rules")
        if not listed:
            raise NotValid("/rules", "at least one rule set is expected here.")
        named = [(as_text(name, f"/rules/{index}"), f"/rules/{index}") for index, name in enumerate(listed)]
    else:
        named = [(name, "/rules") for name in chosen.default_rule_sets]
    sets = []
    for name, pointer in named:
        try:
            sets.append(name if name in own else resolve(name).key)
        except BadInput as problem:
            raise NotValid(pointer, f"{problem.sentence} {problem.remedy}") from None
    return tuple(dict.fromkeys(sets))


def _settings(found: dict) -> Settings:
    required(found, "/settings", ("late_window_min", "interval_tolerance_min", "late_dose_policy"))
    try:
        policy = LateDosePolicy(found["late_dose_policy"])
    except ValueError:
        raise NotValid("/settings/late_dose_policy", "shift or grid is expected here.") from None
    return Settings(
        late_window_min=as_minutes(found["late_window_min"], "/settings/late_window_min", least=0),
        interval_tolerance_min=as_minutes(found["interval_tolerance_min"], "/settings/interval_tolerance_min", least=0),
        late_dose_policy=policy,
        counting=_counting(found.get("counting")),
        max_age_min=_max_age(found.get("max_age_min")),
    )


def _counting(raw: object) -> Counting:
    if raw is None:
        return Counting()
    pointer = "/settings/counting"
    found = as_object(raw, pointer)
    hold_at = as_whole(found.get("hold_at", Counting().hold_at), below(pointer, "hold_at"), least=1)
    stop_at = as_whole(found.get("stop_at", Counting().stop_at), below(pointer, "stop_at"), least=1)
    if stop_at < hold_at:
        raise NotValid(below(pointer, "stop_at"), "stop_at is less than hold_at.")
    return Counting(hold_at=hold_at, stop_at=stop_at)


def _max_age(raw: object) -> MaxAge:
    if raw is None:
        return MaxAge()
    pointer = "/settings/max_age_min"
    found = as_object(raw, pointer)
    names = ("vitals", "neuro", "urine", "weight", "labs")
    return MaxAge(**{name: as_minutes(found[name], below(pointer, name), least=1) for name in names if name in found})


def _interval(settings: dict, chosen: Regimen) -> timedelta:
    raw = settings.get("interval_h")
    if raw is None or chosen.shortest_interval == chosen.longest_interval:
        return chosen.shortest_interval
    hours, hour = as_number(raw, "/settings/interval_h"), timedelta(hours=1)
    if not chosen.shortest_interval // hour <= hours <= chosen.longest_interval // hour:
        raise NotValid("/settings/interval_h", "the interval is not from 8 to 12 hours.")
    return timedelta(microseconds=int(hours * 3_600_000_000))


def _weight(raw: object) -> Decimal:
    weight, code = as_number(raw, "/dosing_weight_kg"), CODES["weight"]
    if not code.low <= weight <= code.high:
        raise NotValid("/dosing_weight_kg", f"the weight is not from {code.low} to {code.high} kg.")
    return Decimal(str(raw))


def _limit(limits: dict, name: str) -> Decimal:
    pointer = f"/patient/limits/{name}"
    if as_number(limits.get(name, 40), pointer) <= 0:
        raise NotValid(pointer, "the upper limit of normal is not above 0.")
    return Decimal(str(limits.get(name, 40)))


def _prior(raw: object) -> Prior:
    if raw is None:
        return Prior()
    found = as_object(raw, "/prior")
    number = as_whole(found.get("cycle_number", 1), "/prior/cycle_number", least=1)
    first = found.get("cycle_1_first_dose_at")
    if number == 2 and first is None:
        raise NotValid("/prior/cycle_1_first_dose_at", "a cycle 2 needs the first dose of cycle 1.")
    return Prior(
        cycle_number=number,
        doses_given_in_course=as_whole(found.get("doses_given_in_course", 0), "/prior/doses_given_in_course", least=0),
        cycle_1_first_dose_at=None if first is None else as_instant(first, "/prior/cycle_1_first_dose_at"),
        discontinued=as_flag(found.get("discontinued", False), "/prior/discontinued"),
        course_stopped=as_flag(found.get("course_stopped", False), "/prior/course_stopped"),
    )


def _baseline(raw: object) -> Round:
    found = as_object(raw, "/baseline")
    required(found, "/baseline", ("at", "values"))
    at = as_instant(found["at"], "/baseline/at")
    values = _values(found["values"], "/baseline/values", at)
    return Round(id=BASELINE_ID, observed_at=at, known_at=at, values=values, baseline=True, order=0)


def _values(raw: object, pointer: str, at: datetime) -> dict[str, Value]:
    values: dict[str, Value] = {}
    for code, typed in as_object(raw, pointer).items():
        try:
            reading = read_value(code, typed, observed_at=at)
        except Refusal as problem:
            inner = problem.field.removeprefix(f"values.{code}").strip(".")
            place = below(pointer, code)
            raise NotValid(below(place, inner) if inner else place, problem.sentence) from None
        values[code] = Value(reading.value, reading.since)
    return values


def _events(raw: object, baseline: Round | None) -> tuple[JourneyEvent, ...]:
    listed = as_list(raw, "/events")
    events = [_event(each, f"/events/{index}", index + 1) for index, each in enumerate(listed)]
    for index, event in enumerate(events):
        # Anything may be observed before the baseline; but what was seen after a dose is nobody's baseline.
        if baseline is not None and event.did in STARTS_A_DOSE and event.at < baseline.observed_at:
            raise NotValid(f"/events/{index}/at", "a dose is started before the baseline was observed.")
    order = sorted(range(len(events)), key=lambda index: (events[index].known_at, index))
    seen: set[str] = set()
    for index in order:
        event = events[index]
        if event.round is not None and event.round.id:
            if event.round.id in seen:
                raise NotValid(f"/events/{index}/id", f"two rounds have the id {event.round.id!r}.")
            seen.add(event.round.id)
        if event.did is Did.RETRACT and event.retracts not in seen:
            raise NotValid(f"/events/{index}/retract", f"no round {event.retracts!r} is known by then.")
    return tuple(events[index] for index in order)


def _event(raw: object, pointer: str, order: int) -> JourneyEvent:
    found = as_object(raw, pointer)
    required(found, pointer, ("at",))
    at = as_instant(found["at"], below(pointer, "at"))
    done = [did for did in Did if did in found]
    if len(done) != 1:
        what = "no action" if not done else f"{len(done)} actions ({', '.join(done)})"
        raise NotValid(pointer, f"the event has {what}; exactly one is expected.")
    did, place = done[0], below(pointer, done[0])
    if did is Did.OBSERVE:
        return _observe(found, pointer, at, order)
    if did is Did.RETRACT:
        return JourneyEvent(did, at, _known_at(found, pointer, at), retracts=_id(found["retract"], place))
    if did in WITH_SLOT:
        return JourneyEvent(did, at, at, slot=as_whole(found[did], place, least=1))
    detail = as_object(found[did], place)
    required(detail, place, ("slot", "reason") if did in WITH_REASON else ("reason",))
    as_text(detail["reason"], below(place, "reason"))
    slot = as_whole(detail["slot"], below(place, "slot"), least=1) if did in WITH_REASON else 0
    return JourneyEvent(did, at, at, slot=slot)


def _observe(found: dict, pointer: str, at: datetime, order: int) -> JourneyEvent:
    known_at = _known_at(found, pointer, at)
    values = _values(found["observe"], below(pointer, "observe"), at)
    name = _id(found["id"], below(pointer, "id")) if found.get("id") is not None else ""
    round_ = Round(id=name, observed_at=at, known_at=known_at, values=values, order=order)
    return JourneyEvent(Did.OBSERVE, at, known_at, round=round_)


def _known_at(found: dict, pointer: str, at: datetime) -> datetime:
    """When a round or its retraction was typed; a dose counts from its start, whenever it was typed."""
    if found.get("entered_at") is None:
        return at
    place = below(pointer, "entered_at")
    known_at = as_instant(found["entered_at"], place)
    if known_at < at:
        raise NotValid(place, "the entry was typed before the time it is about.")
    return known_at


def _id(raw: object, pointer: str) -> str:
    """A round's name; whole numbers are taken as text."""
    if isinstance(raw, int) and not isinstance(raw, bool):
        return str(raw)
    return as_text(raw, pointer)
