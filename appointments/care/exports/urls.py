"""Addresses of what leaves the officers' screen."""

from __future__ import annotations

from django.urls import path

from appointments.care.exports import views

urlpatterns = [
    path("exports/", views.exports, name="exports"),
    path("exports/<uuid:key>/withdraw", views.exports_withdraw, name="exports_withdraw"),
    path("exports/clause", views.protocol_clause, name="protocol_clause"),
]
