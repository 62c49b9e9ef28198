"""Addresses of the care door's planning pages."""

from __future__ import annotations

from django.urls import path

from appointments.views import agendas, patterns, planning, sessions, time_off

urlpatterns = [
    path("", planning.planning, name="planning"),
    path("agendas/new", agendas.agenda_new, name="planning_agenda_new"),
    path("agendas/<int:key>", sessions.agenda_sessions, name="planning_agenda"),
    path("agendas/<int:key>/change", agendas.agenda_change, name="planning_agenda_change"),
    path("agendas/<int:key>/retire", agendas.agenda_retire, name="planning_agenda_retire"),
    path("agendas/<int:key>/resume", agendas.agenda_resume, name="planning_agenda_resume"),
    path("agendas/<int:key>/patterns/new", patterns.pattern_new, name="planning_pattern_new"),
    path("agendas/<int:key>/delete", sessions.sessions_delete, name="planning_sessions_delete"),
    path("patterns/<int:key>", patterns.pattern_change, name="planning_pattern"),
    path("sessions/<int:key>", sessions.session_change, name="planning_session"),
    path("kinds/new", agendas.kind_new, name="planning_kind_new"),
    path("kinds/<int:key>", agendas.kind_change, name="planning_kind_change"),
    path("kinds/<int:key>/retire", agendas.kind_retire, name="planning_kind_retire"),
    path("kinds/<int:key>/resume", agendas.kind_resume, name="planning_kind_resume"),
    path("slips", planning.slips, name="planning_slips"),
    path("rooms/new", agendas.room_new, name="planning_room_new"),
    path("rooms/<int:key>", agendas.room_change, name="planning_room_change"),
    path("rooms/<int:key>/retire", agendas.room_retire, name="planning_room_retire"),
    path("rooms/<int:key>/resume", agendas.room_resume, name="planning_room_resume"),
    path("calendar", time_off.calendar, name="planning_calendar"),
    path("territory", time_off.territory, name="planning_territory"),
    path("absences/new", time_off.absence_new, name="planning_absence_new"),
    path("absences/<int:key>", time_off.absence, name="planning_absence"),
    path("absences/<int:key>/cancel", time_off.absence_cancel, name="planning_absence_cancel"),
    path("absences/<int:key>/remove", time_off.absence_remove, name="planning_absence_remove"),
    path("closures/new", time_off.closure_new, name="planning_closure_new"),
    path("closures/<int:key>", time_off.closure, name="planning_closure"),
    path("closures/<int:key>/remove", time_off.closure_remove, name="planning_closure_remove"),
    path("arrivals", planning.arrivals, name="planning_arrivals"),
    path("publications", planning.publications, name="planning_publications"),
]
