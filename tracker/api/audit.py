"""The audit trail as a download."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from django.db.models import Q, QuerySet
from django.http import StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.request import Request

from ..audit.export import FORMS, export_response
from ..audit.search import AuditFilter, read_filter
from ..errors import BadInput
from ..models import AuditEntry, Patient, User
from ..origin import actor_of
from ..roles import Perm
from ..typed import row_number
from .bodies import read_query
from .documentation import ProblemSerializer, narrows
from .endpoint import Endpoint
from .problems import MEDIA_TYPE

NAMES = ("format", "from", "to", "patient", "user", "action", "outcome")


@dataclass(frozen=True)
class ExactFilter(AuditFilter):
    """The filter of a program: this patient and this person, not everybody whose name contains the words."""

    patient_id: int | None = None
    person: User | None = None

    def entries(self) -> QuerySet[AuditEntry]:
        found = super().entries()
        if self.patient_id is not None:
            found = found.filter(patient_id=self.patient_id)
        if self.person is not None:
            # A sign-in that failed has no person behind it, only the name that was typed.
            found = found.filter(Q(actor_id=self.person.pk) | Q(actor_id=None, actor=self.person.username))
        return found

    def as_plain(self) -> dict:
        exact = {"patient_id": self.patient_id, "user": self.person.username if self.person else None}
        return {**super().as_plain(), **{name: part for name, part in exact.items() if part}}


@extend_schema_view(
    get=extend_schema(
        operation_id="audit_export",
        summary="Export the audit trail",
        description="Streamed, oldest first, up to the entry of the export itself. In CSV, cells that a spreadsheet "
        "would run as a formula have an apostrophe in front; JSON Lines have everything as it was written.",
        parameters=[
            narrows("format", "`csv` when left out.", enum=FORMS),
            narrows("from", "Instant with offset, or a date (UTC). Included.", OpenApiTypes.DATETIME),
            narrows(
                "to", "Instant with offset, not included; or a date (UTC), that day included.", OpenApiTypes.DATETIME
            ),
            narrows("patient", "Record number, or the patient's id."),
            narrows("user", "Sign-in name, or the person's id."),
            narrows("action", "One kind of action, such as `give_dose`."),
            narrows("outcome", "What came of it.", enum=("done", "refused")),
        ],
        responses={
            (200, "text/csv"): OpenApiTypes.STR,
            (200, "application/jsonl"): OpenApiTypes.STR,
            (401, MEDIA_TYPE): ProblemSerializer,
            (403, MEDIA_TYPE): ProblemSerializer,
            (422, MEDIA_TYPE): ProblemSerializer,
        },
    )
)
class AuditExport(Endpoint):
    """The entries that fit, as a file. The export is an entry of the trail."""

    permissions: ClassVar[dict[str, Perm]] = {"GET": Perm.EXPORT_AUDIT}
    http_method_names: ClassVar[list[str]] = ["get"]  # a HEAD would be an export that nobody received

    def get(self, request: Request) -> StreamingHttpResponse:
        """Audit the export, then stream it."""
        asked = read_query(request.query_params, *NAMES)
        return export_response(by=actor_of(request), wanted=exact_filter(asked), form=asked.get("format") or "csv")


def exact_filter(asked: dict[str, str]) -> ExactFilter:
    """Raises: BadInput naming the filter: as read_filter, and no_such_patient, no_such_user."""
    narrowed = {name: text for name, text in asked.items() if name not in ("patient", "user")}
    for name in ("from", "to"):
        # A plus in an address arrives as a space: "…T05:30:00+01:00" was meant.
        narrowed[name] = narrowed.get(name, "").replace(" ", "+")
    parts = vars(read_filter(narrowed))
    patient, person = asked.get("patient"), asked.get("user")
    return ExactFilter(
        **parts, patient_id=_patient(patient).pk if patient else None, person=_person(person) if person else None
    )


def _patient(text: str) -> Patient:
    found = Patient.objects.filter(record_number=text).first() or _by_id(Patient.objects.all(), text)
    if found is None:
        raise BadInput(
            "no_such_patient",
            f"No patient has the number {text[:30]!r}.",
            field="patient",
            remedy="Check the record number.",
        )
    return found


def _person(text: str) -> User:
    found = User.objects.filter(username=text.lower()).first() or _by_id(User.objects.all(), text)
    if found is None:
        raise BadInput(
            "no_such_user", f"Nobody has the sign-in name {text[:60]!r}.", field="user", remedy="Check the name."
        )
    return found


def _by_id(rows: QuerySet, text: str) -> Patient | User | None:
    number = row_number(text)
    return None if number is None else rows.filter(pk=number).first()
