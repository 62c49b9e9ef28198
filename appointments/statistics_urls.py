"""Addresses of the unit's figures."""

from __future__ import annotations

from django.urls import path

from appointments.views import statistics

urlpatterns = [
    path("", statistics.statistics, name="statistics"),
    path("statistiques.csv", statistics.statistics_csv, name="statistics_csv"),
]
