"""How a row of the consensus table becomes a rule: its two columns in words beside the function that judges them."""

from __future__ import annotations

from dosing.rules.momentary import CorrectFirst
from dosing.rules.rule import ABSOLUTE, RELATIVE, Judge, Organ, Rule, Source
from dosing.rules.verdict import Verdict

DOCUMENT = "Dutcher et al., expert consensus on high-dose interleukin-2, 2014"


def criterion(
    rule_id: str,
    organ: Organ,
    sentence: str,
    judge: Judge,
    *,
    relative: str = "",
    absolute: str = "",
    release: str,
    reading: str = "",
    section: str = "",
    note: CorrectFirst | None = None,
) -> Rule:
    """One row of the table. Its gravest column is the rule's effect and class."""
    columns = (("Relative", relative), ("Absolute", absolute))
    return Rule(
        id=rule_id,
        organ=organ,
        sentence=sentence,
        trigger=". ".join(f"{name}: {words}" for name, words in columns if words),
        release=release,
        effect=Verdict.STOP_CYCLE if absolute else Verdict.HOLD,
        klass=ABSOLUTE if absolute else RELATIVE,
        source=Source(DOCUMENT, "Table 3", section or str(organ)),
        reading=reading,
        relative=relative,
        absolute=absolute,
        judge=judge,
        note=note,
    )
