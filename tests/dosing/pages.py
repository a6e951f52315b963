"""Goes through the bedside pages as a person with a browser does: reads what is shown, types, sends."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from fractions import Fraction

from django.http import HttpResponse
from django.test import Client

from dosing.actions.record_bag import record_bag
from dosing.bedside_checks import CHECKS
from dosing.models import PreparedBag, Slot
from dosing.preparation import rounded
from tests.conftest import SECRET
from tracker import clock
from tracker.audit.record import Actor
from tracker.models import User
from tracker.wristband import wristband_code


def browser(user: User) -> Client:
    """Somebody signed in on a device of their own."""
    client = Client()
    client.force_login(user)
    return client


def text_of(response: HttpResponse) -> str:
    """What a person reads: the words of the page without its marks."""
    words = re.sub(r"<(svg|script|style|template)\b.*?</\1>", " ", response.content.decode(), flags=re.S)
    words = html.unescape(re.sub(r"<[^>]+>", " ", words)).replace("\u2009", " ")
    return re.sub(r"\s+([.,;:])", r"\1", re.sub(r"\s+", " ", words))


def value_of(response: HttpResponse, name: str) -> str:
    """What stands in an input of this name."""
    found = re.search(rf'<input[^>]*\bname="{re.escape(name)}"[^>]*>', response.content.decode())
    assert found, f"no input {name}"
    value = re.search(r'\bvalue="([^"]*)"', found[0])
    return html.unescape(value[1]) if value else ""


def round_page(client: Client, patient_id: int, **values: str) -> dict[str, str]:
    """The round form opened, and these values typed into it."""
    page = client.get(f"/patients/{patient_id}/round/")
    return {"key": value_of(page, "key"), "observed_at": value_of(page, "observed_at"), **values}


def save_round(client: Client, patient_id: int, **values: str) -> HttpResponse:
    """A round typed and saved; answers the page that follows."""
    return client.post(f"/patients/{patient_id}/round/", round_page(client, patient_id, **values), follow=True)


def signatures(witness: User, **changes: str) -> dict[str, str]:
    """The two people's passwords as typed at the bedside."""
    return {"secret": SECRET, "witness": witness.username, "witness_secret": SECRET, **changes}


def prepared(slot: Slot, **changes: object) -> PreparedBag:
    """A bag for the dose, recorded by a colleague who happens to be on the ward."""
    by = User.objects.filter(role="pharmacist").first()
    expires = (clock.now() + timedelta(days=90)).date().isoformat()
    return record_bag(
        by=Actor(user=by, origin="tests"), **{"slot_id": slot.pk, "prepared_at": None, "expires_on": expires, **changes}
    )


def checked(slot: Slot, by: User, /, **changes: str) -> dict[str, str]:
    """What two people scanned, ticked and worked out, all of it right."""
    patient, kg = slot.cycle.patient, Fraction(slot.cycle.dosing_weight_kg)
    return {
        "wristband": wristband_code(patient.record_number),
        **{f"check_{code}": "done" for code in CHECKS},
        "result": rounded(kg * slot.cycle.iu_per_kg, 2).removesuffix(".00"),
        "unit": "iu",
        "result_by": by.username,
        **changes,
    }


def give(client: Client, slot_id: int, witness: User, **changes: str) -> HttpResponse:
    """The bag recorded, all checked, and the second step of the form sent; answers the page that follows."""
    slot = Slot.objects.select_related("cycle__patient").get(pk=slot_id)
    if slot.state == "open" and not slot.bags.exists():
        prepared(slot)
    return client.post(f"/doses/{slot_id}/give/", checked(slot, witness, **signatures(witness, **changes)), follow=True)
