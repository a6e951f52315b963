"""What every write is: read the body, check the secrets, call one action once, answer with what came of it."""

from __future__ import annotations

from typing import ClassVar

from django.http import HttpResponse
from rest_framework import serializers
from rest_framework.request import Request

from ..audit.record import Actor
from ..errors import BadInput
from ..models import User
from ..origin import actor_of
from ..signatures import Signature, check_secret, people_named
from .bodies import read_body, read_query
from .endpoint import Endpoint
from .idempotency import Answer, Signed, once

OWN = "secret"
WITNESS = "witness_secret"


class Write(Endpoint):
    """A POST. `takes` is the shape of its body, `act` calls the action, `signed_for` says what a signature is for."""

    takes: type[serializers.Serializer]
    signed_for: ClassVar[str] = ""

    def post(self, request: Request, **address: int) -> HttpResponse:
        """Carry the write out once."""
        read_query(request.query_params)
        body = read_body(request.data, self.takes)
        by = actor_of(request)
        return once(
            request,
            sign=lambda: self.sign(by, body),
            act=lambda signed: self.act(by, {**body, **signed}, **address),
        )

    def sign(self, by: Actor, body: dict) -> Signed:
        """A signature in place of each secret that the shape asks for."""
        fields = self.takes._declared_fields
        names = {OWN: by.user.username, WITNESS: body.get("witness") or ""}
        asked = {field: name for field, name in names.items() if field in fields}
        people = people_named(by, *asked.values()) if asked else {}
        return {field: self._check(by, name, body[field], field, people) for field, name in asked.items()}

    def _check(self, by: Actor, username: str, secret: str | None, field: str, people: dict[str, User]) -> Signature:
        if not username:
            raise BadInput(
                "missing_witness", "The witness is missing.", field="witness", remedy="Send the sign-in name."
            )
        if not secret:
            raise BadInput(f"missing_{field}", "The signature is missing.", field=field, remedy="Send the password.")
        return check_secret(by=by, username=username, secret=secret, field=field, purpose=self.signed_for, among=people)

    def act(self, by: Actor, body: dict, **address: int) -> Answer:
        """Status and data of the answer."""
        raise NotImplementedError
