"""Addresses of what the movement list tells."""

from __future__ import annotations

from django.urls import path

from appointments.care.neutrality import views

urlpatterns = [
    path("neutrality/", views.neutrality, name="neutrality"),
    path("neutrality/proposals", views.proposals, name="neutrality_proposals"),
]
