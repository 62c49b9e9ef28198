"""The address at which an open page asks again."""

from __future__ import annotations

from django.urls import path

from appointments.care.open_page import views

urlpatterns = [path("now", views.now_on_page, name="now")]
