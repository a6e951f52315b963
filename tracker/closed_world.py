"""Closed by default: each page and endpoint names its permission, and one that does not stops the start."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, URLResolver, get_resolver

from .audit.denied import deny_page
from .errors import NotAllowed
from .origin import actor_of
from .permissions import can
from .roles import ROLES, Perm
from .typed import check_storable

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
View = Callable[..., HttpResponse]


def page(permission: Perm, *, with_given_password: bool = False) -> Callable[[View], View]:
    """Name the permission of a page. Who is not signed in goes to the sign-in page and comes back; who still has the
    password that an administrator chose goes to choose an own one, save on a page that says `with_given_password`.

    Raises: NotAllowed when the role does not carry it; BadInput bad_text.
    """

    def wrap(view: View) -> View:
        @functools.wraps(view)
        def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
            if permission is not Perm.PUBLIC:
                if not request.user.is_authenticated:
                    return redirect_to_login(request.get_full_path())
                if request.user.password_is_given and not with_given_password:
                    return redirect("own-password")
                if not can(request.user, permission):
                    _deny(request, permission)
            _check_storable(request)
            return view(request, *args, **kwargs)

        guarded.permission = permission
        return guarded

    return wrap


def _deny(request: HttpRequest, permission: Perm) -> None:
    """Raises: NotAllowed not_allowed. Audit: a write that was tried; to look at a closed page writes nothing."""
    role = ROLES[request.user.role].display_name.lower()
    refusal = NotAllowed("not_allowed", f"As {role} you may not open this page.", remedy="Go back to your pages.")
    if request.method in SAFE_METHODS:
        raise refusal
    refusal.extra["permission"] = permission.value
    deny_page(by=actor_of(request), path=request.path, refusal=refusal)


def _check_storable(request: HttpRequest) -> None:
    """Raises: BadInput bad_text, before a view asks a database that cannot even compare such a text."""
    for sent in (request.GET, request.POST):
        check_storable((name, text) for name, texts in sent.lists() for text in texts)


def routes(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[tuple[str, Callable]]:
    """Every route of the product with its view, walked as Django resolves them."""
    for each in (resolver or get_resolver()).url_patterns:
        path = prefix + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from routes(each, path)
        elif isinstance(each, URLPattern):
            yield path, each.callback


def unnamed() -> list[str]:
    """The routes, with the method where it matters, that do not name a permission."""
    return [f"/{path}{missing}" for path, view in routes() for missing in _missing(view)]


def _missing(view: Callable) -> list[str]:
    endpoint = getattr(view, "cls", None) or getattr(view, "view_class", None)
    if endpoint is None:
        return [] if isinstance(getattr(view, "permission", None), Perm) else [""]
    named = getattr(endpoint, "permissions", {})
    methods = [m.upper() for m in (getattr(view, "actions", None) or endpoint.http_method_names) if _answers(view, m)]
    return [f" {method}" for method in methods if not isinstance(named.get(method), Perm)]


def _answers(view: Callable, method: str) -> bool:
    if method in ("options", "head", "trace"):
        return False
    return method in (getattr(view, "actions", None) or {}) or hasattr(
        getattr(view, "cls", None) or view.view_class, method
    )
