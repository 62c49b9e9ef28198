"""Addresses of the list of keys."""

from __future__ import annotations

from django.urls import path

from appointments.care.keys import views

urlpatterns = [
    path("keys", views.keys, name="keys"),
    path("keys/use", views.use, name="keys_use"),
]
