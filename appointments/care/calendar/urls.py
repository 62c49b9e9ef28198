"""Addresses of calendar feeds."""

from __future__ import annotations

from django.urls import path

from appointments.care.calendar import views

urlpatterns = [
    path("calendar/", views.calendar, name="calendar"),
    path("calendar/<int:key>/open", views.calendar_open, name="calendar_open"),
    path("calendar/<int:key>/renew", views.calendar_renew, name="calendar_renew"),
    path("calendar/<int:key>/revoke", views.calendar_revoke, name="calendar_revoke"),
    path("calendar/feed/<str:secret>.ics", views.calendar_feed, name="calendar_feed"),
]
