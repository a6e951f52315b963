"""The ward board, the alerts, the due list, the handover and the downtime sheets."""

from __future__ import annotations

from django.urls import path

from .views import alarm, alerts, board, downtime, due, handover, policy, rota

urlpatterns = [
    path("board/", board.board, name="board"),
    path("board/cards/", board.board_cards, name="board-cards"),
    path("due/", due.due, name="due"),
    path("due/rows/", due.due_rows, name="due-rows"),
    path("patients/<int:patient_id>/pause/", due.pause, name="pause"),
    path("patients/<int:patient_id>/pause/end/", due.pause_end, name="pause-end"),
    path("handover/", handover.handover, name="handover"),
    path("downtime/", downtime.downtime, name="downtime"),
    path("alerts/alarm/", alarm.alarm, name="alarm"),
    path("alerts/alarm/silence/", alarm.silence, name="alarm-silence"),
    path("alerts/settings/", policy.alert_settings, name="alert-settings"),
    path("alerts/settings/draft/", policy.draft, name="alert-settings-draft"),
    path("alerts/settings/sign/", policy.sign, name="alert-settings-sign"),
    path("alerts/settings/withdraw/", policy.withdraw, name="alert-settings-withdraw"),
    path("rota/", rota.rota, name="rota"),
    path("rota/turns/<int:turn_id>/end/", rota.turn_end, name="turn-end"),
    path("rota/contacts/new/", rota.contact_new, name="contact-new"),
    path("rota/contacts/<int:contact_id>/end/", rota.contact_end, name="contact-end"),
    path("alerts/", alerts.alert_list, name="alerts"),
    path("alerts/rows/", alerts.alert_rows, name="alerts-rows"),
    path("alerts/patient/<int:patient_id>/", alerts.alerts_of_patient, name="alerts-of-patient"),
    path("alerts/<int:alert_id>/", alerts.alert, name="alert"),
    path("alerts/<int:alert_id>/answer/", alerts.answer, name="alert-answer"),
]
