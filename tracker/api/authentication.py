"""Who asks: other software with a bearer token, or a person's browser with its session."""

from __future__ import annotations

from django.db.models import QuerySet
from rest_framework import exceptions
from rest_framework.authentication import BaseAuthentication, SessionAuthentication, get_authorization_header
from rest_framework.request import Request

from .. import clock
from ..actions.sign_in import digest
from ..errors import NotAllowed
from ..models import Token, User
from ..prepared import prepared
from ..signatures import given_password


@prepared
def _token(digest: str) -> QuerySet[Token]:
    return Token.objects.select_related("user").filter(digest=digest)


class BearerToken(BaseAuthentication):
    """`Authorization: Bearer <token>` with a token of auth/token/ that has not expired."""

    def authenticate(self, request: Request) -> tuple[User, Token] | None:
        """The token's person, or None when the request carries no bearer token.

        Raises: AuthenticationFailed bad_token, token_expired.
        """
        words = get_authorization_header(request).split()
        if not words or words[0].lower() != b"bearer":
            return None
        token = None
        if len(words) == 2:
            token = _token.one(digest=digest(words[1].decode("latin-1")))
        if token is None or not token.user.is_active:
            raise exceptions.AuthenticationFailed("This token is not known here.", code="bad_token")
        if token.expires_at <= clock.now():
            raise exceptions.AuthenticationFailed("This token has expired.", code="token_expired")
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="api"'


class PageSession(SessionAuthentication):
    """The session of the pages, so that a signed-in person can use the API's page. Writes need the CSRF token."""

    def authenticate(self, request: Request) -> tuple[User, None] | None:
        """Raises: NotAllowed given_password."""
        known = super().authenticate(request)
        if known is not None and known[0].password_is_given:
            raise given_password()
        return known

    def enforce_csrf(self, request: Request) -> None:
        """Raises: NotAllowed csrf_failed."""
        try:
            super().enforce_csrf(request)
        except exceptions.PermissionDenied:
            raise NotAllowed(
                "csrf_failed",
                "The request does not carry this session's CSRF token.",
                remedy="Send it in the header X-CSRFToken, or use a bearer token.",
            ) from None
