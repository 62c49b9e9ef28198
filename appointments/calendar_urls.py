"""Addresses of the care door's calendar pages."""

from __future__ import annotations

from django.urls import path

from appointments.views import calendar

urlpatterns = [
    path("", calendar.calendar, name="calendar"),
    path("<int:key>/open", calendar.calendar_open, name="calendar_open"),
    path("<int:key>/revoke", calendar.calendar_revoke, name="calendar_revoke"),
    path("feed/<str:secret>.ics", calendar.calendar_feed, name="calendar_feed"),
]
