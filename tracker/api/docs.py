"""The OpenAPI document, and a page on which a person can read it; both work without an internet."""

from __future__ import annotations

from functools import lru_cache
from typing import ClassVar

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET
from drf_spectacular.generators import SchemaGenerator
from rest_framework.request import Request
from rest_framework.response import Response

from ..closed_world import page
from ..roles import Perm
from .bodies import read_query
from .endpoint import Endpoint
from .reading import operations, things


class Schema(Endpoint):
    """The OpenAPI 3 document of this version."""

    permissions: ClassVar[dict[str, Perm]] = {"GET": Perm.SIGNED_IN}
    schema = None  # the document does not describe itself

    def get(self, request: Request) -> Response:
        """The document."""
        read_query(request.query_params)
        return Response(document())


@lru_cache(maxsize=1)
def document() -> dict:
    """The document, made from the code once a process."""
    return SchemaGenerator().get_schema(request=None, public=True)


@page(Perm.SIGNED_IN)
@require_GET
def browse(request: HttpRequest) -> HttpResponse:
    """The document for people, on a page like every other."""
    made = document()
    context = {"about": made["info"]["description"], "operations": operations(made), "things": things(made)}
    return render(request, "tracker/api_docs.html", context)
