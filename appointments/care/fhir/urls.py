"""Addresses for other programs: the paths of HL7 FHIR, at the care door alone."""

from __future__ import annotations

from django.urls import path

from appointments.care.fhir.appointments import one_appointment, search_appointments
from appointments.care.fhir.booking import book
from appointments.care.fhir.capability import capability, nothing_here
from appointments.care.fhir.finding import find
from appointments.care.fhir.people import read_person, search_people
from appointments.care.fhir.schedules import (
    read_practitioner,
    read_schedule,
    search_practitioners,
    search_schedules,
)
from appointments.care.fhir.slots import read_slot, search_slots

urlpatterns = [
    path("fhir/metadata", capability, name="fhir_metadata"),
    path("fhir/Schedule", search_schedules, name="fhir_schedules"),
    path("fhir/Schedule/_search", search_schedules, name="fhir_schedules_searched"),
    path("fhir/Schedule/<str:key>", read_schedule, name="fhir_schedule"),
    path("fhir/Practitioner", search_practitioners, name="fhir_practitioners"),
    path("fhir/Practitioner/_search", search_practitioners, name="fhir_practitioners_searched"),
    path("fhir/Practitioner/<str:key>", read_practitioner, name="fhir_practitioner"),
    path("fhir/Slot", search_slots, name="fhir_slots"),
    path("fhir/Slot/_search", search_slots, name="fhir_slots_searched"),
    path("fhir/Slot/<str:key>", read_slot, name="fhir_slot"),
    path("fhir/Patient", search_people, name="fhir_people"),
    path("fhir/Patient/_search", search_people, name="fhir_people_searched"),
    path("fhir/Patient/<str:key>", read_person, name="fhir_person"),
    path("fhir/Appointment", search_appointments, name="fhir_appointments"),
    path("fhir/Appointment/_search", search_appointments, name="fhir_appointments_searched"),
    path("fhir/Appointment/$find", find, name="fhir_find"),
    path("fhir/Appointment/$book", book, name="fhir_book"),
    path("fhir/Appointment/<str:key>", one_appointment, name="fhir_appointment"),
    # Whoever has no token is not told which addresses there are.
    path("fhir/", nothing_here, name="fhir_base"),
    path("fhir/<path:rest>", nothing_here, name="fhir_nothing"),
]
