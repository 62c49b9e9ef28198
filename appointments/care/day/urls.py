"""Addresses of the day of all agendas, one practitioner's week, the month's load."""

from __future__ import annotations

from django.urls import path

from appointments.care.day import since_views, views, week_views

urlpatterns = [
    path("", views.today, name="home"),
    path("day", views.jump, name="day_jump"),
    path("day/<str:day>", views.day, name="day"),
    path("shown", views.shown, name="day_shown"),
    path("since", since_views.since, name="since"),
    path("week/", week_views.week, name="week"),
    path("week/<str:day>", week_views.week_of, name="week_of"),
    path("month/", week_views.month, name="month"),
    path("month/<str:month>", week_views.month_of, name="month_of"),
]
