"""Addresses of emergency access."""

from __future__ import annotations

from django.urls import path

from appointments.care.emergency import views

urlpatterns = [
    path("emergency", views.emergency, name="emergency"),
    path("emergency/<uuid:key>/end", views.emergency_end, name="emergency_end"),
]
