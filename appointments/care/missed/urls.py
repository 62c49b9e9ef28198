"""Addresses of those who did not come."""

from __future__ import annotations

from django.urls import path

from appointments.care.missed import views

urlpatterns = [
    path("missed", views.missed, name="missed"),
]
