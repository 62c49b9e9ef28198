"""Addresses of the care door's registry pages."""

from __future__ import annotations

from django.urls import path

from appointments.views import registry

urlpatterns = [
    path("", registry.registry, name="registry"),
    path("<uuid:upload_id>", registry.registry_preview, name="registry_preview"),
    path("<uuid:upload_id>/apply", registry.registry_apply, name="registry_apply"),
    path("<uuid:upload_id>/discard", registry.registry_discard, name="registry_discard"),
]
