"""Addresses of the waiting room of today."""

from __future__ import annotations

from django.urls import path

from appointments.care.waiting_room import views

urlpatterns = [
    path("waiting-room", views.waiting_room, name="waiting_room"),
]
