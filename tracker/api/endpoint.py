"""What every endpoint is: JSON in, JSON out, a permission named for each method, lists in pages."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from django.db.models import QuerySet
from rest_framework import serializers
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from ..roles import Perm
from .authentication import BearerToken, PageSession
from .bodies import read_query
from .gate import NamedPermission
from .pagination import NewestFirst
from .parsers import ExactJSONParser, check_length
from .renderers import AlwaysJSON, ExactJSONRenderer


class Endpoint(APIView):
    """An address of the API. `permissions` names one for each method that it answers."""

    permissions: ClassVar[dict[str, Perm]] = {}
    authentication_classes: ClassVar[list] = [BearerToken, PageSession]
    permission_classes: ClassVar[list[type[BasePermission]]] = [NamedPermission]
    parser_classes: ClassVar[list] = [ExactJSONParser]
    renderer_classes: ClassVar[list] = [ExactJSONRenderer]
    content_negotiation_class = AlwaysJSON
    http_method_names: ClassVar[list[str]] = ["get", "head", "post"]

    def initial(self, request: Request, *args: object, **kwargs: object) -> None:
        """Who may comes first, then whether the body can be read at all."""
        super().initial(request, *args, **kwargs)
        check_length(request.headers)

    def one(self, row: object, shape: type[serializers.Serializer]) -> Response:
        """One thing in its shape."""
        read_query(self.request.query_params)
        return Response(shape(row).data)

    def filters(self, *allowed: str) -> dict[str, str]:
        """The filters of a list, beside those that turn its pages."""
        asked = read_query(self.request.query_params, *allowed, "cursor", "page_size")
        return {name: text for name, text in asked.items() if name in allowed and text}

    def page(self, rows: QuerySet, shape: type[serializers.Serializer]) -> Response:
        """One page of the rows, newest first."""
        pages = NewestFirst()
        return pages.get_paginated_response(
            shape(pages.paginate_queryset(rows, self.request, view=self), many=True).data
        )

    def whole(self, rows: Iterable, shape: type[serializers.Serializer]) -> Response:
        """A list that never outgrows one page, in the envelope of all lists."""
        read_query(self.request.query_params)
        return Response({"next": None, "previous": None, "results": shape(rows, many=True).data})
