"""Addresses of the prison door."""

from __future__ import annotations

from django.urls import path

from appointments.movements import views

urlpatterns = [
    path("", views.movement_list, name="home"),
    path("print", views.movement_print, name="print"),
    path("print/<uuid:batch>", views.printed, name="printed"),
    path("mouvements.csv", views.movement_csv, name="csv"),
    path("calendar", views.calendar, name="calendar"),
    path("calendar/open", views.calendar_open, name="calendar_open"),
    path("calendar/revoke", views.calendar_revoke, name="calendar_revoke"),
    path("calendar/<str:secret>.ics", views.calendar_feed, name="calendar_feed"),
]
