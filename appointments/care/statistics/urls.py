"""Addresses of the unit's figures."""

from __future__ import annotations

from django.urls import path

from appointments.care.statistics import views

urlpatterns = [
    path("statistics/", views.statistics, name="statistics"),
    path("statistics/count", views.count, name="statistics_count"),
    path("statistics/statistiques.csv", views.statistics_csv, name="statistics_csv"),
]
