"""Addresses of filling a half-day from the queue, and of what cancellations have freed on a day."""

from __future__ import annotations

from django.urls import path

from appointments.care.filling import views

urlpatterns = [
    path("sessions/<int:key>/fill", views.fill, name="session_fill"),
    path("day/<str:day>/freed", views.freed, name="freed"),
]
