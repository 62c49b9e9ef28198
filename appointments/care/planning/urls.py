"""Addresses of the planning."""

from __future__ import annotations

from django.urls import path

from appointments.care.planning import agendas, kinds, patterns, rooms, sessions, time_off, views

urlpatterns = [
    path("planning/", views.planning, name="planning"),
    path("planning/agendas/new", agendas.agenda_new, name="planning_agenda_new"),
    path("planning/agendas/<int:key>", sessions.agenda_sessions, name="planning_agenda"),
    path("planning/agendas/<int:key>/change", agendas.agenda_change, name="planning_agenda_change"),
    path("planning/agendas/<int:key>/retire", agendas.agenda_retire, name="planning_agenda_retire"),
    path("planning/agendas/<int:key>/resume", agendas.agenda_resume, name="planning_agenda_resume"),
    path("planning/agendas/<int:key>/patterns/new", patterns.pattern_new, name="planning_pattern_new"),
    path("planning/agendas/<int:key>/delete", sessions.sessions_delete, name="planning_sessions_delete"),
    path("planning/patterns/<int:key>", patterns.pattern_change, name="planning_pattern"),
    path("planning/sessions/<int:key>", sessions.session_change, name="planning_session"),
    path("planning/kinds/new", kinds.kind_new, name="planning_kind_new"),
    path("planning/kinds/<int:key>", kinds.kind_change, name="planning_kind_change"),
    path("planning/kinds/<int:key>/retire", kinds.kind_retire, name="planning_kind_retire"),
    path("planning/kinds/<int:key>/resume", kinds.kind_resume, name="planning_kind_resume"),
    path("planning/slips", views.slips, name="planning_slips"),
    path("planning/tolerance", views.tolerance, name="planning_tolerance"),
    path("planning/rooms/new", rooms.room_new, name="planning_room_new"),
    path("planning/rooms/<int:key>", rooms.room_change, name="planning_room_change"),
    path("planning/rooms/<int:key>/retire", rooms.room_retire, name="planning_room_retire"),
    path("planning/rooms/<int:key>/resume", rooms.room_resume, name="planning_room_resume"),
    path("planning/calendar", time_off.calendar, name="planning_calendar"),
    path("planning/territory", time_off.territory, name="planning_territory"),
    path("planning/absences/new", time_off.absence_new, name="planning_absence_new"),
    path("planning/absences/<int:key>", time_off.absence, name="planning_absence"),
    path("planning/absences/<int:key>/cancel", time_off.absence_cancel, name="planning_absence_cancel"),
    path("planning/absences/<int:key>/remove", time_off.absence_remove, name="planning_absence_remove"),
    path("planning/closures/new", time_off.closure_new, name="planning_closure_new"),
    path("planning/closures/<int:key>", time_off.closure, name="planning_closure"),
    path("planning/closures/<int:key>/remove", time_off.closure_remove, name="planning_closure_remove"),
    path("planning/arrivals", views.arrivals, name="planning_arrivals"),
    path("planning/publications", views.publications, name="planning_publications"),
]
