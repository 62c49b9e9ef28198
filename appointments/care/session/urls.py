"""Addresses of one session whose people share the time."""

from __future__ import annotations

from django.urls import path

from appointments.care.session import views

urlpatterns = [
    path("sessions/<int:key>", views.session, name="session"),
    path("sessions/<int:key>/book", views.book, name="session_book"),
    path("sessions/<int:key>/attendance", views.attendance, name="session_attendance"),
]
