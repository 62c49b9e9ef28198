"""Addresses of what the care door prints."""

from __future__ import annotations

from django.urls import path

from appointments.views import prints

urlpatterns = [
    path("", prints.prints, name="prints"),
    path("day", prints.print_day, name="print_day"),
    path("slips", prints.print_slips, name="print_slips"),
]
