"""Addresses of hospital escorts."""

from __future__ import annotations

from django.urls import path

from appointments.care.escorts import buttons, views

urlpatterns = [
    path("escorts/", views.escorts, name="escorts"),
    path("escorts/plan/<uuid:person>", views.escort_new, name="escort_new"),
    path("escorts/<uuid:key>", views.escort, name="escort"),
    path("escorts/<uuid:key>/again", views.escort_again, name="escort_again"),
    path("escorts/<uuid:key>/confirm", buttons.escort_confirm, name="escort_confirm"),
    path("escorts/<uuid:key>/depart", buttons.escort_depart, name="escort_depart"),
    path("escorts/<uuid:key>/take-back", buttons.escort_take_back, name="escort_take_back"),
    path("escorts/<uuid:key>/done", buttons.escort_done, name="escort_done"),
    path("escorts/<uuid:key>/cancel", buttons.escort_cancel, name="escort_cancel"),
    path("escorts/<uuid:key>/correct", buttons.escort_correct, name="escort_correct"),
]
