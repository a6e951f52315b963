"""Rule set `consensus-2014`: relative and absolute criteria of the 2014 expert consensus, judged at dosing."""

from __future__ import annotations

from dosing.rules.consensus_numbers import (
    bicarbonate,
    bilirubin,
    creatinine,
    diarrhea_volume,
    heart_rate,
    oxygen,
    platelets,
    pressor,
    urine,
    weight,
)
from dosing.rules.consensus_row import DOCUMENT, criterion
from dosing.rules.criteria import When, at_least, none_of, one_of
from dosing.rules.momentary import changed_for_two_hours, graded
from dosing.rules.rule import UNCONFIRMED, Organ
from dosing.rules.rule_set import RuleSet

HEART = (
    heart_rate,
    criterion(
        "C-CV-ECG",
        Organ.CARDIOVASCULAR,
        "Ischaemia or an arrhythmia other than sinus.",
        graded(
            absolute=(
                When("ischemia", none_of("none")),
                When(
                    "rhythm",
                    one_of(
                        "atrial_fibrillation",
                        "supraventricular_tachycardia",
                        "ventricular_ectopy",
                        "ventricular_tachycardia_sustained",
                        "uncontrolled_arrhythmia",
                    ),
                ),
            )
        ),
        absolute="ischaemia, atrial fibrillation, supraventricular tachycardia, or ventricular arrhythmia, premature "
        "beats and bigeminy included",
        release="No ischaemia, and sinus rhythm.",
        reading="One recorded premature beat is enough. Bradycardia is not named.",
    ),
    criterion(
        "C-CV-ENZYMES",
        Organ.CARDIOVASCULAR,
        "Raised CK-MB or troponin.",
        graded(absolute=(When("cardiac_enzymes", one_of("raised")),)),
        absolute="CK-MB or troponin raised",
        release="CK-MB and troponin normal.",
    ),
    pressor,
)

SKIN_GUT = (
    criterion(
        "C-SKIN-DESQUAMATION",
        Organ.SKIN,
        "Moist desquamation.",
        graded(relative=(When("moist_desquamation", one_of("present")),)),
        relative="moist desquamation",
        release="Moist desquamation absent.",
        section="Dermatologic",
    ),
    diarrhea_volume,
    criterion(
        "C-GI-DISTENSION",
        Organ.GASTROINTESTINAL,
        "Ileus or abdominal distension.",
        graded(
            relative=(When("abdominal_distension", one_of("present")),),
            absolute=(When("abdominal_distension", one_of("affecting_breathing")),),
        ),
        relative="ileus or distension",
        absolute="severe distension affecting breathing",
        release="No distension.",
    ),
    criterion(
        "C-GI-VOMITING",
        Organ.GASTROINTESTINAL,
        "Vomiting that does not respond to medication.",
        graded(absolute=(When("vomiting_refractory", one_of("yes")),)),
        absolute="vomiting not responsive to medication",
        release="No vomiting despite medication.",
        reading=UNCONFIRMED,
    ),
    criterion(
        "C-GI-PAIN",
        Organ.GASTROINTESTINAL,
        "Severe unrelenting abdominal pain.",
        graded(absolute=(When("abdominal_pain_unrelenting", one_of("yes")),)),
        absolute="severe unrelenting abdominal pain",
        release="No severe unrelenting abdominal pain.",
    ),
    bilirubin,
)

BLOOD_INFECTION = (
    criterion(
        "C-BLEED-HEME",
        Organ.BLEEDING,
        "Blood in sputum, emesis or stool.",
        graded(
            relative=(
                When("sputum_or_emesis_blood", one_of("heme_positive")),
                When("stool_blood", one_of("heme_positive")),
            ),
            absolute=(When("sputum_or_emesis_blood", one_of("frank")), When("stool_blood", one_of("frank"))),
        ),
        relative="sputum, emesis or stool heme-positive",
        absolute="frank blood in sputum, emesis or stool",
        release="No blood in sputum, emesis and stool.",
        section="Hemorrhagic",
    ),
    platelets,
    criterion(
        "C-INF",
        Organ.INFECTION,
        "Strong suspicion of infection, or documented infection.",
        graded(absolute=(When("infection", one_of("suspected", "documented")),)),
        absolute="strong clinical suspicion, or documented infection",
        release="No infection suspected or documented.",
        section="Infectious",
    ),
)

LIMBS_NEURO = (
    weight,
    criterion(
        "C-MSK-TIGHTNESS",
        Organ.MUSCULOSKELETAL,
        "Extreme tightness or paresthesia of the limbs.",
        graded(
            relative=(When("limb_tightness", one_of("extreme_tightness")),),
            absolute=(When("limb_tightness", one_of("extreme_paresthesia")),),
        ),
        relative="extreme tightness",
        absolute="extreme paresthesia",
        release="No extreme tightness or paresthesia.",
        section="Musculoskeletal",
        reading="The table prints “extreme”, presumably for extremity.",
    ),
    criterion(
        "C-NEURO-DREAMS",
        Organ.NEUROLOGIC,
        "Vivid dreams or hallucinations.",
        graded(
            relative=(When("vivid_dreams", one_of("yes")),),
            absolute=(When("hallucinations_grade", at_least(1)),),
        ),
        relative="vivid dreams",
        absolute="hallucinations of grade 1 or more",
        release="No vivid dreams, no hallucinations.",
    ),
    criterion(
        "C-NEURO-MOOD",
        Organ.NEUROLOGIC,
        "Anxiety or persistent crying.",
        graded(
            relative=(When("mood", one_of("mild_anxiety")),),
            absolute=(When("mood", one_of("persistent_crying")),),
        ),
        relative="mild anxiety",
        absolute="persistent crying",
        release="Mood normal.",
    ),
    criterion(
        "C-NEURO-STATUS",
        Organ.NEUROLOGIC,
        "Change of mental status that is not reversed within 2 hours.",
        changed_for_two_hours,
        absolute="mental status other than normal for 2 h or more, with no normal between",
        release="Mental status normal.",
        reading=UNCONFIRMED,
    ),
    criterion(
        "C-NEURO-TASKS",
        Organ.NEUROLOGIC,
        "Cannot do serial sevens or spell WORLD backward.",
        graded(
            absolute=(
                When("serial_sevens", one_of("unable")),
                When("spell_world_backward", one_of("unable")),
            )
        ),
        absolute="unable to do serial sevens or to spell WORLD backward",
        release="Able to do both.",
        reading=f"{UNCONFIRMED} A patient who cannot be tested is recorded as unable.",
    ),
)

LUNGS = (
    oxygen,
    criterion(
        "C-PULM-DYSPNEA",
        Organ.RESPIRATORY,
        "Shortness of breath at rest.",
        graded(relative=(When("resting_dyspnea", one_of("yes")),)),
        relative="resting shortness of breath",
        release="No shortness of breath at rest.",
        section="Pulmonary",
    ),
    criterion(
        "C-PULM-RALES",
        Organ.RESPIRATORY,
        "Rales one third up the chest or higher.",
        graded(
            relative=(When("rales", one_of("one_third_to_half")),),
            absolute=(When("rales", one_of("half_or_more")),),
        ),
        relative="rales one third up the chest or more, below half",
        absolute="moist rales half up the chest or more",
        release="Rales below one third of the chest.",
        section="Pulmonary",
    ),
)

KIDNEY = (
    urine,
    creatinine,
    bicarbonate,
)

CONSENSUS_2014 = RuleSet(
    id="consensus-2014",
    version=1,
    title="Consensus 2014",
    document=DOCUMENT,
    rules=HEART + SKIN_GUT + BLOOD_INFECTION + LIMBS_NEURO + LUNGS + KIDNEY,
    counts=True,
    note="No source seen prints the consensus' own counting rule. How many relative criteria hold a dose and how many "
    "stop the cycle is a signed hospital setting.",
)
