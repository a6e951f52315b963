"""The product's addresses and the floor: a bare view that inserts one row and commits."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from django.views.decorators.csrf import csrf_exempt

from tracker import clock
from tracker.closed_world import page
from tracker.models import AuditEntry
from tracker.roles import Perm


@csrf_exempt
@page(Perm.PUBLIC)
def floor(request: HttpRequest) -> HttpResponse:
    """The least that any write costs: one row, one commit."""
    AuditEntry.objects.create(at=clock.now(), actor="floor", action="floor", outcome="done")
    return HttpResponse("ok")


urlpatterns = [path("floor/", floor), path("", include("tracker.urls"))]
