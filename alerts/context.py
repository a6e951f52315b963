"""What the frame of every page shows: the ward, the way around, the person, the open alerts."""

from __future__ import annotations

from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.db import DatabaseError
from django.db.models import Count, Q, QuerySet, Value
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from tracker import clock
from tracker.models import User, Ward
from tracker.prepared import prepared
from tracker.roles import ROLES, Perm, may
from tracker.zones import site_zone

from .models import Alert
from .states import OVERDUE, AlertState

# (label, URL name, permission): each role sees the pages that it may open, those of every hour in the bar.
PAGES = (
    ("Cycles", "overview", Perm.SIGN_SETTINGS),
    ("Board", "board", Perm.VIEW_CHART),
    ("Due list", "due", Perm.VIEW_CHART),
    ("Alerts", "alerts", Perm.ANSWER_SYSTEM_ALERT),
    ("Handover", "handover", Perm.GIVE_DOSE),
    ("Audit", "audit", Perm.VIEW_AUDIT),
    ("Staff", "staff", Perm.MANAGE_STAFF),
    ("Rota", "rota", Perm.MANAGE_STAFF),
    ("Wards", "wards", Perm.MANAGE_STAFF),
    ("Tablets", "devices", Perm.MANAGE_STAFF),
)
# What is needed once a shift or less, in the menu at the end of the bar.
MORE_PAGES = (
    ("Handover", "handover", Perm.VIEW_CHART),
    ("Cycles", "overview", Perm.VIEW_CYCLES),
    ("Patients", "patients", Perm.VIEW_CHART),
    ("Downtime sheets", "downtime", Perm.VIEW_CHART),
    ("Rounds not sent", "unsent", Perm.RECORD_ROUND),
    ("Rules", "rules", Perm.SIGN_SETTINGS),
    ("Settings", "settings", Perm.SIGN_SETTINGS),
    ("Alert limits", "alert-settings", Perm.SIGN_SETTINGS),
    ("System status", "status", Perm.SIGNED_IN),
    ("How long alerts wait", "waiting-times", Perm.SIGNED_IN),
    ("API", "api:docs", Perm.SIGNED_IN),
)
TITLES = frozenset({"dr", "prof"})
# Behind which page which count stands.
BADGES = {"alerts": "unanswered", "due": "overdue"}


def page(request: HttpRequest) -> dict:
    """The frame's context; queries are made only for what the template really shows."""
    user = getattr(request, "user", None)
    frame = {"now": clock.now(), "ward_tz": ZoneInfo("UTC"), "ward_name": "IL-2 Ward", "home_url": "/", "live": False}
    if user is None or not user.is_authenticated:
        return {**frame, **_place(request)}
    wards = wards_shown(user)
    if wards:
        frame["ward_tz"] = ZoneInfo(wards[0].timezone)
        frame["ward_name"] = wards[0].name if len(wards) == 1 else f"{len(wards)} wards"
    else:
        frame["ward_tz"] = site_zone()
    return {
        **frame,
        "nav": SimpleLazyObject(lambda: navigation(request)),
        "more_nav": SimpleLazyObject(lambda: more_pages(request)),
        "person_name": user.full_name,
        "person_short": short_person(user.full_name),
        "person_role": ROLES[user.role].display_name,
        "person_icon": "person" if user.role != "nurse" else "lock",
        "sign_out_url": reverse("sign-out"),
        "account_url": "",
        "alarm_url": reverse("alarm") if may(user.role, Perm.ANSWER_ALERT) else "",
    }


def _place(request: HttpRequest) -> dict:
    """Where a screen stands before anybody signed in: the tablet's ward, else the site, with its clock."""
    try:
        device = getattr(request, "device", None)
        if device:
            return {"ward_tz": ZoneInfo(device.ward.timezone), "ward_name": device.ward.name}
        return {"ward_tz": site_zone()}
    except DatabaseError:  # a page about a fault must not need what is broken
        return {}


def short_person(full_name: str) -> str:
    """The name in the bar; the whole name is the first line of its menu. "Nadia K.", "Dr O. Farouk"."""
    words = full_name.split()
    if len(words) < 2:
        return full_name
    if words[0].rstrip(".").lower() in TITLES:
        return " ".join([words[0], *(f"{each[0]}." for each in words[1:-1]), words[-1]])
    return f"{words[0]} {words[-1][0]}."


def wards_shown(user: object) -> list[Ward]:
    """The person's wards, asked for once a request."""
    if not hasattr(user, "_wards_shown"):
        user._wards_shown = _wards_of(user_id=user.pk)
        user._ward_ids = frozenset(ward.pk for ward in user._wards_shown)
    return user._wards_shown


@prepared
def _wards_of(user_id: int) -> QuerySet[Ward]:
    return Ward.objects.filter(staff=user_id).order_by("code")


class Waiting(NamedTuple):
    """What waits on a person's wards: alerts without an answer, and those that say that something is overdue."""

    unanswered: int
    overdue: int


def more_pages(request: HttpRequest) -> list[dict]:
    """The rarer pages that this role may open."""
    role = request.user.role
    in_bar = {name for _, name, permission in PAGES if may(role, permission)}
    found = [
        (label, reverse(name)) for label, name, permission in MORE_PAGES if name not in in_bar and may(role, permission)
    ]
    return [{"label": label, "url": url, "active": request.path == url} for label, url in found]


def navigation(request: HttpRequest, known: Waiting | None = None) -> list[dict]:
    """The pages that this role may open, with how many wait behind two of them, counted when not known."""
    pages = [(label, name, reverse(name)) for label, name, permission in PAGES if may(request.user.role, permission)]
    here = max((url for _, _, url in pages if request.path.startswith(url)), key=len, default="")
    items = []
    for label, name, url in pages:
        badge, words = 0, ""
        if name in BADGES:
            known = known or waiting(request.user)
            badge, words = getattr(known, BADGES[name]), BADGES[name]
        items.append({"label": label, "url": url, "active": url == here, "badge": badge, "badge_words": words})
    return items


def waiting(user: object) -> Waiting:
    """Both counts in one query. Who looks after the site is waited for by the system's alerts alone."""
    if may(user.role, Perm.ANSWER_ALERT):
        return Waiting(*_waiting_for_staff.one(user_id=user.pk))
    return Waiting(*_waiting_for_administrators.one())


@prepared
def _waiting_for_staff(user_id: int) -> QuerySet:
    wards = User.wards.through.objects.filter(user_id=user_id).values("ward_id")
    return _counted(Alert.objects.filter(Q(ward_id__in=wards) | Q(ward=None)))


@prepared
def _waiting_for_administrators() -> QuerySet:
    return _counted(Alert.objects.filter(patient=None))


def _counted(alerts: QuerySet[Alert]) -> QuerySet:
    """One row with both counts."""
    still_open = alerts.exclude(state=AlertState.RESOLVED).order_by().annotate(all=Value(1)).values("all")
    unanswered = Count("id", filter=~Q(state=AlertState.ACKNOWLEDGED) & Q(muted_by=None))
    return still_open.annotate(n=unanswered, late=Count("id", filter=Q(kind__in=OVERDUE))).values_list("n", "late")
