"""What cannot be told about a bed and why, and what is due there, in the ward's words. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from dosing.rules.picture import Picture
from dosing.rules.required import GROUPS, URINE, Input, InputState
from dosing.rules.wording import listed, named
from tracker.look.times import clock_text, length_text

UNFIT = (InputState.MISSING, InputState.STALE)
GROUP_NAMES = {"vitals": "vitals", "neuro": "neuro checks", "weight": "weight", "labs": "labs"}
PLURAL = frozenset(
    {"vitals", "neuro checks", "labs", "some vitals", "some neuro checks", "some labs", "platelets", "serial sevens"}
)

# Named one by one up to this number, above it by their group.
NAMED_AT_MOST = 3

# Short words for what is due; the round itself names everything in full.
SHORT = {
    "systolic_bp": "BP",
    "respiratory_rate": "breathing",
    "spo2": "saturation",
    "oxygen_flow": "oxygen",
    "serial_sevens": "serial sevens",
    "spell_world_backward": "WORLD backward",
    "urine_output": "urine",
}
FULL = {"systolic_bp": "blood pressure"}
AT_THE_BEDSIDE = frozenset((*GROUPS["vitals"], *GROUPS["neuro"]))
LABS = frozenset(GROUPS["labs"])


@dataclass(frozen=True, slots=True)
class Unknown:
    """Something that is not known: what, and in which way."""

    subject: str
    predicate: str


@dataclass(frozen=True, slots=True)
class UrineGap:
    """Where no entry covers the required length; `until` is None when it lasts, `since` when nothing was recorded."""

    since: datetime | None
    until: datetime | None


def unfit_codes(inputs: Iterable[Input]) -> tuple[str, ...]:
    """The required codes that are missing or too old, in the order of the inputs."""
    return tuple(each.code for each in inputs if each.state in UNFIT)


def unknowns(inputs: Sequence[Input], gap: UrineGap | None, now: datetime, tz: tzinfo) -> tuple[Unknown, ...]:
    """What is not recorded, then urine, then what is too old, each kind in one sentence."""
    never: list[str] = []
    mixed: list[str] = []
    old: dict[timedelta, list[str]] = {}
    for group, codes in GROUPS.items():
        rows = [each for each in inputs if each.code in codes]
        for name, state, max_age in _named_unfit(group, rows):
            if state is None:
                mixed.append(name)
            elif state is InputState.MISSING:
                never.append(name)
            else:
                old.setdefault(max_age, []).append(name)
    found = [Unknown(listed(never), f"{_verb(never)} not recorded")] if never else []
    found += [Unknown(listed(mixed), f"{_verb(mixed)} missing or too old")] if mixed else []
    if gap is not None and any(each.code == URINE and each.state in UNFIT for each in inputs):
        found.append(Unknown("urine", _gap_words(gap, now, tz)))
    found += [Unknown(listed(names), f"{_verb(names)} older than {_length(age)}") for age, names in old.items()]
    return tuple(found)


def _named_unfit(group: str, rows: Sequence[Input]) -> list[tuple[str, InputState | None, timedelta]]:
    """The unfit values of one group: one by one while they are few, else the group; no state when it is mixed."""
    unfit = [each for each in rows if each.state in UNFIT]
    if not unfit:
        return []
    if len(unfit) == 1 or (len(unfit) <= NAMED_AT_MOST and len(unfit) < len(rows)):
        return [(full_name(each.code), each.state, each.max_age) for each in unfit]
    states = {each.state for each in unfit}
    name = GROUP_NAMES[group] if len(unfit) == len(rows) else f"some {GROUP_NAMES[group]}"
    return [(name, states.pop() if len(states) == 1 else None, unfit[0].max_age)]


def full_name(code: str) -> str:
    """The value's name within a sentence."""
    return FULL.get(code) or named(code)


def _verb(names: Sequence[str]) -> str:
    return "are" if len(names) > 1 or names[0] in PLURAL else "is"


def _length(age: timedelta) -> str:
    return length_text(int(age.total_seconds()) // 60)


def _gap_words(gap: UrineGap, now: datetime, tz: tzinfo) -> str:
    if gap.since is None:
        return "is not recorded"
    since = clock_text(gap.since, now, tz)
    if gap.until is None:
        return f"is unknown since {since}"
    return f"is unknown {since} to {clock_text(gap.until, now, tz)}"


def urine_gap(picture: Picture) -> UrineGap:
    """Where the urine of the required length is not covered, as `dosing.rules.windows` judges it."""
    entries = picture.history.span(URINE, None, picture.at)
    if not entries:
        return UrineGap(None, None)
    end = entries[-1].at
    if picture.at - end > picture.urine_max_age:
        return UrineGap(end, None)
    start = end - timedelta(minutes=picture.max_age.urine)
    frontier = end
    for entry in reversed(entries):
        if entry.at < frontier or frontier <= start:
            break
        frontier = min(frontier, entry.since or entry.at)
    covered_before = max((entry.at for entry in entries if entry.at < frontier), default=start)
    return UrineGap(max(covered_before, start), frontier)


# --- what is due ------------------------------------------------------------------------------------------------------


def due_names(codes: Iterable[str]) -> tuple[str, ...]:
    """What to record, shortly: many values of the bedside are a round, several of the laboratory are labs."""
    wanted = list(dict.fromkeys(codes))
    bedside = [code for code in wanted if code in AT_THE_BEDSIDE]
    labs = [code for code in wanted if code in LABS]
    names: list[str] = []
    names += ["round"] if len(bedside) >= NAMED_AT_MOST else [short_name(code) for code in bedside]
    names += ["urine"] if URINE in wanted else []
    names += ["weight"] if "weight" in wanted else []
    names += ["labs"] if len(labs) > 1 else [short_name(code) for code in labs]
    return tuple(names)


def short_name(code: str) -> str:
    """One value in the shortest words that a float nurse knows."""
    return SHORT.get(code) or named(code)
