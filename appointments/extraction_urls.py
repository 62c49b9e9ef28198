"""Addresses of the care door's pages of hospital escorts."""

from __future__ import annotations

from django.urls import path

from appointments.views import escorts, extractions

urlpatterns = [
    path("", extractions.extractions, name="extractions"),
    path("plan/<uuid:person>", extractions.extraction_new, name="extraction_new"),
    path("<uuid:key>", extractions.extraction, name="extraction"),
    path("<uuid:key>/again", extractions.extraction_again, name="extraction_again"),
    path("<uuid:key>/confirm", escorts.extraction_confirm, name="extraction_confirm"),
    path("<uuid:key>/depart", escorts.extraction_depart, name="extraction_depart"),
    path("<uuid:key>/take-back", escorts.extraction_take_back, name="extraction_take_back"),
    path("<uuid:key>/done", escorts.extraction_done, name="extraction_done"),
    path("<uuid:key>/cancel", escorts.extraction_cancel, name="extraction_cancel"),
]
