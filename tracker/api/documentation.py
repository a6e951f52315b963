"""What the OpenAPI document says of every endpoint: its problems, its pages, the key of a write."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema, inline_serializer
from rest_framework import serializers

from .idempotency import HEADER
from .problems import MEDIA_TYPE


class ErrorSerializer(serializers.Serializer):
    """One thing that was wrong."""

    code = serializers.CharField()
    field = serializers.CharField(
        help_text="The field at fault, `values.systolic_bp` for one within; empty when none is."
    )
    detail = serializers.CharField()
    remedy = serializers.CharField()


class ProblemSerializer(serializers.Serializer):
    """Why nothing was done (RFC 9457). Some problems say more: a refused dose carries its `assessment`."""

    type = serializers.CharField(help_text="`urn:il2-ward:problem:` and the code.")
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField(help_text="What was wrong, in the ward's words.")
    code = serializers.CharField(help_text="The reason for programs; it stays the same when the words change.")
    field = serializers.CharField(help_text="The field at fault; empty when none is.")
    remedy = serializers.CharField(help_text="What to do now.")
    errors = ErrorSerializer(many=True, help_text="Everything that was wrong, so that it can be mended in one go.")


PROBLEMS = {
    400: "The body is not a JSON object.",
    401: "No token, or one that has expired.",
    403: "The person's role or signature does not allow it.",
    404: "There is no such thing within the person's wards.",
    409: "The state of the patient, the cycle or the dose does not allow it now.",
    411: "The body came in chunks, without its length.",
    413: "The body is larger than 1 MB.",
    415: "The body is not application/json.",
    422: "A value or a filter cannot be taken as it was sent.",
}
KEY = OpenApiParameter(
    HEADER,
    str,
    OpenApiParameter.HEADER,
    description="A random text of the caller. The same request sent again with it has no second effect and gets the "
    "same answer, with `Idempotency-Replayed: true`. A refused request leaves no key.",
)


@lru_cache(maxsize=64)
def page_of(shape: type[serializers.Serializer]) -> serializers.Serializer:
    """The envelope of a list."""
    return inline_serializer(
        name=f"{shape.__name__.removesuffix('Serializer')}Page",
        fields={
            "next": serializers.URLField(allow_null=True),
            "previous": serializers.URLField(allow_null=True),
            "results": shape(many=True),
        },
    )


def reads(operation: str, summary: str, shape: object, *, more: str = "", filters: Iterable = ()) -> Callable:
    """The words of a GET."""
    return extend_schema(
        operation_id=operation,
        summary=summary,
        description=more or f"{summary}.",
        parameters=list(filters),
        responses={200: shape, **_problems(401, 403, 404, 422)},
    )


def lists(
    operation: str, summary: str, shape: type[serializers.Serializer], *, filters: Iterable = (), more: str = ""
) -> Callable:
    """The words of a GET that answers a list in pages."""
    turning = (
        OpenApiParameter("cursor", str, description="As `next` and `previous` have it."),
        OpenApiParameter("page_size", int, description="1 to 200; 50 when left out."),
    )
    return reads(operation, summary, page_of(shape), more=more, filters=(*filters, *turning))


def writes(
    operation: str, summary: str, takes: type, gives: type, *, status: int = 201, more: str = "", keyed: bool = True
) -> Callable:
    """The words of a POST."""
    return extend_schema(
        operation_id=operation,
        summary=summary,
        description=more or f"{summary}.",
        request=takes,
        parameters=[KEY] if keyed else [],
        responses={status: gives, **_problems(400, 401, 403, 404, 409, 411, 413, 415, 422)},
    )


def narrows(name: str, words: str, kind: object = OpenApiTypes.STR, enum: Iterable | None = None) -> OpenApiParameter:
    """A filter of a list."""
    return OpenApiParameter(name, kind, description=words, enum=list(enum) if enum else None)


def _problems(*statuses: int) -> dict:
    return {
        (status, MEDIA_TYPE): OpenApiResponse(ProblemSerializer, PROBLEMS[status]) for status in sorted(set(statuses))
    }


class BearerTokenInSchema(OpenApiAuthenticationExtension):
    """How the OpenAPI document describes the token."""

    target_class = "tracker.api.authentication.BearerToken"
    name = "bearerToken"

    def get_security_definition(self, auto_schema: object) -> dict:
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "A token of POST /api/v1/auth/token/, good for 12 hours.",
        }


class PageSessionInSchema(OpenApiAuthenticationExtension):
    """How the OpenAPI document describes the session."""

    target_class = "tracker.api.authentication.PageSession"
    name = "pageSession"

    def get_security_definition(self, auto_schema: object) -> dict:
        return {"type": "apiKey", "in": "cookie", "name": "sessionid"}
