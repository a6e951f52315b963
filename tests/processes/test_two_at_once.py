"""T23: people and worker at the same alert in the same instant, each in a transaction of its own, on both databases."""

from __future__ import annotations

import pytest

from .watched import CAST

pytestmark = [pytest.mark.processes, pytest.mark.services]

AT_ONCE = """
import threading
from datetime import timedelta
from alerts.actions.acknowledge_alert import acknowledge_alert
from alerts.actions.review_chart import review_chart
from alerts.actions.take_step import take_step
from alerts.models import AlertStep, AppNotice
from django.db import connections
from tracker.audit.record import SYSTEM
from tracker.errors import Refusal

def at_once(*works):
    gate, said = threading.Barrier(len(works)), [None] * len(works)
    def run(place, work):
        try:
            gate.wait()
            said[place] = str(work())
        except Refusal as refusal:
            said[place] = refusal.code
        finally:
            connections.close_all()
    threads = [threading.Thread(target=run, args=each) for each in enumerate(works)]
    for thread in threads: thread.start()
    for thread in threads: thread.join()
    return said

def raised(bed, **values):
    patient = patient_in(bed)
    round_(cast, patient, **values)
    review_chart(by=SYSTEM, patient_id=patient.pk)
    return patient, Alert.objects.get(patient=patient)

def answer(user, alert, **more):
    return lambda: acknowledge_alert(by=as_(user), alert_id=alert.pk, **more).state

def review(patient):
    return lambda: review_chart(by=SYSTEM, patient_id=patient.pk)

def story(alert):
    return list(alert.events.order_by("id").values_list("kind", flat=True))

found = []
def look(patient, alert, said):
    review_chart(by=SYSTEM, patient_id=patient.pk)
    alert.refresh_from_db()
    found.append([said[0], alert.kind, alert.state, story(alert)])
"""


def told(ward, code: str) -> list:
    import json

    return json.loads(ward.run_python(CAST + AT_ONCE + code + "\nprint(json.dumps(found))").splitlines()[-1])


def test_t23_an_answer_and_a_resolution_have_one_order_and_end_resolved(ward):
    found = told(ward, """
for bed in range(8):
    patient, alert = raised(bed, systolic_bp="84")
    round_(cast, patient, systolic_bp="96", rhythm="sinus")
    look(patient, alert, at_once(answer(cast.nina, alert), review(patient)))
""")  # fmt: skip
    for said, _, state, story in found:
        assert state == "resolved"
        expected = ["raised", "acknowledged", "resolved"] if said == "acknowledged" else ["raised", "resolved"]
        assert story == expected and said in ("acknowledged", "alert_resolved"), (said, story)


def test_t23_while_the_cause_stands_nothing_resolves_it_and_one_of_two_people_answers(ward):
    found = told(ward, """
for bed in range(8):
    patient, alert = raised(bed, systolic_bp="84")
    round_(cast, patient, systolic_bp="82")
    said = at_once(answer(cast.nina, alert), answer(cast.noah, alert), review(patient))
    look(patient, alert, [sorted(said[:2])])
""")  # fmt: skip
    for said, _, state, story in found:
        assert state == "acknowledged" and said == ["acknowledged", "already_acknowledged"]
        assert sorted(story) == ["acknowledged", "evidence", "raised"]


def test_t23_an_answer_to_a_hold_never_quiets_the_stop_that_it_becomes(ward):
    found = told(ward, """
for bed in range(8):
    patient, alert = raised(bed, creatinine="2.7")
    round_(cast, patient, creatinine="3.2")
    look(patient, alert, at_once(answer(cast.nina, alert, raising=1), review(patient)))
""")  # fmt: skip
    for said, kind, state, story in found:
        assert (kind, state) == ("stop_cycle", "raised") and said in ("acknowledged", "raised_anew")
        expected = ["raised", "acknowledged", "graver"] if said == "acknowledged" else ["raised", "graver"]
        assert story == expected


def test_t23_a_step_two_workers_and_an_answer_tell_once_or_not_at_all(ward):
    found = told(ward, """
for bed in range(8):
    patient, alert = raised(bed, systolic_bp="84")
    step = AlertStep.objects.get(alert=alert, number=0)
    take = lambda: take_step(by=SYSTEM, step_id=step.pk)
    said = at_once(answer(cast.nina, alert), take, take)
    alert.refresh_from_db()
    notices = AppNotice.objects.filter(step=step).count()
    found.append([said[0], said[1:].count("True"), alert.state, story(alert), notices])
""")  # fmt: skip
    for answered, times, state, story, notices in found:
        assert (answered, state) == ("acknowledged", "acknowledged") and times in (0, 1)
        assert story == (["raised", "notified", "acknowledged"] if times else ["raised", "acknowledged"])
        assert notices == 2 * times
