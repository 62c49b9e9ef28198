"""Addresses of people, and the nominal list that names them."""

from __future__ import annotations

from django.urls import path

from appointments.care.people import hand_views, join_views, registry_views, views

urlpatterns = [
    path("people", views.people, name="people"),
    path("people/found", views.people_found, name="people_found"),
    path("people/new", hand_views.person_new, name="person_new"),
    path("people/<uuid:key>", views.person, name="person"),
    path("people/<uuid:key>/left", hand_views.person_left, name="person_left"),
    path("people/<uuid:key>/join", join_views.join_with, name="join_with"),
    path("people/<uuid:key>/join/<uuid:other>", join_views.join_two, name="join_two"),
    path("people/joins/<uuid:key>/separate", join_views.separate_two, name="separate_two"),
    path("registry/", registry_views.registry, name="registry"),
    path("registry/imports/<int:key>/undo", registry_views.registry_undo, name="registry_undo"),
    path("registry/<uuid:upload_id>", registry_views.registry_preview, name="registry_preview"),
    path("registry/<uuid:upload_id>/apply", registry_views.registry_apply, name="registry_apply"),
    path("registry/<uuid:upload_id>/discard", registry_views.registry_discard, name="registry_discard"),
]
