"""Rule set `label-2023`: when the prescribing information of 9/2023 withholds or ends treatment. All rules latch."""

from __future__ import annotations

from datetime import timedelta

from dosing.rules.criteria import Want, When, at_least, none_of, one_of
from dosing.rules.label_judges import hepatic_toxicity
from dosing.rules.label_numbers import creatinine, oliguria, saturation, systolic
from dosing.rules.label_source import DOCUMENT, SINUS_AND_ASYMPTOMATIC, table_2
from dosing.rules.latches import held_then_permanent, latched, permanent
from dosing.rules.rule import Organ, Rule, Source
from dosing.rules.rule_set import RuleSet
from dosing.rules.verdict import Verdict

HOLD, STOP_COURSE, DISCONTINUE = Verdict.HOLD, Verdict.STOP_COURSE, Verdict.DISCONTINUE

CARDIOVASCULAR = (
    Rule(
        id="L-CV-RHYTHM",
        organ=Organ.CARDIOVASCULAR,
        sentence="Withhold for atrial fibrillation, supraventricular tachycardia or bradycardia that needs treatment, "
        "until asymptomatic with full return to sinus rhythm.",
        trigger="Rhythm atrial fibrillation, supraventricular tachycardia, or bradycardia that needs treatment, "
        "recurs or persists",
        release="Sinus rhythm or sinus tachycardia recorded since, and no cardiac symptom.",
        effect=HOLD,
        source=table_2("Cardiovascular"),
        reading="Sinus tachycardia counts as a return to sinus rhythm; ectopy does not.",
        latched=True,
        judge=latched(
            HOLD,
            When("rhythm", one_of("atrial_fibrillation", "supraventricular_tachycardia", "bradycardia_treated")),
            release=SINUS_AND_ASYMPTOMATIC,
        ),
    ),
    systolic,
    Rule(
        id="L-CV-VT",
        organ=Organ.CARDIOVASCULAR,
        sentence="Permanently discontinue for sustained ventricular tachycardia of 5 beats or more.",
        trigger="Sustained ventricular tachycardia, 5 beats or more",
        effect=DISCONTINUE,
        source=table_2("Cardiovascular"),
        latched=True,
        judge=permanent(DISCONTINUE, When("rhythm", one_of("ventricular_tachycardia_sustained"))),
    ),
    Rule(
        id="L-CV-UNCONTROLLED",
        organ=Organ.CARDIOVASCULAR,
        sentence="Permanently discontinue for a rhythm disturbance that is not controlled or does not respond.",
        trigger="Rhythm disturbance not controlled or unresponsive to management",
        effect=DISCONTINUE,
        source=table_2("Cardiovascular"),
        latched=True,
        judge=permanent(DISCONTINUE, When("rhythm", one_of("uncontrolled_arrhythmia"))),
    ),
    Rule(
        id="L-CV-ISCHEMIA",
        organ=Organ.CARDIOVASCULAR,
        sentence="Permanently discontinue for an ECG change of ischaemia or infarction, angina or chest pain.",
        trigger="ECG change of ischaemia or myocardial infarction, or angina or chest pain",
        effect=DISCONTINUE,
        source=table_2("Cardiovascular"),
        latched=True,
        judge=permanent(DISCONTINUE, When("ischemia", one_of("ecg_change", "chest_pain"))),
    ),
    Rule(
        id="L-CV-TAMPONADE",
        organ=Organ.CARDIOVASCULAR,
        sentence="Permanently discontinue for cardiac tamponade.",
        trigger="Cardiac tamponade",
        effect=DISCONTINUE,
        source=table_2("Cardiovascular"),
        latched=True,
        judge=permanent(DISCONTINUE, When("tamponade", one_of("yes"))),
    ),
)

RESPIRATORY = (
    saturation,
    Rule(
        id="L-RESP-INTUBATION",
        organ=Organ.RESPIRATORY,
        sentence="Permanently discontinue when intubated for more than 72 hours; no dose while intubated.",
        trigger="Intubated for more than 72 h (intubated at all: hold while it lasts)",
        release="Extubated, within 72 h.",
        effect=DISCONTINUE,
        source=table_2("Respiratory"),
        reading="The label prints only the permanent stop after 72 h; holding while intubated is our reading.",
        latched=True,
        judge=held_then_permanent(
            "intubated",
            one_of("yes"),
            timedelta(hours=72),
            words="no dose while intubated",
            ends="Extubated",
            over="for more than 72 h",
        ),
    ),
)

NEUROLOGIC = (
    Rule(
        id="L-NEURO-STATUS",
        organ=Organ.NEUROLOGIC,
        sentence="Withhold for any change of mental status, moderate confusion or agitation included, until it has "
        "completely resolved.",
        trigger="Mental status other than normal, whatever the baseline; or a single seizure",
        release="Mental status normal, recorded in a later round.",
        effect=HOLD,
        source=table_2("Neurologic"),
        reading="The label has no row for a single seizure; holding for it until mental status is normal is ours.",
        latched=True,
        judge=latched(
            HOLD,
            When("mental_status", none_of("normal", words="not normal")),
            When("seizure", one_of("single")),
            release=(Want("mental_status", one_of("normal"), "Mental status normal"),),
        ),
    ),
    Rule(
        id="L-NEURO-SOMNOLENCE",
        organ=Organ.NEUROLOGIC,
        sentence="Withhold for moderate to severe lethargy or somnolence; going on may lead to coma.",
        trigger="Somnolence of grade 2 or more",
        release="Somnolence grade 0 (grade 1 neither holds nor releases).",
        effect=HOLD,
        source=Source(DOCUMENT, section="section 5.2"),
        reading="Moderate to severe is taken as CTCAE 5.0 grade 2 or more, full recovery as grade 0.",
        latched=True,
        judge=latched(
            HOLD,
            When("somnolence_grade", at_least(2)),
            release=(Want("somnolence_grade", one_of(0), "Somnolence grade 0"),),
        ),
    ),
    Rule(
        id="L-NEURO-COMA",
        organ=Organ.NEUROLOGIC,
        sentence="Permanently discontinue for coma or toxic psychosis of more than 48 hours; no dose while it lasts.",
        trigger="Coma or toxic psychosis for more than 48 h (either at all: hold while it lasts)",
        release="Neither coma nor toxic psychosis, within 48 h.",
        effect=DISCONTINUE,
        source=table_2("Neurologic"),
        reading="Coma and toxic psychosis are one state: passing from one to the other does not start the 48 h anew.",
        latched=True,
        judge=held_then_permanent(
            "mental_status",
            one_of("coma", "toxic_psychosis"),
            timedelta(hours=48),
            words="no dose while it lasts",
            ends="Neither coma nor toxic psychosis",
            over="for more than 48 h",
        ),
    ),
    Rule(
        id="L-NEURO-SEIZURE",
        organ=Organ.NEUROLOGIC,
        sentence="Permanently discontinue for repetitive seizures or seizures that are hard to control.",
        trigger="Repetitive or hard-to-control seizures",
        effect=DISCONTINUE,
        source=table_2("Neurologic"),
        latched=True,
        judge=permanent(DISCONTINUE, When("seizure", one_of("repetitive_or_uncontrolled"))),
    ),
)

GASTROINTESTINAL = (
    Rule(
        id="L-GI-FOBT",
        organ=Organ.GASTROINTESTINAL,
        sentence="Withhold when FIT or FOBT is positive, until it is negative.",
        trigger="FIT or FOBT positive, or visible blood in the stool",
        release="FIT or FOBT negative.",
        effect=HOLD,
        source=table_2("Gastrointestinal"),
        reading="Visible blood in the stool counts as a positive test.",
        latched=True,
        judge=latched(
            HOLD,
            When("stool_blood", one_of("heme_positive", "frank")),
            release=(Want("stool_blood", one_of("negative"), "FIT or FOBT negative"),),
        ),
    ),
    Rule(
        id="L-GI-BOWEL",
        organ=Organ.GASTROINTESTINAL,
        sentence="Permanently discontinue for bowel ischaemia or perforation, or bleeding that needs surgery.",
        trigger="Bowel ischaemia or perforation, or gastrointestinal bleeding requiring surgery",
        effect=DISCONTINUE,
        source=table_2("Gastrointestinal"),
        latched=True,
        judge=permanent(
            DISCONTINUE, When("bowel_catastrophe", one_of("ischemia_or_perforation", "bleed_requiring_surgery"))
        ),
    ),
)

HEPATIC = (
    Rule(
        id="L-HEP-TOX",
        organ=Organ.HEPATIC,
        sentence="Withhold all further treatment of this course for signs of hepatic toxicity; a new course no sooner "
        "than 7 weeks after the signs resolved and discharge.",
        trigger="Liver pain, or AST or ALT of CTCAE 5.0 grade 3 or more (above 5 times the upper limit of normal, or "
        "above 5 times a baseline that was abnormal)",
        release="Never within the course.",
        effect=STOP_COURSE,
        source=table_2("Hepatic"),
        reading="AST and ALT are judged each on its own, each time; without a baseline value it counts as normal.",
        latched=True,
        judge=hepatic_toxicity,
    ),
    Rule(
        id="L-HEP-FAILURE",
        organ=Organ.HEPATIC,
        sentence="Permanently discontinue for hepatic failure.",
        trigger="Hepatic failure",
        effect=DISCONTINUE,
        source=table_2("Hepatic"),
        latched=True,
        judge=permanent(DISCONTINUE, When("hepatic_failure", one_of("yes"))),
    ),
)

SKIN_INFECTION_GENERAL = (
    Rule(
        id="L-SKIN-BULLOUS",
        organ=Organ.SKIN,
        sentence="Withhold for bullous dermatitis or marked worsening of a pre-existing skin condition.",
        trigger="Bullous dermatitis, or marked worsening of a pre-existing skin condition",
        release="Both recorded absent since.",
        effect=HOLD,
        source=table_2("Dermatologic"),
        reading="The label releases when all signs of bullous dermatitis have resolved; asking that both be absent is "
        "our reading.",
        latched=True,
        judge=latched(
            HOLD,
            When("skin_bullous", one_of("present")),
            When("skin_preexisting_worse", one_of("yes")),
            release=(
                Want("skin_bullous", one_of("absent"), "Bullous dermatitis absent"),
                Want("skin_preexisting_worse", one_of("no"), "Pre-existing skin condition not worse"),
            ),
        ),
    ),
    Rule(
        id="L-INF-SEPSIS",
        organ=Organ.INFECTION,
        sentence="Withhold for sepsis syndrome while clinically unstable.",
        trigger="Sepsis syndrome, clinically unstable",
        release="Sepsis resolved, patient stable and infection under treatment, all three recorded.",
        effect=HOLD,
        source=table_2("Infectious"),
        latched=True,
        judge=latched(
            HOLD,
            When("sepsis", one_of("unstable")),
            release=(
                Want("sepsis", one_of("resolved_stable_treated"), "Sepsis resolved, stable, infection under treatment"),
            ),
        ),
    ),
    Rule(
        id="L-HYPERSENSITIVITY",
        organ=Organ.GENERAL,
        sentence="Permanently discontinue for a severe hypersensitivity reaction.",
        trigger="Severe hypersensitivity reaction",
        effect=DISCONTINUE,
        source=Source(DOCUMENT, section="section 5.9"),
        latched=True,
        judge=permanent(DISCONTINUE, When("hypersensitivity", one_of("severe"))),
    ),
)

RENAL = (
    creatinine,
    oliguria,
    Rule(
        id="L-REN-DIALYSIS",
        organ=Organ.RENAL,
        sentence="Permanently discontinue for renal failure that needs dialysis for more than 72 hours; no dose while "
        "on dialysis.",
        trigger="Dialysis for more than 72 h (dialysis at all: hold while it lasts)",
        release="Dialysis no longer needed, within 72 h.",
        effect=DISCONTINUE,
        source=table_2("Renal"),
        reading="The label prints only the permanent stop after 72 h; holding while on dialysis is our reading.",
        latched=True,
        judge=held_then_permanent(
            "dialysis",
            one_of("yes"),
            timedelta(hours=72),
            words="no dose while on dialysis",
            ends="Dialysis no longer needed",
            over="for more than 72 h",
        ),
    ),
)

LABEL_2023 = RuleSet(
    id="label-2023",
    version=1,
    title="Label 9/2023",
    document=DOCUMENT,
    rules=CARDIOVASCULAR + RESPIRATORY + NEUROLOGIC + GASTROINTESTINAL + HEPATIC + SKIN_INFECTION_GENERAL + RENAL,
)
