"""Addresses of what is printed."""

from __future__ import annotations

from django.urls import path

from appointments.care.prints import views

urlpatterns = [
    path("prints/", views.prints, name="prints"),
    path("prints/day", views.print_day, name="print_day"),
    path("prints/lists", views.print_lists, name="print_lists"),
    path("prints/slips", views.print_slips, name="print_slips"),
]
