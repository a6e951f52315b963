"""Choosing an own password: at any time, and before anything else when an administrator chose the present one."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from ..actions.choose_password import choose_password
from ..closed_world import page
from ..errors import BadInput, Refusal
from ..origin import actor_of
from ..roles import Perm
from ..signatures import check_secret


@sensitive_post_parameters()
@page(Perm.SIGNED_IN, with_given_password=True)
@require_http_methods(["GET", "POST"])
def own_password(request: HttpRequest) -> HttpResponse:
    """The old one, and the new one twice. Other sessions of the person end; this one goes on."""
    if request.method == "GET":
        return _form(request)
    new = request.POST.get("new_password", "")
    try:
        if new != request.POST.get("again", ""):
            raise BadInput("not_the_same", "The two new passwords differ.", field="again", remedy="Type both again.")
        signature = check_secret(
            by=actor_of(request),
            username=request.user.username,
            secret=request.POST.get("secret", ""),
            field="secret",
            purpose="own password",
        )
        user = choose_password(by=actor_of(request), signature=signature, password=new)
    except Refusal as refusal:
        return _form(request, refusal)
    update_session_auth_hash(request, user)
    messages.success(request, "Your new password is set. It holds from now on, and nobody else knows it.")
    return redirect("home")


def _form(request: HttpRequest, refusal: Refusal | None = None) -> HttpResponse:
    context = {"problems": [refusal] if refusal else []}
    return render(request, "tracker/own_password.html", context, status=refusal.status if refusal else 200)
