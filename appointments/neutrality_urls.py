"""Addresses of the care door's pages on what the movement list tells."""

from __future__ import annotations

from django.urls import path

from appointments.views import neutrality

urlpatterns = [
    path("", neutrality.neutrality, name="neutrality"),
    path("proposals", neutrality.proposals, name="neutrality_proposals"),
]
