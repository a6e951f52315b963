"""What the demo's staff do for one patient, each thing through the action that a person would use."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

from tracker import clock
from tracker.actions.admit_patient import admit_patient
from tracker.actions.correct_round import correct_round
from tracker.actions.move_patient import discharge_patient
from tracker.actions.record_round import record_round
from tracker.actions.retract_round import retract_round
from tracker.audit.record import SYSTEM
from tracker.catalogue import number_text
from tracker.models import Round, User
from tracker.wristband import wristband_code

from ..actions.end_cycle import end_cycle
from ..actions.end_infusion import end_infusion
from ..actions.give_dose import give_dose
from ..actions.hold_dose import hold_dose
from ..actions.lapse_slot import lapse_slot
from ..actions.omit_dose import omit_dose
from ..actions.override_hold import override_hold
from ..actions.prescribe_cycle import prescribe_cycle
from ..actions.record_bag import record_bag
from ..actions.start_cycle import start_cycle
from ..bedside_checks import CHECKS, BedsideChecks
from ..gather import assess_slot
from ..models import Cycle
from ..permissions import cycles_with_facts
from ..rules.assess import Assessment
from ..rules.explain import what
from . import physiology
from .site import TIMEZONE, Crew, acting
from .story import Course

LOT = "D26-0417"
SHELF_LIFE = timedelta(days=400)
CELLS_BEFORE = timedelta(hours=5)
# Asked at each round, because no dose is given without them.
ASKED_EACH_TIME = ("mental_status", "serial_sevens", "spell_world_backward", "rhythm")


class Care:
    """One patient and the crew. `doses` are the starts so far, on which the body depends.

    `body_at` says which instant of the body's own time a moment is: another one only where the demo runs faster
    than the clock.
    """

    def __init__(
        self, course: Course, crew: Crew, *, body_at: Callable[[datetime], datetime] = lambda instant: instant
    ) -> None:
        self.course = course
        self.crew = crew
        self.body = course.body
        self.body_at = body_at
        self.patient_id = 0
        self.cycle_id = 0
        self.slots: dict[int, int] = {}
        self.doses: list[datetime] = []
        self.urine_since: datetime | None = None

    # --- the stay and the cycle ------------------------------------------------------------------------------------

    def admit(self) -> None:
        """The nurse on duty puts the patient in the story's bed."""
        story = self.course.story
        stay = admit_patient(
            by=acting(self._nurse()),
            bed_id=self.crew.beds[story.ward, story.bed],
            record_number=story.record_number,
            family_name=story.family_name,
            given_name=story.given_name,
            birth_date=story.birth_date,
            sex=story.sex,
            allergies=story.allergies,
        )
        self.patient_id = stay.patient_id
        self.urine_since = clock.now()

    def prescribe(self, first: datetime) -> None:
        """The oncologist prescribes, by the weight at admission."""
        story = self.course.story
        follows_cells = story.regimen.after_cells is not None
        cycle = prescribe_cycle(
            by=acting(self.crew.oncologist),
            patient_id=self.patient_id,
            dosing_weight_kg=f"{self.body.weight:.1f}",
            first_dose_at=first,
            regimen=story.regimen_id,
            interval_h=story.interval_h,
            cells_at=first - CELLS_BEFORE if follows_cells else None,
        )
        self.take_over(cycle.pk)

    def take_over(self, cycle_id: int) -> None:
        """Go on with a cycle that exists."""
        self.cycle_id = cycle_id
        cycle = cycles_with_facts().get(pk=cycle_id)
        self.patient_id = cycle.patient_id
        self.slots = dict(cycle.slots.values_list("number", "id"))

    def start(self) -> None:
        """The nurse starts the prescribed cycle."""
        start_cycle(by=acting(self._nurse()), cycle_id=self.cycle_id)

    def end(self, reason: str) -> None:
        """The oncologist ends the cycle."""
        end_cycle(by=acting(self.crew.oncologist), cycle_id=self.cycle_id, reason=reason)

    def discharge(self) -> None:
        """The patient goes home."""
        discharge_patient(by=acting(self._nurse()), patient_id=self.patient_id)

    # --- the chart -------------------------------------------------------------------------------------------------

    def bedside(self, observed_at: datetime, *, thorough: bool, weigh: bool = False) -> dict[str, object]:
        """What a round finds: vitals, head, rhythm, fluids; a thorough one also asks how the patient feels."""
        at = self.body_at(observed_at)
        mind = physiology.mind(self.body, self.doses, at)
        complaints = physiology.complaints(self.body, self.doses, at)
        values = {**physiology.vitals(self.body, self.doses, at), **{code: mind[code] for code in ASKED_EACH_TIME}}
        values |= {**mind, **complaints} if thorough else {"chills_grade": complaints["chills_grade"]}
        if weigh:
            values["weight"] = physiology.weight_kg(self.body, self.doses, at)
        if self.urine_since is not None and self.urine_since < observed_at:
            over, since = observed_at - self.urine_since, self.urine_since.isoformat()
            values["urine_output"] = {
                "value": str(physiology.urine_ml(self.body, self.doses, at, over)),
                "from": since,
            }
            drunk = physiology.intake_ml(self.body, at, over)
            if drunk is not None:
                values["fluid_intake"] = {"value": str(drunk), "from": since}
        self.urine_since = observed_at
        return self.course.turned(values, at, bloods=False)

    def round(self, observed_at: datetime, *, thorough: bool, weigh: bool = False) -> Round:
        """A round at the bedside."""
        return self.record(observed_at, self.bedside(observed_at, thorough=thorough, weigh=weigh))

    def bloods(self, observed_at: datetime) -> Round:
        """The bloods that were taken then, entered when the laboratory has answered."""
        at = self.body_at(observed_at)
        return self.record(observed_at, self.course.turned(physiology.labs(self.body, self.doses, at), at, bloods=True))

    def record(self, observed_at: datetime, values: Mapping[str, object]) -> Round:
        """Chart the values; the nurse confirms each surprising one."""
        return record_round(
            by=acting(self._nurse()),
            patient_id=self.patient_id,
            observed_at=observed_at,
            values=values,
            confirmed=frozenset(values),
        )

    def strike(self, wrong: Round, reason: str) -> None:
        """Mark a round as entered in error."""
        retract_round(by=acting(self._nurse()), round_id=wrong.pk, reason=reason)

    def correct(self, wrong: Round, right: Mapping[str, object], reason: str) -> None:
        """Put the right round in the place of the wrong one."""
        nurse = acting(self._nurse())
        correct_round(by=nurse, round_id=wrong.pk, reason=reason, values=right, confirmed=frozenset(right))

    # --- the doses -------------------------------------------------------------------------------------------------

    def look(self, dose: int) -> Assessment:
        """What the screen says about a dose now."""
        return assess_slot(cycles_with_facts().get(pk=self.cycle_id), slot=dose, at=clock.now())

    def prepare(self, dose: int) -> None:
        """The pharmacy has made the bag."""
        now = clock.now()
        record_bag(
            by=acting(self.crew.pharmacist),
            slot_id=self.slots[dose],
            prepared_at=now,
            expires_on=(now + SHELF_LIFE).date().isoformat(),
            lot=LOT,
        )

    def give(self, dose: int) -> None:
        """The nurse gives with a witness, who has worked the dose out too."""
        self.prepare(dose)
        nurse, witness = self._pair()
        event = give_dose(
            by=acting(nurse),
            slot_id=self.slots[dose],
            giver=self.crew.signature(nurse),
            witness=self.crew.signature(witness),
            checks=self._checks(witness),
        )
        self.doses.append(event.at)

    def end_infusion(self, dose: int) -> None:
        """The infusion has run in."""
        end_infusion(by=acting(self._nurse()), slot_id=self.slots[dose])

    def hold(self, dose: int, seen: Assessment) -> None:
        """The nurse withholds the dose for what the screen says."""
        found = sorted(seen.findings, key=lambda finding: finding.klass is not None)
        reason = "; ".join(what(finding, ZoneInfo(TIMEZONE), at=seen.at) for finding in found)
        hold_dose(by=acting(self._nurse()), slot_id=self.slots[dose], reason=f"{reason[:1].upper()}{reason[1:299]}")

    def override(self, dose: int, reason: str) -> None:
        """The oncologist signs that the dose may be given."""
        oncologist = self.crew.oncologist
        override_hold(
            by=acting(oncologist),
            slot_id=self.slots[dose],
            reason=reason,
            signature=self.crew.signature(oncologist),
        )

    def omit(self, dose: int, reason_code: str, reason: str) -> None:
        """The dose is left out for a reason that is no finding."""
        omit_dose(by=acting(self._nurse()), slot_id=self.slots[dose], reason_code=reason_code, reason=reason)

    def lapse(self, dose: int) -> None:
        """Nobody answered the dose in time: the system marks it."""
        lapse_slot(by=SYSTEM, slot_id=self.slots[dose])

    def _checks(self, witness: User) -> BedsideChecks:
        weight, per_kg = Cycle.objects.values_list("dosing_weight_kg", "iu_per_kg").get(pk=self.cycle_id)
        return BedsideChecks(
            wristband=wristband_code(self.course.story.record_number),
            done=frozenset(CHECKS),
            result=number_text(Fraction(weight) * per_kg),
            unit="iu",
            result_by=witness.username,
        )

    def _pair(self) -> tuple[User, User]:
        return self.crew.on_duty(self.course.story.ward, clock.now())

    def _nurse(self) -> User:
        return self._pair()[0]
