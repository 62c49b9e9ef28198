"""Addresses of the care door."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [
    path("", include("appointments.agenda_urls")),
    path("", include("appointments.request_urls")),
    path("registry/", include("appointments.registry_urls")),
    path("planning/", include("appointments.planning_urls")),
    path("neutrality/", include("appointments.neutrality_urls")),
    path("extractions/", include("appointments.extraction_urls")),
    path("prints/", include("appointments.print_urls")),
    path("statistics/", include("appointments.statistics_urls")),
    path("calendar/", include("appointments.calendar_urls")),
]
