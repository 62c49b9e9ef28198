"""Addresses of the team's page: notes for the next shift, tasks, what was cancelled today."""

from __future__ import annotations

from django.urls import path

from appointments.care.team import views

urlpatterns = [
    path("team/", views.team, name="team"),
    path("team/notes", views.team_note, name="team_note"),
    path("team/notes/<uuid:key>/withdraw", views.team_note_withdraw, name="team_note_withdraw"),
    path("team/tasks", views.team_task, name="team_task"),
    path("team/tasks/<uuid:key>/done", views.team_task_done, name="team_task_done"),
    path("team/tasks/<uuid:key>/open", views.team_task_open, name="team_task_open"),
]
