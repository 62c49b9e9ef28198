"""Addresses of appointments whose practitioner is away or has left."""

from __future__ import annotations

from django.urls import path

from appointments.care.stranded import views

urlpatterns = [
    path("stranded/", views.overview, name="stranded"),
    path("stranded/<int:key>", views.agenda, name="stranded_agenda"),
]
