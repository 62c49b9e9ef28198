"""Addresses of the set-up assistant."""

from __future__ import annotations

from django.urls import path

from appointments.care.set_up import views

urlpatterns = [
    path("set-up/", views.set_up, name="set_up"),
    path("set-up/<int:key>", views.set_up_unit, name="set_up_unit"),
    path("set-up/<int:key>/<str:step>", views.set_up_step, name="set_up_step"),
    path("set-up/<int:key>/<str:step>/add", views.set_up_add, name="set_up_add"),
]
