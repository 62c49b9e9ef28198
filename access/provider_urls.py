"""Addresses of signing in by way of an identity provider: of the care door, and of no other."""

from __future__ import annotations

from django.urls import path

from access.views import provider

app_name = "provider"
urlpatterns = [
    path("sign-in/provider", provider.start, name="start"),
    path("sign-in/provider/back", provider.back, name="back"),
    path("my-account/provider", provider.start_to_link, name="start_to_link"),
    path("my-account/provider/link", provider.link, name="link"),
    path("my-account/provider/unlink", provider.unlink, name="unlink"),
]
