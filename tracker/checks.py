"""System checks: a wrong installation refuses to start and says what was expected."""

from __future__ import annotations

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from .closed_world import unnamed


@register()
def every_route_names_its_permission(app_configs: object, **kwargs: object) -> list[CheckMessage]:
    """A page or endpoint without a permission would be open or broken: neither may start."""
    return [
        Error(
            f"{route} names no permission.",
            hint="Decorate the page with @page(Perm.…), or name the method in the endpoint's `permissions`.",
            id="tracker.E001",
        )
        for route in unnamed()
    ]


@register()
def time_inside_is_utc(app_configs: object, **kwargs: object) -> list[CheckMessage]:
    """Times are UTC inside; screens use the ward's zone."""
    if settings.USE_TZ and settings.TIME_ZONE == "UTC":
        return []
    return [
        Error("TIME_ZONE must be UTC and USE_TZ on.", hint="A ward's own zone is set on the ward.", id="tracker.E002")
    ]
