"""Addresses of what is kept how long, and of the extract of what is held on a person."""

from __future__ import annotations

from django.urls import path

from appointments.care.retention import extract_views, views

urlpatterns = [
    path("retention", views.retention, name="retention"),
    path("people/<uuid:key>/extract", extract_views.extract, name="extract"),
]
