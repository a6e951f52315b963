"""The prescriber's pages: cycles, prescriptions, patients, the hospital's settings and the rules."""

from django.urls import path

from .views import cycle, cycle_move, overview, patients, prescribe, rule_sets, rule_versions, site_settings

urlpatterns = [
    path("cycles/", overview.overview, name="overview"),
    path("cycles/rows/", overview.rows, name="overview-rows"),
    path("cycles/<int:cycle_id>/", cycle.cycle, name="cycle"),
    path("cycles/<int:cycle_id>/live/", cycle.live, name="cycle-live"),
    path("cycles/<int:cycle_id>/start/", cycle.start, name="cycle-start"),
    path("cycles/<int:cycle_id>/end/", cycle.end, name="cycle-end"),
    path("cycles/<int:cycle_id>/move/", cycle_move.move, name="cycle-move"),
    path("cycles/<int:cycle_id>/go-on/", cycle.go_on, name="cycle-go-on"),
    path("patients/", patients.everybody, name="patients"),
    path("patients/admit/", patients.admit, name="admit"),
    path("patients/<int:patient_id>/transfer/", patients.transfer, name="transfer"),
    path("patients/<int:patient_id>/discharge/", patients.discharge, name="discharge"),
    path("patients/<int:patient_id>/prescribe/", prescribe.prescribe, name="prescribe"),
    path("patients/<int:patient_id>/prescribe/preview/", prescribe.preview, name="prescribe-preview"),
    path("settings/", site_settings.in_force, name="settings"),
    path("settings/sign/", site_settings.sign, name="settings-sign"),
    path("rules/", rule_sets.everything, name="rules"),
    path("rules/<str:name>/", rule_sets.one, name="rule-set"),
    path("rules/<str:name>/draft/", rule_versions.draft, name="rule-version-draft"),
    path("rules/<str:name>/sign/", rule_versions.sign, name="rule-version-sign"),
    path("rules/<str:name>/withdraw/", rule_versions.withdraw, name="rule-version-withdraw"),
]
