"""Addresses of the care door's planning pages."""

from __future__ import annotations

from django.urls import path

from appointments.views import agendas, planning, sessions

urlpatterns = [
    path("", planning.planning, name="planning"),
    path("agendas/new", agendas.agenda_new, name="planning_agenda_new"),
    path("agendas/<int:key>", sessions.agenda_sessions, name="planning_agenda"),
    path("agendas/<int:key>/change", agendas.agenda_change, name="planning_agenda_change"),
    path("agendas/<int:key>/retire", agendas.agenda_retire, name="planning_agenda_retire"),
    path("agendas/<int:key>/resume", agendas.agenda_resume, name="planning_agenda_resume"),
    path("agendas/<int:key>/open", sessions.sessions_open, name="planning_sessions_open"),
    path("agendas/<int:key>/delete", sessions.sessions_delete, name="planning_sessions_delete"),
    path("sessions/<int:key>", sessions.session_change, name="planning_session"),
    path("kinds/new", agendas.kind_new, name="planning_kind_new"),
    path("kinds/<int:key>", agendas.kind_change, name="planning_kind_change"),
    path("kinds/<int:key>/retire", agendas.kind_retire, name="planning_kind_retire"),
    path("kinds/<int:key>/resume", agendas.kind_resume, name="planning_kind_resume"),
    path("arrivals", planning.arrivals, name="planning_arrivals"),
    path("publications", planning.publications, name="planning_publications"),
]
