"""Addresses of one appointment: move, cancel, exchange, outcome."""

from __future__ import annotations

from django.urls import path

from appointments.care.appointment import exchange, outcome, views

urlpatterns = [
    path("appointment/<uuid:key>/exchange", exchange.exchange, name="appointment_exchange"),
    path("appointment/<uuid:key>", views.appointment, name="appointment"),
    path("appointment/<uuid:key>/move", views.move, name="appointment_move"),
    path("appointment/<uuid:key>/cancel", views.cancel, name="appointment_cancel"),
    path("appointment/<uuid:key>/arrived", outcome.arrived, name="appointment_arrived"),
    path("appointment/<uuid:key>/started", outcome.started, name="appointment_started"),
    path("appointment/<uuid:key>/seen", outcome.seen, name="appointment_seen"),
    path("appointment/<uuid:key>/not-come", outcome.not_come, name="appointment_not_come"),
    path("appointment/<uuid:key>/reason", outcome.reason, name="appointment_reason"),
    path("appointment/<uuid:key>/cause", outcome.cause, name="appointment_cause"),
    path("appointment/<uuid:key>/undo", outcome.undo, name="appointment_undo"),
]
