"""Who may: every method of every endpoint names its permission, and what is not named is denied."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rest_framework import exceptions
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from ..audit.denied import deny_endpoint
from ..errors import NotAllowed
from ..origin import actor_of
from ..permissions import can
from ..roles import ROLES, Perm

if TYPE_CHECKING:  # the framework loads this module while it is itself being loaded
    from rest_framework.views import APIView


class NamedPermission(BasePermission):
    """Asks for the permission that the endpoint names for this method."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """False for somebody who is not signed in (the framework makes it 401).

        Raises: NotAllowed not_allowed, not_named; MethodNotAllowed. Audit: a write that the role does not allow.
        """
        method = "GET" if request.method == "HEAD" else request.method
        permission = view.permissions.get(method)
        if permission is Perm.PUBLIC:
            return True
        if not request.user.is_authenticated:
            return False
        if method.lower() not in view.http_method_names or not hasattr(view, method.lower()):
            raise exceptions.MethodNotAllowed(request.method)
        if permission is None:
            raise NotAllowed("not_named", "Nobody may do this.", remedy="Tell the people who run this site.")
        if not can(request.user, permission):
            _deny(request, permission)
        return True


def _deny(request: Request, permission: Perm) -> None:
    role = ROLES[request.user.role].display_name.lower()
    refusal = NotAllowed(
        "not_allowed",
        f"As {role} you may not do this.",
        remedy="Ask a colleague whose role allows it.",
        extra={"permission": permission.value},
    )
    if request.method in SAFE_METHODS:
        raise refusal
    deny_endpoint(by=actor_of(request), path=request.path, refusal=refusal)
