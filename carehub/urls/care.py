"""The care door's addresses."""

from __future__ import annotations

from django.urls import include, path

from carehub.urls.common import common, handler400, handler403, handler404, handler500

urlpatterns = [
    *common,
    path("", include("access.provider_urls")),
    path("", include("appointments.care.urls")),
]

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]
