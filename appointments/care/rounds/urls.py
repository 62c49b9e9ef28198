"""Addresses of rounds: what is due on a day, the paper, the figures, the kinds of round, one person's visits."""

from __future__ import annotations

from django.urls import path

from appointments.care.rounds import kind_views, person_views, views

urlpatterns = [
    path("rounds/", views.rounds, name="rounds"),
    path("rounds/jump", views.rounds_jump, name="rounds_jump"),
    path("rounds/on/<str:day>", views.rounds_day, name="rounds_day"),
    path("rounds/on/<str:day>/note", views.rounds_note, name="rounds_note"),
    path("rounds/on/<str:day>/enter", views.rounds_enter, name="rounds_enter"),
    path("rounds/on/<str:day>/sheet", views.rounds_sheet, name="rounds_sheet"),
    path("rounds/visits/<uuid:key>/undo", views.rounds_undo, name="rounds_undo"),
    path("rounds/figures", views.rounds_figures, name="rounds_figures"),
    path("rounds/people/<uuid:key>", person_views.rounds_person, name="rounds_person"),
    path("rounds/stays/<uuid:key>/end", person_views.rounds_end, name="rounds_end"),
    path("rounds/defined/", kind_views.round_kinds, name="round_kinds"),
    path("rounds/defined/new", kind_views.round_kind_new, name="round_kind_new"),
    path("rounds/defined/<int:key>", kind_views.round_kind_change, name="round_kind_change"),
    path("rounds/defined/<int:key>/retire", kind_views.round_kind_retire, name="round_kind_retire"),
    path("rounds/defined/<int:key>/resume", kind_views.round_kind_resume, name="round_kind_resume"),
]
