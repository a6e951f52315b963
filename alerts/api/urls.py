"""The addresses of alerts in the API."""

from django.urls import path

from . import alerts

urlpatterns = [
    path("alerts/", alerts.Alerts.as_view(), name="alerts"),
    path("alerts/<int:alert_id>/", alerts.OneAlert.as_view(), name="alert"),
    path("alerts/<int:alert_id>/acknowledge/", alerts.Acknowledge.as_view(), name="alert-acknowledge"),
]
