"""Sixteen tablets give the same dose at the same instant: one administration, fifteen clear answers."""

from __future__ import annotations

import json
import threading
import urllib.error
import urllib.request

import pytest

from tests.conftest import SECRET
from tests.live import live_ward

pytestmark = pytest.mark.processes

READY = """
from datetime import timedelta
from tests.people import *
from tests.conftest import Cast
from tracker.models import User, Ward, Bed, Token
from dosing.models import Slot
cast = cast_of_site()
patient = admit(cast)
full_round(cast, patient)
cycle = running_cycle(cast, patient)
print(Slot.objects.get(cycle=cycle, number=1).pk)
"""


def post(url: str, body: dict, token: str = "") -> tuple[int, dict]:
    headers = {"Content-Type": "application/json"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    request = urllib.request.Request(url, json.dumps(body).encode(), headers)
    try:
        with urllib.request.urlopen(request, timeout=60) as response:
            return response.status, json.load(response)
    except urllib.error.HTTPError as problem:
        return problem.code, json.load(problem)


def test_t02_sixteen_tablets_give_one_dose(tmp_path):
    with live_ward(tmp_path, "web") as ward:
        slot = int(ward.run_python(READY).splitlines()[-1])
        status, answer = post(f"{ward.url}/api/v1/auth/token/", {"username": "nina", "password": SECRET})
        assert status in (200, 201), answer
        results: list[tuple[int, dict]] = []
        gate = threading.Barrier(16)

        def give() -> None:
            gate.wait()
            body = {"secret": SECRET, "witness": "noah", "witness_secret": SECRET}
            results.append(post(f"{ward.url}/api/v1/slots/{slot}/give/", body, answer["token"]))

        tablets = [threading.Thread(target=give) for _ in range(16)]
        for tablet in tablets:
            tablet.start()
        for tablet in tablets:
            tablet.join()
        given = [body for status, body in results if status in (200, 201)]
        refused = [body for status, body in results if status == 409]
        assert (len(given), len(refused)) == (1, 15), results
        assert {body["code"] for body in refused} == {"already_given"}
        assert all(body["given_by"] == "Nina Nurse" for body in refused)
        count = "from dosing.models import DoseEvent; print(DoseEvent.objects.filter(kind='given').count())"
        assert ward.run_python(count).splitlines()[-1] == "1"
