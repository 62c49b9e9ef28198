"""Addresses of the care door's agenda pages."""

from __future__ import annotations

from django.urls import path

from appointments.views import agenda, appointment, booking, find, people, series, swap, withdrawal

urlpatterns = [
    path("", agenda.today, name="home"),
    path("day", agenda.jump, name="day_jump"),
    path("day/<str:day>", agenda.day, name="day"),
    path("book", booking.book, name="book"),
    path("book/people", booking.people_choices, name="book_people"),
    path("find-a-time", find.find, name="find"),
    path("series/new", series.new, name="series_new"),
    path("series/<uuid:key>", series.series, name="series"),
    path("appointment/<uuid:key>/later", series.later, name="appointment_later"),
    path("appointment/<uuid:key>/exchange", swap.swap, name="appointment_swap"),
    path("appointment/<uuid:key>", appointment.appointment, name="appointment"),
    path("appointment/<uuid:key>/move", appointment.move, name="appointment_move"),
    path("appointment/<uuid:key>/cancel", appointment.cancel, name="appointment_cancel"),
    path("appointment/<uuid:key>/undo", appointment.undo, name="appointment_undo"),
    path("appointment/<uuid:key>/seen", appointment.seen, name="appointment_seen"),
    path("appointment/<uuid:key>/not-come", appointment.not_come, name="appointment_not_come"),
    path("withdraw", withdrawal.withdraw, name="withdraw"),
    path("people", people.people, name="people"),
    path("people/<uuid:key>", people.person, name="person"),
]
