"""The nurse's pages: readiness, rounds, giving, holding, omitting."""

from django.urls import path

from .views import bag, bedside, chart, fluids, give, identify, labels, past_dose, queued_round, round, withhold

urlpatterns = [
    path("patients/<int:patient_id>/", bedside.bedside, name="bedside"),
    path("patients/<int:patient_id>/live/", bedside.live, name="bedside-live"),
    path("patients/<int:patient_id>/round/", round.record, name="round"),
    path("patients/<int:patient_id>/round/queued/", queued_round.send, name="round-queued"),
    path("unsent/discard/", queued_round.discard, name="unsent-discard"),
    path("offline/pages/", queued_round.pages, name="offline-pages"),
    path("offline/openings/", queued_round.opening, name="offline-opening"),
    path("patients/<int:patient_id>/round/preview/", round.preview, name="round-preview"),
    path("patients/<int:patient_id>/fluids/", fluids.fluids, name="fluids"),
    path("patients/<int:patient_id>/chart/", chart.chart, name="chart"),
    path("rounds/<int:round_id>/strike/", chart.strike, name="round-strike"),
    path("rounds/<int:round_id>/correct/", chart.correct, name="round-correct"),
    path("doses/<int:slot_id>/give/", give.give, name="give"),
    path("doses/<int:slot_id>/identify/", identify.identify, name="identify"),
    path("doses/<int:slot_id>/bag/", bag.bag, name="bag"),
    path("doses/<int:slot_id>/label/", labels.bag_label, name="bag-label"),
    path("patients/<int:patient_id>/wristband/", labels.wristband, name="wristband"),
    path("cycles/<int:cycle_id>/past-dose/", past_dose.past_dose, name="past-dose"),
    path("doses/<int:slot_id>/infusion-end/", give.end_infusion, name="infusion-end"),
    path("doses/<int:slot_id>/hold/", withhold.hold, name="hold"),
    path("doses/<int:slot_id>/omit/", withhold.omit, name="omit"),
    path("doses/<int:slot_id>/override/", withhold.override, name="override"),
    path("entries/<int:event_id>/strike/", give.strike, name="entry-strike"),
]
