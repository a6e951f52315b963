"""Rule set `institution-2015`: one hospital's published relative and absolute criteria, with its own counting rule."""

from __future__ import annotations

from dosing.rules.adjustable import derived
from dosing.rules.consensus_2014 import CONSENSUS_2014
from dosing.rules.consensus_row import criterion
from dosing.rules.criteria import When, at_least, none_of, one_of
from dosing.rules.institution_numbers import (
    DOCUMENT,
    diarrhea_volume,
    heart_rate,
    held_doses,
    row,
    table_1,
    urine,
    weight,
)
from dosing.rules.momentary import RUNNING_PRESSORS, graded
from dosing.rules.rule import Organ, Rule
from dosing.rules.rule_set import RuleSet

_CONSENSUS = {rule.id.removeprefix("C-"): rule for rule in CONSENSUS_2014.rules}
_TAKEN_OVER = "Not a row of this table; taken over from consensus-2014."


def _same(suffix: str, *, section: str, reading: str = "") -> Rule:
    """The consensus row under this set's name: same words, same judge."""
    return derived(_CONSENSUS[suffix], id=f"I-{suffix}", source=table_1(section), reading=reading)


HEART = (
    heart_rate,
    _same(
        "CV-ECG",
        section="Cardiac",
        reading="The table prints frequent premature beats; any recorded ectopy counts, as in consensus-2014.",
    ),
    _same("CV-ENZYMES", section="Cardiac"),
    row(
        criterion(
            "I-HEM-PRESSOR",
            Organ.CARDIOVASCULAR,
            "Any pressor for hypotension.",
            graded(absolute=RUNNING_PRESSORS),
            absolute="phenylephrine, dopamine or norepinephrine running",
            release="No pressor running.",
            reading="Every pressor is taken to be for hypotension.",
        ),
        "Hemodynamic",
    ),
)

SKIN_GUT = (
    row(
        criterion(
            "I-SKIN-DESQUAMATION",
            Organ.SKIN,
            "Moist desquamation.",
            graded(absolute=(When("moist_desquamation", one_of("present")),)),
            absolute="moist desquamation",
            release="Moist desquamation absent.",
        ),
        "Dermatologic",
    ),
    diarrhea_volume,
    row(
        criterion(
            "I-GI-DISTENSION",
            Organ.GASTROINTESTINAL,
            "Abdominal distension.",
            graded(absolute=(When("abdominal_distension", one_of("present", "affecting_breathing")),)),
            absolute="any abdominal distension",
            release="No distension.",
        ),
        "Gastrointestinal",
    ),
    _same("GI-VOMITING", section="Gastrointestinal"),
    _same("GI-PAIN", section="Gastrointestinal"),
)

BLOOD_INFECTION = (
    _same("BLEED-HEME", section="Hemorrhage"),
    _same("BLEED-PLATELETS", section="Hemorrhage"),
    _same("INF", section="Infectious"),
)

LIMBS_NEURO = (
    weight,
    _same("MSK-TIGHTNESS", section="Musculoskeletal", reading=_TAKEN_OVER),
    row(
        criterion(
            "I-NEURO-DREAMS",
            Organ.NEUROLOGIC,
            "Vivid dreams or hallucinations.",
            graded(absolute=(When("vivid_dreams", one_of("yes")), When("hallucinations_grade", at_least(1)))),
            absolute="vivid dreams, or hallucinations of grade 1 or more",
            release="No vivid dreams, no hallucinations.",
            reading="Hallucinations are taken over from consensus-2014.",
        ),
        "Neurologic",
    ),
    row(
        criterion(
            "I-NEURO-MOOD",
            Organ.NEUROLOGIC,
            "Emotional lability.",
            graded(absolute=(When("mood", none_of("normal", words="not normal")),)),
            absolute="any mood but normal",
            release="Mood normal.",
            reading="The table prints emotional lability; any recorded mood but normal counts.",
        ),
        "Neurologic",
    ),
    row(
        criterion(
            "I-NEURO-STATUS",
            Organ.NEUROLOGIC,
            "Any change of mental status.",
            graded(absolute=(When("mental_status", none_of("normal", words="not normal")),)),
            absolute="any mental status but normal",
            release="Mental status normal.",
        ),
        "Neurologic",
    ),
    _same(
        "NEURO-TASKS",
        section="Neurologic",
        reading=f"{_TAKEN_OVER} A patient who cannot be tested is recorded as unable.",
    ),
)

LUNGS_KIDNEY = (
    _same("PULM-OXYGEN", section="Pulmonary", reading=_CONSENSUS["PULM-OXYGEN"].reading),
    _same("PULM-DYSPNEA", section="Pulmonary"),
    _same("PULM-RALES", section="Pulmonary", reading="Exactly half up the chest counts as absolute."),
    urine,
    _same("REN-CREATININE", section="Renal", reading=_CONSENSUS["REN-CREATININE"].reading),
)

INSTITUTION_2015 = RuleSet(
    id="institution-2015",
    version=1,
    title="Institution 2015",
    document=DOCUMENT,
    rules=HEART + SKIN_GUT + BLOOD_INFECTION + LIMBS_NEURO + LUNGS_KIDNEY + (held_doses,),
    counts=True,
    note="The published rule: any relative criterion holds the dose; three relative, one absolute or the third held "
    "dose stop the cycle. The numbers are the hospital's signed setting.",
)
