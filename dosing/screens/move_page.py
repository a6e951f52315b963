"""What moving a cycle to the versions in force would change, before it is signed. Reads, writes nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from ..actions.move_cycle import binding_in_force
from ..binding import amendments_of, settings_under
from ..gather import assess_facts, facts_for, settings_of
from ..models import Cycle, SiteSettings
from ..queries import next_number
from ..rules.amendment import Amendment
from ..rules.registry import amended, title_of
from ..version_values import changes_of
from .settings_form import SettingLine, lines_of
from .version_page import setting_words


@dataclass(frozen=True)
class SetMove:
    """One rule set before and after."""

    key: str
    now: str
    after: str
    changes: tuple[str, ...]

    @property
    def same(self) -> bool:
        return self.now == self.after


@dataclass(frozen=True)
class MoveOffer:
    """The move as it would be now. `settings` is empty when the cycle has the newest ones."""

    sets: tuple[SetMove, ...]
    next_dose: int | None
    verdict_now: str
    found_now: tuple[str, ...]
    verdict_after: str
    found_after: tuple[str, ...]
    settings: tuple[SettingLine, ...]
    settings_version: int | None


def move_offer(cycle: Cycle, now: datetime) -> MoveOffer:
    """What would bind the cycle, what it says about the next dose, and which settings are newer."""
    binding = binding_in_force(cycle)
    own = {each.key: each for each in amendments_of(binding.amendments)}
    data = {each["rule_set"]: each for each in binding.amendments}
    facts = facts_for(cycle)
    number = next_number(facts, now)
    settings = settings_under(settings_of(cycle.settings), binding.amendments)
    plan = replace(facts.plan, rule_sets=binding.rule_sets, amendments=tuple(own.values()), settings=settings)
    before = assess_facts(facts, cycle, slot=number or 1, at=now)
    after = assess_facts(replace(facts, plan=plan), cycle, slot=number or 1, at=now)
    newest = SiteSettings.objects.order_by("-id").first()
    newer = newest if newest is not None and newest.pk != cycle.settings_id else None
    return MoveOffer(
        sets=tuple(
            _move(old, new, own.get(new), data.get(new))
            for old, new in zip(cycle.rule_sets, binding.rule_sets, strict=True)
        ),
        next_dose=number,
        verdict_now=before.verdict.value,
        found_now=tuple(each.id for each in before.findings),
        verdict_after=after.verdict.value,
        found_after=tuple(each.id for each in after.findings),
        settings=lines_of(newer, cycle.settings) if newer else (),
        settings_version=newer.pk if newer else None,
    )


def _move(old: str, new: str, own: Amendment | None, data: dict | None) -> SetMove:
    numbers = changes_of(amended(own)) if own else ()
    words = (*(f"{each.rule_id}: {each.words}" for each in numbers), *(setting_words(data) if data else ()))
    return SetMove(new, title_of(old), title_of(new), words)
