"""Addresses of what waits for the officers' lists."""

from __future__ import annotations

from django.urls import path

from appointments.care.lists import views

urlpatterns = [
    path("lists", views.lists, name="lists"),
    path("lists/<str:day>/publish", views.lists_publish, name="lists_publish"),
]
