"""Addresses of what the prison reports: impediments, freezes, alerts."""

from __future__ import annotations

from django.urls import path

from appointments.care.reported import views

urlpatterns = [
    path("alerts", views.alerts, name="alerts"),
    path("alerts/sound", views.alert_sound, name="alert_sound"),
    path("alerts/<uuid:key>/received", views.alert_received, name="alert_received"),
    path("alerts/<uuid:key>/request", views.alert_request, name="alert_request"),
]
