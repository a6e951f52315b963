"""Reads the hospital's own versions of rule sets: drafted, signed, in force, and what binds a cycle at an instant."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from tracker.errors import BadInput, NotFound

from .binding import amendments_of
from .models import RuleVersion, RuleVersionEvent
from .rules.amendment import read_key
from .rules.registry import amended, newest_sets, resolve
from .rules.rule_set import RuleSet
from .rules.standing import STANDING

PRESCRIBER = RuleVersionEvent.Kind.PRESCRIBER.value
PHARMACIST = RuleVersionEvent.Kind.PHARMACIST.value
WITHDRAWN = RuleVersionEvent.Kind.WITHDRAWN.value


@dataclass(frozen=True)
class Published:
    """One version of the hospital with the signatures under it, by kind."""

    row: RuleVersion
    events: Mapping[str, RuleVersionEvent]

    @property
    def key(self) -> str:
        return str(self.row)

    @property
    def withdrawn(self) -> RuleVersionEvent | None:
        return self.events.get(WITHDRAWN)

    @property
    def signed(self) -> bool:
        """A second prescriber and a pharmacist have signed, and nobody withdrew it."""
        return PRESCRIBER in self.events and PHARMACIST in self.events and self.withdrawn is None

    @property
    def from_then_on(self) -> datetime | None:
        """Since when it binds new cycles: as drafted, but never before its last signature. None for a draft."""
        if not self.signed:
            return None
        return max(self.row.effective_from, self.events[PRESCRIBER].at, self.events[PHARMACIST].at)

    @property
    def data(self) -> dict:
        """What a cycle that is bound to it carries."""
        row = self.row
        return {
            "rule_set": self.key,
            "thresholds": row.thresholds,
            "counting": row.counting,
            "max_age_min": row.max_age_min,
        }

    @property
    def rule_set(self) -> RuleSet:
        """The rules with the hospital's numbers."""
        return amended(amendments_of([self.data])[0])


@dataclass(frozen=True)
class Binding:
    """What binds a cycle: its rule sets at a version, and the plain data of those that are the hospital's own."""

    rule_sets: tuple[str, ...]
    amendments: tuple[dict, ...]


def versions(rule_set: str | None = None) -> tuple[Published, ...]:
    """Every version that was ever drafted, oldest first, in two queries."""
    rows = RuleVersion.objects.select_related("drafted_by").prefetch_related("events__by").order_by("id")
    if rule_set is not None:
        rows = rows.filter(rule_set=rule_set)
    return tuple(_published(row) for row in rows)


def version_named(key: str, *, lock: bool = False) -> Published:
    """One version of the hospital by its key; `lock` keeps its row, which orders what is signed under it.

    Raises: NotFound no_such_rule_set.
    """
    parts = read_key(key)
    if parts is not None and parts.edition:
        rows = RuleVersion.objects.select_related("drafted_by").prefetch_related("events__by")
        if lock:
            rows = rows.select_for_update(of=("self",))
        row = rows.filter(rule_set=parts.rule_set, base=parts.version, number=parts.edition).first()
        if row is not None:
            return _published(row)
    raise NotFound("no_such_rule_set", f"There is no version {key[:60]!r}.", remedy="Look at the list of rule sets.")


def rule_set_named(name: str, at: datetime) -> RuleSet:
    """A rule set by its id, which means the version in force, or by its key at any version, the old ones included.

    Raises: NotFound no_such_rule_set.
    """
    if name in (STANDING.id, STANDING.key):
        return STANDING
    parts = read_key(name)
    if parts is not None and parts.edition:
        return version_named(name).rule_set
    try:
        known = resolve(name)
    except BadInput as unknown:
        raise NotFound("no_such_rule_set", unknown.sentence, remedy=unknown.remedy) from None
    return known if parts is not None else _in_force_set(known, at)


def in_force(at: datetime, known: Iterable[Published] | None = None) -> dict[str, Published]:
    """By rule set the hospital's version that binds a cycle prescribed at that instant, where there is one.

    It stays in force until another one takes its place: a version that ships later binds nothing by itself.
    """
    found: dict[str, Published] = {}
    for each in versions() if known is None else known:
        since = each.from_then_on
        if since is None or since > at:
            continue
        rival = found.get(each.row.rule_set)
        if rival is None or (since, each.row.pk) > (rival.from_then_on, rival.row.pk):
            found[each.row.rule_set] = each
    return found


def keys_in_force(at: datetime) -> dict[str, str]:
    """By rule set the key that binds a cycle prescribed at that instant."""
    own = in_force(at)
    return {each.id: own[each.id].key if each.id in own else each.key for each in newest_sets()}


def binding_of(keys: Sequence[str]) -> Binding:
    """The data behind these keys, each a shipped version or one that the hospital has signed.

    Raises: NotFound no_such_rule_set; ValueError for one that is not signed.
    """
    own = []
    for key in keys:
        parts = read_key(key)
        if parts is not None and parts.edition:
            published = version_named(key)
            if not published.signed:
                raise ValueError(f"{key} is not signed")
            own.append(published.data)
    return Binding(tuple(keys), tuple(own))


def _published(row: RuleVersion) -> Published:
    return Published(row, {event.kind: event for event in row.events.all()})


def _in_force_set(known: RuleSet, at: datetime) -> RuleSet:
    own = in_force(at, versions(known.id)).get(known.id)
    return known if own is None else own.rule_set
