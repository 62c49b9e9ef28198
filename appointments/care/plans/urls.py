"""Addresses of the proposals of weekly plans, and of what they may count on."""

from __future__ import annotations

from django.urls import path

from appointments.care.plans import possible, views

urlpatterns = [
    path("plans/", views.plans, name="plans"),
    path("plans/ask", views.ask, name="plans_ask"),
    path("plans/possible", possible.possible, name="plans_possible"),
    path("plans/possible/<int:key>", possible.agenda_possible, name="plans_agenda"),
    path("plans/brought", possible.brought, name="plans_brought"),
    path("plans/searches/<int:key>/<int:number>", views.proposal, name="plans_proposal"),
]
