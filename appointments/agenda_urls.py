"""Addresses of the care door's agenda pages."""

from __future__ import annotations

from django.urls import path

from appointments.views import (
    agenda,
    appointment,
    board,
    booking,
    missed,
    outcome,
    people,
    publication,
    reports,
    session,
)

urlpatterns = [
    path("", agenda.today, name="home"),
    path("day", agenda.jump, name="day_jump"),
    path("day/<str:day>", agenda.day, name="day"),
    path("book", booking.book, name="book"),
    path("book/people", booking.people_choices, name="book_people"),
    path("appointment/<uuid:key>", appointment.appointment, name="appointment"),
    path("appointment/<uuid:key>/move", appointment.move, name="appointment_move"),
    path("appointment/<uuid:key>/cancel", appointment.cancel, name="appointment_cancel"),
    path("appointment/<uuid:key>/arrived", outcome.arrived, name="appointment_arrived"),
    path("appointment/<uuid:key>/started", outcome.started, name="appointment_started"),
    path("appointment/<uuid:key>/seen", outcome.seen, name="appointment_seen"),
    path("appointment/<uuid:key>/not-come", outcome.not_come, name="appointment_not_come"),
    path("appointment/<uuid:key>/reason", outcome.reason, name="appointment_reason"),
    path("appointment/<uuid:key>/undo", outcome.undo, name="appointment_undo"),
    path("board", board.board, name="board"),
    path("board/rows", board.board_rows, name="board_rows"),
    path("missed", missed.missed, name="missed"),
    path("reported/<str:day>", reports.reported, name="reported"),
    path("alerts", reports.alerts, name="alerts"),
    path("alerts/<uuid:key>/received", reports.alert_received, name="alert_received"),
    path("alerts/<uuid:key>/request", reports.alert_request, name="alert_request"),
    path("lists", publication.lists, name="lists"),
    path("lists/<str:day>/publish", publication.lists_publish, name="lists_publish"),
    path("sessions/<int:key>", session.session, name="session"),
    path("sessions/<int:key>/book", session.book, name="session_book"),
    path("sessions/<int:key>/attendance", session.attendance, name="session_attendance"),
    path("people", people.people, name="people"),
    path("people/<uuid:key>", people.person, name="person"),
]
