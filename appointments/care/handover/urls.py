"""Addresses of who leaves soon, and of hand-overs to and from other units."""

from __future__ import annotations

from django.urls import path

from appointments.care.handover import receiving, sending, views

urlpatterns = [
    path("people/leaving", views.leaving, name="leaving"),
    path("people/<uuid:key>/hand-over", sending.hand_over, name="hand_over"),
    path("hand-over/", views.hand_overs, name="hand_overs"),
    path("hand-over/units", views.unit_new, name="hand_over_unit_new"),
    path("hand-over/units/<int:key>/retire", views.unit_retire, name="hand_over_unit_retire"),
    path("hand-over/open", receiving.open_file, name="hand_over_open"),
    path("hand-over/take", receiving.take, name="hand_over_take"),
]
