"""Writes answers: decimals as exact JSON numbers, instants in UTC with Z."""

from __future__ import annotations

from collections.abc import Mapping

from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from ..exact_json import dumps


class ExactJSONRenderer(BaseRenderer):
    """JSON in which 37.2 stays 37.2. A float is a programming error and fails."""

    media_type = "application/json"
    format = "json"
    charset = None

    def render(
        self, data: object, accepted_media_type: str | None = None, renderer_context: Mapping | None = None
    ) -> bytes:
        return b"" if data is None else dumps(data).encode()


class AlwaysJSON(DefaultContentNegotiation):
    """JSON is the only answer there is, whatever was asked for; `format` in an address is free for other uses."""

    def select_renderer(
        self, request: Request, renderers: list[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        return renderers[0], renderers[0].media_type
