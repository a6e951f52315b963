"""The table of observation codes: what can be charted, in which unit, within which plausible range (pure data).

Units are UCUM names. LOINC numbers come from LOINC; where none is given, no single LOINC term says the same thing.
A plausible range is where a number stops being a measurement and starts being a slip of the finger; both ends belong
to it. Rows with the kind GRADE are picked by a person who reads the CTCAE 5.0 words (`tracker.ctcae`).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction


class Kind(StrEnum):
    """What sort of answer a code takes."""

    QUANTITY = "quantity"
    VOLUME = "volume"
    CHOICE = "choice"
    GRADE = "grade"


@dataclass(frozen=True, slots=True)
class Code:
    """One thing that can be charted.

    `display` is the full name, `label` the short one for a ward screen; `unit` the canonical UCUM unit and `unit_label`
    the same for people. `unremarkable` is the answer that means nothing was found (a choice, or grade 0). `decimals` is
    how many decimal places a keypad offers; it never limits what may be entered.
    """

    code: str
    kind: Kind
    unit: str
    choices: tuple[str, ...]
    low: Fraction | None
    high: Fraction | None
    loinc: str
    display: str
    group: str
    label: str
    unit_label: str
    unremarkable: str | int | None
    decimals: int

    @property
    def numeric(self) -> bool:
        """Is the value a measured number (and not a choice or a grade)?"""
        return self.kind in (Kind.QUANTITY, Kind.VOLUME)


GROUPS: dict[str, str] = {
    "vitals": "Vitals",
    "neuro_heart": "Neuro and heart",
    "lungs": "Lungs",
    "gut": "Gut and liver",
    "skin": "Skin and mouth",
    "kidney_fluids": "Kidney and fluids",
    "labs": "Laboratory",
    "pressors": "Pressors",
    "infection_other": "Infection and other",
}

# Units as people write them; a unit that is not here is written as in UCUM.
UNIT_LABELS: dict[str, str] = {
    "mm[Hg]": "mmHg",
    "Cel": "°C",
    "ug/kg/min": "mcg/kg/min",
    "/mm3": "/mm³",
    "[pH]": "",
    "m[IU]/L": "mIU/L",
    "u[IU]/mL": "µIU/mL",
    "[degF]": "°F",
    "[lb_av]": "lb",
    "ug/kg/h": "mcg/kg/h",
    "umol/L": "µmol/L",
    "ukat/L": "µkat/L",
    "/uL": "/µL",
    "10*3/uL": "10³/µL",
    "10*3/mm3": "10³/mm³",
    "10*9/L": "10⁹/L",
}


def _number(
    code: str,
    unit: str,
    low: str,
    high: str,
    loinc: str,
    display: str,
    group: str,
    label: str = "",
    decimals: int = 0,
    kind: Kind = Kind.QUANTITY,
) -> Code:
    return Code(
        code,
        kind,
        unit,
        (),
        Fraction(low),
        Fraction(high),
        loinc,
        display,
        group,
        label or display,
        UNIT_LABELS.get(unit, unit),
        None,
        decimals,
    )


def _volume(code: str, high: str, loinc: str, display: str, group: str, label: str) -> Code:
    return _number(code, "mL", "0", high, loinc, display, group, label, kind=Kind.VOLUME)


def _choice(
    code: str, choices: str, display: str, group: str, label: str = "", *, loinc: str = "", unremarkable: str = ""
) -> Code:
    """The first of the choices means nothing found, unless another one is named."""
    options = tuple(choices.split("|"))
    nothing = unremarkable or options[0]
    return Code(code, Kind.CHOICE, "", options, None, None, loinc, display, group, label or display, "", nothing, 0)


def _grade(code: str, highest: int, display: str, group: str) -> Code:
    options = tuple(str(grade) for grade in range(highest + 1))
    return Code(
        code,
        Kind.GRADE,
        "",
        options,
        None,
        None,
        "",
        f"{display} (CTCAE 5.0)",
        group,
        display,
        "",
        0,
        0,
    )


_ROWS: tuple[Code, ...] = (
    _number("systolic_bp", "mm[Hg]", "30", "280", "8480-6", "Systolic blood pressure", "vitals", "Systolic BP"),
    _number("diastolic_bp", "mm[Hg]", "10", "200", "8462-4", "Diastolic blood pressure", "vitals", "Diastolic BP"),
    _number("heart_rate", "/min", "20", "260", "8867-4", "Heart rate", "vitals"),
    _number("respiratory_rate", "/min", "2", "80", "9279-1", "Respiratory rate", "vitals"),
    _number("temperature", "Cel", "30", "44", "8310-5", "Body temperature", "vitals", "Temperature", 1),
    _number("spo2", "%", "40", "100", "59408-5", "Oxygen saturation (pulse oximetry)", "vitals", "SpO₂"),
    _number("oxygen_flow", "L/min", "0", "60", "3151-8", "Oxygen flow (nasal cannula)", "vitals", "Oxygen flow", 1),
    _number("oxygen_fio2", "%", "21", "100", "3150-6", "Inspired oxygen by mask", "vitals", "Oxygen by mask"),
    _number("weight", "kg", "25", "300", "29463-7", "Body weight", "kidney_fluids", "Weight", 1),
    _volume("urine_output", "5000", "9187-6", "Urine output over an interval", "kidney_fluids", "Urine output"),
    _volume(
        "fluid_intake",
        "10000",
        "",
        "Fluid intake over an interval (oral and intravenous)",
        "kidney_fluids",
        "Fluid intake",
    ),
    _volume("diarrhea_volume", "10000", "", "Diarrhea over an interval", "gut", "Diarrhea"),
    _number("phenylephrine_rate", "ug/kg/min", "0", "10", "", "Phenylephrine rate", "pressors", "Phenylephrine", 2),
    _number("dopamine_rate", "ug/kg/min", "0", "30", "", "Dopamine rate", "pressors", "Dopamine", 1),
    _number("norepinephrine_rate", "ug/kg/min", "0", "5", "", "Norepinephrine rate", "pressors", "Norepinephrine", 2),
    _volume("fluid_bolus", "3000", "", "Fluid bolus", "pressors", "Fluid bolus"),
    _choice(
        "rhythm",
        "sinus|sinus_tachycardia|atrial_fibrillation|supraventricular_tachycardia|bradycardia_treated|ventricular_ectopy"
        "|ventricular_tachycardia_sustained|uncontrolled_arrhythmia",
        "Heart rhythm",
        "neuro_heart",
        loinc="8884-9",
    ),
    _choice(
        "cardiac_symptoms",
        "none|present",
        "Cardiac symptoms (palpitation, dizziness, faintness)",
        "neuro_heart",
        "Cardiac symptoms",
    ),
    _choice("ischemia", "none|ecg_change|chest_pain", "ECG ischaemia or chest pain", "neuro_heart", "Ischaemia"),
    _choice("tamponade", "no|yes", "Cardiac tamponade", "neuro_heart", "Tamponade"),
    _choice("cardiac_enzymes", "normal|raised", "CK-MB or troponin", "labs"),
    _choice(
        "mental_status",
        "normal|mild_change|moderate_confusion_or_agitation|severe_change|toxic_psychosis|coma",
        "Mental status",
        "neuro_heart",
    ),
    _grade("somnolence_grade", 4, "Somnolence", "neuro_heart"),
    _choice("serial_sevens", "able|unable", "Serial sevens", "neuro_heart"),
    _choice("spell_world_backward", "able|unable", "Spells WORLD backward", "neuro_heart", "WORLD backward"),
    _grade("hallucinations_grade", 4, "Hallucinations", "neuro_heart"),
    _choice("vivid_dreams", "no|yes", "Vivid dreams", "neuro_heart"),
    _choice("mood", "normal|mild_anxiety|persistent_crying", "Mood", "neuro_heart"),
    _choice("seizure", "none|single|repetitive_or_uncontrolled", "Seizure", "neuro_heart"),
    _choice("resting_dyspnea", "no|yes", "Shortness of breath at rest", "lungs", "Breathless at rest"),
    _choice(
        "rales", "none|below_one_third|one_third_to_half|half_or_more", "Rales: how far up the chest", "lungs", "Rales"
    ),
    _choice("intubated", "no|yes", "Intubated", "lungs"),
    _choice(
        "dialysis",
        "no|yes",
        "Renal failure requiring dialysis (yes also between sessions)",
        "kidney_fluids",
        "Dialysis",
    ),
    _choice(
        "stool_blood",
        "negative|heme_positive|frank",
        "Stool: FIT, FOBT or visible blood",
        "gut",
        "Blood in stool",
        loinc="2335-8",
    ),
    _choice(
        "sputum_or_emesis_blood",
        "none|heme_positive|frank",
        "Sputum or emesis: blood",
        "gut",
        "Blood in sputum or emesis",
    ),
    _grade("vomiting_grade", 4, "Vomiting", "gut"),
    _choice("vomiting_refractory", "no|yes", "Vomiting despite medication", "gut"),
    _grade("nausea_grade", 3, "Nausea", "gut"),
    _choice(
        "abdominal_distension",
        "none|present|affecting_breathing",
        "Abdominal distension or ileus",
        "gut",
        "Distension or ileus",
    ),
    _choice(
        "abdominal_pain_unrelenting", "no|yes", "Severe unrelenting abdominal pain", "gut", "Unrelenting belly pain"
    ),
    _choice(
        "bowel_catastrophe",
        "none|ischemia_or_perforation|bleed_requiring_surgery",
        "Bowel ischaemia or perforation; GI bleed needing surgery",
        "gut",
        "Bowel catastrophe",
    ),
    _choice("liver_pain", "no|yes", "Liver pain", "gut"),
    _choice("hepatic_failure", "no|yes", "Hepatic failure", "gut"),
    _choice("skin_bullous", "absent|present", "Bullous dermatitis", "skin"),
    _choice(
        "skin_preexisting_worse",
        "no|yes",
        "Marked worsening of a pre-existing skin condition",
        "skin",
        "Old skin condition worse",
    ),
    _choice("moist_desquamation", "absent|present", "Moist desquamation", "skin"),
    _grade("rash_grade", 3, "Maculopapular rash", "skin"),
    _grade("pruritus_grade", 3, "Pruritus", "skin"),
    _grade("mucositis_grade", 4, "Oral mucositis", "skin"),
    _grade("edema_grade", 3, "Edema of limbs", "kidney_fluids"),
    _choice("edema_site", "none|ankles|legs|sacral|generalised|facial", "Edema: where", "kidney_fluids"),
    _choice(
        "limb_tightness",
        "none|tightness|extreme_tightness|extreme_paresthesia",
        "Limb tightness or paresthesia",
        "kidney_fluids",
        "Limb tightness",
    ),
    _grade("chills_grade", 3, "Chills and rigors", "infection_other"),
    _choice("sepsis", "none|unstable|resolved_stable_treated", "Sepsis syndrome", "infection_other", "Sepsis"),
    _choice("infection", "none|suspected|documented", "Infection", "infection_other"),
    _choice("volume_overload", "none|severe", "Severe volume overload", "kidney_fluids", "Volume overload"),
    _choice(
        "fluid_electrolytes_stable",
        "no|yes",
        "Fluid and electrolyte status stable",
        "kidney_fluids",
        "Fluids, electrolytes stable",
        unremarkable="yes",
    ),
    _choice(
        "hypotension_after_boluses",
        "no|yes",
        "Hypotension persists after the fluid boluses",
        "pressors",
        "Hypotension after boluses",
    ),
    _choice("hypersensitivity", "none|mild|severe", "Hypersensitivity reaction", "infection_other", "Hypersensitivity"),
    _number("creatinine", "mg/dL", "0.1", "25", "2160-0", "Creatinine", "labs", decimals=2),
    _number("bilirubin", "mg/dL", "0", "60", "1975-2", "Total bilirubin", "labs", decimals=1),
    _number("ast", "U/L", "0", "20000", "1920-8", "AST", "labs"),
    _number("alt", "U/L", "0", "20000", "1742-6", "ALT", "labs"),
    _number("platelets", "/mm3", "0", "2000000", "777-3", "Platelets", "labs"),
    _number("neutrophils", "/mm3", "0", "200000", "751-8", "Neutrophils", "labs"),
    _number("white_cells", "/mm3", "0", "500000", "6690-2", "White cells", "labs"),
    _number("hemoglobin", "g/dL", "2", "25", "718-7", "Hemoglobin", "labs", decimals=1),
    _number("bicarbonate", "meq/L", "2", "60", "1963-8", "Bicarbonate", "labs"),
    _number("arterial_ph", "[pH]", "6.5", "8", "2744-1", "Arterial pH", "labs", decimals=2),
    _number("sodium", "mmol/L", "90", "200", "2951-2", "Sodium", "labs"),
    _number("potassium", "mmol/L", "1", "10", "2823-3", "Potassium", "labs", decimals=1),
    _number("calcium", "mg/dL", "3", "20", "17861-6", "Calcium", "labs", decimals=1),
    _number("magnesium", "mg/dL", "0.2", "10", "19123-9", "Magnesium", "labs", decimals=1),
    _number("phosphate", "mg/dL", "0.2", "20", "2777-1", "Phosphate", "labs", decimals=1),
    _number("albumin", "g/dL", "0.5", "7", "1751-7", "Albumin", "labs", decimals=1),
    _number("glucose", "mg/dL", "10", "2000", "2345-7", "Glucose", "labs"),
    _number("creatine_kinase", "U/L", "0", "200000", "2157-6", "Creatine kinase", "labs"),
    _number("ldh", "U/L", "0", "50000", "2532-0", "LDH", "labs"),
    _number("tsh", "m[IU]/L", "0", "200", "3016-3", "TSH", "labs", decimals=2),
)

CODES: dict[str, Code] = {row.code: row for row in _ROWS}
