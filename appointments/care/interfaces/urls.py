"""Addresses of interface tokens."""

from __future__ import annotations

from django.urls import path

from appointments.care.interfaces import views

urlpatterns = [
    path("interfaces/", views.interfaces, name="interfaces"),
    path("interfaces/<int:key>/end", views.interface_end, name="interface_end"),
]
