"""How the rules name a quantity and write a value: full words, the number, a thin space and a short unit."""

from __future__ import annotations

from dosing.rules.facts import Measured
from tracker.catalogue import CODES, Kind, show

THIN_SPACE = "\N{THIN SPACE}"

# Only the names that are not the code's own words.
_NAMES = {
    "systolic_bp": "systolic",
    "spo2": "oxygen saturation",
    "oxygen_fio2": "inspired oxygen",
    "ischemia": "ischaemia",
    "tamponade": "cardiac tamponade",
    "ast": "AST",
    "alt": "ALT",
    "arterial_ph": "arterial pH",
    "stool_blood": "stool",
    "sputum_or_emesis_blood": "sputum or emesis",
    "bowel_catastrophe": "bowel",
    "skin_preexisting_worse": "worsening of a pre-existing skin condition",
    "skin_bullous": "bullous dermatitis",
    "somnolence_grade": "somnolence",
    "hallucinations_grade": "hallucinations",
    "cardiac_enzymes": "CK-MB or troponin",
    "spell_world_backward": "spelling WORLD backward",
    "abdominal_pain_unrelenting": "severe unrelenting abdominal pain",
    "vomiting_refractory": "vomiting despite medication",
    "resting_dyspnea": "shortness of breath at rest",
    "hypotension_after_boluses": "hypotension after the fluid boluses",
    "urine_output": "urine",
    "diarrhea_volume": "diarrhea",
    "fluid_electrolytes_stable": "fluid and electrolytes stable",
    "hypersensitivity": "hypersensitivity reaction",
    "held_doses": "doses held",
    "slot": "dose",
}


def named(code: str) -> str:
    """The quantity's name inside a sentence: full words, no abbreviation a visiting nurse may not know."""
    return _NAMES.get(code) or code.replace("_", " ")


def shown(code: str, value: Measured) -> str:
    """The value with its unit, for example "84 mmHg" or "atrial fibrillation"."""
    row = CODES.get(code)
    if row is None:
        return str(value).replace("_", " ")
    text = show(code, value)
    if row.kind in (Kind.CHOICE, Kind.GRADE):
        return uncapitalised(text)
    return f"{text}{THIN_SPACE}{row.unit_label}" if row.unit_label else text


def uncapitalised(text: str) -> str:
    """The text inside a sentence: "a dose was refused", but "ECG change"."""
    return text[:1].lower() + text[1:] if text[1:3].islower() else text


def listed(words: list[str]) -> str:
    """Words in a row as people say them: "a", "a and b", "a, b and c"."""
    if len(words) < 2:
        return words[0] if words else ""
    return f"{', '.join(words[:-1])} and {words[-1]}"
