"""Where the label's rules are printed, and the release that several of them share."""

from __future__ import annotations

from dosing.rules.criteria import Want, one_of
from dosing.rules.rule import Source

DOCUMENT = "Aldesleukin prescribing information, revised 9/2023"

SINUS_AND_ASYMPTOMATIC = (
    Want("rhythm", one_of("sinus", "sinus_tachycardia"), "Sinus rhythm or sinus tachycardia recorded since"),
    Want("cardiac_symptoms", one_of("none"), "No cardiac symptom", if_any=True),
)


def table_2(row: str) -> Source:
    """A row of the label's table of toxicities."""
    return Source(DOCUMENT, "Table 2", row)
