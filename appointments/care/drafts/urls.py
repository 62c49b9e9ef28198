"""Addresses of drafts: what stands in a form that was not sent, by the form's name."""

from __future__ import annotations

from django.urls import path

from appointments.care.drafts import views

urlpatterns = [
    path("drafts/<slug:form>", views.draft, name="draft"),
    path("drafts/<slug:form>/take", views.draft_take, name="draft_take"),
    path("drafts/<slug:form>/drop", views.draft_drop, name="draft_drop"),
]
