"""The product's addresses. Dosing and alerts add theirs by name."""

from django.urls import include, path

from .views import offline, scan, session

urlpatterns = [
    path("", session.home, name="home"),
    path("sign-in/", session.sign_in, name="sign-in"),
    path("sign-out/", session.sign_out, name="sign-out"),
    path("worker.js", offline.worker, name="worker"),
    path("unsent/", offline.unsent, name="unsent"),
    path("scan/", scan.scan, name="scan"),
    path("", include("tracker.office_urls")),
    path("", include("tracker.health_urls")),
    path("", include("dosing.bedside_urls")),
    path("", include("dosing.cycle_urls")),
    path("", include("alerts.urls")),
    path("", include("alerts.measured_urls")),
    path("api/v1/", include("tracker.api.urls")),
]

handler404 = "tracker.views.problems.not_found"
handler500 = "tracker.views.problems.fault"
