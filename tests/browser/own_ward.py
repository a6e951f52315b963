"""A ward of a test module's own in the live site: its people and patients meet nobody else's."""

from __future__ import annotations

import json
from dataclasses import dataclass

from tests.live import LiveWard

PEOPLE = {"one": "nurse", "two": "nurse", "doc": "oncologist", "pha": "pharmacist"}
BEGIN = """
import json
from tests.people import *
from tests.people import _person
from tests.conftest import Cast
from dosing.actions.record_bag import record_bag
from dosing.models import Slot, DoseEvent
from tracker.models import AuditEntry, Bed, User, Ward
ward, _ = Ward.objects.get_or_create(code={tag!r}, defaults=dict(name={name!r}, timezone={zone!r}))
def person(short, role):
    known = User.objects.filter(username={tag!r}.lower() + short).first()
    return known or _person({tag!r}.lower() + short, short.title() + {name!r}, role, [ward])
people = dict(zip(("nina", "noah", "olga", "paul"), [person(short, role) for short, role in {people!r}.items()]))
cast = Cast(**people, ada=None, max=None, zoe=None, ward=ward, other_ward=None, beds=[])
def new_patient(family, **more):
    cast.beds = [Bed.objects.create(ward=ward, label=f"{{ward.beds.count() + 1:02d}}")]
    return admit(cast, mrn=f"{{ward.code}}-{{cast.beds[0].pk}}", family=family, **more)
def bag_for_(slot):
    return record_bag(by=as_(cast.paul), slot_id=slot.pk, prepared_at=None, expires_on="2099-12-31")
"""


@dataclass(frozen=True)
class OwnWard:
    """Its nurses sign in as `one` and `two`; their full names are "One<name>" and "Two<name>"."""

    live: LiveWard
    tag: str
    name: str
    zone: str = "Europe/Berlin"

    @property
    def one(self) -> str:
        return f"{self.tag.lower()}one"

    @property
    def two(self) -> str:
        return f"{self.tag.lower()}two"

    def run(self, code: str) -> object:
        """Run Python among the product's rows; `answer(x)` is what comes back, as JSON."""
        begin = BEGIN.format(tag=self.tag, name=self.name, zone=self.zone, people=PEOPLE)
        told = self.live.run_python(f"{begin}\nanswer = lambda x: print(json.dumps(x, default=str))\n{code}")
        return json.loads(told.splitlines()[-1])
