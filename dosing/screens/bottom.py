"""The bottom bar of the readiness page: what this person can do now, and giving in its own place. Pure."""

from __future__ import annotations

from django.urls import reverse

from tracker.roles import Perm, may

from ..bedside import Bedside
from ..rules.assess import Assessment
from ..rules.explain import refusal_words
from ..rules.verdict import Verdict
from ..site_values import NOBODY
from ..states import CycleState
from ..wording import VERDICTS
from .shapes import Action, Give

VERDICT_WORDS = {
    Verdict.INCOMPLETE: "cannot tell",
    Verdict.HOLD: "HOLD",
    Verdict.STOP_CYCLE: "STOP CYCLE",
    Verdict.STOP_COURSE: "STOP COURSE",
    Verdict.DISCONTINUE: "DISCONTINUE",
}


def actions_of(bedside: Bedside, role: str) -> tuple[Action, ...]:
    """One to three buttons, the likeliest first; what the role may not do is not offered."""
    offered = [*_now(bedside, role), *_record(bedside, role), *_withhold(bedside, role)]
    if not offered:
        offered = [Action("Chart", reverse("chart", args=[bedside.stay.patient_id]), icon="chart")]
    return tuple(offered[:3])


def _now(bedside: Bedside, role: str) -> list[Action]:
    """What the present state asks for: the end of an infusion, the start of a cycle."""
    give = bedside.unended
    if give is not None and may(role, Perm.GIVE_DOSE) and (bedside.runs or bedside.slot is None):
        url = reverse("infusion-end", args=[give.slot_id])
        return [Action("End infusion", url, sub=f"dose {give.slot.number}", icon="drop", style="act")]
    cycle = bedside.cycle
    if cycle and cycle.state == CycleState.PRESCRIBED and may(role, Perm.START_CYCLE) and not bedside.discharged:
        url = reverse("cycle-start", args=[cycle.pk])
        return [Action("Start cycle", url, icon="tick", style="act", post=True)]
    return []


def _record(bedside: Bedside, role: str) -> list[Action]:
    if not may(role, Perm.RECORD_ROUND) or bedside.discharged:
        return []
    style = "plain" if _now(bedside, role) else "act"
    return [Action("Record round", reverse("round", args=[bedside.stay.patient_id]), icon="pencil", style=style)]


def _withhold(bedside: Bedside, role: str) -> list[Action]:
    """Hold, omit and, against the rules, override: each opens its own page."""
    slot, cycle = bedside.slot, bedside.cycle
    if slot is None or cycle.state != CycleState.ACTIVE:
        return []
    offered = []
    overridable = bedside.assessment.verdict.may_be_overridden and cycle.settings.override_by != NOBODY
    if may(role, Perm.OVERRIDE_HOLD) and overridable and not bedside.overridden:
        offered.append(Action(f"Override for dose {slot.number}…", reverse("override", args=[slot.pk])))
    if may(role, Perm.HOLD_DOSE):
        offered.append(Action(f"Hold dose {slot.number}", reverse("hold", args=[slot.pk]), style="hold"))
        offered.append(Action(f"Omit dose {slot.number}", reverse("omit", args=[slot.pk]), sub="not for a finding"))
    return offered


def give_of(bedside: Bedside, role: str, preparation: str) -> Give:
    """The button, or why it is off and who can change it. `preparation` says how much goes into which bag."""
    slot = bedside.slot
    if slot is None:
        return Give(on=False, why_off="Give is off: no dose is open.", who_can="")
    why, who = _why_off(bedside)
    if not why and not may(role, Perm.GIVE_DOSE):
        why, who = "a nurse gives it.", "You may sign as the witness." if may(role, Perm.WITNESS_DOSE) else ""
    if why:
        return Give(on=False, why_off=f"Give dose {slot.number} is off: {why}", who_can=who)
    label = f"Give dose {slot.number}" + (" on override" if bedside.overridden else "")
    return Give(on=True, label=label, sub=f"{preparation}, with a witness", url=reverse("give", args=[slot.pk]))


def _why_off(bedside: Bedside) -> tuple[str, str]:
    if bedside.can_give:
        return "", ""
    if bedside.discharged:
        return "discharged.", "Nothing can be given after discharge."
    if bedside.cycle.state == CycleState.PRESCRIBED:
        return "the cycle has not been started.", "A nurse or the prescriber starts it."
    assessment = bedside.assessment
    if bedside.runs is not None:
        return f"dose {bedside.runs.slot.number} is running.", " ".join(refusal_words(assessment, bedside.tz))
    if assessment.verdict is Verdict.PROCEED or (bedside.overridden and not assessment.missing):
        return _schedule(assessment, bedside)
    return f"{VERDICT_WORDS[assessment.verdict]}.", _who_can(assessment, bedside)


def _schedule(assessment: Assessment, bedside: Bedside) -> tuple[str, str]:
    words = refusal_words(assessment, bedside.tz)
    if "too_early" in assessment.refusals:
        return "too early.", " ".join(words)
    return words[0][:1].lower() + words[0][1:], " ".join(words[1:])


def _who_can(assessment: Assessment, bedside: Bedside) -> str:
    if assessment.verdict.may_be_overridden and assessment.missing:
        return "An override does not go past missing data: record it first."
    if assessment.verdict.may_be_overridden and bedside.override is not None:
        return "Something has come up since the override was signed: ask the prescriber to look again."
    return VERDICTS[assessment.verdict][1]
