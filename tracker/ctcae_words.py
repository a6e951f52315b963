"""The CTCAE 5.0 terms that this product grades: their organ, and what each grade means in a few words (pure data).

Source: Common Terminology Criteria for Adverse Events, version 5.0 (National Cancer Institute, 27 November 2017), in
our own short words. A grade that the term does not have is left out. Grade 5 (death) is not graded at the bedside.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class Organ(StrEnum):
    """The columns of the oncologist's overview, in their order."""

    HEART = "heart"
    LUNG = "lung"
    NEURO = "neuro"
    GUT = "gut"
    KIDNEY = "kidney"
    LIVER = "liver"
    SKIN = "skin"
    BLOOD = "blood"
    INFECTION = "infection"


@dataclass(frozen=True, slots=True)
class Term:
    """One adverse event. `organ` is None for what has no column of its own (fever, chills, hypersensitivity)."""

    id: str
    name: str
    organ: Organ | None
    words: Mapping[int, str]


def _term(id_: str, name: str, organ: Organ | None, *words: str, nothing: str = "None") -> Term:
    """`words` are those of grade 1 upwards; an empty text is a grade that does not exist."""
    graded = {grade: text for grade, text in enumerate((nothing, *words)) if text}
    return Term(id_, name, organ, MappingProxyType(graded))


_TERMS = (
    # Heart
    _term(
        "hypotension",
        "Hypotension",
        Organ.HEART,
        "No symptoms, no treatment",
        "Non-urgent treatment",
        "Medical treatment in hospital",
        "Life-threatening, urgent",
    ),
    _term(
        "sinus_tachycardia", "Sinus tachycardia", Organ.HEART, "No symptoms", "Symptoms, not urgent", "Urgent treatment"
    ),
    _term(
        "arrhythmia",
        "Arrhythmia",
        Organ.HEART,
        "No symptoms",
        "Not urgent",
        "Symptoms and urgent, or new onset",
        "Life-threatening",
    ),
    _term(
        "myocardial_ischemia",
        "Myocardial ischaemia",
        Organ.HEART,
        "Enzymes slightly raised",
        "Moderate pain",
        "Pain at rest, or ECG changes",
        "Life-threatening",
    ),
    _term("tamponade", "Pericardial tamponade", Organ.HEART, "", "", "", "Life-threatening"),
    # Lung
    _term(
        "hypoxia",
        "Hypoxia",
        Organ.LUNG,
        "",
        "Oxygen needed at times",
        "Below 88 % at rest",
        "Airway compromise, intubation",
    ),
    _term(
        "dyspnea",
        "Dyspnea",
        Organ.LUNG,
        "On moderate exertion",
        "On minimal exertion",
        "At rest",
        "Life-threatening",
    ),
    # Neuro
    _term(
        "confusion",
        "Confusion or delirium",
        Organ.NEURO,
        "Mild disorientation",
        "Moderate, limits daily tasks",
        "Severe, limits self-care",
        "Life-threatening",
        nothing="Clear",
    ),
    _term(
        "somnolence",
        "Somnolence",
        Organ.NEURO,
        "Mild drowsiness",
        "Moderate sedation",
        "Obtundation or stupor",
        "Life-threatening",
        nothing="Awake and alert",
    ),
    _term(
        "hallucinations",
        "Hallucinations",
        Organ.NEURO,
        "Mild",
        "Moderate",
        "Severe, no extra care needed",
        "Life-threatening, or extra care needed",
    ),
    _term(
        "agitation",
        "Anxiety or agitation",
        Organ.NEURO,
        "Mild mood change",
        "Moderate mood change",
        "Severe agitation",
        "Life-threatening",
    ),
    _term(
        "seizure",
        "Seizure",
        Organ.NEURO,
        "Brief, partial",
        "Brief, generalised",
        "New onset, or several despite treatment",
        "Prolonged, repetitive",
    ),
    # Gut
    _term(
        "nausea",
        "Nausea",
        Organ.GUT,
        "Less appetite, eats as usual",
        "Eats and drinks less",
        "Cannot eat or drink enough",
    ),
    _term(
        "vomiting",
        "Vomiting",
        Organ.GUT,
        "No treatment needed",
        "Intravenous fluids needed",
        "Tube feeding or parenteral nutrition needed",
        "Life-threatening",
    ),
    _term("ileus", "Distension or ileus", Organ.GUT, "No symptoms", "Symptoms", "Severe", "Life-threatening"),
    _term("abdominal_pain", "Abdominal pain", Organ.GUT, "Mild", "Moderate", "Severe"),
    _term(
        "gi_bleeding",
        "Gastrointestinal bleeding",
        Organ.GUT,
        "Mild, no treatment",
        "Moderate",
        "Transfusion or procedure",
        "Life-threatening",
    ),
    _term(
        "bowel_perforation",
        "Bowel ischaemia or perforation",
        Organ.GUT,
        "",
        "No procedure",
        "Procedure",
        "Life-threatening, urgent surgery",
    ),
    # Kidney, with the fluids and salts that it keeps
    _term(
        "creatinine_increased",
        "Creatinine increased",
        Organ.KIDNEY,
        "Up to 1.5 x normal",
        "Above 1.5 x normal or baseline",
        "Above 3 x normal or baseline",
        "Above 6 x normal",
    ),
    _term(
        "urine_output_decreased",
        "Urine output decreased",
        Organ.KIDNEY,
        "",
        "",
        "Below 80 mL in 8 h",
        "Below 240 mL in 24 h",
    ),
    _term("acute_kidney_injury", "Acute kidney injury", Organ.KIDNEY, "", "", "Hospital care", "Dialysis"),
    _term("weight_gain", "Weight gain", Organ.KIDNEY, "From 5 %", "From 10 %", "From 20 %"),
    _term(
        "edema_limbs",
        "Edema of limbs",
        Organ.KIDNEY,
        "5 to 10 % larger, seen on close look",
        "Above 10 to 30 % larger, plain to see",
        "Above 30 % larger, limits self-care",
    ),
    _term(
        "hypocalcemia",
        "Hypocalcemia (corrected for albumin)",
        Organ.KIDNEY,
        "Below normal",
        "Below 8.0 mg/dL",
        "Below 7.0 mg/dL",
        "Below 6.0 mg/dL",
    ),
    _term(
        "hypomagnesemia",
        "Hypomagnesemia",
        Organ.KIDNEY,
        "Below normal",
        "Below 1.2 mg/dL",
        "Below 0.9 mg/dL",
        "Below 0.7 mg/dL",
    ),
    _term(
        "hyperkalemia",
        "Hyperkalemia",
        Organ.KIDNEY,
        "Above normal",
        "Above 5.5 mmol/L",
        "Above 6.0 mmol/L",
        "Above 7.0 mmol/L",
    ),
    _term(
        "hypokalemia",
        "Hypokalemia",
        Organ.KIDNEY,
        "Below normal",
        "Below normal with symptoms",
        "Below 3.0 mmol/L",
        "Below 2.5 mmol/L",
    ),
    _term(
        "hypoalbuminemia",
        "Hypoalbuminemia",
        Organ.KIDNEY,
        "Below normal",
        "Below 3 g/dL",
        "Below 2 g/dL",
        "Life-threatening",
    ),
    _term("acidosis", "Acidosis", Organ.KIDNEY, "pH below normal", "", "pH below 7.3", "Life-threatening"),
    # Liver
    _term("ast_increased", "AST increased", Organ.LIVER, "Above normal", "Above 3 x", "Above 5 x", "Above 20 x"),
    _term("alt_increased", "ALT increased", Organ.LIVER, "Above normal", "Above 3 x", "Above 5 x", "Above 20 x"),
    _term(
        "bilirubin_increased",
        "Bilirubin increased",
        Organ.LIVER,
        "Above normal",
        "Above 1.5 x",
        "Above 3 x",
        "Above 10 x",
    ),
    _term("hepatic_pain", "Liver pain", Organ.LIVER, "Mild", "Moderate", "Severe"),
    _term("hepatic_failure", "Hepatic failure", Organ.LIVER, "", "", "Mild brain involvement", "Life-threatening"),
    # Skin and mouth
    _term(
        "rash",
        "Maculopapular rash",
        Organ.SKIN,
        "Below 10 % of the skin",
        "10 to 30 %, or more with mild symptoms",
        "Above 30 %, moderate or severe symptoms",
    ),
    _term(
        "pruritus",
        "Pruritus",
        Organ.SKIN,
        "Mild or in one place",
        "Widespread, comes and goes",
        "Widespread, constant",
    ),
    _term(
        "bullous_dermatitis",
        "Bullous dermatitis",
        Organ.SKIN,
        "Below 10 % of the skin",
        "10 to 30 %",
        "Above 30 %",
        "Above 30 % with fluid or salt loss",
    ),
    _term(
        "mucositis",
        "Oral mucositis",
        Organ.SKIN,
        "Mild, eats as usual",
        "Moderate, needs soft food",
        "Severe pain, eats little",
        "Life-threatening",
    ),
    # Blood
    _term(
        "platelets_decreased",
        "Platelets decreased",
        Organ.BLOOD,
        "Below normal",
        "Below 75,000 /mm³",
        "Below 50,000 /mm³",
        "Below 25,000 /mm³",
    ),
    _term(
        "neutrophils_decreased",
        "Neutrophils decreased",
        Organ.BLOOD,
        "Below normal",
        "Below 1500 /mm³",
        "Below 1000 /mm³",
        "Below 500 /mm³",
    ),
    _term("anemia", "Anemia", Organ.BLOOD, "Below normal", "Below 10.0 g/dL", "Below 8.0 g/dL", "Life-threatening"),
    # Infection
    _term("infection", "Infection", Organ.INFECTION, "", "Suspected", "Documented", "Life-threatening"),
    _term("sepsis", "Sepsis", Organ.INFECTION, "", "", "Culture positive, with signs", "Life-threatening"),
    # No column of their own: nearly every patient has them for hours after a dose
    _term("fever", "Fever", None, "38.0 to 39.0 °C", "Above 39.0 °C", "Above 40.0 °C", "Above 40.0 °C for over 24 h"),
    _term(
        "chills",
        "Chills",
        None,
        "Feels cold, mild shivering",
        "Whole body shakes, opioid needed",
        "Severe or long, opioid does not help",
    ),
    _term("hypersensitivity", "Allergic reaction", None, "Mild", "Treatment needed", "Severe", "Life-threatening"),
)

TERMS: dict[str, Term] = {term.id: term for term in _TERMS}

# The codes whose grade a person picks, and the term that each one is.
PICKED: dict[str, str] = {
    "somnolence_grade": "somnolence",
    "hallucinations_grade": "hallucinations",
    "vomiting_grade": "vomiting",
    "nausea_grade": "nausea",
    "rash_grade": "rash",
    "pruritus_grade": "pruritus",
    "mucositis_grade": "mucositis",
    "edema_grade": "edema_limbs",
    "chills_grade": "chills",
}

GRADE_WORDS: dict[str, Mapping[int, str]] = {code: TERMS[term].words for code, term in PICKED.items()}
