"""Addresses of people, and the nominal list that names them."""

from __future__ import annotations

from django.urls import path

from appointments.care.people import registry_views, views

urlpatterns = [
    path("people", views.people, name="people"),
    path("people/found", views.people_found, name="people_found"),
    path("people/<uuid:key>", views.person, name="person"),
    path("registry/", registry_views.registry, name="registry"),
    path("registry/<uuid:upload_id>", registry_views.registry_preview, name="registry_preview"),
    path("registry/<uuid:upload_id>/apply", registry_views.registry_apply, name="registry_apply"),
    path("registry/<uuid:upload_id>/discard", registry_views.registry_discard, name="registry_discard"),
]
