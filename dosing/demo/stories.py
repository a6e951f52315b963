"""The patients of the demo ward: together they show every verdict, an infusion, a late dose, and people's answers."""

from __future__ import annotations

from datetime import date

from ..regimen import TIL_IL2
from .story import Earlier, Slip, Story, Turn

ALMEIDA = Story(
    "4471-882", "Almeida", "Teresa", date(1968, 9, 14), "female", "4W", "07", next_dose=9, due_min=18,
    body={"weight": 68.4, "systolic": 124, "drop": 1.35, "kidney": 3.4, "leak": 1.1},
    allergies="penicillin (rash)",
    turns=(
        Turn(5, -0.75, 1.0, {"systolic_bp": "86", "diastolic_bp": "48"}),
        Turn(6, -0.75, 0.7, {"heart_rate": "106", "temperature": "37.6", "rhythm": "sinus_tachycardia"}),
        Turn(9, -2.5, -0.75, {"systolic_bp": "96", "diastolic_bp": "54"}),
        Turn(9, -0.75, 2.0, {"systolic_bp": "84", "diastolic_bp": "46", "heart_rate": "97"}),
        Turn(9, -2.0, None, {"creatinine": "2.7"}),
    ),
    overrides={6: "Sinus tachycardia after rigors, pressure steady, warm, fever just gone. Give."},
)  # fmt: skip

LINDQVIST = Story(
    "4470-316", "Lindqvist", "Sven", date(1959, 1, 2), "male", "4W", "11", next_dose=6, due_min=-12,
    body={"weight": 84.2, "systolic": 134, "fever": 1.2}, labs_with=2,
    slips=(Slip(5, 75, {"temperature": "33.8"}, "Typed 33.8 for 38.8"),),
    unanswered=frozenset({6}),
)  # fmt: skip

OKAFOR = Story(
    "4468-950", "Okafor", "Daniel", date(1964, 5, 27), "male", "4W", "03", next_dose=12, due_min=18,
    body={"weight": 91.5, "systolic": 131, "drop": 0.9, "leak": 0.9}, labs_with=1,
    turns=(Turn(5, -0.75, 1.0, {"spo2": "88", "oxygen_flow": "2"}),),
    omitted={8: ("procedure", "Central line changed in theatre")},
    unseen=frozenset({(12, -90), (12, -35)}),
)  # fmt: skip

NASSER = Story(
    "4473-041", "Nasser", "Samira", date(1972, 11, 19), "female", "4W", "02", next_dose=5, due_min=8 * 60 - 6,
    body={"weight": 72.0, "systolic": 121, "drop": 0.9}, labs_with=1,
)  # fmt: skip

PETROV = Story(
    "4466-127", "Petrov", "Ivan", date(1955, 7, 30), "male", "4W", "09", next_dose=10, due_min=138,
    body={"weight": 79.0, "systolic": 138, "kidney": 3.2, "marrow": 2.2, "leak": 1.3, "platelets": 190_000},
    turns=(
        Turn(7, -0.75, 1.0, {"systolic_bp": "87", "diastolic_bp": "49"}),
        Turn(9, -2.0, None, {"creatinine": "2.6", "platelets": "42000"}),
        Turn(9, 4.5, None, {"oxygen_flow": "3", "spo2": "95", "respiratory_rate": "24"}),
    ),
)  # fmt: skip

BRANDT = Story(
    "4472-630", "Brandt", "Helga", date(1970, 4, 8), "female", "4W", "05", next_dose=3, due_min=138,
    body={"weight": 63.8, "systolic": 128, "drop": 0.8},
    slips=(Slip(2, 75, {"systolic_bp": "142", "heart_rate": "71"}, "Taken from the patient in bed 06", struck=True),),
)  # fmt: skip

KIMURA = Story(
    "4473-518", "Kimura", "Aiko", date(1961, 12, 21), "female", "4W", "10", next_dose=1, due_min=258,
    body={"weight": 54.6, "systolic": 117}, allergies="none known",
    turns=(Turn(1, -6.0, -3.0, {"bilirubin": None, "ast": None}),),
    started=False,
)  # fmt: skip

NOWAK = Story(
    "4467-774", "Nowak", "Piotr", date(1957, 3, 11), "male", "4W", "12", next_dose=9, due_min=95,
    body={"weight": 88.0, "systolic": 136, "kidney": 1.3}, allergies="sulfonamides (hives)", labs_with=1,
    turns=(
        Turn(8, -0.75, -0.3, {
            "rhythm": "ventricular_tachycardia_sustained", "cardiac_symptoms": "present", "heart_rate": "168",
            "systolic_bp": "92", "diastolic_bp": "58",
        }),
        Turn(8, 0.5, 2.0, {"cardiac_symptoms": "none"}),
    ),
    unanswered=frozenset({8}),
)  # fmt: skip

OBRIEN = Story(
    "5103-077", "O'Brien", "Mary", date(1960, 8, 9), "female", "4W", "08", next_dose=7, due_min=40,
    body={"weight": 66.9, "systolic": 125, "skin": 1.6}, labs_with=1,
    turns=(Turn(7, -2.5, -0.3, {"platelets": None}),),
)  # fmt: skip

YILMAZ = Story(
    "5100-664", "Yilmaz", "Emre", date(1978, 2, 12), "male", "4W", "06", next_dose=13, due_min=180,
    body={"weight": 77.3, "systolic": 132, "leak": 1.05, "drop": 0.9}, labs_with=1,
    turns=(
        Turn(6, -0.75, 1.0, {"mood": "mild_anxiety"}),
        Turn(11, -0.75, 1.0, {"systolic_bp": "88", "diastolic_bp": "50"}),
    ),
)  # fmt: skip

BAUER = Story(
    "5102-448", "Bauer", "Hanna", date(1966, 10, 3), "female", "5N", "21", next_dose=10, due_min=180,
    body={"weight": 70.2, "systolic": 129, "alt": 31},
    turns=(
        Turn(5, -0.75, 1.0, {"heart_rate": "112", "temperature": "37.2", "rhythm": "sinus_tachycardia"}),
        Turn(9, -2.0, None, {"alt": "412", "ast": "268"}),
    ),
)  # fmt: skip

MENSAH = Story(
    "5101-903", "Mensah", "Kofi", date(1971, 6, 17), "male", "5N", "22", next_dose=7, due_min=55,
    body={"weight": 82.7, "systolic": 127}, labs_with=1,
    turns=(Turn(7, -1.75, None, {"mental_status": "mild_change", "somnolence_grade": 1}),),
)  # fmt: skip

ROSSI = Story(
    "5099-215", "Rossi", "Elena", date(1953, 1, 25), "female", "5N", "24", next_dose=6, due_min=55,
    body={"weight": 61.0, "systolic": 130, "marrow": 1.2}, labs_with=2, allergies="latex",
    turns=(Turn(4, -0.75, -0.3, {"stool_blood": "heme_positive"}),),
    earlier=Earlier(days_ago=15, doses=7, end_reason="Planned end after 7 doses: more fluid needed each day"),
)  # fmt: skip

DUBOIS = Story(
    "5104-390", "Dubois", "Claire", date(1969, 7, 6), "female", "5N", "25", next_dose=3, due_min=495,
    body={"weight": 74.5, "systolic": 122, "fever": 1.1}, regimen_id=TIL_IL2.id, interval_h=12,
)  # fmt: skip

STORIES = (
    ALMEIDA, LINDQVIST, OKAFOR, NASSER, PETROV, BRANDT, KIMURA, NOWAK, OBRIEN, YILMAZ,
    BAUER, MENSAH, ROSSI, DUBOIS,
)  # fmt: skip
