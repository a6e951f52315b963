"""How the codes of the chart become CTCAE 5.0 terms, where the term itself has words only (pure data)."""

from __future__ import annotations

from tracker.ctcae_words import Organ

# The code whose number grades the term, for the terms that need nothing else.
NUMBER_OF: dict[str, str] = {
    "fever": "temperature",
    "creatinine_increased": "creatinine",
    "bilirubin_increased": "bilirubin",
    "ast_increased": "ast",
    "alt_increased": "alt",
    "platelets_decreased": "platelets",
    "neutrophils_decreased": "neutrophils",
    "anemia": "hemoglobin",
    "hypocalcemia": "calcium",
    "hypomagnesemia": "magnesium",
    "hyperkalemia": "potassium",
    "hypokalemia": "potassium",
    "hypoalbuminemia": "albumin",
    "acidosis": "arterial_ph",
}

# Our reading of what a charted choice means as a grade, where CTCAE 5.0 has words only.
CHOICES: dict[str, dict[str, dict[str, int]]] = {
    "sinus_tachycardia": {"rhythm": {"sinus_tachycardia": 1}},
    "arrhythmia": {
        "rhythm": {
            "ventricular_ectopy": 1,
            "supraventricular_tachycardia": 2,
            "atrial_fibrillation": 3,  # the words of grade 3 include new onset
            "bradycardia_treated": 3,
            "ventricular_tachycardia_sustained": 4,
            "uncontrolled_arrhythmia": 4,
        }
    },
    "myocardial_ischemia": {"ischemia": {"ecg_change": 3, "chest_pain": 3}, "cardiac_enzymes": {"raised": 1}},
    "tamponade": {"tamponade": {"yes": 4}},
    "dyspnea": {"resting_dyspnea": {"yes": 3}},
    "confusion": {
        "mental_status": {
            "mild_change": 1,
            "moderate_confusion_or_agitation": 2,
            "severe_change": 3,
            "toxic_psychosis": 3,
            "coma": 4,
        }
    },
    "agitation": {"mood": {"mild_anxiety": 1, "persistent_crying": 2}},
    "seizure": {"seizure": {"single": 3, "repetitive_or_uncontrolled": 4}},  # a first seizure is of new onset
    "ileus": {"abdominal_distension": {"present": 2, "affecting_breathing": 3}},
    "abdominal_pain": {"abdominal_pain_unrelenting": {"yes": 3}},
    "gi_bleeding": {
        "stool_blood": {"heme_positive": 1, "frank": 2},
        "bowel_catastrophe": {"bleed_requiring_surgery": 4},
    },
    "bowel_perforation": {"bowel_catastrophe": {"ischemia_or_perforation": 4}},
    "acute_kidney_injury": {"dialysis": {"yes": 4}},
    "hepatic_pain": {"liver_pain": {"yes": 2}},
    "hepatic_failure": {"hepatic_failure": {"yes": 4}},
    "bullous_dermatitis": {"skin_bullous": {"present": 2}},  # the area is not charted
    "infection": {"infection": {"suspected": 2, "documented": 3}},
    "sepsis": {"sepsis": {"unstable": 4}},
    "hypersensitivity": {"hypersensitivity": {"mild": 1, "severe": 3}},
}

# What must have been assessed before an organ without any finding counts as assessed and clear.
NEEDED: dict[Organ, tuple[str, ...]] = {
    Organ.HEART: ("hypotension", "arrhythmia"),
    Organ.LUNG: ("hypoxia",),
    Organ.NEURO: ("confusion",),
    Organ.GUT: ("vomiting",),
    Organ.KIDNEY: ("creatinine_increased",),
    Organ.LIVER: ("ast_increased", "alt_increased", "bilirubin_increased"),
    Organ.SKIN: ("rash",),
    Organ.BLOOD: ("platelets_decreased",),
    Organ.INFECTION: ("infection",),
}
