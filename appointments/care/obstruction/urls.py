"""Addresses of obstructed care: the figures and the log, one fact, who reads them."""

from __future__ import annotations

from django.urls import path

from appointments.care.obstruction import fact_views, file_views, reader_views, settings_views, unit_views, views

urlpatterns = [
    path("obstruction/", views.obstruction, name="obstruction"),
    path("obstruction/count", views.obstruction_count, name="obstruction_count"),
    path("obstruction/entraves.csv", file_views.obstruction_csv, name="obstruction_csv"),
    path("obstruction/entraves.ods", file_views.obstruction_ods, name="obstruction_ods"),
    path("obstruction/faits.csv", file_views.facts_csv, name="obstruction_facts_csv"),
    path("obstruction/settings", settings_views.counting_settings, name="obstruction_settings"),
    path("obstruction/unit", unit_views.choose_unit, name="obstruction_unit"),
    path("obstruction/note", fact_views.note, name="obstruction_note"),
    path("obstruction/facts/<uuid:key>", fact_views.fact, name="obstruction_fact"),
    path("obstruction/facts/<uuid:key>/correct", fact_views.correct, name="obstruction_correct"),
    path("obstruction/facts/<uuid:key>/withdraw", fact_views.withdraw, name="obstruction_withdraw"),
    path("obstruction/facts/<uuid:key>/serious", fact_views.serious, name="obstruction_serious"),
    path("obstruction/readers", reader_views.readers, name="obstruction_readers"),
    path("obstruction/readers/<int:key>/end", reader_views.reader_end, name="obstruction_reader_end"),
]
