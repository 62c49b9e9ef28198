"""Address of what somebody did to several people in one step, to look at and take back."""

from __future__ import annotations

from django.urls import path

from appointments.care.taking_back import views

urlpatterns = [
    path("done/<int:instant>", views.step, name="step"),
]
