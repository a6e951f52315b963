"""Tokens for other software."""

from __future__ import annotations

from typing import ClassVar

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response

from ..actions.sign_in import issue_token
from ..audit.record import Actor
from ..errors import BadInput
from ..origin import origin_of
from ..roles import Perm
from ..signatures import check_secret
from .bodies import read_body
from .documentation import writes
from .endpoint import Endpoint
from .shapes import SignInSerializer, TokenSerializer


@extend_schema_view(
    post=writes(
        "token_issue",
        "Get a token",
        SignInSerializer,
        TokenSerializer,
        keyed=False,
        more="Good for 12 hours, for this person. Each call makes a new one; an `Idempotency-Key` has no meaning here, "
        "because the token itself is not kept and cannot be answered again.",
    )
)
class Tokens(Endpoint):
    """Name and password for a token. Too many wrong ones make the pair of name and address wait."""

    permissions: ClassVar[dict[str, Perm]] = {"POST": Perm.PUBLIC}
    authentication_classes: ClassVar[list] = []  # a token that has expired must not stand in the way of a new one

    def post(self, request: Request) -> HttpResponse:
        """Check the secret and issue the token."""
        body = read_body(request.data, SignInSerializer)
        for field in ("username", "password"):
            if not body[field]:
                raise BadInput(f"missing_{field}", f"The {field} is missing.", field=field, remedy="Send it.")
        origin = origin_of(request)
        signature = check_secret(
            by=Actor(user=None, origin=origin, name=body["username"].strip()[:60] or "nobody"),
            username=body["username"],
            secret=body["password"],
            field="password",
            purpose="token",
        )
        key, token = issue_token(by=Actor(user=signature.user, origin=origin), signature=signature)
        return Response({"token": key, "token_type": "Bearer", "expires_at": token.expires_at}, status=201)
