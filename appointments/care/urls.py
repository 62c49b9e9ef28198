"""Addresses of the care door: a file for each family of pages."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [
    path("", include("appointments.care.day.urls")),
    path("", include("appointments.care.booking.urls")),
    path("", include("appointments.care.appointment.urls")),
    path("", include("appointments.care.waiting_room.urls")),
    path("", include("appointments.care.missed.urls")),
    path("", include("appointments.care.open_page.urls")),
    path("", include("appointments.care.reported.urls")),
    path("", include("appointments.care.lists.urls")),
    path("", include("appointments.care.session.urls")),
    path("", include("appointments.care.filling.urls")),
    path("", include("appointments.care.people.urls")),
    path("", include("appointments.care.handover.urls")),
    path("", include("appointments.care.rounds.urls")),
    path("", include("appointments.care.withdrawal.urls")),
    path("", include("appointments.care.stranded.urls")),
    path("", include("appointments.care.taking_back.urls")),
    path("", include("appointments.care.requests.urls")),
    path("", include("appointments.care.planning.urls")),
    path("", include("appointments.care.plans.urls")),
    path("", include("appointments.care.neutrality.urls")),
    path("", include("appointments.care.exports.urls")),
    path("", include("appointments.care.escorts.urls")),
    path("", include("appointments.care.reports.urls")),
    path("", include("appointments.care.prints.urls")),
    path("", include("appointments.care.statistics.urls")),
    path("", include("appointments.care.obstruction.urls")),
    path("", include("appointments.care.calendar.urls")),
    path("", include("appointments.care.emergency.urls")),
    path("", include("appointments.care.second_person.urls")),
    path("", include("appointments.care.retention.urls")),
    path("", include("appointments.care.keys.urls")),
    path("", include("appointments.care.drafts.urls")),
    path("", include("appointments.care.team.urls")),
    path("", include("appointments.care.set_up.urls")),
    path("", include("appointments.care.interfaces.urls")),
    path("", include("appointments.care.fhir.urls")),
]
