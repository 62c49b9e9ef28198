"""Addresses that every door has: signing in and out, language, errors, signs of life."""

from __future__ import annotations

from django.urls import include, path

from carehub import errors, readiness

common = [
    path("", include("access.urls")),
    path("", include("carehub.guides.urls")),
    path("alive", errors.alive, name="alive"),
    path("readyz", readiness.ready, name="ready"),
]

handler400 = "carehub.errors.bad_request"
handler403 = "carehub.errors.forbidden"
handler404 = "carehub.errors.not_found"
handler500 = "carehub.errors.server_error"
