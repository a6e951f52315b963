"""How long alerts wait."""

from django.urls import path

from .views import measured

urlpatterns = [
    path("metrics", measured.metrics, name="metrics"),
    path("status/waiting-times/", measured.waiting_times, name="waiting-times"),
]
