"""The addresses of the API. Dosing and alerts add theirs by name."""

from django.urls import include, path, re_path

from ..closed_world import page
from ..roles import Perm
from . import audit, docs, patients, problems, rounds, tokens

app_name = "api"

urlpatterns = [
    path("auth/token/", tokens.Tokens.as_view(), name="token"),
    path("patients/", patients.Patients.as_view(), name="patients"),
    path("patients/<int:patient_id>/", patients.OnePatient.as_view(), name="patient"),
    path("patients/<int:patient_id>/rounds/", rounds.Rounds.as_view(), name="rounds"),
    path("rounds/<int:round_id>/", rounds.OneRound.as_view(), name="round"),
    path("rounds/<int:round_id>/retract/", rounds.RetractRound.as_view(), name="round-retract"),
    path("rounds/<int:round_id>/correct/", rounds.CorrectRound.as_view(), name="round-correct"),
    path("audit/export/", audit.AuditExport.as_view(), name="audit-export"),
    path("schema/", docs.Schema.as_view(), name="schema"),
    path("docs/", docs.browse, name="docs"),
    path("", include("dosing.api.urls")),
    path("", include("alerts.api.urls")),
    re_path("", page(Perm.PUBLIC)(problems.nowhere), name="nowhere"),
]
