"""Staff: who works here, in which role and on which wards."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from ..actions.keep_staff import change_user, create_user
from ..closed_world import page
from ..errors import Refusal
from ..models import User, Ward
from ..origin import actor_of
from ..roles import ROLES, Perm
from ..typed import row_number


@page(Perm.MANAGE_STAFF)
@require_safe
def everybody(request: HttpRequest) -> HttpResponse:
    """All members of staff, those who left last."""
    people = User.objects.prefetch_related("wards").order_by("-is_active", "full_name")
    rows = [{"person": each, "role": ROLES[each.role], "wards": list(each.wards.all())} for each in people]
    return render(request, "tracker/staff.html", {"rows": rows, "roles": ROLES.values()})


@page(Perm.MANAGE_STAFF)
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """A new member of staff."""
    if request.method == "GET":
        return _form(request, {"wards": []}, None)
    asked = _asked(request)
    try:
        user = create_user(
            by=actor_of(request),
            username=asked["username"],
            full_name=asked["full_name"],
            role=asked["role"],
            ward_ids=asked["wards"],
            password=request.POST.get("password", ""),
        )
    except Refusal as refusal:
        return _form(request, asked, None, refusal)
    messages.success(request, f"{user.full_name} can sign in as {user.username}.")
    return redirect("staff")


@page(Perm.MANAGE_STAFF)
@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, user_id: int) -> HttpResponse:
    """Change a person's role, wards, password, or end their access."""
    person = User.objects.filter(pk=user_id).first()
    if person is None:
        raise Http404
    if request.method == "GET":
        asked = {
            "username": person.username,
            "full_name": person.full_name,
            "role": person.role,
            "wards": list(person.wards.values_list("id", flat=True)),
            "is_active": person.is_active,
        }
        return _form(request, asked, person)
    asked = {**_asked(request), "username": person.username}
    try:
        change_user(
            by=actor_of(request),
            user_id=user_id,
            full_name=asked["full_name"],
            role=asked["role"],
            ward_ids=asked["wards"],
            is_active=asked["is_active"],
            password=request.POST.get("password", ""),
        )
    except Refusal as refusal:
        return _form(request, asked, person, refusal)
    messages.success(request, f"{asked['full_name']} is changed.")
    return redirect("staff")


def _asked(request: HttpRequest) -> dict:
    return {
        "username": request.POST.get("username", ""),
        "full_name": request.POST.get("full_name", ""),
        "role": request.POST.get("role", ""),
        "wards": [row_number(each) or 0 for each in request.POST.getlist("wards")],
        "is_active": request.POST.get("is_active") == "on",
    }


def _form(request: HttpRequest, asked: dict, person: User | None, refusal: Refusal | None = None) -> HttpResponse:
    context = {
        "asked": asked,
        "person": person,
        "roles": ROLES.values(),
        "all_wards": Ward.objects.all(),
        "problems": [refusal] if refusal else [],
    }
    return render(request, "tracker/staff_form.html", context, status=refusal.status if refusal else 200)
