"""The time zone of pages that belong to no ward."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from .models import Ward


def site_zone() -> ZoneInfo:
    """The zone of the site's first ward; UTC while there is none."""
    first = Ward.objects.order_by("id").values_list("timezone", flat=True).first()
    return ZoneInfo(first or "UTC")
