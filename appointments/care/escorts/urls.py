"""Addresses of hospital escorts."""

from __future__ import annotations

from django.urls import path

from appointments.care.escorts import buttons, views

urlpatterns = [
    path("extractions/", views.extractions, name="extractions"),
    path("extractions/plan/<uuid:person>", views.extraction_new, name="extraction_new"),
    path("extractions/<uuid:key>", views.extraction, name="extraction"),
    path("extractions/<uuid:key>/again", views.extraction_again, name="extraction_again"),
    path("extractions/<uuid:key>/confirm", buttons.extraction_confirm, name="extraction_confirm"),
    path("extractions/<uuid:key>/depart", buttons.extraction_depart, name="extraction_depart"),
    path("extractions/<uuid:key>/take-back", buttons.extraction_take_back, name="extraction_take_back"),
    path("extractions/<uuid:key>/done", buttons.extraction_done, name="extraction_done"),
    path("extractions/<uuid:key>/cancel", buttons.extraction_cancel, name="extraction_cancel"),
]
