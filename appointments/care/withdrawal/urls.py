"""Addresses of withdrawing one practitioner's appointments together."""

from __future__ import annotations

from django.urls import path

from appointments.care.withdrawal import views

urlpatterns = [
    path("withdraw", views.withdraw, name="withdraw"),
]
